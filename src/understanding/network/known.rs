//! Which features a network knows: those that enough of the clauses had from which it learnt.
//!
//! Most features of a clause are pairs of words that no other clause has. Hashed into rows they would say what others mean that
//! happen to share theirs, and say it of every new mail.

use std::borrow::Cow;
use std::collections::HashMap;

/// So many bits of a hash say where its mark is.
const BITS: u32 = 20;

/// A set of hashes in few bytes (Bloom 1970). It holds all that are in it, and one in a hundred others.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known(Cow<'static, [u8]>);

impl From<Cow<'static, [u8]>> for Known {
    /// The set of such bytes as [`bytes`](Known::bytes) gives; of others nothing is known.
    fn from(bytes: Cow<'static, [u8]>) -> Self {
        Self(bytes)
    }
}

impl Known {
    /// The size of a set.
    pub(super) const BYTES: usize = 1 << (BITS - 3);

    /// The features that at least so many of these clauses have.
    pub(super) fn of<'a>(clauses: impl Iterator<Item = &'a [u64]>, seen: usize) -> Self {
        let mut times = HashMap::<u64, usize>::new();
        clauses.flatten().for_each(|hash| *times.entry(*hash).or_default() += 1);
        let mut bytes = vec![0; Self::BYTES];
        for (hash, _) in times.into_iter().filter(|(_, times)| *times >= seen) {
            for (byte, bit) in marks(hash) {
                bytes.iter_mut().skip(byte).take(1).for_each(|byte| *byte |= bit);
            }
        }
        Self(Cow::Owned(bytes))
    }

    pub(super) fn holds(&self, hash: u64) -> bool {
        marks(hash).iter().all(|(byte, bit)| self.0.get(*byte).is_some_and(|byte| byte & bit != 0))
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Are all its bytes there?
    #[cfg(test)]
    pub(super) fn is_whole(&self) -> bool {
        self.0.len() == Self::BYTES
    }
}

/// The two places of a hash's marks, each as a byte and the bit in it.
fn marks(hash: u64) -> [(usize, u8); 2] {
    // Knuth's way of spreading numbers: the first bits of short names' hashes hardly differ.
    let spread = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    [spread >> (u64::BITS - BITS), spread >> (u64::BITS - 2 * BITS)].map(|place| {
        let place = place & ((1 << BITS) - 1);
        ((place >> 3) as usize, 1 << (place & 7))
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::packed::hash;
    use super::*;

    #[test]
    fn what_was_seen_often_enough_is_known_and_hardly_anything_else() {
        let name = |number: usize| hash(&[&format!("w:{number}")]);
        let often: Vec<u64> = (0..40_000).map(name).collect();
        let seldom: Vec<u64> = (40_000..80_000).map(name).collect();
        let known = Known::of([often.as_slice(), &often, &seldom].into_iter(), 2);
        assert!(often.iter().all(|hash| known.holds(*hash)));
        let mistaken = seldom.iter().filter(|hash| known.holds(**hash)).count();
        assert!(mistaken * 50 < seldom.len(), "{mistaken} of {}", seldom.len());
        assert!(!Known::from(Cow::Borrowed(&[][..])).holds(often[0]));
    }
}
