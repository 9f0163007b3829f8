//! Persons: whom a clause is about, of all those that it names.
//!
//! "Van mijn buurvrouw gehoord" brings no neighbour, and "als chauffeur" is nobody. Called by `lines`, once a clause.

use super::super::concepts::Hit;
use super::super::lexicon::Role;
use super::super::people::{Person, Row};
use super::super::words::Kind;
use super::lines::{Teller, enrols};
use super::*;
use party::{Deed, Me};

impl Teller<'_> {
    pub(super) fn who(&self) -> (Me, bool, Vec<Person>) {
        let rows = &self.rows();
        // "We, ik dus": who goes on with himself speaks of himself.
        let parting = self.sight.has(Concept::Farewell);
        let us = !parting && rows.iter().any(|row| row.us && !(row.me && row.others.is_empty()));
        let enrols = enrols(self.sight);
        let of_him = |row: &Row| row.me && (row.before != Some(Role::Off) || !row.others.is_empty());
        let me = rows.iter().map(|row| match (of_him(row), self.deed) {
            (false, Deed::Comes) if self.sight.has(Concept::Come) && !enrols && rows.iter().all(|row| !row.us) => {
                Me::Counted
            }
            (false, _) => Me::Unnamed,
            (true, _) if !row.others.is_empty() || row.me_object => Me::Counted,
            // "Laat ik weten": who only writes.
            (true, Deed::Counts) if self.has_verb() => Me::Writes,
            (true, Deed::Comes) if enrols && !self.sight.has(Concept::Come) => Me::Writes,
            (true, Deed::OtherComes) if row.before != Some(Role::With) => Me::Writes,
            (true, _) => Me::Counted,
        });
        let me = me.max().unwrap_or(if self.deed == Deed::Comes && self.sight.has(Concept::Come) && !enrols {
            Me::Counted
        } else {
            Me::Unnamed
        });
        let brings = self.deed == Deed::OtherComes && self.sight.has(Concept::Bring) && me == Me::Writes;
        let me = if brings { Me::Counted } else { me };
        let mut others: Vec<Person> = self.left_hanging();
        let mut end = None;
        for row in rows.iter().filter(|row| self.counts_in(row)) {
            for (index, person) in row.others.iter().enumerate() {
                if self.is_head(row, person) || self.family(row).is_some() {
                    continue;
                }
                // "Moeder de vrouw": two words for one.
                let beside = index == 0 && end.is_some_and(|end| self.stands_beside(end, row));
                let apposed = index > 0 && self.explains(row, person);
                match others.last_mut().filter(|last| beside || apposed && last.name.is_some()) {
                    // "Stef z'n broer" is not Stef.
                    Some(last) if self.is(row.tokens.start, Role::Their) => *last = person.clone(),
                    // "De heren Hulshof en Benali".
                    Some(last) if last.name.is_none() && last.count != Some(1) => *last = person.clone(),
                    Some(last) if !person.pronoun => {
                        last.labels.extend(person.labels.iter().cloned());
                        if last.name.is_none() {
                            last.name.clone_from(&person.name);
                        }
                    }
                    _ => others.push(person.clone()),
                }
            }
            end = Some(row.tokens.end);
        }
        (me, us, others)
    }

    /// "Mijn vrouw en ik hebben de middag vrij en zullen komen": a subject that an earlier clause holds.
    fn left_hanging(&self) -> Vec<Person> {
        let opens = self.is(self.sight.clause.tokens.start, Role::And) && self.sight.rows.is_empty();
        let sentence = self.sight.clause.sentence;
        let earlier = self.case.page.sights.get(..self.number).unwrap_or_default().iter().rev();
        let mut earlier = earlier.take_while(|sight| sight.clause.sentence == sentence).flat_map(|sight| &sight.rows);
        let row = earlier.find(|row| row.me && !row.others.is_empty()).filter(|_| opens && self.deed == Deed::Comes);
        row.map(|row| row.others.clone()).unwrap_or_default()
    }

    /// The rows of the clause: of one that opens with those who are written to only what stands in the clause, as in "ik ga
    /// naar jullie, | en Marga gaat mee".
    fn rows(&self) -> Vec<Row> {
        let start = self.sight.clause.tokens.start;
        let within = |row: &Row| {
            let tokens = start..row.tokens.end;
            let words = self.case.page.parsed.tokens.get(tokens.clone()).unwrap_or_default();
            let here = |person: &&Person| words.iter().any(|token| person.labels.contains(&token.fold));
            let others = row.others.iter().filter(here).cloned().collect();
            Row { tokens, others, me: row.me, ..Row::default() }
        };
        let reaches = |row: &Row| row.you && row.tokens.start < start;
        self.sight.rows.iter().map(|row| if reaches(row) { within(row) } else { row.clone() }).collect()
    }

    /// "Evelien, mijn nicht, ...": a relation between commas says who the one before it is.
    fn explains(&self, row: &Row, person: &Person) -> bool {
        let token = |at: usize| self.case.token(at);
        let [label] = person.labels.as_slice() else { return false };
        let Some(at) = row.tokens.clone().rev().find(|&at| token(at).is_some_and(|token| token.fold == *label)) else {
            return false;
        };
        let owned = at.checked_sub(1).is_some_and(|before| self.is(before, Role::My));
        let after_comma = at.checked_sub(2).and_then(token).is_some_and(|token| token.is(","));
        let ends = at + 1 == row.tokens.end || token(at + 1).is_some_and(|token| token.is(","));
        person.name.is_none() && person.count == Some(1) && owned && after_comma && ends
    }

    /// Does the row follow at once on another that ends here: "moeder de vrouw", "mijn vennoot de heer Bol"?
    fn stands_beside(&self, end: usize, row: &Row) -> bool {
        let titled = self.is(end, Role::Definite) && end + 1 == row.tokens.start && self.is(end + 1, Role::Title);
        end == row.tokens.start || titled
    }

    /// Are the people of this row among those that the clause is about?
    fn counts_in(&self, row: &Row) -> bool {
        if row.others.is_empty() || row.tokens.clone().all(|at| self.is_dated(at)) {
            return false;
        }
        // "Niet Elif en Sara maar Hatice".
        let denied = |hit: &Hit| hit.concept == Concept::Not && hit.last + 1 == row.tokens.start;
        if self.sight.hits.iter().any(denied) && self.deed != Deed::OtherStaysAway {
            return false;
        }
        if self.is_role(row) {
            return false;
        }
        let known = |person: &Person| self.is_known(row, person);
        let joined = row.me || row.us;
        let apart = self.deed == Deed::OtherStaysAway && self.sight.rows.len() == 1 && !self.goes_on();
        let off = row.before == Some(Role::Off) && !joined && !apart && !self.is_owner(row);
        match self.deed {
            _ if off => false,
            Deed::Comes => {
                let among = self.sight.rows.iter().any(|row| row.me || row.us);
                let start = row.tokens.start;
                let start =
                    start - usize::from(start.checked_sub(1).is_some_and(|before| self.is(before, Role::Their)));
                let before = start.checked_sub(1).filter(|&at| at >= self.sight.clause.tokens.start);
                // "Naast mij komen ook Jan en Els", "mét mij Jan en Els".
                let beside_me = |at: usize| {
                    let is = |word: &str| self.case.token(at).is_some_and(|token| token.is(word));
                    is("ook")
                        || is("nog")
                        || is("op") && self.tokens().iter().any(|token| token.is("reken") || token.is("rekent"))
                        || self.is(at, Role::Me) && at > 0 && self.is(at - 1, Role::With)
                };
                let placed = before.is_none_or(|at| {
                    at == self.sight.clause.tokens.start
                        || self.is(at, Role::And)
                        || self.case.token(at).is_some_and(|t| t.kind == Kind::Mark)
                        || among && beside_me(at)
                });
                let verb = before.is_none() && self.is(start, Role::Verb);
                let subject = (row.others.len() >= 2 || among) && placed && !verb;
                joined
                    || self.goes_along(row) && row.others.iter().all(known)
                    || row.before == Some(Role::With) && row.others.iter().any(|p| known(p) || p.name.is_some())
                    || row.before == Some(Role::For) && row.others.iter().all(known)
                    || subject && row.others.iter().all(known)
            }
            Deed::OtherComes | Deed::OtherStaysAway => {
                let better = self.sight.rows.iter().any(|other| other.others.iter().any(|p| self.is_known(other, p)));
                !better || joined || row.others.iter().any(known) || row.others.iter().all(|p| p.pronoun)
            }
            Deed::StaysAway => joined || self.goes_along(row) && row.others.iter().all(known),
            Deed::Excuse | Deed::Reason => row.before.is_none() && !joined,
            _ => true,
        }
    }

    /// "Mijn broer ook", "Hanna gaat ook mee": said of somebody beside what was said of the author.
    pub(super) fn goes_along(&self, row: &Row) -> bool {
        let end = row.tokens.end;
        // "Ben ook van plan": a verb that is a name as well.
        if self.is(row.tokens.start, Role::Verb) && row.tokens.start == self.sight.clause.tokens.start {
            return false;
        }
        let after = end + usize::from(self.is(end, Role::Verb));
        let after = after + usize::from(after > end && self.is(after, Role::Me));
        self.is(after, Role::Along) && self.sight.clause.tokens.contains(&after)
    }

    /// "En die van Rita ook": it is her sign-up.
    fn is_owner(&self, row: &Row) -> bool {
        let owned = row.tokens.start.checked_sub(2).filter(|&at| at >= self.sight.clause.tokens.start);
        self.deed == Deed::OtherComes && owned.is_some_and(|at| self.is(at, Role::Pointing))
    }

    /// "Als chauffeur", "naar een gesprek van hun zoon": a part that somebody plays, or somebody's relation.
    fn is_role(&self, row: &Row) -> bool {
        let before =
            |back: usize| row.tokens.start.checked_sub(back).filter(|&at| at >= self.sight.clause.tokens.start);
        let word =
            |at: usize, forms: &[&str]| self.case.token(at).is_some_and(|token| forms.contains(&token.fold.as_str()));
        let plays = before(1).is_some_and(|at| word(at, &["als", "as"])) && !self.is(row.tokens.start, Role::My);
        let theirs =
            before(1).is_some_and(|at| self.is(at, Role::Their)) && before(2).is_some_and(|at| self.is(at, Role::Off));
        !row.me && !row.us && (plays || theirs)
    }

    /// A relation, a first name, somebody with a title: no mere capital.
    pub(super) fn is_known(&self, row: &Row, person: &Person) -> bool {
        let named = |at: usize| [Role::Kin, Role::Kins, Role::Name, Role::Title].iter().any(|&role| self.is(at, role));
        let own = |at: usize| {
            self.case.token(at).is_some_and(|token| person.labels.contains(&token.fold)) || self.is(at, Role::Title)
        };
        !person.pronoun && (person.name.is_none() || row.tokens.clone().any(|at| own(at) && named(at)))
    }

    /// "Drie man", "twee personen": a number of people and nobody in particular.
    fn is_head(&self, row: &Row, person: &Person) -> bool {
        let head = |at: usize| {
            self.is(at, Role::Heads) && self.case.token(at).is_some_and(|token| person.labels.contains(&token.fold))
        };
        let numbered = row.tokens.clone().any(|at| self.number(at).is_some());
        let someone = row.tokens.clone().any(|at| self.is(at, Role::Someone))
            && person.count == Some(1)
            && row.before != Some(Role::With);
        let of_us = self.sight.rows.iter().any(|row| row.us) && self.sight.has(Concept::Total);
        person.name.is_none()
            && !person.pronoun
            && (someone
                || (person.count != Some(1) || numbered)
                    && (row.tokens.clone().any(head) || of_us && person.count.is_some()))
    }

    fn has_verb(&self) -> bool {
        self.sight.clause.tokens.clone().any(|at| self.is(at, Role::Verb))
    }
}
