//! When a digest comes, and what stands in it, by example.

use super::digest::{Digest, digest};
use super::due::{DigestKind, News, due};
use super::export;
use crate::config::Coordinator;
use crate::ids::{Address, EventId, MailKey, PersonKey};
use crate::mail::{Origin, Proof};
use crate::outcome::{Cause, JournalEntry};
use crate::registration::{
    Authority, Decision, Event, EventStatus, Note, NoteKind, Person, Rules, State, Wish, cancel_event, create_event,
    decide,
};
use crate::understanding::{Disposition, Language, Mode, Request};
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

fn zone() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").unwrap()
}

/// A local moment of November 2017, or any other: `15T19:30`, `2018-03-25T02:30`.
fn at(text: &str) -> Timestamp {
    let text = if text.len() < 12 { format!("2017-11-{text}") } else { text.to_owned() };
    format!("{text}[Europe/Amsterdam]").parse::<ZonedDateTime>().unwrap().timestamp()
}

fn coordinator() -> Coordinator {
    Coordinator {
        name: "Marijke".to_owned(),
        address: Address::new("marijke@voorbeeld.nl").unwrap(),
        digest_at: time(18, 0, 0, 0),
        eve_digest_at: time(20, 0, 0, 0),
    }
}

fn id(event: &str) -> EventId {
    EventId::new(event).unwrap()
}

fn key(who: &str) -> PersonKey {
    Address::new(format!("{who}@voorbeeld.nl")).unwrap().person()
}

/// A journal with its state.
#[derive(Default)]
struct Book {
    state: State,
    entries: Vec<JournalEntry>,
    mails: u32,
}

impl Book {
    /// One meeting of three seats, on the 15th at half past seven.
    fn new() -> Self {
        let mut book = Self::default();
        book.event("b16", "2017-11-15T19:30");
        book
    }

    fn event(&mut self, event: &str, start: &str) {
        let start: ZonedDateTime = format!("{start}[Europe/Amsterdam]").parse().unwrap();
        let event = Event {
            id: id(event),
            title: "16e bijeenkomst".to_owned(),
            end: start.checked_add(SignedDuration::from_hours(3)).unwrap(),
            start,
            venue: "De Geest".to_owned(),
            address: String::new(),
            capacity: 3,
            rules: Rules::default(),
            status: EventStatus::Open,
            sequence: 0,
        };
        let decision = create_event(&self.state, event).unwrap();
        self.apply(&decision);
    }

    fn apply(&mut self, decision: &Decision) {
        decision.changes.iter().for_each(|change| self.state.apply(change));
    }

    fn mail(&mut self, who: &str, now: Timestamp, requests: &[Request]) {
        self.mails += 1;
        let person = Person {
            address: Address::new(format!("{who}@voorbeeld.nl")).unwrap(),
            name: who.to_owned(),
            language: Language::Nl,
            listed: None,
            pending: None,
            passed_on_at: None,
            undeliverable: None,
        };
        self.state.people.entry(key(who)).or_insert(person);
        let mail = MailKey::from_hex(format!("{:032x}", self.mails));
        let wish = Wish { person: &key(who), requests, said_at: now, mail: &mail, authority: Authority::Person };
        let decision = decide(&self.state, &wish, now);
        self.apply(&decision);
        self.entry(who, now, Disposition::Act, decision.notes);
    }

    fn note(&mut self, who: &str, now: Timestamp, kind: NoteKind, text: &str) {
        let note = Note { event: None, person: Some(key(who)), kind, text: text.to_owned() };
        self.entry(who, now, Disposition::Ask, vec![note]);
    }

    fn entry(&mut self, who: &str, at: Timestamp, disposition: Disposition, notes: Vec<Note>) {
        self.entries.push(JournalEntry {
            at,
            cause: Cause::Mail {
                key: MailKey::from_hex("00"),
                received_at: at,
                subject: format!("van {who}"),
                origin: Origin::Person,
                proof: Proof::Provider,
            },
            person: Some(key(who)),
            requests: Vec::new(),
            disposition: Some(disposition),
            reason: "Er staat een vraag in.".to_owned(),
            evidence: vec![format!("woorden van {who}")],
            notes,
            letters: Vec::new(),
        });
    }

    fn due(&self, last: &str, now: &str) -> Option<DigestKind> {
        due(Some(at(last)), at(now), &coordinator(), &zone(), &self.state, &news(&self.untold(last, now), at(now)))
    }

