//! A working copy of what a decision touches, and how it becomes the decision.
//!
//! The rules change the copy; [`Draft::finish`] brings each touched event to rest and compares it with the state before.
//! Changes, letters and notes all come from that comparison, so that whatever happened in between, each person hears of
//! each event once, and of nothing that did not change.

use super::tell::{self, Touched};
use super::{Change, Decision, EventState, LetterKind, LetterOrder, Note, Person, Registration, State, waitlist};
use crate::ids::{EventId, PersonKey};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What somebody himself, or the coordinator for him, asked about one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Seats.
    Seats,
    /// To give seats back.
    Cancellation,
}

/// The working copy.
pub(super) struct Draft<'a> {
    base: &'a State,
    now: Timestamp,
    events: BTreeMap<EventId, EventState>,
    people: BTreeMap<PersonKey, Person>,
    asked: BTreeMap<(EventId, PersonKey), Asked>,
    forgotten: Option<PersonKey>,
    list_letter: Option<LetterOrder>,
    notes: Vec<Note>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(base: &'a State, now: Timestamp) -> Self {
        Self {
            base,
            now,
            events: BTreeMap::new(),
            people: BTreeMap::new(),
            asked: BTreeMap::new(),
            forgotten: None,
            list_letter: None,
            notes: Vec::new(),
        }
    }

    /// The event with what was changed about it so far.
    pub(super) fn event(&self, id: &EventId) -> Option<&EventState> {
        self.events.get(id).or_else(|| self.base.events.get(id))
    }

    /// The same, to change it. From the first call on it is brought up to `now`: offers that are over are ended, and what
    /// they held is offered on.
    pub(super) fn event_mut(&mut self, id: &EventId) -> Option<&mut EventState> {
        if !self.events.contains_key(id) {
            let mut copy = self.base.events.get(id)?.clone();
            waitlist::lapse(&mut copy, self.now);
            waitlist::settle(&mut copy, self.now, |person| self.reachable(person));
            self.events.insert(id.clone(), copy);
        }
        self.events.get_mut(id)
    }

    /// Takes the event out of the copy to change it; it is given back with `put_event`. Brought up to `now` as above.
    pub(super) fn take_event(&mut self, id: &EventId) -> Option<EventState> {
        self.event_mut(id)?;
        self.events.remove(id)
    }

    /// The events at which he is registered.
    pub(super) fn events_of(&self, person: &PersonKey) -> Vec<EventId> {
        let here = |id: &&EventId| self.event(id).is_some_and(|known| known.registrations.contains_key(person));
        self.base.events.keys().filter(here).cloned().collect()
    }

    /// Gives an event back, or makes it.
    pub(super) fn put_event(&mut self, known: EventState) {
        self.events.insert(known.event.id.clone(), known);
    }

    /// The registration as it stood before the decision.
    pub(super) fn before(&self, id: &EventId, person: &PersonKey) -> Option<&'a Registration> {
        self.base.registration(id, person)
    }

    pub(super) fn person(&self, key: &PersonKey) -> Option<&Person> {
        self.people.get(key).or_else(|| self.base.people.get(key))
    }

    pub(super) fn person_mut(&mut self, key: &PersonKey) -> Option<&mut Person> {
        if !self.people.contains_key(key) {
            self.people.insert(key.clone(), self.base.people.get(key)?.clone());
        }
        self.people.get_mut(key)
    }

    /// Can a letter reach him?
    pub(super) fn reachable(&self, key: &PersonKey) -> bool {
        self.person(key).is_none_or(|person| person.undeliverable.is_none())
    }

    /// Notes that he asked something about an event: he gets a letter about it even when nothing changes.
    pub(super) fn asked(&mut self, id: &EventId, person: &PersonKey, what: Asked) {
        self.asked.insert((id.clone(), person.clone()), what);
    }

    /// Forgets a person at the end.
    pub(super) fn forget(&mut self, person: &PersonKey) {
        self.forgotten = Some(person.clone());
    }

    /// Orders the one letter that is about no event.
    pub(super) fn list_letter(&mut self, kind: LetterKind, person: &PersonKey) {
        self.list_letter = self.person(person).map(|known| LetterOrder::to(person, known, kind));
    }

    pub(super) fn note(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// Brings every touched event to rest and tells what has become different.
    pub(super) fn finish(mut self) -> Decision {
        let mut events = std::mem::take(&mut self.events);
        let mut decision = Decision { notes: std::mem::take(&mut self.notes), ..Decision::default() };
        for (id, after) in &mut events {
            waitlist::settle(after, self.now, |person| self.reachable(person));
            let before = self.base.events.get(id);
            changes_of_event(before, after, &mut decision.changes);
            let touched = Touched {
                before,
                after,
                now: self.now,
                asked: &self.asked,
                forgotten: self.forgotten.as_ref(),
                person: &|key| self.person(key),
            };
            tell::letters(&touched, &mut decision.letters);
            tell::notes(&touched, &mut decision.notes);
        }
        for (key, person) in &self.people {
            if self.forgotten.as_ref() != Some(key) && self.base.people.get(key) != Some(person) {
                decision.changes.push(Change::PutPerson(key.clone(), person.clone()));
            }
        }
        if let Some(key) = self.forgotten {
            decision.changes.push(Change::RemovePerson(key));
        }
        decision.letters.extend(self.list_letter);
        decision
    }
}

fn changes_of_event(before: Option<&EventState>, after: &EventState, changes: &mut Vec<Change>) {
    let id = &after.event.id;
    if before.map(|known| &known.event) != Some(&after.event) {
        changes.push(Change::PutEvent(after.event.clone()));
    }
    let none = BTreeMap::new();
    let old = before.map_or(&none, |known| &known.registrations);
    for person in old.keys().filter(|person| !after.registrations.contains_key(*person)) {
        changes.push(Change::RemoveRegistration(id.clone(), person.clone()));
    }
    for (person, registration) in &after.registrations {
        if old.get(person) != Some(registration) {
            changes.push(Change::PutRegistration(id.clone(), person.clone(), registration.clone()));
        }
    }
}
