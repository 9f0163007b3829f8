//! Counts: which numbers of a clause count people, and what they come to: a whole party, so many more, so many fewer.
//!
//! A number may as well tell a day, a price, an age, or those already known. Called by `lines`, once a clause.

use super::super::concepts::{Hit, multiple_of, number_before, number_of};
use super::super::lexicon::Role;
use super::super::people::{Person, Row};
use super::super::words::{Kind, Token};
use super::lines::Teller;
use super::pointers::means_both_meetings;
use super::*;
use party::Deed;

impl Teller<'_> {
    /// "Nog maar twee", "geslonken tot twee": what it comes to, not what comes or goes.
    pub(super) fn becomes(&self) -> bool {
        let tokens = self.tokens();
        let swapped = tokens.iter().any(|token| self.case.lexicon.is(token.word, Role::InsteadOf))
            && tokens.iter().filter(|token| number_of(token, self.case.lexicon).is_some()).count() > 1;
        if self.sight.has(Concept::TotalLast) || swapped {
            return true;
        }
        let at = tokens.iter().rposition(|token| number_of(token, self.case.lexicon).is_some());
        at.and_then(|at| at.checked_sub(1))
            .and_then(|at| tokens.get(at))
            .is_some_and(|t| self.case.lexicon.is(t.word, Role::Towards))
    }

    /// "Dus 2", "dan twee personen", "maak er 2 van": the number that it comes to.
    pub(super) fn comes_to(&self) -> bool {
        let start = self.sight.clause.tokens.start;
        let party = |at: usize| self.number(at).is_some_and(|number| number > 1) && !self.is_dated(at);
        let number = self.sight.clause.tokens.clone().rev().find(|&at| party(at));
        number.is_some_and(|at| (at.saturating_sub(2).max(start)..at).any(|at| self.is(at, Role::Outcome)))
    }

    /// The numbers of people in the clause.
    pub(super) fn counts(&self, others: &[Person]) -> Vec<Count> {
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
            let number = |hit: &Hit| (hit.first..=hit.last).any(|at| self.number(at).is_some());
            let some = || self.sight.hits.iter().filter(|hit| hit.concept == Concept::Some);
            let vague = some().any(number);
            // "Drie mensen mee": not some.
            let counted = some().all(|hit| hit.first.checked_sub(1).is_some_and(|at| self.number(at).is_some()));
            found.extend(match self.group_of() {
                Some(total) => Some(Count::Total(total)),
                None if counted => None,
                None if vague => Some(Count::Vague),
                None => Some(Count::Several),
            });
        }
        if found.is_empty() && matches!(self.deed, Deed::Comes | Deed::Counts) {
            let family = self.sight.rows.iter().find_map(|row| self.family(row));
            let heads = if self.deed == Deed::Comes { self.heads() } else { None };
            // "Ik neem drie mensen mee": beside himself.
            let me = self.sight.rows.iter().any(|row| row.me && !row.us);
            if let Some(more) = heads.filter(|_| me && self.sight.has(Concept::Bring)) {
                return vec![Count::More(more)];
            }
            found.extend(
                family
                    .or(heads)
                    .or_else(|| self.times())
                    .or_else(|| self.opening())
                    .or_else(|| self.ending())
                    .map(Count::Total),
            );
        }
        let lists = matches!(self.deed, Deed::Counts | Deed::OtherComes | Deed::OtherStaysAway | Deed::Instead);
        if found.is_empty() && lists && (self.deed == Deed::Counts || others.iter().all(|person| person.pronoun)) {
            found.extend(self.bare(others));
        }
        let choice = found.iter().any(|count| matches!(count, Count::More(_)))
            && found.iter().any(|count| matches!(count, Count::Fewer(_)))
            && self.sight.clause.tokens.clone().any(|at| self.is(at, Role::Between));
        let several = choice || matches!(self.deed, Deed::Comes | Deed::Counts) && self.is_one_of_two();
        if several || self.deed == Deed::Counts && !found.is_empty() && self.is_alternative() {
            return vec![Count::Vague];
        }
        found
    }

    /// The number in "twee Van Ecks", "drie Wiersma's": so many of one name.
    pub(super) fn family(&self, row: &Row) -> Option<u32> {
        let [person] = row.others.as_slice() else { return None };
        let plural = person.name.as_ref().is_some_and(|name| name.ends_with('s') && !name.contains('.'));
        let before =
            row.tokens.start.checked_sub(1).filter(|&at| at >= self.sight.clause.tokens.start && !self.is_dated(at));
        before.and_then(|at| self.number(at)).filter(|number| plural && (2..=party::MOST).contains(number))
    }

    /// "Twee mensen": a number of nobody in particular.
    fn heads(&self) -> Option<u32> {
        self.sight
            .clause
            .tokens
            .clone()
            .filter(|&at| self.is(at + 1, Role::Heads) && !self.is_dated(at))
            .find_map(|at| self.number(at).filter(|number| (2..=party::MOST).contains(number)))
    }

    /// "Twee keer inschrijven", "driemaal Janssens", "4x voor de 15e", "Bouma x 2": seats on one name. With several
    /// meetings open it can as well be the meetings that are counted.
    fn times(&self) -> Option<u32> {
        let one_event = self.case.situation.events.len() == 1 || self.sight.events().len() == 1;
        let fits = |number: &u32| (2..=party::MOST).contains(number) && one_event;
        self.sight.clause.tokens.clone().find_map(|at| {
            let before = at.checked_sub(1).filter(|&before| before >= self.sight.clause.tokens.start);
            let beside = if self.is(at, Role::Times) { before.and_then(|before| self.number(before)) } else { None };
            let after = before.filter(|&before| self.is(before, Role::Times)).and_then(|_| self.number(at));
            let denied = |at: usize| self.case.token(at).is_some_and(|token| token.is("geen"));
            let beside = beside.filter(|_| !at.checked_sub(2).is_some_and(denied));
            beside
                .or(after)
                .or_else(|| self.case.token(at).and_then(|token| multiple_of(token, self.case.lexicon)))
                .filter(|number| fits(number) && !self.answers(at + 1))
        })
    }

    /// "Twee keer ja", "2x nee": an answer that is given so often.
    fn answers(&self, at: usize) -> bool {
        self.case.token(at).is_some_and(|token| token.is("ja") || token.is("nee"))
    }

    /// "Drie Wiersma's present", "twee handen in de lucht": a coming that opens with a number of people.
    fn opening(&self) -> Option<u32> {
        let mut words = self
            .sight
            .clause
            .tokens
            .clone()
            .filter(|&at| self.case.token(at).is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Number)));
        let joins = self.sight.clause.tokens.clone().any(|at| self.is(at, Role::And));
        let at = words.next().filter(|_| self.deed == Deed::Comes && !joins)?;
        let counts = words.next().is_some()
            && !self.is_dated(at)
            && !self.answers(at + 1)
            && ![Role::Unit, Role::Times].iter().any(|&role| self.is(at + 1, role));
        self.number(at).filter(|number| counts && (2..=party::MOST).contains(number))
    }

    /// "Graag plaats voor vier", "schrijf op: 5", "een half dozijn": a number with nothing after it that it could count.
    fn ending(&self) -> Option<u32> {
        let words = self.sight.clause.tokens.clone();
        let word = |at: usize| self.case.token(at).is_some_and(|token| token.kind == Kind::Word);
        words.clone().filter(|&at| at > words.start && !self.is_dated(at)).find_map(|at| {
            let before = self.case.token(at - 1)?;
            // "Tien voor zes" is a time.
            let clock = at.checked_sub(2).is_some_and(|at| self.number(at).is_some());
            let dozen = self.case.token(at).is_some_and(|token| token.is("dozijn"));
            let told = before.is("voor") && !clock || before.is(":") || dozen;
            let last = dozen || at + 1 == words.end || !word(at + 1) || self.is(at + 1, Role::Outcome);
            self.number(at).filter(|number| told && last && (2..=party::MOST).contains(number))
        })
    }

    /// "Vijf, | of zes": another number than the clause before it says.
    fn is_alternative(&self) -> bool {
        let before = self.number.checked_sub(1);
        let counted = before.map(|before| self.case.says(before)) == Some(Says::Counts);
        let sight = before.and_then(|before| self.case.page.sights.get(before));
        let opens = self.is(self.sight.clause.tokens.start, Role::Between);
        let apart = sight
            .is_some_and(|sight| sight.clause.tokens.len() == 1 && self.is(sight.clause.tokens.start, Role::Between));
        counted && (opens || apart)
    }

    /// "2 of 3 stoelen".
    fn is_one_of_two(&self) -> bool {
        let people =
            |at: usize| self.number(at).is_some_and(|number| number > 0 && number <= party::MOST) && !self.is_dated(at);
        let tokens = &self.sight.clause.tokens;
        let mut middles = tokens.clone().filter(|&at| at > tokens.start && at + 1 < tokens.end);
        middles.any(|at| self.is(at, Role::Between) && people(at - 1) && people(at + 1) && !self.is(at + 2, Role::Unit))
    }

    /// "Een groepje van drie".
    fn group_of(&self) -> Option<u32> {
        let some = self.sight.hits.iter().filter(|hit| hit.concept == Concept::Some);
        let of = |at: usize| self.case.token(at).is_some_and(|token| token.is("van"));
        some.filter(|hit| of(hit.last + 1)).find_map(|hit| self.number(hit.last + 2))
    }

    /// What a phrase of the lexicon counts.
    fn count(&self, hit: &Hit, others: &[Person]) -> Option<Count> {
        let at = (hit.first..=hit.last).find(|&at| self.number(at).is_some());
        let number = hit.numbers.first().copied().or_else(|| at.and_then(|at| self.number(at)));
        let dated = at.is_some_and(|at| self.is_dated(at));
        let years = self.sight.clause.aside && hit.weight() == 1 || self.sight.clause.asks && hit.weight() == 1;
        let partitive = |at: usize| hit.concept != Concept::Fewer && self.is_partitive(at);
        let known = at.is_some_and(|at| {
            partitive(at) || self.counts_a_row(at, others) || hit.concept != Concept::TotalLast && self.is_replaced(at)
        });
        // "2.": the number of a line.
        let figure = self.tokens().first().is_some_and(|token| token.digits().is_some());
        let numbers_a_line =
            figure && self.tokens().get(1).is_some_and(|token| token.is(".")) && self.tokens().len() == 2;
        let each = |token: &Token| matches!(token.fold.as_str(), "ieder" | "elk" | "elke" | "each");
        // "Nog een keer": a time.
        let time = number == Some(1) && at.is_some_and(|at| self.is(at + 1, Role::Times));
        if numbers_a_line || time || number == Some(1) && self.tokens().iter().any(each) {
            return None;
        }
        let bare = hit.weight() == 1 || hit.concept == Concept::More;
        let things = hit.concept == Concept::Both && self.is(hit.last + 1, Role::Unit)
            || matches!(hit.concept, Concept::Both | Concept::Total)
                && number.is_none_or(|number| number == 2)
                && means_both_meetings(self.case, self.sight);
        if dated || years || known || things || bare && number.is_some_and(|number| number > party::MOST) {
            return None;
        }
        let seats = self.sight.rows.iter().filter(|row| row.before == Some(Role::For)).count();
        let named = others.iter().any(|person| !person.pronoun) || seats >= 2;
        let several_events = self.case.situation.events.len() > 1 && self.sight.events().len() > 1;
        let tokens = self.case.page.parsed.tokens.get(hit.first..=hit.last).unwrap_or_default();
        let half = tokens.iter().any(|token| matches!(token.fold.as_str(), "helft" | "halveren"));
        match hit.concept {
            Concept::Total if at.is_some_and(|at| self.is_taken_off(at)) => number.map(Count::Fewer),
            Concept::Fewer if half => Some(Count::Half),
            Concept::Fewer => Some(Count::Fewer(number.unwrap_or(1))),
            Concept::More if self.is_still(hit) => number.map(Count::Total),
            Concept::More => Some(Count::More(number.unwrap_or(1).max(1))),
            Concept::Total if self.deed == Deed::StaysAway => {
                number.filter(|&number| number <= party::MOST).map(Count::Total)
            }
            Concept::Total => number.map(Count::Total),
            Concept::TotalLast => hit.numbers.last().copied().map(Count::Total),
            Concept::Alone if !named => Some(Count::Total(1)),
            Concept::Pair if !named && self.deed == Deed::OtherComes => Some(Count::More(1)),
            Concept::Pair if !named => Some(Count::Total(2)),
            Concept::Both if !named && !several_events && self.case.page.topic.is_one_event() => Some(Count::Total(2)),
            _ => None,
        }
    }

    pub(super) fn number(&self, at: usize) -> Option<u32> {
        let token = self.case.token(at)?;
        // "Een half dozijn".
        let half = at.checked_sub(1).and_then(|before| self.case.token(before)).is_some_and(|token| token.is("half"));
        if half && token.is("dozijn") { Some(6) } else { self.number_in(token) }
    }

    /// The number that a word writes, "viertal" and "duo" counted in.
    fn number_in(&self, token: &Token) -> Option<u32> {
        let group = match token.fold.as_str() {
            "duo" => Some(2),
            "trio" => Some(3),
            _ => number_before("tal", token, self.case.lexicon),
        };
        number_of(token, self.case.lexicon).or(group)
    }

    pub(super) fn is_dated(&self, at: usize) -> bool {
        self.case.token(at).is_some_and(|token| self.sight.occasion_of(token).is_some())
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
            let Some(number) = self.number_in(token).filter(|&n| n > 0 && n <= party::MOST) else {
                continue;
            };
            let next = tokens.get(index + 1);
            let person = self.sight.rows.iter().any(|row| row.tokens.start == at + 1);
            let opens = index == 0
                || tokens
                    .get(..index)
                    .is_some_and(|before| before.iter().all(|t| t.kind == Kind::Break || t.kind == Kind::Mark));
            let ordinal = opens
                && (self.sight.clause.bullet
                    || person && token.kind == Kind::Number
                    || next.is_some_and(|next| next.is(".") || next.capital));
            let counted = self.is(at + 1, Role::Unit) || self.is_partitive(at) || self.counts_a_row(at, others);
            let article = number == 1 && named;
            let denied = index
                .checked_sub(1)
                .and_then(|before| tokens.get(before))
                .is_some_and(|t| t.is("niet") || t.is("geen"));
            if !(denied || self.is_dated(at) || void(at) || ordinal || counted || article || self.is_share(at, number))
            {
                numbers.push((index, number));
            }
        }
        match numbers.as_slice() {
            [] => None,
            [(at, number)] if self.is_taken_off(start + at) => Some(Count::Fewer(*number)),
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
