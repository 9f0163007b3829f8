//! When the coordinator gets her digest.
//!
//! Once a day at her hour when something changed, the evening before a meeting in any case, and at once when a seat came
//! free so shortly before a meeting that only she can fill it. Whatever was missed meanwhile is one digest, a current one.
//! Pure; the daemon asks on each of its rounds and remembers when the last digest was written.

use crate::config::Coordinator;
use crate::outcome::JournalEntry;
use crate::registration::{NoteKind, Phase, State};
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

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

/// Is a digest due at `now`, and which? `last` is when the last one was written; `entries` is what of the journal no digest
/// has told yet. Of several at once the one that tells most: the urgent, then the eve's, then the daily one.
pub fn due(
    last: Option<Timestamp>,
    now: Timestamp,
    coordinator: &Coordinator,
    zone: &TimeZone,
    state: &State,
    entries: &[JournalEntry],
) -> Option<DigestKind> {
    // A clock that was ahead for a while must not silence her for as long.
    let last = last.map(|last| last.min(now));
    let after_last = |moment: Timestamp| last.is_none_or(|last| moment > last);
    let mut news = entries.iter().flat_map(|entry| &entry.notes);
    if news.any(|note| note.kind == NoteKind::NotPromoted && only_she_can(state, note.event.as_ref(), now)) {
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
    let changed = entries.iter().any(|entry| entry.at <= latest && !entry.notes.is_empty());
    (after_last(latest) && changed).then_some(DigestKind::Daily)
}

/// Has it come so near that nobody is moved unasked?
fn only_she_can(state: &State, event: Option<&crate::ids::EventId>, now: Timestamp) -> bool {
    event.and_then(|id| state.event(id)).is_some_and(|known| known.event.phase(now) == Phase::Coordinator)
}

/// That time on that day. A time that the day skips (RFC 5545, 3.3.5: the clock goes forward) is taken as if it had not.
fn moment_of(day: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    day.to_datetime(time).to_zoned_datetime(zone.clone()).ok().map(|moment| moment.timestamp())
}
