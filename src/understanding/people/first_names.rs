//! First names beside those of the lexicon: rarer ones of all origins, which need their capital.
//!
//! Most of what has a capital and is no word is a name anyhow; this tells it at the start of a sentence too.

use super::super::packed::{Rows, hash};

static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/first_names.packed"));

/// Is this folded word one of them?
pub fn is(folded: &str) -> bool {
    Rows::<1>::of(PACKED).get(hash(&[folded])).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_and_words_are_not() {
        assert!(["wietske", "bilal", "truida", "zohra"].into_iter().all(is));
        assert!(["", "fiets", "komt", "graag", "morgen"].iter().all(|word| !is(word)));
    }
}
