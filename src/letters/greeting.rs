//! How a letter addresses its reader: by first name when the display name is a person's, else without a name.
//!
//! Pure string work over names that strangers chose. A wrong name is worse than none, so every doubt gives none.

use super::words::capitalised;
use crate::understanding::Language;

/// Titles before a name, in lower case without their dots.
const TITLES: [&str; 21] = [
    "dhr", "heer", "mevr", "mevrouw", "mw", "mej", "drs", "dr", "mr", "mrs", "ms", "ir", "ing", "prof", "fam",
    "familie", "de", "the", "ds", "sir", "miss",
];

/// Words that only a company, an office or a device has in its name.
const NOT_A_PERSON: [&str; 62] = [
    "bv",
    "nv",
    "vof",
    "cv",
    "zzp",
    "stichting",
    "vereniging",
    "buro",
    "bureau",
    "secretariaat",
    "info",
    "contact",
    "verkoop",
    "sales",
    "office",
    "team",
    "redactie",
    "winkel",
    "garage",
    "design",
    "ontwerp",
    "services",
    "service",
    "company",
    "ltd",
    "inc",
    "gmbh",
    "zoon",
    "zonen",
    "partners",
    "groep",
    "group",
    "iphone",
    "ipad",
    "webmail",
    "noreply",
    "postmaster",
    "hotel",
    "restaurant",
    "café",
    "cafe",
    "lunchroom",
    "kapper",
    "kappers",
    "bloemen",
    "fietsen",
    "auto",
    "autos",
    "taxi",
    "yoga",
    "fysio",
    "media",
    "marketing",
    "online",
    "events",
    "sport",
    "fitness",
    "reizen",
    "transport",
    "verhuur",
    "klussen",
    "totaal",
];

/// How words end that name a trade and never a person: `rijschool`, `slagerij`, `tekstbureau`, `hoveniersbedrijf`.
const TRADE_ENDINGS: [&str; 36] = [
    "bedrijf",
    "bedrijven",
    "kantoor",
    "bureau",
    "school",
    "winkel",
    "zaak",
    "handel",
    "advies",
    "techniek",
    "bouw",
    "werken",
    "shop",
    "erij",
    "salon",
    "studio",
    "praktijk",
    "centrum",
    "makelaar",
    "makelaardij",
    "makelaars",
    "hoveniers",
    "installaties",
    "fotografie",
    "therapie",
    "coaching",
    "catering",
    "vertalingen",
    "verzekeringen",
    "administratie",
    "administraties",
    "boekhouding",
    "diensten",
    "consultancy",
    "teksten",
    "atelier",
];

/// The salutation, with its comma: `Beste Sanne,`; `Hallo,` when the name is not surely a person's.
pub fn salutation(name: &str, language: Language) -> String {
    match (first_name(name), language) {
        (Some(first), Language::Nl) => format!("Beste {first},"),
        (Some(first), Language::En) => format!("Dear {first},"),
        (None, Language::Nl) => "Hallo,".to_owned(),
        (None, Language::En) => "Hello,".to_owned(),
    }
}

/// The first name in a display name, when it is a person's and has one: `Wit, Sanne de` → `Sanne`.
///
/// None for initials (`J.P. Visser`), companies (`Bakkerij Jansen`), addresses, and anything with digits or signs.
pub fn first_name(name: &str) -> Option<String> {
    let name = name.trim().trim_matches(['"', '\'', '’', '“', '”']);
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(|c| !fits(c)) {
        return None;
    }
    let words = |part: &str| -> Vec<String> { part.split_whitespace().map(str::to_owned).collect() };
    if words(name).iter().any(|word| is_company(word)) {
        return None;
    }
    let name = match name.split_once(',') {
        Some((_, first)) if !first.contains(',') => first,
        Some(_) => return None,
        None => name,
    };
    let word = words(name).into_iter().find(|word| !is_title(word))?;
    given(&word)
}

/// Do two names mean the same person, going by the first name? `Sanne` and `Sanne de Wit` do.
pub fn same_first_name(one: &str, other: &str) -> bool {
    match (first_name(one), first_name(other)) {
        (Some(one), Some(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => !one.trim().is_empty() && one.trim().to_lowercase() == other.trim().to_lowercase(),
    }
}

fn fits(c: char) -> bool {
    c.is_alphabetic() || c.is_whitespace() || matches!(c, '-' | '\'' | '’' | '.' | ',' | '(' | ')')
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphabetic()).collect::<String>().to_lowercase()
}

fn is_company(word: &str) -> bool {
    let word = plain(word);
    NOT_A_PERSON.contains(&word.as_str()) || TRADE_ENDINGS.iter().any(|ending| word.ends_with(ending))
}

fn is_title(word: &str) -> bool {
    TITLES.contains(&plain(word).as_str())
}

/// The word as a given name, spelled as such; none for initials and for what is in no script with vowels we know.
fn given(word: &str) -> Option<String> {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    if !(2..=20).contains(&letters) || word.contains(['.', '(', ')']) || !word.starts_with(char::is_alphabetic) {
        return None;
    }
    let shouted = word.chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase);
    let has_vowel = plain(word).chars().any(|c| !c.is_ascii() || "aeiouy".contains(c));
    if (shouted && letters <= 3) || !has_vowel {
        return None;
    }
    if !shouted && word.chars().next().is_some_and(char::is_uppercase) {
        return Some(word.to_owned());
    }
    let parts: Vec<String> = word.to_lowercase().split('-').map(capitalised).collect();
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_called_by_first_name() {
        for (name, first) in [
            ("Sanne de Wit", "Sanne"),
            ("sanne", "Sanne"),
            ("SANNE DE WIT", "Sanne"),
            ("Wit, Sanne de", "Sanne"),
            ("\"Piet Jansen\"", "Piet"),
            ("dhr. Piet Jansen", "Piet"),
            ("jan-willem bos", "Jan-Willem"),
            ("Jörg Müller", "Jörg"),
            ("McKenzie Brown", "McKenzie"),
            ("Bo", "Bo"),
            ("Łukasz", "Łukasz"),
        ] {
            assert_eq!(first_name(name).as_deref(), Some(first), "{name}");
        }
    }

    #[test]
    fn what_may_be_no_person_is_not_called_by_name() {
        for name in [
            "",
            "  ",
            "J.P. Visser",
            "J. Visser",
            "JP",
            "ING",
            "Bakkerij Jansen",
            "Jansen & Zoon",
            "Vis en Zoon",
            "Kapsalon Mooi B.V.",
            "info@dewit.nl",
            "iPhone van Piet",
            "Piet <b>",
            "4 seizoenen",
            "Xx",
            "De Vries, Bos, en Co",
            "Administratiekantoor Bos",
            "Rijschool Vos",
            "Slagerij de Haas",
            "Hoveniersbedrijf Kok",
            "Sanne Tekstbureau",
            &"Sanne ".repeat(60),
        ] {
            assert_eq!(first_name(name), None, "{name}");
        }
        assert_eq!(salutation("J. Visser", Language::Nl), "Hallo,");
        assert_eq!(salutation("Sanne de Wit", Language::En), "Dear Sanne,");
    }

    #[test]
    fn one_person_under_two_names() {
        assert!(same_first_name("Sanne", "Sanne de Wit"));
        assert!(!same_first_name("Piet", "Sanne de Wit"));
        assert!(!same_first_name("", ""));
    }
}
