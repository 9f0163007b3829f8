//! Pointers: the words by which a clause points at one or all of several open meetings without a day: "beide keren",
//! "die daarna", "de tweede".
//!
//! They mean something only where more than one meeting is open, and some only beside a meeting named before. Called by
//! `steps`, once a clause that names no day.

use super::super::EventInfo;
use super::super::concepts::{number_before, number_of};
use super::super::dates::{self, Meaning};
use super::super::event_choice::title_number;
use super::super::lexicon::Role;
use super::super::people::Row;
use super::super::words::{Kind, Token};
use super::*;

/// What a clause points at.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pointed {
    /// These meetings.
    At(Vec<EventId>),
    /// The one after another, and nothing says after which.
    AfterUnknown,
}

/// The meetings that a clause points at, `current` being those that the text named last.
pub(super) fn pointed(case: &Case<'_>, number: usize, current: &[EventId]) -> Option<Pointed> {
    let sight = case.page.sights.get(number)?;
    let open = in_order(case);
    if open.len() < 2 {
        return None;
    }
    let clause = Clause { case, tokens: case.tokens(sight) };
    let comes = case.says(number) == Says::Comes;
    let each = is_alone(case, sight) && (clause.means_every_one() || comes && clause.comes_to_each(open.len()));
    if clause.means_all() || each {
        return Some(Pointed::At(open));
    }
    if let Some(event) = clause.numbered() {
        return Some(Pointed::At(vec![event]));
    }
    if let Some(place) = clause.place() {
        let event = if place == 1 { open.first() } else { open.get(place - 1) };
        return event.map(|event| Pointed::At(vec![event.clone()]));
    }
    if clause.points_on() {
        let spoken = case.says.iter().take(number).any(|says| matches!(says, Says::StaysAway | Says::Excuse));
        let from = match current {
            [] if spoken => case.page.topic.walk().events(),
            _ => current.to_vec(),
        };
        let [from] = from.as_slice() else { return Some(Pointed::AfterUnknown) };
        let next = open.iter().skip_while(|event| *event != from).nth(1);
        return next.map(|event| Pointed::At(vec![event.clone()]));
    }
    let others: Vec<EventId> = open.iter().filter(|event| !current.contains(event)).cloned().collect();
    (clause.points_at_the_other() && others.len() == 1 && current.len() == 1).then_some(Pointed::At(others))
}

/// The meetings that the clause names by the number in their title, where it looks like a day without a meeting: "de
/// zeventiende" for the 17th meeting, held on a 24th.
pub(super) fn by_ordinal(case: &Case<'_>, sight: &Sight) -> Vec<EventId> {
    let mut found = Vec::new();
    for occasion in sight.occasions.iter().filter(|occasion| occasion.exact && occasion.events.is_empty()) {
        let words = case.page.parsed.text.get(occasion.span.clone()).unwrap_or_default();
        // "Vrijdag de 17e" is a day, whatever the number.
        let bare = words.split_whitespace().count() <= 2 && sight.occasions.iter().all(|other| !other.loose);
        if !bare {
            continue;
        }
        let days =
            dates::find(words, &case.situation.received).into_iter().filter_map(|mention| match mention.meaning {
                Meaning::DayOfMonth(days) => days.first().map(|day| day.day()),
                _ => None,
            });
        let days: Vec<u32> = days.filter_map(|day| u32::try_from(day).ok()).collect();
        let numbered = |event: &&EventInfo| title_number(event).is_some_and(|number| days.contains(&number));
        found.extend(case.situation.events.iter().filter(numbered).map(|event| event.id.clone()));
    }
    found
}

/// Does the clause speak of both meetings, and not of two people?
pub(super) fn means_both_meetings(case: &Case<'_>, sight: &Sight) -> bool {
    let clause = Clause { case, tokens: case.tokens(sight) };
    let mut persons = case.page.sights.iter().flat_map(|sight| &sight.rows).flat_map(|row| &row.others);
    let named = persons.any(|person| !person.pronoun);
    let alone = is_alone(case, sight) && !named;
    case.situation.events.len() == 2 && (clause.means_all() || alone && clause.means_every_one())
}

/// Does the clause speak of the author and of nobody else, and is he alone in what was registered?
fn is_alone(case: &Case<'_>, sight: &Sight) -> bool {
    let several = case.situation.registered.values().any(|names| names.len() > 1);
    // "Ik neem ze allebei": the meetings.
    let nobody = |row: &Row| row.others.is_empty() || !row.me && row.others.iter().all(|person| person.pronoun);
    !several && sight.rows.iter().all(|row| nobody(row) && !row.us)
}

