//! Dates in running text: every form in which people write them, read from the day the mail came in.
//!
//! Pure. Finds what may be a date and what days it may mean; says nothing of whether the writer comes on that day. Times,
//! phones, prices and ages are no dates; "de 16e bijeenkomst" is a [`Meaning::MeetingOrdinal`], "de 16e" a day. Called by
//! the clause reader and by `event_choice`.

mod counted;
mod grammar;
mod meetings;
mod numeric;
mod resolve;
pub(in crate::understanding) mod token;
mod words;
mod written;

use jiff::ZonedDateTime;
use jiff::civil::Date;
use std::ops::Range;

/// A date as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its bytes in the text: "woensdag 15 november", without the "op" before it.
    pub span: Range<usize>,
    /// What it may mean.
    pub meaning: Meaning,
    /// How sure that is.
    pub certainty: Certainty,
    /// Is it the day itself, or the start or end of a stretch of time?
    pub bound: Bound,
    /// Does all that it may mean lie before the day on which the mail came in?
    pub past: bool,
}

/// What a mention may mean. Lists are never empty and start with the likeliest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// A day with its month: "15 november", "15/11", "Nov 15th".
    Date(Date),
    /// A day without a month: "de 15e", "woensdag de vijftiende".
    DayOfMonth(Vec<Date>),
    /// A day of the week and nothing more: this one, or some weeks on.
    Weekday(Vec<Date>),
    /// Counted from the day of receipt: "morgen", "aanstaande woensdag", "over twee weken".
    Relative(Vec<Date>),
    /// A stretch: "volgende week", "in januari", "van 10 tot 12 november"; the last day included.
    Period(Date, Date),
    /// No day but a meeting by its number: "de 16e bijeenkomst".
    MeetingOrdinal(u32),
}

/// How sure a meaning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// The parts contradict each other: "donderdag 15 november" when the fifteenth is a Wednesday.
    Conflicting,
    /// Misspelt, or one of several readings.
    Likely,
    /// As written.
    Sure,
}

/// The side of a day that a mention speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The day itself; also "tot de 15e" as a farewell, since words alone do not tell.
    On,
    /// Up to it: "tot", "vóór", "uiterlijk".
    Until,
    /// From it on: "vanaf", "na", "sinds".
    From,
}

/// How a mention stands to one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// It means another day.
    No,
    /// It can mean the day, though not in the first place.
    Possibly,
    /// It means the day.
    Yes,
}

impl Mention {
    /// Does it mean this day? A period that holds it fits possibly, a meeting's number never.
    pub fn fits(&self, day: Date) -> Fit {
        match &self.meaning {
            Meaning::Date(date) if *date == day => Fit::Yes,
            Meaning::DayOfMonth(days) | Meaning::Weekday(days) | Meaning::Relative(days) => {
                match days.iter().position(|&candidate| candidate == day) {
                    Some(0) => Fit::Yes,
                    Some(_) => Fit::Possibly,
                    None => Fit::No,
                }
            }
            Meaning::Period(first, last) if (*first..=*last).contains(&day) => Fit::Possibly,
            Meaning::Date(_) | Meaning::Period(..) | Meaning::MeetingOrdinal(_) => Fit::No,
        }
    }

    /// The words themselves.
    pub fn words<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.span.clone()).unwrap_or_default()
    }
}

/// Every mention of a date or a meeting's number in a text, in order and without overlap.
///
/// `received` is when the mail came in, in the network's time zone: "morgen" is the day after, "15 november" the
/// fifteenth that is nearest, rather to come than gone by.
pub fn find(text: &str, received: &ZonedDateTime) -> Vec<Mention> {
    grammar::find(text, received.date())
}

#[cfg(test)]
mod tests;
