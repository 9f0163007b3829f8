//! How words and numbers stand together in a date: the order of the rules, and the parts they share.
//!
//! Each rule looks at the tokens from a place on and, when it fits, gives the mentions it holds and the place after
//! them; the first rule that fits wins. `written` has the rules for days and months by name, `numeric` for digits, `counted`
//! for what is counted from today, `meetings` for ordinals that are no days. Called by `find` alone.

use super::token::{Token, cut};
use super::words::{self, Sense};
use super::{Bound, Certainty, Meaning, Mention};
use jiff::civil::{Date, Weekday};
use std::ops::Range;

/// The text being read.
pub(super) struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// By token: what the word means, and when it means nothing, what it may be a slip of the keyboard for.
    senses: Vec<(&'static [Sense], &'static [Sense])>,
    pub(super) today: Date,
}

/// What a rule found: the mentions, and the place after them. Without mentions it is a stretch that is surely no date.
pub(super) type Found = Option<(usize, Vec<Mention>)>;

/// A day of a month in writing: its place, its number, and whether it is an ordinal.
#[derive(Clone, Copy)]
pub(super) struct DayNumber {
    pub(super) at: usize,
    pub(super) end: usize,
    pub(super) day: u32,
    pub(super) form: DayForm,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum DayForm {
    /// "15"
    Digits,
    /// "vijftien"
    NumberWord,
    /// "15e"
    OrdinalDigits,
    /// "vijftiende"
    OrdinalWord,
}

/// A weekday before or instead of a date.
#[derive(Clone, Copy)]
pub(super) struct WeekdayWord {
    pub(super) end: usize,
    pub(super) weekday: Weekday,
    pub(super) short: bool,
    pub(super) repaired: bool,
}

pub(super) fn find(text: &str, today: Date) -> Vec<Mention> {
    let tokens = cut(text);
    let senses = tokens.iter().map(|token| token.word().map_or((&[][..], &[][..]), words::both)).collect();
    let reader = Reader { text, tokens, senses, today };
    let mut found = Vec::new();
    let mut at = 0;
    while at < reader.tokens.len() {
        match reader.rules(at) {
            Some((end, mentions)) if end > at => {
                found.extend(mentions);
                at = end;
            }
            _ => at += 1,
        }
    }
    found
}

impl Reader<'_> {
    fn rules(&self, at: usize) -> Found {
        let token = self.tokens.get(at)?;
        if token.word().is_none() && token.number().is_none() {
            return None;
        }
        self.habit(at)
            .or_else(|| self.numeric(at, None))
            .or_else(|| self.meetings(at))
            .or_else(|| self.weekday_of_month(at))
            .or_else(|| self.days_of_month(at, None))
            .or_else(|| self.month_first(at))
            .or_else(|| self.with_weekday(at))
            .or_else(|| self.unit_phrase(at))
            .or_else(|| self.day_word(at))
            .or_else(|| self.bare_ordinal(at, None))
            .or_else(|| self.bare_month(at))
            .or_else(|| self.season(at))
    }

    // What stands at a place.

