//! The trees on disk, and the one way in which they are written: a draft, put down in one transaction, then made durable.
//!
//! The only file besides `recovery` that names sled. It knows keys and bytes, not what they mean: that is `commit`, `queue` and
//! `journal`. All reads that a draft needs come before the transaction, because a plain read inside sled's closure deadlocks.

use super::draft::{Draft, Records};
use super::error::StoreError;
use super::record::{self, BadRecord};
use super::totals::{MARK_FILE, Mark, Totals};
use super::tree::Tree;
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Under so much free room nothing is begun.
const RESERVE: u64 = 8 * 1024 * 1024;
/// The key of the totals, in a tree of their own.
const TOTALS: &str = "totals";

/// A record to put down at a key, or `None` to remove what is there.
type Write = (Tree, Vec<u8>, Option<Vec<u8>>);

/// How safe a write is when the call returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// Survives the end of the process. A power cut may undo it, together with everything after it.
    Process,
    /// Survives a power cut.
    Power,
}

/// The open database.
pub(super) struct Disk {
    folder: PathBuf,
    trees: Vec<sled::Tree>,
    totals: sled::Tree,
    db: sled::Db,
    /// The database's own file, to sync it.
    file: File,
    /// [`MARK_FILE`].
    mark: File,
    /// A write has failed half-way: what is in memory may be ahead of the disk.
    failed: AtomicBool,
    /// Something was written that would not survive a power cut.
    unsynced: AtomicBool,
    /// How many records were read, listed or written.
    #[cfg(test)]
    pub(super) touched: std::sync::atomic::AtomicU64,
}

impl Disk {
    /// Takes a database that sled has opened in `folder`.
    ///
    /// # Errors
    /// sled's own, and those of the two files beside it.
    pub fn new(folder: &Path, database: &Path, db: sled::Db) -> Result<Self, sled::Error> {
        let trees = Tree::ALL.iter().map(|tree| db.open_tree(tree.name())).collect::<Result<_, _>>()?;
        Ok(Self {
            folder: folder.to_owned(),
            trees,
            totals: db.open_tree(TOTALS)?,
            db,
            file: File::open(database.join("db"))?,
            mark: File::options().create(true).truncate(false).write(true).open(folder.join(MARK_FILE))?,
            failed: AtomicBool::new(false),
            unsynced: AtomicBool::new(false),
            #[cfg(test)]
            touched: Default::default(),
        })
    }

    /// The store's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The totals as last written; `None` in a database that was never written.
    pub fn totals(&self) -> Result<Option<Totals>, StoreError> {
        let Some(bytes) = self.totals.get(TOTALS).map_err(|error| self.failure(&error))? else { return Ok(None) };
        let payload = record::open(Tree::Meta, TOTALS.as_bytes(), &bytes).map_err(|bad| self.bad(bad, "de totalen"))?;
        Totals::decode(payload).map(Some).ok_or_else(|| self.corrupt("de totalen zijn te kort"))
    }

    /// Reads every record, and gives what the totals should be of what there is.
    pub fn count_all(&self) -> Result<Totals, StoreError> {
        let mut totals = Totals::default();
        for tree in Tree::ALL {
            for entry in self.tree(tree)?.iter() {
                let (key, bytes) = entry.map_err(|error| self.failure(&error))?;
                record::open(tree, &key, &bytes).map_err(|bad| self.bad(bad, tree.name()))?;
                totals.add(tree, record::stored_fingerprint(&bytes).unwrap_or_default());
            }
        }
        Ok(totals)
    }

    /// Puts a draft down in one transaction and makes it durable; gives the totals after it. An empty draft writes nothing.
    ///
    /// # Errors
    /// [`StoreError::Full`] before anything was written; [`StoreError::Failed`] when it broke half-way: then every further call
    /// fails too, because what is in memory may be ahead of the disk.
    pub fn write(&self, draft: Draft<'_>, durability: Durability) -> Result<Totals, StoreError> {
        let Draft { writes, mut totals, .. } = draft;
        if writes.is_empty() {
            return Ok(totals);
        }
        self.check_room()?;
        totals.writes += 1;
        let mut records = Vec::with_capacity(writes.len());
        for ((tree, key), payload) in writes {
            let old = self.tree(tree)?.get(&key).map_err(|error| self.failure(&error))?;
            if let Some(old) = old {
                totals.subtract(tree, record::stored_fingerprint(&old).unwrap_or_default());
            }
            let new = payload.map(|payload| record::seal(tree, &key, &payload));
            if let Some(new) = &new {
                totals.add(tree, record::stored_fingerprint(new).unwrap_or_default());
            }
            records.push((tree, key, new));
        }
        self.touch(records.len());
        let unfinished = Unfinished(&self.failed);
        self.transact(&records, &totals).map_err(|what| self.failed_with(what))?;
        self.db.flush().map_err(|error| self.failed_with(error))?;
        self.unsynced.store(true, Ordering::SeqCst);
        if durability == Durability::Power {
            self.sync(&totals)?;
        }
        std::mem::forget(unfinished);
        Ok(totals)
    }

    /// Makes what was written, up to these totals, survive a power cut; does nothing when it does already.
    ///
    /// # Errors
    /// [`StoreError::Failed`], after which every further call fails too.
    pub fn sync(&self, totals: &Totals) -> Result<(), StoreError> {
        if !self.unsynced.load(Ordering::SeqCst) {
            return Ok(());
        }
        let unfinished = Unfinished(&self.failed);
        self.file.sync_data().map_err(|error| self.failed_with(error))?;
        Mark::from(totals).write(&self.mark).map_err(|error| self.failed_with(error))?;
        self.unsynced.store(false, Ordering::SeqCst);
        std::mem::forget(unfinished);
        Ok(())
    }

