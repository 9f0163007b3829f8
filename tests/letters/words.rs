//! What each letter says, as text and as HTML, in both languages, and templates of one's own.

use super::*;
use aanmelder::letters::BUILT_IN;
use aanmelder::letters::samples::asked;
use aanmelder::registration::LetterKind;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_words_of_every_letter() {
    let (setting, samples) = all();
    let letters = Letters::built_in();
    let asked = asked();
    let mut pages: BTreeMap<(&str, LetterKind), String> = BTreeMap::new();
    for sample in &samples {
        let words = letters.words(&sample.order, &setting.occasion(sample, &asked)).unwrap();
        let language = sample.name.rsplit_once('.').unwrap().1;
        let page = pages.entry((language, sample.order.kind)).or_default();
        page.push_str(&format!("======== {}\n[{}]\n\n{}\n", sample.name, words.subject, words.text));
    }
    assert_eq!(pages.len(), 32, "16 letters in two languages");
    for ((language, kind), page) in pages {
        insta::assert_snapshot!(format!("text-{language}-{kind:?}"), page);
    }
}

#[test]
fn the_html_of_every_letter() {
    let (setting, samples) = all();
    let letters = Letters::built_in();
    let asked = asked();
    let mut seen = BTreeSet::new();
    for sample in &samples {
        let words = letters.words(&sample.order, &setting.occasion(sample, &asked)).unwrap();
        assert_plain_html(&sample.name, &words.html);
        let language = sample.name.rsplit_once('.').unwrap().1;
        if seen.insert((language, sample.order.kind)) {
            insta::assert_snapshot!(format!("html-{language}-{:?}", sample.order.kind), words.html);
        }
    }
}

#[test]
fn every_letter_says_what_was_understood_and_how_to_object() {
    let (setting, samples) = all();
    let letters = Letters::built_in();
    let asked = asked();
    for sample in samples {
        if sample.order.kind == LetterKind::EventCancelled {
            continue;
        }
        let words = letters.words(&sample.order, &setting.occasion(&sample, &asked)).unwrap();
        for text in [&words.text, &words.html] {
            let objects = text.contains("Klopt dit niet?") || text.contains("Not right?");
            assert!(objects, "{}: {text}", sample.name);
        }
        assert!(words.text.len() < 2500, "{} is too long: {}", sample.name, words.text.len());
        assert!(words.html.len() < 12_000, "{} is too long: {}", sample.name, words.html.len());
    }
}

#[test]
fn a_template_of_ones_own_is_used_and_a_broken_one_is_not() {
    let sources = BTreeMap::from(
        [
            ("nl/bevestiging.txt", "Hoera\n\n{{ salutation }} Welkom op {{ event.day }}!\n"),
            ("nl/wachtlijst.txt", "Helaas\n\n{{ salutation }} {{ event.daag }}\n"),
            ("nl/afgemeld.txt", "Weg\n\n{% if %}\n"),
            ("nl/gewist.txt", "alleen een onderwerp"),
            ("nl/bestaat-niet.txt", "x\ny"),
        ]
        .map(|(name, source)| (name.to_owned(), source.to_owned())),
    );
    let (letters, problems) = Letters::with_overrides(&sources);
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("template-problems", told.join("\n"));
    let setting = setting().unwrap();
    let asked = asked();
    let words = |name: &str| {
        let sample = sample(&setting, name);
        letters.words(&sample.order, &setting.occasion(&sample, &asked)).unwrap()
    };
    assert_eq!(words("bevestiging.nl").subject, "Hoera");
    assert_eq!(words("bevestiging.nl").text, "Beste Sanne, Welkom op woensdag 15 november!\n");
    assert_eq!(words("wachtlijst.nl").subject, "Je staat op de wachtlijst voor woensdag 15 november");
}

/// What goes to the coordinator alone.
const DUTCH_ALONE: [&str; 8] = [
    "overzicht.txt",
    "overzicht.html",
    "storing.txt",
    "storing.html",
    "_regel.txt",
    "_regel.html",
    "_groep.html",
    "_merk.html",
];

#[test]
fn every_template_is_there_in_both_languages() {
    let names: BTreeSet<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    for name in &names {
        let (ours, theirs) = match name.split_once('/') {
            Some(("nl", rest)) => (rest, format!("en/{rest}")),
            Some(("en", rest)) => (rest, format!("nl/{rest}")),
            _ => continue,
        };
        if DUTCH_ALONE.contains(&ours) {
            continue;
        }
        assert!(names.contains(theirs.as_str()), "{ours} is missing as {theirs}");
    }
}
