//! Occasions: which of the open events each mention of a time or place in the text can mean.
//!
//! Called by `mod` once a mail; the clauses then ask for the mentions among their own words.

use super::words::{Kind, Token};
use super::{EventInfo, Situation};
use crate::ids::EventId;
use jiff::civil::{Date, Weekday};
use std::ops::Range;

/// A mention of a time or place.
#[derive(Clone, Debug, PartialEq)]
pub struct Occasion {
    /// Where it stands, in bytes of the text.
    pub span: Range<usize>,
    /// The open events that it can mean; empty when it is another day.
    pub events: Vec<EventId>,
    /// Is it a day named in full, by date or weekday, so that coming on it would contradict?
    pub exact: bool,
    /// Is it before today?
    pub gone: bool,
}

/// All mentions, in order.
pub fn find(tokens: &[Token], situation: &Situation) -> Vec<Occasion> {
    let today = situation.received.date();
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (mention, used) = mention(tokens, at, today, situation);
        if let Some((day, exact)) = mention {
            let first = tokens.get(at).map_or(0, |t| t.span.start);
            let last = tokens.get(at + used - 1).map_or(first, |t| t.span.end);
            let events: Vec<EventId> = situation
                .events
                .iter()
                .filter(|event| day.means(event, today, situation))
                .map(|event| event.id.clone())
                .collect();
            let gone = events.is_empty() && day.gone(today);
            found.push(Occasion { span: first..last, events, exact, gone });
        }
        at += used;
    }
    found
}

enum Day {
    On(Date),
    Number(i8),
    Month(i8),
    Weekday(Weekday, bool),
    Venue(EventId),
    Ordinal(u32),
}

impl Day {
    fn means(&self, event: &EventInfo, today: Date, situation: &Situation) -> bool {
        let start = event.start.date();
        match self {
            Self::On(date) => *date == start,
            Self::Number(day) => start.day() == *day,
            Self::Month(month) => start.month() == *month,
            Self::Weekday(weekday, next) => {
                let days = (start - today).get_days();
                start.weekday() == *weekday
                    && days >= 0
                    && (!next && situation.thread_event.as_ref() == Some(&event.id) || days <= 7 || !next && days <= 16)
            }
            Self::Venue(id) => *id == event.id,
            Self::Ordinal(number) => event.title.starts_with(&format!("{number}e ")),
        }
    }
    fn gone(&self, today: Date) -> bool {
        match self {
            Self::On(date) => *date < today,
            Self::Number(day) => *day < today.day(),
            _ => false,
        }
    }
}

const MONTHS: [&str; 12] = [
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
];

fn month(fold: &str) -> Option<i8> {
    let english = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let other = ["januar", "januarie", "janvier", "novembre", "novenber"];
    let by_name =
        |names: &[&str]| names.iter().position(|name| *name == fold || (fold.len() == 3 && name.starts_with(fold)));
    let at = by_name(&MONTHS)
        .or_else(|| by_name(&english))
        .or_else(|| other.iter().position(|n| *n == fold).map(|at| if at < 3 { 0 } else { 10 }))?;
    i8::try_from(at + 1).ok()
}

