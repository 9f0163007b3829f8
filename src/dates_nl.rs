//! Dutch dates and times, as people type them on a command line and as they like to read them.
//!
//! Pure: today comes in as a value. It takes one date and refuses what is not wholly clear; dates in the running text of
//! a mail are the business of `understanding`. Called by `cli` and `coordinator`.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{ToSpan, ZonedDateTime};

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
const DAYS: [&str; 7] = ["maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"];

/// A day, and perhaps from when till when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub date: Date,
    /// When it starts.
    pub start: Option<Time>,
    /// When it ends; not later than the start means the next day.
    pub end: Option<Time>,
}

impl When {
    /// The start as a moment; midnight when no time was said.
    pub fn start_in(&self, zone: &TimeZone) -> Option<ZonedDateTime> {
        let start = self.start.unwrap_or(Time::midnight());
        self.date.to_datetime(start).to_zoned_datetime(zone.clone()).ok()
    }

    /// The end as a moment; `None` when none was said.
    pub fn end_in(&self, zone: &TimeZone) -> Option<ZonedDateTime> {
        let end = self.end?;
        let date = if self.start.is_some_and(|start| end <= start) { self.date.tomorrow().ok()? } else { self.date };
        date.to_datetime(end).to_zoned_datetime(zone.clone()).ok()
    }
}

/// Why a text is no date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotADate {
    /// There is something else, or something more.
    #[error("`{0}` is geen datum zoals `15 november 2017 14:15-17:00`, `wo 15-11-2017` of `2017-11-15`")]
    Unclear(String),
    /// No calendar has this day.
    #[error("{0} bestaat niet")]
    NoSuchDay(String),
    /// No clock shows this time.
    #[error("{0} is geen tijd")]
    NoSuchTime(String),
    /// The day of the week and the date do not go together.
    #[error("{said} klopt niet: {} valt op een {}", show_date(*date), day_name(date.weekday()))]
    OtherWeekday {
        /// The day of the week that was said.
        said: &'static str,
        /// The date that was said.
        date: Date,
    },
}

/// Reads one date with or without times. A date without a year is the next one, today included.
///
/// # Errors
/// When the text is not wholly understood, or the date does not exist.
pub fn read(text: &str, today: Date) -> Result<When, NotADate> {
    let lower = text.trim().to_lowercase();
    let mut scan = Scan { rest: &lower };
    let unclear = || NotADate::Unclear(text.trim().to_owned());
    let weekday = scan.weekday();
    scan.skip(" ,");
    let date = scan.date(today).ok_or_else(unclear)??;
    if let Some((said, weekday)) = weekday
        && date.weekday() != weekday
    {
        return Err(NotADate::OtherWeekday { said, date });
    }
    scan.skip(" ,t");
    scan.words(&["om ", "van ", "vanaf "]);
    let start = scan.time().transpose()?;
    let mut end = None;
    if start.is_some() {
        scan.skip(" ");
        if scan.words(&["-", "–", "—", "tot ", "t/m "]) {
            scan.skip(" ");
            end = Some(scan.time().ok_or_else(unclear)??);
        }
    }
    scan.skip(" ");
    if scan.rest.is_empty() { Ok(When { date, start, end }) } else { Err(unclear()) }
}

/// What is left to read.
struct Scan<'a> {
    rest: &'a str,
}

