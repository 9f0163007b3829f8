//! Everything that the store holds, as items of plain data, one after another in an order that is always the same: for backups,
//! for the snapshots in the logbook, and for the fingerprint by which two stores are compared.
//!
//! What holds only for one machine and one moment (tries, places of letters' bytes, lines of the logbook) is no item. `backup`
//! at the top of the crate makes a file of them; called by `Store`.

use super::commit::Seen;
use super::disk::Disk;
use super::draft::{Draft, Records};
use super::error::StoreError;
use super::letters::{Fate, LetterRecord};
use super::logbook::BOOK;
use super::queue;
use super::tree::{Tree, time_key};
use super::{SCHEMA, commit, journal};
use crate::ids::{EventId, MessageId, PersonKey};
use crate::logbook::{packed, unpacked};
use crate::mail::Filing;
use crate::outcome::{DoneMail, JournalEntry};
use crate::registration::{Answered, Change, Event, Person, Registration};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One thing that the store holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Item {
    /// A small named value.
    Setting {
        /// Its name.
        name: String,
        /// Its value.
        value: serde_json::Value,
    },
    /// An event.
    Event(Box<Event>),
    /// Somebody's registration.
    Registration(EventId, PersonKey, Registration),
    /// Somebody.
    Person(PersonKey, Box<Person>),
    /// An answer of the last day.
    Answered(Answered),
    /// An entry of the journal.
    Entry {
        /// Its number.
        number: u64,
        /// Whom and what it is about: `p` and a person's key, `e` and an event's name.
        about: Vec<String>,
        /// What it says.
        entry: Box<JournalEntry>,
    },
    /// A mail that is done.
    Mail {
        /// Which, and how it is filed.
        mail: DoneMail,
        /// The number of its journal entry.
        entry: Option<u64>,
        /// Its author was forgotten.
        forgotten: bool,
        /// Does it still have to be filed?
        unfiled: bool,
    },
    /// What is known of a letter.
    Letter {
        /// All but its text.
        record: Box<LetterRecord>,
        /// Its text in base64 while it waits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
}

/// For what the items are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All there is, to go on with on this account.
    Whole,
    /// What a rebuilt store starts from: without how far folders were read, and the secret only where it is kept nowhere else.
    Snapshot {
        /// Does the configuration name the secret of our Message-IDs?
        secret_configured: bool,
    },
}

/// The trees whose records are items.
const TREES: [Tree; 7] =
    [Tree::Events, Tree::Registrations, Tree::People, Tree::Answered, Tree::Journal, Tree::Seen, Tree::Outbox];

/// How many items there are.
pub(super) fn count(disk: &Disk, scope: Scope) -> Result<u64, StoreError> {
    let mut count = settings(disk, scope)?.len();
    for tree in TREES {
        count += disk.keys(tree, b"")?.len();
    }
    Ok(count as u64)
}

/// Gives every item, one at a time.
pub(super) fn each<E: From<StoreError>>(
    disk: &Disk,
    scope: Scope,
    mut take: impl FnMut(Item) -> Result<(), E>,
) -> Result<(), E> {
    for name in settings(disk, scope)? {
        let value = disk.get::<serde_json::Value>(Tree::Meta, name.as_bytes())?;
        take(Item::Setting { name, value: value.unwrap_or_default() })?;
    }
    let about = subjects(disk)?;
    for tree in TREES {
        for key in disk.keys(tree, b"")? {
            if let Some(item) = item(disk, tree, &key, &about)? {
                take(item)?;
            }
        }
    }
    Ok(())
}

fn settings(disk: &Disk, scope: Scope) -> Result<Vec<String>, StoreError> {
    let names = disk.keys(Tree::Meta, b"")?;
    let names = names.into_iter().filter_map(|name| String::from_utf8(name).ok());
    let kept = |name: &String| match scope {
        _ if name == "schema" || name == BOOK => false,
        Scope::Whole => true,
        Scope::Snapshot { .. } if name.starts_with("cursor/") => false,
        Scope::Snapshot { secret_configured } => !(secret_configured && name == "letter-secret"),
    };
    Ok(names.filter(kept).collect())
}

/// By the number of an entry whom and what it is about.
fn subjects(disk: &Disk) -> Result<BTreeMap<u64, Vec<String>>, StoreError> {
    let mut about: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for key in disk.keys(Tree::JournalIndex, b"")? {
        let Some((prefix, number)) = key.split_last_chunk::<8>() else { continue };
        let subject = String::from_utf8_lossy(prefix).trim_end_matches('\0').to_owned();
        about.entry(u64::from_be_bytes(*number)).or_default().push(subject);
    }
    Ok(about)
}

