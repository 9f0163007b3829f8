//! Lines: what each clause says of who comes, with whom and how many, as `party` takes it.
//!
//! The label of a clause tells what is said; here is told of whom: which of its rows of persons are meant, and which
//! numbers count people.

use super::super::concepts::Hit;
use super::super::lexicon::Role;
use super::super::people::{Person, Row};
use super::super::words::{Kind, Token};
use super::steps::{decides, settled, turned};
use super::*;
use party::{Deed, Line, Me};

/// What a clause says of who comes; `None` when nothing.
pub(super) fn line(case: &Case<'_>, judgement: &Judgement, number: usize) -> Option<Line> {
    let sight = case.sights.get(number)?;
    let says = case.says(number);
    let excuse = judgement.frames.iter().any(|frame| frame.clause == number && frame.strength == Strength::Excuse);
    let own = sight.clause.tokens.clone();
    // "Staat in de agenda", "ik zie jullie woensdag": from who is registered that is a farewell.
    let parting = sight.hits.iter().filter(|hit| matches!(hit.concept, Concept::Thanks | Concept::Farewell));
    let acts = sight.hits.iter().filter(|hit| matches!(hit.concept, Concept::Come | Concept::Enrol | Concept::Can));
    let parts =
        parting.clone().next().is_some() && acts.clone().all(|act| parting.clone().any(|hit| hit.overlaps(act)));
    if says == Says::Comes && parts && case.topic.registered(case.situation) > 0 {
        return None;
    }
    let deed = match says {
        Says::Comes => Deed::Comes,
        Says::StaysAway => Deed::StaysAway,
        Says::OtherComes => Deed::OtherComes,
        Says::OtherStaysAway => Deed::OtherStaysAway,
        Says::Instead => Deed::Instead,
        Says::Counts => Deed::Counts,
        Says::Unsure => Deed::Unsure,
        Says::Excuse if excuse => Deed::Excuse,
        Says::Excuse if spoken_of(sight) => Deed::Reason,
        Says::Turns if sight.has(Concept::Joke) => Deed::Joke,
        _ => return None,
    };
    let teller = Teller { case, sight, number, deed };
    let (me, us, mut others) = teller.who();
    // "Els en Jan komen": the author is one of them, or only writes.
    let of_others = deed == Deed::Comes && others.len() >= 2 && !us && !sight.rows.iter().any(|row| row.me);
    let swaps = sight.hits.iter().any(|hit| hit.concept == Concept::Instead && hit.weight() >= 3);
    let replaced = swaps && deed == Deed::OtherComes && case.topic.registered(case.situation) > 1;
    let deed = if replaced || teller.swaps(&others) { Deed::Instead } else { deed };
    let deed = if deed == Deed::OtherComes && teller.only_names() { Deed::Counts } else { deed };
    let of_others = of_others && !enrols(sight);
    let (deed, me) = if of_others { (Deed::OtherComes, Me::Unnamed) } else { (deed, me) };
    let teller = Teller { deed, ..teller };
    if deed == Deed::OtherComes && own.clone().any(|at| teller.number(at).is_some() && teller.is(at + 1, Role::Heads)) {
        others
            .retain(|person| sight.rows.iter().any(|row| row.others.contains(person) && teller.is_known(row, person)));
    }
    let silent = matches!(deed, Deed::Excuse | Deed::Reason | Deed::Unsure | Deed::Joke);
    let mut counts = if silent { Vec::new() } else { teller.counts(&others) };
    if matches!(deed, Deed::Comes | Deed::OtherComes) && counts.is_empty() && teller.has_company() {
        counts.push(Count::Several);
    }
    let registered = case.topic.registered(case.situation) > 0;
    let unnamed = others.iter().all(|person| person.pronoun);
    match (deed, counts.as_slice()) {
        // "Er willen twee mee": people without a name.
        // "Zij heeft ook een stoel nodig": one, and known.
        (Deed::OtherComes, [Count::Total(1)]) if unnamed && !others.is_empty() => counts.clear(),
        (Deed::OtherComes, [Count::Total(total)]) if unnamed && !teller.becomes() && !teller.comes_to() => {
            if registered {
                counts = vec![Count::More(*total)];
            } else {
                others = vec![Person { labels: Vec::new(), name: None, count: Some(*total), pronoun: false }];
                counts.clear();
            }
        }
        (Deed::StaysAway | Deed::OtherStaysAway, [Count::Total(total)]) if !teller.becomes() => {
            counts = vec![Count::Fewer(*total)];
        }
        _ => {}
    }
    if counts.iter().any(|count| matches!(count, Count::Fewer(_) | Count::Half)) {
        others.retain(|person| person.name.is_some());
    }
    let refers = matches!(deed, Deed::OtherComes | Deed::OtherStaysAway | Deed::Instead);
    if counts.is_empty() && refers && !us && !teller.is_of_the_rest() {
        teller.resolve(&mut others);
    }
    let pronoun = others.iter().any(|person| person.pronoun);
    others.retain(|person| !person.pronoun);
    if deed == Deed::OtherComes
        && others.is_empty()
        && counts.is_empty()
        && own.clone().any(|at| teller.is(at, Role::Someone))
    {
        others.push(Person { labels: Vec::new(), name: None, count: Some(1), pronoun: false });
    }
    let names_last =
        deed == Deed::Counts && sight.rows.iter().any(|row| row.others.iter().any(|person| person.pronoun));
    let joined = own.clone().any(|at| teller.is(at, Role::And));
    let unnamed = deed == Deed::OtherComes
        && others.is_empty()
        && counts.is_empty()
        && !pronoun
        && !us
        && !teller.is_of_the_rest();
    let only = teller.is_only();
    let heading = sight.clause.zone == Zone::Subject;
    let settles = decides(says) && settled(case, number);
    let turn = sight.clause.zone == Zone::Postscript || turned(case, number);
    Some(Line { deed, heading, turn, me, us, others, counts, names_last, joined, only, pronoun, unnamed, settles })
}

