//! Spelling: a word that nobody knows is repaired when exactly one of the domain's own words is one edit away.
//!
//! An edit is a letter too many, too few, wrong, or two letters swapped. When the repair is not certain there is none, so
//! that no misspelling is ever turned into its opposite (`aamelden` is one edit from both `aanmelden` and `afmelden`).
//! Made and asked by `lexicon`.

use super::lexicon::WordId;
use std::collections::HashMap;

/// Shorter words are not repaired: too many true words lie one edit apart.
const SHORTEST: usize = 6;

/// The words that may be repaired to, by every form that one dropped letter gives them.
#[derive(Debug, Default)]
pub struct Speller {
    by_shortened: HashMap<String, Vec<(String, WordId)>>,
}

impl Speller {
    /// Takes the words that others may be repaired to.
    pub fn new(words: Vec<(&str, WordId)>) -> Self {
        let mut speller = Self::default();
        for (word, id) in words.into_iter().filter(|(word, _)| word.len() >= SHORTEST) {
            for form in shortened(word).chain([word.to_owned()]) {
                speller.by_shortened.entry(form).or_default().push((word.to_owned(), id));
            }
        }
        speller
    }

    /// The one word that is one edit from this folded form; `None` when there is none or more than one.
    pub fn repair(&self, folded: &str) -> Option<WordId> {
        if folded.starts_with('\'') || folded.len() < SHORTEST || self.by_shortened.is_empty() {
            return None;
        }
        let mut found: Option<WordId> = None;
        for form in shortened(folded).chain([folded.to_owned()]) {
            for (word, id) in self.by_shortened.get(&form).into_iter().flatten() {
                if found != Some(*id) && one_edit_apart(folded, word) {
                    if found.is_some() {
                        return None;
                    }
                    found = Some(*id);
                }
            }
        }
        found
    }
}

/// The word without one of its letters, for each of them.
fn shortened(word: &str) -> impl Iterator<Item = String> {
    word.char_indices().map(move |(at, letter)| {
        let mut form = String::with_capacity(word.len());
        form.push_str(word.get(..at).unwrap_or_default());
        form.push_str(word.get(at + letter.len_utf8()..).unwrap_or_default());
        form
    })
}

fn one_edit_apart(one: &str, other: &str) -> bool {
    one != other && strsim::osa_distance(one, other) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_repaired_and_a_doubtful_one_is_not() {
        let speller = Speller::new(vec![("aanmelden", 1), ("afmelden", 2), ("november", 3)]);
        assert_eq!(speller.repair("aanmeldne"), Some(1));
        assert_eq!(speller.repair("aanmeldden"), Some(1));
        assert_eq!(speller.repair("novenber"), Some(3));
        assert_eq!(speller.repair("aamelden"), None);
        assert_eq!(speller.repair("uitmelden"), None);
    }
}
