//! What one piece of text says about which event, by itself.
//!
//! Called by `choose`, and by the reader of clauses for each clause of its own.

use super::{By, Hit, Named, Other, OtherKind, Phrase, Strength, venue};
use crate::understanding::dates::token::{Token, cut};
use crate::understanding::dates::{self, Bound, Certainty, Fit, Meaning, Mention};
use crate::understanding::{EventInfo, Situation};
use jiff::civil::Date;
use std::ops::Range;

/// "Beide", and what makes it mean meetings rather than people.
const BOTH: [&str; 5] = ["beide", "allebei", "both", "beiden", "allebeide"];
const TIMES: [&str; 19] = [
    "keer",
    "keren",
    "data",
    "datums",
    "dagen",
    "middagen",
    "avonden",
    "bijeenkomsten",
    "edities",
    "meetings",
    "dates",
    "events",
    "times",
    "days",
    "sessions",
    "middag",
    "termine",
    "momenten",
    "netwerkmiddagen",
];
/// Before a bare "allebei" they make it mean meetings.
const TOWARDS: [&str; 8] = ["voor", "naar", "bij", "op", "for", "to", "at", "van"];
/// What follows "de eerstvolgende" when a meeting is meant.
const OCCASIONS: [&str; 12] = [
    "bijeenkomst",
    "keer",
    "editie",
    "meeting",
    "one",
    "time",
    "netwerkmiddag",
    "gelegenheid",
    "borrel",
    "edition",
    "event",
    "netwerkbijeenkomst",
];
/// Before a date they make it the date of a letter.
const LETTERS: [&str; 14] = [
    "mail",
    "mailtje",
    "email",
    "e-mail",
    "bericht",
    "berichtje",
    "brief",
    "schrijven",
    "nieuwsbrief",
    "factuur",
    "message",
    "letter",
    "nieuwsflits",
    "mails",
];

/// A part of a month has at least so many days, and a month fewer than so many.
const MONTH_PART: i64 = 9;
const MONTH: i64 = 31;

/// What `text` names: one clause, a subject, or everything that was typed.
pub fn named_in(text: &str, situation: &Situation) -> Named {
    let tokens = cut(text);
    let mut named = Named::default();
    let mentions = dates::find(text, &situation.received);
    let mut mentions = mentions.iter().filter(|mention| !dates_a_letter(&tokens, mention)).peekable();
    while let Some(mention) = mentions.next() {
        match mentions.next_if(|other| contradict(text, mention, other, situation)) {
            Some(other) => {
                let phrase = phrase(text, mention.span.start..other.span.end);
                named.others.push(Other { kind: OtherKind::Conflict, phrase, past: false });
            }
            None => place(text, mention, situation, &mut named),
        }
    }
    for (event, span) in venue::named(text, &tokens, &situation.events) {
        let phrase = phrase(text, span);
        named.hits.push(Hit { event, by: By::Venue, strength: Strength::Strong, phrase });
    }
    if situation.events.len() > 1
        && let Some((span, strength)) = both(&tokens)
    {
        for event in &situation.events {
            let phrase = phrase(text, span.clone());
            named.hits.push(Hit { event: event.id.clone(), by: By::All, strength, phrase });
        }
    }
    following(text, &tokens, situation, &mut named);
    named.hits.sort_by_key(|hit| hit.phrase.span.start);
    named
}

/// "Morgen, de 16e", "donderdag dus, de 15e": two days told of one, and they cannot be the same.
fn contradict(text: &str, one: &Mention, other: &Mention, situation: &Situation) -> bool {
    let days = |mention: &Mention| -> Vec<Date> {
        match &mention.meaning {
            Meaning::Date(day) => vec![*day],
            Meaning::DayOfMonth(days) | Meaning::Weekday(days) | Meaning::Relative(days) => days.clone(),
            Meaning::Period(..) | Meaning::MeetingOrdinal(_) => Vec::new(),
        }
    };
    let counted = |mention: &Mention| matches!(mention.meaning, Meaning::Weekday(_) | Meaning::Relative(_));
    let between = text.get(one.span.end..other.span.start).unwrap_or(".");
    let beside = !between.contains('\n')
        && between
            .split(|c: char| !c.is_alphanumeric())
            .all(|word| matches!(word, "" | "de" | "den" | "dus" | "op" | "the"))
        && !between.contains(['.', '/', '&', '+', '-']);
    let (ones, others) = (days(one), days(other));
    let today = situation.received.date();
    let to_come = |days: &[Date]| days.first().is_some_and(|day| *day > today);
    beside
        && one.bound == Bound::On
        && (counted(one) || counted(other))
        && to_come(&ones)
        && to_come(&others)
        && !ones.iter().any(|day| others.contains(day))
}

