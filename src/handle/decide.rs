//! What becomes of a mail that was read: which rule takes it, what changes, who hears of it, where it is filed. Pure.

use super::finish::{Done, Mail, Sender};
use super::{Interpreted, Setting};
use crate::ids::PersonKey;
use crate::mail::{Filing, Mailbox, MayAnswer, Origin, Proof, RawMail, letter_ids, message};
use crate::outcome::Outcome;
use crate::registration::{
    self, Authority, Change, Decision, Facts, LetterKind, LetterOrder, Note, NoteKind, Pending, Person, State, Wish,
};
use crate::understanding::{Disposition, Mode, PlainAnswer, Reading, Request};
use jiff::{SignedDuration, Timestamp};

/// How long a "klopt dit?" waits for its answer.
const PENDING_LASTS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long after one "doorgegeven aan de coördinator" somebody hears no second one.
const PASSED_ON_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// The outcome of a mail that was read.
pub(super) fn outcome(
    raw: &RawMail,
    interpreted: Interpreted,
    state: &State,
    setting: &Setting<'_>,
    now: Timestamp,
) -> Outcome {
    let Interpreted { message, screened, reading } = interpreted;
    let key = message.key.clone().unwrap_or_else(|| message::key(&raw.bytes));
    let mail = Mail { raw, key, message: &message, screened: &screened, state, setting, now };
    match (screened.origin, reading, &message.from) {
        (Origin::Bounce, ..) => mail.bounced(),
        (Origin::Own, ..) if mail.is_copy_of_ours() => mail.file_alone(Filing::Sent),
        (Origin::Person | Origin::Coordinator, Some(reading), Some(from)) => {
            mail.by_person(&reading, &Sender { person: from.address.person(), mailbox: from })
        }
        (Origin::Person | Origin::Coordinator, Some(reading), None) if reading.disposition != Disposition::Ignore => {
            let why = "De mail heeft geen of meer dan één afzender; er is niets mee gedaan.";
            mail.finish(
                Filing::Question,
                Some(&reading),
                None,
                vec![mail.note(NoteKind::Question, None, why)],
                Done::default(),
            )
        }
        _ => mail.leave_alone(),
    }
}

