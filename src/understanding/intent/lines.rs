//! Lines: what each clause says of who comes, with whom and how many, as `party` takes it.
//!
//! The label of a clause tells what is said; here is told of whom: which of its rows of persons are meant, and which
//! numbers count people.

use super::super::lexicon::Role;
use super::super::people::{Person, Row};
use super::super::words::{Kind, Token};
use super::steps::{decides, settled, turned};
use super::*;
use party::{Deed, Line, Me};

/// What a clause says of who comes; `None` when nothing.
pub(super) fn line(case: &Case<'_>, judgement: &Judgement, number: usize) -> Option<Line> {
    let sight = case.page.sights.get(number)?;
    if is_parting(case, number, sight) {
        return None;
    }
    let said = deed(case, judgement, number, sight)?;
    let teller = Teller { case, sight, number, deed: said };
    let (me, us, mut others) = teller.who();
    let (deed, mut me) = teller.meant(&others, me, us);
    let teller = Teller { deed, ..teller };
    let own = sight.clause.tokens.clone();
    if deed == Deed::OtherComes && own.clone().any(|at| teller.number(at).is_some() && teller.is(at + 1, Role::Heads)) {
        others
            .retain(|person| sight.rows.iter().any(|row| row.others.contains(person) && teller.is_known(row, person)));
    }
    let counts = teller.reckoned(&mut others);
    let refers = matches!(deed, Deed::OtherComes | Deed::OtherStaysAway | Deed::Instead);
    if counts.is_empty() && refers && !us && !teller.is_of_the_rest() {
        teller.resolve(&mut others);
    }
    let pronoun = others.iter().any(|person| person.pronoun);
    let beside_me = teller.is_beside_me();
    others.retain(|person| !person.pronoun || beside_me);
    if others.is_empty() && counts.is_empty() {
        let (himself, named) = teller.bare_names();
        others = named;
        me = if himself { Me::Counted } else { me };
    }
    let nobody = |others: &[Person]| deed == Deed::OtherComes && others.is_empty() && counts.is_empty();
    if nobody(&others) && own.clone().any(|at| teller.is(at, Role::Someone)) {
        others.push(strangers(1));
    }
    let unnamed = nobody(&others) && !pronoun && !us && !teller.is_of_the_rest();
    Some(Line {
        heading: sight.clause.zone == Zone::Subject,
        turn: sight.clause.zone == Zone::Postscript || turned(case, number),
        names_last: deed == Deed::Counts && sight.rows.iter().any(|row| row.others.iter().any(|p| p.pronoun)),
        items: if counts.is_empty() { teller.items() } else { 0 },
        joined: own.clone().any(|at| teller.is(at, Role::And)),
        only: teller.is_only(),
        settles: decides(case.says(number)) && settled(case, number),
        deed,
        me,
        us,
        others,
        counts,
        pronoun,
        unnamed,
    })
}

/// "Staat in de agenda", "ik zie jullie woensdag": from who is registered that is a farewell.
fn is_parting(case: &Case<'_>, number: usize, sight: &Sight) -> bool {
    let parting: Vec<_> =
        sight.hits.iter().filter(|hit| matches!(hit.concept, Concept::Thanks | Concept::Farewell)).collect();
    let mut acts = sight.hits.iter().filter(|hit| matches!(hit.concept, Concept::Come | Concept::Enrol | Concept::Can));
    case.says(number) == Says::Comes
        && case.page.topic.registered(case.situation) > 0
        && !parting.is_empty()
        && acts.all(|act| parting.iter().any(|hit| hit.overlaps(act)))
}

/// What is said, by the label of the clause; `None` when nothing of who comes.
fn deed(case: &Case<'_>, judgement: &Judgement, number: usize, sight: &Sight) -> Option<Deed> {
    let excuse = judgement.frames.iter().any(|frame| frame.clause == number && frame.strength == Strength::Excuse)
        || is_all_there_is(case);
    Some(match case.says(number) {
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
    })
}

/// "Dan sta ik op een beurs in Essen": a reason and nothing else, as an answer to a letter of ours, is a no.
fn is_all_there_is(case: &Case<'_>) -> bool {
    let open = case.page.sights.iter().zip(case.says).filter(|(sight, _)| sight.clause.zone != Zone::Closing);
    let idle = [Says::Excuse, Says::Nothing, Says::Courtesy, Says::Elsewhere, Says::Turns];
    case.page.topic.is_our_thread() && open.map(|(_, says)| says).all(|says| idle.contains(says))
}

