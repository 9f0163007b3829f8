//! Phrases: rows of items that carry a concept, all of them in a few pieces of memory.

use super::super::concepts::Concept;
use super::lists::Lists;
use super::{ClassId, Tongue, WordId};

/// One item of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// This word.
    Word(WordId),
    /// Any word of the set of this number.
    AnyOf(u32),
    /// A number in digits or letters; with `true` the article "een" counts as one.
    Number(bool),
    /// Up to six tokens of any kind.
    Gap,
    /// The clause's first token comes next.
    Start,
    /// The clause ends here.
    End,
}

/// An item in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What stands there.
    pub item: Item,
    /// It may be missing.
    pub optional: bool,
}

/// A row of items that carries a concept.
#[derive(Clone, Copy, Debug)]
pub struct Phrase<'a> {
    /// What it means.
    pub concept: Concept,
    /// Its language.
    pub tongue: Tongue,
    /// The items, in order.
    pub steps: &'a [Step],
}

/// Sets of words that phrases have in one place.
#[derive(Debug, Default)]
pub struct Sets {
    words: Lists<WordId>,
    classes: Lists<ClassId>,
}

impl Sets {
    /// The sets in the order of their numbers, each with its words and its classes.
    pub fn new(sets: &[(Vec<WordId>, Vec<ClassId>)]) -> Self {
        Self {
            words: sets.iter().map(|(words, _)| words.iter().copied()).collect(),
            classes: sets.iter().map(|(_, classes)| classes.iter().copied()).collect(),
        }
    }

    /// The words of a set that stand in it by themselves.
    pub fn words(&self, set: u32) -> &[WordId] {
        self.words.get(set as usize)
    }

    /// The classes whose words are in a set.
    pub fn classes(&self, set: u32) -> &[ClassId] {
        self.classes.get(set as usize)
    }

    /// Can a clause hold these steps whose words together have these bits, as of [`bit`]? It needs one of each that may not be
    /// missing.
    pub fn can_be_in(&self, bits: u64, steps: &[Step]) -> bool {
        steps.iter().filter(|step| !step.optional).all(|step| match step.item {
            Item::Word(word) => bit(word) & bits != 0,
            Item::AnyOf(set) => {
                !self.classes(set).is_empty() || self.words(set).iter().any(|word| bit(*word) & bits != 0)
            }
            Item::Number(_) | Item::Gap | Item::Start | Item::End => true,
        })
    }
}

/// One of 64 bits for a word: enough to rule most phrases out at a glance.
pub fn bit(word: WordId) -> u64 {
    1 << (word % u64::BITS)
}
