//! A mail out of the folder of spam. Pure.
//!
//! Real mail does end up there, and forged mail too. What somebody whom we know asks is carried out when somebody vouches for
//! him; else the mail stays where and as it is, and the coordinator hears of it. Spam of strangers is none of our business.

use super::{Interpreted, Setting, decide, read};
use crate::ids::MailKey;
use crate::mail::{Filing, Origin, Proof, RawMail, message, sanitize};
use crate::outcome::{Cause, DoneMail, JournalEntry, Outcome};
use crate::registration::{LetterKind, Note, NoteKind, Person, State};
use jiff::Timestamp;

/// The outcome of a mail that lies in the folder of spam.
pub fn handle_spam(raw: &RawMail, state: &State, setting: &Setting<'_>, now: Timestamp) -> Outcome {
    let author = message::author(&raw.bytes).map(|address| address.person());
    let known = author.as_ref().and_then(|person| state.people.get(person));
    let (Some(known), Ok(interpreted)) = (known, read(raw, state, setting)) else { return untouched(raw, None) };
    if !matches!(interpreted.screened.origin, Origin::Person | Origin::Coordinator) {
        return untouched(raw, None);
    }
    let entry = listing(raw, &interpreted, known, now);
    if !matches!(interpreted.screened.proof, Proof::Nothing(_)) {
        let outcome = decide::outcome(raw, interpreted, state, setting, now);
        if is_carried_out(&outcome) {
            return outcome;
        }
    }
    untouched(raw, Some(entry))
}

/// The key of "this mail was listed": another than the mail's own, so that it is handled as any other once somebody takes it
/// out of the spam.
pub fn listed_key(mail: &MailKey) -> MailKey {
    message::key_of_name(&format!("spam {mail}"))
}

/// Was what it asks carried out, rather than left to the coordinator?
fn is_carried_out(outcome: &Outcome) -> bool {
    let filed = outcome
        .mail
        .as_ref()
        .is_some_and(|mail| matches!(mail.filing, Filing::Registered | Filing::Waitlist | Filing::Cancelled));
    let told = |kind: LetterKind| !matches!(kind, LetterKind::PassedOn | LetterKind::PleaseConfirm);
    filed || outcome.letters.iter().filter_map(|letter| letter.head.kind).any(told)
}

/// The mail stays as it is.
fn untouched(raw: &RawMail, entry: Option<JournalEntry>) -> Outcome {
    let done = DoneMail {
        key: listed_key(&message::key(&raw.bytes)),
        location: raw.location.clone(),
        message_id: None,
        received_at: raw.received_at,
        filing: Filing::Untouched,
    };
    Outcome { mail: Some(done), changes: Vec::new(), letters: Vec::new(), entry }
}

/// What the coordinator hears of it.
fn listing(raw: &RawMail, read: &Interpreted, known: &Person, now: Timestamp) -> JournalEntry {
    let (message, screened) = (&read.message, &read.screened);
    let why = match &screened.proof {
        Proof::Nothing(missing) => format!("het is niet zeker dat hij echt is: {missing}"),
        Proof::OurLetter | Proof::Provider => "hij vraagt iets waar een mens naar moet kijken".to_owned(),
    };
    let words = sanitize::line(&message.text.typed, 120);
    let text =
        format!("In de spammap ligt een mail: “{words}”; {why}. Haal hem uit de spam, en hij wordt alsnog gelezen.");
    let person = known.address.person();
    let reading = read.reading.as_ref();
    JournalEntry {
        at: now,
        cause: Cause::Mail {
            key: listed_key(&message::key(&raw.bytes)),
            received_at: raw.received_at,
            subject: message.subject.chars().take(120).collect(),
            origin: screened.origin,
            proof: screened.proof.clone(),
        },
        person: Some(person.clone()),
        requests: reading.map(|reading| reading.requests.clone()).unwrap_or_default(),
        disposition: None,
        reason: "De mail lag in de spammap en is niet uitgevoerd.".to_owned(),
        evidence: reading.map(|reading| reading.evidence.clone()).unwrap_or_default(),
        notes: vec![Note { event: None, person: Some(person), kind: NoteKind::Question, text }],
        letters: Vec::new(),
    }
}