    /// The size of the database on disk, in bytes.
    pub fn size(&self) -> Result<u64, StoreError> {
        self.db.size_on_disk().map_err(|error| self.failure(&error))
    }

    /// Fails when there is too little room to begin anything.
    pub fn check_room(&self) -> Result<(), StoreError> {
        check_room(&self.folder)
    }

    /// What is on disk is not what was written.
    pub fn corrupt(&self, what: impl Into<String>) -> StoreError {
        StoreError::Corrupt { folder: self.folder.clone(), what: what.into() }
    }

    fn transact(&self, records: &[Write], totals: &Totals) -> Result<(), String> {
        let sealed = record::seal(Tree::Meta, TOTALS.as_bytes(), &totals.encode());
        let trees: Vec<sled::Tree> = self.trees.iter().chain([&self.totals]).cloned().collect();
        let result = trees.as_slice().transaction(|trees| {
            for (tree, key, record) in records {
                let tree =
                    trees.get(*tree as usize).ok_or(ConflictableTransactionError::Abort("een onderdeel ontbreekt"))?;
                match record {
                    Some(record) => tree.insert(key.as_slice(), record.as_slice())?,
                    None => tree.remove(key.as_slice())?,
                };
            }
            let last = trees.last().ok_or(ConflictableTransactionError::Abort("een onderdeel ontbreekt"))?;
            last.insert(TOTALS, sealed.as_slice())?;
            Ok(())
        });
        result.map_err(|error: TransactionError<&str>| match error {
            TransactionError::Abort(what) => what.to_owned(),
            TransactionError::Storage(error) => error.to_string(),
        })
    }

    /// After a write that broke off, what is in memory may be ahead of the disk: nothing is answered from it any more.
    fn check_whole(&self) -> Result<(), StoreError> {
        if self.failed.load(Ordering::SeqCst) { Err(self.failed_with("iets eerder ging het al mis")) } else { Ok(()) }
    }

    fn touch(&self, _records: usize) {
        #[cfg(test)]
        self.touched.fetch_add(_records as u64, Ordering::Relaxed);
    }

    fn tree(&self, tree: Tree) -> Result<&sled::Tree, StoreError> {
        self.trees.get(tree as usize).ok_or_else(|| self.corrupt("een onderdeel ontbreekt"))
    }

    fn bad(&self, bad: BadRecord, place: &str) -> StoreError {
        match bad {
            BadRecord::Damaged => self.corrupt(format!("iets in {place} is niet meer zoals het geschreven is")),
            BadRecord::Newer(found) => StoreError::NewerVersion {
                folder: self.folder.clone(),
                found: found.into(),
                known: record::VERSION.into(),
            },
        }
    }

    fn failure(&self, error: &sled::Error) -> StoreError {
        match error {
            sled::Error::Io(error) => StoreError::Failed { folder: self.folder.clone(), what: error.to_string() },
            other => self.corrupt(other.to_string()),
        }
    }

    fn failed_with(&self, what: impl ToString) -> StoreError {
        StoreError::Failed { folder: self.folder.clone(), what: what.to_string() }
    }
}

/// Notes that a write broke off, by an error or a panic, unless it is forgotten before it is dropped.
struct Unfinished<'a>(&'a AtomicBool);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Fails when the disk with `folder` has too little room to begin anything. What cannot be asked counts as room.
pub(super) fn check_room(folder: &Path) -> Result<(), StoreError> {
    match rustix::fs::statvfs(folder) {
        Ok(fs) if fs.f_bavail.saturating_mul(fs.f_frsize) < RESERVE => {
            Err(StoreError::Full { folder: folder.to_owned() })
        }
        _ => Ok(()),
    }
}

impl Records for Disk {
    fn part(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.check_whole()?;
        self.touch(1);
        let Some(record) = self.tree(tree)?.get(key).map_err(|error| self.failure(&error))? else { return Ok(None) };
        let payload = record::open(tree, key, &record).map_err(|bad| self.bad(bad, tree.name()))?;
        Ok(Some(payload.to_vec()))
    }

    fn has(&self, tree: Tree, key: &[u8]) -> Result<bool, StoreError> {
        self.check_whole()?;
        self.touch(1);
        self.tree(tree)?.contains_key(key).map_err(|error| self.failure(&error))
    }

    fn keys(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
        self.check_whole()?;
        let keys = self.tree(tree)?.scan_prefix(prefix).keys().inspect(|_| self.touch(1));
        keys.map(|key| key.map(|key| key.to_vec()).map_err(|error| self.failure(&error))).collect()
    }

    fn disk(&self) -> &Disk {
        self
    }
}

impl Disk {
    /// Keys of a tree from `from` on, in order, read as they are asked for.
    pub fn keys_from(
        &self,
        tree: Tree,
        from: &[u8],
    ) -> Result<impl Iterator<Item = Result<Vec<u8>, StoreError>>, StoreError> {
        self.check_whole()?;
        let keys = self.tree(tree)?.range(from..).keys().inspect(|_| self.touch(1));
        Ok(keys.map(|key| key.map(|key| key.to_vec()).map_err(|error| self.failure(&error))))
    }
}
