//! What holds for every mail: the dress of a mail never changes its reading, and a negation never leaves a sign-up.

use super::*;
use crate::ids::EventId;
use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

const SIGN_UPS: [&str; 8] = [
    "Ik kom graag op 15 november.",
    "Schrijf mij maar in voor de 15e.",
    "Ik meld me aan voor 15 november.",
    "Wij komen met z'n tweeën op 15 november.",
    "Graag twee stoelen voor de vijftiende november.",
    "Zet me maar op de deelnemerslijst voor 15 november.",
    "Reken op mij, de 15e.",
    "I would like to join on 15 November.",
];
const CANCELLATIONS: [&str; 5] = [
    "Helaas kan ik er op 15 november niet bij zijn.",
    "Ik meld me af voor de 15e.",
    "Streep mij maar door voor 15 november.",
    "De 15e sla ik over.",
    "Ik ben de 15e verhinderd.",
];
const NEGATED: [&str; 8] = [
    "Ik kom niet op 15 november.",
    "Schrijf mij maar niet in voor de 15e.",
    "Ik meld me niet aan voor 15 november.",
    "Wij komen niet op 15 november.",
    "Zet me maar niet op de deelnemerslijst voor 15 november.",
    "Reken niet op mij, de 15e.",
    "Ik ben er de 15e niet bij.",
    "I will not join on 15 November.",
];
const SUBJECTS: [&str; 4] = ["bijeenkomst", "Bijeenkomst 15 november", "Vraagje", "Re: bijeenkomst"];
const GREETINGS: [&str; 4] = ["", "Hallo,\n\n", "Geachte coördinator,\n\n", "Hoi allemaal!\n"];
const CLOSINGS: [&str; 4] = ["", "\n\nMet vriendelijke groet,\nPiet Bos", "\n\nGroetjes Piet", "\n\ngr. Piet Bos"];
const SIGNATURES: [&str; 3] = [
    "",
    "Piet Bos\nBos Loodgieters\nAfmelden voor onze nieuwsbrief? Bel 070-5550123, woensdag gesloten.",
    "Dit bericht is uitsluitend bestemd voor de geadresseerde. Bent u dat niet, dan verzoeken wij u het te verwijderen.",
];
const QUOTES: [&str; 3] = [
    "",
    "Beste zzp'ers,\nOp woensdag 15 november is de 16e bijeenkomst. Kun je niet komen? Meld je dan af.",
    "Antwoord op deze mail met 'afmelden'.",
];

pub(super) fn situation() -> Situation {
    let event = EventInfo {
        id: EventId::new("b16").unwrap(),
        title: "16e bijeenkomst ZZP Loosduinen".into(),
        start: date(2017, 11, 15).at(14, 15, 0, 0),
        end: date(2017, 11, 15).at(17, 0, 0, 0),
        venue: "De Geest".into(),
        address: "Georges Bizetstraat 25, Den Haag".into(),
        capacity: 25,
        uid: None,
    };
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    Situation {
        received: date(2017, 11, 3).at(9, 0, 0, 0).to_zoned_datetime(zone).unwrap(),
        events: vec![event],
        registered: BTreeMap::new(),
        offered: BTreeMap::new(),
        thread_event: None,
        asked: false,
    }
}

pub(super) fn input<'a>(typed: &'a str, signature: &'a str, quoted: &'a str) -> Input<'a> {
    Input {
        subject: "Re: bijeenkomst",
        typed,
        signature,
        quoted,
        author: "Piet Bos",
        calendar: None,
        is_reply: !quoted.is_empty(),
        addressed: true,
    }
}

fn read(typed: &str, signature: &str, quoted: &str) -> Reading {
    understand(&input(typed, signature, quoted), &situation())
}

fn registers(reading: &Reading) -> bool {
    reading.requests.iter().any(|request| matches!(request, Request::Register { .. }))
}

#[test]
fn plain_words_are_read_plainly() {
    for text in SIGN_UPS {
        assert!(registers(&read(text, "", "")), "{text}: {:?}", read(text, "", ""));
    }
    for text in CANCELLATIONS {
        let reading = read(text, "", "");
        assert!(matches!(reading.requests.as_slice(), [Request::Cancel { .. }]), "{text}: {reading:?}");
    }
}

#[test]
fn what_is_plain_stays_plain_under_any_subject() {
    let greeted = |text: &str| format!("Beste Marijke,\n\n{text}\n\nMet vriendelijke groet,\nPiet Bos");
    let under = |subject, typed: &str| understand(&Input { subject, ..input(typed, "", "") }, &situation());
    for (text, subject) in SIGN_UPS.iter().flat_map(|text| SUBJECTS.map(|subject| (*text, subject))) {
        for typed in [text.to_owned(), greeted(text)] {
            assert!(registers(&under(subject, &typed)), "{subject}: {typed}: {:?}", under(subject, &typed));
        }
    }
    for (text, subject) in CANCELLATIONS.iter().flat_map(|text| SUBJECTS.map(|subject| (*text, subject))) {
        for typed in [text.to_owned(), greeted(text)] {
            let reading = under(subject, &typed);
            assert!(matches!(reading.requests.as_slice(), [Request::Cancel { .. }]), "{subject}: {typed}: {reading:?}");
        }
    }
}

#[test]
fn the_subject_that_an_answer_repeats_is_nobodys_own_words() {
    let read = |subject| understand(&Input { subject, ..input("Hoe laat begint het?", "", "") }, &situation());
    assert!(registers(&read("Ik meld mij aan voor 15 november")));
    for subject in ["Antw.: Ik meld mij aan voor 15 november", "[ZZP] Re: Ik meld mij aan voor 15 november"] {
        assert!(!registers(&read(subject)), "{subject}");
    }
}

