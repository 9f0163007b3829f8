//! Evidence: what of a mail tells how many people are meant, in numbers, persons and words, and the features of each number
//! that may be meant.

use super::super::clause_reader::Says;
use super::super::clauses::Zone;
use super::super::concepts::{number_before, number_of};
use super::super::frames::Sight;
use super::super::intent::Case;
use super::super::lexicon::Role;
use super::super::party::{self, Wish};
use super::super::words::{Kind, Token, fold};
use super::Question;

/// A clause that says one of these tells nothing of a number.
const SILENT: [Says; 9] = [
    Says::Nothing,
    Says::Courtesy,
    Says::Foreign,
    Says::Elsewhere,
    Says::Asks,
    Says::Subscribes,
    Says::Unsubscribes,
    Says::Forget,
    Says::Human,
];
/// Those who are spoken of without a number are at least so many.
const SEVERAL: u32 = 2;
/// Of what is said so many clauses are told in a row.
const ROW: usize = 6;

/// What a mail holds of it.
pub(super) struct Evidence<'a> {
    clauses: Vec<Clause<'a>>,
    /// Does the author name himself among those who come? And "wij"?
    me: bool,
    us: bool,
    /// How many others come, each counted once.
    persons: u32,
    /// How many of them were registered before, and how many of those registered drop out.
    known: u32,
    gone: u32,
    /// How many are named under the mail.
    signed: u32,
    /// How many its lines of names hold, and whether the author is one of them.
    rolled: u32,
    rolled_me: bool,
    /// What is said, a letter a clause.
    said: String,
}

/// A clause that may tell of a number.
struct Clause<'a> {
    letter: &'static str,
    shapes: &'a [String],
    numbers: Vec<Written<'a>>,
    persons: u32,
}

/// A number that is written, with the words beside it.
struct Written<'a> {
    number: u32,
    left: &'a str,
    right: &'a str,
    /// What the word to the right counts.
    counts: &'static str,
}

/// Persons by what they are called, each with how many they are.
#[derive(Default)]
struct Persons(Vec<(String, u32)>);

impl<'a> Evidence<'a> {
    pub(super) fn of(case: &Case<'a>) -> Self {
        let page = case.page;
        let (mut coming, mut gone, mut signed) = (Persons::default(), Persons::default(), Persons::default());
        let (mut me, mut us) = (false, false);
        let (mut said, mut clauses) = (String::new(), Vec::new());
        let (mut rolled, mut rolled_me) = (Persons::default(), false);
        for (_, sight) in page.sights.iter().enumerate().filter(|(number, _)| page.rolls.holds(*number)) {
            rolled.note(sight);
            rolled_me |= sight.rows.iter().any(|row| row.me);
        }
        for ((sight, shapes), says) in page.sights.iter().zip(&page.shapes).zip(case.says) {
            if sight.clause.zone == Zone::Closing {
                signed.note(sight);
                continue;
            }
            if SILENT.contains(says) {
                continue;
            }
            match says {
                Says::Comes | Says::OtherComes | Says::Counts | Says::Instead => {
                    coming.note(sight);
                    me |= sight.rows.iter().any(|row| row.me);
                    us |= sight.rows.iter().any(|row| row.us);
                }
                Says::StaysAway | Says::OtherStaysAway | Says::Excuse => gone.note(sight),
                _ => {}
            }
            said.push_str(says.letter());
            let persons = sight.rows.iter().flat_map(|row| &row.others).map(|p| p.count.unwrap_or(SEVERAL)).sum();
            clauses.push(Clause { letter: says.letter(), shapes, numbers: numbers(case, sight), persons });
        }
        let registered = case.situation.registered.values().flat_map(|names| names.iter().skip(1));
        let registered: Vec<String> = registered.map(|name| fold(name)).collect();
        let is_known = |label: &str| registered.iter().any(|name| name.split_whitespace().any(|part| part == label));
        Self {
            clauses,
            me,
            us,
            persons: coming.count(|_| true),
            known: coming.count(is_known),
            gone: gone.count(is_known),
            signed: signed.count(|_| true),
            rolled: rolled.count(|_| true) + u32::from(rolled_me),
            rolled_me,
            said,
        }
    }

