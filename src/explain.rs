//! What would be done with a mail, and why, changing nothing.
//!
//! Pure: the bytes of a mail and what is known at the moment in, one [`Explanation`] out, by the very steps that `handle`
//! takes. Prints nothing; `cli::explain` does.

use crate::ids::{Address, EventId};
use crate::mail::letter_ids::LetterSecret;
use crate::mail::message::{self, Unreadable};
use crate::mail::safety::{self, Identities};
use crate::mail::{Location, MayAnswer, Message, Origin, RawMail, Screened};
use crate::understanding::{Disposition, EventInfo, Input, Reading, Situation};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is known at the moment, besides the mail.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Who is who.
    pub identities: Identities<'a>,
    /// What the reader may know; the thread is filled in from the mail.
    pub situation: &'a Situation,
}

/// What would be done with one mail, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The author as the mail names him.
    pub author: String,
    /// The subject.
    pub subject: String,
    /// What the person typed.
    pub typed: String,
    /// Who wrote it, and what may be done with it.
    pub screened: Screened,
    /// What it asks. For a mail that no person wrote: nothing.
    pub reading: Reading,
    /// Would a letter go out?
    pub answer: bool,
}

/// Explains one mail.
///
/// # Errors
/// When the bytes are no mail.
pub fn explain(bytes: &[u8], now: &Circumstances<'_>) -> Result<Explanation, Unreadable> {
    let raw = RawMail {
        location: Location::Maildir { name: String::new() },
        received_at: now.situation.received.timestamp(),
        bytes: bytes.to_vec(),
    };
    let message = message::parse(&raw)?;
    let screened = safety::screen(&message, &now.identities);
    let mut situation = now.situation.clone();
    if let Some(thread) = &screened.thread {
        situation.thread_event.clone_from(&thread.event);
    }
    let reading = understand(&input(&message, &now.identities), &situation);
    Ok(conclude(&message, screened, reading, now.identities.known))
}

/// The three decisions together: what is read, what is carried out, what is answered.
fn conclude(message: &Message, screened: Screened, mut reading: Reading, known: bool) -> Explanation {
    let person = matches!(screened.origin, Origin::Person | Origin::Coordinator);
    if !screened.may_act && reading.disposition != Disposition::Ignore {
        // What machines write is left alone; a person whose mail is not sound is looked at by a person.
        reading.disposition = if person { Disposition::Ask } else { Disposition::Ignore };
        reading.requests.clear();
        reading.reason.clone_from(&screened.reason);
    }
    let due = match reading.disposition {
        Disposition::Act => true,
        Disposition::Ask => known,
        Disposition::Ignore => false,
    };
    let author = message.from.as_ref().map_or_else(String::new, |from| match from.name.as_str() {
        "" => from.address.to_string(),
        name => format!("{name} <{}>", from.address),
    });
    Explanation {
        author,
        subject: message.subject.clone(),
        typed: message.text.typed.clone(),
        answer: screened.may_answer == MayAnswer::Yes && due,
        screened,
        reading,
    }
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
        is_reply: !message.answers.is_empty(),
        addressed: message.to.iter().any(|mailbox| who.is_own(&mailbox.address)),
    }
}

impl Explanation {
    /// The machine-readable form; `mail` is the name by which the caller knows the mail.
    pub fn json(&self, mail: &str) -> Value {
        json!({
            "mail": mail,
            "origin": self.screened.origin,
            "disposition": self.reading.disposition,
            "actions": self.reading.requests,
            "question": self.reading.question,
            "pitch": self.reading.pitch,
            "answer": self.answer,
            "text": self.typed,
            "reason": self.reading.reason,
            "evidence": self.reading.evidence,
        })
    }
}

/// A mail in a made-up situation, to try the reader out: one line of a situations file.
#[derive(Clone, Debug)]
pub struct MadeUp {
    /// The file of the mail, as the line names it.
    pub mail: String,
    inbox: Address,
    coordinator: Address,
    secret: LetterSecret,
    situation: Situation,
}

/// Why a line of a situations file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadSituation {
    /// It is no JSON object of the right shape.
    #[error("deze regel van het situatiebestand klopt niet: {0}; zie `aanmelder explain --help` voor de vorm")]
    Shape(#[from] serde_json::Error),
    /// The moment of receipt is no moment.
    #[error("`received` is geen tijdstip: {0}; schrijf het als 2017-11-02T09:14:00+01:00")]
    Moment(#[from] jiff::Error),
}

#[derive(Deserialize)]
struct Line {
    mail: String,
    inbox: Address,
    received: String,
    timezone: Option<String>,
    coordinator: Option<Address>,
    #[serde(default)]
    events: Vec<EventInfo>,
    #[serde(default)]
    registered: BTreeMap<EventId, Vec<String>>,
}

impl MadeUp {
    /// Reads a line: `{"mail", "inbox", "received", "events", "registered"}`. Times are local ones of Europe/Amsterdam
    /// unless it names another `timezone`; the `coordinator` is nobody unless it names her address. No letter of ours can be
    /// answered in it, since nothing vouches for one.
    ///
    /// # Errors
    /// When it is not of that shape.
    pub fn from_json(line: &str) -> Result<Self, BadSituation> {
        let line: Line = serde_json::from_str(line)?;
        let zone = TimeZone::get(line.timezone.as_deref().unwrap_or("Europe/Amsterdam"))?;
        let received: ZonedDateTime = line.received.parse::<Timestamp>()?.to_zoned_datetime(zone);
        let situation = Situation {
            received,
            events: line.events,
            registered: line.registered,
            offered: BTreeMap::new(),
            thread_event: None,
            asked: false,
        };
        let nobody =
            || Address::new("coordinator@invalid").map_err(|error| jiff::Error::from_args(format_args!("{error}")));
        let coordinator = line.coordinator.map_or_else(nobody, Ok)?;
        Ok(Self { mail: line.mail, inbox: line.inbox, coordinator, secret: LetterSecret::new([0; 32]), situation })
    }

    /// What is known in it: the author only when he is registered.
    pub fn circumstances(&self) -> Circumstances<'_> {
        let identities = Identities {
            own: &self.inbox,
            aliases: &[],
            coordinator: &self.coordinator,
            authserv_id: None,
            secret: &self.secret,
            known: self.situation.registered.values().any(|names| !names.is_empty()),
        };
        Circumstances { identities, situation: &self.situation }
    }
}

fn understand(_input: &Input<'_>, _situation: &Situation) -> Reading {
    Reading {
        disposition: Disposition::Ask,
        requests: Vec::new(),
        question: false,
        pitch: false,
        plain_answer: None,
        language: crate::understanding::Language::Nl,
        reason: String::new(),
        evidence: Vec::new(),
        doubts: Vec::new(),
    }
}
