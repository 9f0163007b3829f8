//! Reads a corpus given by the environment and writes the answers, for measuring by hand.
#![allow(clippy::print_stdout)]

use super::*;
use crate::ids::EventId;
use jiff::tz::TimeZone;
use serde_json::Value;

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn situation(mail: &Value) -> Situation {
    let received: jiff::Timestamp = text(mail, "received").parse().unwrap();
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    Situation {
        received: received.to_zoned_datetime(zone),
        events: serde_json::from_value(mail["events"].clone()).unwrap(),
        registered: serde_json::from_value(mail["registered"].clone()).unwrap(),
        offered: BTreeMap::new(),
        thread_event: mail["thread_event"].as_str().map(|id| EventId::new(id).unwrap()),
        asked: false,
    }
}

#[test]
fn corpus() {
    let (Ok(path), Ok(out)) = (std::env::var("AANMELDER_CORPUS"), std::env::var("AANMELDER_OUT")) else { return };
    let mut answers = String::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let mail: Value = serde_json::from_str(line).unwrap();
        let split = crate::mail::reply_text::split_by(text(&mail, "body"), text(&mail, "author"));
        let quoted = format!("{}\n{}", split.quoted, text(&mail, "quoted"));
        let input = Input {
            subject: text(&mail, "subject"),
            typed: &split.typed,
            signature: &split.signature,
            quoted: &quoted,
            author: text(&mail, "author"),
            calendar: None,
            is_reply: mail["is_reply"].as_bool().unwrap(),
            addressed: mail["addressed"].as_bool().unwrap(),
        };
        let (reading, trace) = understand_with_trace(&input, &situation(&mail));
        let answer = serde_json::json!({
            "mail": format!("{}.eml", text(&mail, "id")), "disposition": reading.disposition, "actions": reading.requests,
            "question": reading.question, "pitch": reading.pitch, "reason": reading.reason, "trace": trace,
        });
        answers.push_str(&answer.to_string());
        answers.push('\n');
    }
    std::fs::write(out, answers).unwrap();
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
    let situation = Situation {
        received: "2017-11-01T10:00:00+01:00[Europe/Amsterdam]".parse().unwrap(),
        events: serde_json::from_str(
            r#"[{"id": "b16", "title": "16e bijeenkomst", "start": "2017-11-15T14:15:00", "end": "2017-11-15T17:00:00"}]"#,
        )
        .unwrap(),
        registered: BTreeMap::new(),
        offered: BTreeMap::new(),
        thread_event: None,
        asked: false,
    };
    let seats = |typed: &str| {
        let input = Input {
            subject: "Aanmelding",
            typed,
            signature: "",
            quoted: "",
            author: "Sanne de Wit",
            calendar: None,
            is_reply: false,
            addressed: true,
        };
        match understand(&input, &situation).requests.as_slice() {
            [Request::Register { seats, .. }] => *seats,
            _ => 0,
        }
    };
    assert_eq!(seats("Hallo Marijke, ik kom graag."), 1);
    assert_eq!(seats("Dag Marijke, ik kom ook graag."), 1);
    assert_eq!(seats("Hoi Marijke en Els, ik kom graag."), 1);
    assert_eq!(seats("Hallo Marijke, Piet en ik komen graag."), 2);
}
