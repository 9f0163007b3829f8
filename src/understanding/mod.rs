//! Understanding: from what a person typed to what is asked, with the words that say so.
//!
//! Pure. It knows no store and no mail headers: it is given the text and the [`Situation`], and gives a [`Reading`].
//! Called by `handle` for every mail that comes from a person, and by `explain`.

mod anchor;
pub mod calendar_answer;
pub mod calendar_reply;
mod clause_reader;
mod clauses;
mod concepts;
pub mod dates;
pub mod event_choice;
mod folding;
mod frames;
mod gist;
mod grammar_vote;
mod intent;
mod lexicon;
mod linear;
mod network;
mod occasions;
mod packed;
mod page;
mod party;
mod people;
mod plain_answer;
mod rolls;
mod seats;
mod senses;
mod shapes;
mod spelling;
#[cfg(test)]
mod tests;
mod topic;
mod trace;
mod verdict;
mod words;

use crate::ids::EventId;
use anchor::{Ground, Tie};
use clause_reader::Votes;
pub use clause_reader::{ClauseReader, ClauseWeights, LabelledMail, Lesson, Says, train as train_clause_reader};
use concepts::Concept;
use frames::Sight;
pub use gist::Gist;
use jiff::ZonedDateTime;
use jiff::civil::DateTime;
use page::Page;
pub use seats::{SeatLesson, SeatReader, train as train_seats};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
pub use trace::{Trace, TracedClause};
pub use verdict::{VerdictLesson, VerdictReader, train as train_verdicts};

/// So many bytes of what was typed are read; nobody needs a tenth of it. Judging takes time that grows with the square of it.
const MOST_READ: usize = 8_000;

/// Reads one mail.
pub fn understand(input: &Input<'_>, situation: &Situation) -> Reading {
    read(Readers::built_in(), input, situation, |_, _, _| ()).0
}

/// Reads one mail and tells the way.
pub fn understand_with_trace(input: &Input<'_>, situation: &Situation) -> (Reading, Trace) {
    understand_by(Readers::built_in(), input, situation)
}

/// Those who read a mail one after the other, each by weights that were learnt.
#[derive(Clone, Copy, Debug)]
pub struct Readers<'a> {
    /// What each clause says.
    pub clauses: &'a ClauseReader,
    /// For how many people.
    pub seats: &'a SeatReader,
    /// What it comes to.
    pub verdicts: &'a VerdictReader,
}

impl Readers<'static> {
    fn built_in() -> Self {
        Self { clauses: &clause_reader::BUILT_IN, seats: &seats::BUILT_IN, verdicts: &verdict::BUILT_IN }
    }
}

/// Reads one mail by other weights than those that are built in, to measure them on mails that they were not learnt from.
pub fn understand_by(readers: Readers<'_>, input: &Input<'_>, situation: &Situation) -> (Reading, Trace) {
    read(readers, input, situation, Trace::of)
}

/// Reads one mail, and lets somebody tell of the way. Of a very long mail only the beginning is read; then nothing is done by
/// itself, and what people whom we know write is looked at by a person.
fn read<T>(
    readers: Readers<'_>,
    input: &Input<'_>,
    situation: &Situation,
    tell: impl FnOnce(&Page, &Votes, &trace::Told) -> T,
) -> (Reading, T) {
    let most = (0..=MOST_READ).rev().find(|at| input.typed.is_char_boundary(*at));
    let beginning = most.and_then(|most| input.typed.get(..most));
    let part = Input { typed: beginning.unwrap_or(input.typed), ..input.clone() };
    let page = Page::of(&part, situation);
    let mut votes = readers.clauses.read(&page);
    let (mut reading, judged) = judged(readers, &part, situation, &page, &mut votes);
    let known = situation.knows_author() || page.topic.is_our_thread();
    if part.typed.len() < input.typed.len() && (known || reading.disposition == Disposition::Act) {
        reading.leave(Disposition::Ask, "de mail is te lang om helemaal te lezen");
    }
    let told = tell(&page, &votes, &judged);
    (reading, told)
}

/// The clauses of a mail, with what a clause reader learns from them.
pub fn lessons(input: &Input<'_>, situation: &Situation) -> Vec<Lesson> {
    clause_reader::lessons(&Page::of(input, situation))
}

