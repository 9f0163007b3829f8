//! Relations: how a number stands to what was said before it: new, known already, taken off, put beside, a share of it.
//!
//! Called by `counts`, once a number.

use super::super::concepts::Hit;
use super::super::lexicon::Role;
use super::super::people::Person;
use super::lines::Teller;
use super::*;
use party::Deed;

/// "In plaats van met z'n drieën": so many words before a number it may be told that it is the old one.
const REPLACED: usize = 5;

impl Teller<'_> {
    /// "Van die 25 stoelen", "de twee die er al staan", "in die 5": a number that was known before.
    pub(super) fn is_partitive(&self, at: usize) -> bool {
        let word = |back: usize| at.checked_sub(back).filter(|&at| at >= self.sight.clause.tokens.start);
        let of = |at: usize| self.case.token(at).is_some_and(|token| token.is("van"));
        if self.deed == Deed::OtherStaysAway {
            return word(2).is_some_and(of);
        }
        word(1).is_some_and(|at| self.is(at, Role::Definite) || self.is(at, Role::Rest))
            && !word(2).is_some_and(|at| self.is(at, Role::With))
            || word(2).is_some_and(of) && word(1).is_some_and(|at| self.is(at, Role::Us) || self.is(at, Role::My))
    }

    /// "Nog 1 stoel voor mij": from who was not registered it asks what is left, and adds to nobody.
    pub(super) fn is_still(&self, hit: &Hit) -> bool {
        let still = self.case.token(hit.first).is_some_and(|token| token.is("nog"));
        let brings = self.sight.has(Concept::Bring) || self.sight.has(Concept::Come);
        let alone = self.deed == Deed::Comes && self.case.page.topic.registered(self.case.situation) == 0;
        still && alone && !brings && !self.is_beside(hit.first)
    }

    /// "Ikzelf en nog drie": do these words follow on the author and an "en"?
    fn is_beside(&self, at: usize) -> bool {
        let me = self.sight.rows.iter().any(|row| row.me && row.tokens.end < at);
        me && at.checked_sub(1).is_some_and(|before| self.is(before, Role::And))
    }

    /// "Min een".
    pub(super) fn is_taken_off(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| self.is(before, Role::Minus))
    }

    /// "Mijn drie zonen", "twee collega's": the number belongs to persons who are counted anyhow.
    pub(super) fn counts_a_row(&self, at: usize, others: &[Person]) -> bool {
        let mut rows = self.sight.rows.iter().filter(|row| row.tokens.contains(&at));
        let here = rows.any(|row| {
            row.others.iter().any(|person| others.contains(person) && person.count.is_some_and(|count| count > 1))
        });
        // A row that ends in another clause is told there.
        let elsewhere = self.case.page.sights.iter().filter(|sight| sight.clause != self.sight.clause);
        let mut elsewhere = elsewhere.flat_map(|sight| &sight.rows).filter(|row| row.tokens.contains(&at));
        here || elsewhere.any(|row| !row.others.is_empty())
    }

    /// "Drie in plaats van twee": the number after the words that replace it.
    pub(super) fn is_replaced(&self, at: usize) -> bool {
        let start = self.sight.clause.tokens.start;
        let earlier = (start..at).any(|at| self.number(at).is_some());
        earlier && (at.saturating_sub(REPLACED).max(start)..at).any(|at| self.is(at, Role::InsteadOf))
    }

    pub(super) fn is_of_the_rest(&self) -> bool {
        self.sight.clause.tokens.clone().any(|at| self.is(at, Role::Rest))
    }

    /// "Drie plaatsen: | twee voor mijn ouders": a share of a larger number that the sentence told before.
    pub(super) fn is_share(&self, at: usize, number: u32) -> bool {
        let sentence = self.sight.clause.sentence;
        let earlier = self.case.page.sights.get(..self.number).unwrap_or_default().iter().rev();
        let mut earlier = earlier.take_while(|sight| sight.clause.sentence == sentence);
        let larger = |at: usize| self.number(at).is_some_and(|told| told > number && told <= party::MOST);
        self.is(at + 1, Role::For) && earlier.any(|sight| sight.clause.tokens.clone().any(larger))
    }
}
