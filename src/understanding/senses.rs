//! Senses: which words are alike in meaning, so that what was learnt of one is known of the others too.
//!
//! Labelled mails hold a word like "oogarts" or "kerststerren" once or never. Lists under `senses/` say what sort of word it is;
//! the clause reader learns from the sorts beside the words. The build script packs the lists. Called by `clause_reader`.

use super::packed::{Rows, SENSES, hash};
use std::sync::LazyLock;

/// The last part of a compound has at least so many letters.
const LEAST_HEAD: usize = 4;

/// The senses that are built in.
static BUILT_IN: LazyLock<Senses> =
    LazyLock::new(|| Senses::new(include_bytes!(concat!(env!("OUT_DIR"), "/senses.packed")), NAMES));

/// The names of the senses, each on a line.
const NAMES: &str = include_str!(concat!(env!("OUT_DIR"), "/senses.names"));

#[derive(Debug)]
struct Senses {
    words: Rows<'static, SENSES>,
    names: Vec<&'static str>,
}

impl Senses {
    fn new(packed: &'static [u8], names: &'static str) -> Self {
        Self { words: Rows::of(packed), names: names.lines().collect() }
    }

    fn of(&self, word: &str) -> impl Iterator<Item = &'static str> {
        let row = self.words.get(hash(&[word])).or_else(|| self.of_head(word));
        let numbers = row.into_iter().flatten().filter_map(|number| usize::from(*number).checked_sub(1));
        numbers.filter_map(|number| self.names.get(number).copied())
    }

    /// The longest last part of a word that is known: a "keuringsafspraak" is an "afspraak".
    fn of_head(&self, word: &str) -> Option<&'static [u8; SENSES]> {
        let last = word.len().checked_sub(LEAST_HEAD)?;
        let heads = (2..=last).filter_map(|start| word.get(start..));
        heads.filter_map(|head| self.words.get(hash(&[head]))).next()
    }
}

/// The names of a folded word's senses; of a compound that is not known those of its last part.
pub(super) fn of(word: &str) -> impl Iterator<Item = &'static str> {
    BUILT_IN.of(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn senses(word: &str) -> Vec<&'static str> {
        of(word).collect()
    }

    #[test]
    fn a_word_has_the_senses_of_its_lists_and_a_compound_those_of_its_last_part() {
        assert!(senses("migraine").contains(&"illness"), "{:?}", senses("migraine"));
        assert_eq!(senses("lenteaangifte"), senses("aangifte"));
        assert!(senses("gevelschilder").contains(&"trade"), "{:?}", senses("gevelschilder"));
        assert!(senses("qqxzv").is_empty());
        assert!(senses("").is_empty());
    }

    #[test]
    fn accents_are_folded_away() {
        assert!(senses("creche").contains(&"care"), "{:?}", senses("creche"));
    }

    #[test]
    fn each_sense_has_words_and_stands_once() {
        let lists =
            [include_str!("senses/decisions.txt"), include_str!("senses/life.txt"), include_str!("senses/work.txt")];
        let sections = lists.iter().flat_map(|list| list.split("\n[").skip(1)).filter_map(|text| text.split_once(']'));
        let named: Vec<&str> = sections.map(|(name, words)| if words.trim().is_empty() { "" } else { name }).collect();
        assert_eq!(named, NAMES.lines().collect::<Vec<_>>());
        assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len());
        assert!(named.len() < usize::from(u8::MAX), "a row has a byte for each");
    }
}