#[test]
fn without_what_was_learnt_a_person_looks_but_at_what_is_as_plain_as_can_be() {
    let by = |verdicts: &VerdictReader, typed: &str| {
        let readers = Readers { verdicts, ..Readers::built_in() };
        understand_by(readers, &input(typed, "", ""), &situation()).0.disposition
    };
    let nothing = &VerdictReader::parse("");
    for typed in ["Ik meld me af voor de 15e.", "Hoi,\n\nIk kom niet.", "Ik kom graag op 15 november."] {
        assert_eq!(by(nothing, typed), Disposition::Act, "{typed}");
    }
    let reasoned = "Helaas, de 15e lukt niet, de zaak moet open blijven. Mijn hulp is op vakantie, en zo vlak voor de feestdagen \
                    staan de klanten al om negen uur op de stoep. Veel plezier allemaal!";
    assert_eq!(by(&verdict::BUILT_IN, reasoned), Disposition::Act);
    assert_eq!(by(nothing, reasoned), Disposition::Ask);
}

#[test]
fn what_a_stranger_says_to_others_is_left_alone_whatever_else_it_may_mean() {
    let roadshow = format!("Join us on 15 November. {}", "Count on new products for every agent. ".repeat(30));
    assert_eq!(read(&roadshow, "", "").disposition, Disposition::Ignore);
}

#[test]
fn a_negation_never_leaves_a_sign_up() {
    for text in NEGATED {
        let reading = read(text, "", "");
        assert!(!registers(&reading), "{text}: {reading:?}");
    }
}

proptest! {
    #[test]
    fn the_dress_of_a_mail_changes_nothing(
        body in prop::sample::select([SIGN_UPS.as_slice(), CANCELLATIONS.as_slice()].concat()),
        greeting in prop::sample::select(GREETINGS.to_vec()),
        closing in prop::sample::select(CLOSINGS.to_vec()),
        signature in prop::sample::select(SIGNATURES.to_vec()),
        quoted in prop::sample::select(QUOTES.to_vec()),
    ) {
        let plain = read(body, "", "");
        let dressed = read(&format!("{greeting}{body}{closing}"), signature, quoted);
        prop_assert_eq!(plain.disposition, dressed.disposition);
        prop_assert_eq!(plain.requests, dressed.requests);
    }

    #[test]
    fn capitals_change_nothing(body in prop::sample::select([SIGN_UPS.as_slice(), CANCELLATIONS.as_slice()].concat())) {
        let plain = read(body, "", "");
        prop_assert_eq!(&plain.requests, &read(&body.to_uppercase(), "", "").requests);
        prop_assert_eq!(&plain.requests, &read(&body.to_lowercase(), "", "").requests);
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,400}", subject in "\\PC{0,60}") {
        let input = Input {
            subject: &subject, typed: &text, signature: "", quoted: &text, author: &subject, calendar: None, is_reply: true, addressed: true,
        };
        let _ = understand(&input, &situation());
    }
}

#[test]
fn every_line_of_the_lexicons_can_be_read() {
    let (_, complaints) = lexicon::Lexicon::parse(&[
        (lexicon::Tongue::Nl, include_str!("lexicon/nl.txt")),
        (lexicon::Tongue::Nl, include_str!("lexicon/names.txt")),
        (lexicon::Tongue::En, include_str!("lexicon/en.txt")),
        (lexicon::Tongue::De, include_str!("lexicon/de.txt")),
        (lexicon::Tongue::Fr, include_str!("lexicon/fr.txt")),
    ]);
    assert_eq!(complaints, Vec::<String>::new());
}

#[test]
fn who_is_greeted_does_not_come_along() {
    let seats = |typed: &str| match read(typed, "", "").requests.as_slice() {
        [Request::Register { seats, .. }] => *seats,
        _ => 0,
    };
    assert_eq!(seats("Hallo Marijke, ik kom graag."), 1);
    assert_eq!(seats("Dag Marijke, ik kom ook graag."), 1);
    assert_eq!(seats("Hoi Marijke en Els, ik kom graag."), 1);
    assert_eq!(seats("Hallo Marijke, Kees en ik komen graag."), 2);
}

#[test]
fn who_stays_away_after_all_and_wants_to_be_forgotten_gets_both() {
    let reading = read("Ik kom toch niet. Wil je al mijn gegevens wissen?", "", "");
    assert!(matches!(reading.requests.as_slice(), [Request::Forget, Request::Cancel { .. }]), "{reading:?}");
}

#[test]
fn what_is_too_long_to_read_whole_is_left_to_a_person() {
    let plain = "Ik kom graag naar de bijeenkomst.";
    assert_eq!(read(plain, "", "").disposition, Disposition::Act);
    let long = format!("{plain}\n\n{}", "\u{20ac}\u{20ac}\u{20ac}\u{20ac}\u{20ac} ".repeat(MOST_READ / 14));
    assert!(long.len() > MOST_READ && !long.is_char_boundary(MOST_READ));
    let reading = read(&long, "", "");
    assert_eq!((reading.disposition, reading.requests), (Disposition::Ask, Vec::new()));
    assert!(reading.reason.contains("te lang"), "{}", reading.reason);

    // What comes at the very end is not read; of somebody we know a person finds it.
    let chat = format!("{}\n\nIk kan toch niet komen.", "het was lekker weer en ".repeat(MOST_READ / 20));
    assert_eq!(read(&chat, "", "").disposition, Disposition::Ignore);
    let mut known = situation();
    known.registered.insert(EventId::new("b16").unwrap(), vec!["Piet Bos".to_owned()]);
    assert_eq!(understand(&input(&chat, "", ""), &known).disposition, Disposition::Ask);
}
