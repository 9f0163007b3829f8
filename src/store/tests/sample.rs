//! Outcomes to commit.

use crate::ids::{Address, EventId, MailKey, MessageId, PersonKey};
use crate::mail::{Filing, Location, Origin, Proof};
use crate::outcome::{Cause, DoneMail, JournalEntry, Letter, LetterHead, Outcome};
use crate::registration::{
    Answered, Change, Event, EventStatus, LetterKind, Note, NoteKind, Person, Registration, Rules,
};
use crate::understanding::{Disposition, Language, Mode, Request};
use jiff::{SignedDuration, Timestamp};

/// A folder in memory where there is a file system for that: for what is not about durability, its syncs cost nothing.
pub fn in_memory() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// So many minutes after the first of November 2017.
pub fn at(minutes: i64) -> Timestamp {
    "2017-11-01T08:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

pub fn event() -> EventId {
    EventId::new("b16").unwrap()
}

pub fn address(name: &str) -> Address {
    Address::new(format!("{name}@voorbeeld.nl")).unwrap()
}

pub fn person(name: &str) -> PersonKey {
    address(name).person()
}

pub fn key(name: &str) -> MailKey {
    MailKey::from_hex(name)
}

/// The coordinator makes the event.
pub fn event_made() -> Outcome {
    let start = "2017-11-15T14:15:00[Europe/Amsterdam]".parse().unwrap();
    let made = Event {
        id: event(),
        title: "16e bijeenkomst".to_owned(),
        start,
        end: "2017-11-15T17:00:00[Europe/Amsterdam]".parse().unwrap(),
        venue: "De Geest".to_owned(),
        address: "Georges Bizetstraat 25, Den Haag".to_owned(),
        capacity: 12,
        rules: Rules::default(),
        status: EventStatus::Open,
        sequence: 0,
    };
    Outcome {
        mail: None,
        changes: vec![Change::PutEvent(made)],
        letters: vec![],
        entry: Some(entry(Cause::Command("event add b16".to_owned()), at(0))),
    }
}

fn entry(cause: Cause, at: Timestamp) -> JournalEntry {
    JournalEntry {
        at,
        cause,
        person: None,
        requests: vec![],
        disposition: None,
        reason: String::new(),
        evidence: vec![],
        notes: vec![],
        letters: vec![],
    }
}

/// `name` signs up by his `number`th mail, which came in that many minutes after the start.
pub fn sign_up(name: &str, number: u32) -> Outcome {
    let received_at = at(number.into());
    let mail = DoneMail {
        key: key(&format!("{name}-{number}")),
        location: Location::Imap { folder: "INBOX".to_owned(), uid_validity: 1, uid: number },
        message_id: Some(MessageId::new(&format!("{name}.{number}@voorbeeld.nl"))),
        received_at,
        filing: Filing::Registered,
    };
    let registration = Registration {
        confirmed: number,
        waiting: 0,
        names: vec![name.to_owned()],
        since: received_at,
        in_line_since: None,
        offer: None,
        silent_since: None,
        let_through: None,
        mail: mail.key.clone(),
    };
    let known = Person {
        address: address(name),
        name: name.to_owned(),
        language: Language::Nl,
        listed: None,
        pending: None,
        passed_on_at: None,
        undeliverable: None,
    };
    let letter = Letter {
        head: LetterHead {
            id: MessageId::new(&format!("reply.{name}.{number}@loosduinen.nl")),
            kind: Some(LetterKind::Confirmed),
            person: Some(person(name)),
            to: address(name),
            event: Some(event()),
            written_at: received_at,
        },
        bytes: format!("Subject: Re: aanmelden\r\n\r\nDag {name}, je staat erop.\r\n").into_bytes(),
    };
    let cause = Cause::Mail {
        key: mail.key.clone(),
        received_at,
        subject: format!("Aanmelding {name}"),
        origin: Origin::Person,
        proof: Proof::Provider,
    };
    let entry = JournalEntry {
        person: Some(person(name)),
        requests: vec![Request::Register {
            event: event(),
            seats: number,
            mode: Mode::Set,
            names: vec![name.to_owned()],
        }],
        disposition: Some(Disposition::Act),
        reason: format!("{name} meldt zich aan"),
        evidence: vec!["kom graag".to_owned()],
        notes: vec![Note {
            event: Some(event()),
            person: Some(person(name)),
            kind: NoteKind::SignedUp,
            text: format!("{name} komt"),
        }],
        letters: vec![letter.head.id.clone()],
        ..entry(cause, received_at)
    };
    Outcome {
        changes: vec![
            Change::PutPerson(person(name), known),
            Change::PutRegistration(event(), person(name), registration),
            Change::Answered(Answered { at: received_at, person: person(name), thread: mail.message_id.clone() }),
        ],
        mail: Some(mail),
        letters: vec![letter],
        entry: Some(entry),
    }
}
