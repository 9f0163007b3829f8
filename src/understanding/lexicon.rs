//! The lexicons: what words and idioms mean, read from one data file a language under `lexicon/`.
//!
//! A file has four kinds of section, each headed by a line in brackets; `#` starts a comment: `[=]` normal forms
//! (`koom kome = komen`), `[#]` numbers in letters (`twee = 2`), `[@name]` a word class (a [`Role`] when code asks for it),
//! `[name]` the phrases of a [`Concept`]. A phrase is a row of items: a word, a class `@name`, alternatives `a|b|@c`; after an
//! item `?` makes it optional. `..` is a gap of at most six words, `{n}` a number, `{1}` a number or article, `^` and `$` the
//! clause's two ends, `af+melden` both `afmelden` and `af melden`. Parsed once; looking up is one hash a word.

mod role;

use super::concepts::Concept;
use super::spelling::Speller;
use super::words::fold;
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
}

/// One item of a phrase.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// Any of these words or of the words of these classes.
    Words(Box<[WordId]>, Box<[ClassId]>),
    /// A number in digits or letters; with `true` the article "een" counts as one.
    Number(bool),
    /// Up to six tokens of any kind.
    Gap,
    /// The clause's first token comes next.
    Start,
    /// The clause ends here.
    End,
}

/// A row of items that carries a concept.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// What it means.
    pub concept: Concept,
    /// Its language.
    pub tongue: Tongue,
    /// The items, each with whether it may be missing.
    pub items: Box<[(Item, bool)]>,
    /// For every word that may not be missing the bits of its alternatives, as of [`bit`]: a clause that has none of one's
    /// bits cannot hold the phrase.
    needs: Box<[u64]>,
}

impl Phrase {
    /// Can a clause hold it whose words together have these bits?
    pub fn can_be_in(&self, bits: u64) -> bool {
        self.needs.iter().all(|need| need & bits != 0)
    }
}

/// What the words that may not be missing ask of a clause.
fn needs(items: &[(Item, bool)]) -> Box<[u64]> {
    let need = |(item, optional): &(Item, bool)| match item {
        Item::Words(words, classes) if !optional && classes.is_empty() => {
            Some(words.iter().fold(0, |bits, word| bits | bit(*word)))
        }
        _ => None,
    };
    items.iter().filter_map(need).collect()
}

/// One of 64 bits for a word: enough to rule most phrases out at a glance.
pub fn bit(word: WordId) -> u64 {
    1 << (word % u64::BITS)
}

