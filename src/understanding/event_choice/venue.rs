//! Events named by their place: a word of the venue or the street, slips of the keyboard allowed.
//!
//! A part of `named_in`. Places that no open event has are not known here.

use crate::ids::EventId;
use crate::understanding::EventInfo;
use crate::understanding::dates::token::{Token, cut};
use std::ops::Range;

/// Words that places have in common: they name none of them.
const GENERIC: [&str; 26] = [
    "wijk",
    "centrum",
    "zaal",
    "huis",
    "gebouw",
    "locatie",
    "ruimte",
    "hotel",
    "cafe",
    "restaurant",
    "school",
    "plein",
    "straat",
    "laan",
    "haag",
    "loosduinen",
    "nederland",
    "kantoor",
    "zaaltje",
    "adres",
    "stad",
    "dorp",
    "park",
    "club",
    "station",
    "plaats",
];
/// How the names of streets end.
const STREETS: [&str; 12] =
    ["straat", "laan", "weg", "plein", "kade", "gracht", "singel", "hof", "dijk", "pad", "steeg", "strasse"];
/// What a part of a place is called in the other languages.
const FOREIGN: [(&str, &[&str]); 4] = [
    ("boerderij", &["farm", "bauernhof", "ferme", "hoeve"]),
    ("kerk", &["church", "kirche", "eglise"]),
    ("bibliotheek", &["library", "bibliothek", "bibliotheque"]),
    ("molen", &["mill", "muhle", "moulin"]),
];
/// Behind the name of a place they make it the meeting there.
const GATHERINGS: [&str; 4] = ["middag", "bijeenkomst", "editie", "borrel"];
/// Behind a short name that opens a line they make it another word: "pluk de dag".
const OBJECTS: [&str; 10] = ["de", "het", "een", "je", "jij", "jullie", "die", "dat", "maar", "wat"];
/// Before a short name they make it a place.
const TOWARDS: [&str; 14] =
    ["bij", "in", "op", "naar", "van", "voor", "at", "to", "the", "from", "bei", "im", "zu", "chez"];

/// The events that a text names by place, with the bytes of the word that does.
pub(super) fn named(text: &str, tokens: &[Token], events: &[EventInfo]) -> Vec<(EventId, Range<usize>)> {
    let words: Vec<Vec<String>> = events.iter().map(distinctive).collect();
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Some(word) = token.word().filter(|word| word.len() >= 4) else { continue };
        let mut of: Vec<&EventInfo> = Vec::new();
        for (event, names) in events.iter().zip(&words) {
            if names.iter().any(|name| is_name(word, name)) {
                of.push(event);
            }
        }
        // A word that several have says nothing.
        if let [only] = of.as_slice()
            && (word.len() >= 6 || is_placed(text, tokens, at))
        {
            found.push((only.id.clone(), token.span.clone()));
        }
    }
    found
}

/// The words of a venue's name, and of its address the street: "Georges" is anybody, "Bizetstraat" is not.
fn distinctive(event: &EventInfo) -> Vec<String> {
    let (venue, address) = (cut(&event.venue), cut(&event.address));
    let venue = venue.iter().filter_map(Token::word).filter(|word| word.len() >= 4);
    let street = |word: &&str| STREETS.iter().any(|street| word.len() > street.len() + 2 && word.ends_with(street));
    let address = address.iter().filter_map(Token::word).filter(street);
    venue.chain(address).filter(|word| !GENERIC.contains(word)).map(str::to_owned).collect()
}

fn is_name(word: &str, name: &str) -> bool {
    let of_the_place = |end: &&str| word.strip_suffix(*end).is_some_and(|stem| stem.len() >= 6 && is_name(stem, name));
    if word == name || GATHERINGS.iter().any(of_the_place) {
        return true;
    }
    let foreign = FOREIGN.iter().any(|(part, others)| name.ends_with(part) && others.contains(&word));
    let tail = word.len() >= 6 && name.ends_with(word) && !GENERIC.contains(&word);
    let slips = match name.len() {
        0..=5 => 0,
        6..=8 => 1,
        _ => 2,
    };
    let near = name.len().abs_diff(word.len()) <= slips
        && word.chars().next() == name.chars().next()
        && strsim::osa_distance(word, name) <= slips;
    foreign || tail || near
}

/// "bij Pluk", "De Geest"; not "pluk de dag", "in de geest van".
fn is_placed(text: &str, tokens: &[Token], at: usize) -> bool {
    let raw = tokens.get(at).and_then(|token| text.get(token.span.clone())).unwrap_or_default();
    let word_at =
        |place: Option<usize>| place.and_then(|place| tokens.get(place)).and_then(Token::word).unwrap_or_default();
    let of = matches!(word_at(Some(at + 1)), "van" | "der" | "krijgen" | "gegeven");
    let before = word_at(at.checked_sub(1));
    let led = TOWARDS.contains(&before)
        || (matches!(before, "de" | "het" | "den") && TOWARDS.contains(&word_at(at.checked_sub(2))));
    let opens = tokens.get(at).is_some_and(|token| token.starts_line);
    let capital = raw.starts_with(char::is_uppercase)
        && (!opens || tokens.len() < 4 || !OBJECTS.contains(&word_at(Some(at + 1))));
    !of && (led || capital)
}
