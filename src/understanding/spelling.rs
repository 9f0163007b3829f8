//! Spelling: a word that nobody knows is repaired when exactly one of the domain's own words is one edit away.
//!
//! An edit is a letter too many, too few, wrong, or two letters swapped. When the repair is not certain there is none, so
//! that no misspelling is ever turned into its opposite (`aamelden` is one edit from both `aanmelden` and `afmelden`).
//! Made and asked by `lexicon`.

use super::lexicon::{ByHash, WordId};
use super::packed::hash;

/// Shorter words are not repaired: too many true words lie one edit apart.
const SHORTEST: usize = 6;

/// The words that may be repaired to.
#[derive(Debug, Default)]
pub struct Speller {
    /// By every form that one dropped letter gives them, and by the word itself.
    by_form: ByHash,
}

impl Speller {
    /// Takes the words that others may be repaired to.
    pub fn new<'a>(words: impl Iterator<Item = (&'a str, WordId)>) -> Self {
        let words = words.filter(|(word, _)| word.len() >= SHORTEST);
        Self { by_form: ByHash::new(words.flat_map(|(word, id)| forms(word).map(move |form| (form, id)))) }
    }

    /// The one word that is one edit from this folded form; `None` when there is none or more than one. `spelling` tells how a
    /// word is written.
    pub fn repair<'a>(&self, folded: &str, spelling: impl Fn(WordId) -> &'a str) -> Option<WordId> {
        if folded.starts_with('\'') || folded.len() < SHORTEST {
            return None;
        }
        let mut found: Option<WordId> = None;
        for word in forms(folded).flat_map(|form| self.by_form.get(form)) {
            if found != Some(word) && one_edit_apart(folded, spelling(word)) {
                if found.is_some() {
                    return None;
                }
                found = Some(word);
            }
        }
        found
    }
}

/// The hashes of a word as it is, and without each one of its letters.
fn forms(word: &str) -> impl Iterator<Item = u64> {
    let without = |(at, letter): (usize, char)| {
        let (head, tail) = (word.get(..at), word.get(at + letter.len_utf8()..));
        hash(&[head.unwrap_or_default(), tail.unwrap_or_default()])
    };
    word.char_indices().map(without).chain([hash(&[word])])
}

fn one_edit_apart(one: &str, other: &str) -> bool {
    one != other && strsim::osa_distance(one, other) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_repaired_and_a_doubtful_one_is_not() {
        let words = ["aanmelden", "afmelden", "november"];
        let speller = Speller::new(words.into_iter().zip(0..));
        let repair = |word: &str| speller.repair(word, |id| words[id as usize]);
        assert_eq!(repair("aanmeldne"), Some(0));
        assert_eq!(repair("aanmeldden"), Some(0));
        assert_eq!(repair("novenber"), Some(2));
        assert_eq!(repair("aamelden"), None);
        assert_eq!(repair("uitmelden"), None);
    }
}
