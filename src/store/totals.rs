//! What the store as a whole should hold: how many records, the sum of their fingerprints, how many writes ago.
//!
//! sled takes a torn or flipped tail for a crash and opens without it. The totals tell: they are written with every
//! transaction, and the last durable ones stand in a small file beside the database as well. Used by `disk` and `recovery`.

use super::tree::Tree;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The totals after some write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    /// How many writes there have been.
    pub writes: u64,
    /// The number that the next numbered record gets: journal entries, answers and queued letters share it.
    pub next_number: u64,
    /// The sum of the fingerprints of all records, wrapping.
    pub sum: u128,
    /// How many records each tree has.
    pub counts: BTreeMap<Tree, u64>,
}

impl Totals {
    /// Takes the next number.
    pub fn take_number(&mut self) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    /// Notes that a number is in use: the next one is higher.
    pub fn number_taken(&mut self, number: u64) {
        self.next_number = self.next_number.max(number.saturating_add(1));
    }

    /// How many records a tree has.
    pub fn count(&self, tree: Tree) -> u64 {
        self.counts.get(&tree).copied().unwrap_or(0)
    }

    /// Counts a record in.
    pub fn add(&mut self, tree: Tree, fingerprint: u128) {
        self.sum = self.sum.wrapping_add(fingerprint);
        *self.counts.entry(tree).or_default() += 1;
    }

    /// Counts a record out.
    pub fn subtract(&mut self, tree: Tree, fingerprint: u128) {
        self.sum = self.sum.wrapping_sub(fingerprint);
        let count = self.counts.entry(tree).or_default();
        *count = count.saturating_sub(1);
    }

    /// The totals as bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&self.writes.to_be_bytes());
        bytes.extend_from_slice(&self.next_number.to_be_bytes());
        bytes.extend_from_slice(&self.sum.to_be_bytes());
        for tree in Tree::ALL {
            bytes.extend_from_slice(&self.count(tree).to_be_bytes());
        }
        bytes
    }

    /// The totals from [`encode`](Self::encode)d bytes; `None` when they are too short. Trees that were unknown then have no records.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let number = |at: usize| bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_be_bytes);
        let sum = bytes.get(16..32).and_then(|b| b.try_into().ok()).map(u128::from_be_bytes)?;
        let counts = Tree::ALL.iter().zip((32..).step_by(8)).filter_map(|(&tree, at)| Some((tree, number(at)?)));
        Some(Self {
            writes: number(0)?,
            next_number: number(8)?,
            sum,
            counts: counts.filter(|(_, count)| *count > 0).collect(),
        })
    }
}

/// The last durable write, as it is noted beside the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// [`Totals::writes`].
    pub writes: u64,
    /// [`Totals::sum`].
    pub sum: u128,
}

/// The file's name in the store's folder.
pub(super) const MARK_FILE: &str = "last-commit";

impl From<&Totals> for Mark {
    fn from(totals: &Totals) -> Self {
        Self { writes: totals.writes, sum: totals.sum }
    }
}

impl Mark {
    /// Notes it, in place. Not synced: after a power cut an older mark is as good, it only sees less.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(self, file: &File) -> io::Result<()> {
        file.write_all_at(&self.bytes(), 0)
    }

    /// The mark in a store's folder. `None` when there is none or it is unreadable: then it proves nothing.
    pub fn read(folder: &Path) -> Option<Self> {
        let bytes = std::fs::read(folder.join(MARK_FILE)).ok()?;
        let mark = Self {
            writes: u64::from_be_bytes(bytes.get(..8)?.try_into().ok()?),
            sum: u128::from_be_bytes(bytes.get(8..24)?.try_into().ok()?),
        };
        (mark.bytes() == bytes).then_some(mark)
    }

    fn bytes(self) -> Vec<u8> {
        let mut bytes = [self.writes.to_be_bytes().as_slice(), &self.sum.to_be_bytes()].concat();
        let check: [u8; 32] = Sha256::digest(&bytes).into();
        bytes.extend_from_slice(&check);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_come_back_as_they_were() {
        let mut totals = Totals { writes: 7, next_number: 3, ..Totals::default() };
        totals.add(Tree::People, u128::MAX);
        totals.add(Tree::People, 2);
        totals.subtract(Tree::People, 1);
        assert_eq!(totals.sum, 0);
        assert_eq!(Totals::decode(&totals.encode()), Some(totals.clone()));
        assert_eq!(Totals::decode(&totals.encode()[..31]), None);
        assert_eq!(totals.take_number(), 3);
        assert_eq!(totals.take_number(), 4);
    }

    #[test]
    fn a_torn_mark_proves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mark = Mark { writes: 5, sum: 6 };
        mark.write(&File::create(folder.path().join(MARK_FILE)).unwrap()).unwrap();
        assert_eq!(Mark::read(folder.path()), Some(mark));
        let mut bytes = mark.bytes();
        bytes[7] ^= 2;
        std::fs::write(folder.path().join(MARK_FILE), &bytes).unwrap();
        assert_eq!(Mark::read(folder.path()), None);
        std::fs::write(folder.path().join(MARK_FILE), b"").unwrap();
        assert_eq!(Mark::read(folder.path()), None);
    }
}