/// What a mail may come to by a clause reader, each as a reading with the features that a verdict learns from; nothing for one
/// that nothing ties to us.
pub fn verdict_lessons(
    clauses: &ClauseReader,
    seats: &SeatReader,
    input: &Input<'_>,
    situation: &Situation,
) -> Vec<(Reading, Vec<String>)> {
    let page = Page::of(input, situation);
    if page.tie == Tie::None {
        return Vec::new();
    }
    let mut votes = clauses.read(&page);
    grammar_vote::count_in(&mut votes.clauses, &page);
    let says = votes.says();
    let case = case(input, situation, &page, &says);
    let outcomes = verdict::outcomes(seats, &case, &votes);
    let lesson = |outcome: &verdict::Outcome| {
        let features = verdict::feature_names(&case, &votes, outcomes.len(), outcome);
        (reading(input, &page, outcome.judgement.clone()), features)
    };
    outcomes.iter().map(lesson).collect()
}

/// What a seat reader learns from a mail whose clauses are read by this clause reader, when it leaves a number in question.
pub fn seat_lesson(clauses: &ClauseReader, input: &Input<'_>, situation: &Situation) -> Option<SeatLesson> {
    let page = Page::of(input, situation);
    let mut votes = clauses.read(&page);
    grammar_vote::count_in(&mut votes.clauses, &page);
    let says = votes.says();
    let case = case(input, situation, &page, &says);
    seats::lesson(&case, &intent::judge(&case))
}

/// From what each clause may say to the reading, with what the trace tells of it. The grammar's word is counted into the votes.
fn judged(
    readers: Readers<'_>,
    input: &Input<'_>,
    situation: &Situation,
    page: &Page,
    votes: &mut Votes,
) -> (Reading, trace::Told) {
    grammar_vote::count_in(&mut votes.clauses, page);
    let says = votes.says();
    let judgement = verdict::decide(readers.verdicts, readers.seats, &case(input, situation, page, &says), votes);
    let told = trace::Told { frames: judgement.frames.clone(), counted: judgement.counted };
    (reading(input, page, judgement), told)
}

fn case<'a>(input: &'a Input<'_>, situation: &'a Situation, page: &'a Page, says: &'a [Says]) -> intent::Case<'a> {
    intent::Case { input, situation, page, lexicon: &lexicon::LEXICON, says }
}

fn reading(input: &Input<'_>, page: &Page, judgement: intent::Judgement) -> Reading {
    let told = judgement.frames.iter().map(|frame| frame.clause).chain(judgement.clauses.iter().copied());
    let told: Vec<&Sight> = told.filter_map(|clause| page.sights.get(clause)).collect();
    let evidence = told.iter().map(|sight| page.parsed.written(&sight.clause.tokens).to_owned()).collect();
    let mut reading = Reading {
        disposition: judgement.disposition.unwrap_or(Disposition::Ask),
        requests: judgement.requests,
        question: judgement.question,
        pitch: judgement.pitch,
        plain_answer: plain_answer::read(input.typed, input.author),
        language: page.language,
        reason: judgement.reason,
        evidence,
        doubts: judgement.doubts,
    };
    if reading.disposition != Disposition::Ignore && page.tie == Tie::None {
        let on_list = [Concept::ListOn, Concept::ListOff, Concept::Forget];
        let names_list = page.sights.iter().any(|sight| on_list.iter().any(|concept| sight.has(*concept)));
        let of_himself = told.iter().any(|sight| page.speaks_of_author(sight));
        anchor::leave_to_others(input, Ground { names_list, of_himself }, &mut reading);
    }
    reading
}

/// What a reader may look at of one mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Input<'a> {
    /// The subject as it came, `Re:` included.
    pub subject: &'a str,
    /// What the person typed.
    pub typed: &'a str,
    /// His signature.
    pub signature: &'a str,
    /// What was quoted or forwarded along: never an instruction, but it can say which event is meant.
    pub quoted: &'a str,
    /// The display name of the author; may be empty.
    pub author: &'a str,
    /// The iCalendar text with its METHOD, when the mail carries one (RFC 6047).
    pub calendar: Option<&'a str>,
    /// Does the mail answer another one, by its headers or by its subject and a quoted letter?
    pub is_reply: bool,
    /// Is the bot itself named in To? In Cc alone it is a listener to others' conversation.
    pub addressed: bool,
}

