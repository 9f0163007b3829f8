//! A wish for seats: signing up, growing, shrinking to a number, saying yes to an offer, naming the party.
//!
//! Called by `decide` for each `Request::Register`; works on the draft and leaves promotions and letters to it.

use super::decide::{Authority, Wish};
use super::draft::{Asked, Draft};
use super::state::Phase;
use super::{EventState, EventStatus, Registration, party, waitlist};
use crate::ids::{EventId, PersonKey};
use crate::understanding::Mode;
use jiff::Timestamp;

/// Seats as a request says them.
pub(super) struct Seats<'a> {
    pub(super) event: &'a EventId,
    pub(super) seats: u32,
    pub(super) mode: Mode,
    pub(super) names: &'a [String],
}

/// Carries out one wish for seats, or says in a plain Dutch sentence why a person has to look.
pub(super) fn register(draft: &mut Draft<'_>, wish: &Wish<'_>, said: &Seats<'_>, now: Timestamp) -> Result<(), String> {
    open_for(draft.event(said.event), said.event, &wish.authority, now)?;
    if said.seats == 0 {
        return Err("Het is niet duidelijk om hoeveel plaatsen het gaat.".to_owned());
    }
    draft.asked(said.event, wish.person, Asked::Seats);
    let before = draft.before(said.event, wish.person);
    if wish.authority == Authority::Person && before.is_some_and(|old| old.mail == *wish.mail) {
        return Ok(());
    }
    let Some(mut known) = draft.take_event(said.event) else { return Ok(()) };
    let old = known.registrations.get(wish.person).cloned();
    let total = old.as_ref().map_or(0, Registration::seats);
    let target = Target::of(old.as_ref(), said, wish.said_at);
    let max_party = known.event.rules.max_party;
    if target.seats > max_party && target.seats > total && wish.authority == Authority::Person {
        return Err(format!("Een groep van {} is meer dan de {max_party} die zonder overleg kunnen.", target.seats));
    }
    let author = draft.person(wish.person).map(|person| person.name.clone()).unwrap_or_default();
    let mut new = old.clone().unwrap_or_else(|| fresh(before, wish));
    new.names = match said.mode {
        Mode::Set => party::names_after_set(&new.names, said.names, &author, total, target.seats),
        Mode::Add => party::names_after_add(&new.names, said.names, target.seats),
    };
    new.silent_since = None;
    let given_back = before.map_or(0, |party| party.confirmed);
    let reachable = |person: &PersonKey| draft.reachable(person);
    let mut new = match &wish.authority {
        Authority::Person => seat(&mut known, wish, new, &target, given_back, reachable),
        Authority::Coordinator { reason } => {
            let room = waitlist::available(&known, wish.person, reachable);
            let beyond = target.seats.saturating_sub(new.confirmed) > room || target.seats > max_party;
            if beyond || known.event.phase(now) == Phase::Closed {
                new.let_through = Some(reason.clone());
            }
            Registration { confirmed: target.seats, waiting: 0, ..new }
        }
    };
    party::settle_line(&mut new);
    if old.as_ref().is_none_or(|old| differs(old, &new)) {
        new.mail = wish.mail.clone();
    }
    known.registrations.insert(wish.person.clone(), new);
    draft.put_event(known);
    Ok(())
}

/// May somebody change his party at that event now? Else why not. The coordinator may as long as the event is known.
pub(super) fn open_for(
    known: Option<&EventState>,
    id: &EventId,
    authority: &Authority,
    now: Timestamp,
) -> Result<(), String> {
    let Some(event) = known.map(|known| &known.event) else {
        return Err(format!("Er is geen bijeenkomst `{id}` bekend."));
    };
    match authority {
        Authority::Coordinator { .. } => Ok(()),
        Authority::Person if event.status == EventStatus::Cancelled => Err(format!("{} gaat niet door.", event.title)),
        Authority::Person if event.has_started(now) => Err(format!("{} is al begonnen of geweest.", event.title)),
        Authority::Person => Ok(()),
    }
}

