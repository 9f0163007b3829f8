//! The digest: what the coordinator should know at a glance, as plain facts for `letters` to render.
//!
//! Pure: the state and the journal in, facts out. It says who comes, who waits and why, and what waits for her; when it is
//! sent is the business of `due`. Names, subjects and quoted words come from strangers' mails: whoever renders them makes
//! them harmless. Called by the daemon's timers and by `handle` when she asks for it.

use super::due::DigestKind;
use crate::ids::{Address, EventId, PersonKey};
use crate::outcome::{Cause, JournalEntry};
use crate::registration::{EventState, EventStatus, Note, NoteKind, Registration, State};
use crate::understanding::Disposition;
use jiff::{Timestamp, ZonedDateTime};
use serde::Serialize;

/// Everything that a digest tells.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Digest {
    /// Upon what occasion.
    pub kind: DigestKind,
    /// News is told from here.
    pub since: Timestamp,
    /// The moment of which it tells.
    pub at: Timestamp,
    /// The meetings that are not over yet, the next one first.
    pub events: Vec<EventDigest>,
    /// Mails that wait for her, oldest first: a question, a doubt, something that only a person can decide.
    pub questions: Vec<Item>,
    /// Pitches and presentations that were offered.
    pub pitches: Vec<Item>,
    /// Letters that could not be delivered.
    pub undeliverable: Vec<Item>,
    /// Mails that could not be read.
    pub unreadable: Vec<Item>,
    /// Answers held back because too many went out.
    pub held_back: Vec<Item>,
    /// Onto and off the mailing list, and who was forgotten.
    pub list: Vec<Item>,
    /// What else happened that is about no meeting that is still to come.
    pub other: Vec<Item>,
}

/// One meeting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventDigest {
    /// Its name.
    pub id: EventId,
    /// Its title.
    pub title: String,
    /// When it starts, in the zone of its place.
    pub start: ZonedDateTime,
    /// Where, by name.
    pub venue: String,
    /// Was it called off?
    pub called_off: bool,
    /// How many seats it has.
    pub capacity: u32,
    /// Seats that are somebody's: so many of `capacity`. May be more when the coordinator said so.
    pub confirmed: u32,
    /// Seats that are neither somebody's nor on offer.
    pub free: u32,
    /// Seats on offer to people who wait.
    pub offered: u32,
    /// Seats that are waited for.
    pub waiting: u32,
    /// Who comes, by name.
    pub coming: Vec<PartyDigest>,
    /// Who waits, the first in line first.
    pub line: Vec<PartyDigest>,
    /// Who dropped out since.
    pub dropped_out: Vec<Item>,
    /// Seats that are free while people wait, and why nobody was moved up.
    pub not_promoted: Vec<Item>,
    /// Everything else that happened since: sign-ups, changes, people who moved up, offers, changes of the event.
    pub news: Vec<Item>,
}

/// One party, with its seats or in line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartyDigest {
    /// Who signed it up; his address when he has no name.
    pub name: String,
    /// His address.
    pub address: Option<Address>,
    /// How many seats: those that are his where it tells who comes, those that he waits for in the line.
    pub seats: u32,
    /// The people, one name a seat, "gast" for who is not named. Who comes and waits for more has all of them in both.
    pub names: Vec<String>,
    /// His place in line, from 1; `None` for who only comes.
    pub position: Option<u32>,
    /// Until when an offer to him stands.
    pub offered_until: Option<ZonedDateTime>,
    /// Did he come or come to wait since the last digest?
    pub new: bool,
    /// Why the coordinator let him through.
    pub let_through: Option<String>,
    /// Do letters to him come back?
    pub unreachable: bool,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// When it was decided.
    pub at: Timestamp,
    /// Whom it is about, by name or address.
    pub who: Option<String>,
    /// His address.
    pub address: Option<Address>,
    /// About which meeting.
    pub event: Option<EventId>,
    /// One plain Dutch sentence.
    pub text: String,
    /// The subject of the mail that led to it; `None` when no mail did.
    pub subject: Option<String>,
    /// The words of that mail that led to it.
    pub words: Vec<String>,
}

/// The facts of a digest at `now`: the state as it is, and the `entries` of the journal that no digest has told yet.
///
/// `since` is when the last one was written; it says who is new. What is told goes by the entries alone: one that was
/// decided before then may have been committed after it.
pub fn digest(state: &State, entries: &[JournalEntry], kind: DigestKind, since: Timestamp, now: Timestamp) -> Digest {
    let mut recent: Vec<&JournalEntry> = entries.iter().collect();
    recent.sort_by_key(|entry| entry.at);
    let mut known: Vec<&EventState> = state.events.values().filter(|known| known.event.end.timestamp() > now).collect();
    known.sort_by_key(|known| known.event.start.timestamp());
    let told: Vec<&EventId> = known.iter().map(|known| &known.event.id).collect();
    let of = |kinds: &[NoteKind]| items(state, &recent, |note| kinds.contains(&note.kind));
    let mut questions = of(&[NoteKind::Question]);
    questions.extend(unexplained(state, &recent));
    questions.sort_by_key(|item| item.at);
    Digest {
        kind,
        since,
        at: now,
        questions,
        pitches: of(&[NoteKind::Pitch]),
        undeliverable: of(&[NoteKind::Undeliverable]),
        unreadable: of(&[NoteKind::Unreadable]),
        held_back: of(&[NoteKind::HeldBack]),
        list: of(&[NoteKind::List]),
        other: items(state, &recent, |note| {
            about_event(note.kind) && note.event.as_ref().is_none_or(|id| !told.contains(&id))
        }),
        events: known.iter().map(|known| event_digest(state, known, &recent, since)).collect(),
    }
}

