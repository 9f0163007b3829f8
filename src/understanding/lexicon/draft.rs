//! Reading the lexicon files: a draft that grows line by line, and becomes a [`Lexicon`] when all of them are read.

use super::super::concepts::Concept;
use super::super::spelling::Speller;
use super::super::words::fold;
use super::lists::Lists;
use super::phrase::{Item, Sets, Step};
use super::{ClassId, Lexicon, Role, Tongue, WordId, Words};
use std::collections::HashMap;

/// The words that misspelt ones may be repaired to.
const REPAIRABLE: &str = "repair";

/// What was read so far.
#[derive(Default)]
pub(super) struct Draft {
    ids: HashMap<String, WordId>,
    words: Vec<Word>,
    normal: HashMap<WordId, WordId>,
    class_names: HashMap<String, ClassId>,
    numbers: HashMap<WordId, u32>,
    phrases: Vec<(Concept, Tongue, Vec<Step>)>,
    sets: Vec<(Vec<WordId>, Vec<ClassId>)>,
    set_numbers: HashMap<(Vec<WordId>, Vec<ClassId>), u32>,
}

#[derive(Default)]
struct Word {
    spelling: String,
    classes: Vec<ClassId>,
    tongues: u8,
    roles: u64,
}

impl Draft {
    /// Reads the files. Lines that cannot be read are left out and told, with the line's own text.
    pub(super) fn read(files: &[(Tongue, &str)]) -> (Self, Vec<String>) {
        let mut draft = Self::default();
        let mut complaints = Vec::new();
        // Classes first, so that a phrase may name a class that stands further down.
        for (tongue, text) in files {
            for (section, line) in sections(text) {
                if let Some(name) = section.strip_prefix('@') {
                    draft.add_members(*tongue, name, line);
                }
            }
        }
        for (tongue, text) in files {
            for (section, line) in sections(text) {
                let read = match section {
                    "=" => draft.add_normal(*tongue, line),
                    "#" => draft.add_number(*tongue, line),
                    name if name.starts_with('@') => Some(()),
                    name => Concept::named(name).and_then(|concept| draft.add_phrase(*tongue, concept, line)),
                };
                if read.is_none() {
                    complaints.push(format!("[{section}] {line}"));
                }
            }
        }
        draft.normalise_sets();
        (draft, complaints)
    }

    /// The lexicon of what was read.
    pub(super) fn finish(self) -> Lexicon {
        let (opens, by_number) = self.openers();
        let repairable = self.class_names.get(&class_name(Tongue::Nl, REPAIRABLE));
        let may_be_meant = |word: &&Word| repairable.is_some_and(|class| word.classes.contains(class));
        let meant = self.words.iter().filter(may_be_meant).map(|word| word.spelling.as_str());
        let words = Words::new(self.words.iter().map(|word| word.spelling.as_str()));
        Lexicon {
            speller: Speller::new(meant.filter_map(|word| words.id(word).map(|id| (word, id)))),
            words,
            normal: self.normal,
            classes_of: self.words.iter().map(|word| word.classes.iter().copied()).collect(),
            tongues_of: self.words.iter().map(|word| word.tongues).collect(),
            roles_of: self.words.iter().map(|word| word.roles).collect(),
            numbers: self.numbers,
            meanings: self.phrases.iter().map(|&(concept, tongue, _)| (concept, tongue)).collect(),
            steps: self.phrases.iter().map(|(_, _, steps)| steps.iter().copied()).collect(),
            sets: Sets::new(&self.sets),
            opens,
            by_number,
        }
    }

    fn class_id(&mut self, tongue: Tongue, name: &str) -> ClassId {
        let next = u16::try_from(self.class_names.len()).unwrap_or(u16::MAX);
        *self.class_names.entry(class_name(tongue, name)).or_insert(next)
    }

    fn add_members(&mut self, tongue: Tongue, name: &str, line: &str) {
        let class = self.class_id(tongue, name);
        let role = Role::NAMED.iter().find(|(named, _)| *named == name).map(|&(_, role)| role);
        for written in line.split_whitespace() {
            let folded = fold(written);
            let spoken = |word: &Word| word.tongues & Tongue::Nl.bit() != 0;
            let known = self.ids.get(&folded).and_then(|&id| self.words.get(id as usize)).is_some_and(spoken);
            let id = self.add_word(tongue, &folded);
            let Some(word) = self.words.get_mut(id as usize) else { continue };
            if !word.classes.contains(&class) {
                word.classes.push(class);
            }
            // The network's own language goes first: `je` is "you" here, whatever it is in French.
            let role = role.filter(|&role| tongue == Tongue::Nl || !known || role == Role::Function);
            word.roles |= role.map_or(0, Role::bit);
        }
    }

