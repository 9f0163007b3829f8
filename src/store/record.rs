//! One record on disk: a version, a fingerprint over where it belongs and what it says, and its bytes.
//!
//! The fingerprint covers tree and key too, so that a record that was read whole from the wrong place is told from a
//! right one. The sum of all fingerprints is kept by `totals`. Used by `disk` alone.

use super::tree::Tree;
use sha2::{Digest, Sha256};

/// The version that every record begins with.
pub(super) const VERSION: u8 = 1;
/// Version and fingerprint.
const HEAD: usize = 1 + 16;

/// Why a record cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BadRecord {
    /// It is shorter than any record, or its fingerprint is not that of its bytes.
    Damaged,
    /// Its version is higher than [`VERSION`].
    Newer(u8),
}

/// The record as it is written.
pub(super) fn seal(tree: Tree, key: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut record = Vec::with_capacity(HEAD + payload.len());
    record.push(VERSION);
    record.extend_from_slice(&fingerprint(VERSION, tree, key, payload).to_be_bytes());
    record.extend_from_slice(payload);
    record
}

/// The bytes of a record, when they are what was written.
///
/// # Errors
/// When they are not, or a newer program wrote them.
pub(super) fn open<'a>(tree: Tree, key: &[u8], record: &'a [u8]) -> Result<&'a [u8], BadRecord> {
    let (Some(&version), Some(payload)) = (record.first(), record.get(HEAD..)) else {
        return Err(BadRecord::Damaged);
    };
    if stored_fingerprint(record) != Some(fingerprint(version, tree, key, payload)) {
        Err(BadRecord::Damaged)
    } else if version > VERSION {
        Err(BadRecord::Newer(version))
    } else {
        Ok(payload)
    }
}

/// The first 16 bytes of a SHA-256 over all that makes a record.
fn fingerprint(version: u8, tree: Tree, key: &[u8], payload: &[u8]) -> u128 {
    let mut hash = Sha256::new();
    hash.update([version, tree as u8]);
    hash.update((key.len() as u64).to_be_bytes());
    hash.update(key);
    hash.update(payload);
    let digest: [u8; 32] = hash.finalize().into();
    digest.iter().take(16).fold(0, |sum, byte| (sum << 8) | u128::from(*byte))
}

/// The fingerprint as it stands in a record, unchecked. `None` when the record is too short to have one.
pub(super) fn stored_fingerprint(record: &[u8]) -> Option<u128> {
    record.get(1..HEAD).and_then(|bytes| bytes.try_into().ok()).map(u128::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_is_seen() {
        let record = seal(Tree::People, b"sanne@dewit.nl", b"{\"name\":\"Sanne\"}");
        assert_eq!(open(Tree::People, b"sanne@dewit.nl", &record), Ok(&b"{\"name\":\"Sanne\"}"[..]));
        for bit in 0..record.len() * 8 {
            let mut flipped = record.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(open(Tree::People, b"sanne@dewit.nl", &flipped), Err(BadRecord::Damaged), "bit {bit}");
        }
        for len in 0..record.len() {
            assert!(open(Tree::People, b"sanne@dewit.nl", &record[..len]).is_err(), "cut to {len}");
        }
    }

    #[test]
    fn a_record_belongs_to_its_place() {
        let record = seal(Tree::People, b"sanne@dewit.nl", b"x");
        assert_eq!(open(Tree::People, b"piet@dewit.nl", &record), Err(BadRecord::Damaged));
        assert_eq!(open(Tree::Events, b"sanne@dewit.nl", &record), Err(BadRecord::Damaged));
    }
}
