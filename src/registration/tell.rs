//! Who hears what: letters and notes from an event before and after a decision.
//!
//! One letter a person and event at most, by what became different for its reader. Called by `draft` alone.

use super::draft::Asked;
use super::state::Phase;
use super::{EventState, EventStatus, Facts, LetterKind, LetterOrder, Note, NoteKind, Person, Registration, waitlist};
use crate::ids::{EventId, PersonKey};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// One event before and after, with what is needed to tell of it.
pub(super) struct Touched<'a> {
    pub(super) before: Option<&'a EventState>,
    pub(super) after: &'a EventState,
    pub(super) now: Timestamp,
    pub(super) asked: &'a BTreeMap<(EventId, PersonKey), Asked>,
    pub(super) forgotten: Option<&'a PersonKey>,
    pub(super) person: &'a dyn Fn(&PersonKey) -> Option<&'a Person>,
}

/// One person at that event before and after.
struct Standing<'a> {
    before: Option<&'a Registration>,
    after: Option<&'a Registration>,
    asked: Option<Asked>,
}

/// The letters about this event. None once it has started: then nobody can do anything with them.
pub(super) fn letters(touched: &Touched<'_>, letters: &mut Vec<LetterOrder>) {
    if touched.after.event.has_started(touched.now) {
        return;
    }
    for key in everybody(touched) {
        let standing = touched.standing(key);
        let (Some(kind), Some(person)) = (kind(touched, &standing), (touched.person)(key)) else { continue };
        if touched.forgotten == Some(key) {
            continue;
        }
        let mut letter = LetterOrder::to(key, person, kind);
        letter.event = Some(touched.after.event.id.clone());
        letter.facts = facts(touched, key, &standing);
        letters.push(letter);
    }
}

/// What the journal and the digest are told about this event.
pub(super) fn notes(touched: &Touched<'_>, notes: &mut Vec<Note>) {
    for key in everybody(touched) {
        if let Some((kind, text)) = note_about(touched, key, &touched.standing(key)) {
            // Who is forgotten is not named any more.
            let person = (touched.forgotten != Some(key)).then(|| key.clone());
            notes.push(Note { event: Some(touched.after.event.id.clone()), person, kind, text });
        }
    }
    notes.extend(not_promoted(touched));
}

impl<'a> Touched<'a> {
    fn standing(&self, key: &PersonKey) -> Standing<'a> {
        Standing {
            before: self.before.and_then(|known| known.registrations.get(key)),
            after: self.after.registrations.get(key),
            asked: self.asked.get(&(self.after.event.id.clone(), key.clone())).copied(),
        }
    }

    /// Has it another time or place?
    fn moved(&self) -> bool {
        self.before.is_some_and(|known| {
            let (old, new) = (&known.event, &self.after.event);
            old.start != new.start || old.end != new.end || old.venue != new.venue || old.address != new.address
        })
    }

    fn called_off(&self) -> bool {
        self.after.event.status == EventStatus::Cancelled
            && self.before.is_some_and(|known| known.event.status == EventStatus::Open)
    }

    fn called(&self, key: &PersonKey) -> String {
        if self.forgotten == Some(key) {
            return "Iemand".to_owned();
        }
        (self.person)(key).map_or_else(|| key.to_string(), Person::called)
    }
}

fn everybody<'a>(touched: &Touched<'a>) -> BTreeSet<&'a PersonKey> {
    let before = touched.before.into_iter().flat_map(|known| known.registrations.keys());
    let asked = touched.asked.keys().filter(|(id, _)| *id == touched.after.event.id).map(|(_, key)| key);
    before.chain(touched.after.registrations.keys()).chain(asked).collect()
}