fn weekday(fold: &str) -> Option<Weekday> {
    Some(match fold {
        "maandag" | "monday" | "montag" => Weekday::Monday,
        "dinsdag" | "tuesday" | "dienstag" => Weekday::Tuesday,
        "woensdag" | "wednesday" | "mittwoch" | "mercredi" | "woensdagmiddag" | "woensdags" => Weekday::Wednesday,
        "donderdag" | "thursday" => Weekday::Thursday,
        "vrijdag" | "friday" => Weekday::Friday,
        "zaterdag" | "saturday" => Weekday::Saturday,
        "zondag" | "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

fn ordinal(fold: &str) -> Option<i8> {
    let words = [
        ("vijftiende", 15),
        ("veftiende", 15),
        ("vijftienden", 15),
        ("vierentwintigste", 24),
        ("zestiende", 16),
        ("zeventiende", 17),
        ("veertiende", 14),
        ("twaalfde", 12),
    ];
    if let Some((_, day)) = words.iter().find(|(word, _)| *word == fold) {
        return Some(*day);
    }
    let end = fold.find(|c: char| !c.is_ascii_digit())?;
    let (digits, tail) = fold.split_at_checked(end)?;
    matches!(tail, "e" | "de" | "ste" | "en" | "den" | "th" | "nd" | "rd").then(|| digits.parse().ok()).flatten()
}

fn mention(tokens: &[Token], at: usize, today: Date, situation: &Situation) -> (Option<(Day, bool)>, usize) {
    let Some(token) = tokens.get(at) else { return (None, 1) };
    let fold = token.fold.as_str();
    let next = tokens.get(at + 1).map_or("", |t| t.fold.as_str());
    let after = tokens.get(at + 2).map_or("", |t| t.fold.as_str());
    let of_year = |day: i8, month: i8| {
        let year = if month + 6 < today.month() { today.year() + 1 } else { today.year() };
        Date::new(year, month, day).ok()
    };
    match fold {
        "morgen" | "morgenmiddag" | "tomorrow" | "morge" | "morgemiddag"
            if !matches!(tokens.get(at.wrapping_sub(1)).map(|t| t.fold.as_str()), Some("goede" | "goeie" | "tot")) =>
        {
            return (today.tomorrow().ok().map(|d| (Day::On(d), true)), 1);
        }
        "overmorgen" => return (today.tomorrow().and_then(|d| d.tomorrow()).ok().map(|d| (Day::On(d), true)), 1),
        "vandaag" | "vanmiddag" | "today" => return (Some((Day::On(today), true)), 1),
        _ => {}
    }
    if let Some(day) = weekday(fold) {
        let near = tokens
            .get(at.wrapping_sub(1))
            .is_some_and(|t| matches!(t.fold.as_str(), "aanstaande" | "komende" | "a.s" | "deze" | "." | "this"));
        // "woensdag 15 november", "woensdag de 15e": the date says it.
        let skip = usize::from(next == "de" || next == "den" || next == "the");
        let follows = tokens.get(at + 1 + skip).map_or("", |t| t.fold.as_str());
        if ordinal(follows).is_some() || follows.parse::<i8>().is_ok() || follows.contains(['-', '/']) {
            let (day, used) = mention(tokens, at + 1 + skip, today, situation);
            if day.is_some() {
                return (day, used + 1 + skip);
            }
        }
        return (Some((Day::Weekday(day, near), true)), 1);
    }
    let number = if token.kind == Kind::Number { fold.parse::<i8>().ok() } else { None };
    let number = number.or_else(|| ordinal(fold)).or(if fold == "vijftien" { Some(15) } else { None });
    if let Some(day) = number {
        let (named, extra) = match month(next.trim_end_matches('.')) {
            Some(month) => (Some(month), 1),
            None if matches!(next, "of" | "van") || next == "." => (month(after), 2),
            None => (None, 0),
        };
        if let Some(month) = named {
            return (of_year(day, month).map(|d| (Day::On(d), true)), 1 + extra);
        }
        if ordinal(fold).is_some() {
            if matches!(
                next,
                "bijeenkomst" | "netwerkbijeenkomst" | "editie" | "keer" | "samenkomst" | "meeting" | "bijeen"
            ) {
                return (Some((Day::Ordinal(u32::try_from(day).unwrap_or(0)), false)), 2);
            }
            return (Some((Day::Number(day), true)), 1);
        }
    }
    if token.kind == Kind::Number && fold.contains(['-', '/', '.']) {
        let mut parts = fold.split(['-', '/', '.']);
        let (day, month) =
            (parts.next().and_then(|p| p.parse::<i8>().ok()), parts.next().and_then(|p| p.parse::<i8>().ok()));
        if let (Some(day), Some(month), false) = (day, month, fold.contains('.') && !fold.ends_with("11")) {
            if (1..=12).contains(&month) && (1..=31).contains(&day) {
                return (of_year(day, month).map(|d| (Day::On(d), true)), 1);
            }
        }
    }
    if let Some(month) = month(fold).filter(|_| fold.len() > 3) {
        return (Some((Day::Month(month), false)), 1);
    }
    for event in &situation.events {
        let mut venue =
            event.venue.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() >= 4).map(super::words::fold);
        if token.kind == Kind::Word
            && fold.len() >= 4
            && venue.any(|w| w == fold || (w.ends_with(fold) && fold == "boerderij"))
        {
            return (Some((Day::Venue(event.id.clone()), false)), 1);
        }
    }
    (None, 1)
}
