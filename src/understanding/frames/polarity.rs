//! Polarity: does a clause say coming or staying away, and on what ground.
//!
//! Called by `frames` for each clause first.

use super::super::clauses::Zone;
use super::super::concepts::{Concept, Hit};
use super::super::lexicon::Role;
use super::super::words::{Kind, Token};
use super::{Reader, Strength};

impl Reader<'_> {
    /// Another time, another occasion, or what somebody else said.
    pub(super) fn about_something_else(&self) -> bool {
        let this_event = !self.sight.events().is_empty();
        let now = this_event || self.has(Concept::Correction);
        let past = self.has(Concept::Past) && !now;
        let later = self.has(Concept::NextTime) && !this_event && !self.has(Concept::SurelyNot);
        let other =
            self.has(Concept::OtherThing) && !this_event && !self.has(Concept::SeatFree) && !self.addressed_request();
        let told = self.has(Concept::Told)
            && !self.has(Concept::Enrol)
            && self.sight.rows.iter().any(|row| !row.me && !row.others.is_empty());
        past || later
            || other
            || told
            || (self.has(Concept::Enrolled) && !self.has(Concept::Withdraw) && !self.has(Concept::SurelyNot))
            || self.has(Concept::Already)
    }

    pub(super) fn addressed_request(&self) -> bool {
        self.sight.rows.iter().any(|row| row.me_object || row.us_object)
    }

    pub(super) fn polarity(&self) -> Option<(Concept, bool, Strength)> {
        let not = self.negated();
        let weight = |concept| self.sight.hits.iter().filter(|hit| hit.concept == concept).map(Hit::weight).max();
        let (yes, no) = (weight(Concept::Surely), weight(Concept::SurelyNot));
        if let Some(no) = no.filter(|_| !self.cannot_do_something_else())
            && yes.is_none_or(|yes| yes <= no)
        {
            return Some((Concept::SurelyNot, false, Strength::Said));
        }
        if self.has(Concept::SeatFree) {
            return Some((Concept::SeatFree, false, Strength::Said));
        }
        if yes.is_some() {
            // An idiom has its own negation in it; one that stands beside it turns it round.
            return Some((Concept::Surely, !not, Strength::Said));
        }
        if self.has(Concept::Absent) {
            return Some((Concept::Absent, not, Strength::Said));
        }
        if self.has(Concept::Withdraw) {
            return Some((Concept::Withdraw, not, if not { Strength::Hint } else { Strength::Said }));
        }
        if self.has(Concept::Can) && not && !self.has_other_infinitive() {
            return Some((Concept::Can, false, Strength::Said));
        }
        if self.has(Concept::Enrol) {
            return Some((Concept::Enrol, !not, if not { Strength::Aside } else { Strength::Said }));
        }
        if self.has(Concept::Bring) {
            return Some((Concept::Bring, !not, Strength::Said));
        }
        if self.has(Concept::Come) {
            return Some((Concept::Come, !not, Strength::Said));
        }
        let substitute = self.sight.rows.iter().any(|row| row.before != Some(Role::Off) && !row.others.is_empty());
        if self.sight.hits.iter().any(|hit| hit.concept == Concept::Instead && hit.weight() >= 2) && substitute {
            return Some((Concept::Come, true, Strength::Said));
        }
        let bare = self.sight.clause.zone == Zone::Subject || self.words() <= 8;
        if bare && self.has(Concept::WithdrawNoun) && !not {
            return Some((Concept::WithdrawNoun, false, Strength::Hint));
        }
        if bare && self.has(Concept::EnrolNoun) && !not {
            return Some((Concept::EnrolNoun, true, Strength::Hint));
        }
        None
    }

    /// Is the clause's verb denied? "een niet te verplaatsen klus" denies nothing but the klus.
    pub(super) fn negated(&self) -> bool {
        self.sight.hits.iter().filter(|hit| hit.concept == Concept::Not).any(|hit| {
            let before = hit.first.checked_sub(1).filter(|&at| at >= self.sight.clause.tokens.start);
            let before = before.and_then(|at| self.parsed.tokens.get(at));
            !before.is_some_and(|token| matches!(token.fold.as_str(), "een" | "wegens" | "zo'n" | "door" | "met"))
        })
    }

    /// "kan niet lezen": the verb that cannot be done is not one of coming.
    pub(super) fn cannot_do_something_else(&self) -> bool {
        let mut idioms = self.sight.hits.iter().filter(|hit| hit.concept == Concept::SurelyNot);
        let only_can = idioms.all(|hit| {
            self.parsed
                .tokens
                .get(hit.first)
                .is_some_and(|t| matches!(t.fold.as_str(), "kan" | "ken" | "can't" | "cannot"))
        });
        only_can && self.has_other_infinitive()
    }

    pub(super) fn has_other_infinitive(&self) -> bool {
        if self.has(Concept::Come) {
            return false;
        }
        let tokens = self.tokens();
        let verb = |token: &Token| {
            token.fold.len() >= 5
                && token.fold.ends_with("en")
                && !token.capital
                && !self.lexicon.is(token.word, Role::WithCan)
        };
        let mut ends = tokens.iter().rev().filter(|token| token.kind == Kind::Word).take(2);
        ends.any(verb) || tokens.iter().any(|token| self.lexicon.is(token.word, Role::Infinitive))
    }

    /// "als er nog plek is": a condition says nothing by itself.
    pub(super) fn is_condition(&self) -> bool {
        let mut words = self.tokens().iter().filter(|token| token.kind == Kind::Word);
        let opens = words.next().is_some_and(|first| self.lexicon.is(first.word, Role::Condition));
        opens
            && words.next().is_some_and(|next| {
                [Role::Subject, Role::You, Role::Name, Role::Kin, Role::My]
                    .iter()
                    .any(|&role| self.lexicon.is(next.word, role))
                    || matches!(next.fold.as_str(), "de" | "een" | "alles" | "oppas")
                    || next.capital
            })
    }
}
