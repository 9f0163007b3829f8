//! The store: what is remembered, in one database on disk (sled), and never more than that is believed.
//!
//! One transaction a mail holds the changes of the state, the journal entry, the letters to send and the mark "this mail is done".
//! [`Store::commit`] returns only when that has survived a power cut, so nothing leaves the machine before it is remembered. No mail
//! bodies are kept, and of a letter only a small record once it has gone. Opened once, by `daemon` or by a command when no daemon runs.

mod backup;
mod commit;
mod disk;
mod draft;
mod error;
mod forget;
mod journal;
mod letters;
mod logbook;
mod queue;
mod rebuilt;
mod record;
mod recovery;
mod replay;
mod retention;
mod totals;
mod tree;

#[cfg(test)]
mod tests;

pub use backup::{Item, Scope};
pub use error::StoreError;
pub use letters::{Fate, LetterRecord, QueuedLetter};
pub use logbook::Book;
pub use recovery::{is_there, move_in, rebuilding_folder, set_aside};

use crate::ids::{EventId, MailKey, MessageId, PersonKey};
use crate::logbook::What;
use crate::mail::Cursor;
use crate::outcome::{DoneMail, JournalEntry, Outcome};
use crate::registration::{Answered, Event, EventState, Person, Registration, State};
use disk::{Disk, Durability};
use draft::{Draft, Records};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use totals::Totals;
use tree::Tree;

/// The layout of the trees. A higher one found on disk was written by a newer program.
const SCHEMA: u32 = 1;

/// The open store. One a process; threads may share it. Calls block on the disk: from async code through `spawn_blocking`.
pub struct Store {
    disk: Disk,
    /// Held by whoever writes: one writer at a time, and what it read stays true until it has written.
    totals: Mutex<Totals>,
    /// Are lines of the logbook kept?
    logging: AtomicBool,
}

/// What came of a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Mails that were done before: nothing of their outcomes was taken over.
    pub already_done: Vec<MailKey>,
}

/// Figures for `status`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Letters that have not gone yet.
    pub queued: u64,
    /// When the oldest of them was written.
    pub oldest_queued: Option<Timestamp>,
    /// Letters that could not be delivered.
    pub undeliverable: u64,
    /// Mails that are done.
    pub done_mails: u64,
    /// Mails that are done and not yet filed.
    pub unfiled: u64,
    /// Entries of the journal.
    pub journal: u64,
    /// Lines of the logbook that are not in the mailbox yet.
    #[serde(default)]
    pub unlogged: u64,
    /// The size on disk, in bytes.
    pub disk_bytes: u64,
}

impl Store {
    /// Opens the store in `folder`, and makes it when there is none. Reads all of it once, so that damage shows here and not later.
    ///
    /// # Errors
    /// `Locked` after a second of trying, `NewerVersion`, `Corrupt`, `NotWritable`, `Full`; each says what to do.
    pub fn open(folder: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let (disk, found) = recovery::open(folder, now)?;
        let store =
            Self { disk, totals: Mutex::new(found.clone().unwrap_or_default()), logging: AtomicBool::new(false) };
        if found.is_none() {
            store.meta_set("schema", &SCHEMA)?;
        }
        match store.meta_get::<u32>("schema")? {
            Some(found) if found > SCHEMA => {
                Err(StoreError::NewerVersion { folder: folder.to_owned(), found, known: SCHEMA })
            }
            Some(_) => Ok(store),
            None => Err(store.disk.corrupt("er staat niet in hoe ze ingedeeld zijn")),
        }
    }

