//! Events as the coordinator makes and changes them: create, edit, call off.
//!
//! Promotions and letters that follow from a change come in the same decision. Called by `coordinator` and the control socket.

use super::draft::Draft;
use super::{Decision, Event, EventState, EventStatus, Note, NoteKind, State, WaitlistRule, waitlist};
use crate::ids::EventId;
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};

/// What becomes different about an event; `None` leaves it as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventEdit {
    /// Its title.
    pub title: Option<String>,
    /// When it starts. Without a new end it stays as long as it was.
    pub start: Option<ZonedDateTime>,
    /// When it ends.
    pub end: Option<ZonedDateTime>,
    /// Where, by name.
    pub venue: Option<String>,
    /// Where, by street and town.
    pub address: Option<String>,
    /// How many seats.
    pub capacity: Option<u32>,
    /// The largest party that is booked without a person looking.
    pub max_party: Option<u32>,
    /// Who gets freed seats.
    pub waitlist: Option<WaitlistRule>,
}

/// Why something cannot be done with an event, for the coordinator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// There is no such event.
    #[error("Er is geen bijeenkomst `{0}`; kijk met `event list` welke er zijn.")]
    UnknownEvent(EventId),
    /// The name is taken.
    #[error("Er is al een bijeenkomst `{0}`; kies een andere naam of wijzig deze met `event edit`.")]
    Exists(EventId),
    /// It was called off.
    #[error("Bijeenkomst `{0}` is afgelast; maak een nieuwe als zij toch doorgaat.")]
    CalledOff(EventId),
    /// It has started.
    #[error("Bijeenkomst `{0}` is al begonnen of geweest; er verandert niets meer aan.")]
    Started(EventId),
    /// It would start before now.
    #[error("Bijeenkomst `{0}` zou in het verleden beginnen; geef een later tijdstip.")]
    StartsInPast(EventId),
    /// It would end before it starts.
    #[error("Bijeenkomst `{0}` zou eindigen voor zij begint; geef een later einde.")]
    EndsBeforeStart(EventId),
    /// It would have no seats.
    #[error("Bijeenkomst `{0}` zou geen enkele plaats hebben; geef er minstens 1.")]
    NoSeats(EventId),
    /// He waits for nothing there.
    #[error("{0} staat daar niet op de wachtlijst; kijk met `list` wie er wacht.")]
    NotWaiting(String),
}

/// Makes an event.
///
/// # Errors
/// When the name is taken, it has no seats or would end before it starts.
pub fn create_event(state: &State, event: Event) -> Result<Decision, Refusal> {
    if state.events.contains_key(&event.id) {
        return Err(Refusal::Exists(event.id));
    }
    sound(&event)?;
    let text = format!("{} is toegevoegd: {}, {} plaatsen.", event.title, moment(&event.start), event.capacity);
    let mut draft = Draft::new(state, event.start.timestamp());
    draft.note(note(&event.id, text));
    draft.put_event(EventState { event, registrations: Default::default() });
    Ok(draft.finish())
}

