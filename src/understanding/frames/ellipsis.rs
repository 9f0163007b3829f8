//! Ellipsis: clauses without a verb that take up the one before ("Wim kan niet, ik wel").
//!
//! Called by `frames` where no word tells a polarity.

use super::super::clauses::Zone;
use super::super::concepts::Concept;
use super::super::lexicon::Role;
use super::super::words::Kind;
use super::{Frame, Reader, Strength, Who};

impl Reader<'_> {
    /// "Wim kan niet, ik wel": a person with nothing but wel, ook or niet takes up the clause before.
    pub(super) fn ellipsis(&self) -> Option<Frame> {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        let first_row =
            self.sight.rows.first().is_some_and(|row| row.tokens.start <= self.sight.clause.tokens.start + 1);
        let has_verb = tokens.iter().any(|token| self.lexicon.is(token.word, Role::Verb));
        if self.words() > 6 || has_verb || self.has(Concept::TotalLast) {
            return None;
        }
        let says = |form: &str| tokens.iter().any(|token| token.is(form));
        if self.sight.rows.is_empty() {
            return self.ellipsis_of_an_event();
        }
        // A word that nobody knows may be the verb: "mij schrikken jullie niet af".
        let strange = tokens.iter().any(|token| token.kind == Kind::Word && token.word.is_none() && !token.capital);
        if !first_row || strange {
            return None;
        }
        let row = self.sight.rows.iter().find(|row| row.me || row.us || !row.others.is_empty())?;
        if row.me && !self.takes_up_an_act() {
            return None;
        }
        let coming = match (says("wel") || says("ook"), says("niet") || says("nie")) {
            (true, false) => true,
            (false, true) => false,
            _ => return None,
        };
        let who = Who { me: row.me, us: row.us, others: row.others.clone() };
        Some(self.frame(Concept::Come, coming, Strength::Said, who))
    }

    /// "Wim heeft geen auto en ik wel": what "wel" takes up must be about coming.
    pub(super) fn takes_up_an_act(&self) -> bool {
        use Concept::{
            Absent, Bring, Busy, Can, Come, Elsewhere, Enrol, Maybe, Surely, SurelyNot, Undecided, Withdraw,
        };
        let acts = [Absent, Bring, Busy, Can, Come, Elsewhere, Enrol, Maybe, Surely, SurelyNot, Undecided, Withdraw];
        let before = self.before.last().filter(|sight| sight.clause.zone != Zone::Subject);
        before.is_none_or(|sight| {
            acts.iter().any(|&act| sight.has(act))
                || !sight.events().is_empty()
                || sight.clause.sentence != self.sight.clause.sentence
        })
    }

    /// "De 15e wel, de 24e niet": an event with nothing but wel or niet.
    pub(super) fn ellipsis_of_an_event(&self) -> Option<Frame> {
        if self.sight.events().is_empty() || self.sight.clause.asks || self.words() > 5 {
            return None;
        }
        let last = self.tokens().iter().rev().find(|token| token.kind == Kind::Word)?;
        let coming = match last.fold.as_str() {
            "wel" | "ook" => true,
            "niet" | "nie" => false,
            _ => return None,
        };
        Some(self.frame(Concept::Come, coming, Strength::Said, Who { me: true, ..Who::default() }))
    }
}