/// Which letter: what somebody asked for comes first, then what the waiting list did to him, then the event itself.
fn kind(touched: &Touched<'_>, standing: &Standing<'_>) -> Option<LetterKind> {
    if touched.called_off() {
        return standing.after.map(|_| LetterKind::EventCancelled);
    }
    let (before, after) = match (standing.before, standing.after) {
        (None, None) => return (standing.asked == Some(Asked::Cancellation)).then_some(LetterKind::NothingToCancel),
        (Some(_), None) => return Some(LetterKind::Cancelled),
        (None, Some(after)) if after.offer.is_some() => return Some(LetterKind::Offered),
        (None, Some(after)) if after.waiting == 0 => return Some(LetterKind::Confirmed),
        (None, Some(after)) if after.confirmed == 0 => return Some(LetterKind::Waitlisted),
        (None, Some(_)) => return Some(LetterKind::Changed),
        (Some(before), Some(after)) => (before, after),
    };
    let asked_anew = after.offer.as_ref().map(|offer| offer.made_at);
    if asked_anew.is_some() && asked_anew != before.offer.as_ref().map(|offer| offer.made_at) {
        return Some(LetterKind::Offered);
    }
    let same = (before.confirmed, before.waiting, &before.names) == (after.confirmed, after.waiting, &after.names);
    match standing.asked {
        Some(_) if before.confirmed == 0 && after.confirmed > 0 && after.waiting == 0 => Some(LetterKind::Confirmed),
        Some(_) if !same => Some(LetterKind::Changed),
        Some(_) => Some(LetterKind::AlreadyRegistered),
        None if after.confirmed > before.confirmed => Some(LetterKind::Promoted),
        None if before.offer.is_some() && after.offer.is_none() => Some(LetterKind::OfferEnded),
        None if touched.moved() => Some(LetterKind::EventMoved),
        None => None,
    }
}

fn facts(touched: &Touched<'_>, key: &PersonKey, standing: &Standing<'_>) -> Facts {
    let (before, after) = (standing.before, standing.after);
    let reachable = |person: &PersonKey| (touched.person)(person).is_none_or(|known| known.undeliverable.is_none());
    let offer = after.and_then(|party| party.offer.as_ref());
    let moved_from =
        touched.before.filter(|_| touched.moved()).map(|old| (old.event.start.clone(), old.event.venue.clone()));
    Facts {
        confirmed: after.map_or(0, |party| party.confirmed),
        waiting: after.map_or(0, |party| party.waiting),
        before: before.map_or(0, Registration::seats),
        confirmed_before: before.map_or(0, |party| party.confirmed),
        names: after.or(before).map(|party| party.names.clone()).unwrap_or_default(),
        position: touched.after.position(key),
        seats_left: waitlist::available(touched.after, key, reachable),
        offered: offer.map_or(0, |offer| offer.seats),
        until: offer.map(|offer| offer.until),
        moved_from,
        ..Facts::default()
    }
}

fn note_about(touched: &Touched<'_>, key: &PersonKey, standing: &Standing<'_>) -> Option<(NoteKind, String)> {
    let who = touched.called(key);
    let taken = format!("{} van de {} plaatsen bezet", touched.after.confirmed_seats(), touched.after.event.capacity);
    let place = || touched.after.position(key).map_or(String::new(), |place| format!(", {place}e in de rij"));
    let (before, after) = match (standing.before, standing.after) {
        (None, None) => return None,
        (None, Some(after)) if after.waiting == 0 => {
            let with = party(after);
            return Some((NoteKind::SignedUp, format!("{who} komt{with}; nu {taken}.")));
        }
        (None, Some(after)) => {
            let seats = plaatsen(after.waiting);
            return Some((NoteKind::Waits, format!("{who} wacht op {seats}{}; {taken}.", place())));
        }
        (Some(before), None) => {
            let line = if touched.after.waiting_seats() == 0 { " Er staat niemand op de wachtlijst." } else { "" };
            let text = if before.confirmed == 0 {
                format!("{who} is uit de rij ({}).", plaatsen(before.waiting))
            } else {
                format!("{who} valt af ({}); nu {taken}.{line}", plaatsen(before.seats()))
            };
            return Some((NoteKind::DroppedOut, text));
        }
        (Some(before), Some(after)) => (before, after),
    };
    let same = (before.confirmed, before.waiting, &before.names) == (after.confirmed, after.waiting, &after.names);
    let asked_anew =
        after.offer.as_ref().filter(|offer| before.offer.as_ref().map(|old| old.made_at) != Some(offer.made_at));
    if let Some(offer) = asked_anew {
        let text = format!("{who} is gevraagd voor {}{}.", plaatsen(offer.seats), until(touched, offer.until));
        return Some((NoteKind::Offered, text));
    }
    let beside = if after.waiting > 0 { format!(" en wacht op {}", plaatsen(after.waiting)) } else { String::new() };
    if standing.asked.is_none() && after.confirmed > before.confirmed {
        return Some((
            NoteKind::Promoted,
            format!("{who} schuift door van de wachtlijst{}; nu {taken}.", party(after)),
        ));
    }
    if !same {
        let seats_stay = (before.confirmed, before.waiting) == (after.confirmed, after.waiting);
        let text = match (before.confirmed, after.confirmed) {
            _ if seats_stay && !after.names.is_empty() => {
                format!("{who} noemt nu anderen: {}; nog steeds {taken}.", after.names.join(", "))
            }
            (_, 0) => format!("{who} wacht nu op {} in plaats van {}.", plaatsen(after.waiting), before.seats()),
            (0, _) => {
                let from = if before.offer.is_some() { "zei ja op het aanbod" } else { "stond op de wachtlijst" };
                format!("{who} {from} en komt nu{}{beside}; nu {taken}.", party(after))
            }
            (first, seats) => format!("{who} heeft nu {} ({first} eerst){beside}; nu {taken}.", plaatsen(seats)),
        };
        return Some((NoteKind::Changed, text));
    }
    (before.offer.is_some() && after.offer.is_none()).then(|| {
        let why = if after.silent_since.is_some() { "er kwam geen antwoord" } else { "de plek is niet meer vrij" };
        (NoteKind::Offered, format!("Het aanbod aan {who} is voorbij: {why}; hij of zij houdt de plaats in de rij."))
    })
}

