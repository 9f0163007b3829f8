//! When the coordinator gets her digest.
//!
//! Once a day at her hour when something changed, the evening before a meeting in any case, and at once when a seat came
//! free so shortly before a meeting that only she can fill it. Whatever was missed meanwhile is one digest, a current one.
//! Pure; the daemon asks on each of its rounds and remembers when the last digest was written.

use crate::config::Coordinator;
use crate::ids::EventId;
use crate::outcome::JournalEntry;
use crate::registration::{NoteKind, Phase, State};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The occasions of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestKind {
    /// Something changed.
    Daily,
    /// There is a meeting tomorrow (or already today, when the evening was missed).
    Eve,
    /// A seat came free shortly before a meeting, and people wait for it.
    Urgent,
}

/// What of the journal no digest has told yet, as far as it makes one due.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// When the first of it was decided that is worth telling.
    first: Option<Timestamp>,
    /// The meetings at which a seat is free and nobody was moved up.
    not_promoted: BTreeSet<Option<EventId>>,
}

impl News {
    /// Takes in one more entry, read at `now`. What was decided later than that was so before the clock was set back.
    pub fn add(&mut self, entry: &JournalEntry, now: Timestamp) {
        if entry.notes.is_empty() {
            return;
        }
        let at = entry.at.min(now);
        self.first = Some(self.first.map_or(at, |first| first.min(at)));
        let not_promoted = entry.notes.iter().filter(|note| note.kind == NoteKind::NotPromoted);
        self.not_promoted.extend(not_promoted.map(|note| note.event.clone()));
    }
}

/// Is a digest due at `now`, and which? `last` is when the last one was written. Of several at once the one that tells
/// most: the urgent, then the eve's, then the daily one.
pub fn due(
    last: Option<Timestamp>,
    now: Timestamp,
    coordinator: &Coordinator,
    zone: &TimeZone,
    state: &State,
    news: &News,
) -> Option<DigestKind> {
    // A clock that was ahead for a while must not silence her for as long.
    let last = last.map(|last| last.min(now));
    let after_last = |moment: Timestamp| last.is_none_or(|last| moment > last);
    if news.not_promoted.iter().any(|event| only_she_can(state, event.as_ref(), now)) {
        return Some(DigestKind::Urgent);
    }
    let eve = state.events.values().filter(|known| known.event.phase(now) != Phase::Closed).any(|known| {
        let day = known.event.start.with_time_zone(zone.clone()).date().yesterday();
        let moment = day.ok().and_then(|day| moment_of(day, coordinator.eve_digest_at, zone));
        moment.is_some_and(|moment| moment <= now && after_last(moment))
    });
    if eve {
        return Some(DigestKind::Eve);
    }
    let today = now.to_zoned_datetime(zone.clone()).date();
    let days = [Some(today), today.yesterday().ok()];
    let mut moments = days.into_iter().flatten().filter_map(|day| moment_of(day, coordinator.digest_at, zone));
    let latest = moments.find(|moment| *moment <= now)?;
    // News that came after her hour waits for the next one.
    let changed = news.first.is_some_and(|first| first <= latest);
    (after_last(latest) && changed).then_some(DigestKind::Daily)
}

/// Has it come so near that nobody is moved unasked?
fn only_she_can(state: &State, event: Option<&EventId>, now: Timestamp) -> bool {
    event.and_then(|id| state.event(id)).is_some_and(|known| known.event.phase(now) == Phase::Coordinator)
}

/// That time on that day. A time that the day skips (RFC 5545, 3.3.5: the clock goes forward) is taken as if it had not.
fn moment_of(day: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    day.to_datetime(time).to_zoned_datetime(zone.clone()).ok().map(|moment| moment.timestamp())
}