/// The open meetings, the first to come first.
fn in_order(case: &Case<'_>) -> Vec<EventId> {
    let mut events: Vec<_> = case.situation.events.iter().collect();
    events.sort_by_key(|event| event.start);
    events.into_iter().map(|event| event.id.clone()).collect()
}

struct Clause<'a> {
    case: &'a Case<'a>,
    tokens: &'a [Token],
}

impl Clause<'_> {
    fn is(&self, at: usize, role: Role) -> bool {
        self.tokens.get(at).is_some_and(|token| self.case.lexicon.is(token.word, role))
    }

    /// "Beide lijsten", "allebei de data", "de twee komende keren", "geen van beide".
    fn means_all(&self) -> bool {
        let open = u32::try_from(self.case.situation.events.len()).unwrap_or(0);
        (0..self.tokens.len()).any(|at| {
            let meetings = (at + 1..=at + 2).any(|at| self.is(at, Role::Meetings));
            let count = self.tokens.get(at).and_then(|token| number_of(token, self.case.lexicon));
            let counted = at > 0 && self.is(at - 1, Role::Definite) && count == Some(open);
            let of = at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_some_and(|token| token.is("van"));
            let none =
                at.checked_sub(2).and_then(|before| self.tokens.get(before)).is_some_and(|token| token.is("geen"));
            self.is(at, Role::All) && (meetings || of && none) || counted && meetings
        })
    }

    /// "Ik neem ze allebei": of a clause that speaks of one person.
    fn means_every_one(&self) -> bool {
        (0..self.tokens.len()).any(|at| self.is(at, Role::All))
    }

    /// "Tweemaal ja", "jullie zien me twee keer": as often as there are meetings.
    fn comes_to_each(&self, open: usize) -> bool {
        let lexicon = self.case.lexicon;
        let times = |number: Option<u32>| number.and_then(|number| usize::try_from(number).ok()) == Some(open);
        self.tokens.iter().enumerate().any(|(at, token)| {
            times(number_before("maal", token, lexicon))
                || times(number_of(token, lexicon)) && self.is(at + 1, Role::Times)
        })
    }

    /// "Nummer zeventien": the meeting with that number in its title.
    fn numbered(&self) -> Option<EventId> {
        let numbers = self.tokens.iter().zip(self.tokens.iter().skip(1));
        let mut numbers = numbers.filter(|(word, _)| matches!(word.fold.as_str(), "nummer" | "nr" | "editie"));
        numbers.find_map(|(_, token)| {
            let number = number_of(token, self.case.lexicon)?;
            let mut events = self.case.situation.events.iter();
            events.find(|event| title_number(event) == Some(number)).map(|event| event.id.clone())
        })
    }

    /// The place in the order of the meetings: 2 for "de tweede", when nothing else is counted by it.
    fn place(&self) -> Option<usize> {
        (1..self.tokens.len()).find_map(|at| {
            let place = match self.tokens.get(at)?.fold.as_str() {
                "eerste" => 1,
                "tweede" => 2,
                _ => return None,
            };
            let ends = self.tokens.get(at + 1).is_none_or(|next| next.kind != Kind::Word)
                || [Role::Verb, Role::Function, Role::Meetings, Role::Along].iter().any(|&role| self.is(at + 1, role));
            let ends = ends || self.is(at + 2, Role::Verb);
            (self.is(at - 1, Role::Definite) && ends).then_some(place)
        })
    }

    /// "Die daarna", "de volgende keer".
    fn points_on(&self) -> bool {
        (1..self.tokens.len()).any(|at| {
            let ends = self.tokens.get(at + 1).is_none_or(|next| next.kind != Kind::Word)
                || [Role::Verb, Role::Me, Role::Us, Role::Meetings].iter().any(|&role| self.is(at + 1, role))
                || [Role::Me, Role::Us].iter().any(|&role| self.is(at + 2, role));
            let after = self.tokens.get(at).is_some_and(|token| matches!(token.fold.as_str(), "daarna" | "erna"));
            (after || self.is(at, Role::Next)) && self.is(at - 1, Role::Definite) && ends
        })
    }

    /// "De andere keer".
    fn points_at_the_other(&self) -> bool {
        (0..self.tokens.len())
            .any(|at| self.tokens.get(at).is_some_and(|token| token.is("andere")) && self.is(at + 1, Role::Meetings))
    }
}
