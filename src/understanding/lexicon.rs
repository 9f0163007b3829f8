//! The lexicons: what words and idioms mean, read from one data file a language under `lexicon/`.
//!
//! A file has four kinds of section, each headed by a line in brackets; `#` starts a comment: `[=]` normal forms
//! (`koom kome = komen`), `[#]` numbers in letters (`twee = 2`), `[@name]` a word class (a [`Role`] when code asks for it),
//! `[name]` the phrases of a [`Concept`]. A phrase is a row of items: a word, a class `@name`, alternatives `a|b|@c`; after an
//! item `?` makes it optional. `..` is a gap of at most six words, `{n}` a number, `{1}` a number or article, `^` and `$` the
//! clause's two ends, `af+melden` both `afmelden` and `af melden`. Parsed once, by `draft`, into few and dense pieces of
//! memory.

mod draft;
mod lists;
mod phrase;
mod role;

use super::concepts::Concept;
use super::packed::hash;
use super::spelling::Speller;
use draft::Draft;
pub use lists::ByHash;
use lists::Lists;
use phrase::Sets;
pub use phrase::{Item, Phrase, Step, bit};
pub use role::Role;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A word of the lexicon, whatever its language.
pub type WordId = u32;
/// A word class, such as the first names.
pub type ClassId = u16;

/// The languages that have a lexicon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tongue {
    /// Dutch, Flemish and the dialects.
    Nl,
    /// English.
    En,
    /// German.
    De,
    /// French.
    Fr,
}

impl Tongue {
    /// All of them, the network's own first.
    pub const ALL: [Self; 4] = [Self::Nl, Self::En, Self::De, Self::Fr];

    /// One bit for each.
    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// All languages together.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: Words,
    normal: HashMap<WordId, WordId>,
    classes_of: Lists<ClassId>,
    tongues_of: Vec<u8>,
    roles_of: Vec<u64>,
    numbers: HashMap<WordId, u32>,
    /// What each phrase means, and in which language.
    meanings: Vec<(Concept, Tongue)>,
    steps: Lists<Step>,
    sets: Sets,
    /// The phrases that each word can open.
    opens: Lists<u16>,
    by_number: Vec<u16>,
    speller: Speller,
}

/// The words by their folded spelling, and the other way round.
#[derive(Debug, Default)]
struct Words {
    spellings: Lists<u8>,
    by_spelling: ByHash,
}

impl Words {
    /// Words in the order of their numbers.
    fn new<'a>(spellings: impl Iterator<Item = &'a str> + Clone) -> Self {
        let by_spelling = ByHash::new(spellings.clone().map(|word| hash(&[word])).zip(0..));
        Self { spellings: spellings.map(str::bytes).collect(), by_spelling }
    }

    fn id(&self, folded: &str) -> Option<WordId> {
        self.by_spelling.get(hash(&[folded])).find(|&id| self.spelling(id) == folded)
    }

    fn spelling(&self, word: WordId) -> &str {
        str::from_utf8(self.spellings.get(word as usize)).unwrap_or_default()
    }
}

/// The lexicon that is built in.
pub static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::parse(&[
        (Tongue::Nl, include_str!("lexicon/nl.txt")),
        (Tongue::Nl, include_str!("lexicon/names.txt")),
        (Tongue::En, include_str!("lexicon/en.txt")),
        (Tongue::De, include_str!("lexicon/de.txt")),
        (Tongue::Fr, include_str!("lexicon/fr.txt")),
    ])
    .0
});

impl Lexicon {
    /// One without words.
    #[cfg(test)]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads the files. Lines that cannot be read are left out and told, with the line's own text.
    pub fn parse(files: &[(Tongue, &str)]) -> (Self, Vec<String>) {
        let (draft, complaints) = Draft::read(files);
        (draft.finish(), complaints)
    }

    /// The word with this folded form, in its normal form; misspellings of the domain's own words are repaired.
    pub fn word(&self, folded: &str) -> Option<WordId> {
        let known = self.words.id(folded);
        let meant = || self.speller.repair(folded, |word| self.spelling(word));
        let id = known.or_else(|| self.with_n(folded)).or_else(meant)?;
        Some(self.normal.get(&id).copied().unwrap_or(id))
    }

    /// The word as it is written in the lexicon, folded.
    pub fn spelling(&self, word: WordId) -> &str {
        self.words.spelling(word)
    }

    /// Spoken Dutch drops the n of an infinitive or plural: `zette`, `schrijve`.
    fn with_n(&self, folded: &str) -> Option<WordId> {
        (folded.len() >= 4 && folded.ends_with('e')).then(|| self.words.id(&format!("{folded}n"))).flatten()
    }

    /// Does the word belong to the class?
    pub fn in_class(&self, word: Option<WordId>, class: ClassId) -> bool {
        word.is_some_and(|id| self.classes_of.get(id as usize).contains(&class))
    }

    /// Is the word one of the set, or of one of its classes?
    pub fn in_set(&self, word: WordId, set: u32) -> bool {
        let in_class = |class: &ClassId| self.in_class(Some(word), *class);
        self.sets.words(set).contains(&word) || self.sets.classes(set).iter().any(in_class)
    }

    /// Can the word be this in a clause?
    pub fn is(&self, word: Option<WordId>, role: Role) -> bool {
        word.and_then(|id| self.roles_of.get(id as usize)).is_some_and(|bits| bits & role.bit() != 0)
    }

    /// The number that the word writes in letters.
    pub fn number(&self, word: Option<WordId>) -> Option<u32> {
        word.and_then(|id| self.numbers.get(&id)).copied()
    }

    /// Is it a word of this language?
    pub fn speaks(&self, word: WordId, tongue: Tongue) -> bool {
        self.tongues_of.get(word as usize).is_some_and(|bits| bits & tongue.bit() != 0)
    }

    /// The phrases that may start with this word, in a clause whose words together have these bits, as of [`bit`].
    pub fn starting_with(&self, word: WordId, bits: u64) -> impl Iterator<Item = Phrase<'_>> {
        self.phrases(self.opens.get(word as usize), bits)
    }

    /// The phrases that may start with a number in such a clause.
    pub fn starting_with_number(&self, bits: u64) -> impl Iterator<Item = Phrase<'_>> {
        self.phrases(&self.by_number, bits)
    }

    fn phrases<'a>(&'a self, numbers: &'a [u16], bits: u64) -> impl Iterator<Item = Phrase<'a>> {
        let phrase = move |&number: &u16| {
            let number = usize::from(number);
            let steps = self.steps.get(number);
            let &(concept, tongue) = self.meanings.get(number)?;
            self.sets.can_be_in(bits, steps).then_some(Phrase { concept, tongue, steps })
        };
        numbers.iter().filter_map(phrase)
    }
}
