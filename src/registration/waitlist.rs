//! The waiting list: who may take a seat, who moves up, who is asked, when an offer ends.
//!
//! Everything happens in [`settle`], which brings an event to rest after whatever changed; called for each event that a
//! decision touched. `available` is the other side of it: what somebody may take without passing those before him.

use super::{Event, EventState, Offer, Registration, WaitlistRule, state::Phase};
use crate::ids::PersonKey;
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};

/// Between these hours of the day somebody can be expected to answer; outside them is the night.
const DAYTIME: (Time, Time) = (Time::constant(9, 0, 0, 0), Time::constant(21, 0, 0, 0));

/// An offer stands at least so long, also when it was made just before nobody is asked any more.
const SHORTEST_OFFER: SignedDuration = SignedDuration::from_hours(2);

/// Ends the offers whose time has come.
pub(super) fn lapse(known: &mut EventState, now: Timestamp) {
    for party in known.registrations.values_mut() {
        if let Some(until) = party.offer.as_ref().map(|offer| offer.until).filter(|until| *until <= now) {
            end_unanswered(party, until);
        }
    }
}

/// Ends an offer that got no answer until `end`: the place in line stays, but he is not asked again before he writes.
pub(super) fn end_unanswered(party: &mut Registration, end: Timestamp) {
    if party.offer.take().is_some() {
        party.silent_since = Some(end);
    }
}

/// Brings an event to rest: ends offers that nothing is left of, and gives or offers what is free to those in line.
pub(super) fn settle(known: &mut EventState, now: Timestamp, reachable: impl Fn(&PersonKey) -> bool) {
    match known.event.phase(now) {
        Phase::Give => give(known, &reachable),
        Phase::Offer => {
            end_overtaken(known);
            offer(known, now, &reachable);
        }
        Phase::Coordinator => end_overtaken(known),
        Phase::Closed => {}
    }
}

/// How many seats somebody may take now without passing those who wait before him: for somebody in line those before his
/// place, for everybody else the whole line. An open offer of his own does not stand in his way.
pub(super) fn available(known: &EventState, person: &PersonKey, reachable: impl Fn(&PersonKey) -> bool) -> u32 {
    let others = known.registrations.iter().filter(|(each, _)| *each != person);
    let open = known.open_seats();
    let free = open.saturating_sub(super::state::held(others.filter_map(|(_, party)| party.offer.as_ref()), open));
    let line = known.line();
    let ahead = line.iter().take_while(|(each, _)| *each != person);
    let mut left = free;
    for (each, party) in ahead {
        if party.offer.is_some() || !asks(each, party, &reachable) {
            continue;
        }
        match known.event.rules.waitlist {
            WaitlistRule::Strict => return 0,
            WaitlistRule::Fill if party.waiting <= left => left -= party.waiting,
            WaitlistRule::Fill => {}
        }
    }
    left
}

/// Gives somebody who writes himself all the seats that he waits for when there is `room`: he need not be asked any more.
pub(super) fn claim(known: &mut EventState, person: &PersonKey, room: u32) {
    let Some(party) = known.registrations.get_mut(person) else { return };
    if party.waiting <= room {
        super::party::seat_all(party);
    }
}

/// Who of the line could be moved into the free seats, in order; what the coordinator is told when nobody is moved.
pub(super) fn would_fit(known: &EventState, reachable: impl Fn(&PersonKey) -> bool) -> Vec<PersonKey> {
    let mut left = known.free_seats();
    let mut fitting = Vec::new();
    for (person, party) in known.line() {
        if party.offer.is_some() || !asks(person, party, &reachable) {
            continue;
        }
        if party.waiting <= left {
            left -= party.waiting;
            fitting.push(person.clone());
        } else if known.event.rules.waitlist == WaitlistRule::Strict {
            break;
        }
    }
    fitting
}

/// When an offer made at `now` lapses: after a whole day of waking hours, but not after the moment from which nobody is
/// moved unasked, and never after the start. One that is made in the night stands until the next evening; none ends in the
/// night, see [`by_day`].
pub(super) fn answer_by(event: &Event, now: Timestamp) -> Timestamp {
    let start = event.start.timestamp();
    let local = now.to_zoned_datetime(event.start.time_zone().clone());
    let whole_day = if local.time() < DAYTIME.0 {
        local.with().time(DAYTIME.1).build()
    } else if local.time() >= DAYTIME.1 {
        local.tomorrow().and_then(|next| next.with().time(DAYTIME.1).build())
    } else {
        local.tomorrow()
    };
    let whole_day = whole_day.map_or(start, |moment| moment.timestamp());
    let hours = SignedDuration::from_hours(i64::from(event.rules.offer_above_hours));
    let last_moment = start.saturating_sub(hours).unwrap_or(start);
    let shortest = now.saturating_add(SHORTEST_OFFER).unwrap_or(start);
    by_day(event, whole_day.min(last_moment.max(shortest)).min(start), shortest)
}