    pub(super) fn token(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at)
    }

    pub(super) fn before(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at.checked_sub(1)?)
    }

    pub(super) fn raw(&self, token: &Token) -> &str {
        self.text.get(token.span.clone()).unwrap_or_default()
    }

    pub(super) fn senses(&self, at: usize) -> &'static [Sense] {
        self.senses.get(at).map_or(&[], |(known, _)| known)
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Is the word written without a capital?
    pub(super) fn is_small(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| self.raw(token).chars().all(char::is_lowercase))
    }

    /// The senses of the word that this one is a slip of the keyboard for.
    pub(super) fn slips(&self, at: usize) -> &'static [Sense] {
        self.senses.get(at).map_or(&[], |(_, slips)| slips)
    }

    pub(super) fn has(&self, at: usize, sense: Sense) -> bool {
        self.senses(at).contains(&sense)
    }

    pub(super) fn pick<T>(&self, at: usize, take: impl Fn(Sense) -> Option<T>) -> Option<T> {
        self.senses(at).iter().find_map(|&sense| take(sense))
    }

    pub(super) fn is_mark(&self, at: usize, mark: char) -> bool {
        self.token(at).is_some_and(|token| token.is(mark))
    }

    pub(super) fn skip(&self, at: usize, sense: Sense) -> usize {
        (at..self.tokens.len()).find(|&next| !self.has(next, sense)).unwrap_or(self.tokens.len())
    }

    pub(super) fn span(&self, at: usize, end: usize) -> Range<usize> {
        let start = self.token(at).map_or(0, |token| token.span.start);
        let stop = self.before(end).map_or(start, |token| token.span.end);
        start..stop.max(start)
    }

    pub(super) fn mention(&self, at: usize, end: usize, meaning: Meaning, certainty: Certainty) -> Mention {
        let today = self.today;
        let past = match &meaning {
            Meaning::Date(day) | Meaning::Period(_, day) => *day < today,
            Meaning::DayOfMonth(days) | Meaning::Weekday(days) | Meaning::Relative(days) => {
                days.iter().all(|&day| day < today)
            }
            Meaning::MeetingOrdinal(_) => false,
        };
        Mention { span: self.span(at, end), meaning, certainty, bound: self.bound(at), past }
    }

    /// "tot", "vóór", "vanaf" before a date, articles between.
    pub(super) fn bound(&self, at: usize) -> Bound {
        let articles = (0..at).rev().take_while(|&place| self.has(place, Sense::Article)).count();
        let place = at - articles;
        let Some(token) = self.before(place) else { return Bound::On };
        if self.has(place - 1, Sense::Until) || matches!(self.raw(token), "vóór" | "Vóór" | "VÓÓR" | "vòòr") {
            Bound::Until
        } else if self.has(place - 1, Sense::From) {
            Bound::From
        } else {
            Bound::On
        }
    }

    // The parts of a date.

    pub(super) fn day_number(&self, at: usize) -> Option<DayNumber> {
        let token = self.token(at)?;
        if let Some((day, digits)) = token.number() {
            let follows_number = token.glued && self.before(at).is_some_and(|before| !before.is('('));
            if digits > 2 || !(1..=31).contains(&day) || (follows_number && !self.is_list_mark(at.checked_sub(1)?)) {
                return None;
            }
            let suffixed = self.has(at + 1, Sense::Suffix)
                && self.token(at + 1).is_some_and(|next| next.glued || next.word() == Some("e"));
            return Some(if suffixed {
                DayNumber { at, end: at + 2, day, form: DayForm::OrdinalDigits }
            } else {
                DayNumber { at, end: at + 1, day, form: DayForm::Digits }
            });
        }
        let ordinal = |sense| if let Sense::Ordinal(n) = sense { Some((n, DayForm::OrdinalWord)) } else { None };
        let number = |sense| if let Sense::Number(n) = sense { Some((n, DayForm::NumberWord)) } else { None };
        let repaired = || self.slips(at).iter().find_map(|&sense| ordinal(sense));
        let (day, form) = self.pick(at, ordinal).or_else(|| self.pick(at, number)).or_else(repaired)?;
        (1..=31).contains(&day).then_some(DayNumber { at, end: at + 1, day, form })
    }

    /// A month's name, "van" or "of" before it and the point after it taken along: its number and whether it was misspelt.
    pub(super) fn month_name(&self, at: usize) -> Option<(usize, i8, bool)> {
        let at = if self.has(at, Sense::Article) || self.token(at).and_then(Token::word) == Some("van") {
            at + 1
        } else {
            at
        };
        let named = |sense| match sense {
            Sense::Month(month) => Some((month, false)),
            Sense::ShortMonth(month) => Some((month, true)),
            _ => None,
        };
        if let Some((month, short)) = self.pick(at, named) {
            let point = short && self.token(at + 1).is_some_and(|next| next.is('.') && next.glued);
            return Some((at + 1 + usize::from(point), month, false));
        }
        self.slips(at).iter().find_map(|&sense| named(sense)).map(|(month, _)| (at + 1, month, true))
    }

    /// A year after a month: "2017", "'17", ", 2017".
    pub(super) fn year(&self, at: usize) -> Option<(usize, u32)> {
        let at = if self.is_mark(at, ',') { at + 1 } else { at };
        let quoted = self.token(at).is_some_and(|token| token.is('\'') || token.is('’') || token.is('‘'));
        let at = if quoted { at + 1 } else { at };
        let (year, digits) = self.token(at)?.number()?;
        ((digits == 4 && (1990..2100).contains(&year)) || (digits == 2 && quoted)).then_some((at + 1, year))
    }

    pub(super) fn weekday_word(&self, at: usize) -> Option<WeekdayWord> {
        let word = self.token(at)?.word()?;
        let full = |sense| if let Sense::Weekday(weekday) = sense { Some(weekday) } else { None };
        let short = |sense| if let Sense::ShortWeekday(weekday) = sense { Some(weekday) } else { None };
        let found = |weekday, short, repaired| {
            let point = short && self.token(at + 1).is_some_and(|next| next.is('.') && next.glued);
            let end = at + 1 + usize::from(point);
            Some(WeekdayWord { end: self.skip(end, Sense::Part).min(end + 1), weekday, short, repaired })
        };
        if let Some(weekday) = self.pick(at, full) {
            return found(weekday, false, false);
        }
        if let Some(weekday) = self.pick(at, short) {
            return found(weekday, true, false);
        }
        let stem = words::without_part(word).unwrap_or(word);
        if let Some(weekday) = words::senses(stem).iter().find_map(|&sense| full(sense)) {
            return found(weekday, false, false);
        }
        // "woensdags" and "zondagen" are habits, not slips of the keyboard.
        let habitual = word.strip_suffix('s').is_some_and(|stem| !words::senses(stem).is_empty());
        let slips = if stem == word && self.senses(at).is_empty() { self.slips(at) } else { words::repaired(stem) };
        let weekday = slips.iter().find_map(|&sense| full(sense)).filter(|_| !habitual)?;
        found(weekday, false, true)
    }

    pub(super) fn is_list_mark(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| [',', '/', '&', '+', '-', '–', '—', '('].iter().any(|&mark| token.is(mark)))
    }

    /// The place after "en de", ", " and the like; the same place when there is none.
    pub(super) fn skip_join(&self, at: usize) -> usize {
        let joined = self.has(at, Sense::And)
            || self.has(at, Sense::To)
            || self.is_list_mark(at)
            || self.token(at).and_then(Token::word) == Some("als");
        if joined { self.skip(at + 1, Sense::Article) } else { at }
    }
}
