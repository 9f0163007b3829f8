//! The journal: what was decided on which mail, and why; appended to, read by number, by person, by event.
//!
//! Called by `Store`; `commit` appends. `forget` is the only one that changes an entry afterwards.

use super::disk::Disk;
use super::draft::{Draft, Records};
use super::error::StoreError;
use super::tree::Tree;
use crate::ids::{EventId, PersonKey};
use crate::outcome::{JournalEntry, Outcome};
use crate::registration::Change;
use crate::understanding::Request;
use std::collections::BTreeSet;

/// Puts an entry down under its number, and the number into the index of everybody and everything that the outcome is about.
pub(super) fn put(
    draft: &mut Draft<'_>,
    number: u64,
    entry: &JournalEntry,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    draft.put(Tree::Journal, &number.to_be_bytes(), entry)?;
    for key in subjects(entry, outcome) {
        index(draft, &key, number)?;
    }
    Ok(())
}

/// Puts a number into the index.
pub(super) fn index(draft: &mut Draft<'_>, prefix: &[u8], number: u64) -> Result<(), StoreError> {
    draft.put(Tree::JournalIndex, &[prefix, &number.to_be_bytes()].concat(), &())
}

fn subjects(entry: &JournalEntry, outcome: &Outcome) -> BTreeSet<Vec<u8>> {
    let changed_people = outcome.changes.iter().filter_map(|change| match change {
        Change::PutRegistration(_, person, _) | Change::RemoveRegistration(_, person) => Some(person),
        Change::PutPerson(person, _) | Change::RemovePerson(person) => Some(person),
        Change::PutEvent(_) | Change::Answered(_) => None,
    });
    let changed_events = outcome.changes.iter().filter_map(|change| match change {
        Change::PutEvent(event) => Some(&event.id),
        Change::PutRegistration(event, ..) | Change::RemoveRegistration(event, _) => Some(event),
        Change::PutPerson(..) | Change::RemovePerson(_) | Change::Answered(_) => None,
    });
    let asked_events = entry.requests.iter().filter_map(|request| match request {
        Request::Register { event, .. } | Request::Cancel { event, .. } => Some(event),
        Request::Subscribe | Request::Unsubscribe | Request::Forget => None,
    });
    let people = entry.person.iter().chain(changed_people).chain(entry.notes.iter().flat_map(|note| &note.person));
    let people = people.chain(outcome.letters.iter().flat_map(|letter| &letter.head.person));
    let events = asked_events.chain(changed_events).chain(entry.notes.iter().flat_map(|note| &note.event));
    let events = events.chain(outcome.letters.iter().flat_map(|letter| &letter.head.event));
    people.map(person_prefix).chain(events.map(event_prefix)).collect()
}

/// The beginning of the index keys of a person.
pub(super) fn person_prefix(person: &PersonKey) -> Vec<u8> {
    [b"p", person.as_str().as_bytes(), b"\0"].concat()
}

/// The beginning of the index keys of an event.
pub(super) fn event_prefix(event: &EventId) -> Vec<u8> {
    [b"e", event.as_str().as_bytes(), b"\0"].concat()
}

/// The numbers of the entries under an index prefix.
pub(super) fn numbers(records: &impl Records, prefix: &[u8]) -> Result<Vec<u64>, StoreError> {
    let keys = records.keys(Tree::JournalIndex, prefix)?;
    let number = |key: &Vec<u8>| key.last_chunk().copied().map(u64::from_be_bytes);
    Ok(keys.iter().filter_map(number).collect())
}

/// The entries under an index prefix.
pub(super) fn about(disk: &Disk, prefix: &[u8]) -> Result<Vec<(u64, JournalEntry)>, StoreError> {
    entries(disk, numbers(disk, prefix)?.into_iter())
}

/// The entries with these numbers.
pub(super) fn entries(disk: &Disk, numbers: impl Iterator<Item = u64>) -> Result<Vec<(u64, JournalEntry)>, StoreError> {
    let mut entries = Vec::new();
    for number in numbers {
        entries.extend(disk.get(Tree::Journal, &number.to_be_bytes())?.map(|entry| (number, entry)));
    }
    Ok(entries)
}

/// The entries after the one of that number; all of them without one.
pub(super) fn after(disk: &Disk, number: Option<u64>) -> Result<Vec<(u64, JournalEntry)>, StoreError> {
    let first = number.map_or(0, |number| number.saturating_add(1)).to_be_bytes();
    let mut found = Vec::new();
    for key in disk.keys_from(Tree::Journal, &first)? {
        let key = key?;
        let entry = disk.get::<JournalEntry>(Tree::Journal, &key)?;
        found.extend(key.last_chunk().copied().map(u64::from_be_bytes).zip(entry));
    }
    Ok(found)
}