/// Nobody has to answer in the night. An end that falls into it moves to nine in the morning, if the coordinator can then
/// still ask somebody else; else to nine in the evening before, if that leaves time to answer (not before `shortest`); else,
/// for a meeting early in the morning or late in the evening, to its start.
fn by_day(event: &Event, end: Timestamp, shortest: Timestamp) -> Timestamp {
    let start = event.start.timestamp();
    let local = end.to_zoned_datetime(event.start.time_zone().clone());
    if (DAYTIME.0..=DAYTIME.1).contains(&local.time()) {
        return end;
    }
    let (evening, morning) = if local.time() < DAYTIME.0 {
        (local.yesterday(), Ok(local))
    } else {
        let next = local.tomorrow();
        (Ok(local), next)
    };
    let at = |day: Result<ZonedDateTime, jiff::Error>, time| {
        day.and_then(|day| day.with().time(time).build()).map_or(start, |moment| moment.timestamp())
    };
    let (evening, morning) = (at(evening, DAYTIME.1), at(morning, DAYTIME.0));
    let still_to_fill = start.saturating_sub(SHORTEST_OFFER).unwrap_or(start);
    if morning <= still_to_fill {
        morning
    } else if evening >= shortest {
        evening
    } else {
        start
    }
}

/// Does he wait for a seat that may be given to him: reachable, and not silent after an offer?
fn asks(person: &PersonKey, party: &Registration, reachable: &impl Fn(&PersonKey) -> bool) -> bool {
    party.waiting > 0 && party.silent_since.is_none() && reachable(person)
}

/// Far from the start: the seat is given at once, to whole parties, in order.
fn give(known: &mut EventState, reachable: &impl Fn(&PersonKey) -> bool) {
    for party in known.registrations.values_mut() {
        party.offer = None;
        party.silent_since = None;
    }
    for person in would_fit(known, reachable) {
        if let Some(party) = known.registrations.get_mut(&person) {
            super::party::seat_all(party);
        }
    }
}

/// Near the start: the next ones that fit are asked. Each seat that nobody holds is promised to one; while fewer than
/// `offers_at_once` are asked, further ones may answer too, and the first "ja" has it. In strict order nobody but the
/// ones who would get a seat is asked.
fn offer(known: &mut EventState, now: Timestamp, reachable: &impl Fn(&PersonKey) -> bool) {
    let first = would_fit(known, reachable);
    if first.is_empty() {
        return;
    }
    let open = known.open_seats();
    let most = usize::try_from(known.event.rules.offers_at_once).unwrap_or(usize::MAX);
    let standing = known.registrations.values().filter(|party| party.offer.is_some()).count();
    let room = match known.event.rules.waitlist {
        WaitlistRule::Fill => most.saturating_sub(standing.saturating_add(first.len())),
        WaitlistRule::Strict => 0,
    };
    let further: Vec<PersonKey> = known
        .line()
        .into_iter()
        .filter(|(person, party)| party.offer.is_none() && asks(person, party, reachable) && party.waiting <= open)
        .filter(|(person, _)| !first.contains(person))
        .map(|(person, _)| person.clone())
        .take(room)
        .collect();
    let until = answer_by(&known.event, now);
    let round = known.registrations.values().filter_map(|party| party.offer.as_ref()).map(|offer| offer.round).max();
    let round = round.unwrap_or_else(|| u64::try_from(now.as_second()).unwrap_or_default());
    for person in first.iter().chain(&further) {
        if let Some(party) = known.registrations.get_mut(person) {
            party.offer = Some(Offer { seats: party.waiting, made_at: now, until, round });
        }
    }
}

/// Ends the offers that fit no more because others were quicker or seats were taken away; these are not held against anybody.
fn end_overtaken(known: &mut EventState) {
    let open = known.open_seats();
    for party in known.registrations.values_mut() {
        if party.offer.as_ref().is_some_and(|offer| offer.seats > open) {
            party.offer = None;
        }
    }
}