impl Mail<'_> {
    /// A delivery report: if it is about a letter of ours, its person is not reached; else it is none of our business.
    fn bounced(&self) -> Outcome {
        let verified = |person: &PersonKey| {
            let ids = self.message.ids_in_body.iter().filter(|id| letter_ids::looks_ours(id));
            ids.filter_map(|id| letter_ids::verify(self.setting.secret, id, person)).next()
        };
        let about = self.state.people.keys().find_map(|person| Some((person, verified(person)?)));
        let Some((person, thread)) = about else { return self.leave_alone() };
        let (action, status) = match &self.message.report {
            Some(report) => (report.action.as_str(), report.status.as_str()),
            None => ("failed", ""),
        };
        if matches!(action, "delivered" | "relayed" | "expanded") {
            return self.leave_alone();
        }
        let decision = if action == "delayed" {
            Decision::default()
        } else {
            registration::letter_bounced(self.state, person, thread.event.as_ref(), None, status, self.now)
        };
        let mut notes = decision.notes;
        if notes.is_empty() {
            notes.push(self.note(
                NoteKind::Undeliverable,
                Some(person),
                "Een brief is vertraagd; de mailserver probeert het nog.",
            ));
        }
        let done = Done { changes: decision.changes, orders: decision.letters };
        self.finish(Filing::Undeliverable, None, Some(person), notes, done)
    }

    /// Is it the copy of a letter that we sent to ourselves along with it? Its Message-ID is one that only we could make.
    fn is_copy_of_ours(&self) -> bool {
        let Some(id) = &self.message.message_id else { return false };
        self.message.to.iter().any(|to| letter_ids::is_ours(self.setting.secret, id, &to.address))
    }

    /// A mail from a person, understood.
    fn by_person(&self, reading: &Reading, author: &Sender<'_>) -> Outcome {
        let known = self.state.people.get(&author.person);
        if let Some(pending) = known.and_then(|known| self.pending_answered_by(known, reading)) {
            return self.confirmed(pending, reading, author);
        }
        let requests = self.requests(reading, author);
        match reading.disposition {
            _ if !requests.is_empty() && self.screened.may_act => {
                // A bare "ja" is read as nothing in itself; as the answer to an offer it is carried out like any request.
                let carried_out = Reading { disposition: Disposition::Act, ..reading.clone() };
                self.act(&requests, &carried_out, author)
            }
            Disposition::Ignore => self.leave_alone(),
            _ if !self.screened.may_act && known.is_none() => self.leave_alone(),
            _ => self.ask(reading, author, None),
        }
    }

    /// What is to be carried out: what was read, or the answer to an offer that a bare "ja" or "nee" stands for.
    fn requests(&self, reading: &Reading, author: &Sender<'_>) -> Vec<Request> {
        let offers = self.state.events.values().filter_map(|found| {
            let mine = found.registrations.get(&author.person)?;
            Some((found.event.id.clone(), mine.confirmed, mine.offer.as_ref()?.seats))
        });
        let thread = self.screened.thread.as_ref().and_then(|thread| thread.event.as_ref());
        let offers: Vec<_> = offers.filter(|(event, ..)| thread.is_none_or(|about| about == event)).collect();
        match (reading.plain_answer, offers.as_slice()) {
            (Some(PlainAnswer::Yes), [(event, confirmed, seats)]) => vec![Request::Register {
                event: event.clone(),
                seats: confirmed.saturating_add(*seats),
                mode: Mode::Set,
                names: Vec::new(),
            }],
            // A bare no declines what was offered; the seats that he has stay his.
            (Some(PlainAnswer::No), [(event, _, seats)]) => {
                vec![Request::Cancel { event: event.clone(), seats: Some(*seats), names: Vec::new() }]
            }
            _ if reading.disposition == Disposition::Act => reading.requests.clone(),
            _ => Vec::new(),
        }
    }

    /// Carries out what is asked, or asks the author first when it would take something away and nobody vouches for him.
    fn act(&self, requests: &[Request], reading: &Reading, author: &Sender<'_>) -> Outcome {
        let mut done = Done::default();
        let mut after = self.state.clone();
        let person = self.author_now(author, reading);
        put(&mut after, &mut done.changes, Change::PutPerson(author.person.clone(), person.clone()));
        let coordinator = self.screened.origin == Origin::Coordinator;
        if let Proof::Nothing(missing) = &self.screened.proof
            && (coordinator || requests.iter().any(|request| takes_away(request, self.state, &author.person)))
        {
            return self.please_confirm(requests, reading, author, person, missing);
        }
        let decision = self.decided(&after, requests, author);
        if let Some(why) = &decision.ask {
            return self.ask(reading, author, Some(why));
        }
        let mut notes = decision.notes;
        let filing = if reading.question { Filing::Question } else { filing_of(&decision.letters, &author.person) };
        let mut orders = decision.letters;
        if let Some(mine) = orders.iter_mut().find(|order| order.person == author.person) {
            mine.facts.question_passed_on = reading.question;
            mine.facts.pitch_noted = reading.pitch;
        }
        self.note_wishes(reading, author, &mut notes);
        done.changes.extend(decision.changes);
        done.orders = orders;
        self.finish(filing, Some(reading), Some(&author.person), notes, done)
    }

    /// What the rules make of requests of the author.
    fn decided(&self, state: &State, requests: &[Request], author: &Sender<'_>) -> Decision {
        let wish = Wish {
            person: &author.person,
            requests,
            said_at: self.raw.received_at,
            mail: &self.key,
            authority: Authority::Person,
        };
        registration::decide(state, &wish, self.now)
    }

    /// The question and the pitch of a mail that was carried out, for the coordinator.
    fn note_wishes(&self, reading: &Reading, author: &Sender<'_>, notes: &mut Vec<Note>) {
        let typed = &self.message.text.typed;
        if reading.question {
            notes.push(self.note(NoteKind::Question, Some(&author.person), &quoted_words(&questions(typed), typed)));
        }
        if reading.pitch {
            // The evidence is that of what was carried out; of a pitch she reads the mail itself.
            notes.push(self.note(NoteKind::Pitch, Some(&author.person), &quoted_words(&[], typed)));
        }
    }

    /// Nothing is booked and nothing cancelled: the coordinator looks; somebody we know hears so, once a day.
    fn ask(&self, reading: &Reading, author: &Sender<'_>, why: Option<&str>) -> Outcome {
        let words = quoted_words(&reading.evidence, &self.message.text.typed);
        let text = match why.or(reading.doubts.first().map(String::as_str)) {
            Some(doubt) => format!("{words} ({doubt})"),
            None => words,
        };
        let mut notes = vec![self.note(NoteKind::Question, Some(&author.person), &text)];
        if reading.pitch {
            notes.push(self.note(NoteKind::Pitch, Some(&author.person), &text));
        }
        let mut done = Done::default();
        if let Some(known) = self.state.people.get(&author.person)
            && self.screened.origin == Origin::Person
            && self.screened.may_answer == MayAnswer::Yes
            && known.passed_on_at.is_none_or(|at| self.now.duration_since(at) >= PASSED_ON_LASTS)
        {
            let person = Person { passed_on_at: Some(self.now), ..self.author_now(author, reading) };
            done.orders.push(LetterOrder::to(&author.person, &person, LetterKind::PassedOn));
            done.changes.push(Change::PutPerson(author.person.clone(), person));
        }
        self.finish(Filing::Question, Some(reading), Some(&author.person), notes, done)
    }

    /// Nobody vouches for a mail that would take something away: its author is asked at his own address first.
    fn please_confirm(
        &self,
        requests: &[Request],
        reading: &Reading,
        author: &Sender<'_>,
        mut person: Person,
        missing: &str,
    ) -> Outcome {
        let text = format!("{} ({missing})", quoted_words(&reading.evidence, &self.message.text.typed));
        let notes = vec![self.note(NoteKind::Question, Some(&author.person), &text)];
        let mut done = Done::default();
        if self.screened.may_answer == MayAnswer::Yes && self.screened.origin == Origin::Person {
            let facts = Facts { pending: requests.to_vec(), ..Facts::default() };
            let mut asking =
                LetterOrder { facts, ..LetterOrder::to(&author.person, &person, LetterKind::PleaseConfirm) };
            asking.event = requests.iter().find_map(Request::event).cloned();
            let (letters, _) = self.write(std::slice::from_ref(&asking), &author.person);
            if let Some(letter) = letters.first() {
                person.pending =
                    Some(Pending { letter: letter.head.id.clone(), requests: requests.to_vec(), asked_at: self.now });
                done.changes.push(Change::PutPerson(author.person.clone(), person));
                done.orders.push(asking);
            }
        }
        self.finish(Filing::Question, Some(reading), Some(&author.person), notes, done)
    }

    /// The change that waits for this person's word, when this mail gives it: a plain yes or no that somebody vouches for.
    fn pending_answered_by<'p>(&self, person: &'p Person, reading: &Reading) -> Option<(&'p Pending, PlainAnswer)> {
        let pending = person.pending.as_ref()?;
        let answer = reading.plain_answer?;
        let fresh = self.now.duration_since(pending.asked_at) < PENDING_LASTS;
        let in_thread = self.screened.thread.as_ref().is_some_and(|thread| thread.letter == pending.letter);
        let vouched = match self.screened.proof {
            Proof::OurLetter => in_thread,
            Proof::Provider => in_thread || self.screened.thread.is_none(),
            Proof::Nothing(_) => false,
        };
        (fresh && vouched).then_some((pending, answer))
    }

    /// He said yes or no to our "klopt dit?".
    fn confirmed(&self, (pending, answer): (&Pending, PlainAnswer), reading: &Reading, author: &Sender<'_>) -> Outcome {
        let mut done = Done::default();
        let mut after = self.state.clone();
        let person = Person { pending: None, ..self.author_now(author, reading) };
        put(&mut after, &mut done.changes, Change::PutPerson(author.person.clone(), person));
        if answer == PlainAnswer::No {
            let text = "Zei nee op onze vraag of een wijziging klopte: alles blijft zoals het was.";
            let notes = vec![self.note(NoteKind::Changed, Some(&author.person), text)];
            return self.finish(Filing::Registered, Some(reading), Some(&author.person), notes, done);
        }
        let decision = self.decided(&after, &pending.requests, author);
        if let Some(why) = &decision.ask {
            return self.ask(reading, author, Some(why));
        }
        let filing = filing_of(&decision.letters, &author.person);
        done.changes.extend(decision.changes);
        done.orders = decision.letters;
        self.finish(filing, Some(reading), Some(&author.person), decision.notes, done)
    }

    /// The author as this mail shows him: its address, name and language, and what was known of him.
    fn author_now(&self, author: &Sender<'_>, reading: &Reading) -> Person {
        let Mailbox { name, address } = author.mailbox.clone();
        match self.state.people.get(&author.person).cloned() {
            Some(known) => {
                let name = if name.is_empty() { known.name.clone() } else { name };
                Person { address, name, language: reading.language, ..known }
            }
            None => Person::new(address, name, reading.language),
        }
    }
}

