//! What ties a mail to our meetings. Without a tie nothing is carried out, however much it sounds like a yes.
//!
//! The world is full of mails that say "yes, I'll be there": to others. A mail is ours when its author is known to us, when
//! it answers a letter of ours, or when it names one of our meetings or the business of signing up. Called by `understand`
//! before a request is let through.

use super::dates::token::{Token, cut};
use super::event_choice::{By, Named, Strength, named_in};
use super::{Disposition, EventInfo, Input, Language, Reading, Situation};
use std::collections::BTreeSet;

/// A mail of at most so many words may name its meeting by no more than the weekday or month.
const SHORT: usize = 60;
/// What signing up, dropping out and the meetings are called, by the start of the word: in languages in which strangers
/// seldom write to us. English words are too common in the mails of the world to tie one to us.
const BUSINESS: [&str; 34] = [
    "aanmeld",
    "aangemeld",
    "meldaan",
    "afmeld",
    "afgemeld",
    "afzeg",
    "afgezegd",
    "inschrijv",
    "ingeschreven",
    "inschrif",
    "opgave",
    "opgeven",
    "opgegeven",
    "opgeef",
    "uitschrijv",
    "deelnem",
    "deelname",
    "bijeenkomst",
    "netwerkmiddag",
    "netwerkborrel",
    "netwerkbijeenkomst",
    "wachtlijst",
    "mailinglijst",
    "maillijst",
    "deelnemerslijst",
    "zzp",
    "anmeld",
    "angemeldet",
    "abmeld",
    "abgemeldet",
    "inscri",
    "desinscri",
    "netzwerktreffen",
    "presentielijst",
];
/// English words that do, two of them together.
const ENGLISH: [&str; 22] = [
    "meeting",
    "meetup",
    "gathering",
    "network",
    "networking",
    "sign",
    "register",
    "registration",
    "attend",
    "attending",
    "rsvp",
    "seat",
    "seats",
    "place",
    "places",
    "spot",
    "spots",
    "list",
    "cancel",
    "join",
    "pitch",
    "freelancers",
];

/// Is there anything that ties this mail to our meetings?
pub fn is_ours(input: &Input<'_>, situation: &Situation) -> bool {
    let known = situation.registered.values().any(|names| !names.is_empty())
        || situation.offered.values().any(|&seats| seats > 0)
        || situation.thread_event.is_some();
    known
        || names_us(input.quoted, situation)
        || names_us(input.subject, situation)
        || names_us(input.typed, situation)
        || short_and_dated(input, situation)
        || does_business(input)
}

/// What becomes of a reading that nothing ties to us: a short Dutch mail is looked at by a person, anything else is left
/// to those whom it concerns.
pub fn leave_to_others(input: &Input<'_>, reading: &mut Reading) {
    let near = reading.language == Language::Nl && input.typed.split_whitespace().count() <= SHORT;
    let wants = reading.disposition != Disposition::Ignore;
    reading.disposition = if near && wants { Disposition::Ask } else { Disposition::Ignore };
    reading.requests.clear();
    if wants {
        reading.reason = "niets in de mail gaat over onze bijeenkomsten".to_owned();
        reading.doubts.push(reading.reason.clone());
    }
}

/// Does a text name a meeting of ours for certain: by day, number or place, or by a word of its title?
fn names_us(text: &str, situation: &Situation) -> bool {
    let strong = |named: &Named| {
        let own = |by: By| matches!(by, By::Date | By::Ordinal | By::Venue);
        named.hits.iter().any(|hit| hit.strength == Strength::Strong && own(hit.by))
    };
    let titles: Vec<String> = situation.events.iter().flat_map(title_words).collect();
    let tokens = cut(text);
    tokens.iter().filter_map(Token::word).any(|word| titles.iter().any(|title| word.starts_with(title.as_str())))
        || strong(&named_in(text, situation))
}

/// The words of a title that are more than the kind of meeting: "loosduinen".
fn title_words(event: &EventInfo) -> Vec<String> {
    let tokens = cut(&event.title);
    let words = tokens.iter().filter_map(Token::word).filter(|word| word.len() >= 6);
    words.filter(|word| !matches!(*word, "meeting" | "netwerk" | "network")).map(str::to_owned).collect()
}

fn short_and_dated(input: &Input<'_>, situation: &Situation) -> bool {
    let words = input.typed.split_whitespace().count();
    words <= SHORT
        && [input.typed, input.subject]
            .iter()
            .any(|text| named_in(text, situation).hits.iter().any(|hit| hit.by != By::All))
}

fn does_business(input: &Input<'_>) -> bool {
    let mut english: BTreeSet<&str> = BTreeSet::new();
    for text in [input.subject, input.typed] {
        let tokens = cut(text);
        for word in tokens.iter().filter_map(Token::word) {
            if BUSINESS.iter().any(|start| word.starts_with(start)) {
                return true;
            }
            english.extend(ENGLISH.iter().find(|known| **known == word));
        }
    }
    english.len() >= 2 && input.typed.split_whitespace().count() <= SHORT
}
