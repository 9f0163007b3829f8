//! Rolls: lines of a mail that are nothing but names, as those who come together are listed.
//!
//! What such a line means its own words do not tell: a name below a name is one more, a name below a text is who wrote it. The
//! readers hear how such lines stand together. Made by `page`, once a mail.

use super::clauses::{Parsed, Zone};
use super::frames::Sight;
use super::lexicon::{Lexicon, Role};
use super::words::Kind;

/// A line of a roll may have so many others between it and the next: trades, numbers.
const APART: usize = 3;

/// Which clauses of a mail are lines of names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rolls(Vec<bool>);

impl Rolls {
    /// The clauses that open a line of the text and have no word but of persons.
    pub(super) fn of(parsed: &Parsed, sights: &[Sight], lexicon: &Lexicon) -> Self {
        let named = |at: usize| {
            let named = |sight: &Sight| {
                let mut rows = sight.rows.iter().filter(|row| row.tokens.contains(&at));
                rows.any(|row| row.me || row.others.iter().any(|person| !person.pronoun))
            };
            sights.iter().any(named)
        };
        let lists = |sight: &Sight| {
            let clause = &sight.clause;
            let words = || {
                let word = |at: &usize| parsed.tokens.get(*at).is_some_and(|token| token.kind == Kind::Word);
                clause.tokens.clone().filter(word)
            };
            let joins = |at: usize| parsed.tokens.get(at).is_some_and(|token| lexicon.is(token.word, Role::And));
            clause.opens_line
                && matches!(clause.zone, Zone::Text | Zone::Postscript)
                && words().next().is_some()
                && words().all(|at| named(at) || joins(at))
        };
        Self(sights.iter().map(lists).collect())
    }

    /// Is this clause one?
    pub(super) fn holds(&self, number: usize) -> bool {
        self.0.get(number) == Some(&true)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.iter().filter(|lists| **lists).count()
    }

    /// Is one of the few clauses before this one such a line, and one of those after it?
    pub(super) fn around(&self, number: usize) -> (bool, bool) {
        let any = |mut numbers: std::ops::Range<usize>| numbers.any(|number| self.holds(number));
        (any(number.saturating_sub(APART)..number), any(number + 1..number + 1 + APART))
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::Page;
    use super::super::tests::{input, situation};

    fn rolls(typed: &str) -> Vec<bool> {
        let page = Page::of(&input(typed, "", ""), &situation());
        (0..page.sights.len()).map(|number| page.rolls.holds(number)).collect()
    }

    #[test]
    fn a_line_of_names_is_one() {
        assert_eq!(rolls("Wij komen:\nEls Bos\nkapper\nKees van den Berg en Ria"), [false, true, false, true]);
        assert_eq!(rolls("Els Bos komt.\nKees komt ook."), [false, false]);
        assert_eq!(rolls("Wij komen: Els Bos"), [false, false], "it opens no line");
    }

    #[test]
    fn it_is_known_which_stand_near_one_another() {
        let page = Page::of(&input("Wij komen:\nEls Bos\nkapper\nKees Vos\n\nTot dan!", "", ""), &situation());
        assert_eq!(page.rolls.len(), 2);
        assert_eq!(
            (0..5).map(|number| page.rolls.around(number)).collect::<Vec<_>>(),
            [(false, true), (false, true), (true, true), (true, false), (true, false)]
        );
    }
}