/// Puts a mention with the event that it fits, or with the others.
fn place(text: &str, mention: &Mention, situation: &Situation, named: &mut Named) {
    let phrase = phrase(text, mention.span.clone());
    let (events, day) = (&situation.events, |event: &EventInfo| event.start.date());
    let mut hit = |event: &EventInfo, by, strength| {
        named.hits.push(Hit { event: event.id.clone(), by, strength, phrase: phrase.clone() });
    };
    let best = events.iter().max_by_key(|event| (mention.fits(day(event)), std::cmp::Reverse(event.start)));
    let fit = best.map_or(Fit::No, |event| mention.fits(day(event)));
    let kind = match (&mention.meaning, best) {
        _ if mention.certainty == Certainty::Conflicting => OtherKind::Conflict,
        (Meaning::MeetingOrdinal(number), _) => {
            let numbers = || events.iter().filter_map(|event| Some((event, title_number(event)?)));
            match numbers().find(|(_, of_title)| of_title == number) {
                Some((event, _)) => return hit(event, By::Ordinal, Strength::Strong),
                None if numbers().next().is_none() => return,
                None => OtherKind::Meeting(*number),
            }
        }
        (Meaning::Period(first, last), _) => {
            let mut inside = events.iter().filter(|event| (*first..=*last).contains(&day(event)));
            match (inside.next(), inside.next(), mention.bound) {
                (Some(event), None, Bound::On) => return hit(event, By::Period, Strength::Weak),
                (None, _, Bound::On) if is_to_come(*first, *last, situation.received.date()) => OtherKind::Period,
                _ => OtherKind::Stretch,
            }
        }
        // "Woensdag", when the next one is no meeting's and several are open on a later one.
        (Meaning::Weekday(_), Some(_)) if fit == Fit::Possibly && events.len() > 1 => OtherKind::Stretch,
        (_, Some(event)) if fit != Fit::No && mention.bound != Bound::From => {
            let weak = matches!(mention.meaning, Meaning::Weekday(_))
                || (fit == Fit::Possibly && matches!(mention.meaning, Meaning::Relative(_)));
            return hit(event, By::Date, if weak { Strength::Weak } else { Strength::Strong });
        }
        _ if mention.bound != Bound::On => OtherKind::Stretch,
        (Meaning::Date(day), _) => OtherKind::Day(*day),
        (Meaning::DayOfMonth(days) | Meaning::Relative(days), _) => match days.first() {
            Some(day) => OtherKind::Day(*day),
            None => return,
        },
        (Meaning::Weekday(_), _) => OtherKind::Weekday,
    };
    named.others.push(Other { kind, phrase, past: mention.past });
}

/// Is a stretch of time still to come, or is it a month that has begun, or a part of one? "Deze week" is as often when
/// somebody writes.
fn is_to_come(first: Date, last: Date, today: Date) -> bool {
    let days = last.duration_since(first).as_hours() / 24;
    first > today || last >= today && (MONTH_PART..MONTH).contains(&days)
}

/// The words of a title that are more than the kind of meeting: "loosduinen".
pub(in crate::understanding) fn title_words(event: &EventInfo) -> Vec<String> {
    let tokens = cut(&event.title);
    let words = tokens.iter().filter_map(Token::word).filter(|word| word.len() >= 6);
    words.filter(|word| !matches!(*word, "meeting" | "netwerk" | "network")).map(str::to_owned).collect()
}