/// So many people without a name.
fn strangers(count: u32) -> Person {
    Person { labels: Vec::new(), name: None, count: Some(count), pronoun: false }
}

/// Does an excuse speak of somebody, or of the author?
fn spoken_of(sight: &Sight) -> bool {
    sight
        .rows
        .iter()
        .any(|row| row.before.is_none() && (row.me && !row.me_object || row.others.iter().any(|p| p.name.is_some())))
}

pub(super) fn enrols(sight: &Sight) -> bool {
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
        self.case.tokens(self.sight)
    }

    pub(super) fn is(&self, at: usize, role: Role) -> bool {
        self.case.token(at).is_some_and(|token| self.case.lexicon.is(token.word, role))
    }

    /// What the clause means by what it says, for those whom it names: a swap, names that go on, others alone.
    fn meant(&self, others: &[Person], me: Me, us: bool) -> (Deed, Me) {
        // "Els en Jan komen": the author is one of them, or only writes.
        let of_others = self.deed == Deed::Comes
            && others.len() >= 2
            && !us
            && !self.sight.rows.iter().any(|row| row.me)
            && !enrols(self.sight);
        // "Een stoel voor Roos": for one, whoever writes.
        let seat = self.deed == Deed::Comes
            && others.len() == 1
            && me == Me::Unnamed
            && !us
            && self.sight.rows.iter().any(|row| {
                // "Ook voor Roos": and for himself.
                let too = row.tokens.start.checked_sub(2).and_then(|at| self.case.token(at));
                row.before == Some(Role::For) && row.others == others && !too.is_some_and(|token| token.is("ook"))
            });
        let swaps = self.sight.hits.iter().any(|hit| hit.concept == Concept::Instead && hit.weight() >= 3);
        let replaced =
            swaps && self.deed == Deed::OtherComes && self.case.page.topic.registered(self.case.situation) > 1;
        match self.deed {
            _ if of_others || seat => (Deed::OtherComes, Me::Unnamed),
            _ if replaced || self.swaps(others) => (Deed::Instead, me),
            Deed::OtherComes if self.only_names() => (Deed::Counts, me),
            deed => (deed, me),
        }
    }

    /// The numbers of people, as party, more or fewer; people who have a number and no name are put to the others.
    fn reckoned(&self, others: &mut Vec<Person>) -> Vec<Count> {
        let silent = matches!(self.deed, Deed::Excuse | Deed::Reason | Deed::Unsure | Deed::Joke);
        let mut counts = if silent { Vec::new() } else { self.counts(others) };
        if matches!(self.deed, Deed::Comes | Deed::OtherComes) && counts.is_empty() && self.has_company() {
            counts.push(Count::Several);
        }
        let registered = self.case.page.topic.registered(self.case.situation) > 0;
        let unnamed = others.iter().all(|person| person.pronoun);
        match (self.deed, counts.as_slice()) {
            // "Zij heeft ook een stoel nodig": one, and known.
            (Deed::OtherComes, [Count::Total(1)]) if unnamed && !others.is_empty() => counts.clear(),
            // "Er willen twee mee".
            (Deed::OtherComes, [Count::Total(total)]) if unnamed && !self.becomes() && !self.comes_to() => {
                if registered {
                    counts = vec![Count::More(*total)];
                } else {
                    *others = vec![strangers(*total)];
                    counts.clear();
                }
            }
            (Deed::StaysAway | Deed::OtherStaysAway, [Count::Total(total)]) if !self.becomes() => {
                counts = vec![Count::Fewer(*total)];
            }
            _ => {}
        }
        if counts.iter().any(|count| matches!(count, Count::Fewer(_) | Count::Half)) {
            others.retain(|person| person.name.is_some());
        }
        counts
    }

    /// "In gezelschap", "met wat aanhang": people without a number.
    fn has_company(&self) -> bool {
        let vague = |at: usize| {
            self.is(at, Role::Quantity)
                && self.number(at).is_none()
                && !self.case.token(at).is_some_and(|token| token.is("een"))
        };
        if self.sight.clause.tokens.clone().any(|at| vague(at) && self.is(at + 1, Role::Kin)) {
            return true;
        }
        // "In gezelschap van mijn echtgenote" says who.
        let with = |row: &Row| row.before == Some(Role::With) && !row.others.is_empty();
        let told = |at: usize| self.sight.rows.iter().any(|row| row.tokens.start == at + 2 && with(row));
        let mut company = self.sight.clause.tokens.clone().filter(|&at| self.is(at, Role::Company) && !told(at));
        company.any(|at| {
            at.checked_sub(1).is_some_and(|before| {
                (before.saturating_sub(2)..=before).any(|at| self.is(at, Role::With))
                    || self.case.token(before).is_some_and(|token| token.is("in"))
            }) || at.checked_sub(1).is_some_and(|before| self.is(before, Role::And))
                || self.deed == Deed::OtherComes && self.sight.rows.iter().all(|row| row.others.is_empty())
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
    pub(super) fn goes_on(&self) -> bool {
        let before = self.number.checked_sub(1);
        let says = before.map(|before| self.case.says(before)) == Some(self.case.says(self.number));
        let sight = before.and_then(|before| self.case.page.sights.get(before));
        says && sight.is_some_and(|sight| sight.clause.sentence == self.sight.clause.sentence)
    }

    /// "... mijn twee zoons, | Bas en Tom": names that go on with what the clause before them said.
    fn only_names(&self) -> bool {
        let before = self.number.checked_sub(1);
        let said = before.map(|before| self.case.says(before));
        let goes_on = before
            .and_then(|before| self.case.page.sights.get(before))
            .is_some_and(|sight| sight.clause.sentence == self.sight.clause.sentence && !sight.rows.is_empty());
        let named = |at: usize| self.sight.rows.iter().any(|row| !row.others.is_empty() && row.tokens.contains(&at));
        let joins =
            |at: usize| self.is(at, Role::And) || self.case.token(at).is_some_and(|token| token.kind != Kind::Word);
        goes_on
            && matches!(said, Some(Says::Comes | Says::OtherComes))
            && self.sight.clause.tokens.clone().all(|at| named(at) || joins(at))
            && self.sight.clause.tokens.clone().any(named)
    }

    /// Puts the one spoken of last in the place of "hij", "die" and nobody.
    fn resolve(&self, others: &mut Vec<Person>) {
        if others.iter().any(|person| !person.pronoun) {
            return;
        }
        let sentence = self.sight.clause.sentence;
        let earlier = self.case.page.sights.get(..self.number).unwrap_or_default().iter();
        let spoken = earlier.filter(|sight| sight.clause.sentence == sentence).flat_map(|sight| &sight.rows);
        let spoken = spoken.flat_map(|row| &row.others).any(|person| person.pronoun);
        let points = !others.is_empty()
            || spoken
            || self.tokens().iter().take(3).any(|token| self.case.lexicon.is(token.word, Role::Pointing))
            || self.tokens().iter().filter(|token| token.kind == Kind::Word).count() <= 2;
        let before = self.case.page.sights.get(..self.number).unwrap_or_default().iter().rev();
        let near = before.filter(|sight| {
            sight.clause.zone != Zone::Closing && (points || sight.clause.sentence == sentence) && !self.greets(sight)
        });
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

    /// "Dag lieve Ans": whoever is greeted does not come.
    fn greets(&self, sight: &Sight) -> bool {
        self.is(sight.clause.tokens.start, Role::Greeting)
    }

    /// "Zij en ik": does the author bring one who was spoken of, or nobody knows who?
    fn is_beside_me(&self) -> bool {
        matches!(self.deed, Deed::Comes | Deed::Counts)
            && self.case.page.topic.registered(self.case.situation) == 0
            && self.sight.rows.iter().any(|row| row.me && row.others.iter().any(|person| person.pronoun))
    }

    /// How many items stand in the clause, when it is a part of a list.
    fn items(&self) -> u32 {
        let joins = self.sight.clause.tokens.clone().skip(1).filter(|&at| self.is(at, Role::And)).count();
        if self.deed == Deed::Counts { u32::try_from(joins + 1).unwrap_or(0) } else { 0 }
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
