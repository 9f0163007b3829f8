//! From the state to the [`Situation`] of one author: what understanding may know besides the mail. Pure.

use crate::config::Network;
use crate::ids::PersonKey;
use crate::letters::calendar::event_uid;
use crate::mail::Screened;
use crate::registration::{EventState, EventStatus, State};
use crate::understanding::{EventInfo, Situation};
use jiff::Timestamp;

/// What may be known when this author's mail came in at `received_at`: the events open then, and his standing.
///
/// An event is open until it starts. Dates are read in the network's time zone.
pub fn situation(
    state: &State,
    author: Option<&PersonKey>,
    screened: &Screened,
    network: &Network,
    received_at: Timestamp,
) -> Situation {
    let open = |standing: &&EventState| {
        standing.event.status == EventStatus::Open && standing.event.start.timestamp() > received_at
    };
    let standing = |found: &EventState| {
        let registration = found.registrations.get(author?)?;
        Some((found.event.id.clone(), registration.clone()))
    };
    let thread_event = screened.thread.as_ref().and_then(|thread| thread.event.clone());
    let mine: Vec<_> = state.events.values().filter_map(standing).collect();
    let offered = mine.iter().filter_map(|(id, mine)| Some((id.clone(), mine.offer.as_ref()?.seats))).collect();
    let pending = author
        .and_then(|key| state.people.get(key))
        .and_then(|person| person.pending.as_ref())
        .zip(screened.thread.as_ref())
        .is_some_and(|(pending, thread)| pending.letter == thread.letter);
    Situation {
        received: received_at.to_zoned_datetime(network.time_zone.clone()),
        events: state.events.values().filter(open).map(|found| info(found, network)).collect(),
        asked: pending
            || thread_event.as_ref().is_some_and(|event| mine.iter().any(|(id, r)| id == event && r.offer.is_some())),
        registered: mine.into_iter().map(|(id, mine)| (id, party(&mine))).collect(),
        offered,
        thread_event,
    }
}

/// An event as a reader needs it.
fn info(standing: &EventState, network: &Network) -> EventInfo {
    let event = &standing.event;
    EventInfo {
        id: event.id.clone(),
        title: event.title.clone(),
        start: event.start.datetime(),
        end: event.end.datetime(),
        venue: event.venue.clone(),
        address: event.address.clone(),
        capacity: event.capacity,
        uid: Some(event_uid(&event.id, network)),
    }
}

/// The names of a party, one for each of its seats: who is not named is an empty name.
fn party(registration: &crate::registration::Registration) -> Vec<String> {
    let seats =
        usize::try_from(registration.confirmed.saturating_add(registration.waiting)).unwrap_or(usize::MAX).min(1000);
    let mut names = registration.names.clone();
    names.resize(seats, String::new());
    names
}
