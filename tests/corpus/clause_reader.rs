//! Holds the clause reader's weights to the labelled clauses that they are learnt from, and makes them anew.
//!
//! `UPDATE_WEIGHTS=1 cargo nextest run --test corpus the_clause_reader` writes the file. `LEAVE_OUT=d18` beside
//! `--no-capture` leaves the mails out whose ids begin so, and prints how they are read by one who never saw them.

use crate::labels::{self, Answer, Mail, World};
use crate::score::Score;
use crate::{FILES, dress};
use aanmelder::explain::MadeUp;
use aanmelder::handle;
use aanmelder::mail::{Location, RawMail};
use aanmelder::understanding::{ClauseReader, Reading, Says, lessons, train_clause_reader, understand_by};
use std::collections::BTreeMap;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/understanding/clause_reader/weights.tsv");
/// Of so many clauses in a hundred the label may be lost because they are cut otherwise today.
const MOST_LOST: usize = 3;

/// The labels of each mail's clauses, with the words they stand for.
fn labelled() -> BTreeMap<String, Vec<(Says, String)>> {
    let mut mails = BTreeMap::<String, Vec<(Says, String)>>::new();
    let mut mail = String::new();
    for line in include_str!("clauses.tsv").lines() {
        if let Some((label, words)) = line.split_once('\t') {
            mails.entry(mail.clone()).or_default().push((says(label), words.to_owned()));
        } else if let Some(id) = line.strip_prefix("# ") {
            id.clone_into(&mut mail);
        }
    }
    mails
}

/// What a label means to the reader; it makes less difference than the one who labelled.
fn says(label: &str) -> Says {
    let label = match label {
        "T" => "P",
        "b" => "o",
        other => other,
    };
    Says::ALL.into_iter().find(|says| says.letter() == label).unwrap_or_else(|| panic!("no label {label}"))
}

/// Does what is wanted with what a reader may look at of a mail.
fn look<T>(
    mail: &Mail,
    world: &World,
    with: impl FnOnce(&aanmelder::understanding::Input<'_>, &aanmelder::understanding::Situation) -> T,
) -> Option<T> {
    let made_up = MadeUp::from_json(&labels::situation(mail, "a.eml", world)).expect("a sound situation");
    let circumstances = made_up.circumstances();
    let raw = RawMail {
        location: Location::Maildir { name: String::new() },
        received_at: circumstances.situation.received.timestamp(),
        bytes: dress::eml(mail, world),
    };
    let mut seen = None;
    let read = handle::interpret(&raw, &circumstances.identities, |message, _| {
        let situation = circumstances.situation.clone();
        seen = Some(with(&handle::input(message, &circumstances.identities), &situation));
        situation
    });
    read.expect("a readable mail");
    seen
}

fn answer(reading: &Reading) -> Answer {
    let json = serde_json::json!({
        "disposition": reading.disposition, "actions": reading.requests,
        "question": reading.question, "pitch": reading.pitch,
    });
    serde_json::from_value(json).expect("an answer")
}

#[test]
fn the_clause_reader_has_learnt_these_clauses() {
    let world = labels::world();
    let left_out = std::env::var("LEAVE_OUT").unwrap_or_default();
    let leaves_out = |mail: &Mail| !left_out.is_empty() && mail.id.starts_with(&left_out);
    let labelled = labelled();
    let mails: Vec<Mail> = FILES.iter().flat_map(|(_, file, _)| labels::mails(file)).collect();
    let (mut examples, mut lost, mut all) = (Vec::new(), 0, 0);
    for mail in mails.iter().filter(|mail| !leaves_out(mail)) {
        let Some(labels) = labelled.get(&mail.id) else { continue };
        let Some(clauses) = look(mail, &world, lessons) else { continue };
        let mut rest = labels.as_slice();
        for (words, features) in clauses {
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            all += 1;
            match rest.iter().position(|(_, labelled)| *labelled == words) {
                Some(at) => {
                    examples.push((features, rest[at].0));
                    rest = &rest[at + 1..];
                }
                None => lost += 1,
            }
        }
    }
    assert!(lost * 100 <= all * MOST_LOST, "{lost} of {all} clauses have no label: clauses are cut otherwise now");
    let learnt = train_clause_reader(&examples);
    if !left_out.is_empty() {
        let (reader, mut score) = (ClauseReader::parse(&learnt), Score::default());
        for mail in mails.iter().filter(|mail| leaves_out(mail)) {
            let read = look(mail, &world, |input, situation| understand_by(&reader, input, situation).0);
            let nothing = Answer { disposition: "ignore".into(), actions: Vec::new(), question: false, pitch: false };
            score.add(mail, &read.map_or(nothing, |reading| answer(&reading)));
        }
        println!("{left_out} by one who never saw them: {score}");
    } else if std::env::var_os("UPDATE_WEIGHTS").is_some() {
        std::fs::write(FILE, &learnt).expect("the weights file can be written");
    } else {
        let kept = std::fs::read_to_string(FILE).expect("the weights file can be read");
        assert!(kept == learnt, "the weights are not those of these clauses; run it with UPDATE_WEIGHTS=1");
    }
}
