//! The words that dates are made of, in all languages at once, from the `.txt` files beside this one.
//!
//! A word can have several senses ("over", "een"); the grammar takes the one that fits. Called by `grammar` alone.

use jiff::civil::Weekday;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The files; a language is added here.
const FILES: [&str; 4] =
    [include_str!("nl.txt"), include_str!("en.txt"), include_str!("de.txt"), include_str!("fr.txt")];

/// What a word can mean in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// A month's name, by number.
    Month(i8),
    /// A season, by the number of its first month.
    Season(i8),
    /// A month's name that is a word or name of its own as well: only beside a day number.
    ShortMonth(i8),
    /// A day of the week.
    Weekday(Weekday),
    /// A day of the week, only right before a date.
    ShortWeekday(Weekday),
    /// "vijftien"
    Number(u32),
    /// "vijftiende"
    Ordinal(u32),
    /// What makes digits an ordinal: the "e" of "15e".
    Suffix,
    /// So many days from today.
    Day(i64),
    /// "middag", after a day.
    Part,
    /// "goede", before a "morgen" that is no date.
    Greeting,
    /// The first one to come.
    Coming,
    /// The next one: the first to come, or the one after.
    Next,
    /// "deze"
    This,
    /// "vorige"
    Last,
    /// "het nieuwe jaar"
    New,
    /// A span of time.
    Unit(Unit),
    /// "over" (two weeks).
    In,
    /// "geleden"
    Ago,
    /// "eind" (november).
    Edge(Edge),
    /// "in" (november).
    InMonth,
    /// "en", between days.
    And,
    /// "t/m", between days.
    To,
    /// Before the last day of a stretch.
    Until,
    /// Before the first day of a stretch.
    From,
    /// May stand before or within a date.
    Article,
    /// "elke": what follows is no date.
    Habit,
    /// What is counted by ordinals: "bijeenkomst".
    Meeting,
    /// What makes the number before it no day.
    Thing,
}

/// A part of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edge {
    /// "begin"
    Early,
    /// "half"
    Middle,
    /// "eind"
    Late,
}

/// A span of time that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Weekend,
    Month,
    Year,
}

static SENSES: LazyLock<HashMap<&'static str, Vec<Sense>>> = LazyLock::new(|| {
    let mut senses: HashMap<&'static str, Vec<Sense>> = HashMap::new();
    for line in FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#')) {
        let Some((head, words)) = line.split_once(':') else { continue };
        let Some(sense) = sense_of(head) else { continue };
        for word in words.split_whitespace() {
            let known = senses.entry(word).or_default();
            if !known.contains(&sense) {
                known.push(sense);
            }
        }
    }
    senses
});

/// Words of which misspelt forms are known too: those that are too long to be hit by chance.
static REPAIRABLE: LazyLock<Vec<(&'static str, Vec<Sense>)>> = LazyLock::new(|| {
    let long = |sense: &Sense, len: usize| match sense {
        Sense::Month(_) => len >= 6,
        Sense::Weekday(_) => len >= 7,
        Sense::Ordinal(n) => len >= 8 && *n > 10,
        _ => false,
    };
    let pick = |(word, senses): (&&'static str, &Vec<Sense>)| {
        let kept: Vec<Sense> = senses.iter().copied().filter(|sense| long(sense, word.len())).collect();
        (!kept.is_empty()).then_some((*word, kept))
    };
    let mut repairable: Vec<(&'static str, Vec<Sense>)> = SENSES.iter().filter_map(pick).collect();
    repairable.sort_unstable_by_key(|(word, _)| *word);
    repairable
});

static SEASONS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let is_season = |senses: &[Sense]| senses.iter().any(|sense| matches!(sense, Sense::Season(_)));
    SENSES.iter().filter(|(_, senses)| is_season(senses)).map(|(word, _)| *word).collect()
});

/// The parts of a day that are written to the weekday, the longest first.
static PARTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let parts = SENSES.iter().filter(|(_, senses)| senses.contains(&Sense::Part)).map(|(word, _)| *word);
    let mut parts: Vec<&str> = parts.collect();
    parts.sort_unstable_by_key(|part| (std::cmp::Reverse(part.len()), *part));
    parts
});

/// The senses of a folded word as it is spelt; empty when it has none.
pub(super) fn senses(word: &str) -> &'static [Sense] {
    SENSES.get(word).map_or(&[], Vec::as_slice)
}

/// "woensdagmiddag" without its "middag".
pub(super) fn without_part(word: &str) -> Option<&str> {
    PARTS.iter().find_map(|part| word.strip_suffix(part)).filter(|stem| stem.chars().count() >= 3)
}

/// What a folded word means, and when it means nothing, what it may be a slip of the keyboard for.
pub(super) fn both(word: &str) -> (&'static [Sense], &'static [Sense]) {
    let known = senses(word);
    if !known.is_empty() {
        return (known, &[]);
    }
    let found = [repaired, of_a_month, of_a_season].into_iter().map(|may_mean| may_mean(word));
    (known, found.into_iter().find(|senses| !senses.is_empty()).unwrap_or_default())
}