    fn digest(&self, since: &str, now: &str) -> Digest {
        digest(&self.state, &self.untold(since, now), DigestKind::Daily, at(since), at(now))
    }

    fn untold(&self, last: &str, now: &str) -> Vec<JournalEntry> {
        self.entries.iter().filter(|entry| entry.at > at(last) && entry.at <= at(now)).cloned().collect()
    }
}

fn news(entries: &[JournalEntry], now: Timestamp) -> News {
    let mut news = News::default();
    entries.iter().for_each(|entry| news.add(entry, now));
    news
}

fn set(seats: u32) -> Request {
    Request::Register { event: id("b16"), seats, mode: Mode::Set, names: Vec::new() }
}

fn cancel() -> Request {
    Request::Cancel { event: id("b16"), seats: None, names: Vec::new() }
}

#[test]
fn at_her_hour_when_something_changed_and_else_not() {
    let mut book = Book::new();
    assert_eq!(book.due("01T18:00", "02T18:00"), None);
    book.mail("an", at("02T10:00"), &[set(1)]);
    assert_eq!(book.due("01T18:00", "02T17:59"), None);
    assert_eq!(book.due("01T18:00", "02T18:00"), Some(DigestKind::Daily));
    assert_eq!(book.due("02T18:00", "03T18:00"), None);
}

#[test]
fn what_happens_after_a_quiet_day_waits_for_the_next_hour() {
    let mut book = Book::new();
    book.mail("an", at("04T10:00"), &[set(1)]);
    assert_eq!(book.due("01T18:00", "04T10:00"), None);
    assert_eq!(book.due("01T18:00", "04T18:00"), Some(DigestKind::Daily));
}

#[test]
fn the_first_digest_needs_no_one_before_it() {
    let mut book = Book::new();
    book.mail("an", at("02T10:00"), &[set(1)]);
    let first = |now| due(None, at(now), &coordinator(), &zone(), &book.state, &news(&book.entries, at(now)));
    assert_eq!((first("02T17:00"), first("02T18:00")), (None, Some(DigestKind::Daily)));
}

#[test]
fn the_evening_before_a_meeting_in_any_case_and_once() {
    let book = Book::new();
    assert_eq!(book.due("13T18:00", "14T19:59"), None);
    assert_eq!(book.due("13T18:00", "14T20:00"), Some(DigestKind::Eve));
    assert_eq!(book.due("14T20:00", "15T10:00"), None);
    // Missed in the evening, it comes while the meeting is still to start.
    assert_eq!(book.due("13T18:00", "15T19:29"), Some(DigestKind::Eve));
    assert_eq!(book.due("13T18:00", "15T19:30"), None);
}

#[test]
fn a_meeting_that_was_called_off_has_no_eve() {
    let mut book = Book::new();
    let decision = cancel_event(&book.state, &id("b16"), at("10T10:00")).unwrap();
    book.apply(&decision);
    assert_eq!(book.due("13T18:00", "14T20:00"), None);
}

#[test]
fn a_meeting_at_midnight_belongs_to_its_own_day() {
    let mut book = Book::default();
    book.event("b16", "2017-11-15T00:00");
    assert_eq!(book.due("13T18:00", "14T20:00"), Some(DigestKind::Eve));
}

#[test]
fn after_a_week_asleep_there_is_one_current_digest() {
    let mut book = Book::new();
    book.mail("an", at("02T10:00"), &[set(1)]);
    assert_eq!(book.due("01T18:00", "09T03:00"), Some(DigestKind::Daily));
    assert_eq!(book.due("09T03:00", "09T18:00"), None);
}

#[test]
fn a_seat_that_only_she_can_fill_is_told_at_once_and_once() {
    let mut book = Book::new();
    for who in ["an", "bea", "cor", "dirk"] {
        book.mail(who, at("02T10:00"), &[set(1)]);
    }
    book.mail("an", at("15T11:00"), &[cancel()]);
    assert_eq!(book.due("14T20:00", "15T11:00"), Some(DigestKind::Urgent));
    assert_eq!(book.due("15T11:00", "15T11:05"), None);
    assert_eq!(book.due("14T20:00", "15T19:30"), Some(DigestKind::Daily));
    assert_eq!(book.digest("14T20:00", "15T11:00").events[0].not_promoted.len(), 1);
}

