//! Forgetting a person: what the store keeps about him besides the state is taken out of journal, done mails and letters.
//!
//! What remains says that something happened, with events and seats, so that counts still add up. Called by `Store::forget` and
//! by `commit` when a person is removed.

use super::commit::Seen;
use super::draft::{Draft, Records};
use super::error::StoreError;
use super::journal;
use super::letters::{Fate, LetterRecord};
use super::tree::Tree;
use crate::ids::PersonKey;
use crate::outcome::{Cause, JournalEntry};
use crate::understanding::Request;

/// What stands where something was removed.
pub(super) const REMOVED: &str = "(verwijderd)";

/// Takes a person out of everything but the state. `name` is his display name, to find it in sentences; may be empty.
pub(super) fn person(draft: &mut Draft<'_>, person: &PersonKey, name: &str) -> Result<(), StoreError> {
    let prefix = journal::person_prefix(person);
    for number in journal::numbers(draft, &prefix)? {
        draft.remove(Tree::JournalIndex, &[prefix.as_slice(), &number.to_be_bytes()].concat())?;
        let key = number.to_be_bytes();
        let Some(mut entry) = draft.get::<JournalEntry>(Tree::Journal, &key)? else { continue };
        for id in &entry.letters {
            letter(draft, id.as_str().as_bytes(), person)?;
        }
        if let Cause::Mail { key, .. } = &entry.cause
            && entry.person.as_ref() == Some(person)
        {
            mail(draft, key.as_str().as_bytes())?;
        }
        blank(&mut entry, person, name);
        draft.put(Tree::Journal, &key, &entry)?;
    }
    Ok(())
}

fn blank(entry: &mut JournalEntry, person: &PersonKey, name: &str) {
    let names_him = |text: &str| {
        let text = text.to_lowercase();
        text.contains(person.as_str()) || (name.chars().count() > 2 && text.contains(&name.to_lowercase()))
    };
    if entry.person.as_ref() == Some(person) {
        entry.person = None;
        entry.reason = REMOVED.to_owned();
        entry.evidence.clear();
        for request in &mut entry.requests {
            if let Request::Register { names, .. } | Request::Cancel { names, .. } = request {
                names.clear();
            }
        }
        match &mut entry.cause {
            Cause::Mail { subject, .. } => *subject = REMOVED.to_owned(),
            Cause::Command(words) => *words = REMOVED.to_owned(),
            Cause::Clock => {}
        }
    }
    if let Cause::Command(words) = &mut entry.cause
        && names_him(words)
    {
        *words = REMOVED.to_owned();
    }
    for note in &mut entry.notes {
        if note.person.as_ref() == Some(person) || names_him(&note.text) {
            note.text = REMOVED.to_owned();
        }
        note.person.take_if(|whom| whom == person);
    }
}

/// A letter that still has to go, such as the one that says he is forgotten, goes first.
fn letter(draft: &mut Draft<'_>, key: &[u8], person: &PersonKey) -> Result<(), StoreError> {
    let Some(mut record) = draft.get::<LetterRecord>(Tree::Outbox, key)? else { return Ok(()) };
    if record.head.person.as_ref() != Some(person) {
        return Ok(());
    }
    match &record.fate {
        Fate::Waiting { .. } => {
            record.forgotten = true;
            draft.put(Tree::Outbox, key, &record)
        }
        Fate::Undeliverable { at, .. } => {
            draft.remove(Tree::Undeliverable, &super::queue::sent_key(*at, record.number))?;
            draft.remove(Tree::Outbox, key)
        }
        Fate::Sent { .. } => draft.remove(Tree::Outbox, key),
    }
}

/// A mail that still has to be filed needs its Message-ID until then.
fn mail(draft: &mut Draft<'_>, key: &[u8]) -> Result<(), StoreError> {
    let Some(mut seen) = draft.get::<Seen>(Tree::Seen, key)? else { return Ok(()) };
    seen.forgotten = true;
    if !draft.has(Tree::Unfiled, key)? {
        seen.mail.message_id = None;
    }
    draft.put(Tree::Seen, key, &seen)
}
