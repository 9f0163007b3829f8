//! The outcome of a mail, a command or the clock: the one value that is committed, and all that has to be committed.
//!
//! Made by `handle`, `coordinator` and `daemon::timers`; taken by `store`, in one transaction.

use crate::ids::{Address, EventId, MailKey, MessageId, PersonKey};
use crate::mail::{Filing, Location, Origin, Proof};
use crate::registration::{Change, LetterKind, Note};
use crate::understanding::{Disposition, Request};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is committed at once.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The mail that it came from, now done; `None` for commands and the clock.
    pub mail: Option<DoneMail>,
    /// The steps of the state.
    pub changes: Vec<Change>,
    /// The letters to send, rendered to their final bytes.
    pub letters: Vec<Letter>,
    /// What is written down about it; `None` for mails that are none of our business.
    pub entry: Option<JournalEntry>,
}

/// A mail that is done, and how it is to be filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneMail {
    /// Its key.
    pub key: MailKey,
    /// Where it lay.
    pub location: Location,
    /// Its Message-ID, to find it again when it was moved.
    pub message_id: Option<MessageId>,
    /// When the server took it in.
    pub received_at: Timestamp,
    /// Where it goes.
    pub filing: Filing,
}

/// A letter to send, as it will leave.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Which letter it is.
    #[serde(flatten)]
    pub head: LetterHead,
    /// The whole letter (RFC 5322), lines ended by CRLF.
    pub bytes: Vec<u8>,
}

/// What is known of a letter besides its text, in the queue and long after it has gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterHead {
    /// Its Message-ID: derived from what it answers, so that the same letter has the same one for ever.
    pub id: MessageId,
    /// Which letter; `None` for a digest or an alarm.
    pub kind: Option<LetterKind>,
    /// To whom; `None` for the coordinator.
    pub person: Option<PersonKey>,
    /// The address that it goes to: its only recipient.
    pub to: Address,
    /// About which event.
    pub event: Option<EventId>,
    /// Its Date.
    pub written_at: Timestamp,
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its text is for its reader alone: no log shows it.
        let text = format_args!("{} bytes", self.bytes.len());
        f.debug_struct("Letter")
            .field("id", &self.head.id)
            .field("kind", &self.head.kind)
            .field("to", &self.head.to)
            .field("text", &text)
            .finish()
    }
}

/// What was decided, and why: one line of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// When it was decided.
    pub at: Timestamp,
    /// What led to it.
    pub cause: Cause,
    /// Whom it is about.
    pub person: Option<PersonKey>,
    /// What the mail asked; empty for commands and the clock.
    pub requests: Vec<Request>,
    /// How the mail was read.
    pub disposition: Option<Disposition>,
    /// One sentence: why.
    pub reason: String,
    /// The words that led to it.
    pub evidence: Vec<String>,
    /// What happened, for the digest and `history`.
    pub notes: Vec<Note>,
    /// The letters that were written.
    pub letters: Vec<MessageId>,
}

/// What led to an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A mail.
    Mail {
        /// Its key.
        key: MailKey,
        /// When the server took it in.
        received_at: Timestamp,
        /// Its subject, cut to 120 characters.
        subject: String,
        /// Who wrote it.
        origin: Origin,
        /// What vouched for him.
        proof: Proof,
    },
    /// A command of the coordinator, in its own words.
    Command(String),
    /// The time: an offer lapsed, a seat was given.
    Clock,
}
