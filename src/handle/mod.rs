//! The middle of a mail's way: raw bytes and the state in, one [`Outcome`] out. Pure.
//!
//! [`interpret`] reads (parse, screen, understand) and changes nothing: `explain` stops there. [`handle`] goes on to decide
//! and writes the letters. The same bytes, state and time always give the same outcome, to the last byte of a letter.
//! Called by `daemon::engine`, which commits what comes out.

mod decide;
mod duplicate;
mod finish;
mod situate;
mod spam;
mod write;

pub use duplicate::file_duplicate;
pub use situate::situation;
pub use spam::{handle_spam, listed_key};
pub use write::{Author, write_letters};

use crate::config::{Caps, Coordinator, Network};
use crate::letters::Letters;
use crate::mail::letter_ids::LetterSecret;
use crate::mail::safety::{self, Identities};
use crate::mail::{Filing, Message, Origin, RawMail, Screened, message};
use crate::outcome::{Cause, DoneMail, JournalEntry, Outcome};
use crate::registration::{Note, NoteKind, State};
use crate::subject_prefix;
use crate::understanding::{self, Input, Reading, Situation, calendar_answer, calendar_reply};
use jiff::Timestamp;

/// What stays the same from mail to mail.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Whose meetings these are.
    pub network: &'a Network,
    /// Who runs them.
    pub coordinator: &'a Coordinator,
    /// The provider whose Authentication-Results count.
    pub authserv_id: Option<&'a str>,
    /// The key of the HMAC in our Message-IDs.
    pub secret: &'a LetterSecret,
    /// How many answers may go out.
    pub caps: &'a Caps,
    /// The templates.
    pub letters: &'a Letters,
}

/// A mail that was read: everything that is known of it before anything is decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Interpreted {
    /// The parsed mail.
    pub message: Message,
    /// Who wrote it, and what may be done with it.
    pub screened: Screened,
    /// What it asks; `None` when its origin alone says that it is none of our business.
    pub reading: Option<Reading>,
}

/// Reads one mail: parses it, tells who wrote it, and understands it where a person may have written it.
///
/// `situate` gives what may be known besides the mail, once its author is known.
///
/// # Errors
/// When the bytes cannot be read as a mail at all.
pub fn interpret(
    raw: &RawMail,
    who: &Identities<'_>,
    situate: impl FnOnce(&Message, &Screened) -> Situation,
) -> Result<Interpreted, message::Unreadable> {
    let message = message::parse(raw)?;
    let screened = safety::screen(&message, who);
    let reading = match screened.origin {
        Origin::Person | Origin::Coordinator => {
            let situation = situate(&message, &screened);
            let words = understanding::understand(&input(&message, who), &situation);
            Some(calendar(&message, &situation, &words).unwrap_or(words))
        }
        Origin::Automatic | Origin::Bulk | Origin::Bounce | Origin::Own => None,
    };
    Ok(Interpreted { message, screened, reading })
}

/// What a calendar reply to an event of ours asks; `None` when the mail is none.
fn calendar(message: &Message, situation: &Situation, words: &Reading) -> Option<Reading> {
    let reply = calendar_reply::read(&message.calendar.as_ref()?.text, situation)?;
    calendar_answer::reading(&reply, situation, &message.from.as_ref()?.address, &message.text.typed, words)
}

/// What a reader may look at of a mail.
pub fn input<'a>(message: &'a Message, who: &Identities<'_>) -> Input<'a> {
    Input {
        subject: &message.subject,
        typed: &message.text.typed,
        signature: &message.text.signature,
        quoted: &message.text.quoted,
        author: message.from.as_ref().map_or("", |from| from.name.as_str()),
        calendar: message.calendar.as_ref().map(|part| part.text.as_str()),
        is_reply: !message.answers.is_empty()
            || !message.text.quoted.is_empty() && subject_prefix::is_answer(&message.subject),
        addressed: message.to.iter().any(|to| who.is_own(&to.address)),
    }
}

/// Takes one mail the whole way from its bytes to what is to be committed.
///
/// `now` decides what may still change (offers, starts, caps); the queue goes by the mail's own `received_at`.
pub fn handle(raw: &RawMail, state: &State, setting: &Setting<'_>, now: Timestamp) -> Outcome {
    match read(raw, state, setting) {
        Ok(interpreted) => decide::outcome(raw, interpreted, state, setting, now),
        Err(unreadable) => set_aside(raw, &unreadable.to_string(), now),
    }
}

/// Reads a mail as the state has its author.
fn read(raw: &RawMail, state: &State, setting: &Setting<'_>) -> Result<Interpreted, message::Unreadable> {
    let who = identities(&raw.bytes, state, setting);
    interpret(raw, &who, |message, screened| {
        let person = message.from.as_ref().map(|from| from.address.person());
        situation(state, person.as_ref(), screened, setting.network, raw.received_at)
    })
}

/// Might something come of the mail with this header? Says in which order many mails are taken, nothing more: what becomes
/// of a mail is decided by all of it. Also of a bounce, and of what looks automatic something may come: a calendar's answer
/// shows only in the body.
pub fn may_matter(head: &RawMail, state: &State, setting: &Setting<'_>) -> bool {
    let who = identities(&head.bytes, state, setting);
    let origin = message::parse(head).map(|message| safety::screen(&message, &who).origin);
    !matches!(origin, Ok(Origin::Bulk | Origin::Own) | Err(_))
}

fn identities<'a>(bytes: &[u8], state: &State, setting: &Setting<'a>) -> Identities<'a> {
    Identities {
        own: &setting.network.address,
        aliases: &setting.network.aliases,
        coordinator: &setting.coordinator.address,
        authserv_id: setting.authserv_id,
        secret: setting.secret,
        known: message::author(bytes).is_some_and(|address| state.people.contains_key(&address.person())),
    }
}

/// The outcome for a mail that cannot be read: left unread where it is, and shown to the coordinator.
pub fn set_aside(raw: &RawMail, why: &str, now: Timestamp) -> Outcome {
    let key = message::key(&raw.bytes);
    let note = Note { event: None, person: None, kind: NoteKind::Unreadable, text: why.to_owned() };
    Outcome {
        mail: Some(DoneMail {
            key: key.clone(),
            location: raw.location.clone(),
            message_id: None,
            received_at: raw.received_at,
            filing: Filing::Untouched,
        }),
        changes: Vec::new(),
        letters: Vec::new(),
        entry: Some(JournalEntry {
            at: now,
            cause: Cause::Mail {
                key,
                received_at: raw.received_at,
                subject: message::subject(&raw.bytes),
                origin: Origin::Person,
                proof: crate::mail::Proof::Nothing("de mail was niet te lezen".to_owned()),
            },
            person: None,
            requests: Vec::new(),
            disposition: None,
            reason: why.to_owned(),
            evidence: Vec::new(),
            notes: vec![note],
            letters: Vec::new(),
        }),
    }
}
