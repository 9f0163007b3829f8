//! Dates with the day or month by name: "15 november", "November 15th", "de 15e", "in januari", and stretches of them.
//!
//! A part of the grammar, called by its rules.

use super::grammar::{DayForm, DayNumber, Found, Reader};
use super::resolve::{self, WhichOfMonth};
use super::token::Token;
use super::words::{Edge, Sense, Unit};
use super::{Bound, Certainty, Meaning, Mention};
use jiff::civil::{Date, Weekday};

impl Reader<'_> {
    /// "15 november", "13, 14 en 15 november", "van 10 t/m 12 november 2017".
    pub(super) fn days_of_month(&self, at: usize, weekday: Option<Weekday>) -> Found {
        let mut days = vec![self.day_number(at)?];
        let mut stretch = false;
        let (end, month, repaired) = loop {
            let last = *days.last()?;
            let point =
                self.token(last.end).is_some_and(|next| next.is('.') && next.glued && last.form == DayForm::Digits);
            if let Some(month) = self.month_name(last.end + usize::from(point)) {
                break month;
            }
            let join = last.end;
            let next = self.skip_join(join);
            let next = self.weekday_word(next).map_or(next, |word| word.end);
            if next == join || days.len() > 6 || self.token(next)?.starts_line {
                return None;
            }
            stretch = self.has(join, Sense::To) || self.is_mark(join, '-') || self.is_mark(join, '–');
            days.push(self.day_number(next)?);
        };
        let lone_comma = days.len() == 2 && days.first().is_some_and(|first| self.is_mark(first.end, ','));
        if lone_comma || (days.len() == 1 && days.first()?.form == DayForm::NumberWord && days.first()?.day == 1) {
            return None;
        }
        let (end, year) = self.year(end).map_or((end, None), |(end, year)| (end, Some(year)));
        let resolve = |day: u32| match year {
            Some(year) => resolve::in_year(day, month, year),
            None => resolve::nearest(day, month, self.today),
        };
        let certainty = if repaired { Certainty::Likely } else { Certainty::Sure };
        if let ([first, last], true) = (days.as_slice(), stretch) {
            let (from, to) = (resolve(first.day)?, resolve(last.day)?);
            let meaning = if from <= to { Meaning::Period(from, to) } else { Meaning::Date(from) };
            return Some((end, vec![self.mention(at, end, meaning, certainty)]));
        }
        let count = days.len();
        let one = |(index, day): (usize, &DayNumber)| {
            let date = resolve(day.day)?;
            let clash = weekday.is_some_and(|weekday| index == 0 && date.weekday() != weekday);
            let certainty = if clash { Certainty::Conflicting } else { certainty };
            let stop = if index + 1 == count { end } else { day.end };
            Some(self.mention(day.at, stop, Meaning::Date(date), certainty))
        };
        let mentions: Vec<Mention> = days.iter().enumerate().filter_map(one).collect();
        if mentions.is_empty() { None } else { self.stretch_to(end, mentions) }
    }

    /// "30 oktober t/m 3 november": two dates with "t/m" between them are one stretch.
    pub(super) fn stretch_to(&self, end: usize, mentions: Vec<Mention>) -> Found {
        let dash = self.is_mark(end, '-') || self.is_mark(end, '–');
        let from_to = self.has(end, Sense::To) || dash;
        let next = self.skip(end + 1, Sense::Article);
        let next = self.weekday_word(next).map_or(next, |word| word.end);
        if let ([only], true) = (mentions.as_slice(), from_to)
            && let Meaning::Date(first) = only.meaning
            && let Some((after, later)) = self.days_of_month(next, None).or_else(|| self.numeric(next, None))
            && let [other] = later.as_slice()
            && let Meaning::Date(last) = other.meaning
            && first <= last
        {
            let past = last < self.today;
            let span = only.span.start..other.span.end;
            return Some((after, vec![Mention { span, meaning: Meaning::Period(first, last), past, ..only.clone() }]));
        }
        Some((end, mentions))
    }

    /// "November 15th, 2017".
    pub(super) fn month_first(&self, at: usize) -> Found {
        let named = |sense| match sense {
            Sense::Month(month) => Some((month, false)),
            Sense::ShortMonth(month) => Some((month, true)),
            _ => None,
        };
        let (month, short) = self.pick(at, named)?;
        let mut next = at + 1;
        next += usize::from(short && self.token(next).is_some_and(|point| point.is('.') && point.glued));
        next = self.skip(next, Sense::Article);
        let day = self.day_number(next).filter(|day| matches!(day.form, DayForm::Digits | DayForm::OrdinalDigits))?;
        let year = self.year(day.end);
        // "Jan 2 personen", "november 14.15 uur" and "nov 15 november" are none.
        let glued = self
            .token(day.end)
            .is_some_and(|after| after.glued && !after.is(',') && !after.is('.') && !after.is(')') && !after.is('!'));
        let number_after = self.token(day.end + 1).is_some_and(|after| after.glued && after.number().is_some());
        let counts = self.has(day.end, Sense::Thing) || self.month_name(day.end).is_some();
        let name = short && day.form == DayForm::Digits && year.is_none() && matches!(month, 1 | 5);
        if counts || name || ((glued || number_after) && year.is_none()) || self.token(next)?.starts_line {
            return None;
        }
        let date = match year {
            Some((_, year)) => resolve::in_year(day.day, month, year)?,
            None => resolve::nearest(day.day, month, self.today)?,
        };
        let end = year.map_or(day.end, |(end, _)| end);
        self.stretch_to(end, vec![self.mention(at, end, Meaning::Date(date), Certainty::Sure)])
    }

    /// "de 15e", "vijftiende"; with a weekday also "woensdag 15".
    pub(super) fn bare_ordinal(&self, at: usize, weekday: Option<Weekday>) -> Found {
        let number = self.day_number(at)?;
        let after = self.token(number.end);
        let joined = after.is_some_and(|next| next.glued && (next.number().is_some() || next.word().is_some()));
        let runs_on = after.is_some_and(|next| next.glued && !next.is(')'))
            && self.token(number.end + 1).is_some_and(|next| next.glued && next.number().is_some());
        if joined || runs_on || self.has(number.end, Sense::Thing) || self.has(number.end, Sense::Unit(Unit::Year)) {
            return None;
        }
        let ordinal = matches!(number.form, DayForm::OrdinalDigits | DayForm::OrdinalWord);
        let article = at > 0 && self.has(at - 1, Sense::Article);
        let apart = after.is_none_or(|next| next.starts_line || next.word().is_none());
        let fits = match weekday {
            Some(_) => ordinal || number.form == DayForm::Digits,
            // "le 15" is as French days are written; elsewhere a bare number counts things.
            None if number.day > 10 => ordinal || self.before(at).and_then(Token::word) == Some("le"),
            None => ordinal && article && apart && (number.form == DayForm::OrdinalDigits || self.bound_or_on(at)),
        };
        if !fits {
            return None;
        }
        let mut days = resolve::day_of_month(number.day, self.today);
        let mut certainty = Certainty::Sure;
        if let Some(weekday) = weekday {
            let fits = |day: &Date| day.weekday() == weekday;
            if days.iter().any(fits) {
                days.retain(fits);
            } else if ordinal {
                certainty = Certainty::Conflicting;
            } else {
                return None;
            }
        }
        if days.is_empty() {
            return None;
        }
        Some((number.end, vec![self.mention(at, number.end, Meaning::DayOfMonth(days), certainty)]))
    }

    /// "op de eerste", "tot de tweede".
    fn bound_or_on(&self, at: usize) -> bool {
        let place = at.saturating_sub(1);
        self.bound(at) != Bound::On || self.before(place).and_then(Token::word) == Some("op")
    }

    /// "Nov ja, jan nee": who writes one month short and small writes the other so.
    fn is_beside_a_short_month(&self, at: usize) -> bool {
        let plain = |sense| matches!(sense, Sense::ShortMonth(month) if is_plain(month)).then_some(());
        let mut others = (0..self.len()).filter(|other| *other != at);
        self.is_small(at) && others.any(|other| self.pick(other, plain).is_some())
    }

    /// "Die in de winter", "die van het najaar", "de herfstbijeenkomst".
    pub(super) fn season(&self, at: usize) -> Found {
        let named = |sense| if let Sense::Season(month) = sense { Some(month) } else { None };
        let before = |back: usize| at.checked_sub(back).and_then(|at| self.token(at)).and_then(Token::word);
        let pointed = before(3) == Some("die")
            && matches!(before(2), Some("in" | "van"))
            && matches!(before(1), Some("de" | "het"));
        let whole = || self.slips(at).iter().find_map(|&sense| named(sense));
        let month = self.pick(at, named).filter(|_| pointed).or_else(whole)?;
        let (first, _) = resolve::month(month, None, self.today)?;
        let (_, last) = resolve::month_from(2, first);
        Some((at + 1, vec![self.mention(at, at + 1, Meaning::Period(first, last), Certainty::Sure)]))
    }

    /// "in januari", "eind november".
    pub(super) fn bare_month(&self, at: usize) -> Found {
        let edge = at.checked_sub(1).and_then(|before| self.pick(before, edge));
        // "En" is French before a month, and "en Jan" is somebody.
        let led = edge.is_some() || at > 0 && self.has(at - 1, Sense::InMonth) && !self.has(at - 1, Sense::And);
        let named = |sense| match sense {
            Sense::Month(month) => Some(month),
            // "Jan" is a name, and "jul" short for others.
            Sense::ShortMonth(month) if led || is_plain(month) || self.is_beside_a_short_month(at) => Some(month),
            _ => None,
        };
        let slip = || self.slips(at).iter().find_map(|&sense| named(sense));
        let (month, certainty) = match self.pick(at, named) {
            Some(month) => (month, Certainty::Sure),
            None => (slip()?, Certainty::Likely),
        };
        let (end, year) = self.year(at + 1).map_or((at + 1, None), |(end, year)| (end, Some(year)));
        let (first, last) = resolve::month(month, year, self.today)?;
        let (first, last) = edge.map_or((first, last), |edge| resolve::part_of_month(edge, first));
        Some((end, vec![self.mention(at, end, Meaning::Period(first, last), certainty)]))
    }

    /// "de derde woensdag van januari", "de laatste woensdag in november".
    pub(super) fn weekday_of_month(&self, at: usize) -> Found {
        let word = self.token(at)?.word();
        let ordinal = |sense| if let Sense::Ordinal(n) = sense { Some(n) } else { None };
        let (which, next) = match (word, self.token(at)?.number()) {
            (Some("laatste" | "last"), _) => (WhichOfMonth::Last, at + 1),
            (Some("middelste"), _) => (WhichOfMonth::Middle, at + 1),
            (Some(_), _) => (WhichOfMonth::Nth(self.pick(at, ordinal)?), at + 1),
            (None, Some((number, _))) if self.has(at + 1, Sense::Suffix) => (WhichOfMonth::Nth(number), at + 2),
            _ => return None,
        };
        let weekday = self.weekday_word(next).filter(|weekday| !weekday.short)?;
        let linked = |at: usize| matches!(self.token(at).and_then(Token::word), Some("van" | "in" | "of"));
        let month = weekday.end + usize::from(linked(weekday.end));
        let (end, month, _) = self.month_name(month)?;
        let (end, year) = self.year(end).map_or((end, None), |(end, year)| (end, Some(year)));
        let (first, _) = resolve::month(month, year, self.today)?;
        let day = resolve::weekday_of_month(weekday.weekday, which, first)?;
        Some((end, vec![self.mention(at, end, Meaning::Date(day), Certainty::Sure)]))
    }
}

fn edge(sense: Sense) -> Option<Edge> {
    if let Sense::Edge(edge) = sense { Some(edge) } else { None }
}

/// Does the short form of a month mean nothing else?
fn is_plain(month: i8) -> bool {
    !matches!(month, 1 | 5..=7)
}