#[test]
fn clocks_may_jump() {
    let mut book = Book::default();
    let mut coordinator = coordinator();
    // Half past two does not exist on that night, and comes twice on the other.
    coordinator.digest_at = time(2, 30, 0, 0);
    for (day, next) in [("2018-03-25", "2018-03-26"), ("2017-10-29", "2017-10-30")] {
        book.entries.clear();
        let noted = at(&format!("{day}T00:10"));
        book.note("an", noted, NoteKind::Question, "?");
        let last = at(&format!("{day}T00:00"));
        let mut now = last;
        let mut digests = Vec::new();
        let mut written = last;
        while now < at(&format!("{next}T12:00")) {
            if due(Some(written), now, &coordinator, &zone(), &book.state, &news(&book.entries, now)).is_some() {
                digests.push(now);
                written = now;
                book.entries.clear();
            }
            now += SignedDuration::from_mins(10);
        }
        assert_eq!(digests.len(), 1, "{day}");
    }
    // A clock that was a year ahead does not silence her for a year.
    let book = Book::new();
    assert_eq!(book.due("2018-11-14T20:00", "14T20:00"), None);
    assert_eq!(
        due(Some(at("2018-11-14T20:00")), at("14T20:00"), &coordinator, &zone(), &book.state, &News::default()),
        None
    );
    // Nor does what was written down meanwhile wait for a year.
    let mut book = Book::new();
    book.note("an", at("2018-11-01T10:00"), NoteKind::Question, "?");
    let read = news(&book.entries, at("02T10:00"));
    let due = due(Some(at("02T11:00")), at("03T18:00"), &coordinator, &zone(), &book.state, &read);
    assert_eq!(due, Some(DigestKind::Daily));
}

#[test]
fn a_digest_tells_who_comes_who_waits_and_what_waits_for_her() {
    let mut book = Book::new();
    let named = |names: &[&str]| Request::Register {
        event: id("b16"),
        seats: names.len() as u32,
        mode: Mode::Set,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    book.mail("zus", at("01T09:00"), &[set(1)]);
    book.mail("an", at("02T09:00"), &[named(&["an", "Piet Bos"])]);
    book.mail("bea", at("02T10:00"), &[set(2)]);
    book.mail("cor", at("02T11:00"), &[set(1)]);
    book.mail("zus", at("02T12:00"), &[cancel()]);
    book.note("dirk", at("02T13:00"), NoteKind::Question, "Is er een lift?");
    book.note("els", at("02T14:00"), NoteKind::Pitch, "els wil iets vertellen.");
    book.note("fien", at("02T14:00"), NoteKind::Undeliverable, "Een brief aan fien kon niet worden bezorgd.");
    book.note("fien", at("02T14:00"), NoteKind::Unreadable, "Een mail van fien was niet te lezen.");
    book.note("fien", at("02T14:00"), NoteKind::HeldBack, "Een antwoord aan fien is tegengehouden.");
    book.entry("gast", at("02T15:00"), Disposition::Ask, Vec::new());
    insta::assert_snapshot!(serde_json::to_string_pretty(&book.digest("01T18:00", "02T18:00")).unwrap());
}

#[test]
fn a_digest_tells_only_what_is_new_and_of_meetings_that_are_still_to_come() {
    let mut book = Book::new();
    book.mail("an", at("02T09:00"), &[set(1)]);
    book.note("an", at("02T10:00"), NoteKind::Question, "?");
    let later = book.digest("02T18:00", "03T18:00");
    assert_eq!((later.questions.len(), later.events[0].news.len(), later.events[0].coming[0].new), (0, 0, false));
    assert_eq!(book.digest("01T18:00", "15T23:00").events, []);
    assert_eq!(book.digest("01T18:00", "15T23:00").other.len(), 1);
}

#[test]
fn participants_as_csv() {
    let mut book = Book::new();
    book.mail("=cmd()", at("02T10:00"), &[set(1)]);
    book.mail("an", at("02T09:00"), &[set(2)]);
    book.mail("bea", at("02T11:00"), &[set(1)]);
    let rows = export::rows(&book.state, &id("b16"), &zone()).unwrap();
    let csv = String::from_utf8(export::csv(&rows).unwrap()).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.lines().count() == 4 && csv.contains("\r\n"));
    insta::assert_snapshot!(csv.replace('\r', "").trim_start_matches('\u{feff}'));
    assert!(csv.contains("'=cmd()"));
    assert_eq!(export::rows(&book.state, &id("b99"), &zone()), None);
}
