//! How words and numbers stand together in a date.
//!
//! Each rule looks at the tokens from a place on and, when it fits, gives the mentions it holds and the place after
//! them; the first rule that fits wins. Called by `find` alone.

use super::resolve;
use super::token::{Token, cut};
use super::words::{self, Sense, Unit};
use super::{Bound, Certainty, Meaning, Mention};
use jiff::civil::{Date, Weekday};
use std::ops::Range;

/// The text being read.
pub(super) struct Reader<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    pub(super) today: Date,
}

/// What a rule found: the mentions, and the place after them. Without mentions it is a stretch that is surely no date.
pub(super) type Found = Option<(usize, Vec<Mention>)>;

/// A day of a month in writing: its place, its number, and whether it is an ordinal.
#[derive(Clone, Copy)]
struct DayNumber {
    at: usize,
    end: usize,
    day: u32,
    form: DayForm,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum DayForm {
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
struct WeekdayWord {
    end: usize,
    weekday: Weekday,
    short: bool,
    repaired: bool,
}

pub(super) fn find(text: &str, today: Date) -> Vec<Mention> {
    let reader = Reader { text, tokens: cut(text), today };
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
            .or_else(|| self.days_of_month(at, None))
            .or_else(|| self.month_first(at))
            .or_else(|| self.with_weekday(at))
            .or_else(|| self.unit_phrase(at))
            .or_else(|| self.day_word(at))
            .or_else(|| self.bare_ordinal(at, None))
            .or_else(|| self.bare_month(at))
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
        self.token(at).and_then(Token::word).map_or(&[], words::senses)
    }

    pub(super) fn has(&self, at: usize, sense: Sense) -> bool {
        self.senses(at).contains(&sense)
    }

    fn pick<T>(&self, at: usize, take: impl Fn(Sense) -> Option<T>) -> Option<T> {
        self.senses(at).iter().find_map(|&sense| take(sense))
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.token(at).is_some_and(|token| token.is(mark))
    }

    fn skip(&self, at: usize, sense: Sense) -> usize {
        (at..self.tokens.len()).find(|&next| !self.has(next, sense)).unwrap_or(self.tokens.len())
    }

    fn span(&self, at: usize, end: usize) -> Range<usize> {
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
    fn bound(&self, at: usize) -> Bound {
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

    fn day_number(&self, at: usize) -> Option<DayNumber> {
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
        let repaired = || words::repaired(token.word()?).iter().find_map(|&sense| ordinal(sense));
        let (day, form) = self.pick(at, ordinal).or_else(|| self.pick(at, number)).or_else(repaired)?;
        (1..=31).contains(&day).then_some(DayNumber { at, end: at + 1, day, form })
    }

    /// A month's name, "van" or "of" before it and the point after it taken along: its number and whether it was misspelt.
    fn month_name(&self, at: usize) -> Option<(usize, i8, bool)> {
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
        let senses = words::repaired(self.token(at)?.word()?);
        senses.iter().find_map(|&sense| named(sense)).map(|(month, _)| (at + 1, month, true))
    }

    /// A year after a month: "2017", "'17", ", 2017".
    pub(super) fn year(&self, at: usize) -> Option<(usize, u32)> {
        let at = if self.is_mark(at, ',') { at + 1 } else { at };
        let quoted = self.token(at).is_some_and(|token| token.is('\'') || token.is('’') || token.is('‘'));
        let at = if quoted { at + 1 } else { at };
        let (year, digits) = self.token(at)?.number()?;
        ((digits == 4 && (1990..2100).contains(&year)) || (digits == 2 && quoted)).then_some((at + 1, year))
    }

    fn weekday_word(&self, at: usize) -> Option<WeekdayWord> {
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
        let stem = without_part(word).unwrap_or(word);
        if let Some(weekday) = words::senses(stem).iter().find_map(|&sense| full(sense)) {
            return found(weekday, false, false);
        }
        // "woensdags" and "zondagen" are habits, not slips of the keyboard.
        let habitual = word.strip_suffix('s').is_some_and(|stem| !words::senses(stem).is_empty());
        let weekday = words::repaired(stem).iter().find_map(|&sense| full(sense)).filter(|_| !habitual)?;
        found(weekday, false, true)
    }

    fn is_list_mark(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| [',', '/', '&', '+', '-', '–', '—', '('].iter().any(|&mark| token.is(mark)))
    }

    // The rules.

    /// "elke woensdag" is no date.
    fn habit(&self, at: usize) -> Found {
        if !self.has(at, Sense::Habit) {
            return None;
        }
        let mut end = self.skip(at, Sense::Habit);
        end = self.skip(end, Sense::Article);
        self.weekday_word(end).filter(|weekday| !weekday.short).map(|weekday| (weekday.end, Vec::new()))
    }

    /// "de 16e bijeenkomst", "de 16e en de 17e bijeenkomst", "bijeenkomst 16".
    fn meetings(&self, at: usize) -> Found {
        if self.has(at, Sense::Meeting) {
            let mut number = at + 1;
            let abbreviated = matches!(self.token(number)?.word(), Some("nr" | "nummer" | "no"));
            number += usize::from(abbreviated);
            number += usize::from(self.is_mark(number, '.') || self.is_mark(number, '#'));
            let (value, _) =
                self.token(number)?.number().filter(|_| self.token(number).is_some_and(|t| !t.starts_line))?;
            let open = self.token(number + 1).is_none_or(|next| {
                !next.glued && self.month_name(number + 1).is_none() && !self.has(number + 1, Sense::Thing)
            });
            let closes =
                self.token(number + 1).is_some_and(|next| next.is(',') || next.is('.') || next.is(')') || next.is('!'));
            let plain =
                (open || closes) && self.token(number + 2).is_none_or(|next| !next.glued || next.number().is_none());
            return (plain && (1..=200).contains(&value)).then(|| {
                let meaning = Meaning::MeetingOrdinal(value);
                (number + 1, vec![self.mention(at, number + 1, meaning, Certainty::Sure)])
            });
        }
        let mut ordinals = vec![self.ordinal(at)?];
        loop {
            let end = ordinals.last()?.1;
            if let Some(meeting) = self.meeting_noun(end) {
                let last = ordinals.len() - 1;
                let one = |(index, &(value, stop)): (usize, &(u32, usize))| {
                    let start =
                        if index == 0 { at } else { self.skip_join(ordinals.get(index - 1).map_or(at, |o| o.1)) };
                    let stop = if index == last { meeting } else { stop };
                    self.mention(start, stop, Meaning::MeetingOrdinal(value), Certainty::Sure)
                };
                let mentions = ordinals.iter().enumerate().map(one).collect();
                return Some((meeting, mentions));
            }
            let next = self.skip_join(end);
            if next == end || ordinals.len() > 4 {
                return None;
            }
            ordinals.push(self.ordinal(next)?);
        }
    }

    /// An ordinal of any size: its value and the place after it.
    fn ordinal(&self, at: usize) -> Option<(u32, usize)> {
        if let Some((value, digits)) = self.token(at)?.number() {
            let suffix = self.has(at + 1, Sense::Suffix) && self.token(at + 1).is_some_and(|next| next.glued);
            let point = self.token(at + 1).is_some_and(|next| next.is('.') && next.glued);
            return ((suffix || point) && digits <= 3).then_some((value, at + 2));
        }
        let number = self.day_number(at)?;
        (number.form == DayForm::OrdinalWord).then_some((number.day, number.end))
    }

    /// "bijeenkomst", at most one adjective before it: the place after it.
    fn meeting_noun(&self, at: usize) -> Option<usize> {
        if self.has(at, Sense::Meeting) {
            return Some(at + 1);
        }
        let word = self.token(at)?.word()?;
        let adjective = (word.ends_with('e') && word.len() > 4) || matches!(word, "zzp" | "netwerk");
        let dash = usize::from(self.is_mark(at + 1, '-'));
        (adjective && self.senses(at).is_empty() && self.has(at + 1 + dash, Sense::Meeting)).then_some(at + 2 + dash)
    }

    /// The place after "en de", ", " and the like; the same place when there is none.
    fn skip_join(&self, at: usize) -> usize {
        let joined = self.has(at, Sense::And)
            || self.has(at, Sense::To)
            || self.is_list_mark(at)
            || self.token(at).and_then(Token::word) == Some("als");
        if joined { self.skip(at + 1, Sense::Article) } else { at }
    }

    /// "15 november", "13, 14 en 15 november", "van 10 t/m 12 november 2017".
    fn days_of_month(&self, at: usize, weekday: Option<Weekday>) -> Found {
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
    fn month_first(&self, at: usize) -> Found {
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

    /// "woensdag", alone, with what tells which one, or before a date.
    fn with_weekday(&self, at: usize) -> Found {
        let told = self.pick(at, which);
        let start = if told.is_some() { at + 1 } else { at };
        let word = self.weekday_word(start)?;
        // A date after the weekday.
        let mut date = word.end + usize::from(self.is_mark(word.end, ','));
        date = if self.pick(date, which).is_some() { date + 1 } else { date };
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
    fn unit_phrase(&self, at: usize) -> Found {
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
    fn day_word(&self, at: usize) -> Found {
        let word = self.token(at)?.word()?;
        let offset = |sense| if let Sense::Day(days) = sense { Some(days) } else { None };
        let inner = without_part(word).and_then(|stem| words::senses(stem).iter().find_map(|&sense| offset(sense)));
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

    /// "de 15e", "vijftiende"; with a weekday also "woensdag 15".
    fn bare_ordinal(&self, at: usize, weekday: Option<Weekday>) -> Found {
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
            None if number.day > 10 => ordinal,
            None => ordinal && article && apart && (number.form == DayForm::OrdinalDigits || self.bound_or_on(at)),
        };
        if !fits {
            return None;
        }
        let mut days = resolve::day_of_month(number.day, self.today);
        let mut certainty = Certainty::Sure;
        if let Some(weekday) = weekday {
            days.sort_by_key(|day| day.weekday() != weekday);
            if days.first()?.weekday() != weekday {
                if !ordinal {
                    return None;
                }
                certainty = Certainty::Conflicting;
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

    /// "in januari", "eind november".
    fn bare_month(&self, at: usize) -> Found {
        let led = at > 0 && (self.has(at - 1, Sense::Edge) || self.has(at - 1, Sense::InMonth));
        let named = |sense| match sense {
            Sense::Month(month) => Some(month),
            Sense::ShortMonth(month) if led => Some(month),
            _ => None,
        };
        let slip = || words::repaired(self.token(at)?.word()?).iter().find_map(|&sense| named(sense));
        let (month, certainty) = match self.pick(at, named) {
            Some(month) => (month, Certainty::Sure),
            None => (slip()?, Certainty::Likely),
        };
        let (end, year) = self.year(at + 1).map_or((at + 1, None), |(end, year)| (end, Some(year)));
        let (first, last) = resolve::month(month, year, self.today)?;
        Some((end, vec![self.mention(at, end, Meaning::Period(first, last), certainty)]))
    }
}

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

/// "woensdagmiddag" without its "middag".
fn without_part(word: &str) -> Option<&str> {
    word.char_indices()
        .skip(3)
        .map(|(at, _)| word.split_at(at))
        .find(|(_, part)| words::senses(part).contains(&Sense::Part))
        .map(|(stem, _)| stem)
}
