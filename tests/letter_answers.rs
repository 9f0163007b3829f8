//! What each letter tells its reader to send back is understood as it is meant: the words that it asks for, and the mails
//! that its links write.

use aanmelder::ids::EventId;
use aanmelder::letters::Letters;
use aanmelder::letters::samples::{asked, setting};
use aanmelder::understanding::{
    Disposition, EventInfo, Input, Language, Mode, PlainAnswer, Reading, Request, Situation, understand,
};
use mail_parser::MessageParser;
use std::collections::BTreeMap;

/// A reply by somebody with a party of two: `subject` and `typed` above our letter, quoted.
fn read(subject: &str, typed: &str, quoted: &str, asked: bool) -> Reading {
    let setting = setting().unwrap();
    let event = setting.event.id.clone();
    let info = EventInfo {
        id: event.clone(),
        title: setting.event.title.clone(),
        start: setting.event.start.datetime(),
        end: setting.event.end.datetime(),
        venue: setting.event.venue.clone(),
        address: setting.event.address.clone(),
        capacity: 25,
        uid: None,
    };
    let in_thread = !quoted.is_empty();
    understand(
        &Input {
            subject,
            typed,
            signature: "",
            quoted,
            author: "Sanne de Wit",
            calendar: None,
            is_reply: in_thread,
            addressed: true,
        },
        &Situation {
            received: setting.written_at.to_zoned_datetime(setting.network.time_zone.clone()),
            events: vec![info],
            registered: BTreeMap::from([(event.clone(), vec!["Sanne".to_owned(), "Piet".to_owned()])]),
            offered: if asked { BTreeMap::from([(event.clone(), 1)]) } else { BTreeMap::new() },
            thread_event: in_thread.then_some(event),
            asked: asked && in_thread,
        },
    )
}

fn letter(name: &str) -> (Vec<u8>, String) {
    let setting = setting().unwrap();
    let language = if name.ends_with(".en") { Language::En } else { Language::Nl };
    let sample = setting.samples(language).into_iter().find(|sample| sample.name == name).unwrap();
    let words = Letters::built_in().words(&sample.order, &setting.occasion(&sample, &asked())).unwrap();
    (setting.write(&Letters::built_in(), &sample).unwrap().bytes, words.text)
}

fn b16() -> EventId {
    EventId::new("b16").unwrap()
}

#[test]
fn the_words_it_asks_for_are_understood() {
    let leave = vec![Request::Cancel { event: b16(), seats: None, names: Vec::new() }];
    let party = |seats| vec![Request::Register { event: b16(), seats, mode: Mode::Set, names: Vec::new() }];
    for (name, typed, expected) in [
        ("bevestiging.nl", "afmelden", leave.clone()),
        ("bevestiging.nl", "Afmelden", leave.clone()),
        ("wachtlijst.nl", "afmelden", leave.clone()),
        ("wachtlijst-deel.nl", "dan kom ik alleen", party(1)),
        ("wachtlijst-strikt.nl", "dan komen we met 2 personen", party(2)),
        ("mailinglijst-af.nl", "ik kom niet", leave.clone()),
        ("bevestiging.en", "cancel", leave.clone()),
        ("wachtlijst-deel.en", "I will come alone", party(1)),
        ("wachtlijst-strikt.en", "We will come with 2 people", party(2)),
        ("mailinglijst-af.en", "I am not coming", leave.clone()),
    ] {
        let reading = read("Re: Aanmelding", typed, &letter(name).1, false);
        assert_eq!(
            (reading.disposition, &reading.requests),
            (Disposition::Act, &expected),
            "{name}: {typed}: {reading:?}"
        );
    }
}

#[test]
fn yes_and_no_are_understood() {
    for (name, typed, expected) in [
        ("aanbod.nl", "ja", PlainAnswer::Yes),
        ("aanbod.nl", "nee", PlainAnswer::No),
        ("klopt-dit.nl", "ja", PlainAnswer::Yes),
        ("klopt-dit.nl", "nee", PlainAnswer::No),
        ("aanbod.en", "yes", PlainAnswer::Yes),
        ("aanbod.en", "no", PlainAnswer::No),
    ] {
        let reading = read("Re: Klopt dit?", typed, &letter(name).1, true);
        assert_eq!(reading.plain_answer, Some(expected), "{name}: {typed}: {reading:?}");
    }
}

/// The subject and body of the links of a letter, in order.
fn links(text: &str) -> Vec<(String, String)> {
    let decoded = |part: &str| {
        let mut bytes = Vec::new();
        let mut rest = part.bytes();
        while let Some(byte) = rest.next() {
            let hex = |b: Option<u8>| char::from(b.unwrap()).to_digit(16).unwrap();
            bytes.push(if byte == b'%' { (hex(rest.next()) * 16 + hex(rest.next())) as u8 } else { byte });
        }
        String::from_utf8(bytes).unwrap()
    };
    text.split("mailto:zzploosduinen@gmail.com?subject=")
        .skip(1)
        .map(|link| {
            let link = link.split(['"', '\n', ' ']).next().unwrap();
            let (subject, body) = link.split_once("&body=").or_else(|| link.split_once("&amp;body=")).unwrap();
            (decoded(subject), decoded(body))
        })
        .collect()
}

#[test]
fn the_mails_that_its_links_write_are_understood() {
    for name in ["bevestiging.nl", "wachtlijst.nl", "bevestiging.en", "wachtlijst.en"] {
        let links = links(&letter(name).1);
        assert_eq!(links.len(), 1, "{name}");
        let (subject, body) = &links[0];
        let reading = read(subject, body, "", false);
        let expected = [Request::Cancel { event: b16(), seats: None, names: Vec::new() }];
        assert_eq!(reading.requests, expected, "{name}: {subject} / {body}: {reading:?}");
    }
    for name in ["aanbod.nl", "aanbod.en"] {
        let mail = letter(name).0;
        let parsed = MessageParser::default().parse(&mail).unwrap();
        let html = parsed.body_html(0).unwrap();
        let links = links(&html);
        assert_eq!(links.len(), 2, "{name}");
        for ((subject, body), expected) in links.iter().zip([PlainAnswer::Yes, PlainAnswer::No]) {
            let reading = read(subject, body, "", true);
            assert_eq!(reading.plain_answer, Some(expected), "{name}: {subject} / {body}: {reading:?}");
        }
    }
}
