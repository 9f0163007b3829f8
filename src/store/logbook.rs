//! The lines of the logbook that still have to go to the mailbox: written with what they tell, removed once they are there.
//!
//! So a cut never loses one; one that was cut off between the two goes twice and is read once. Where there is no logbook, none are
//! kept. Called by `Store` and by the other files of `store` that write.

use super::disk::{Disk, Durability};
use super::draft::{Draft, Records};
use super::letters::{Fate, LetterRecord};
use super::queue;
use super::tree::Tree;
use super::{Store, StoreError};
use crate::ids::MessageId;
use crate::logbook::{Line, Logged, What, packed};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::atomic::Ordering;

/// Lines take the places of those that went, in so many slots: sled does not give back the room of a page that was emptied
/// and not written again.
const SLOTS: u64 = 256;
/// Lines are given together until their letters' texts are so long, in bytes.
const MOST_TEXT: usize = 4 << 20;
/// The named value that keeps [`Book`].
pub(super) const BOOK: &str = "book";
/// The small named values that a rebuilt store must have.
pub(super) const LOGGED_SETTINGS: [&str; 4] = ["last-digest-told", "taken-since", "letter-secret", "swept-before"];

/// How far the logbook has been written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// Which store this is: one more with each rebuild or restore.
    pub book: u32,
    /// The number of the next line.
    pub next: u64,
    /// When the last snapshot was appended, and the number of the next line then.
    pub snapshot: Option<(Timestamp, u64)>,
    /// Somebody was forgotten by this line: a new snapshot goes at once, and everything before it is removed.
    #[serde(default)]
    pub purge: Option<u64>,
}

impl Store {
    /// Says whether lines of the logbook are kept from now on; none are before this is called.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn keep_logbook(&self, kept: bool) -> Result<(), StoreError> {
        self.logging.store(kept, Ordering::SeqCst);
        if kept { Ok(()) } else { self.write(Durability::Process, clear) }
    }

    /// How far the logbook has been written.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn book(&self) -> Result<Book, StoreError> {
        book(&self.disk)
    }

    /// How many lines of the logbook are not in the mailbox yet.
    pub fn unlogged(&self) -> u64 {
        self.writer().count(Tree::Logbook)
    }

    /// The first lines of the logbook that are not in the mailbox yet, at most `limit`.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn waiting_lines(&self, limit: usize) -> Result<Vec<Line>, StoreError> {
        let _writer = self.writer();
        waiting(&self.disk, limit)
    }

    /// Notes that lines are in the mailbox.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn lines_logged(&self, lines: &[Line]) -> Result<(), StoreError> {
        self.write(Durability::Process, |draft| remove(draft, lines))
    }

    /// Notes that a snapshot which holds everything before line `next` is in the mailbox.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn snapshot_logged(&self, at: Timestamp, next: u64) -> Result<(), StoreError> {
        self.write(Durability::Process, |draft| snapshot_taken(draft, at, next))
    }
}

/// Adds a line, if there is a logbook.
pub(super) fn add(draft: &mut Draft<'_>, at: Timestamp, what: What) -> Result<(), StoreError> {
    if !draft.logging {
        return Ok(());
    }
    let mut book = book(draft)?;
    if let What::Outcome(logged) = &what
        && logged.changes.iter().any(|change| matches!(change, crate::registration::Change::RemovePerson(_)))
    {
        book.purge = Some(book.next);
    }
    let line = Line { book: book.book, number: book.next, at, what };
    book.next += 1;
    draft.put(Tree::Logbook, &key(line.number), &line)?;
    draft.put(Tree::Meta, BOOK.as_bytes(), &book)
}

/// Adds an outcome with the number of its journal entry.
pub(super) fn add_outcome(
    draft: &mut Draft<'_>,
    outcome: &crate::outcome::Outcome,
    entry: Option<u64>,
) -> Result<(), StoreError> {
    if !draft.logging {
        return Ok(());
    }
    let written = outcome.letters.first().map(|letter| letter.head.written_at);
    let received = outcome.mail.as_ref().map(|mail| mail.received_at);
    let at = outcome.entry.as_ref().map(|entry| entry.at).or(written).or(received).unwrap_or(Timestamp::UNIX_EPOCH);
    add(draft, at, What::Outcome(Box::new(Logged::of(outcome, entry))))
}

