//! Letters as the store knows them, and what `daemon::sender` asks about them: which are due, that one is tried, how it fared.
//!
//! How they are kept is told in `queue`.

use super::disk::Durability;
use super::draft::Records;
use super::tree::Tree;
use super::{Store, StoreError, queue};
use crate::ids::MessageId;
use crate::mail::{Halt, SendResult};
use crate::outcome::{Letter, LetterHead};
use crate::registration::LetterKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A letter is given up after so many days (RFC 5321, 4.5.4.1) and so many tries: days in which nobody tried do not count.
const GIVE_UP_DAYS: i64 = 5;
const GIVE_UP_TRIES: u32 = 60;

/// A letter that waits to go.
#[derive(Clone, Debug, PartialEq)]
pub struct QueuedLetter {
    /// The letter, bytes and all.
    pub letter: Letter,
    /// How often it has been tried.
    pub tries: u32,
    /// It may have gone already: look for its Message-ID in the Sent folder before it is tried again.
    pub uncertain: bool,
    /// When it may be tried again; `None` when it was never tried.
    pub next_try: Option<Timestamp>,
    /// When the try began of which nobody knows how it ended.
    pub uncertain_since: Option<Timestamp>,
}

/// What is remembered of a letter besides its bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LetterRecord {
    /// Which letter it is.
    #[serde(flatten)]
    pub head: LetterHead,
    /// Its place in the queue.
    pub number: u64,
    /// Where its bytes are until it has gone.
    pub slot: u64,
    /// How often it has been tried.
    pub tries: u32,
    /// When it was tried first.
    pub first_try: Option<Timestamp>,
    /// When a try began of which nobody knows how it ended.
    #[serde(default)]
    pub uncertain_since: Option<Timestamp>,
    /// How it stands.
    pub fate: Fate,
    /// Its reader was forgotten: the record goes with the letter.
    #[serde(default)]
    pub forgotten: bool,
    /// The logbook says that it waits: it must hear when it has gone.
    #[serde(default)]
    pub logged_waiting: bool,
}

impl LetterRecord {
    /// Is it given up when it does not go now?
    pub fn is_tried_enough(&self, now: Timestamp) -> bool {
        let tried_for = self.first_try.map_or(SignedDuration::ZERO, |first| now.duration_since(first));
        self.tries >= GIVE_UP_TRIES && tried_for >= SignedDuration::from_hours(24 * GIVE_UP_DAYS)
    }

    /// Does it wait, and has no try of it ended without an answer?
    pub fn has_surely_not_gone(&self) -> bool {
        matches!(self.fate, Fate::Waiting { uncertain: false, .. })
    }
}

/// How a letter stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It waits.
    Waiting {
        /// When it may be tried again; `None` when it was never tried.
        next_try: Option<Timestamp>,
        /// It may have gone already.
        uncertain: bool,
        /// What the last try said; empty before the first.
        reason: String,
    },
    /// The server took it.
    Sent {
        /// When.
        at: Timestamp,
    },
    /// It will never go.
    Undeliverable {
        /// Since when that is known.
        at: Timestamp,
        /// What the server said.
        reason: String,
    },
}

impl Store {
    /// The letters that wait, have surely not gone, and tell somebody that a seat is on offer to him, or is no more.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn unsent_about_offers(&self) -> Result<Vec<LetterRecord>, StoreError> {
        let about_offers = |record: &LetterRecord| {
            matches!(record.head.kind, Some(LetterKind::Offered | LetterKind::OfferEnded))
                && record.has_surely_not_gone()
        };
        Ok(queue::waiting(&self.disk)?.into_iter().filter(about_offers).collect())
    }

    /// The letters that may be tried now, at most `limit`, those due longest first.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn due_letters(&self, now: Timestamp, limit: usize) -> Result<Vec<QueuedLetter>, StoreError> {
        queue::due(&self.disk, now, limit)
    }

    /// Notes that one letter is about to be tried; see [`note_letter_tries`](Self::note_letter_tries).
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn note_letter_try(&self, id: &MessageId, now: Timestamp) -> Result<u32, StoreError> {
        self.write(Durability::Power, |draft| queue::note_try(draft, id, now))
    }

    /// Notes that letters are about to be tried, and gives for each how often it has been, this time included; 0 when there
    /// is no such letter any more. Until it is marked each is uncertain: if the process ends in between, it may or may not have gone.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn note_letter_tries(&self, ids: &[MessageId], now: Timestamp) -> Result<Vec<u32>, StoreError> {
        self.write(Durability::Power, |draft| ids.iter().map(|id| queue::note_try(draft, id, now)).collect())
    }

    /// Takes back that letters are about to be tried: they were not, and are due as they were.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn give_back_letters(&self, ids: &[MessageId], now: Timestamp) -> Result<(), StoreError> {
        let untried = SendResult::Halted { halt: Halt::Unreachable, why: String::new() };
        self.write(Durability::Power, |draft| ids.iter().try_for_each(|id| queue::mark(draft, id, &untried, now)))
    }

    /// Lets a letter that may have gone wait until then, still uncertain, without counting a try.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn await_word_of_letter(&self, id: &MessageId, until: Timestamp) -> Result<(), StoreError> {
        self.write(Durability::Process, |draft| queue::await_word(draft, id, until))
    }

    /// Notes how a letter fared. Accepted: its bytes are dropped and a small record is kept. Later: it is due again after a
    /// growing delay, until it has been tried for five days. Refused: it is kept as undeliverable. Unknown: due again, and uncertain.
    ///
    /// That it was accepted survives a power cut only after a [`sync`](Self::sync), so that many of them share one: till then it
    /// comes back uncertain, as it was noted before the try.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn mark_letter(&self, id: &MessageId, result: &SendResult, now: Timestamp) -> Result<(), StoreError> {
        let durability = if *result == SendResult::Accepted { Durability::Process } else { Durability::Power };
        self.write(durability, |draft| queue::mark(draft, id, result, now))
    }

    /// How many letters have gone since `since`, at `now`; for limits of hours and days, not further back than a week. What
    /// went more than a day after `now` went before the clock was set back, and does not count.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn letters_sent_since(&self, since: Timestamp, now: Timestamp) -> Result<u32, StoreError> {
        queue::sent_since(&self.disk, since, now)
    }

    /// What is remembered of a letter, sent or not.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn letter(&self, id: &MessageId) -> Result<Option<LetterRecord>, StoreError> {
        self.disk.get(Tree::Outbox, id.as_str().as_bytes())
    }

    /// The letters that could not be delivered since `since`.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn undeliverable_since(&self, since: Timestamp) -> Result<Vec<LetterRecord>, StoreError> {
        queue::undeliverable_since(&self.disk, since)
    }
}
