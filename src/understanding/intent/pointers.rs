//! Pointers: the words by which a clause points at one or all of several open meetings without a day: "beide keren",
//! "die daarna", "de tweede".
//!
//! They mean something only where more than one meeting is open, and some only beside a meeting named before. Called by
//! `steps`, once a clause that names no day.

use super::super::EventInfo;
use super::super::concepts::{multiple_of, number_of};
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
    /// One of them, and nothing says which.
    AtOne,
}

/// The meetings that a clause points at, `current` being those that the text named last.
pub(super) fn pointed(case: &Case<'_>, number: usize, current: &[EventId]) -> Option<Pointed> {
    let sight = case.page.sights.get(number)?;
    let open = case.page.topic.open();
    if open.len() < 2 {
        return None;
    }
    let clause = Clause { case, tokens: case.tokens(sight) };
    if clause.leaves_open() {
        return Some(Pointed::AtOne);
    }
    if clause.means_all() || is_alone(case, sight) && clause.means_each() {
        return Some(Pointed::At(open.to_vec()));
    }
    let numbered = clause.numbered();
    if !numbered.is_empty() {
        return Some(Pointed::At(numbered));
    }
    let placed: Vec<EventId> = clause.places(open.len()).filter_map(|place| open.get(place)).cloned().collect();
    if !placed.is_empty() {
        return Some(Pointed::At(placed));
    }
    if clause.points_on() {
        let spoken = case.says.iter().take(number).any(|says| matches!(says, Says::StaysAway | Says::Excuse));
        let from = match current {
            [] if spoken => case.page.topic.walk().events(),
            _ => current.to_vec(),
        };
        let [from] = from.as_slice() else { return Some(Pointed::AtOne) };
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
    case.situation.events.len() == 2 && (clause.means_all() || alone && clause.means_each())
}

/// Does the clause speak of the author and of nobody else, and is he alone in what was registered?
fn is_alone(case: &Case<'_>, sight: &Sight) -> bool {
    let several = case.situation.registered.values().any(|names| names.len() > 1);
    // "Ik neem ze allebei": the meetings.
    let nobody = |row: &Row| row.others.is_empty() || !row.me && row.others.iter().all(|person| person.pronoun);
    !several && sight.rows.iter().all(|row| nobody(row) && !row.us)
}

struct Clause<'a> {
    case: &'a Case<'a>,
    tokens: &'a [Token],
}

