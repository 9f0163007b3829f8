//! Certainty: is it said, asked, or made to hang on something.
//!
//! Called by `frames` for each frame it makes.

use super::super::concepts::Concept;
use super::super::lexicon::Role;
use super::super::words::Kind;
use super::{Certainty, Reader, Sight};

impl Reader<'_> {
    pub(super) fn certainty(&self, by: Concept) -> Certainty {
        let sentence = self.sight.clause.sentence;
        let own = self.sight.events();
        let other_event = |sight: &Sight| {
            let events = sight.events();
            !own.is_empty() && !events.is_empty() && !events.iter().any(|event| own.contains(event))
        };
        let request = self.requests(by);
        let mut same = self.all.iter().filter(|sight| sight.clause.sentence == sentence && !other_event(sight));
        let conditional = same.clone().any(|sight| sight.has(Concept::Condition))
            || self.hangs_on_condition()
            || self.is_taken_back();
        let of_another = |sight: &Sight| {
            sight.clause != self.sight.clause
                && sight.rows.iter().any(|row| row.before.is_none() && !row.me && !row.us && !row.others.is_empty())
        };
        let unsure = same.any(|sight| {
            (sight.has(Concept::Maybe) || sight.has(Concept::Undecided))
                && !of_another(sight)
                && (!request || sight.clause == self.sight.clause)
        });
        let late = self.has(Concept::Late);
        if (self.sight.clause.asks || self.wonders()) && !self.is_request(by) {
            Certainty::Asked
        } else if (unsure && !late) || conditional {
            Certainty::Unsure
        } else {
            Certainty::Sure
        }
    }

    /// "of we wel of niet komen": what is only wondered about.
    pub(super) fn wonders(&self) -> bool {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        let turns = tokens
            .get(1)
            .is_some_and(|token| matches!(token.fold.as_str(), "nee" | "liever" | "toch" | "wacht" | "beter"));
        let whether = tokens.windows(2).any(|pair| {
            matches!(pair, [of, who] if of.is("of") && matches!(who.fold.as_str(), "ik" | "we" | "wij" | "ze" | "hij" | "er" | "iemand"))
        });
        (whether || tokens.first().is_some_and(|token| token.is("of"))) && !turns
    }

    /// "Hoor ik het van je, dan kom ik": a condition in the order of a question, and what hangs on it.
    pub(super) fn hangs_on_condition(&self) -> bool {
        let sentence = self.sight.clause.sentence;
        let word = |sight: &Sight, at: usize| {
            let tokens = self.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
            tokens.iter().filter(|token| token.kind == Kind::Word).nth(at)
        };
        let mut earlier = self.before.iter().filter(|sight| sight.clause.sentence == sentence);
        let first = earlier.clone().next();
        let then = earlier.any(|sight| word(sight, 0).is_some_and(|token| token.is("dan")))
            || word(self.sight, 0).is_some_and(|token| token.is("dan"));
        let inverted = |sight: &Sight| {
            let verb = word(sight, 0).is_some_and(|token| {
                !matches!(token.fold.as_str(), "is" | "mag" | "kan" | "heb" | "hebben" | "hebt" | "heeft" | "dan")
                    && (self.lexicon.is(token.word, Role::Verb) || token.word.is_none() && token.fold.ends_with('t'))
            });
            let open = !sight.has(Concept::Proviso) && !sight.has(Concept::Enrol);
            verb && open
                && word(sight, 1).is_some_and(|token| matches!(token.fold.as_str(), "ik" | "het" | "hij" | "ze"))
        };
        then && first.is_some_and(inverted)
    }

    /// "Ik meld mij af. Tenzij Els komt": the sentence after this one takes back what it says.
    pub(super) fn is_taken_back(&self) -> bool {
        let next = self.sight.clause.sentence + 1;
        let opener = self.all.iter().find(|sight| sight.clause.sentence == next).and_then(|sight| {
            let tokens = self.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
            tokens.first().map(|token| token.is("tenzij") || token.is("mits"))
        });
        opener == Some(true)
    }

    /// "Schrijft u mij in?" asks in the form of a question.
    pub(super) fn is_request(&self, by: Concept) -> bool {
        let objects = self.sight.rows.iter().any(|row| row.me_object || row.us_object || !row.others.is_empty());
        match by {
            // "Me afmelden? Welnee": only asked.
            Concept::Withdraw if self.words() <= 2 => false,
            Concept::Enrol | Concept::Withdraw | Concept::SeatFree => {
                let of_mine = self.tokens().iter().any(|token| matches!(token.fold.as_str(), "mijn" | "m'n" | "onze"));
                objects
                    || of_mine && by == Concept::Withdraw && self.opens_with_request()
                    || self.sight.rows.iter().any(|row| row.me || row.us)
            }
            Concept::SurelyNot | Concept::Absent | Concept::Surely => true,
            _ => false,
        }
    }

    /// "Wilt u noteren", "kun je inschrijven": the one addressed is to do it.
    pub(super) fn opens_with_request(&self) -> bool {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        let modal = |fold: &str| {
            matches!(
                fold,
                "wil" | "wilt" | "willen" | "kun" | "kunt" | "kan" | "kunnen" | "zou" | "zouden" | "mag" | "moogt"
            )
        };
        tokens.iter().take(2).any(|token| modal(&token.fold))
    }
}
