//! Weights as the program carries them: rows in the order of their keys, looked up where they lie and never copied.
//!
//! A part of the build script too (`src/build.rs`), which packs the weights files; so it names nothing else of this crate.

/// So many bits of a hash say in which bucket its row lies; a bucket holds some three rows.
pub const BUCKET_BITS: u32 = 13;

/// FNV-1a (RFC 9923) of the parts of a name put together: fast on short texts, and the same on every machine.
pub fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// The bucket of a hash: its first bits.
pub fn bucket(hash: u64) -> usize {
    (hash >> (u64::BITS - BUCKET_BITS)) as usize
}

/// What tells the rows of a bucket apart: the hash's last bits.
pub fn key(hash: u64) -> u32 {
    hash as u32
}

/// Packs a weights file: where each bucket begins and the last one ends, the keys, the weights of each; numbers have four bytes,
/// the least first.
///
/// On each line of the file stand a feature, a tab, and a letter for each kind: `a` for one step towards it and `z` for 26,
/// `A` for one away from it, `.` for none. Lines with `#` say what it is.
pub fn pack(file: &str) -> Vec<u8> {
    let mut rows: Vec<(u64, &str)> = file
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(feature, letters)| (hash(&[feature]), letters))
        .collect();
    rows.sort_by_key(|(hash, _)| *hash);
    let starts = (0..=1_usize << BUCKET_BITS).map(|at| rows.partition_point(|(hash, _)| bucket(*hash) < at) as u32);
    let numbers = starts.chain(rows.iter().map(|(hash, _)| key(*hash)));
    let mut packed: Vec<u8> = numbers.flat_map(u32::to_le_bytes).collect();
    packed.extend(rows.iter().flat_map(|(_, letters)| letters.bytes()).map(|letter| steps(letter).cast_unsigned()));
    packed
}

fn steps(letter: u8) -> i8 {
    match letter {
        b'a'..=b'z' => (letter - b'a' + 1) as i8,
        b'A'..=b'Z' => -((letter - b'A' + 1) as i8),
        _ => 0,
    }
}