fn item(disk: &Disk, tree: Tree, key: &[u8], about: &BTreeMap<u64, Vec<String>>) -> Result<Option<Item>, StoreError> {
    Ok(match tree {
        Tree::Events => disk.get(tree, key)?.map(|event| Item::Event(Box::new(event))),
        Tree::Registrations => {
            disk.get(tree, key)?.map(|(event, person, party)| Item::Registration(event, person, party))
        }
        Tree::People => disk.get(tree, key)?.map(|(key, person)| Item::Person(key, Box::new(person))),
        Tree::Answered => disk.get(tree, key)?.map(Item::Answered),
        Tree::Journal => {
            let number = key.last_chunk().copied().map(u64::from_be_bytes).unwrap_or_default();
            let about = about.get(&number).cloned().unwrap_or_default();
            disk.get(tree, key)?.map(|entry| Item::Entry { number, about, entry: Box::new(entry) })
        }
        Tree::Seen => {
            let unfiled = disk.has(Tree::Unfiled, key)?;
            disk.get::<Seen>(tree, key)?.map(|seen| {
                let mut mail = seen.mail;
                // Only to find it again for filing.
                mail.message_id = mail.message_id.filter(|_| unfiled);
                Item::Mail { mail, entry: seen.entry, forgotten: seen.forgotten, unfiled }
            })
        }
        Tree::Outbox => match disk.get::<LetterRecord>(tree, key)? {
            Some(record) => {
                let text = queue::bytes_of_waiting(disk, &record.head.id)?.map(|bytes| packed(&bytes));
                Some(Item::Letter { record: Box::new(record), text })
            }
            None => None,
        },
        _ => None,
    })
}

/// Puts an item into a store that had none of it.
pub(super) fn put(draft: &mut Draft<'_>, item: &Item) -> Result<(), StoreError> {
    match item {
        Item::Setting { name, .. } if name == "schema" || name == BOOK => Ok(()),
        Item::Setting { name, value } => draft.put(Tree::Meta, name.as_bytes(), value),
        Item::Event(event) => commit::change(draft, &Change::PutEvent((**event).clone())),
        Item::Registration(event, person, party) => {
            draft.put(Tree::Registrations, &commit::registration_key(event, person), &(event, person, party))
        }
        Item::Person(key, person) => draft.put(Tree::People, key.as_str().as_bytes(), &(key, person)),
        Item::Answered(answered) => {
            let key = [time_key(answered.at).as_slice(), &draft.totals.take_number().to_be_bytes()].concat();
            draft.put(Tree::Answered, &key, answered)
        }
        Item::Entry { number, about, entry } => {
            draft.totals.number_taken(*number);
            draft.put(Tree::Journal, &number.to_be_bytes(), entry)?;
            about.iter().try_for_each(|subject| journal::index(draft, format!("{subject}\0").as_bytes(), *number))
        }
        Item::Mail { mail, entry, forgotten, unfiled } => {
            let key = mail.key.as_str().as_bytes();
            if *unfiled {
                draft.put(Tree::Unfiled, key, &())?;
            }
            draft.put(Tree::Seen, key, &Seen { mail: mail.clone(), entry: *entry, forgotten: *forgotten })
        }
        Item::Letter { record, text } => queue::restore(draft, record, text.as_deref().and_then(unpacked).as_deref()),
    }
}

/// What two stores that remember the same have in common of an item; `None` when nothing of it is to be compared.
///
/// Where a mail lay, whether it is filed and when a letter left is not what was decided, and differs on another machine.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Canonical<'a> {
    Item(&'a Item),
    Mail(&'a str, jiff::Timestamp, Filing, Option<u64>, bool),
    Letter(&'a MessageId, Option<&'a PersonKey>, Option<&'a EventId>, jiff::Timestamp, Option<&'a str>),
}

/// A SHA-256 over all that was decided, in hexadecimal digits: the same for two stores that remember the same.
pub(super) fn fingerprint(disk: &Disk) -> Result<String, StoreError> {
    let mut hash = Sha256::new();
    hash.update(SCHEMA.to_be_bytes());
    each(disk, Scope::Whole, |item| {
        let canonical = match &item {
            Item::Setting { name, .. } if name != "last-digest-told" && name != "taken-since" => return Ok(()),
            Item::Mail { mail, entry, forgotten, .. } => {
                Canonical::Mail(mail.key.as_str(), mail.received_at, mail.filing, *entry, *forgotten)
            }
            Item::Letter { record, .. } if record.forgotten => return Ok(()),
            Item::Letter { record, .. } => {
                let refused = match &record.fate {
                    Fate::Undeliverable { reason, .. } => Some(reason.as_str()),
                    Fate::Waiting { .. } | Fate::Sent { .. } => None,
                };
                let (person, event) = (record.head.person.as_ref(), record.head.event.as_ref());
                Canonical::Letter(&record.head.id, person, event, record.head.written_at, refused)
            }
            other => Canonical::Item(other),
        };
        let line = serde_json::to_vec(&canonical)
            .map_err(|error| disk.corrupt(format!("iets is niet op te schrijven: {error}")))?;
        hash.update(line);
        hash.update(b"\n");
        Ok::<_, StoreError>(())
    })?;
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
