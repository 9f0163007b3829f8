//! From the parts of a date to the days of the calendar that they can mean, counted from the day of receipt.
//!
//! Calendar arithmetic only; no words. Called by `grammar` and `numeric`.

use super::words::Edge;
use jiff::ToSpan;
use jiff::civil::{Date, ISOWeekDate, Weekday};

/// So many days later, or earlier. At the ends of the calendar it stays there.
pub(super) fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(days.clamp(-40_000, 40_000).days())
}

/// Days from one to another.
fn distance(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// The day of a month that is nearest to today: at most some three months back, else to come.
pub(super) fn nearest(day: u32, month: i8, today: Date) -> Option<Date> {
    let day = i8::try_from(day).ok()?;
    (-1..=4)
        .filter_map(|years| Date::new(today.year() + years, month, day).ok())
        .find(|&date| distance(today, date) > -100)
}

/// A day of a month whose year is written. Two digits are this century.
pub(super) fn in_year(day: u32, month: i8, year: u32) -> Option<Date> {
    let year = i16::try_from(if year < 100 { 2000 + year } else { year }).ok()?;
    Date::new(year, month, i8::try_from(day).ok()?).ok()
}

/// "de 15e": this month's or the next ones', and last of all the one just gone by.
pub(super) fn day_of_month(day: u32, today: Date) -> Vec<Date> {
    let Ok(day) = i8::try_from(day) else { return Vec::new() };
    let of_month = |months: i64| {
        let month = today.first_of_month().saturating_add(months.months());
        Date::new(month.year(), month.month(), day).ok()
    };
    let mut days: Vec<Date> = (0..=3).filter_map(of_month).filter(|&date| date >= today).collect();
    let gone = [0, -1].into_iter().filter_map(of_month).find(|&date| date < today);
    // A day that has just gone by is meant more often than the same day of the next month.
    match gone {
        Some(gone) if distance(gone, today) <= 5 => days.insert(0, gone),
        Some(gone) => days.push(gone),
        None => {}
    }
    days
}

/// The first such weekday from a day on, that day itself included.
pub(super) fn weekday_from(weekday: Weekday, day: Date) -> Date {
    plus(day, i64::from(day.weekday().until(weekday)))
}

/// "woensdag": the first to come, today included, then the ones of the following weeks.
pub(super) fn weekday(weekday: Weekday, today: Date) -> Vec<Date> {
    let first = weekday_from(weekday, today);
    (0..8).map(|weeks| plus(first, 7 * weeks)).collect()
}

/// "aanstaande woensdag": after today; on a Wednesday itself today is possible.
pub(super) fn coming_weekday(weekday: Weekday, today: Date) -> Vec<Date> {
    let first = weekday_from(weekday, plus(today, 1));
    if today.weekday() == weekday { vec![first, today] } else { vec![first] }
}

/// "volgende woensdag": next week's, or the first to come.
pub(super) fn next_weekday(weekday: Weekday, today: Date) -> Vec<Date> {
    let first = weekday_from(weekday, plus(today, 1));
    let second = plus(first, 7);
    if first >= plus(monday(today), 7) { vec![first, second] } else { vec![second, first] }
}

/// "vorige woensdag".
pub(super) fn last_weekday(weekday: Weekday, today: Date) -> Vec<Date> {
    vec![plus(weekday_from(weekday, today), -7)]
}

/// The Monday of a day's week.
pub(super) fn monday(day: Date) -> Date {
    plus(day, -i64::from(day.weekday().to_monday_zero_offset()))
}

/// So many weeks from this one: Monday to Sunday.
pub(super) fn week(weeks: i64, today: Date) -> (Date, Date) {
    let first = plus(monday(today), 7 * weeks);
    (first, plus(first, 6))
}

/// "week 46" (ISO 8601), this year's or, when long gone by, the next year's.
pub(super) fn numbered_week(week: u32, today: Date) -> Option<(Date, Date)> {
    let week = i8::try_from(week).ok()?;
    let first = (0..=1)
        .filter_map(|years| ISOWeekDate::new(today.year() + years, week, Weekday::Monday).ok())
        .map(ISOWeekDate::date)
        .find(|&date| distance(today, date) > -200)?;
    Some((first, plus(first, 6)))
}

/// So many months from this one, whole.
pub(super) fn month_from(months: i64, today: Date) -> (Date, Date) {
    let first = today.first_of_month().saturating_add(months.months());
    (first, first.last_of_month())
}

/// A month by name: this year's, or the next to come when it is over.
pub(super) fn month(month: i8, year: Option<u32>, today: Date) -> Option<(Date, Date)> {
    let first = match year {
        Some(year) => in_year(1, month, year)?,
        None => nearest(1, month, today.first_of_month())?,
    };
    Some((first, first.last_of_month()))
}

/// The part of the month that begins on this day. The parts overlap: where one ends and the next begins nobody knows.
pub(super) fn part_of_month(edge: Edge, first: Date) -> (Date, Date) {
    match edge {
        Edge::Early => (first, plus(first, 11)),
        Edge::Middle => (plus(first, 9), plus(first, 19)),
        Edge::Late => (plus(first, 17), first.last_of_month()),
    }
}

/// Which of the Mondays of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WhichOfMonth {
    Nth(u32),
    Middle,
    Last,
}

/// Such a weekday of the month that begins on this day, where it has one.
pub(super) fn weekday_of_month(weekday: Weekday, which: WhichOfMonth, first: Date) -> Option<Date> {
    let of_month = |nth: &i64| {
        let day = plus(weekday_from(weekday, first), 7 * (nth - 1));
        (day <= first.last_of_month()).then_some(day)
    };
    match which {
        WhichOfMonth::Nth(nth) => of_month(&i64::from(nth)).filter(|_| nth > 0),
        // Of four there is no middle one.
        WhichOfMonth::Middle => of_month(&3).filter(|_| of_month(&5).is_some()),
        WhichOfMonth::Last => of_month(&5).or_else(|| of_month(&4)),
    }
}

/// So many years from this one, whole.
pub(super) fn year_from(years: i64, today: Date) -> (Date, Date) {
    let first = today.first_of_year().saturating_add(years.years());
    (first, first.last_of_year())
}
