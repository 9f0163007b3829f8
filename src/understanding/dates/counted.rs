//! Dates counted from the day of receipt: "woensdag", "aanstaande woensdag", "volgende week", "morgen", "over twee weken".
//!
//! A part of the grammar, called by its rules.

use super::grammar::{Found, Reader, WeekdayWord};
use super::resolve;
use super::token::Token;
use super::words::{self, Sense, Unit};
use super::{Certainty, Meaning};
use jiff::civil::{Date, Weekday};

/// Which of several: the words before or after a weekday or unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Coming,
    Next,
    This,
    Last,
}

fn which(sense: Sense) -> Option<Which> {
    match sense {
        Sense::Coming => Some(Which::Coming),
        Sense::Next => Some(Which::Next),
        Sense::This => Some(Which::This),
        Sense::Last => Some(Which::Last),
        _ => None,
    }
}

impl Reader<'_> {
    /// "elke woensdag" is no date.
    pub(super) fn habit(&self, at: usize) -> Found {
        if !self.has(at, Sense::Habit) {
            return None;
        }
        let mut end = self.skip(at, Sense::Habit);
        end = self.skip(end, Sense::Article);
        self.weekday_word(end).filter(|weekday| !weekday.short).map(|weekday| (weekday.end, Vec::new()))
    }

    /// "woensdag", alone, with what tells which one, or before a date.
    pub(super) fn with_weekday(&self, at: usize) -> Found {
        let told = self.pick(at, which);
        let start = if told.is_some() { at + 1 } else { at };
        let word = self.weekday_word(start)?;
        // A date after the weekday.
        let mut date = word.end + usize::from(self.is_mark(word.end, ','));
        date = if self.pick(date, which).is_some() { date + 1 } else { date };
        // "I can't do the 24th" is no Thursday, and "ma op de 15e" is somebody's mother.
        if word.short && self.token(date).and_then(Token::word).is_some_and(|word| matches!(word, "the" | "op" | "on"))
        {
            return None;
        }
        date = self.skip(date, Sense::Article);
        date += usize::from(self.is_mark(date, '('));
        let dated = self.numeric(date, Some(word.weekday)).or_else(|| self.days_of_month(date, Some(word.weekday)));
        let dated = dated
            .or_else(|| self.english_after(date, word.weekday))
            .or_else(|| self.bare_ordinal(date, Some(word.weekday)));
        if let Some((end, mut mentions)) = dated.filter(|_| self.token(date).is_some_and(|token| !token.starts_line)) {
            if let Some(first) = mentions.first_mut() {
                first.span.start = self.span(at, end).start;
                first.bound = self.bound(at);
            }
            return Some((end, mentions));
        }
        if word.short {
            return None;
        }
        self.weekday_alone(at, told, word)
    }

    fn english_after(&self, at: usize, weekday: Weekday) -> Found {
        let (end, mut mentions) = self.month_first(at)?;
        for mention in &mut mentions {
            if let Meaning::Date(date) = mention.meaning
                && date.weekday() != weekday
            {
                mention.certainty = Certainty::Conflicting;
            }
        }
        Some((end, mentions))
    }

    fn weekday_alone(&self, at: usize, told: Option<Which>, word: WeekdayWord) -> Found {
        let certainty = if word.repaired { Certainty::Likely } else { Certainty::Sure };
        let done = |end, days: Vec<Date>| Some((end, vec![self.mention(at, end, Meaning::Relative(days), certainty)]));
        let (weekday, today) = (word.weekday, self.today);
        // "woensdag volgende week", "woensdag over een week", "woensdag a.s."
        if let Some((end, weeks)) = self.told_week(word.end) {
            return done(end, vec![resolve::weekday_from(weekday, resolve::week(weeks, today).0)]);
        }
        if let Some((end, count, Unit::Week)) = self.counted_unit(word.end) {
            return done(end, vec![resolve::plus(resolve::weekday_from(weekday, today), 7 * count)]);
        }
        let (told, end) = match (told, self.pick(word.end, which)) {
            (None, Some(after)) if matches!(after, Which::Coming | Which::Last) => (Some(after), word.end + 1),
            _ => (told, word.end),
        };
        match told {
            Some(Which::Coming) => done(end, resolve::coming_weekday(weekday, today)),
            Some(Which::Next) => done(end, resolve::next_weekday(weekday, today)),
            Some(Which::Last) => done(end, resolve::last_weekday(weekday, today)),
            Some(Which::This) => done(end, vec![resolve::weekday_from(weekday, today)]),
            None => {
                let meaning = Meaning::Weekday(resolve::weekday(weekday, today));
                Some((end, vec![self.mention(at, end, meaning, certainty)]))
            }
        }
    }

    /// "volgende week", "deze week": the place after it, and how many weeks on.
    fn told_week(&self, at: usize) -> Option<(usize, i64)> {
        let weeks = match self.pick(at, which)? {
            Which::This => 0,
            Which::Coming | Which::Next => 1,
            Which::Last => -1,
        };
        self.has(at + 1, Sense::Unit(Unit::Week)).then_some((at + 2, weeks))
    }

    /// "over twee weken": the place after it, the count and the unit.
    fn counted_unit(&self, at: usize) -> Option<(usize, i64, Unit)> {
        if !self.has(at, Sense::In) {
            return None;
        }
        self.count_of_units(at + 1)
    }

    fn count_of_units(&self, at: usize) -> Option<(usize, i64, Unit)> {
        let counted = |sense| if let Sense::Number(n) = sense { Some(n) } else { None };
        let digits = self.token(at)?.number().filter(|&(_, digits)| digits <= 2).map(|(value, _)| value);
        let count = digits.or_else(|| self.pick(at, counted))?;
        let unit = self.pick(at + 1, |sense| if let Sense::Unit(unit) = sense { Some(unit) } else { None })?;
        Some((at + 2, i64::from(count), unit))
    }

    /// "volgende week", "volgende week woensdag", "over twee weken", "week 46", "drie dagen geleden", "dit jaar".
    pub(super) fn unit_phrase(&self, at: usize) -> Found {
        let today = self.today;
        let one = |end, meaning| Some((end, vec![self.mention(at, end, meaning, Certainty::Sure)]));
        let period = |end, (first, last)| one(end, Meaning::Period(first, last));
        if let Some((end, weeks)) = self.told_week(at) {
            let (first, last) = resolve::week(weeks, today);
            let inner = self.skip(end, Sense::Article);
            if let Some(word) = self.weekday_word(inner).filter(|word| !word.short) {
                return one(word.end, Meaning::Relative(vec![resolve::weekday_from(word.weekday, first)]));
            }
            let coming = self.has(at, Sense::Coming);
            return period(end, if coming { (resolve::plus(today, 1), last) } else { (first, last) });
        }
        if let Some((end, count, unit)) = self.counted_unit(at) {
            let day = resolve::plus(today, count * if unit == Unit::Week { 7 } else { 1 });
            return match unit {
                Unit::Day => one(end, Meaning::Relative(vec![day])),
                Unit::Week => {
                    let monday = resolve::monday(day);
                    let others = (0..7).map(|days| resolve::plus(monday, days)).filter(|&other| other != day);
                    one(end, Meaning::Relative(std::iter::once(day).chain(others).collect()))
                }
                Unit::Month => period(end, resolve::month_from(count, today)),
                Unit::Weekend | Unit::Year => None,
            };
        }
        if let Some((end, count, unit)) = self.count_of_units(at).filter(|&(end, ..)| self.has(end, Sense::Ago)) {
            let days = count
                * match unit {
                    Unit::Day => 1,
                    Unit::Week => 7,
                    Unit::Month => 30,
                    Unit::Weekend | Unit::Year => 365,
                };
            return one(end + 1, Meaning::Relative(vec![resolve::plus(today, -days)]));
        }
        if self.has(at, Sense::Unit(Unit::Week)) {
            let (week, _) = self.token(at + 1)?.number().filter(|&(_, digits)| digits <= 2)?;
            return period(at + 2, resolve::numbered_week(week, today)?);
        }
        let unit = |at| self.pick(at, |sense| if let Sense::Unit(unit) = sense { Some(unit) } else { None });
        if self.has(at, Sense::New) && unit(at + 1) == Some(Unit::Year) {
            return period(at + 2, resolve::year_from(1, today));
        }
        let told = self.pick(at, which)?;
        let steps = match told {
            Which::This => 0,
            Which::Coming | Which::Next => 1,
            Which::Last => -1,
        };
        match unit(at + 1)? {
            Unit::Month => period(at + 2, resolve::month_from(steps, today)),
            Unit::Year => period(at + 2, resolve::year_from(steps, today)),
            Unit::Weekend => {
                let weeks = if told == Which::Coming { 0 } else { steps };
                let (_, sunday) = resolve::week(weeks, today);
                period(at + 2, (resolve::plus(sunday, -1), sunday))
            }
            Unit::Day | Unit::Week => None,
        }
    }

    /// "morgen", "overmorgen", "gistermiddag"; not the "morgen" that greets.
    pub(super) fn day_word(&self, at: usize) -> Found {
        let word = self.token(at)?.word()?;
        let offset = |sense| if let Sense::Day(days) = sense { Some(days) } else { None };
        let inner =
            words::without_part(word).and_then(|stem| words::senses(stem).iter().find_map(|&sense| offset(sense)));
        let days = self.pick(at, offset).or(inner)?;
        if self.greets(at) {
            return Some((at + 1, Vec::new()));
        }
        let end = self.skip(at + 1, Sense::Part).min(at + 2);
        let meaning = Meaning::Relative(vec![resolve::plus(self.today, days)]);
        Some((end, vec![self.mention(at, end, meaning, Certainty::Sure)]))
    }

    fn greets(&self, at: usize) -> bool {
        if self.token(at).and_then(Token::word) != Some("morgen") {
            return false;
        }
        if at > 0 && self.has(at - 1, Sense::Greeting) {
            return true;
        }
        let Some(token) = self.token(at).filter(|token| token.starts_line) else { return false };
        let closes = |place: usize| {
            self.token(place).is_some_and(|next| next.starts_line || next.is(',') || next.is('!') || next.is('.'))
        };
        let capital = self.raw(token).starts_with(char::is_uppercase);
        let name = self.token(at + 1).is_some_and(|next| self.raw(next).starts_with(char::is_uppercase));
        capital && (closes(at + 1) || (name && closes(at + 2)))
    }
}