/// What may be known besides the mail itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Situation {
    /// When the mail came in, in the network's time zone: what "morgen" is counted from.
    pub received: ZonedDateTime,
    /// The events that can be signed up for at that moment.
    pub events: Vec<EventInfo>,
    /// The author's standing: by event the names of his confirmed and waiting party, himself included.
    pub registered: BTreeMap<EventId, Vec<String>>,
    /// By event the seats that are offered to him and wait for his answer.
    pub offered: BTreeMap<EventId, u32>,
    /// The event that our letter in this thread was about.
    pub thread_event: Option<EventId>,
    /// Did our letter in this thread ask a yes or no ("klopt dit?", "er is een plek vrij")?
    pub asked: bool,
}

impl Situation {
    /// Is the author one of ours: registered for a meeting that is open, or offered a seat?
    pub fn knows_author(&self) -> bool {
        self.registered.values().any(|names| !names.is_empty()) || self.offered.values().any(|&seats| seats > 0)
    }
}

/// An event as far as a reader needs it. Local times of the network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventInfo {
    /// Its name.
    pub id: EventId,
    /// Its title, "16e bijeenkomst ZZP Loosduinen".
    pub title: String,
    /// When it starts.
    pub start: DateTime,
    /// When it ends.
    pub end: DateTime,
    /// Where, by name.
    #[serde(default)]
    pub venue: String,
    /// Where, by street and town.
    #[serde(default)]
    pub address: String,
    /// How many seats.
    #[serde(default)]
    pub capacity: u32,
    /// The UID of its calendar entry, when one was sent.
    #[serde(default)]
    pub uid: Option<String>,
}

/// What one mail asks, and why it was read so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reading {
    /// Carry it out, let a person look, or leave it alone.
    pub disposition: Disposition,
    /// What is to be carried out, in the order written; empty unless the disposition is `Act`.
    pub requests: Vec<Request>,
    /// It also asks something that a person should answer.
    pub question: bool,
    /// Its author offers or asks to give a pitch or presentation.
    pub pitch: bool,
    /// When the whole mail is a plain yes or no, as an answer to a question of ours.
    pub plain_answer: Option<PlainAnswer>,
    /// The language to answer in.
    pub language: Language,
    /// One sentence: why it was read so.
    pub reason: String,
    /// The words that led to it, as they stand in the mail, in order.
    pub evidence: Vec<String>,
    /// What kept it from being carried out, in plain words; empty when nothing did.
    pub doubts: Vec<String>,
}

impl Reading {
    /// Does nothing of what is asked, and says why.
    fn leave(&mut self, disposition: Disposition, why: &str) {
        self.disposition = disposition;
        self.requests.clear();
        why.clone_into(&mut self.reason);
        self.doubts.push(why.to_owned());
    }
}

/// What is to be done with a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Disposition {
    /// Not for us: no action, no reply, left untouched.
    Ignore,
    /// A person has to look; nothing is booked and nothing cancelled.
    Ask,
    /// Carry out the requests and confirm.
    Act,
}

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "lowercase")]
pub enum Request {
    /// Seats at an event.
    Register {
        /// Which.
        event: EventId,
        /// How many people, the author counted in if he comes himself. At least 1.
        seats: u32,
        /// Is that the whole party, or so many more?
        mode: Mode,
        /// The people meant, as far as the mail names them.
        names: Vec<String>,
    },
    /// Seats given back.
    Cancel {
        /// Of which event.
        event: EventId,
        /// How many drop out; `None` for everyone that he registered.
        seats: Option<u32>,
        /// Those who drop out, as far as the mail names them.
        names: Vec<String>,
    },
    /// Onto the mailing list.
    Subscribe,
    /// Off the mailing list; no cancellation.
    Unsubscribe,
    /// Remove all that is kept about me.
    Forget,
}

impl Request {
    /// The event that it is about; `None` for the list and for forgetting.
    pub fn event(&self) -> Option<&EventId> {
        match self {
            Self::Register { event, .. } | Self::Cancel { event, .. } => Some(event),
            Self::Subscribe | Self::Unsubscribe | Self::Forget => None,
        }
    }
}

/// How a number of seats is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// The party is this large from now on.
    Set,
    /// So many more beside those who were registered.
    Add,
}

/// A mail that says nothing but yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlainAnswer {
    /// "Ja graag".
    Yes,
    /// "Nee, dank je".
    No,
}

/// The language that letters are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Dutch.
    #[default]
    Nl,
    /// English: for who writes English, or any language but Dutch.
    En,
}
