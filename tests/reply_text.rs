//! How well the person's own words are told from the rest, per mail program: the fixtures of `tests/reply_text/`.

use aanmelder::mail::{Location, RawMail, message, reply_text};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::fs;

/// The share of fixtures that has to come out to the letter.
const WANTED: f64 = 0.97;

struct Fixture {
    program: String,
    name: String,
    kind: String,
    author: String,
    mail: String,
    typed: String,
}

fn fixtures() -> Vec<Fixture> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reply_text");
    let mut found = Vec::new();
    for file in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if file.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let program = file.file_stem().unwrap().to_string_lossy().into_owned();
        let text = format!("\n{}", fs::read_to_string(&file).unwrap());
        let mut sections = text.split("\n=== ").skip(1);
        while let (Some(mail), Some(typed)) = (sections.next(), sections.next()) {
            let (title, mail) = mail.split_once('\n').unwrap();
            let (marker, typed) = typed.split_once('\n').unwrap_or((typed, ""));
            assert_eq!(marker, "typed", "{program}: {title}");
            let (title, author) = title.split_once(", author ").unwrap_or((title, ""));
            let (name, kind) = title.rsplit_once(", ").unwrap();
            found.push(Fixture {
                program: program.clone(),
                name: name.to_owned(),
                kind: kind.to_owned(),
                author: author.to_owned(),
                mail: mail.to_owned(),
                typed: typed.trim_end().to_owned(),
            });
        }
    }
    found
}

fn typed(fixture: &Fixture) -> String {
    match fixture.kind.as_str() {
        "plain" => reply_text::split_by(&fixture.mail, &fixture.author).typed,
        "html" => reply_text::split_html_by(&fixture.mail, &fixture.author).typed,
        "eml" => {
            let location = Location::Maildir { name: fixture.name.clone() };
            let bytes = fixture.mail.replace('\n', "\r\n").into_bytes();
            message::parse(&RawMail { location, received_at: Timestamp::UNIX_EPOCH, bytes }).unwrap().text.typed
        }
        other => panic!("{}: no such kind: {other}", fixture.name),
    }
}

#[test]
fn what_was_typed_is_told_from_the_rest() {
    let mut score: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let fixtures = fixtures();
    let mut right = 0;
    for fixture in &fixtures {
        let got = typed(fixture);
        let entry = score.entry(fixture.program.clone()).or_default();
        entry.1 += 1;
        if got == fixture.typed {
            entry.0 += 1;
            right += 1;
        } else {
            eprintln!(
                "{} / {} ({})\n  expected {:?}\n  got      {got:?}",
                fixture.program, fixture.name, fixture.kind, fixture.typed
            );
        }
    }
    for (program, (right, all)) in &score {
        eprintln!("{program:12} {right:3} of {all}");
    }
    eprintln!("{:12} {right:3} of {}", "in all", fixtures.len());
    assert!(fixtures.len() > 100, "the fixtures are gone: {}", fixtures.len());
    assert!(right as f64 >= WANTED * fixtures.len() as f64, "{right} of {} are right", fixtures.len());
}