    fn add_word(&mut self, tongue: Tongue, folded: &str) -> WordId {
        let next = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        let id = *self.ids.entry(folded.to_owned()).or_insert(next);
        if id == next {
            self.words.push(Word { spelling: folded.to_owned(), ..Word::default() });
        }
        if let Some(word) = self.words.get_mut(id as usize) {
            word.tongues |= tongue.bit();
        }
        id
    }

    fn add_normal(&mut self, tongue: Tongue, line: &str) -> Option<()> {
        let (variants, normal) = line.split_once('=')?;
        let normal = self.add_word(tongue, &fold(normal.trim()));
        for variant in variants.split_whitespace() {
            let id = self.add_word(tongue, &fold(variant));
            self.normal.insert(id, normal);
        }
        Some(())
    }

    fn add_number(&mut self, tongue: Tongue, line: &str) -> Option<()> {
        let (words, number) = line.split_once('=')?;
        let number = number.trim().parse().ok()?;
        for word in words.split_whitespace() {
            let id = self.add_word(tongue, &fold(word));
            self.numbers.insert(id, number);
        }
        Some(())
    }

    fn add_phrase(&mut self, tongue: Tongue, concept: Concept, line: &str) -> Option<()> {
        let mut rows: Vec<Vec<Step>> = vec![Vec::new()];
        for written in line.split_whitespace() {
            let (written, optional) = match written.strip_suffix('?') {
                Some(rest) if !rest.is_empty() => (rest, true),
                _ => (written, false),
            };
            if let Some((head, tail)) =
                written.split_once('+').filter(|(head, tail)| !head.is_empty() && !tail.is_empty())
            {
                let joined = Step { item: self.words_item(tongue, &format!("{head}{tail}"))?, optional };
                let parts = [self.words_item(tongue, head)?, self.words_item(tongue, tail)?];
                let mut apart = rows.clone();
                rows.iter_mut().for_each(|row| row.push(joined));
                apart.iter_mut().for_each(|row| row.extend(parts.map(|item| Step { item, optional: false })));
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
            rows.iter_mut().for_each(|row| row.push(Step { item, optional }));
        }
        self.phrases.extend(rows.into_iter().map(|steps| (concept, tongue, steps)));
        Some(())
    }

    fn words_item(&mut self, tongue: Tongue, written: &str) -> Option<Item> {
        let (mut words, mut classes) = (Vec::new(), Vec::new());
        for alternative in written.split('|') {
            match alternative.strip_prefix('@') {
                Some(name) => classes.push(*self.class_names.get(&class_name(tongue, name))?),
                None if alternative.is_empty() => return None,
                None => words.push(self.add_word(tongue, &fold(alternative))),
            }
        }
        if let (&[word], true) = (words.as_slice(), classes.is_empty()) {
            return Some(Item::Word(word));
        }
        let next = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        let set = (words, classes);
        let number = *self.set_numbers.entry(set.clone()).or_insert(next);
        if number == next {
            self.sets.push(set);
        }
        Some(Item::AnyOf(number))
    }

    /// Phrases are made of normal forms, wherever in the files those are told.
    fn normalise_sets(&mut self) {
        let normal = |word: &mut WordId| *word = self.normal.get(word).copied().unwrap_or(*word);
        self.sets.iter_mut().flat_map(|(words, _)| words).for_each(normal);
        for step in self.phrases.iter_mut().flat_map(|(_, _, steps)| steps) {
            if let Item::Word(word) = &mut step.item {
                normal(word);
            }
        }
    }

    /// For each word the phrases that it can open, and those that a number can.
    fn openers(&self) -> (Lists<u16>, Vec<u16>) {
        let mut members: HashMap<ClassId, Vec<usize>> = HashMap::new();
        for (id, word) in self.words.iter().enumerate() {
            for &class in &word.classes {
                members.entry(class).or_default().push(id);
            }
        }
        let mut opens: Vec<Vec<u16>> = vec![Vec::new(); self.words.len()];
        let mut by_number = Vec::new();
        for (at, (_, _, steps)) in (0..=u16::MAX).zip(&self.phrases) {
            let mut openers: Vec<usize> = Vec::new();
            for step in steps {
                match step.item {
                    Item::Start | Item::Gap => continue,
                    Item::Word(word) => openers.push(word as usize),
                    Item::AnyOf(set) => {
                        let (words, classes) = self.sets.get(set as usize).cloned().unwrap_or_default();
                        openers.extend(words.into_iter().map(|word| word as usize));
                        openers.extend(classes.iter().filter_map(|class| members.get(class)).flatten());
                    }
                    Item::Number(_) => by_number.push(at),
                    Item::End => {}
                }
                if !step.optional {
                    break;
                }
            }
            openers.sort_unstable();
            openers.dedup();
            for word in openers {
                opens.get_mut(word).into_iter().for_each(|phrases| phrases.push(at));
            }
        }
        (opens.into_iter().collect(), by_number)
    }
}

/// A class belongs to its language.
fn class_name(tongue: Tongue, name: &str) -> String {
    format!("{tongue:?}@{name}")
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