    /// Does the mail speak of more people than its author?
    pub(super) fn speaks_of_several(&self) -> bool {
        self.us
            || self.persons > 0
            || self.signed > 0
            || self.rolled > 1
            || self.clauses.iter().any(Clause::counts_or_joins)
    }

    /// The numbers that the mail names, and what its persons come to.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        let written = self.clauses.iter().flat_map(|clause| &clause.numbers).map(|written| written.number);
        written.chain([self.persons, self.rolled])
    }

    /// Tells the features of one number that may be meant.
    pub(super) fn tell(&self, question: &Question<'_>, number: u32, mut tell: impl FnMut(&[&str])) {
        let before = question.before;
        let wish = match question.party.wish {
            Wish::Set(_) => "set",
            Wish::Add(_) => "add",
            Wish::Drop(_) => "drop",
            _ => "?",
        };
        let stood = few(before.min(3));
        let counted = question.counted.map_or("?", few);
        // How it stands to what the rules count, and to those registered before, or by itself.
        let apart = question.counted.map_or("?", |counted| off(number, counted));
        let end = if before == 0 { ["=", few(number)] } else { ["b", off(number, before)] }.concat();
        let end = end.as_str();
        tell(&["r:", apart, " ", wish, stood]);
        tell(&["r:", apart, " ", wish, stood, counted]);
        tell(&["e:", end]);
        tell(&["e:", end, " ", wish]);
        let makeup = question.party.makeup;
        let author = match makeup.author {
            Some(true) => "with",
            Some(false) => "without",
            None => "?",
        };
        let others = makeup.others.map_or("?", few);
        let (numbered, us) = (if makeup.numbered { "n" } else { "" }, if makeup.us { "u" } else { "" });
        tell(&["m:", apart, " ", author, others, numbered, us]);
        tell(&["m:", end, " ", author, others, numbered, us]);
        let (me, us) = (if self.me { "me" } else { "" }, if self.us { "us" } else { "" });
        tell(&["s:", few(self.signed), end]);
        let said = self.said.get(..self.said.len().min(ROW)).unwrap_or_default();
        tell(&["q:", said, " ", apart]);
        tell(&["q:", said, " ", end]);
        self.of_the_persons(before, number, apart, &mut tell);
        if self.rolled > 0 {
            let (off, me) = (off(number, self.rolled), if self.rolled_me { "me" } else { "" });
            tell(&["l:", off, me, few(self.rolled.min(3))]);
            tell(&["l:", off, me, author]);
            tell(&["l:", off, apart, wish]);
        }
        for clause in &self.clauses {
            tell(&["c:", clause.letter, few(clause.persons), " ", end]);
            for written in &clause.numbers {
                written.tell(clause.letter, before, number, apart, self.persons, &mut tell);
                // "Ik kom met drie collega's", "wij komen met drie man": with the author or in all.
                let (total, left, counts) = (off(number, written.number), written.left, written.counts);
                tell(&["vx:", total, counts, me, us]);
                tell(&["vx:", total, "<", left, ">", counts, me, us]);
            }
            let mut last = "^";
            for word in clause.shapes {
                tell(&["w:", word, " ", end]);
                tell(&["w:", word, " ", apart, wish]);
                tell(&["b:", last, " ", word, " ", end]);
                last = word;
            }
        }
    }

    /// How the number stands to all that the persons of the mail may come to.
    fn of_the_persons(&self, before: u32, number: u32, apart: &str, tell: &mut impl FnMut(&[&str])) {
        let (me, us) = (if self.me { "me" } else { "" }, if self.us { "us" } else { "" });
        let stood = few(before.min(3));
        let sums = [
            ("p", self.persons),
            ("p1", self.persons + 1),
            ("bp", before + self.persons.saturating_sub(self.known)),
            ("bg", before.saturating_sub(self.gone)),
        ];
        for (name, sum) in sums {
            let off = off(number, sum);
            tell(&["n:", name, off, me, us]);
            tell(&["n:", name, off, stood]);
            tell(&["n:", name, off, apart]);
        }
    }
}

