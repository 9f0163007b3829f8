//! Giving seats back: all of them, some of them, or those of somebody named. Also leaving the line and declining an offer.
//!
//! Called by `decide` for each `Request::Cancel`; works on the draft and leaves promotions and letters to it.

use super::decide::{Authority, Wish};
use super::draft::{Asked, Draft};
use super::register::open_for;
use super::{Registration, party, waitlist};
use crate::ids::EventId;
use jiff::Timestamp;

/// What a cancellation says.
pub(super) struct Loss<'a> {
    pub(super) event: &'a EventId,
    /// How many drop out; `None` for everyone that he registered.
    pub(super) seats: Option<u32>,
    pub(super) names: &'a [String],
}

/// Carries out one cancellation, or says in a plain Dutch sentence why a person has to look.
pub(super) fn cancel(draft: &mut Draft<'_>, wish: &Wish<'_>, said: &Loss<'_>, now: Timestamp) -> Result<(), String> {
    open_for(draft.event(said.event), said.event, &wish.authority, now)?;
    draft.asked(said.event, wish.person, Asked::Cancellation);
    let before = draft.before(said.event, wish.person);
    if wish.authority == Authority::Person && before.is_some_and(|old| old.mail == *wish.mail) {
        return Ok(());
    }
    let author = draft.person(wish.person).map(|person| person.name.clone()).unwrap_or_default();
    let Some(mut known) = draft.take_event(said.event) else { return Ok(()) };
    if let Some(old) = known.registrations.get_mut(wish.person) {
        let seats = seats_lost(old, said, &author, &wish.authority)?;
        if seats >= old.seats() {
            known.registrations.remove(wish.person);
        } else {
            party::shrink(old, seats);
            old.names = party::names_after_loss(&old.names, said.names, old.seats());
            old.mail = wish.mail.clone();
            old.silent_since = None;
            // "Dan kom ik alleen" in other words.
            let room = waitlist::available(&known, wish.person, |person| draft.reachable(person));
            waitlist::claim(&mut known, wish.person, room);
        }
    }
    draft.put_event(known);
    Ok(())
}

/// How many seats are given back, or why that is not certain.
fn seats_lost(old: &Registration, said: &Loss<'_>, author: &str, authority: &Authority) -> Result<u32, String> {
    if said.seats == Some(0) {
        return Err("Het is niet duidelijk hoeveel plaatsen er vervallen.".to_owned());
    }
    if *authority == Authority::Person && said.seats.is_none() && old.offer.is_some() && old.confirmed > 0 {
        // "Nee, laat maar" answers the offer; it must not take away the seats that he has.
        return Err("Het is niet duidelijk of alleen de aangeboden plaats vervalt of de hele aanmelding.".to_owned());
    }
    let members = party::members(old, author);
    let all_named = !members.is_empty() && !members.iter().any(|name| name == party::UNNAMED);
    if let Some(stranger) = said.names.iter().find(|name| all_named && !party::has(&members, name)) {
        let own = party::same_person(stranger, author);
        let known = members.join(", ");
        return if own && members.len() == 1 {
            Ok(old.seats())
        } else {
            Err(format!("{stranger} hoort niet bij de groep die aangemeld is ({known})."))
        };
    }
    Ok(said.seats.unwrap_or_else(|| old.seats()))
}