/// Applies a change and remembers it.
fn put(state: &mut State, changes: &mut Vec<Change>, change: Change) {
    state.apply(&change);
    changes.push(change);
}

/// Would this request take away or change something that stands? A first sign-up and an empty cancellation do not.
fn takes_away(request: &Request, state: &State, author: &PersonKey) -> bool {
    let standing = |event| state.events.get(event).and_then(|found| found.registrations.get(author));
    match request {
        Request::Register { event, seats, mode, names } => standing(event).is_some_and(|mine| {
            let seats_now = mine.confirmed.saturating_add(mine.waiting);
            let other_people = names.iter().any(|name| !mine.names.contains(name));
            *mode != Mode::Set || *seats != seats_now || other_people && seats_now > 1
        }),
        Request::Cancel { event, .. } => standing(event).is_some(),
        Request::Subscribe => false,
        Request::Unsubscribe | Request::Forget => true,
    }
}

/// Where a mail goes whose author got these letters: seats weigh more than waiting, waiting more than leaving.
fn filing_of(letters: &[LetterOrder], author: &PersonKey) -> Filing {
    let kinds: Vec<_> = letters.iter().filter(|order| order.person == *author).map(|order| order.kind).collect();
    let any = |wanted: &[LetterKind]| kinds.iter().any(|kind| wanted.contains(kind));
    if any(&[LetterKind::Waitlisted]) {
        Filing::Waitlist
    } else if any(&[LetterKind::Confirmed, LetterKind::Changed, LetterKind::AlreadyRegistered, LetterKind::Promoted]) {
        Filing::Registered
    } else if any(&[
        LetterKind::Cancelled,
        LetterKind::NothingToCancel,
        LetterKind::Unsubscribed,
        LetterKind::Forgotten,
    ]) {
        Filing::Cancelled
    } else {
        Filing::Registered
    }
}

/// The sentences of a mail that end in a question mark.
fn questions(typed: &str) -> Vec<String> {
    let sentences = typed.split_inclusive(['?', '.', '!', '\n']).map(str::trim);
    sentences.filter(|sentence| sentence.ends_with('?') && sentence.len() > 1).map(str::to_owned).collect()
}

/// The words that the coordinator is shown of a mail: what led to the reading, else how it begins; at most 200 characters.
fn quoted_words(evidence: &[String], typed: &str) -> String {
    let words = if evidence.is_empty() {
        typed.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        evidence.join(" … ")
    };
    let mut cut: String = words.chars().take(200).collect();
    if cut.len() < words.len() {
        cut.push('…');
    }
    format!("“{cut}”")
}
