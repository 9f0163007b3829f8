//! The trees on disk, and the one way in which they are written: a draft, put down in one transaction, then made durable.
//!
//! The only file besides `recovery` that names sled. It knows keys and bytes, not what they mean: that is `commit`, `queue` and
//! `journal`. All reads that a draft needs come before the transaction, because a plain read inside sled's closure deadlocks.

use super::error::StoreError;
use super::record::{self, BadRecord};
use super::totals::{MARK_FILE, Mark, Totals};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sled::transaction::{ConflictableTransactionError, TransactionError, Transactional};
use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The trees of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Tree {
    /// Small named values; the layout's number among them.
    Meta = 0,
    /// Events, by name.
    Events = 1,
    /// Registrations, by event, zero byte, person.
    Registrations = 2,
    /// People, by key.
    People = 3,
    /// The answers of the last day, by number.
    Answered = 4,
    /// Mails that are done, by mail key.
    Seen = 5,
    /// Mails that are done and not yet filed, by mail key.
    Unfiled = 6,
    /// How often a mail was begun, by mail key.
    Tries = 7,
    /// The journal, by number.
    Journal = 8,
    /// Journal numbers by whom and what they are about: `p` person or `e` event, zero byte, number.
    JournalIndex = 9,
    /// Letters by Message-ID, without their bytes.
    Outbox = 10,
    /// The bytes of letters that have not gone yet, by slot.
    Letters = 11,
    /// Letters that have not gone yet, by when they are due and number.
    Queue = 12,
    /// Letters of the last days, by when they went and number.
    Sent = 13,
    /// The rest of long values: tree, key, number of the part.
    Parts = 14,
    /// Letters that could not be delivered, by when that was known and number.
    Undeliverable = 15,
}

impl Tree {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 16] = [
        Self::Meta,
        Self::Events,
        Self::Registrations,
        Self::People,
        Self::Answered,
        Self::Seen,
        Self::Unfiled,
        Self::Tries,
        Self::Journal,
        Self::JournalIndex,
        Self::Outbox,
        Self::Letters,
        Self::Queue,
        Self::Sent,
        Self::Parts,
        Self::Undeliverable,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Events => "events",
            Self::Registrations => "registrations",
            Self::People => "people",
            Self::Answered => "answered",
            Self::Seen => "seen",
            Self::Unfiled => "unfiled",
            Self::Tries => "tries",
            Self::Journal => "journal",
            Self::JournalIndex => "journal-index",
            Self::Outbox => "outbox",
            Self::Letters => "letters",
            Self::Queue => "queue",
            Self::Sent => "sent",
            Self::Parts => "parts",
            Self::Undeliverable => "undeliverable",
        }
    }
}

/// Longer values are cut into parts: a page of sled's holds up to 17 values, and above 128 KiB it spills the page
/// into a file of its own that it never syncs.
const PART: usize = 4096;
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
        if durability == Durability::Power {
            self.file.sync_data().map_err(|error| self.failed_with(error))?;
            Mark::from(&totals).write(&self.mark).map_err(|error| self.failed_with(error))?;
        }
        std::mem::forget(unfinished);
        Ok(totals)
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

/// Reading: from the disk, or from a draft over it.
pub(super) trait Records {
    /// One record's bytes, checked.
    fn part(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;
    /// Is there such a record?
    fn has(&self, tree: Tree, key: &[u8]) -> Result<bool, StoreError>;
    /// The keys that begin with `prefix`, in order.
    fn keys(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<Vec<u8>>, StoreError>;
    /// The disk under it.
    fn disk(&self) -> &Disk;

    /// A whole value, put together from its parts.
    fn bytes(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(mut value) = self.part(tree, key)? else { return Ok(None) };
        if value.len() < 2 {
            return Err(self.disk().corrupt("een gegeven is te kort"));
        }
        let rest = value.split_off(2);
        let (parts, mut value) = (u16::from_be_bytes(value.try_into().unwrap_or_default()), rest);
        for part in 0..parts {
            let more = self.part(Tree::Parts, &part_key(tree, key, part))?;
            value.extend(more.ok_or_else(|| self.disk().corrupt("van een gegeven ontbreekt een stuk"))?);
        }
        Ok(Some(value))
    }

    /// A value of one type.
    fn get<T: DeserializeOwned>(&self, tree: Tree, key: &[u8]) -> Result<Option<T>, StoreError> {
        self.bytes(tree, key)?.map(|bytes| decode(self.disk(), tree, &bytes)).transpose()
    }

    /// All values whose keys begin with `prefix`, in the order of their keys.
    fn all<T: DeserializeOwned>(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<T>, StoreError> {
        let keys = self.keys(tree, prefix)?;
        keys.iter().filter_map(|key| self.get(tree, key).transpose()).collect()
    }
}

fn decode<T: DeserializeOwned>(disk: &Disk, tree: Tree, bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| disk.corrupt(format!("iets in {} klopt niet: {error}", tree.name())))
}

fn part_key(tree: Tree, key: &[u8], part: u16) -> Vec<u8> {
    let mut whole = vec![tree as u8];
    whole.extend_from_slice(key);
    whole.extend_from_slice(&part.to_be_bytes());
    whole
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

    /// All keys of a tree from the last to the first, read as they are asked for.
    pub fn keys_backwards(&self, tree: Tree) -> Result<impl Iterator<Item = Result<Vec<u8>, StoreError>>, StoreError> {
        self.check_whole()?;
        let keys = self.tree(tree)?.iter().keys().rev();
        Ok(keys.map(|key| key.map(|key| key.to_vec()).map_err(|error| self.failure(&error))))
    }
}

/// Writes that belong together, over what is on disk: what it has written it also reads back.
pub(super) struct Draft<'a> {
    disk: &'a Disk,
    writes: BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>,
    /// The totals before it, with the numbers taken by it.
    pub totals: Totals,
}

impl<'a> Draft<'a> {
    /// An empty draft over a disk whose totals are these.
    pub fn new(disk: &'a Disk, totals: Totals) -> Self {
        Self { disk, writes: BTreeMap::new(), totals }
    }

