//! The words that depend on a number, a list or a date, in each language.
//!
//! What a template cannot say well by itself: "met z'n tweeën", "Sanne, Piet en Kees", "woensdag 15 november 2017".
//! Used by `view`; whole sentences belong in the templates.

use crate::understanding::Language;
use jiff::ZonedDateTime;
use jiff::civil::{Date, Time, Weekday};

/// `1 plek`, `2 plekken`.
pub fn counted(n: u32, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// The items one after another, the last after "en": `Sanne, Piet en Kees`.
pub fn listed<S: AsRef<str>>(items: &[S], language: Language) -> String {
    let and = match language {
        Language::Nl => " en ",
        Language::En => " and ",
    };
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [front @ .., last] => {
            let front: Vec<&str> = front.iter().map(AsRef::as_ref).collect();
            format!("{}{and}{}", front.join(", "), last.as_ref())
        }
    }
}

/// The same text with its first letter in upper case.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// `woensdag 15 november`.
pub fn day(date: Date, language: Language) -> String {
    format!("{} {} {}", weekday(date.weekday(), language), date.day(), month(date, language))
}

/// `woensdag 15 november 2017`.
pub fn day_and_year(date: Date, language: Language) -> String {
    format!("{} {}", day(date, language), date.year())
}

/// `14.15`; English has a colon.
pub fn clock(time: Time, language: Language) -> String {
    let point = match language {
        Language::Nl => '.',
        Language::En => ':',
    };
    format!("{:02}{point}{:02}", time.hour(), time.minute())
}

/// `14.15–17.00 uur`; an end on another day is named with its date, but midnight is the end of the day before it.
pub fn hours(start: &ZonedDateTime, end: &ZonedDateTime, language: Language) -> String {
    let until = clock(end.time(), language);
    let until = if start.date() == end.date() {
        until
    } else if end.time() == Time::midnight() && end.date().yesterday().is_ok_and(|day| day == start.date()) {
        until.replacen("00", "24", 1)
    } else {
        format!(" {} {until}", day(end.date(), language))
    };
    let hour = match language {
        Language::Nl => " uur",
        Language::En => "",
    };
    format!("{}–{until}{hour}", clock(start.time(), language)).replace("– ", " – ")
}

/// `woensdag 15 november 2017, 14.15 uur`: a moment, such as a deadline.
pub fn moment(at: &ZonedDateTime, language: Language) -> String {
    let hour = match language {
        Language::Nl => " uur",
        Language::En => "",
    };
    format!("{}, {}{hour}", day_and_year(at.date(), language), clock(at.time(), language))
}

/// The name of a weekday.
pub fn weekday(day: Weekday, language: Language) -> &'static str {
    let (nl, en) = match day {
        Weekday::Monday => ("maandag", "Monday"),
        Weekday::Tuesday => ("dinsdag", "Tuesday"),
        Weekday::Wednesday => ("woensdag", "Wednesday"),
        Weekday::Thursday => ("donderdag", "Thursday"),
        Weekday::Friday => ("vrijdag", "Friday"),
        Weekday::Saturday => ("zaterdag", "Saturday"),
        Weekday::Sunday => ("zondag", "Sunday"),
    };
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}

/// The name of a date's month.
pub fn month(date: Date, language: Language) -> &'static str {
    let (nl, en) = match date.month() {
        1 => ("januari", "January"),
        2 => ("februari", "February"),
        3 => ("maart", "March"),
        4 => ("april", "April"),
        5 => ("mei", "May"),
        6 => ("juni", "June"),
        7 => ("juli", "July"),
        8 => ("augustus", "August"),
        9 => ("september", "September"),
        10 => ("oktober", "October"),
        11 => ("november", "November"),
        _ => ("december", "December"),
    };
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}

/// The name of a date's month in three letters, as on a tear-off calendar: `mrt`, `Mar`.
pub fn month_short(date: Date, language: Language) -> String {
    match (language, date.month()) {
        (Language::Nl, 3) => "mrt".to_owned(),
        _ => month(date, language).chars().take(3).collect(),
    }
}

/// `met z'n tweeën`; nothing for one, and digits above twelve. English: `the two of you`.
pub fn together(n: u32, language: Language) -> Option<String> {
    let (nl, en) = match n {
        0 | 1 => return None,
        2 => ("tweeën", "two"),
        3 => ("drieën", "three"),
        4 => ("vieren", "four"),
        5 => ("vijven", "five"),
        6 => ("zessen", "six"),
        7 => ("zevenen", "seven"),
        8 => ("achten", "eight"),
        9 => ("negenen", "nine"),
        10 => ("tienen", "ten"),
        11 => ("elven", "eleven"),
        12 => ("twaalven", "twelve"),
        n => {
            return Some(match language {
                Language::Nl => format!("met {n} personen"),
                Language::En => format!("the {n} of you"),
            });
        }
    };
    Some(match language {
        Language::Nl => format!("met z'n {nl}"),
        Language::En => format!("the {en} of you"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Nl};

    fn at(text: &str) -> ZonedDateTime {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_and_lists() {
        assert_eq!(counted(1, "plek", "plekken"), "1 plek");
        assert_eq!(counted(0, "plek", "plekken"), "0 plekken");
        assert_eq!(listed(&["Sanne", "Piet", "Kees"], Nl), "Sanne, Piet en Kees");
        assert_eq!(listed(&["Sanne", "Piet"], En), "Sanne and Piet");
        assert_eq!(listed::<&str>(&[], Nl), "");
        assert_eq!(together(2, Nl).as_deref(), Some("met z'n tweeën"));
        assert_eq!(together(14, Nl).as_deref(), Some("met 14 personen"));
        assert_eq!(together(1, En), None);
        assert_eq!(capitalised("éénmaal"), "Éénmaal");
    }

    #[test]
    fn dates_and_hours() {
        let start = at("2017-11-15T14:15[Europe/Amsterdam]");
        assert_eq!(day_and_year(start.date(), Nl), "woensdag 15 november 2017");
        assert_eq!(day(start.date(), En), "Wednesday 15 November");
        assert_eq!(hours(&start, &at("2017-11-15T17:00[Europe/Amsterdam]"), Nl), "14.15–17.00 uur");
        assert_eq!(hours(&start, &at("2017-11-15T17:00[Europe/Amsterdam]"), En), "14:15–17:00");
        assert_eq!(
            hours(&start, &at("2017-11-16T01:00[Europe/Amsterdam]"), Nl),
            "14.15 – donderdag 16 november 01.00 uur"
        );
        let midnight = at("2017-11-16T00:00[Europe/Amsterdam]");
        assert_eq!(hours(&start, &midnight, Nl), "14.15–24.00 uur");
        assert_eq!(hours(&midnight, &at("2017-11-16T02:00[Europe/Amsterdam]"), En), "00:00–02:00");
        assert_eq!(moment(&start, Nl), "woensdag 15 november 2017, 14.15 uur");
        assert_eq!(month_short(at("2018-03-01T10:00[Europe/Amsterdam]").date(), Nl), "mrt");
    }
}
