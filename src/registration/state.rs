//! What stands: applying changes to a [`State`], and the questions that everybody asks of it.
//!
//! Nothing here decides. Used by the rules beside it, by `handle`, the digest and the command line.

use super::{Change, Event, EventState, EventStatus, Offer, Person, Registration, State};
use crate::ids::{EventId, PersonKey};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How far off the start of an event is, as the rules of promotion see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// So far that a freed seat is given at once.
    Give,
    /// So near that it is offered first.
    Offer,
    /// So near that nobody is moved unasked: the coordinator gets the names.
    Coordinator,
    /// It has started, or was called off: nothing changes by itself any more.
    Closed,
}

impl State {
    /// Takes one step. A step about an event that does not exist is none.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::PutEvent(event) => {
                let id = event.id.clone();
                match self.events.get_mut(&id) {
                    Some(known) => known.event = event.clone(),
                    None => {
                        let new = EventState { event: event.clone(), registrations: Default::default() };
                        self.events.insert(id, new);
                    }
                }
            }
            Change::PutRegistration(id, person, registration) => {
                if let Some(known) = self.events.get_mut(id) {
                    known.registrations.insert(person.clone(), registration.clone());
                }
            }
            Change::RemoveRegistration(id, person) => {
                if let Some(known) = self.events.get_mut(id) {
                    known.registrations.remove(person);
                }
            }
            Change::PutPerson(key, person) => {
                self.people.insert(key.clone(), person.clone());
            }
            Change::RemovePerson(key) => {
                self.people.remove(key);
                for known in self.events.values_mut() {
                    known.registrations.remove(key);
                }
            }
            Change::Answered(answer) => {
                let limit = answer.at.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
                self.answered.retain(|old| old.at >= limit);
                let place = self.answered.partition_point(|old| old.at <= answer.at);
                self.answered.insert(place, answer.clone());
            }
        }
    }

    /// The event of that name with its registrations.
    pub fn event(&self, id: &EventId) -> Option<&EventState> {
        self.events.get(id)
    }

    /// The events that can be signed up for at `now`, the first to start first.
    pub fn open_events(&self, now: Timestamp) -> Vec<&EventState> {
        let mut open: Vec<_> = self.events.values().filter(|known| known.event.phase(now) != Phase::Closed).collect();
        open.sort_by_key(|known| known.event.start.timestamp());
        open
    }

    /// His registration at that event, if he has one.
    pub fn registration(&self, id: &EventId, person: &PersonKey) -> Option<&Registration> {
        self.events.get(id)?.registrations.get(person)
    }

    /// What somebody is called: his display name, or else his address; empty for who is not known.
    pub fn called(&self, person: &PersonKey) -> String {
        self.people.get(person).map(Person::called).unwrap_or_default()
    }

    /// The people of his party at that event, one name a seat, himself included: those who are not named are called "gast".
    /// Empty when he is not registered.
    pub fn party(&self, id: &EventId, person: &PersonKey) -> Vec<String> {
        let Some(registration) = self.registration(id, person) else { return Vec::new() };
        let own = self.people.get(person).map_or("", |known| known.name.as_str());
        super::party::members(registration, own)
    }
}

impl Person {
    /// What he is called: his display name, or else his address.
    pub fn called(&self) -> String {
        if self.name.trim().is_empty() { self.address.to_string() } else { self.name.clone() }
    }
}

impl Event {
    /// How far off the start is. A span that is exactly as long as a limit of the rules is within it: 48 hours before the
    /// start seats are offered, 12 hours before it they still are.
    pub fn phase(&self, now: Timestamp) -> Phase {
        let left = now.duration_until(self.start.timestamp());
        let hours = |limit: u32| SignedDuration::from_hours(i64::from(limit));
        if self.status == EventStatus::Cancelled || left <= SignedDuration::ZERO {
            Phase::Closed
        } else if left > hours(self.rules.give_above_hours) {
            Phase::Give
        } else if left >= hours(self.rules.offer_above_hours) {
            Phase::Offer
        } else {
            Phase::Coordinator
        }
    }

    /// Has it started? At its very start it has.
    pub fn has_started(&self, now: Timestamp) -> bool {
        now >= self.start.timestamp()
    }
}

impl EventState {
    /// Seats that are somebody's.
    pub fn confirmed_seats(&self) -> u32 {
        self.registrations.values().fold(0, |sum, each| sum.saturating_add(each.confirmed))
    }

    /// Seats that are waited for.
    pub fn waiting_seats(&self) -> u32 {
        self.registrations.values().fold(0, |sum, each| sum.saturating_add(each.waiting))
    }

    /// Seats that are nobody's yet, offered ones included.
    pub fn open_seats(&self) -> u32 {
        self.event.capacity.saturating_sub(self.confirmed_seats())
    }

    /// Seats that the standing offers hold: as many as the answers to them can take. Offers that share one seat hold one.
    pub fn offered_seats(&self) -> u32 {
        held(self.registrations.values().filter_map(|each| each.offer.as_ref()), self.open_seats())
    }

    /// Seats that are neither somebody's nor on offer.
    pub fn free_seats(&self) -> u32 {
        self.open_seats().saturating_sub(self.offered_seats())
    }

    /// Those who wait, the first in line first: by the arrival of their mails, whatever the order of processing.
    pub fn line(&self) -> Vec<(&PersonKey, &Registration)> {
        let mut line: Vec<_> = self.registrations.iter().filter(|(_, each)| each.waiting > 0).collect();
        line.sort_by_key(|(person, each)| (&each.in_line_since, *person));
        line
    }

    /// His place in line, from 1.
    pub fn position(&self, person: &PersonKey) -> Option<u32> {
        let place = self.line().iter().position(|(each, _)| *each == person)?;
        u32::try_from(place).ok()?.checked_add(1)
    }
}

/// How many of the `open` seats some offers hold: the most that can be taken of them by any of the answers together.
pub(super) fn held<'a>(offers: impl Iterator<Item = &'a Offer>, open: u32) -> u32 {
    let mut sums = BTreeSet::from([0_u32]);
    for offer in offers {
        let more: Vec<u32> =
            sums.iter().map(|sum| sum.saturating_add(offer.seats)).filter(|sum| *sum <= open).collect();
        sums.extend(more);
    }
    sums.last().copied().unwrap_or_default()
}

impl Registration {
    /// All his seats, confirmed and waiting.
    pub fn seats(&self) -> u32 {
        self.confirmed.saturating_add(self.waiting)
    }
}