/// How far the logbook has been written.
pub(super) fn book(records: &impl Records) -> Result<Book, StoreError> {
    Ok(records.get(Tree::Meta, BOOK.as_bytes())?.unwrap_or_default())
}

fn key(number: u64) -> [u8; 16] {
    let mut key = [0; 16];
    key[..8].copy_from_slice(&(number % SLOTS).to_be_bytes());
    key[8..].copy_from_slice(&number.to_be_bytes());
    key
}

/// The first lines that wait, at most `limit`. A letter that has not gone yet is given with its text.
pub(super) fn waiting(disk: &Disk, limit: usize) -> Result<Vec<Line>, StoreError> {
    let mut keys = disk.keys(Tree::Logbook, b"")?;
    keys.sort_by_key(|key| key.last_chunk::<8>().copied());
    let (mut lines, mut room) = (Vec::new(), MOST_TEXT);
    for key in keys.iter().take(limit) {
        if room == 0 {
            break;
        }
        let Some(mut line) = disk.get::<Line>(Tree::Logbook, key)? else { continue };
        if let What::Outcome(logged) = &mut line.what {
            for letter in &mut logged.letters {
                letter.text = queue::bytes_of_waiting(disk, &letter.head.id)?.map(|bytes| packed(&bytes));
                room = room.saturating_sub(letter.text.as_ref().map_or(0, String::len));
            }
        }
        lines.push(line);
    }
    Ok(lines)
}

/// Removes lines that are in the mailbox. Their letters that still wait get a line of their own when they have gone.
pub(super) fn remove(draft: &mut Draft<'_>, lines: &[Line]) -> Result<(), StoreError> {
    for line in lines {
        draft.remove(Tree::Logbook, &key(line.number))?;
        let What::Outcome(logged) = &line.what else { continue };
        for letter in logged.letters.iter().filter(|letter| letter.text.is_some()) {
            note_logged_waiting(draft, &letter.head.id)?;
        }
    }
    Ok(())
}

fn note_logged_waiting(draft: &mut Draft<'_>, id: &MessageId) -> Result<(), StoreError> {
    let key = id.as_str().as_bytes();
    let Some(mut record) = draft.get::<LetterRecord>(Tree::Outbox, key)? else { return Ok(()) };
    match record.fate.clone() {
        Fate::Waiting { .. } => {
            record.logged_waiting = true;
            draft.put(Tree::Outbox, key, &record)
        }
        // It has gone since the line was read.
        Fate::Sent { at } => {
            let result = crate::mail::SendResult::Accepted;
            add(draft, at, What::Fared { letter: id.clone(), at, result })
        }
        Fate::Undeliverable { .. } => Ok(()),
    }
}

/// Notes that a snapshot up to this line is in the mailbox.
pub(super) fn snapshot_taken(draft: &mut Draft<'_>, at: Timestamp, next: u64) -> Result<(), StoreError> {
    let mut book = book(draft)?;
    book.snapshot = Some((at, next));
    book.purge.take_if(|line| *line < next);
    draft.put(Tree::Meta, BOOK.as_bytes(), &book)
}

/// Removes every line: where no logbook is kept, none may pile up. A later logbook begins with a snapshot.
pub(super) fn clear(draft: &mut Draft<'_>) -> Result<(), StoreError> {
    for key in draft.keys(Tree::Logbook, b"")? {
        draft.remove(Tree::Logbook, &key)?;
    }
    if draft.has(Tree::Meta, BOOK.as_bytes())? {
        let mut book = book(draft)?;
        if book.snapshot.take().is_some() {
            draft.put(Tree::Meta, BOOK.as_bytes(), &book)?;
        }
    }
    Ok(())
}
