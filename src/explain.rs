//! What would be done with a mail, and why, changing nothing.
//!
//! Pure: the bytes of a mail and what is known at the moment in, one [`Explanation`] out, by the very steps that `handle`
//! takes. Prints nothing; `cli::explain` does.

use crate::handle::{self, Interpreted};
use crate::ids::{Address, BadAddress, EventId};
use crate::mail::letter_ids::LetterSecret;
use crate::mail::message::Unreadable;
use crate::mail::safety::Identities;
use crate::mail::{Location, MayAnswer, RawMail, Screened};
use crate::understanding::{self, Disposition, EventInfo, Language, Reading, Situation, Trace};
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
    /// How its words were read, clause by clause; empty for a mail that no person wrote.
    pub trace: Trace,
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
    let mut seen = None;
    let interpreted = handle::interpret(&raw, &now.identities, |_, screened| {
        let mut situation = now.situation.clone();
        if let Some(thread) = &screened.thread {
            situation.thread_event.clone_from(&thread.event);
        }
        seen = Some(situation.clone());
        situation
    })?;
    Ok(conclude(interpreted, &now.identities, seen.as_ref()))
}

/// The three decisions together: what is read, what is carried out, what is answered. `situation` is what the reader knew,
/// when a person wrote the mail.
pub fn conclude(interpreted: Interpreted, who: &Identities<'_>, situation: Option<&Situation>) -> Explanation {
    let Interpreted { message, screened, reading } = interpreted;
    let known = who.known;
    let trace = situation.map_or_else(Trace::default, |situation| {
        understanding::understand_with_trace(&handle::input(&message, who), situation).1
    });
    let mut reading = reading.unwrap_or_else(|| nothing(&screened.reason));
    if !screened.may_act && reading.disposition != Disposition::Ignore {
        reading.disposition = if known { Disposition::Ask } else { Disposition::Ignore };
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
        subject: message.subject,
        typed: message.text.typed,
        answer: screened.may_answer == MayAnswer::Yes && due,
        screened,
        reading,
        trace,
    }
}

/// The reading of a mail that no person wrote.
fn nothing(reason: &str) -> Reading {
    Reading {
        disposition: Disposition::Ignore,
        requests: Vec::new(),
        question: false,
        pitch: false,
        plain_answer: None,
        language: Language::Nl,
        reason: reason.to_owned(),
        evidence: Vec::new(),
        doubts: Vec::new(),
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
    /// An address is none.
    #[error(transparent)]
    Address(#[from] BadAddress),
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
        let coordinator = match line.coordinator {
            Some(address) => address,
            None => Address::new("niemand@invalid")?,
        };
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
            known: self.situation.knows_author(),
        };
        Circumstances { identities, situation: &self.situation }
    }
}
