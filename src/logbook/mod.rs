//! The logbook: everything that was committed, line by line, in a folder of the mailbox. From it a lost store is rebuilt.
//!
//! A line holds what was decided, not what led to it. A decision depends on the clock, on which mails were taken together, on
//! the configuration and on the version of the program; none of that stands in a mail, so reading the mails again would only
//! nearly give the same list, and a mail that the coordinator threw away would give none of it. Lines read again in their
//! order give the very same store. Mails are read for what came after the last line. Bodies of mails are in no line.
//!
//! Pure: `mail` makes mails of lines and lines of mails, `plan` puts together what a folder of them says. `store` keeps the lines
//! that wait, `daemon::logbook` brings them to the mailbox, `daemon::rebuild` reads them back.

pub mod mail;
pub mod plan;
#[cfg(test)]
mod tests;

use crate::ids::MessageId;
use crate::mail::SendResult;
use crate::outcome::{DoneMail, JournalEntry, Letter, LetterHead, Outcome};
use crate::registration::Change;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One thing that was committed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Which store wrote it: one more with each rebuild or restore.
    pub book: u32,
    /// Its place, from 0, without gaps; a later book goes on where the one before it ended.
    pub number: u64,
    /// When it was committed; told to people, never gone by.
    pub at: Timestamp,
    /// What it was.
    pub what: What,
}

/// What a line tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The outcome of a mail, a command or the clock.
    Outcome(Box<Logged>),
    /// A small named value was set.
    Setting {
        /// Its name.
        name: String,
        /// Its value.
        value: serde_json::Value,
    },
    /// A letter that an earlier line still had waiting has gone, or any letter can never go.
    Fared {
        /// Which.
        letter: MessageId,
        /// When that was known.
        at: Timestamp,
        /// How: accepted or refused.
        result: SendResult,
    },
    /// What was older than this was forgotten.
    Swept {
        /// The moment.
        before: Timestamp,
    },
}

/// An outcome as it is logged: its letters without their texts, but for those that have not gone yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logged {
    /// The mail that it came from.
    pub mail: Option<DoneMail>,
    /// The steps of the state.
    pub changes: Vec<Change>,
    /// The letters.
    pub letters: Vec<LoggedLetter>,
    /// The journal entry with its number.
    pub entry: Option<(u64, JournalEntry)>,
}

/// A letter as it is logged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoggedLetter {
    /// Which letter it is.
    #[serde(flatten)]
    pub head: LetterHead,
    /// The whole letter in base64 while it has not gone; `None` when it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Logged {
    /// An outcome whose journal entry has this number. Its letters count as gone.
    pub fn of(outcome: &Outcome, entry_number: Option<u64>) -> Self {
        Self {
            mail: outcome.mail.clone(),
            changes: outcome.changes.clone(),
            letters: outcome.letters.iter().map(LoggedLetter::gone).collect(),
            entry: entry_number.zip(outcome.entry.clone()),
        }
    }

    /// The outcome again. A letter that has gone has no bytes.
    pub fn outcome(&self) -> Outcome {
        Outcome {
            mail: self.mail.clone(),
            changes: self.changes.clone(),
            letters: self.letters.iter().map(LoggedLetter::letter).collect(),
            entry: self.entry.as_ref().map(|(_, entry)| entry.clone()),
        }
    }
}

impl LoggedLetter {
    fn gone(letter: &Letter) -> Self {
        Self { head: letter.head.clone(), text: None }
    }

    fn letter(&self) -> Letter {
        Letter { head: self.head.clone(), bytes: self.text.as_deref().and_then(unpacked).unwrap_or_default() }
    }
}

/// Bytes as text.
pub fn packed(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

/// The bytes again; `None` when the text is none that [`packed`] made.
pub fn unpacked(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}