impl Clause<'_> {
    /// Does it name somebody or a number, or join something to something?
    fn counts_or_joins(&self) -> bool {
        self.persons > 0
            || !self.numbers.is_empty()
            || self.shapes.iter().any(|word| matches!(word.as_str(), "+" | "&"))
    }
}

impl Written<'_> {
    /// How the number that may be meant stands to this one.
    fn tell(&self, letter: &str, before: u32, number: u32, apart: &str, persons: u32, tell: &mut impl FnMut(&[&str])) {
        let total = off(number, self.number);
        tell(&["v:", letter, total]);
        tell(&["v:", letter, total, " ", apart]);
        tell(&["v:", total, "<", self.left]);
        tell(&["v:", total, ">", self.right]);
        tell(&["v:", letter, total, "p", few(persons)]);
        tell(&["v+1:", letter, off(number, self.number + 1)]);
        if before > 0 {
            let more = off(number, before + self.number);
            tell(&["vb:", letter, more, "<", self.left]);
            tell(&["vb:", letter, more, ">", self.right]);
            tell(&["vg:", letter, off(number, before.saturating_sub(self.number))]);
        }
    }
}

impl Persons {
    /// Notes those of a clause who were not named before, by one label each.
    fn note(&mut self, sight: &Sight) {
        for person in sight.rows.iter().flat_map(|row| &row.others).filter(|person| !person.pronoun) {
            let known = person.labels.iter().any(|label| self.0.iter().any(|(known, _)| known == label));
            if !known {
                self.0.push((person.labels.first().cloned().unwrap_or_default(), person.count.unwrap_or(SEVERAL)));
            }
        }
    }

    /// How many of them are so called.
    fn count(&self, is_called: impl Fn(&str) -> bool) -> u32 {
        self.0.iter().filter(|(label, _)| is_called(label)).map(|(_, count)| count).sum()
    }
}

/// The numbers of a clause that are no dates and not too large for a party.
fn numbers<'a>(case: &Case<'a>, sight: &'a Sight) -> Vec<Written<'a>> {
    let tokens = case.page.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
    let word = |at: Option<usize>| {
        let token = at.and_then(|at| tokens.get(at)).filter(|token| token.kind != Kind::Number);
        token.map_or("", |token| token.fold.as_str())
    };
    let written = |(at, token): (usize, &Token)| {
        let before = |tail| number_before(tail, token, case.lexicon);
        let number = number_of(token, case.lexicon).or_else(|| before("tal")).or_else(|| before("maal"));
        let number = number.filter(|number| (1..=party::MOST).contains(number))?;
        let counted = tokens.get(at + 1).and_then(|token| token.word);
        let counts = [(Role::Kins, "kins"), (Role::Kin, "kin"), (Role::Heads, "heads"), (Role::Unit, "unit")];
        let counts = counts.into_iter().find(|(role, _)| case.lexicon.is(counted, *role)).map_or("", |(_, name)| name);
        Some(Written { number, left: word(at.checked_sub(1)), right: word(Some(at + 1)), counts })
    };
    tokens.iter().enumerate().filter(|(_, token)| sight.occasion_of(token).is_none()).filter_map(written).collect()
}

/// A small number, as a digit.
fn few(number: u32) -> &'static str {
    const NAMES: [&str; 7] = ["0", "1", "2", "3", "4", "5", "6"];
    NAMES.get(number.min(6) as usize).copied().unwrap_or("6")
}

/// How far a number is from another.
fn off(number: u32, from: u32) -> &'static str {
    match i64::from(number) - i64::from(from) {
        0 => "=",
        1 => "+1",
        2 => "+2",
        3.. => "+3",
        -1 => "-1",
        -2 => "-2",
        _ => "-3",
    }
}