/// Does an excuse speak of somebody, or of the author?
fn spoken_of(sight: &Sight) -> bool {
    sight
        .rows
        .iter()
        .any(|row| row.before.is_none() && (row.me && !row.me_object || row.others.iter().any(|p| p.name.is_some())))
}

fn enrols(sight: &Sight) -> bool {
    sight.has(Concept::Enrol) || sight.has(Concept::EnrolNoun)
}

/// One clause, asked for its people and numbers.
pub(super) struct Teller<'a> {
    pub(super) case: &'a Case<'a>,
    pub(super) sight: &'a Sight,
    pub(super) number: usize,
    pub(super) deed: Deed,
}

impl Teller<'_> {
    pub(super) fn tokens(&self) -> &[Token] {
        self.case.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default()
    }

    pub(super) fn is(&self, at: usize, role: Role) -> bool {
        self.case.parsed.tokens.get(at).is_some_and(|token| self.case.lexicon.is(token.word, role))
    }

    fn has_verb(&self) -> bool {
        self.sight.clause.tokens.clone().any(|at| self.is(at, Role::Verb))
    }

    /// "In gezelschap", "met wat aanhang": people without a number.
    fn has_company(&self) -> bool {
        let vague = |at: usize| {
            self.is(at, Role::Quantity)
                && self.number(at).is_none()
                && !self.case.parsed.tokens.get(at).is_some_and(|token| token.is("een"))
        };
        if self.sight.clause.tokens.clone().any(|at| vague(at) && self.is(at + 1, Role::Kin)) {
            return true;
        }
        let mut company = self.sight.clause.tokens.clone().filter(|&at| self.is(at, Role::Company));
        company.any(|at| {
            at.checked_sub(1).is_some_and(|before| {
                (before.saturating_sub(2)..=before).any(|at| self.is(at, Role::With))
                    || self.case.parsed.tokens.get(before).is_some_and(|token| token.is("in"))
            }) || self.deed == Deed::OtherComes && self.sight.rows.iter().all(|row| row.others.is_empty())
        })
    }

    /// "Bo ruil ik in voor Els", "in plaats van met Bo kom ik met Els": one who was registered makes room for another.
    fn swaps(&self, others: &[Person]) -> bool {
        let swap =
            self.sight.clause.tokens.clone().any(|at| self.is(at, Role::Swap)) || self.sight.has(Concept::Instead);
        let registered = |person: &&Person| {
            let parties = self.case.situation.registered.values();
            parties.flat_map(|names| names.iter().skip(1)).any(|name| {
                let name = fold(name);
                name.split_whitespace().next().is_some_and(|first| person.labels.iter().any(|label| label == first))
            })
        };
        let (known, strange): (Vec<&Person>, Vec<&Person>) = others.iter().filter(|p| !p.pronoun).partition(registered);
        let moved = matches!(self.deed, Deed::Comes | Deed::OtherComes | Deed::OtherStaysAway);
        swap && moved && known.len() == 1 && strange.len() == 1
    }

    /// Did the clause before it in the sentence say the same?
    fn goes_on(&self) -> bool {
        let before = self.number.checked_sub(1);
        let says = before.map(|before| self.case.says(before)) == Some(self.case.says(self.number));
        let sight = before.and_then(|before| self.case.sights.get(before));
        says && sight.is_some_and(|sight| sight.clause.sentence == self.sight.clause.sentence)
    }

    /// "... mijn twee zoons, | Bas en Tom": names that go on with what the clause before them said.
    fn only_names(&self) -> bool {
        let before = self.number.checked_sub(1);
        let said = before.map(|before| self.case.says(before));
        let goes_on = before
            .and_then(|before| self.case.sights.get(before))
            .is_some_and(|sight| sight.clause.sentence == self.sight.clause.sentence && !sight.rows.is_empty());
        let named = |at: usize| self.sight.rows.iter().any(|row| !row.others.is_empty() && row.tokens.contains(&at));
        let joins = |at: usize| {
            self.is(at, Role::And) || self.case.parsed.tokens.get(at).is_some_and(|token| token.kind != Kind::Word)
        };
        goes_on
            && matches!(said, Some(Says::Comes | Says::OtherComes))
            && self.sight.clause.tokens.clone().all(|at| named(at) || joins(at))
            && self.sight.clause.tokens.clone().any(named)
    }

    /// The rows of the clause: of one that opens with those who are written to only what stands in the clause, as in "ik ga
    /// naar jullie, | en Marga gaat mee".
    fn rows(&self) -> Vec<Row> {
        let start = self.sight.clause.tokens.start;
        let within = |row: &Row| {
            let tokens = start..row.tokens.end;
            let words = self.case.parsed.tokens.get(tokens.clone()).unwrap_or_default();
            let here = |person: &&Person| words.iter().any(|token| person.labels.contains(&token.fold));
            let others = row.others.iter().filter(here).cloned().collect();
            Row { tokens, others, me: row.me, ..Row::default() }
        };
        let reaches = |row: &Row| row.you && row.tokens.start < start;
        self.sight.rows.iter().map(|row| if reaches(row) { within(row) } else { row.clone() }).collect()
    }

    fn who(&self) -> (Me, bool, Vec<Person>) {
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

    /// "Evelien, mijn nicht, ...": a relation between commas says who the one before it is.
    fn explains(&self, row: &Row, person: &Person) -> bool {
        let token = |at: usize| self.case.parsed.tokens.get(at);
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

    /// "Mijn vrouw en ik hebben de middag vrij en zullen komen": a subject that an earlier clause holds.
    fn left_hanging(&self) -> Vec<Person> {
        let opens = self.is(self.sight.clause.tokens.start, Role::And) && self.sight.rows.is_empty();
        let sentence = self.sight.clause.sentence;
        let earlier = self.case.sights.get(..self.number).unwrap_or_default().iter().rev();
        let mut earlier = earlier.take_while(|sight| sight.clause.sentence == sentence).flat_map(|sight| &sight.rows);
        let row = earlier.find(|row| row.me && !row.others.is_empty()).filter(|_| opens && self.deed == Deed::Comes);
        row.map(|row| row.others.clone()).unwrap_or_default()
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
                let placed = before.is_none_or(|at| {
                    at == self.sight.clause.tokens.start
                        || self.is(at, Role::And)
                        || self.case.parsed.tokens.get(at).is_some_and(|t| t.kind == Kind::Mark)
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

    /// "Als chauffeur", "naar een gesprek van hun zoon": a part that somebody plays, or somebody's relation.
    fn is_role(&self, row: &Row) -> bool {
        let before =
            |back: usize| row.tokens.start.checked_sub(back).filter(|&at| at >= self.sight.clause.tokens.start);
        let word = |at: usize, forms: &[&str]| {
            self.case.parsed.tokens.get(at).is_some_and(|token| forms.contains(&token.fold.as_str()))
        };
        let plays = before(1).is_some_and(|at| word(at, &["als", "as"])) && !self.is(row.tokens.start, Role::My);
        let theirs =
            before(1).is_some_and(|at| self.is(at, Role::Their)) && before(2).is_some_and(|at| self.is(at, Role::Off));
        !row.me && !row.us && (plays || theirs)
    }

    /// "En die van Rita ook": it is her sign-up.
    fn is_owner(&self, row: &Row) -> bool {
        let owned = row.tokens.start.checked_sub(2).filter(|&at| at >= self.sight.clause.tokens.start);
        self.deed == Deed::OtherComes && owned.is_some_and(|at| self.is(at, Role::Pointing))
    }

    /// "Mijn broer ook", "Hanna gaat ook mee": said of somebody beside what was said of the author.
    fn goes_along(&self, row: &Row) -> bool {
        let end = row.tokens.end;
        // "Ben ook van plan": a verb that is a name as well.
        if self.is(row.tokens.start, Role::Verb) && row.tokens.start == self.sight.clause.tokens.start {
            return false;
        }
        let after = end + usize::from(self.is(end, Role::Verb));
        let after = after + usize::from(after > end && self.is(after, Role::Me));
        self.is(after, Role::Along) && self.sight.clause.tokens.contains(&after)
    }

    /// A relation, a first name, somebody with a title: no mere capital.
    fn is_known(&self, row: &Row, person: &Person) -> bool {
        let named = |at: usize| [Role::Kin, Role::Kins, Role::Name, Role::Title].iter().any(|&role| self.is(at, role));
        let own = |at: usize| {
            self.case.parsed.tokens.get(at).is_some_and(|token| person.labels.contains(&token.fold))
                || self.is(at, Role::Title)
        };
        !person.pronoun && (person.name.is_none() || row.tokens.clone().any(|at| own(at) && named(at)))
    }

    /// "Drie man", "twee personen": a number of people and nobody in particular.
    fn is_head(&self, row: &Row, person: &Person) -> bool {
        let head = |at: usize| {
            self.is(at, Role::Heads)
                && self.case.parsed.tokens.get(at).is_some_and(|token| person.labels.contains(&token.fold))
        };
        let numbered = row.tokens.clone().any(|at| self.number(at).is_some());
        let someone = row.tokens.clone().any(|at| self.is(at, Role::Someone)) && person.count == Some(1);
        let of_us = self.sight.rows.iter().any(|row| row.us) && self.sight.has(Concept::Total);
        person.name.is_none()
            && !person.pronoun
            && (someone
                || (person.count != Some(1) || numbered)
                    && (row.tokens.clone().any(head) || of_us && person.count.is_some()))
    }

    /// Puts the one spoken of last in the place of "hij", "die" and nobody.
    fn resolve(&self, others: &mut Vec<Person>) {
        if others.iter().any(|person| !person.pronoun) {
            return;
        }
        let sentence = self.sight.clause.sentence;
        let earlier = self.case.sights.get(..self.number).unwrap_or_default().iter();
        let spoken = earlier.filter(|sight| sight.clause.sentence == sentence).flat_map(|sight| &sight.rows);
        let spoken = spoken.flat_map(|row| &row.others).any(|person| person.pronoun);
        let points = !others.is_empty()
            || spoken
            || self.tokens().iter().take(3).any(|token| self.case.lexicon.is(token.word, Role::Pointing))
            || self.tokens().iter().filter(|token| token.kind == Kind::Word).count() <= 2;
        let before = self.case.sights.get(..self.number).unwrap_or_default().iter().rev();
        let near =
            before.filter(|sight| sight.clause.zone != Zone::Closing && (points || sight.clause.sentence == sentence));
        let mut rows = near.flat_map(|sight| sight.rows.iter().rev());
        let spoken_of = rows.find_map(|row| {
            let known = |person: &&Person| !person.pronoun && (points || self.is_known(row, person));
            let known: Vec<Person> = row.others.iter().filter(known).cloned().collect();
            Some(known).filter(|known| !known.is_empty())
        });
        let many =
            self.tokens().iter().any(|token| matches!(token.fold.as_str(), "hen" | "them" | "beiden" | "allebei"));
        if let Some(spoken_of) = spoken_of {
            *others = if many { spoken_of } else { spoken_of.into_iter().rev().take(1).collect() };
        }
    }

    /// "Alleen Ab en ik": those and nobody else.
    fn is_only(&self) -> bool {
        let me = self.sight.rows.iter().any(|row| row.me);
        let first = self.sight.rows.iter().map(|row| row.tokens.start).min().unwrap_or(usize::MAX);
        matches!(self.deed, Deed::Comes | Deed::Counts)
            && me
            && self.sight.clause.tokens.clone().any(|at| at + 1 == first && self.is(at, Role::Only))
    }
}