/// All languages together.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: HashMap<String, WordId>,
    spellings: Vec<String>,
    normal: HashMap<WordId, WordId>,
    class_names: HashMap<String, ClassId>,
    classes_of: Vec<Vec<ClassId>>,
    tongues_of: Vec<u8>,
    roles_of: Vec<u64>,
    numbers: HashMap<WordId, u32>,
    phrases: Vec<Phrase>,
    by_first_word: HashMap<WordId, Vec<u32>>,
    by_number: Vec<u32>,
    speller: Speller,
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
        let mut lexicon = Self::default();
        let mut complaints = Vec::new();
        // Classes first, so that a phrase may name a class that stands further down.
        for (tongue, text) in files {
            for (section, line) in sections(text) {
                if let Some(name) = section.strip_prefix('@') {
                    let class = lexicon.class_id(*tongue, name);
                    let role = Role::NAMED.iter().find(|(named, _)| *named == name).map(|&(_, role)| role);
                    for word in line.split_whitespace() {
                        let known = lexicon.words.get(&fold(word)).is_some_and(|&id| lexicon.speaks(id, Tongue::Nl));
                        let id = lexicon.add_word(*tongue, &fold(word), Some(class));
                        // The network's own language goes first: `je` is "you" here, whatever it is in French.
                        let role = role.filter(|&role| *tongue == Tongue::Nl || !known || role == Role::Function);
                        if let (Some(role), Some(bits)) = (role, lexicon.roles_of.get_mut(id as usize)) {
                            *bits |= 1_u64 << role as u32;
                        }
                    }
                }
            }
        }
        for (tongue, text) in files {
            for (section, line) in sections(text) {
                let read = match section {
                    "=" => lexicon.add_normal(*tongue, line),
                    "#" => lexicon.add_number(*tongue, line),
                    name if name.starts_with('@') => Some(()),
                    name => Concept::named(name).and_then(|concept| lexicon.add_phrase(*tongue, concept, line)),
                };
                if read.is_none() {
                    complaints.push(format!("[{section}] {line}"));
                }
            }
        }
        lexicon.phrases.shrink_to_fit();
        lexicon.index();
        let repairable = lexicon.class_names.get("Nl@repair").copied();
        let known: Vec<(&str, WordId)> = lexicon
            .words
            .iter()
            .filter(|&(_, &id)| repairable.is_some_and(|class| lexicon.in_class(Some(id), class)))
            .map(|(word, &id)| (word.as_str(), id))
            .collect();
        lexicon.speller = Speller::new(known);
        (lexicon, complaints)
    }

    /// The word with this folded form, in its normal form; misspellings of the domain's own words are repaired.
    pub fn word(&self, folded: &str) -> Option<WordId> {
        let known = self.words.get(folded).copied();
        let id = known.or_else(|| self.with_n(folded)).or_else(|| self.speller.repair(folded))?;
        Some(self.normal.get(&id).copied().unwrap_or(id))
    }

    /// The word as it is written in the lexicon, folded.
    pub fn spelling(&self, word: WordId) -> &str {
        self.spellings.get(word as usize).map_or("", String::as_str)
    }

    /// Spoken Dutch drops the n of an infinitive or plural: `zette`, `schrijve`.
    fn with_n(&self, folded: &str) -> Option<WordId> {
        (folded.len() >= 4 && folded.ends_with('e')).then(|| self.words.get(&format!("{folded}n")).copied()).flatten()
    }

    /// The class of this name in a language, if it has one.
    pub fn class(&self, tongue: Tongue, name: &str) -> Option<ClassId> {
        self.class_names.get(&format!("{tongue:?}@{name}")).copied()
    }

    /// Does the word belong to the class?
    pub fn in_class(&self, word: Option<WordId>, class: ClassId) -> bool {
        word.and_then(|id| self.classes_of.get(id as usize)).is_some_and(|classes| classes.contains(&class))
    }

    /// Can the word be this in a clause?
    pub fn is(&self, word: Option<WordId>, role: Role) -> bool {
        word.and_then(|id| self.roles_of.get(id as usize)).is_some_and(|bits| bits & (1_u64 << role as u32) != 0)
    }

    /// The number that the word writes in letters.
    pub fn number(&self, word: Option<WordId>) -> Option<u32> {
        word.and_then(|id| self.numbers.get(&id)).copied()
    }

    /// Is it a word of this language?
    pub fn speaks(&self, word: WordId, tongue: Tongue) -> bool {
        self.tongues_of.get(word as usize).is_some_and(|bits| bits & (1 << tongue as u8) != 0)
    }

    /// The phrases that may start with this word.
    pub fn starting_with(&self, word: WordId) -> impl Iterator<Item = &Phrase> {
        self.by_first_word.get(&word).into_iter().flatten().filter_map(|&at| self.phrases.get(at as usize))
    }

    /// The phrases that may start with a number.
    pub fn starting_with_number(&self) -> impl Iterator<Item = &Phrase> {
        self.by_number.iter().filter_map(|&at| self.phrases.get(at as usize))
    }

    fn class_id(&mut self, tongue: Tongue, name: &str) -> ClassId {
        let next = u16::try_from(self.class_names.len()).unwrap_or(u16::MAX);
        *self.class_names.entry(format!("{tongue:?}@{name}")).or_insert(next)
    }

    fn add_word(&mut self, tongue: Tongue, folded: &str, class: Option<ClassId>) -> WordId {
        let next = u32::try_from(self.classes_of.len()).unwrap_or(u32::MAX);
        let id = *self.words.entry(folded.to_owned()).or_insert(next);
        if id == next {
            self.spellings.push(folded.to_owned());
            self.classes_of.push(Vec::new());
            self.tongues_of.push(0);
            self.roles_of.push(0);
        }
        if let Some(bits) = self.tongues_of.get_mut(id as usize) {
            *bits |= 1 << tongue as u8;
        }
        if let (Some(class), Some(classes)) = (class, self.classes_of.get_mut(id as usize))
            && !classes.contains(&class)
        {
            classes.push(class);
        }
        id
    }

    fn add_normal(&mut self, tongue: Tongue, line: &str) -> Option<()> {
        let (variants, normal) = line.split_once('=')?;
        let normal = self.add_word(tongue, &fold(normal.trim()), None);
        for variant in variants.split_whitespace() {
            let id = self.add_word(tongue, &fold(variant), None);
            self.normal.insert(id, normal);
        }
        Some(())
    }

    fn add_number(&mut self, tongue: Tongue, line: &str) -> Option<()> {
        let (words, number) = line.split_once('=')?;
        let number = number.trim().parse().ok()?;
        for word in words.split_whitespace() {
            let id = self.add_word(tongue, &fold(word), None);
            self.numbers.insert(id, number);
        }
        Some(())
    }

    fn add_phrase(&mut self, tongue: Tongue, concept: Concept, line: &str) -> Option<()> {
        let mut rows: Vec<Vec<(Item, bool)>> = vec![Vec::new()];
        for written in line.split_whitespace() {
            let (written, optional) = match written.strip_suffix('?') {
                Some(rest) if !rest.is_empty() => (rest, true),
                _ => (written, false),
            };
            if let Some((head, tail)) =
                written.split_once('+').filter(|(head, tail)| !head.is_empty() && !tail.is_empty())
            {
                let joined = self.words_item(tongue, &format!("{head}{tail}"))?;
                let (head, tail) = (self.words_item(tongue, head)?, self.words_item(tongue, tail)?);
                let mut apart = rows.clone();
                rows.iter_mut().for_each(|row| row.push((joined.clone(), optional)));
                apart.iter_mut().for_each(|row| row.extend([(head.clone(), false), (tail.clone(), false)]));
                rows.extend(apart);
                continue;
            }
            let item = match written {
                ".." => Item::Gap,
                "{n}" => Item::Number(false),
                "{1}" => Item::Number(true),
                "^" => Item::Start,
                "$" => Item::End,
                words => self.words_item(tongue, words)?,
            };
            rows.iter_mut().for_each(|row| row.push((item.clone(), optional)));
        }
        let phrase = |items: Vec<_>| Phrase { concept, tongue, items: items.into(), needs: Box::default() };
        self.phrases.extend(rows.into_iter().map(phrase));
        Some(())
    }

    fn words_item(&mut self, tongue: Tongue, written: &str) -> Option<Item> {
        let (mut words, mut classes) = (Vec::new(), Vec::new());
        for alternative in written.split('|') {
            match alternative.strip_prefix('@') {
                Some(name) => classes.push(self.class(tongue, name)?),
                None if alternative.is_empty() => return None,
                None => words.push(self.add_word(tongue, &fold(alternative), None)),
            }
        }
        Some(Item::Words(words.into(), classes.into()))
    }

    /// Notes for each word which phrases it can open.
    fn index(&mut self) {
        let mut members: HashMap<ClassId, Vec<WordId>> = HashMap::new();
        for (id, classes) in self.classes_of.iter().enumerate() {
            for &class in classes {
                members.entry(class).or_default().push(u32::try_from(id).unwrap_or(u32::MAX));
            }
        }
        let normal = &self.normal;
        for (at, phrase) in self.phrases.iter_mut().enumerate() {
            let at = u32::try_from(at).unwrap_or(u32::MAX);
            for (item, _) in &mut phrase.items {
                if let Item::Words(words, _) = item {
                    words.iter_mut().for_each(|word| *word = normal.get(word).copied().unwrap_or(*word));
                }
            }
            phrase.needs = needs(&phrase.items);
            let mut openers: Vec<WordId> = Vec::new();
            for (item, optional) in &phrase.items {
                match item {
                    Item::Start | Item::Gap => continue,
                    Item::Words(words, classes) => {
                        openers.extend(words);
                        openers.extend(classes.iter().filter_map(|class| members.get(class)).flatten());
                    }
                    Item::Number(_) => self.by_number.push(at),
                    Item::End => {}
                }
                if !optional {
                    break;
                }
            }
            openers.sort_unstable();
            openers.dedup();
            for word in openers {
                self.by_first_word.entry(word).or_default().push(at);
            }
        }
        self.by_first_word.values_mut().for_each(Vec::shrink_to_fit);
    }
}

/// The lines of a file with the section that each stands in.
fn sections(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut section = "";
    text.lines().filter_map(move |line| {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            return None;
        }
        (!line.is_empty() && !line.starts_with("# ") && line != "#").then_some((section, line))
    })
}
