//! Who comes, as one clause of a letter: "je komt met z'n tweeën, jij en Piet".
//!
//! The names come from what people wrote and may be fewer than the seats; the clause claims no more than is known, so that
//! its reader sees at once when he was understood wrongly.

use super::greeting::same_first_name;
use super::words::{counted, listed, together};
use crate::mail::sanitize;
use crate::understanding::Language;

/// The longest name that a letter repeats, in characters.
const LONGEST_NAME: usize = 40;
/// How many names a letter repeats; a longer list is told by its number.
const MOST_NAMES: usize = 8;

/// How the coming is put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// "je komt".
    Comes,
    /// "je komt graag": there is no seat yet.
    Wishes,
}

/// The clause, without a full stop and beginning in lower case.
///
/// `names` are the party as far as it is named, `reader` is the display name of whoever reads the letter.
pub fn clause(seats: u32, names: &[String], reader: &str, mood: Mood, language: Language) -> String {
    let names = shown(names);
    let others: Vec<&str> = names.iter().map(String::as_str).filter(|name| !same_first_name(name, reader)).collect();
    let reader_named = others.len() < names.len();
    let all_named = names.len() == usize::try_from(seats).unwrap_or(usize::MAX);
    let whole = all_named || (!reader_named && names.len().saturating_add(1) == usize::try_from(seats).unwrap_or(0));
    let verbs = Verbs::of(mood, language);
    match (seats, others.as_slice()) {
        (0 | 1, [other]) => format!("{other} {}", verbs.he),
        (0 | 1, _) => verbs.you.to_owned(),
        (_, []) => verbs.you_all(seats),
        (_, others) if all_named && !reader_named => {
            let people = match language {
                Language::Nl => counted(seats, "persoon", "personen"),
                Language::En => counted(seats, "person", "people"),
            };
            match (language, mood) {
                (Language::Nl, Mood::Comes) => format!("er komen {people}: {}", listed(others, language)),
                _ => format!("{people} {}: {}", verbs.they, listed(others, language)),
            }
        }
        (_, others) => {
            let all = verbs.you_all(seats);
            let list = listed(others, language);
            match (language, whole) {
                (Language::Nl, true) => format!("{all}, {}", listed(&[&["jij"], others].concat(), language)),
                (Language::En, true) => format!("{all}: {}", listed(&[&["you"], others].concat(), language)),
                (Language::Nl, false) => format!("{all}, onder wie {list}"),
                (Language::En, false) => format!("{all}, {list} among you"),
            }
        }
    }
}

/// The names as a letter shows them: harmless, short, without what a mail program would turn into a link.
///
/// Whoever forges a sender could else have us carry his advertisement to that address (RFC 3834, 3.2).
pub fn shown(names: &[String]) -> Vec<String> {
    if names.len() > MOST_NAMES {
        return Vec::new();
    }
    names
        .iter()
        .map(|name| sanitize::line(name, LONGEST_NAME))
        .filter(|name| !name.is_empty() && !looks_like_a_link(name))
        .collect()
}

/// Would a mail program make a link of some word of it?
pub fn looks_like_a_link(text: &str) -> bool {
    text.contains(['@', '/'])
        || text.split_whitespace().any(|word| {
            let parts: Vec<&str> = word.split('.').filter(|part| part.chars().count() >= 2).collect();
            parts.len() >= 2
        })
}

/// The verb in its persons.
struct Verbs {
    you: &'static str,
    he: &'static str,
    they: &'static str,
    language: Language,
}

impl Verbs {
    fn of(mood: Mood, language: Language) -> Self {
        let (you, he, they) = match (language, mood) {
            (Language::Nl, Mood::Comes) => ("je komt", "komt", "komen"),
            (Language::Nl, Mood::Wishes) => ("je komt graag", "komt graag", "komen graag"),
            (Language::En, Mood::Comes) => ("you are coming", "is coming", "are coming"),
            (Language::En, Mood::Wishes) => ("you would like to come", "would like to come", "would like to come"),
        };
        Self { you, he, they, language }
    }

    /// "je komt met z'n tweeën", "the two of you are coming".
    fn you_all(&self, seats: u32) -> String {
        match (together(seats, self.language), self.language) {
            (None, _) => self.you.to_owned(),
            (Some(together), Language::Nl) => format!("{} {together}", self.you),
            (Some(together), Language::En) => format!("{together} {}", self.they),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Nl};
    use Mood::{Comes, Wishes};

    fn of(seats: u32, names: &[&str], mood: Mood, language: Language) -> String {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        clause(seats, &names, "Sanne de Wit", mood, language)
    }

    #[test]
    fn who_comes_in_dutch() {
        for (seats, names, expected) in [
            (1, &[][..], "je komt"),
            (1, &["Sanne"], "je komt"),
            (1, &["Piet"], "Piet komt"),
            (2, &[], "je komt met z'n tweeën"),
            (2, &["Sanne de Wit", "Piet"], "je komt met z'n tweeën, jij en Piet"),
            (2, &["Piet"], "je komt met z'n tweeën, jij en Piet"),
            (2, &["Piet", "Kees"], "er komen 2 personen: Piet en Kees"),
            (3, &["Piet", "Kees"], "je komt met z'n drieën, jij, Piet en Kees"),
            (3, &["Sanne", "Piet"], "je komt met z'n drieën, onder wie Piet"),
            (4, &["Piet"], "je komt met z'n vieren, onder wie Piet"),
            (2, &["www.koop.nl", "Piet"], "je komt met z'n tweeën, jij en Piet"),
        ] {
            assert_eq!(of(seats, names, Comes, Nl), expected, "{seats} {names:?}");
        }
        assert_eq!(of(2, &["Piet"], Wishes, Nl), "je komt graag met z'n tweeën, jij en Piet");
        assert_eq!(of(2, &["Piet", "Kees"], Wishes, Nl), "2 personen komen graag: Piet en Kees");
    }

    #[test]
    fn who_comes_in_english() {
        assert_eq!(of(1, &[], Comes, En), "you are coming");
        assert_eq!(of(1, &["Piet"], Wishes, En), "Piet would like to come");
        assert_eq!(of(2, &["Piet"], Comes, En), "the two of you are coming: you and Piet");
        assert_eq!(of(3, &["Sanne", "Piet"], Comes, En), "the three of you are coming, Piet among you");
        assert_eq!(of(2, &["Piet", "Kees"], Comes, En), "2 people are coming: Piet and Kees");
    }

    #[test]
    fn links_and_long_lists_are_not_repeated() {
        let names = |list: &[&str]| shown(&list.iter().map(|&n| n.to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&["koop.nl", "a@b", "http://x", "J.P. Visser", "x\r\ny"]), ["J.P. Visser", "x y"]);
        assert!(names(&["x"; 9]).is_empty());
        assert_eq!(names(&[&"a".repeat(300)])[0].chars().count(), LONGEST_NAME);
    }
}