/// How large the party is to be, and how many of the seats offered to it are taken.
struct Target {
    seats: u32,
    takes: u32,
}

impl Target {
    fn of(old: Option<&Registration>, said: &Seats<'_>, said_at: Timestamp) -> Self {
        let total = old.map_or(0, Registration::seats);
        let confirmed = old.map_or(0, |party| party.confirmed);
        let offer = old.and_then(|party| party.offer.as_ref());
        let late_read = old.filter(|party| party.silent_since.is_some_and(|end| said_at < end));
        let offered = offer.map(|offer| offer.seats).or(late_read.map(|party| party.waiting)).unwrap_or(0);
        let all_known = old.is_some_and(|party| said.names.iter().all(|name| party::has(&party.names, name)));
        let already = all_known && usize::try_from(said.seats) == Ok(said.names.len());
        match said.mode {
            Mode::Set => Self { seats: said.seats, takes: offered.min(said.seats.saturating_sub(confirmed)) },
            // Those whom he names have been in the party all along: he says it once more.
            Mode::Add if already => Self { seats: total, takes: offered },
            // Who is asked for seats and speaks of seats means those first.
            Mode::Add => {
                Self { seats: total.saturating_add(said.seats.saturating_sub(offered)), takes: offered.min(said.seats) }
            }
        }
    }
}

/// Brings a party to its new size: shrinks it, takes what was offered, then what is free, and lets the rest wait.
///
/// A party that has a seat grows seat by seat; one that has none is seated whole or waits whole. Its place in line stays
/// what it was. `given_back` seats were his before this very decision, so that he passes nobody when he takes them again.
fn seat(
    known: &mut EventState,
    wish: &Wish<'_>,
    mut new: Registration,
    target: &Target,
    given_back: u32,
    reachable: impl Fn(&PersonKey) -> bool,
) -> Registration {
    let less = new.seats().saturating_sub(target.seats);
    if less > 0 {
        // Not for nothing: who has given everything back in this very decision waits for nothing yet and keeps his place.
        party::shrink(&mut new, less);
    }
    let takes = target.takes.min(new.waiting);
    // An offer that was ended meanwhile may find its seats gone; then the place in line is left.
    if takes > 0 && takes <= known.open_seats() {
        new.confirmed = new.confirmed.saturating_add(takes);
        new.waiting -= takes;
        new.offer = None;
    }
    let mut room = |party: &Registration| {
        known.registrations.insert(wish.person.clone(), party.clone());
        let own = known.open_seats().min(given_back.saturating_sub(party.confirmed));
        waitlist::available(known, wish.person, &reachable).max(own)
    };
    let more = target.seats.saturating_sub(new.seats());
    let at_once = if new.confirmed > 0 || given_back > 0 { more.min(room(&new)) } else { 0 };
    new.confirmed = new.confirmed.saturating_add(at_once);
    new.waiting = new.waiting.saturating_add(more - at_once);
    if new.waiting > 0 {
        new.in_line_since.get_or_insert_with(|| (wish.said_at, wish.mail.clone()));
        if new.waiting <= room(&new) {
            party::seat_all(&mut new);
        }
    }
    new
}

/// A registration without seats yet. Who gave everything back in this very decision keeps his place.
fn fresh(before: Option<&Registration>, wish: &Wish<'_>) -> Registration {
    Registration {
        confirmed: 0,
        waiting: 0,
        names: Vec::new(),
        since: before.map_or(wish.said_at, |old| old.since),
        in_line_since: before.and_then(|old| old.in_line_since.clone()),
        offer: None,
        silent_since: None,
        let_through: before.and_then(|old| old.let_through.clone()),
        mail: wish.mail.clone(),
    }
}

/// Is it another party, as its author sees it?
fn differs(old: &Registration, new: &Registration) -> bool {
    (old.confirmed, old.waiting, &old.names, &old.offer) != (new.confirmed, new.waiting, &new.names, &new.offer)
}