/// Is it told under its meeting?
fn about_event(kind: NoteKind) -> bool {
    use NoteKind::{Changed, DroppedOut, Event, NotPromoted, Offered, Promoted, SignedUp, Waits};
    matches!(kind, Changed | DroppedOut | Event | NotPromoted | Offered | Promoted | SignedUp | Waits)
}

fn event_digest(state: &State, known: &EventState, recent: &[&JournalEntry], since: Timestamp) -> EventDigest {
    let event = &known.event;
    let here = |note: &Note| note.event.as_ref() == Some(&event.id);
    let of = |kind: NoteKind| items(state, recent, |note| here(note) && note.kind == kind);
    let mut coming: Vec<PartyDigest> = known
        .registrations
        .iter()
        .filter(|(_, party)| party.confirmed > 0)
        .map(|(person, party)| party_digest(state, known, person, party, party.confirmed, since))
        .collect();
    coming.sort_by_cached_key(|party| party.name.to_lowercase());
    let line = known.line();
    EventDigest {
        id: event.id.clone(),
        title: event.title.clone(),
        start: event.start.clone(),
        venue: event.venue.clone(),
        called_off: event.status == EventStatus::Cancelled,
        capacity: event.capacity,
        confirmed: known.confirmed_seats(),
        free: known.free_seats(),
        offered: known.offered_seats(),
        waiting: known.waiting_seats(),
        coming,
        line: line
            .into_iter()
            .map(|(person, party)| party_digest(state, known, person, party, party.waiting, since))
            .collect(),
        dropped_out: of(NoteKind::DroppedOut),
        not_promoted: of(NoteKind::NotPromoted),
        news: items(state, recent, |note| {
            here(note) && about_event(note.kind) && !matches!(note.kind, NoteKind::DroppedOut | NoteKind::NotPromoted)
        }),
    }
}

fn party_digest(
    state: &State,
    known: &EventState,
    person: &PersonKey,
    party: &Registration,
    seats: u32,
    since: Timestamp,
) -> PartyDigest {
    let who = state.people.get(person);
    let zone = known.event.start.time_zone();
    PartyDigest {
        name: who.map_or_else(|| person.to_string(), |who| who.called()),
        address: who.map(|who| who.address.clone()),
        seats,
        names: state.party(&known.event.id, person),
        position: known.position(person),
        offered_until: party.offer.as_ref().map(|offer| offer.until.to_zoned_datetime(zone.clone())),
        new: party.since > since,
        let_through: party.let_through.clone(),
        unreachable: who.is_some_and(|who| who.undeliverable.is_some()),
    }
}

/// The notes that are wanted, each with the mail that it came from.
fn items(state: &State, recent: &[&JournalEntry], wanted: impl Fn(&Note) -> bool) -> Vec<Item> {
    let mut items = Vec::new();
    for entry in recent {
        for note in entry.notes.iter().filter(|note| wanted(note)) {
            let person = note.person.as_ref().or(entry.person.as_ref());
            items.push(item(state, entry, person, note.event.clone(), note.text.clone()));
        }
    }
    items
}

/// Mails that were left to her without a note that says so: nobody is lost.
fn unexplained(state: &State, recent: &[&JournalEntry]) -> Vec<Item> {
    let asks = |entry: &&&JournalEntry| {
        entry.disposition == Some(Disposition::Ask)
            && !entry
                .notes
                .iter()
                .any(|note| matches!(note.kind, NoteKind::Question | NoteKind::Pitch | NoteKind::Unreadable))
    };
    let left = recent.iter().filter(asks);
    left.map(|entry| item(state, entry, entry.person.as_ref(), None, entry.reason.clone())).collect()
}

fn item(state: &State, entry: &JournalEntry, person: Option<&PersonKey>, event: Option<EventId>, text: String) -> Item {
    let who = person.and_then(|person| state.people.get(person));
    let subject = match &entry.cause {
        Cause::Mail { subject, .. } => Some(subject.clone()),
        Cause::Command(_) | Cause::Clock => None,
    };
    // A note that quotes the mail says which of its words count; the same words are not quoted twice.
    let words = if text.starts_with('“') { Vec::new() } else { entry.evidence.clone() };
    Item {
        at: entry.at,
        who: person.map(|person| who.map_or_else(|| person.to_string(), |who| who.called())),
        address: who.map(|who| who.address.clone()),
        event,
        text,
        subject,
        words,
    }
}
