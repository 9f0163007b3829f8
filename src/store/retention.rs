//! What is too old to keep: in the journal who it was and what he wrote becomes unreadable, and the records of old mails and
//! letters go. What remains says that something happened, at which event and of what kind, so that counts still add up.
//!
//! It goes by age alone, whatever was filed or sent meanwhile: a store made of the logbook, which does not tell that, sweeps the same.
//! The state itself is cleared by an outcome, as all its changes are (`registration::retire`). Called by `Store::sweep`, and by
//! `replay` when a logbook tells of it.

use super::Store;
use super::commit::Seen;
use super::disk::Durability;
use super::draft::{Draft, Records};
use super::error::StoreError;
use super::forget::REMOVED;
use super::letters::LetterRecord;
use super::logbook;
use super::queue;
use super::tree::Tree;
use crate::logbook::What;
use crate::mail::Proof;
use crate::outcome::{Cause, JournalEntry};
use crate::understanding::Request;
use jiff::Timestamp;

/// The named value that keeps up to when it was swept.
const SWEPT: &str = "swept-before";

impl Store {
    /// Takes what says who did what before a moment out of the journal, and drops the records of mails and letters from before
    /// it. Mails that came in before it are not taken any more.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn sweep(&self, before: Timestamp) -> Result<(), StoreError> {
        self.write(Durability::Power, |draft| sweep(draft, before))
    }

    /// Up to when it was swept last: mails from before that have been forgotten, and with them whether they were done.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn swept_before(&self) -> Result<Option<Timestamp>, StoreError> {
        self.meta_get(SWEPT)
    }
}

/// Sweeps, and notes it in the logbook if there was anything to sweep.
pub(super) fn sweep(draft: &mut Draft<'_>, before: Timestamp) -> Result<(), StoreError> {
    let untouched = draft.writes.len();
    journal(draft, before)?;
    mails(draft, before)?;
    letters(draft, before)?;
    if draft.writes.len() == untouched {
        return Ok(());
    }
    draft.put(Tree::Meta, SWEPT.as_bytes(), &before)?;
    logbook::add(draft, before, What::Swept { before })
}

/// Sweeps. Done again it changes nothing.
pub(super) fn sweep_records(draft: &mut Draft<'_>, before: Timestamp) -> Result<(), StoreError> {
    journal(draft, before)?;
    mails(draft, before)?;
    letters(draft, before)?;
    draft.put(Tree::Meta, SWEPT.as_bytes(), &before)
}

fn journal(draft: &mut Draft<'_>, before: Timestamp) -> Result<(), StoreError> {
    let mut first_kept = 0;
    for key in draft.keys(Tree::Journal, b"")? {
        let Some(mut entry) = draft.get::<JournalEntry>(Tree::Journal, &key)? else { continue };
        if entry.at >= before {
            break;
        }
        first_kept = key.last_chunk().copied().map_or(0, u64::from_be_bytes) + 1;
        if blank(&mut entry) {
            draft.put(Tree::Journal, &key, &entry)?;
        }
    }
    for key in draft.keys(Tree::JournalIndex, b"p")? {
        if key.last_chunk().copied().map(u64::from_be_bytes).is_some_and(|number| number < first_kept) {
            draft.remove(Tree::JournalIndex, &key)?;
        }
    }
    Ok(())
}

/// Takes out who it was and what was said; says whether there was anything.
fn blank(entry: &mut JournalEntry) -> bool {
    let old = entry.clone();
    entry.person = None;
    entry.reason = REMOVED.to_owned();
    entry.evidence.clear();
    entry.letters.clear();
    for request in &mut entry.requests {
        if let Request::Register { names, .. } | Request::Cancel { names, .. } = request {
            names.clear();
        }
    }
    match &mut entry.cause {
        Cause::Mail { subject, proof, .. } => {
            *subject = REMOVED.to_owned();
            if let Proof::Nothing(what) = proof {
                *what = REMOVED.to_owned();
            }
        }
        Cause::Command(words) => *words = REMOVED.to_owned(),
        Cause::Clock => {}
    }
    for note in entry.notes.iter_mut().filter(|note| note.kind != crate::registration::NoteKind::Event) {
        note.person = None;
        note.text = REMOVED.to_owned();
    }
    *entry != old
}

fn mails(draft: &mut Draft<'_>, before: Timestamp) -> Result<(), StoreError> {
    for key in draft.keys(Tree::Seen, b"")? {
        let Some(seen) = draft.get::<Seen>(Tree::Seen, &key)? else { continue };
        if seen.mail.received_at < before {
            draft.remove(Tree::Seen, &key)?;
            draft.remove(Tree::Unfiled, &key)?;
        }
    }
    Ok(())
}

fn letters(draft: &mut Draft<'_>, before: Timestamp) -> Result<(), StoreError> {
    for key in draft.keys(Tree::Outbox, b"")? {
        let Some(record) = draft.get::<LetterRecord>(Tree::Outbox, &key)? else { continue };
        if record.head.written_at < before {
            queue::drop_letter(draft, &record)?;
        }
    }
    Ok(())
}
