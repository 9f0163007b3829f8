//! A store that is filled from elsewhere, and what it gives for that: for `rebuild`, `backup` and `restore`.
//!
//! Lines and items are read by `replay` and `backup`.

use super::disk::Durability;
use super::draft::Records;
use super::tree::Tree;
use super::{Book, Item, Scope, Store, StoreError, backup, commit, logbook, queue, replay};
use crate::logbook::What;
use crate::outcome::{DoneMail, Outcome};
use jiff::Timestamp;

impl Store {
    /// Puts lines of a logbook down again, in order, each as it was committed once; says for each whether it was new. For a
    /// store that is being rebuilt: nothing of it survives a power cut before [`begin_book`](Self::begin_book).
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn replay(&self, lines: &[What]) -> Result<Vec<bool>, StoreError> {
        self.write(Durability::Process, |draft| lines.iter().map(|line| replay::line(draft, line)).collect())
    }

    /// Puts outcomes down that were worked out again from mails. As [`replay`](Self::replay); letters without bytes have gone.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn replay_outcomes(&self, outcomes: &[Outcome]) -> Result<(), StoreError> {
        self.write(Durability::Process, |draft| replay::outcomes(draft, outcomes))
    }

    /// Queues a letter of a replayed outcome that turned out not to have gone.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn requeue(&self, letter: &crate::outcome::Letter) -> Result<(), StoreError> {
        self.write(Durability::Process, |draft| queue::requeue(draft, letter))
    }

    /// Puts the items of a backup or snapshot into an empty store. As [`replay`](Self::replay) it is to be followed by
    /// [`begin_book`](Self::begin_book).
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn load(&self, items: &[Item]) -> Result<(), StoreError> {
        const AT_ONCE: usize = 500;
        items.chunks(AT_ONCE).try_for_each(|part| {
            self.write(Durability::Process, |draft| part.iter().try_for_each(|item| backup::put(draft, item)))
        })
    }

    /// Ends a rebuild or restore: mails from before `now` may have been answered, and the logbook goes on in a new book.
    /// Durable when it returns.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn begin_book(&self, book: &Book, now: Timestamp) -> Result<(), StoreError> {
        self.write(Durability::Power, |draft| {
            draft.put(Tree::Meta, commit::REBUILT_AT.as_bytes(), &now)?;
            draft.put(Tree::Meta, logbook::BOOK.as_bytes(), book)
        })
    }

    /// Marks done mails as still to be filed: those that lie in the inbox after a rebuild.
    ///
    /// # Errors
    /// As for [`commit`](Self::commit).
    pub fn mark_unfiled(&self, lies_in_inbox: impl Fn(&DoneMail) -> bool) -> Result<(), StoreError> {
        self.write(Durability::Process, |draft| commit::mark_unfiled(draft, lies_in_inbox))
    }

    /// When each mail that is done came in.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn done_since(&self) -> Result<std::collections::BTreeSet<Timestamp>, StoreError> {
        let seen = self.disk.keys(Tree::Seen, b"")?;
        let times = seen.iter().filter_map(|key| self.disk.get::<commit::Seen>(Tree::Seen, key).transpose());
        times.map(|seen| seen.map(|seen| seen.mail.received_at)).collect()
    }

    /// Gives everything that the store holds, one item at a time, and nothing is written meanwhile. `begin` hears first how
    /// many there are and how far the logbook is.
    ///
    /// # Errors
    /// When the disk cannot be read, or one of the two functions fails.
    pub fn each_item<E: From<StoreError>>(
        &self,
        scope: Scope,
        begin: impl FnOnce(u64, &Book) -> Result<(), E>,
        take: impl FnMut(Item) -> Result<(), E>,
    ) -> Result<(), E> {
        let _writer = self.writer();
        begin(backup::count(&self.disk, scope)?, &logbook::book(&self.disk)?)?;
        backup::each(&self.disk, scope, take)
    }

    /// A hash over all that was decided: the same for two stores that remember the same, whatever machine they are on.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn fingerprint(&self) -> Result<String, StoreError> {
        let _writer = self.writer();
        backup::fingerprint(&self.disk)
    }
}
