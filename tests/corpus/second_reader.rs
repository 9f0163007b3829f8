//! Holds the second reader's weights to the labelled mails that they are learnt from, and makes them anew.
//!
//! `UPDATE_WEIGHTS=1 cargo nextest run --test corpus second_reader` writes the file.

use crate::labels::{self, Mail, World};
use crate::{FLOORS, dress};
use aanmelder::explain::MadeUp;
use aanmelder::handle;
use aanmelder::ids::EventId;
use aanmelder::mail::{Location, RawMail};
use aanmelder::understanding::second_reader::{Kind, feature_names, train};
use aanmelder::understanding::{Disposition, Mode, Request};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/understanding/second_reader/weights.tsv");

/// What a mail shows the second reader, and its kind; `None` for a mail that no person wrote.
fn example(mail: &Mail, world: &World) -> Option<(Vec<String>, Kind)> {
    let made_up = MadeUp::from_json(&labels::situation(mail, "a.eml", world)).expect("a sound situation");
    let circumstances = made_up.circumstances();
    let raw = RawMail {
        location: Location::Maildir { name: String::new() },
        received_at: circumstances.situation.received.timestamp(),
        bytes: dress::eml(mail, world),
    };
    let mut names = None;
    let read = handle::interpret(&raw, &circumstances.identities, |message, _| {
        let situation = circumstances.situation.clone();
        names = Some(feature_names(&handle::input(message, &circumstances.identities), &situation));
        situation
    });
    read.expect("a readable mail");
    Some((names?, kind(mail)))
}

fn kind(mail: &Mail) -> Kind {
    let event = EventId::new("b").expect("a name");
    let requests = mail.expected.actions.iter().map(|action| match action.verb.as_str() {
        "register" => Request::Register { event: event.clone(), seats: 1, mode: Mode::Set, names: Vec::new() },
        "cancel" => Request::Cancel { event: event.clone(), seats: None, names: Vec::new() },
        _ => Request::Subscribe,
    });
    let disposition = match mail.expected.disposition.as_str() {
        "act" => Disposition::Act,
        "ask" => Disposition::Ask,
        _ => Disposition::Ignore,
    };
    Kind::of(disposition, &requests.collect::<Vec<_>>())
}

#[test]
fn the_second_reader_has_learnt_these_mails() {
    let world = labels::world();
    let left_out = std::env::var("LEAVE_OUT").unwrap_or_default();
    // It never sees the mails by another hand: they show how it does on what it has not learnt.
    let mails = FLOORS.iter().filter(|(name, ..)| *name == "dev").flat_map(|(_, file, _)| labels::mails(file));
    let kept = mails.filter(|mail| left_out.is_empty() || !mail.id.starts_with(&left_out));
    let examples: Vec<_> = kept.filter_map(|mail| example(&mail, &world)).collect();
    let learnt = train(&examples);
    if std::env::var_os("UPDATE_WEIGHTS").is_some() {
        std::fs::write(FILE, &learnt).expect("the weights file can be written");
    } else if left_out.is_empty() {
        let kept = std::fs::read_to_string(FILE).expect("the weights file can be read");
        assert!(kept == learnt, "the weights are not those of these mails; run it with UPDATE_WEIGHTS=1");
    }
}
