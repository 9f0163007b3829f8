//! The rules by example: one test a rule, on a made-up evening; `properties` holds them against chance.

mod bounces;
mod coordinator;
mod parties;
mod promotion;
mod properties;
mod signing_up;

use super::*;
use crate::understanding::Mode;
use jiff::SignedDuration;

/// An evening in De Geest with its state, at some moment before it.
pub(super) struct Evening {
    pub(super) state: State,
    pub(super) now: Timestamp,
    mails: u32,
}

pub(super) fn b16() -> EventId {
    EventId::new("b16").unwrap()
}

pub(super) fn evening(id: &str, capacity: u32) -> Event {
    let start: ZonedDateTime = "2017-11-15T19:30[Europe/Amsterdam]".parse().unwrap();
    Event {
        id: EventId::new(id).unwrap(),
        title: "De bijeenkomst".to_owned(),
        end: start.checked_add(SignedDuration::from_hours(3)).unwrap(),
        start,
        venue: "De Geest".to_owned(),
        address: "Loosduinse Hoofdstraat 1".to_owned(),
        capacity,
        rules: Rules::default(),
        status: EventStatus::Open,
        sequence: 0,
    }
}

pub(super) fn key(who: &str) -> PersonKey {
    Address::new(format!("{who}@voorbeeld.nl")).unwrap().person()
}

pub(super) fn set(seats: u32) -> Request {
    Request::Register { event: b16(), seats, mode: Mode::Set, names: Vec::new() }
}

pub(super) fn set_named(names: &[&str]) -> Request {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    Request::Register { event: b16(), seats: names.len() as u32, mode: Mode::Set, names }
}

pub(super) fn add(seats: u32) -> Request {
    Request::Register { event: b16(), seats, mode: Mode::Add, names: Vec::new() }
}

pub(super) fn cancel_all() -> Request {
    Request::Cancel { event: b16(), seats: None, names: Vec::new() }
}

pub(super) fn cancel_some(seats: u32, names: &[&str]) -> Request {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Request::Cancel { event: b16(), seats: Some(seats), names }
}

impl Evening {
    /// `capacity` seats, ten days ahead.
    pub(super) fn with_seats(capacity: u32) -> Self {
        Self::with(evening("b16", capacity))
    }

    pub(super) fn strict(capacity: u32) -> Self {
        let mut event = evening("b16", capacity);
        event.rules.waitlist = WaitlistRule::Strict;
        Self::with(event)
    }

    pub(super) fn with(event: Event) -> Self {
        let mut world = Self { state: State::default(), now: Timestamp::default(), mails: 0 };
        world.apply(&create_event(&State::default(), event).unwrap());
        world.hours_before(240);
        world
    }

    /// Full with one party a seat, named `vol1`, `vol2` and so on; `waiting` then wait for one seat each, in order.
    pub(super) fn full(capacity: u32, waiting: &[&str]) -> Self {
        let mut world = Self::with_seats(capacity);
        for number in 1..=capacity {
            world.mail(&format!("vol{number}"), &[set(1)]);
        }
        for who in waiting {
            world.mail(who, &[set(1)]);
        }
        world
    }

    pub(super) fn hours_before(&mut self, hours: i64) {
        self.at_before(SignedDuration::from_hours(hours));
    }

    pub(super) fn at_before(&mut self, span: SignedDuration) {
        let start = self.state.events[&b16()].event.start.timestamp();
        self.now = start.checked_sub(span).unwrap();
    }

    pub(super) fn knows(&mut self, who: &str) {
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
    }

    /// A mail of somebody comes in and is handled at once.
    pub(super) fn mail(&mut self, who: &str, requests: &[Request]) -> Decision {
        let decision = self.try_mail(who, requests);
        assert_eq!(decision.ask, None);
        decision
    }

    pub(super) fn try_mail(&mut self, who: &str, requests: &[Request]) -> Decision {
        let said_at = self.now;
        self.mail_from(who, requests, said_at)
    }

    /// A mail that the server took in at `said_at` is handled now.
    pub(super) fn mail_from(&mut self, who: &str, requests: &[Request], said_at: Timestamp) -> Decision {
        self.wish(who, requests, said_at, Authority::Person)
    }

    pub(super) fn coordinator(&mut self, who: &str, requests: &[Request], reason: &str) -> Decision {
        let said_at = self.now;
        self.wish(who, requests, said_at, Authority::Coordinator { reason: reason.to_owned() })
    }

    fn wish(&mut self, who: &str, requests: &[Request], said_at: Timestamp, authority: Authority) -> Decision {
        self.knows(who);
        self.mails += 1;
        let mail = MailKey::from_hex(format!("{:032x}", self.mails));
        let person = key(who);
        let wish = Wish { person: &person, requests, said_at, mail: &mail, authority };
        let decision = decide(&self.state, &wish, self.now);
        self.apply(&decision);
        self.now += SignedDuration::from_secs(60);
        decision
    }

    pub(super) fn tick(&mut self) -> Decision {
        let decision = tick(&self.state, self.now);
        self.apply(&decision);
        assert_eq!(tick(&self.state, self.now), Decision::default(), "the time brings everything once");
        decision
    }

    pub(super) fn edit(&mut self, edit: EventEdit) -> Decision {
        let decision = edit_event(&self.state, &b16(), edit, self.now).unwrap();
        self.apply(&decision);
        decision
    }

    pub(super) fn apply(&mut self, decision: &Decision) {
        if decision.ask.is_some() {
            assert!(decision.changes.is_empty() && decision.letters.is_empty());
        }
        for change in &decision.changes {
            self.state.apply(change);
        }
        let mut readers: Vec<_> = decision.letters.iter().map(|letter| (&letter.person, &letter.event)).collect();
        readers.sort();
        readers.dedup();
        assert_eq!(readers.len(), decision.letters.len(), "one letter a person and event");
    }

    pub(super) fn event(&self) -> &EventState {
        &self.state.events[&b16()]
    }

    pub(super) fn party(&self, who: &str) -> &Registration {
        &self.event().registrations[&key(who)]
    }

    /// Confirmed and waiting seats.
    pub(super) fn seats(&self, who: &str) -> (u32, u32) {
        self.event().registrations.get(&key(who)).map_or((0, 0), |party| (party.confirmed, party.waiting))
    }

    pub(super) fn offered(&self, who: &str) -> u32 {
        self.party(who).offer.as_ref().map_or(0, |offer| offer.seats)
    }
}

/// Who gets which letter.
pub(super) fn letters(decision: &Decision) -> Vec<(String, LetterKind)> {
    decision.letters.iter().map(|letter| (letter.name.clone(), letter.kind)).collect()
}

pub(super) fn letter<'a>(decision: &'a Decision, who: &str) -> &'a LetterOrder {
    decision.letters.iter().find(|letter| letter.name == who).unwrap()
}

pub(super) fn notes(decision: &Decision, kind: NoteKind) -> Vec<&str> {
    decision.notes.iter().filter(|note| note.kind == kind).map(|note| note.text.as_str()).collect()
}
