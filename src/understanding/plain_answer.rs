//! A mail that says nothing but yes or no: the answer to a question of ours.
//!
//! "Ja graag" to an offer and "nee, dat klopt niet" to a "klopt dit?" carry no wish of their own; `handle` knows what was asked. A
//! single word that belongs to neither list ("ja, maar met z'n tweeën") makes it a mail like any other. Called by `mod`.

use super::PlainAnswer;
use super::words::fold;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The longest mail that can be a plain answer, in words.
const MOST_WORDS: usize = 16;

static WORDS: LazyLock<BTreeMap<&'static str, Kind>> = LazyLock::new(|| {
    let groups = include_str!("lexicon/answers.txt").lines().filter_map(|line| line.split_once(':'));
    let kinds = groups.filter_map(|(name, words)| Some((Kind::named(name)?, words)));
    kinds.flat_map(|(kind, words)| words.split_whitespace().map(move |word| (word, kind))).collect()
});

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Yes,
    No,
    Beside,
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        match name {
            "yes" => Some(Self::Yes),
            "no" => Some(Self::No),
            "beside" | "around" => Some(Self::Beside),
            _ => None,
        }
    }
}

/// The yes or no that is all that was typed, if it is. `author` is his display name, which may stand below it.
pub fn read(typed: &str, author: &str) -> Option<PlainAnswer> {
    let name: Vec<String> = words(author).collect();
    let (mut yes, mut no) = (false, false);
    for (number, word) in words(typed).enumerate() {
        if number >= MOST_WORDS {
            return None;
        }
        match WORDS.get(word.as_str()) {
            Some(Kind::Yes) => yes = true,
            Some(Kind::No) => no = true,
            Some(Kind::Beside) => {}
            None if name.contains(&word) => {}
            None => return None,
        }
    }
    match (yes, no) {
        (_, true) if !starts_with_yes(typed) => Some(PlainAnswer::No),
        (true, false) => Some(PlainAnswer::Yes),
        _ => None,
    }
}

/// "Ja, dat klopt niet" says both; nobody knows which.
fn starts_with_yes(typed: &str) -> bool {
    words(typed).any(|word| matches!(word.as_str(), "ja" | "jazeker" | "jawel" | "yes" | "oui"))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty()).map(fold)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_yes_or_no_is_one() {
        for text in
            ["Ja", "ja graag!", "Ja, dat klopt.", "Oké, prima!\n\nGroet,\nSanne", "Yes please", "klopt", "Jazeker 👍"]
        {
            assert_eq!(read(text, "Sanne de Wit"), Some(PlainAnswer::Yes), "{text}");
        }
        for text in ["Nee", "Nee, dank je", "dat klopt niet", "No thanks", "Nee hoor!\nSanne"] {
            assert_eq!(read(text, "Sanne de Wit"), Some(PlainAnswer::No), "{text}");
        }
    }

    #[test]
    fn more_than_that_is_a_mail_like_any_other() {
        for text in [
            "",
            "Hallo",
            "Ja, maar met z'n tweeën",
            "Ja, dat klopt niet",
            "Nee, ik kom wel",
            "ja ja ja ik ben er woensdag",
        ] {
            assert_eq!(read(text, "Sanne de Wit"), None, "{text}");
        }
    }
}