impl Scan<'_> {
    fn skip(&mut self, chars: &str) {
        self.rest = self.rest.trim_start_matches(|c| chars.contains(c));
    }

    /// Takes the first of these that comes next.
    fn words(&mut self, words: &[&str]) -> bool {
        match words.iter().find_map(|word| self.rest.strip_prefix(word)) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A number of at most four digits, with how many it has.
    fn number(&mut self) -> Option<(i16, usize)> {
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = self.rest.split_at_checked(digits)?;
        if !(1..=4).contains(&digits) {
            return None;
        }
        self.rest = rest;
        Some((number.parse().ok()?, digits))
    }

    fn letters(&mut self) -> &str {
        let end = self.rest.find(|c: char| !c.is_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        word
    }

    fn weekday(&mut self) -> Option<(&'static str, Weekday)> {
        let before = self.rest;
        let word = self.letters();
        let at = DAYS.iter().position(|day| *day == word || (word.len() == 2 && day.starts_with(word)));
        match at {
            Some(at) => {
                self.skip(".");
                let weekday = Weekday::from_monday_zero_offset(i8::try_from(at).ok()?).ok()?;
                Some((DAYS.get(at)?, weekday))
            }
            None => {
                self.rest = before;
                None
            }
        }
    }

    fn date(&mut self, today: Date) -> Option<Result<Date, NotADate>> {
        for (word, days) in [("vandaag", 0), ("morgen", 1), ("overmorgen", 2)] {
            if self.words(&[word]) {
                return today.checked_add(days.days()).ok().map(Ok);
            }
        }
        let (first, digits) = self.number()?;
        if digits == 4 {
            let month = self.after("-")?;
            let day = self.after("-")?;
            return Some(day_of(first, month, day));
        }
        let numeric = ["-", "/", "."].into_iter().find_map(|mark| {
            let mut ahead = Scan { rest: self.rest };
            let month = ahead.after(mark)?;
            let before_year = ahead.rest;
            let year = ahead.words(&[mark]).then(|| ahead.year()).flatten();
            let rest = if year.is_some() { ahead.rest } else { before_year };
            Some((month, year, rest.len()))
        });
        let (month, year) = match numeric {
            Some((month, year, left)) => {
                self.rest = self.rest.get(self.rest.len() - left..)?;
                (month, year)
            }
            None => {
                self.skip(" ");
                let word = self.letters();
                let month = month_called(word)?;
                self.skip(".");
                let mut ahead = Scan { rest: self.rest.trim_start() };
                let year = ahead.year().filter(|_| !ahead.rest.starts_with([':', '.', 'u']));
                if year.is_some() {
                    self.rest = self.rest.get(self.rest.len() - ahead.rest.len()..)?;
                }
                (month, year)
            }
        };
        Some(match year {
            Some(year) => day_of(year, month, first),
            None => next_day(month, first, today),
        })
    }

    /// The number after a mark.
    fn after(&mut self, mark: &str) -> Option<i16> {
        if !self.words(&[mark]) {
            return None;
        }
        self.number().map(|(number, _)| number)
    }

    /// `2017`, `'17`, or `17` after the mark of a numeric date.
    fn year(&mut self) -> Option<i16> {
        let before = self.rest;
        let short = self.words(&["'", "’"]) || !before.starts_with(' ');
        match self.number() {
            Some((year, 4)) => Some(year),
            Some((year, 2)) if short && !self.rest.starts_with(" uur") => Some(2000 + year),
            _ => {
                self.rest = before;
                None
            }
        }
    }

    /// `14:15`, `14.15 uur`, `14u15`, `14 uur`.
    fn time(&mut self) -> Option<Result<Time, NotADate>> {
        let (hour, digits) = self.number()?;
        if digits > 2 {
            return None;
        }
        let before = self.rest;
        let minute = match self.words(&[":", ".", "u"]).then(|| self.number()) {
            Some(Some((minute, 2))) => minute,
            _ => {
                self.rest = before;
                0
            }
        };
        // Seconds are taken when a program wrote them, and dropped.
        self.words(&[":00"]);
        self.words(&[" uur", "uur", "u"]);
        let time = i8::try_from(hour).ok().zip(i8::try_from(minute).ok());
        let time = time.and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok());
        Some(time.ok_or_else(|| NotADate::NoSuchTime(format!("{hour}:{minute:02}"))))
    }
}

fn month_called(word: &str) -> Option<i16> {
    let at = match word {
        "mrt" => Some(2),
        _ if word.len() >= 3 => {
            MONTHS.iter().position(|month| *month == word || (word.len() <= 4 && month.starts_with(word)))
        }
        _ => None,
    };
    at.and_then(|at| i16::try_from(at + 1).ok())
}

fn day_of(year: i16, month: i16, day: i16) -> Result<Date, NotADate> {
    let date = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    date.and_then(|(month, day)| Date::new(year, month, day).ok())
        .ok_or_else(|| NotADate::NoSuchDay(format!("{day}-{month}-{year}")))
}

fn next_day(month: i16, day: i16, today: Date) -> Result<Date, NotADate> {
    // 29 February comes once in four years, or in eight.
    (0..=8)
        .filter_map(|years| day_of(today.year().checked_add(years)?, month, day).ok())
        .find(|date| *date >= today)
        .ok_or_else(|| NotADate::NoSuchDay(format!("{day}-{month}")))
}

/// `woensdag`.
pub fn day_name(weekday: Weekday) -> &'static str {
    DAYS.get(usize::try_from(weekday.to_monday_zero_offset()).unwrap_or_default()).copied().unwrap_or_default()
}

/// `woensdag 15 november 2017`.
pub fn show_day(date: Date) -> String {
    format!("{} {}", day_name(date.weekday()), show_date(date))
}

/// `15 november 2017`.
pub fn show_date(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default();
    format!("{} {month} {}", date.day(), date.year())
}

/// `woensdag 15 november 2017, 14.15–17.00 uur`; with the last day when that is another one.
pub fn show_span(start: &ZonedDateTime, end: &ZonedDateTime) -> String {
    let (day, from, till) = (show_day(start.date()), show_time(start.time()), show_time(end.time()));
    let overnight = end.date() == start.date().tomorrow().unwrap_or(start.date()) && end.time() < start.time();
    if start.date() == end.date() || overnight {
        format!("{day}, {from}–{till} uur")
    } else {
        format!("{day}, {from} uur – {}, {till} uur", show_day(end.date()))
    }
}

/// `wo 15-11-2017 14.15`, as wide for every moment: for tables.
pub fn show_short(at: &ZonedDateTime) -> String {
    let day = day_name(at.date().weekday()).get(..2).unwrap_or_default();
    format!("{day} {:02}-{:02}-{} {}", at.day(), at.month(), at.year(), show_time(at.time()))
}

/// `14.15`.
pub fn show_time(time: Time) -> String {
    format!("{:02}.{:02}", time.hour(), time.minute())
}

#[cfg(test)]
mod tests;
