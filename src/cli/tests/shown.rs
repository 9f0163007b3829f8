//! What the commands print, from answers made up here.

use crate::cli::{history, rebuild, status, tables};
use crate::daemon::control::{Contact, Listing, Overview, Party, Status};
use crate::daemon::rebuild::Report;
use crate::ids::{Address, EventId, MailKey};
use crate::mail::{Origin, Proof};
use crate::outcome::{Cause, JournalEntry};
use crate::registration::{Event, EventStatus, Note, NoteKind, Offer, Rules};
use crate::understanding::Disposition;
use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, ZonedDateTime};

fn zone() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").unwrap()
}

fn at(day: i8, hour: i8, minute: i8) -> ZonedDateTime {
    date(2017, 11, day).at(hour, minute, 0, 0).to_zoned_datetime(zone()).unwrap()
}

fn since(day: i8) -> Timestamp {
    at(day, 9, 30).timestamp()
}

fn overview(status: EventStatus) -> Overview {
    let event = Event {
        id: EventId::new("b16").unwrap(),
        title: "16e bijeenkomst ZZP Loosduinen".to_owned(),
        start: at(15, 14, 15),
        end: at(15, 17, 0),
        venue: "De Geest".to_owned(),
        address: "Loosduinse Hoofdstraat 1, Den Haag".to_owned(),
        capacity: 12,
        rules: Rules::default(),
        status,
        sequence: 0,
    };
    Overview { event, confirmed: 11, offered: 1, waiting: 3 }
}

fn party(name: &str, confirmed: u32, waiting: u32, names: &[&str]) -> Party {
    let local: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    Party {
        address: Address::new(format!("{}@voorbeeld.nl", local.to_lowercase())).unwrap(),
        name: name.to_owned(),
        confirmed,
        waiting,
        names: names.iter().map(|&name| name.to_owned()).collect(),
        since: since(1),
        offer: None,
        let_through: None,
        undeliverable: None,
    }
}

fn listing() -> Listing {
    let offer = Offer { seats: 1, made_at: since(2), until: at(14, 12, 0).timestamp(), round: 1 };
    Listing {
        overview: overview(EventStatus::Open),
        coming: vec![
            party("Anna de Wit", 2, 0, &["Anna de Wit", "Piet"]),
            Party { undeliverable: Some("550 5.1.1 onbekend".to_owned()), ..party("=cmd|'/C calc'!A0", 1, 0, &[]) },
            Party {
                let_through: Some("is de spreker".to_owned()),
                ..party("Bas\u{1b}[31m Rood", 1, 1, &["Bas", "Ali"])
            },
        ],
        waiting: vec![Party { offer: Some(offer), ..party("Carla", 0, 1, &[]) }, party("Bas Rood", 1, 1, &[])],
    }
}

#[test]
fn events_in_short() {
    let events = [overview(EventStatus::Open), overview(EventStatus::Cancelled)];
    insta::assert_snapshot!(tables::overviews(&events));
    assert_eq!(tables::overviews(&[]), "Er zijn geen bijeenkomsten.\n");
}

#[test]
fn an_event_with_its_people() {
    let listing = listing();
    insta::assert_snapshot!(format!("{}\n{}", tables::event(&listing.overview), tables::people(&listing, &zone())));
}

#[test]
fn nothing_that_a_stranger_wrote_drives_the_terminal() {
    let text = tables::people(&listing(), &zone());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
}

#[test]
fn what_came_of_a_rebuild() {
    let whole = Report {
        snapshot: Some("2017-11-02T03:00:00Z".parse().unwrap()),
        lines: 41,
        missing: Vec::new(),
        damaged: 0,
        mails_read: 0,
        mails_taken: 0,
        mails_refused: 0,
        left: 0,
        waiting: 0,
        known: (2, 61, 73),
        kept: None,
        fingerprint: "4f0c".to_owned(),
    };
    let troubled = Report {
        snapshot: None,
        lines: 1,
        missing: vec![(12, 14), (20, 20)],
        damaged: 1,
        mails_read: 1,
        mails_taken: 1,
        mails_refused: 2,
        left: 3,
        waiting: 2,
        kept: Some("aanmelder.store/set-aside-2017-11-02-090000".into()),
        ..whole.clone()
    };
    let alone =
        Report { lines: 0, missing: Vec::new(), damaged: 0, mails_read: 90, mails_taken: 62, ..troubled.clone() };
    let told = [whole, troubled, alone].map(|report| rebuild::told(&report, &zone()));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_was_decided() {
    let note = |kind, text: &str| Note { event: None, person: None, kind, text: text.to_owned() };
    let entry = |cause| JournalEntry {
        at: since(3),
        cause,
        person: Some(Address::new("anna@voorbeeld.nl").unwrap().person()),
        requests: Vec::new(),
        disposition: Some(Disposition::Act),
        reason: "Ze meldt zich aan met iemand erbij.".to_owned(),
        evidence: vec!["ik kom graag".to_owned(), "neem Piet mee".to_owned()],
        notes: vec![note(NoteKind::SignedUp, "Anna de Wit komt met 2.")],
        letters: Vec::new(),
    };
    let mail = Cause::Mail {
        key: MailKey::from_hex("00"),
        received_at: since(3),
        subject: "Re: bijeenkomst\u{7}".to_owned(),
        origin: Origin::Person,
        proof: Proof::Provider,
    };
    let told = |cause, evidence: bool| {
        let mut entry = entry(cause);
        if !evidence {
            entry.evidence.clear();
        }
        history::told(&entry, &zone())
    };
    insta::assert_snapshot!(
        [
            told(mail, true),
            told(Cause::Command("anna@voorbeeld.nl aangemeld: belde op".to_owned()), false),
            told(Cause::Clock, false),
        ]
        .concat()
    );
}

#[test]
fn how_the_daemon_fares() {
    let now = at(15, 12, 0).timestamp();
    let contact = |place: &str| Contact { place: place.to_owned(), last_ok: Some(now), ..Contact::default() };
    let well = Status {
        version: "1.2.3".to_owned(),
        running_since: Some(since(13)),
        inbox: contact("imap.gmail.com:993"),
        outbox: contact("smtp.gmail.com:465"),
        mails_done: 31,
        letters_sent: 28,
        ..Status::default()
    };
    let ill = Status {
        inbox: Contact {
            failing_since: Some(now.checked_sub(3.hours()).unwrap()),
            trouble: Some("imap.gmail.com weigert het wachtwoord".to_owned()),
            ..contact("imap.gmail.com:993")
        },
        queued: 4,
        oldest_queued: Some(now.checked_sub(59.minutes()).unwrap()),
        oldest_unanswered: Some(now.checked_sub(45.seconds()).unwrap()),
        set_aside: 1,
        last_error: Some((since(14), "de schijf is vol".to_owned())),
        ..well.clone()
    };
    let alone = Status { running_since: None, queued: 1, oldest_queued: Some(since(15)), ..well.clone() };
    let told = [well, ill, alone].map(|status| status::told(&status, now, &zone()));
    insta::assert_snapshot!(told.join("\n"));
}
