//! Understanding: from what a person typed to what is asked, with the words that say so.
//!
//! Pure. It knows no store and no mail headers: it is given the text and the [`Situation`], and gives a [`Reading`].
//! Called by `handle` for every mail that comes from a person, and by `explain`.

mod anchor;
pub mod calendar_answer;
pub mod calendar_reply;
mod clauses;
mod concepts;
pub mod dates;
pub mod event_choice;
mod frames;
mod intent;
mod lexicon;
mod occasions;
mod party;
mod people;
mod plain_answer;
pub mod second_reader;
mod spelling;
#[cfg(test)]
mod tests;
mod topic;
mod words;

use crate::ids::EventId;
use jiff::ZonedDateTime;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a mail was read, for `explain`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trace {
    /// The clauses in order, with the concepts and frames of each.
    pub clauses: Vec<TracedClause>,
}

/// One clause on its way to the reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracedClause {
    /// Its words.
    pub words: String,
    /// The names of its concepts.
    pub concepts: Vec<String>,
    /// What it says about coming, in a line each.
    pub frames: Vec<String>,
}

/// Reads one mail.
pub fn understand(input: &Input<'_>, situation: &Situation) -> Reading {
    understand_with_trace(input, situation).0
}

/// Reads one mail and tells the way.
pub fn understand_with_trace(input: &Input<'_>, situation: &Situation) -> (Reading, Trace) {
    let lexicon = &*lexicon::LEXICON;
    let own_subject = if is_answer(input.subject) { "" } else { input.subject };
    let parsed = clauses::parse(own_subject, input.typed, input.author, lexicon);
    let occasions = occasions::find(&parsed.text, situation);
    let topic = topic::Topic::of(input, situation, &occasions);
    let author = words::tokenise(input.author, lexicon).into_iter().filter(|token| token.kind == words::Kind::Word);
    let author: Vec<String> = author.map(|token| token.fold).collect();
    let sights = sights(&parsed, &occasions, &author, lexicon);
    let case = intent::Case { input, situation, parsed: &parsed, sights: &sights, topic: &topic, lexicon };
    let judgement = intent::judge(&case);
    let trace = trace(&parsed, &sights, &judgement);
    let evidence = judgement
        .frames
        .iter()
        .map(|frame| frame.clause)
        .chain(judgement.clauses.iter().copied())
        .filter_map(|clause| sights.get(clause))
        .map(|sight| parsed.written(&sight.clause.tokens).to_owned())
        .collect();
    let language =
        if parsed.clauses.iter().filter(|c| c.tongue == lexicon::Tongue::Nl).count() * 2 >= parsed.clauses.len() {
            Language::Nl
        } else {
            Language::En
        };
    let mut reading = Reading {
        disposition: judgement.disposition.unwrap_or(Disposition::Ask),
        requests: judgement.requests,
        question: judgement.question,
        pitch: judgement.pitch,
        plain_answer: plain_answer::read(input.typed, input.author),
        language,
        reason: judgement.reason,
        evidence,
        doubts: judgement.doubts,
    };
    second_reader::veto(&mut reading, input, situation);
    if !anchor::is_ours(input, situation) {
        anchor::leave_to_others(input, &mut reading);
    }
    (reading, trace)
}

/// Does the subject only repeat that of another mail?
fn is_answer(subject: &str) -> bool {
    let subject = words::fold(subject.trim());
    let mut rest = subject.as_str();
    while let Some((_, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        rest = after.trim_start();
    }
    ["re:", "antw:", "aw:", "fw:", "fwd:", "doorst:", "sv:", "tr:", "wg:", "vs:", "antwoord:", "betr:"]
        .iter()
        .any(|prefix| rest.starts_with(prefix))
}

fn sights(
    parsed: &clauses::Parsed,
    occasions: &[occasions::Occasion],
    author: &[String],
    lexicon: &lexicon::Lexicon,
) -> Vec<frames::Sight> {
    let mut sights: Vec<frames::Sight> = parsed
        .clauses
        .iter()
        .map(|clause| {
            let bytes = |at: usize| parsed.tokens.get(at).map_or(0, |token| token.span.start);
            let (from, to) =
                (bytes(clause.tokens.start), parsed.tokens.get(clause.tokens.end).map_or(usize::MAX, |t| t.span.start));
            frames::Sight {
                clause: clause.clone(),
                hits: concepts::find(parsed, clause, lexicon),
                rows: Vec::new(),
                occasions: occasions.iter().filter(|o| o.span.start >= from && o.span.start < to).cloned().collect(),
            }
        })
        .collect();
    let mut start = 0;
    while start < sights.len() {
        let sentence = sights.get(start).map_or(0, |sight| sight.clause.sentence);
        let end = sights.iter().position(|sight| sight.clause.sentence > sentence).unwrap_or(sights.len());
        let first = sights.get(start).map_or(0, |sight| sight.clause.tokens.start);
        let last = sights.get(end - 1).map_or(0, |sight| sight.clause.tokens.end);
        let tongue = sights.get(start).map_or(lexicon::Tongue::Nl, |sight| sight.clause.tongue);
        for row in people::find(parsed, first..last, tongue, author, lexicon) {
            let at = row.tokens.end.saturating_sub(1);
            if let Some(sight) = sights.iter_mut().find(|sight| sight.clause.tokens.contains(&at)) {
                sight.rows.push(row);
            }
        }
        start = end;
    }
    name_asides(&mut sights);
    sights
}

/// "Gerard (mijn man)": the words in parentheses say who the one before them is.
fn name_asides(sights: &mut [frames::Sight]) {
    for at in 1..sights.len() {
        let Some((before, rest)) = sights.split_at_mut_checked(at) else { return };
        let (Some(before), Some(aside)) = (before.last_mut(), rest.first_mut()) else { return };
        let named = before.rows.last_mut().and_then(|row| row.others.last_mut()).filter(|person| person.name.is_some());
        let explained = aside.rows.first().and_then(|row| row.others.first()).filter(|person| person.name.is_none());
        if let (true, Some(named), Some(explained)) = (aside.clause.aside, named, explained) {
            named.labels.extend(explained.labels.iter().cloned());
            aside.rows.remove(0);
        }
    }
}

fn trace(parsed: &clauses::Parsed, sights: &[frames::Sight], judgement: &intent::Judgement) -> Trace {
    let clauses = sights
        .iter()
        .enumerate()
        .map(|(number, sight)| TracedClause {
            words: parsed.written(&sight.clause.tokens).to_owned(),
            concepts: sight
                .hits
                .iter()
                .map(|hit| format!("{}({})", hit.concept.name(), parsed.written(&(hit.first..hit.last + 1))))
                .collect(),
            frames: judgement
                .frames
                .iter()
                .filter(|frame| frame.clause == number)
                .map(|frame| format!("{frame:?}"))
                .collect(),
        })
        .collect();
    Trace { clauses }
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
    /// Does the mail answer another one, by its headers?
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
