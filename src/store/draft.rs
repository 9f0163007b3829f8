//! Reading values, from the disk or from a draft over it; and drafts: writes that belong together.
//!
//! Here values become records: JSON mostly, cut into parts when they are long. What they mean is for `commit`, `queue` and
//! `journal`; how a draft is put down is for `disk`.

use super::disk::Disk;
use super::error::StoreError;
use super::totals::Totals;
use super::tree::Tree;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// Longer values are cut into parts: a page of sled's holds up to 17 values, and above 128 KiB it spills the page
/// into a file of its own that it never syncs.
const PART: usize = 4096;

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

/// Writes that belong together, over what is on disk: what it has written it also reads back.
pub(super) struct Draft<'a> {
    disk: &'a Disk,
    /// By place the bytes to put there, `None` for what is to be removed.
    pub writes: BTreeMap<(Tree, Vec<u8>), Option<Vec<u8>>>,
    /// The totals before it, with the numbers taken by it.
    pub totals: Totals,
    /// Are lines of the logbook kept of what is written?
    pub logging: bool,
}

impl<'a> Draft<'a> {
    /// An empty draft over a disk whose totals are these.
    pub fn new(disk: &'a Disk, totals: Totals, logging: bool) -> Self {
        Self { disk, writes: BTreeMap::new(), totals, logging }
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
        let mut keys: BTreeSet<Vec<u8>> = self.disk.keys(tree, prefix)?.into_iter().collect();
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
