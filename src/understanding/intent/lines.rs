//! Lines: what each clause says of who comes, with whom and how many, as `party` takes it.
//!
//! The label of a clause tells what is said; here is told of whom: which of its rows of persons are meant, and which
//! numbers count people.

use super::super::concepts::number_of;
use super::super::lexicon::Role;
use super::super::people::{Person, Row};
use super::super::words::{Kind, Token};
use super::steps::turned;
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
    let deed = if deed == Deed::OtherComes && swaps && case.topic.registered(case.situation) > 1 {
        Deed::Instead
    } else {
        deed
    };
    let of_others = of_others && !enrols(sight);
    let (deed, me) = if of_others { (Deed::OtherComes, Me::Unnamed) } else { (deed, me) };
    let teller = Teller { deed, ..teller };
    if deed == Deed::OtherComes && own.clone().any(|at| teller.number(at).is_some() && teller.is(at + 1, Role::Heads)) {
        others
            .retain(|person| sight.rows.iter().any(|row| row.others.contains(person) && teller.is_known(row, person)));
    }
    let silent = matches!(deed, Deed::Excuse | Deed::Reason | Deed::Unsure | Deed::Joke);
    let mut counts = if silent { Vec::new() } else { teller.counts(&others) };
    let registered = case.topic.registered(case.situation) > 0;
    let unnamed = others.iter().all(|person| person.pronoun);
    match (deed, counts.as_slice()) {
        // "Er willen twee mee": people without a name.
        // "Zij heeft ook een stoel nodig": one, and known.
        (Deed::OtherComes, [Count::Total(1)]) if unnamed && !others.is_empty() => counts.clear(),
        (Deed::OtherComes, [Count::Total(total)]) if unnamed && !teller.becomes() => {
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
    let only = teller.is_only();
    let heading = sight.clause.zone == Zone::Subject;
    let turn = sight.clause.zone == Zone::Postscript || turned(case, number);
    Some(Line { deed, heading, turn, me, us, others, counts, names_last, joined, only, pronoun })
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

struct Teller<'a> {
    case: &'a Case<'a>,
    sight: &'a Sight,
    number: usize,
    deed: Deed,
}

impl Teller<'_> {
    fn tokens(&self) -> &[Token] {
        self.case.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default()
    }

    fn is(&self, at: usize, role: Role) -> bool {
        self.case.parsed.tokens.get(at).is_some_and(|token| self.case.lexicon.is(token.word, role))
    }

    fn has_verb(&self) -> bool {
        self.sight.clause.tokens.clone().any(|at| self.is(at, Role::Verb))
    }

    fn who(&self) -> (Me, bool, Vec<Person>) {
        let rows = &self.sight.rows;
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
                if self.is_head(row, person) {
                    continue;
                }
                // "Moeder de vrouw": two words for one.
                let beside = index == 0 && end == Some(row.tokens.start);
                match others.last_mut().filter(|_| beside) {
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
        let denied =
            |hit: &super::super::concepts::Hit| hit.concept == Concept::Not && hit.last + 1 == row.tokens.start;
        if self.sight.hits.iter().any(denied) && self.deed != Deed::OtherStaysAway {
            return false;
        }
        let known = |person: &Person| self.is_known(row, person);
        let joined = row.me || row.us;
        let apart = self.deed == Deed::OtherStaysAway && self.sight.rows.len() == 1;
        let off = row.before == Some(Role::Off) && !joined && !apart;
        match self.deed {
            _ if off => false,
            Deed::Comes => {
                let among = self.sight.rows.iter().any(|row| row.me || row.us);
                let start = row.tokens.start;
                let before = start.checked_sub(1).filter(|&at| at >= self.sight.clause.tokens.start);
                let placed = before.is_none_or(|at| {
                    at == self.sight.clause.tokens.start
                        || self.is(at, Role::And)
                        || self.case.parsed.tokens.get(at).is_some_and(|t| t.kind == Kind::Mark)
                });
                let verb = before.is_none() && self.is(start, Role::Verb);
                let subject = (row.others.len() >= 2 || among) && placed && !verb;
                joined
                    || row.before == Some(Role::With) && row.others.iter().any(|p| known(p) || p.name.is_some())
                    || row.before == Some(Role::For) && row.others.iter().all(known)
                    || subject && row.others.iter().all(known)
            }
            Deed::OtherComes | Deed::OtherStaysAway => {
                let better = self.sight.rows.iter().any(|other| other.others.iter().any(|p| self.is_known(other, p)));
                !better || joined || row.others.iter().any(known) || row.others.iter().all(|p| p.pronoun)
            }
            Deed::StaysAway => joined,
            Deed::Excuse | Deed::Reason => row.before.is_none() && !joined,
            _ => true,
        }
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
        let last = rows.find_map(|row| {
            let known = |person: &&Person| !person.pronoun && (points || self.is_known(row, person));
            row.others.iter().rev().find(known)
        });
        if let Some(last) = last {
            *others = vec![last.clone()];
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

    /// "Nog maar twee", "geslonken tot twee": what it comes to, not what comes or goes.
    fn becomes(&self) -> bool {
        let tokens = self.tokens();
        if self.sight.has(Concept::TotalLast) {
            return true;
        }
        let at = tokens.iter().rposition(|token| number_of(token, self.case.lexicon).is_some());
        at.and_then(|at| at.checked_sub(1))
            .and_then(|at| tokens.get(at))
            .is_some_and(|t| self.case.lexicon.is(t.word, Role::Towards))
    }

    /// The numbers of people in the clause.
    fn counts(&self, others: &[Person]) -> Vec<Count> {
        let mut found: Vec<Count> = Vec::new();
        let last = self.sight.has(Concept::TotalLast);
        for hit in self.sight.hits.iter().filter(|hit| !last || hit.concept != Concept::Total) {
            let count = self.count(hit, others);
            found.extend(count.filter(|count| !found.contains(count)));
        }
        let relative = |count: &Count| matches!(count, Count::More(_) | Count::Fewer(_) | Count::Half);
        if found.iter().any(relative) && !self.becomes() {
            found.retain(relative);
        }
        if !self.is_of_the_rest() && self.sight.has(Concept::Some) && self.deed != Deed::OtherStaysAway {
            let number = |hit: &super::super::concepts::Hit| (hit.first..=hit.last).any(|at| self.number(at).is_some());
            let vague = self.sight.hits.iter().any(|hit| hit.concept == Concept::Some && number(hit));
            found.push(if vague { Count::Vague } else { Count::Several });
        }
        let lists = matches!(self.deed, Deed::Counts | Deed::OtherComes | Deed::OtherStaysAway | Deed::Instead);
        if found.is_empty() && lists && (self.deed == Deed::Counts || others.iter().all(|person| person.pronoun)) {
            found.extend(self.bare(others));
        }
        found
    }

    /// What a phrase of the lexicon counts.
    fn count(&self, hit: &super::super::concepts::Hit, others: &[Person]) -> Option<Count> {
        let at = (hit.first..=hit.last).find(|&at| self.number(at).is_some());
        let number = hit.numbers.first().copied().or_else(|| at.and_then(|at| self.number(at)));
        let dated = at.is_some_and(|at| self.is_dated(at));
        let years = self.sight.clause.aside && hit.weight() == 1 || self.sight.clause.asks && hit.weight() == 1;
        let partitive = |at: usize| hit.concept != Concept::Fewer && self.is_partitive(at);
        let known = at.is_some_and(|at| {
            partitive(at) || self.counts_a_row(at, others) || hit.concept != Concept::TotalLast && self.is_replaced(at)
        });
        let bare = hit.weight() == 1 || hit.concept == Concept::More;
        if dated || years || known || bare && number.is_some_and(|number| number > party::MOST) {
            return None;
        }
        let seats = self.sight.rows.iter().filter(|row| row.before == Some(Role::For)).count();
        let named = others.iter().any(|person| !person.pronoun) || seats >= 2;
        let several_events = self.case.situation.events.len() > 1 && self.sight.events().len() > 1;
        let tokens = self.case.parsed.tokens.get(hit.first..=hit.last).unwrap_or_default();
        let half = tokens.iter().any(|token| matches!(token.fold.as_str(), "helft" | "halveren"));
        match hit.concept {
            Concept::Fewer if half => Some(Count::Half),
            Concept::Fewer => Some(Count::Fewer(number.unwrap_or(1))),
            Concept::More => Some(Count::More(number.unwrap_or(1).max(1))),
            Concept::Total if self.deed == Deed::StaysAway => {
                number.filter(|&number| number <= party::MOST).map(Count::Total)
            }
            Concept::Total => number.map(Count::Total),
            Concept::TotalLast => hit.numbers.last().copied().map(Count::Total),
            Concept::Alone if !named => Some(Count::Total(1)),
            Concept::Pair if !named && self.deed == Deed::OtherComes => Some(Count::More(1)),
            Concept::Pair if !named => Some(Count::Total(2)),
            Concept::Both if !named && !several_events && self.case.topic.is_one_event() => Some(Count::Total(2)),
            _ => None,
        }
    }

    fn number(&self, at: usize) -> Option<u32> {
        self.case.parsed.tokens.get(at).and_then(|token| number_of(token, self.case.lexicon))
    }

    fn is_dated(&self, at: usize) -> bool {
        let span = self.case.parsed.tokens.get(at).map(|token| token.span.clone()).unwrap_or_default();
        self.sight.occasions.iter().any(|o| o.span.start <= span.start && span.end <= o.span.end)
    }

    /// "Van die 25 stoelen", "de twee die er al staan", "in die 5": a number that was known before.
    fn is_partitive(&self, at: usize) -> bool {
        let word = |back: usize| at.checked_sub(back).filter(|&at| at >= self.sight.clause.tokens.start);
        let of = |at: usize| self.case.parsed.tokens.get(at).is_some_and(|token| token.is("van"));
        if self.deed == Deed::OtherStaysAway {
            return word(2).is_some_and(of);
        }
        word(1).is_some_and(|at| self.is(at, Role::Definite) || self.is(at, Role::Rest))
            && !word(2).is_some_and(|at| self.is(at, Role::With))
            || word(2).is_some_and(of) && word(1).is_some_and(|at| self.is(at, Role::Us) || self.is(at, Role::My))
    }

    /// "Mijn drie zonen", "twee collega's": the number belongs to persons who are counted anyhow.
    fn counts_a_row(&self, at: usize, others: &[Person]) -> bool {
        let mut rows = self.sight.rows.iter().filter(|row| row.tokens.contains(&at));
        let here = rows.any(|row| {
            row.others.iter().any(|person| others.contains(person) && person.count.is_some_and(|count| count > 1))
        });
        // A row that ends in another clause is told there.
        let elsewhere = self.case.sights.iter().filter(|sight| sight.clause != self.sight.clause);
        let mut elsewhere = elsewhere.flat_map(|sight| &sight.rows).filter(|row| row.tokens.contains(&at));
        here || elsewhere.any(|row| !row.others.is_empty())
    }

    /// "Drie in plaats van twee": the number after the words that replace it.
    fn is_replaced(&self, at: usize) -> bool {
        let start = self.sight.clause.tokens.start;
        let earlier = (start..at).any(|at| self.number(at).is_some());
        earlier && (at.saturating_sub(3).max(start)..at).any(|at| self.is(at, Role::InsteadOf))
    }

    fn is_of_the_rest(&self) -> bool {
        self.sight.clause.tokens.clone().any(|at| self.is(at, Role::Rest))
    }

    /// The numbers of a clause that holds no phrase for them: in one that only counts they are people.
    fn bare(&self, others: &[Person]) -> Option<Count> {
        let start = self.sight.clause.tokens.start;
        let tokens = self.tokens();
        let void = |at: usize| {
            self.sight.hits.iter().any(|hit| {
                hit.concept == Concept::Void
                    && hit.numbers.len() + usize::from(hit.first == at) > 0
                    && hit.first <= at
                    && at <= hit.last
            })
        };
        let named = others.iter().any(|person| !person.pronoun) || self.sight.rows.iter().any(|row| row.me);
        let mut numbers = Vec::new();
        for (index, token) in tokens.iter().enumerate() {
            let at = start + index;
            let Some(number) = number_of(token, self.case.lexicon).filter(|&n| n > 0 && n <= party::MOST) else {
                continue;
            };
            let next = tokens.get(index + 1);
            let person = self.sight.rows.iter().any(|row| row.tokens.start == at + 1);
            let opens = index == 0
                || tokens
                    .get(..index)
                    .is_some_and(|before| before.iter().all(|t| t.kind == Kind::Break || t.kind == Kind::Mark));
            let ordinal =
                opens && (self.sight.clause.bullet || person || next.is_some_and(|next| next.is(".") || next.capital));
            let counted = self.is(at + 1, Role::Unit) || self.is_partitive(at) || self.counts_a_row(at, others);
            let article = number == 1 && named;
            if !(self.is_dated(at) || void(at) || ordinal || counted || article) {
                numbers.push((index, number));
            }
        }
        match numbers.as_slice() {
            [] => None,
            [(_, number)] => Some(Count::Total(*number)),
            [(first, old), (last, number)] => {
                let between = tokens.get(first + 1..*last).unwrap_or_default();
                let swapped = between.iter().any(|t| self.case.lexicon.is(t.word, Role::InsteadOf));
                let range =
                    between.iter().all(|t| t.kind == Kind::Mark || matches!(t.fold.as_str(), "of" | "a" | "tot"));
                Some(if swapped {
                    Count::Total(*old)
                } else if range {
                    Count::Vague
                } else {
                    Count::Total(*number)
                })
            }
            [.., (_, number)] => Some(Count::Total(*number)),
        }
    }
}
