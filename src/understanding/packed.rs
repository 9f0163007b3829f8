//! Tables as the program carries them: rows of bytes by the hash of a name, looked up where they lie and never copied.
//!
//! A part of the build script too (`src/build.rs`), which packs the weights and the senses; so it names nothing else of this
//! crate.

/// So many bits of a hash say in which bucket its row lies; a bucket holds a few rows.
const BUCKET_BITS: u32 = 13;

/// The senses in a row of theirs; what a word has beyond them is left out.
pub const SENSES: usize = 3;

/// FNV-1a (RFC 9923) of the parts of a name put together: fast on short texts, and the same on every machine.
pub fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The bucket of a hash: its first bits.
fn bucket(hash: u64) -> usize {
    (hash >> (u64::BITS - BUCKET_BITS)) as usize
}

/// What tells the rows of a bucket apart: the hash's last bits.
fn key(hash: u64) -> u32 {
    hash as u32
}

/// A packed table in its parts; what does not fit belongs to none.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a, const K: usize> {
    /// Where in the rows each bucket begins, and the last one ends.
    starts: &'a [[u8; 4]],
    keys: &'a [[u8; 4]],
    rows: &'a [[u8; K]],
}

impl<'a, const K: usize> Rows<'a, K> {
    /// The table of such bytes as [`pack`] gives.
    pub fn of(bytes: &'a [u8]) -> Self {
        let (starts, keys) = bytes.as_chunks().0.split_at_checked((1 << BUCKET_BITS) + 1).unwrap_or_default();
        let rows = starts.last().map_or(0, |last| u32::from_le_bytes(*last) as usize);
        let rows = bytes.get((starts.len() + rows) * 4..).unwrap_or_default();
        Self { starts, keys, rows: rows.as_chunks().0 }
    }

    /// The row of the name with this [`hash`].
    pub fn get(&self, hash: u64) -> Option<&'a [u8; K]> {
        let start = |bucket: usize| self.starts.get(bucket).map(|bytes| u32::from_le_bytes(*bytes) as usize);
        let bucket = bucket(hash);
        let (start, end) = (start(bucket)?, start(bucket + 1)?);
        let key = key(hash).to_le_bytes();
        let at = self.keys.get(start..end)?.iter().position(|known| *known == key)?;
        self.rows.get(start + at)
    }
}

/// Packs rows by the [`hash`] of their names: where each bucket begins and the last one ends, the keys, the rows; numbers have
/// four bytes, the least first.
pub fn pack(mut rows: Vec<(u64, Vec<u8>)>) -> Vec<u8> {
    rows.sort_by_key(|(hash, _)| *hash);
    let starts = (0..=1_usize << BUCKET_BITS).map(|at| rows.partition_point(|(hash, _)| bucket(*hash) < at) as u32);
    let numbers = starts.chain(rows.iter().map(|(hash, _)| key(*hash)));
    let mut packed: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
    packed.extend(rows.iter().flat_map(|(_, row)| row));
    packed
}

/// Packs a weights file: a row for each feature, with a byte for each kind.
///
/// On each line of the file stand a feature, a tab, and a letter for each kind: `a` for one step towards it and `z` for 26,
/// `A` for one away from it, `.` for none. Lines with `#` say what it is.
pub fn weights(file: &str) -> Vec<u8> {
    let lines = file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    let row = |letters: &str| letters.bytes().map(|letter| steps(letter).cast_unsigned()).collect();
    pack(lines.map(|(feature, letters)| (hash(&[feature]), row(letters))).collect())
}

fn steps(letter: u8) -> i8 {
    match letter {
        b'a'..=b'z' => (letter - b'a' + 1) as i8,
        b'A'..=b'Z' => -((letter - b'A' + 1) as i8),
        _ => 0,
    }
}