/// "Januarieditie", "novembermiddag": a word that begins with a month means something of that month.
fn of_a_month(word: &str) -> &'static [Sense] {
    let is_month = |senses: &[Sense]| senses.iter().any(|sense| matches!(sense, Sense::Month(_)));
    let longer = |known: &str| word.strip_prefix(known).is_some_and(|tail| tail.len() >= 3);
    let mut months = REPAIRABLE.iter().filter(|(known, senses)| is_month(senses) && longer(known));
    months.next().map_or(&[], |(_, senses)| senses)
}

/// "Herfstbijeenkomst", "najaarsmiddag": a word that begins with a season and ends with what is held then.
fn of_a_season(word: &str) -> &'static [Sense] {
    let held = |tail: &str| senses(tail).iter().any(|sense| matches!(sense, Sense::Meeting | Sense::Part));
    let fits = |tail: &str| held(tail) || tail.strip_prefix('s').is_some_and(held);
    let season = SEASONS.iter().find(|season| word.strip_prefix(**season).is_some_and(fits));
    season.map_or(&[], |season| senses(season))
}

/// The senses of the one known word that is a single slip of the keyboard away; empty when there is none, or several.
pub(super) fn repaired(word: &str) -> &'static [Sense] {
    if word.len() < 6 || !word.is_ascii() {
        return &[];
    }
    // Hardly anybody slips on the first letter, and most words are told apart by it.
    let mut near = REPAIRABLE.iter().filter(|(known, _)| {
        known.as_bytes().first() == word.as_bytes().first()
            && known.len().abs_diff(word.len()) <= 1
            && strsim::osa_distance(known, word) == 1
    });
    match (near.next(), near.next()) {
        (Some((_, senses)), None) => senses,
        (Some((_, senses)), Some((_, others))) if senses == others => senses,
        _ => &[],
    }
}

fn sense_of(head: &str) -> Option<Sense> {
    let (kind, value) = head.split_once(' ').unwrap_or((head, ""));
    let number = || value.parse::<i64>().ok();
    let weekday = || number().and_then(|n| Weekday::from_monday_one_offset(i8::try_from(n).ok()?).ok());
    let month = || number().and_then(|n| i8::try_from(n).ok());
    let count = || number().and_then(|n| u32::try_from(n).ok());
    Some(match kind {
        "month" => Sense::Month(month()?),
        "season" => Sense::Season(month()?),
        "shortmonth" => Sense::ShortMonth(month()?),
        "weekday" => Sense::Weekday(weekday()?),
        "shortweekday" => Sense::ShortWeekday(weekday()?),
        "number" => Sense::Number(count()?),
        "ordinal" => Sense::Ordinal(count()?),
        "suffix" => Sense::Suffix,
        "day" => Sense::Day(number()?),
        "part" => Sense::Part,
        "greeting" => Sense::Greeting,
        "coming" => Sense::Coming,
        "next" => Sense::Next,
        "this" => Sense::This,
        "last" => Sense::Last,
        "new" => Sense::New,
        "unit" => Sense::Unit(match value {
            "day" => Unit::Day,
            "week" => Unit::Week,
            "weekend" => Unit::Weekend,
            "month" => Unit::Month,
            "year" => Unit::Year,
            _ => return None,
        }),
        "in" => Sense::In,
        "ago" => Sense::Ago,
        "edge" => Sense::Edge(match value {
            "early" => Edge::Early,
            "middle" => Edge::Middle,
            "late" => Edge::Late,
            _ => return None,
        }),
        "inmonth" => Sense::InMonth,
        "and" => Sense::And,
        "to" => Sense::To,
        "until" => Sense::Until,
        "from" => Sense::From,
        "article" => Sense::Article,
        "habit" => Sense::Habit,
        "meeting" => Sense::Meeting,
        "thing" => Sense::Thing,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_file_is_understood() {
        for line in FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#') && !line.is_empty())
        {
            let (head, words) = line.split_once(':').unwrap();
            assert!(sense_of(head).is_some(), "{line}");
            assert!(words.split_whitespace().all(|word| word.is_ascii() && word.to_lowercase() == word), "{line}");
        }
    }

    #[test]
    fn a_slip_is_repaired_and_another_word_is_not() {
        for (word, sense) in [
            ("novenber", Sense::Month(11)),
            ("januarie", Sense::Month(1)),
            ("wonesdag", Sense::Weekday(Weekday::Wednesday)),
            ("vijftinde", Sense::Ordinal(15)),
        ] {
            assert_eq!(repaired(word), [sense], "{word}");
        }
        for (word, month) in [("januarieditie", 1), ("novembermiddag", 11), ("septemberbijeenkomst", 9)] {
            assert_eq!(both(word).1, [Sense::Month(month)], "{word}");
        }
        for word in ["maar", "verder", "zonder", "vijfde", "member", "zondage", "middag", "zeventien"] {
            assert!(repaired(word).is_empty() || word == "zondage", "{word}");
        }
    }
}
