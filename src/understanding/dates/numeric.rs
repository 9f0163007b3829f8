//! Dates in digits: 15/11, 15-11-2017, 15.11.'17, 2017-11-15; apart from times, phones, ranges and fractions.
//!
//! A part of the grammar, called by its rules.

use super::grammar::{Found, Reader};
use super::resolve;
use super::token::Token;
use super::words::Sense;
use super::{Certainty, Meaning};
use jiff::civil::{Date, Weekday};

impl Reader<'_> {
    /// A date in digits at this place. `weekday` is the one written before it, if there is one.
    pub(super) fn numeric(&self, at: usize, weekday: Option<Weekday>) -> Found {
        let (first, digits) = self.token(at)?.number()?;
        if self.continues_a_number(at) {
            return None;
        }
        let mark = self.separator(at + 1)?;
        let (second, second_digits) = self.glued_number(at + 2)?;
        let third = (self.separator(at + 3) == Some(mark)).then(|| self.short_or_long_year(at + 4)).flatten();
        if digits == 4 {
            let (day, day_digits) = self.glued_number(at + 4).filter(|_| self.separator(at + 3) == Some(mark))?;
            let date = resolve::in_year(day, month(second)?, first).filter(|_| day_digits <= 2)?;
            return self.numeric_mention(at, at + 5, date, weekday);
        }
        if digits > 2 || second_digits > 2 {
            return None;
        }
        if let Some((end, year)) = third {
            // Day first; month first only where nothing else fits.
            let date = month(second)
                .and_then(|month| resolve::in_year(first, month, year))
                .or_else(|| resolve::in_year(second, month(first)?, year).filter(|_| mark == '/'))?;
            return self.numeric_mention(at, end, date, weekday);
        }
        let end = at + 3;
        let point = mark == '.' && self.token(end).is_some_and(|next| next.is('.') && next.glued);
        let number_follows = self.token(end + 1).is_some_and(|next| next.glued && next.number().is_some());
        let runs_on = self.token(end).is_some_and(|next| next.glued && (next.word().is_some() || number_follows));
        if runs_on || self.has(end, Sense::Thing) || (first, second) == (24, 7) {
            return None;
        }
        let Some(month_second) = month(second) else {
            // "On 11/15": month first only where nothing else fits.
            let on = self.before(at).and_then(Token::word).is_some_and(|word| matches!(word, "on" | "for"));
            let date = resolve::nearest(second, month(first)?, self.today).filter(|_| mark == '/')?;
            return if on || weekday.is_some() { self.numeric_mention(at, end, date, weekday) } else { None };
        };
        let date = resolve::nearest(first, month_second, self.today)?;
        let right_weekday = weekday == Some(date.weekday());
        let led = self.is_led(at);
        let fits = match mark {
            '/' => first > 7 || weekday.is_some() || led,
            '-' => first > 12 || right_weekday || led,
            _ => second_digits == 2 && (weekday.is_some() || (led && !self.is_clock(first, second))),
        };
        if fits { self.numeric_mention(at, end + usize::from(point), date, weekday) } else { None }
    }

    fn numeric_mention(&self, at: usize, end: usize, date: Date, weekday: Option<Weekday>) -> Found {
        let clash = weekday.is_some_and(|weekday| weekday != date.weekday());
        let certainty = if clash { Certainty::Conflicting } else { Certainty::Sure };
        self.stretch_to(end, vec![self.mention(at, end, Meaning::Date(date), certainty)])
    }

    /// Is it the tail of something longer: a phone, a price, a version?
    fn continues_a_number(&self, at: usize) -> bool {
        let glued = self.token(at).is_some_and(|token| token.glued);
        glued
            && self
                .before(at)
                .is_some_and(|before| !['(', '"', '„', '“', ':', '/', '‘'].iter().any(|&mark| before.is(mark)))
    }

    fn separator(&self, at: usize) -> Option<char> {
        let token = self.token(at).filter(|token| token.glued)?;
        ['/', '-', '.'].into_iter().find(|&mark| token.is(mark))
    }

    fn glued_number(&self, at: usize) -> Option<(u32, usize)> {
        self.token(at).filter(|token| token.glued)?.number()
    }

    fn short_or_long_year(&self, at: usize) -> Option<(usize, u32)> {
        if let Some((year, digits)) = self.glued_number(at) {
            let fits = (digits == 2 && (10..60).contains(&year)) || (digits == 4 && (1990..2100).contains(&year));
            return fits.then_some((at + 1, year));
        }
        self.token(at).filter(|token| token.glued).and_then(|_| self.year(at))
    }

    /// Does a word stand before it that leads a date: "op", "de", "t/m", "vanaf"?
    fn is_led(&self, at: usize) -> bool {
        let Some(place) = at.checked_sub(1) else { return false };
        let led = [Sense::Article, Sense::Until, Sense::From, Sense::To].iter().any(|&sense| self.has(place, sense));
        led || self
            .token(place)
            .and_then(|token| token.word())
            .is_some_and(|word| matches!(word, "van" | "voor" | "datum" | "dag"))
    }

    /// Could it be a time of day that meetings have?
    fn is_clock(&self, hour: u32, minute: u32) -> bool {
        hour < 24 && minute.is_multiple_of(15)
    }
}

fn month(number: u32) -> Option<i8> {
    i8::try_from(number).ok().filter(|month| (1..=12).contains(month))
}