/// The number in a title: 16 of "16e bijeenkomst ZZP Loosduinen".
pub(in crate::understanding) fn title_number(event: &EventInfo) -> Option<u32> {
    let at = event.start.date().at(0, 0, 0, 0).to_zoned_datetime(jiff::tz::TimeZone::UTC).ok()?;
    dates::find(&event.title, &at).iter().find_map(|mention| match mention.meaning {
        Meaning::MeetingOrdinal(number) => Some(number),
        _ => None,
    })
}

/// "Uw mail van 30 oktober": that day is no meeting's.
fn dates_a_letter(tokens: &[Token], mention: &Mention) -> bool {
    let first = tokens.partition_point(|token| token.span.end <= mention.span.start);
    let before = tokens.get(first.saturating_sub(3)..first).unwrap_or_default();
    before.iter().filter_map(Token::word).any(|word| LETTERS.contains(&word))
}

fn both(tokens: &[Token]) -> Option<(Range<usize>, Strength)> {
    let words: Vec<(usize, &str)> = tokens.iter().enumerate().filter_map(|(at, t)| Some((at, t.word()?))).collect();
    let mut weak = None;
    for (index, &(at, word)) in words.iter().enumerate() {
        if !BOTH.contains(&word) {
            continue;
        }
        let after = words.iter().skip(index + 1).take(2);
        if let Some(&(end, _)) = after.clone().find(|(_, word)| TIMES.contains(word)) {
            return Some((span_of(tokens, at, end), Strength::Strong));
        }
        let before = index.checked_sub(1).and_then(|before| words.get(before)).map_or("", |&(_, word)| word);
        let alone = words.len() <= 2;
        // "Beiden" are people.
        if word != "beiden" && (alone || TOWARDS.contains(&before)) {
            weak = weak.or_else(|| Some((span_of(tokens, at, at), Strength::Weak)));
        }
    }
    weak
}

/// "De eerstvolgende bijeenkomst" is the first open one.
fn following(text: &str, tokens: &[Token], situation: &Situation, named: &mut Named) {
    for (at, pair) in tokens.windows(2).enumerate() {
        let [word, next] = pair else { continue };
        let (Some(word), Some(next)) = (word.word(), next.word()) else { continue };
        if !OCCASIONS.contains(&next) {
            continue;
        }
        let span = span_of(tokens, at, at + 1);
        if matches!(word, "eerstvolgende" | "eerstkomende")
            && let Some(event) = situation.events.iter().min_by_key(|event| event.start)
        {
            let phrase = phrase(text, span);
            named.hits.push(Hit { event: event.id.clone(), by: By::Following, strength: Strength::Strong, phrase });
        }
    }
}

/// The words that point at one of several events, with their bytes.
pub(super) fn pointing_words(text: &str) -> Vec<(super::Pointer, Range<usize>)> {
    let tokens = cut(text);
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word() else { continue };
        let next = tokens.get(at + 1);
        let number = next.and_then(|next| text.get(next.span.clone())).and_then(|digits| digits.parse::<u32>().ok());
        let pointer = match (word, number) {
            ("eerstvolgende" | "eerstkomende", _) => super::Pointer::Next,
            ("nummer" | "nr", Some(number)) => super::Pointer::Number(number),
            ("nu", _) if matches!(next.and_then(Token::word), Some("niet" | "wel")) => super::Pointer::This,
            ("deze" | "dit", _) if matches!(next.and_then(Token::word), Some("keer" | "maal")) => super::Pointer::This,
            ("ditmaal", _) => super::Pointer::This,
            _ => continue,
        };
        found.push((pointer, token.span.clone()));
    }
    found
}

fn span_of(tokens: &[Token], first: usize, last: usize) -> Range<usize> {
    let start = tokens.get(first).map_or(0, |token| token.span.start);
    start..tokens.get(last).map_or(start, |token| token.span.end)
}

fn phrase(text: &str, span: Range<usize>) -> Phrase {
    Phrase { words: text.get(span.clone()).unwrap_or_default().to_owned(), span }
}