/// Why seats are free while people wait: told when seats came free or somebody came to wait, never twice for one reason.
fn not_promoted(touched: &Touched<'_>) -> Option<Note> {
    let after = touched.after;
    let free = after.free_seats();
    let line = after.line();
    let more_free = touched.before.is_none_or(|known| known.free_seats() < free);
    let new_in_line = line.iter().any(|(key, _)| {
        touched.before.is_some_and(|known| known.registrations.get(*key).is_none_or(|old| old.waiting == 0))
    });
    if free == 0 || line.is_empty() || !(more_free || new_in_line) || after.event.phase(touched.now) == Phase::Closed {
        return None;
    }
    let fitting =
        waitlist::would_fit(after, |person| (touched.person)(person).is_none_or(|known| known.undeliverable.is_none()));
    let names: Vec<String> =
        line.iter().map(|(key, each)| format!("{} ({})", touched.called(key), each.waiting)).collect();
    let why = if !fitting.is_empty() {
        let hours = after.event.rules.offer_above_hours;
        format!("binnen {hours} uur voor het begin schuift niemand ongevraagd door")
    } else {
        let reasons: Vec<String> = line.iter().map(|(key, each)| touched.hindrance(key, each, free)).collect();
        reasons.join(", ")
    };
    let text =
        format!("Er is {} vrij en niemand is doorgeschoven: {why}. In de rij: {}.", plaatsen(free), names.join(", "));
    Some(Note { event: Some(after.event.id.clone()), person: None, kind: NoteKind::NotPromoted, text })
}

impl Touched<'_> {
    fn hindrance(&self, key: &PersonKey, party: &Registration, free: u32) -> String {
        let who = self.called(key);
        if party.offer.is_some() {
            format!("{who} is gevraagd")
        } else if party.silent_since.is_some() {
            format!("{who} heeft niet geantwoord")
        } else if (self.person)(key).is_some_and(|known| known.undeliverable.is_some()) {
            format!("{who} is niet te bereiken")
        } else if party.waiting > free {
            format!("{who} wacht op {}", plaatsen(party.waiting))
        } else {
            format!("{who} is nog niet aan de beurt")
        }
    }
}

fn party(party: &Registration) -> String {
    match party.confirmed {
        1 => String::new(),
        seats if party.names.is_empty() => format!(" met {seats} personen"),
        seats => format!(" met {seats} personen ({})", party.names.join(", ")),
    }
}

fn plaatsen(seats: u32) -> String {
    if seats == 1 { "1 plaats".to_owned() } else { format!("{seats} plaatsen") }
}

fn until(touched: &Touched<'_>, moment: Timestamp) -> String {
    let local = moment.to_zoned_datetime(touched.after.event.start.time_zone().clone());
    format!(", tot {}-{} {:02}:{:02} uur", local.day(), local.month(), local.hour(), local.minute())
}