    /// The whole state, as the changes of all commits have made it.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn state(&self) -> Result<State, StoreError> {
        let mut state = State::default();
        for event in self.disk.all::<Event>(Tree::Events, b"")? {
            state.events.insert(event.id.clone(), EventState { event, registrations: Default::default() });
        }
        for (event, person, registration) in
            self.disk.all::<(EventId, PersonKey, Registration)>(Tree::Registrations, b"")?
        {
            if let Some(event) = state.events.get_mut(&event) {
                event.registrations.insert(person, registration);
            }
        }
        state.people = self.disk.all::<(PersonKey, Person)>(Tree::People, b"")?.into_iter().collect();
        state.answered = self.disk.all::<Answered>(Tree::Answered, b"")?;
        Ok(state)
    }

    /// Has this mail been dealt with?
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn is_done(&self, key: &MailKey) -> Result<bool, StoreError> {
        self.disk.has(Tree::Seen, key.as_str().as_bytes())
    }

    /// The mail that was dealt with under this key, and whether it is still to be filed.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn done(&self, key: &MailKey) -> Result<Option<(DoneMail, bool)>, StoreError> {
        let key = key.as_str().as_bytes();
        let Some(seen) = self.disk.get::<commit::Seen>(Tree::Seen, key)? else { return Ok(None) };
        Ok(Some((seen.mail, self.disk.has(Tree::Unfiled, key)?)))
    }

    /// Commits outcomes, in order, all of them or none. When it returns they have survived a power cut.
    ///
    /// An outcome whose mail is already done is left out and reported; a letter whose Message-ID is known is not queued again.
    ///
    /// # Errors
    /// `Full`: nothing was written, try again later. `Failed`: the store must be opened anew, and then holds all or nothing of it.
    pub fn commit(&self, outcomes: &[Outcome]) -> Result<Committed, StoreError> {
        self.write(Durability::Power, |draft| commit::outcomes(draft, outcomes))
    }

    /// The same, with a small named value that is to be true exactly when they are committed.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn commit_with<T: Serialize>(
        &self,
        outcomes: &[Outcome],
        name: &str,
        value: &T,
    ) -> Result<Committed, StoreError> {
        self.write(Durability::Power, |draft| {
            draft.put(Tree::Meta, name.as_bytes(), value)?;
            commit::outcomes(draft, outcomes)
        })
    }

    /// The same, and takes a letter out of the queue that has surely not gone. `false`, with nothing written, when it has gone or
    /// may have.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn commit_in_place_of<T: Serialize>(
        &self,
        letter: &MessageId,
        outcomes: &[Outcome],
        name: &str,
        value: &T,
    ) -> Result<bool, StoreError> {
        self.write(Durability::Power, |draft| {
            if !queue::withdraw(draft, letter)? {
                return Ok(false);
            }
            draft.put(Tree::Meta, name.as_bytes(), value)?;
            commit::outcomes(draft, outcomes).map(|_| true)
        })
    }

    /// Commits outcomes in place of letters that have surely not gone, and are not sent any more. `false`, with nothing written, when
    /// one of them has gone or may have.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn commit_without(&self, letters: &[MessageId], outcomes: &[Outcome]) -> Result<bool, StoreError> {
        self.write(Durability::Power, |draft| {
            for letter in letters {
                if !queue::withdraw(draft, letter)? {
                    draft.writes.clear();
                    return Ok(false);
                }
            }
            commit::outcomes(draft, outcomes).map(|_| true)
        })
    }

    /// How often each of these mails was begun and not committed.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn tries(&self, keys: &[MailKey]) -> Result<Vec<u32>, StoreError> {
        let tried = keys.iter().map(|key| self.disk.get::<commit::Tried>(Tree::Tries, key.as_str().as_bytes()));
        tried.map(|tried| Ok(tried?.map_or(0, |tried| tried.times))).collect()
    }

    /// Notes that mails are about to be handled, and gives for each how often that has been begun, this time included. Its commit
    /// clears it. What is begun again within `apart` counts with the time before.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn note_tries(&self, keys: &[MailKey], now: Timestamp, apart: SignedDuration) -> Result<Vec<u32>, StoreError> {
        self.write(Durability::Process, |draft| {
            keys.iter().map(|key| commit::note_try(draft, key, now, apart)).collect()
        })
    }

    /// Makes everything that was written survive a power cut.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn sync(&self) -> Result<(), StoreError> {
        let totals = self.totals.lock().unwrap_or_else(PoisonError::into_inner);
        self.disk.sync(&totals)
    }

    /// The mails that are done and not yet filed, in the order in which they came in.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn unfiled(&self) -> Result<Vec<DoneMail>, StoreError> {
        commit::unfiled(&self.disk)
    }

    /// Notes that mails are filed, or that nothing is left to file.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn mark_filed(&self, keys: &[MailKey]) -> Result<(), StoreError> {
        self.write(Durability::Process, |draft| commit::mark_filed(draft, keys))
    }

    /// The journal after the entry of that number, oldest first; all of it without one.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn journal_after(&self, number: Option<u64>) -> Result<Vec<(u64, JournalEntry)>, StoreError> {
        journal::after(&self.disk, number)
    }

    /// What the journal says about a person, oldest first.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn journal_of_person(&self, person: &PersonKey) -> Result<Vec<(u64, JournalEntry)>, StoreError> {
        journal::about(&self.disk, &journal::person_prefix(person))
    }

    /// What the journal says about an event, oldest first.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn journal_of_event(&self, event: &EventId) -> Result<Vec<(u64, JournalEntry)>, StoreError> {
        journal::about(&self.disk, &journal::event_prefix(event))
    }

    /// What the journal says about a mail: one entry, or none for a mail that was none of our business.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn journal_of_mail(&self, key: &MailKey) -> Result<Vec<(u64, JournalEntry)>, StoreError> {
        let seen: Option<commit::Seen> = self.disk.get(Tree::Seen, key.as_str().as_bytes())?;
        journal::entries(&self.disk, seen.and_then(|seen| seen.entry).into_iter())
    }

    /// How far a folder has been read; `None` before the first time.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn cursor(&self, folder: &str) -> Result<Option<Cursor>, StoreError> {
        self.meta_get(&format!("cursor/{folder}"))
    }

    /// Notes how far a folder has been read; only after everything before it is committed. `None`: look at all of it again.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn set_cursor(&self, folder: &str, cursor: Option<&Cursor>) -> Result<(), StoreError> {
        let name = format!("cursor/{folder}");
        self.write(Durability::Process, |draft| match cursor {
            Some(cursor) => draft.put(Tree::Meta, name.as_bytes(), cursor),
            None => draft.remove(Tree::Meta, name.as_bytes()),
        })
    }

    /// A small named value: the first start, the last digest, the secret of our Message-IDs.
    ///
    /// # Errors
    /// When the disk cannot be read, or the value is of another type.
    pub fn meta_get<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, StoreError> {
        self.disk.get(Tree::Meta, name.as_bytes())
    }

    /// Sets a small named value.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn meta_set<T: Serialize>(&self, name: &str, value: &T) -> Result<(), StoreError> {
        self.write(Durability::Power, |draft| {
            draft.put(Tree::Meta, name.as_bytes(), value)?;
            if logbook::LOGGED_SETTINGS.contains(&name)
                && let Some(value) = draft.get(Tree::Meta, name.as_bytes())?
            {
                logbook::add(draft, Timestamp::UNIX_EPOCH, What::Setting { name: name.to_owned(), value })?;
            }
            Ok(())
        })
    }

    /// Removes what is kept about a person besides the state: in the journal, of done mails and of letters. What remains says that
    /// something happened, not to whom. A commit with [`RemovePerson`](crate::registration::Change::RemovePerson) does the same by itself.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn forget(&self, person: &PersonKey) -> Result<(), StoreError> {
        self.write(Durability::Power, |draft| forget::person(draft, person, ""))
    }

    /// Has nothing been decided yet? Small named values do not count.
    pub fn is_empty(&self) -> bool {
        let totals = self.writer();
        [Tree::Events, Tree::People, Tree::Journal, Tree::Seen, Tree::Outbox]
            .iter()
            .all(|&tree| totals.count(tree) == 0)
    }

    /// When the journal last tells of a person.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn last_heard_of(&self, person: &PersonKey) -> Result<Option<Timestamp>, StoreError> {
        let numbers = journal::numbers(&self.disk, &journal::person_prefix(person))?;
        let last = journal::entries(&self.disk, numbers.last().copied().into_iter())?;
        Ok(last.first().map(|(_, entry)| entry.at))
    }

    /// Figures for `status`.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let totals = self.writer().clone();
        Ok(Counts {
            queued: totals.count(Tree::Queue),
            oldest_queued: queue::oldest(&self.disk)?,
            undeliverable: totals.count(Tree::Undeliverable),
            done_mails: totals.count(Tree::Seen),
            unfiled: totals.count(Tree::Unfiled),
            journal: totals.count(Tree::Journal),
            unlogged: totals.count(Tree::Logbook),
            disk_bytes: self.disk.size()?,
        })
    }

    fn write<T>(
        &self,
        durability: Durability,
        fill: impl FnOnce(&mut Draft<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut totals = self.writer();
        let mut draft = Draft::new(&self.disk, totals.clone(), self.logging.load(Ordering::SeqCst));
        let result = fill(&mut draft)?;
        *totals = self.disk.write(draft, durability)?;
        Ok(result)
    }

    fn writer(&self) -> MutexGuard<'_, Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
