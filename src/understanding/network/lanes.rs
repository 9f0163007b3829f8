//! Lanes: the sums of the networks, many numbers at a time.
//!
//! They are most of what it costs to read a mail. The release is built small, and then no loop is made wide by itself. Every sum
//! comes to the very same as one number after the other.

use super::{PACKED, WIDTH};
use wide::f32x8;

/// So many steps stand in a word.
const IN_A_WORD: usize = size_of::<u64>();
const WORDS: usize = PACKED / IN_A_WORD;
/// The lower half of each byte of a word.
const LOWER: u64 = 0x0f0f_0f0f_0f0f_0f0f;
/// The sign of each half byte: turned round, a step of -8 to 7 becomes 0 to 15.
const SIGNS: u64 = 0x8888_8888_8888_8888;
/// So much more than it is each step counts then.
const RAISED: i32 = 8;
/// So many steps of 15 fit into a byte.
const AT_ONCE: usize = 17;

/// Adds to each sum so many times what stands at its place in `more`.
pub(super) fn add<const N: usize>(sums: &mut [f32; N], more: &[f32; N], times: f32) {
    let (wide_sums, sums) = sums.as_chunks_mut();
    let (wide_more, more) = more.as_chunks();
    for (sums, more) in wide_sums.iter_mut().zip(wide_more) {
        *sums = (f32x8::new(*sums) + f32x8::new(*more) * f32x8::splat(times)).to_array();
    }
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more * times);
}

/// What rows of steps come to, two in each byte: those of the first half of the sums in its lower half.
pub(super) fn sums_of_steps<'a>(rows: impl Iterator<Item = &'a [u8; PACKED]>) -> [i32; WIDTH] {
    let mut sums = [0_i32; WIDTH];
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let (mut lower, mut upper) = ([0_u64; WORDS], [0_u64; WORDS]);
        let mut taken = 0;
        for row in rows.by_ref().take(AT_ONCE) {
            taken += RAISED;
            for ((lower, upper), word) in lower.iter_mut().zip(&mut upper).zip(row.as_chunks().0) {
                let raised = u64::from_le_bytes(*word) ^ SIGNS;
                *lower += raised & LOWER;
                *upper += (raised >> 4) & LOWER;
            }
        }
        let bytes = lower.into_iter().chain(upper).flat_map(u64::to_le_bytes);
        sums.iter_mut().zip(bytes).for_each(|(sum, byte)| *sum += i32::from(byte) - taken);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn many_at_a_time_come_to_the_same_as_one_by_one(
            rows in proptest::collection::vec(proptest::array::uniform32(proptest::num::u8::ANY), 0..60),
            numbers in proptest::array::uniform32(-9.0_f32..9.0),
            times in -3.0_f32..3.0,
        ) {
            let rows: Vec<[u8; PACKED]> = rows.iter().map(|row| std::array::from_fn(|at| row[at % 32])).collect();
            let one_by_one: [i32; WIDTH] = std::array::from_fn(|at| {
                let step = |row: &[u8; PACKED]| match at.checked_sub(PACKED) {
                    Some(at) => i32::from(row[at].cast_signed() >> 4),
                    None => i32::from((row[at] << 4).cast_signed() >> 4),
                };
                rows.iter().map(step).sum()
            });
            proptest::prop_assert_eq!(sums_of_steps(rows.iter()), one_by_one);

            let more: [f32; 19] = std::array::from_fn(|at| numbers[at]);
            let mut sums: [f32; 19] = std::array::from_fn(|at| numbers[31 - at]);
            let want: [f32; 19] = std::array::from_fn(|at| sums[at] + more[at] * times);
            add(&mut sums, &more, times);
            proptest::prop_assert_eq!(sums, want);
        }
    }
}