impl Clause<'_> {
    fn is(&self, at: usize, role: Role) -> bool {
        self.tokens.get(at).is_some_and(|token| self.case.lexicon.is(token.word, role))
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.fold.as_str())
    }

    /// The word so many places before another.
    fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.word(at))
    }

    /// Is there a number here, of as many as there are meetings?
    fn counts_meetings(&self, at: usize) -> bool {
        let number = self.tokens.get(at).and_then(|token| number_of(token, self.case.lexicon));
        number.and_then(|number| usize::try_from(number).ok()) == Some(self.case.situation.events.len())
    }

    /// How many words "beide" or "alle twee" are that begin here.
    fn every_at(&self, at: usize) -> Option<usize> {
        let counted = matches!(self.word(at), "alle" | "al") && self.counts_meetings(at + 1);
        // "Wij komen geen van beiden": people, who are spoken of or registered.
        let people = self.word(at) == "beiden" && !self.is(at + 1, Role::Meetings) && self.are_several();
        if self.is(at, Role::All) && !people { Some(1) } else { counted.then_some(2) }
    }

    /// Does the mail speak of more people than its author, or are more registered?
    fn are_several(&self) -> bool {
        let mut rows = self.case.page.sights.iter().flat_map(|sight| &sight.rows);
        self.case.page.topic.registered(self.case.situation) > 1 || rows.any(|row| row.us || !row.others.is_empty())
    }

    /// The same of "de twee".
    fn all_at(&self, at: usize) -> Option<usize> {
        let named = self.is(at, Role::Definite) && self.counts_meetings(at + 1);
        self.every_at(at).or_else(|| named.then_some(2))
    }

    /// "Een van beide", "een van de twee".
    fn leaves_open(&self) -> bool {
        (2..self.tokens.len()).any(|at| {
            let all = self.all_at(at).is_some() || self.counts_meetings(at);
            all && self.before(at, 1) == "van" && matches!(self.before(at, 2), "een" | "één" | "one")
        })
    }

    /// "Beide lijsten", "allebei de data", "de twee komende keren", "geen van beide", "noch de een noch de ander".
    fn means_all(&self) -> bool {
        let neither = (0..self.tokens.len()).filter(|&at| self.word(at) == "noch").count() > 1;
        // "Deze en de volgende".
        let in_turn = |at: usize| {
            let next = at + 2 + usize::from(self.is(at + 2, Role::Definite));
            self.word(at) == "deze" && self.is(at + 1, Role::And) && self.is(next, Role::Next)
        };
        neither
            || (0..self.tokens.len()).any(in_turn)
            || (0..self.tokens.len()).any(|at| {
                let Some(words) = self.all_at(at).or_else(|| self.counts_meetings(at).then_some(1)) else {
                    return false;
                };
                let of = self.before(at, 1) == "van";
                if of || self.before(at, 2) == "van" {
                    return self.before(at, if of { 2 } else { 3 }) == "geen";
                }
                let next =
                    matches!(self.before(at, 1), "komende" | "eerstkomende") || self.is(at.wrapping_sub(1), Role::Next);
                let next = next || matches!(self.word(at + 1), "data" | "datums" | "bijeenkomsten");
                let counted = !self.counts_meetings(at) || next;
                counted && (at + words..=at + words + 1).any(|at| self.is(at, Role::Meetings))
            })
    }

    /// "Ik neem ze allebei", "tweemaal ja", "twee keer niet": of a clause that speaks of one person, as many as there are
    /// meetings.
    fn means_each(&self) -> bool {
        let lexicon = self.case.lexicon;
        let open = self.case.situation.events.len();
        let times = |(at, token): (usize, &Token)| {
            let multiple = multiple_of(token, lexicon).and_then(|number| usize::try_from(number).ok());
            multiple == Some(open) || self.counts_meetings(at) && self.is(at + 1, Role::Times)
        };
        let words =
            || self.tokens.iter().filter(|token| token.kind == Kind::Word && !lexicon.is(token.word, Role::And));
        let repeated = words().count() == open && words().all(|token| token.is("ja") || token.is("yes"));
        repeated
            || (0..self.tokens.len()).any(|at| self.every_at(at).is_some())
            || self.tokens.iter().enumerate().any(times)
    }

    /// "Nummer zeventien", "nummer zestien en zeventien", "16 en 17": the meetings with these numbers in their titles.
    fn numbered(&self) -> Vec<EventId> {
        let titled = |at: usize| {
            let number = self.tokens.get(at).and_then(|token| number_of(token, self.case.lexicon))?;
            let mut events = self.case.situation.events.iter();
            events.find(|event| title_number(event) == Some(number)).map(|event| (at, event.id.clone()))
        };
        let found: Vec<(usize, EventId)> = (0..self.tokens.len()).filter_map(titled).collect();
        let told = found.iter().any(|(at, _)| matches!(self.before(*at, 1), "nummer" | "nr" | "editie"));
        let mut events: Vec<EventId> = found.into_iter().map(|(_, event)| event).collect();
        events.dedup();
        if told || events.len() > 1 { events } else { Vec::new() }
    }

    /// The places in the order of so many meetings that it points at: the second for "de tweede", the last for "de latere
    /// van de twee", when nothing else is counted by it.
    fn places(&self, open: usize) -> impl Iterator<Item = usize> {
        (0..self.tokens.len()).filter_map(move |at| {
            let place = match self.word(at) {
                "eerste" | "eerstgenoemde" | "komende" | "eerstkomende" => 0,
                "tweede" => 1,
                "laatste" | "latere" | "laatstgenoemde" => open - 1,
                _ => return None,
            };
            // "De laatste keer" is over.
            let over =
                self.word(at) == "laatste" && matches!(self.word(at + 1), "keer" | "bijeenkomst" | "editie" | "middag");
            let ends = self.tokens.get(at + 1).is_none_or(|next| next.kind != Kind::Word)
                || [Role::Verb, Role::Function, Role::Meetings, Role::Along].iter().any(|&role| self.is(at + 1, role));
            let ends = ends || self.is(at + 2, Role::Verb);
            let starts = at > 0 && self.is(at - 1, Role::Definite) || at == 0 && self.is(at + 1, Role::Meetings);
            (starts && ends && !over).then_some(place)
        })
    }

    /// "Die daarna", "de volgende keer".
    fn points_on(&self) -> bool {
        (1..self.tokens.len()).any(|at| {
            let ends = self.tokens.get(at + 1).is_none_or(|next| next.kind != Kind::Word)
                || [Role::Verb, Role::Me, Role::Us, Role::Meetings].iter().any(|&role| self.is(at + 1, role))
                || [Role::Me, Role::Us].iter().any(|&role| self.is(at + 2, role));
            let after =
                self.tokens.get(at).is_some_and(|token| matches!(token.fold.as_str(), "daarna" | "erna" | "daarop"));
            (after || self.is(at, Role::Next)) && self.is(at - 1, Role::Definite) && ends
        })
    }

    /// "De andere keer", "de andere wel".
    fn points_at_the_other(&self) -> bool {
        (0..self.tokens.len()).any(|at| {
            let ends = self.tokens.get(at + 1).is_none_or(|next| next.kind != Kind::Word)
                || [Role::Verb, Role::Function].iter().any(|&role| self.is(at + 1, role));
            let bare = at > 0 && self.is(at - 1, Role::Definite) && ends;
            self.word(at) == "andere" && (self.is(at + 1, Role::Meetings) || bare)
        })
    }
}