    /// Sets a value.
    pub fn put<T: Serialize>(&mut self, tree: Tree, key: &[u8], value: &T) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(value).map_err(|error| {
            self.disk.corrupt(format!("iets voor {} is niet op te schrijven: {error}", tree.name()))
        })?;
        self.put_bytes(tree, key, &bytes)
    }

    /// The first key of a tree.
    pub fn first_key(&self, tree: Tree) -> Result<Option<Vec<u8>>, StoreError> {
        let mut written = self.writes.range((tree, Vec::new())..).take_while(|((of, _), _)| *of == tree);
        let first_written = written.find(|(_, value)| value.is_some()).map(|((_, key), _)| key.clone());
        for key in self.disk.keys_from(tree, b"")? {
            let key = key?;
            if !self.writes.contains_key(&(tree, key.clone())) {
                return Ok(first_written.into_iter().chain([key]).min());
            }
        }
        Ok(first_written)
    }

    /// Sets a value that is bytes.
    pub fn put_bytes(&mut self, tree: Tree, key: &[u8], bytes: &[u8]) -> Result<(), StoreError> {
        self.remove(tree, key)?;
        let (first, rest) = bytes.split_at_checked(PART).unwrap_or((bytes, &[]));
        let parts = u16::try_from(rest.len().div_ceil(PART))
            .map_err(|_| self.disk.corrupt(format!("iets voor {} is groter dan 256 MB", tree.name())))?;
        let mut head = parts.to_be_bytes().to_vec();
        head.extend_from_slice(first);
        self.writes.insert((tree, key.to_vec()), Some(head));
        for (part, bytes) in (0..parts).zip(rest.chunks(PART)) {
            self.writes.insert((Tree::Parts, part_key(tree, key, part)), Some(bytes.to_vec()));
        }
        Ok(())
    }

    /// Removes a value, if it is there.
    pub fn remove(&mut self, tree: Tree, key: &[u8]) -> Result<(), StoreError> {
        let Some(head) = self.part(tree, key)? else { return Ok(()) };
        self.writes.insert((tree, key.to_vec()), None);
        let parts = head.get(..2).and_then(|b| b.try_into().ok()).map_or(0, u16::from_be_bytes);
        for part in 0..parts {
            self.writes.insert((Tree::Parts, part_key(tree, key, part)), None);
        }
        Ok(())
    }
}

impl Records for Draft<'_> {
    fn part(&self, tree: Tree, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        match self.writes.get(&(tree, key.to_vec())) {
            Some(written) => Ok(written.clone()),
            None => self.disk.part(tree, key),
        }
    }

    fn has(&self, tree: Tree, key: &[u8]) -> Result<bool, StoreError> {
        match self.writes.get(&(tree, key.to_vec())) {
            Some(written) => Ok(written.is_some()),
            None => self.disk.has(tree, key),
        }
    }

    fn keys(&self, tree: Tree, prefix: &[u8]) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut keys: std::collections::BTreeSet<Vec<u8>> = self.disk.keys(tree, prefix)?.into_iter().collect();
        let written = self.writes.range((tree, prefix.to_vec())..);
        for ((_, key), value) in written.take_while(|((of, key), _)| *of == tree && key.starts_with(prefix)) {
            match value {
                Some(_) => keys.insert(key.clone()),
                None => keys.remove(key),
            };
        }
        Ok(keys.into_iter().collect())
    }

    fn disk(&self) -> &Disk {
        self.disk
    }
}

/// A moment as a key: in the order of time, to the nanosecond.
pub(super) fn time_key(at: jiff::Timestamp) -> [u8; 16] {
    (at.as_nanosecond() as u128 ^ (1 << 127)).to_be_bytes()
}