/// Changes an event: with more seats the line moves, with another time or place everybody in it hears so, in one letter
/// with what else it means for him. Fewer seats than are taken throw nobody out.
///
/// # Errors
/// When it is unknown, called off or has started, or would become unsound.
pub fn edit_event(state: &State, id: &EventId, edit: EventEdit, now: Timestamp) -> Result<Decision, Refusal> {
    let mut draft = Draft::new(state, now);
    let mut known = changeable(&mut draft, id, now)?;
    let old = known.event.clone();
    let event = &mut known.event;
    let length = old.start.duration_until(&old.end);
    if let Some(start) = edit.start {
        event.end = start.saturating_add(length);
        event.start = start;
    }
    event.end = edit.end.unwrap_or(event.end.clone());
    event.title = edit.title.unwrap_or(event.title.clone());
    event.venue = edit.venue.unwrap_or(event.venue.clone());
    event.address = edit.address.unwrap_or(event.address.clone());
    event.capacity = edit.capacity.unwrap_or(event.capacity);
    event.rules.max_party = edit.max_party.unwrap_or(event.rules.max_party);
    event.rules.waitlist = edit.waitlist.unwrap_or(event.rules.waitlist);
    sound(event)?;
    if event.start.timestamp() <= now {
        return Err(Refusal::StartsInPast(id.clone()));
    }
    let moved =
        (&old.start, &old.end, &old.venue, &old.address) != (&event.start, &event.end, &event.venue, &event.address);
    if moved {
        event.sequence = event.sequence.saturating_add(1);
        draft.note(note(id, format!("{} is nu {} bij {}.", event.title, moment(&event.start), event.venue)));
    }
    if old.start != event.start {
        another_moment(&mut known, now);
    }
    let (capacity, taken) = (known.event.capacity, known.confirmed_seats());
    if old.capacity != capacity {
        let over = if taken > capacity { "; er wordt niemand afgemeld" } else { "" };
        let title = &known.event.title;
        draft.note(note(
            id,
            format!("{title} heeft nu {capacity} plaatsen (was {}), {taken} bezet{over}.", old.capacity),
        ));
    }
    if !moved && old.capacity == capacity && old != known.event {
        draft.note(note(id, format!("{} is gewijzigd.", known.event.title)));
    }
    draft.put_event(known);
    Ok(draft.finish())
}

/// Calls an event off. Everybody registered, waiting or not, hears it; the registrations stay to be looked up.
///
/// # Errors
/// When it is unknown, called off already or has started.
pub fn cancel_event(state: &State, id: &EventId, now: Timestamp) -> Result<Decision, Refusal> {
    let mut draft = Draft::new(state, now);
    let mut known = changeable(&mut draft, id, now)?;
    known.event.status = EventStatus::Cancelled;
    known.event.sequence = known.event.sequence.saturating_add(1);
    for party in known.registrations.values_mut() {
        party.offer = None;
    }
    let parties = known.registrations.len();
    draft.note(note(id, format!("{} gaat niet door; {parties} aanmeldingen krijgen bericht.", known.event.title)));
    draft.put_event(known);
    Ok(draft.finish())
}

/// The event, taken out to be changed, if it still can be.
pub(super) fn changeable(draft: &mut Draft<'_>, id: &EventId, now: Timestamp) -> Result<EventState, Refusal> {
    let event = draft.event(id).map(|known| &known.event).ok_or_else(|| Refusal::UnknownEvent(id.clone()))?;
    if event.status == EventStatus::Cancelled {
        return Err(Refusal::CalledOff(id.clone()));
    }
    if event.has_started(now) {
        return Err(Refusal::Started(id.clone()));
    }
    draft.take_event(id).ok_or_else(|| Refusal::UnknownEvent(id.clone()))
}

fn sound(event: &Event) -> Result<(), Refusal> {
    if event.capacity == 0 {
        Err(Refusal::NoSeats(event.id.clone()))
    } else if event.end <= event.start {
        Err(Refusal::EndsBeforeStart(event.id.clone()))
    } else {
        Ok(())
    }
}

/// At another moment everybody in line is asked anew if need be, and no offer outlasts what the new start allows.
fn another_moment(known: &mut EventState, now: Timestamp) {
    let latest = waitlist::answer_by(&known.event, now);
    for party in known.registrations.values_mut() {
        party.silent_since = None;
        if let Some(offer) = &mut party.offer {
            offer.until = offer.until.min(latest);
        }
    }
}

fn note(id: &EventId, text: String) -> Note {
    Note { event: Some(id.clone()), person: None, kind: NoteKind::Event, text }
}

fn moment(start: &ZonedDateTime) -> String {
    format!("{}-{}-{} om {:02}:{:02} uur", start.day(), start.month(), start.year(), start.hour(), start.minute())
}
