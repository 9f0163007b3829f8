//! The way into the rules: a wish, the time, a bounced letter, the coordinator letting somebody through.
//!
//! Each takes a state and gives a [`Decision`], changing nothing. Called by `handle`, `coordinator` and `daemon`.

use super::draft::Draft;
use super::register::Seats;
use super::state::Phase;
use super::{Decision, LetterKind, Note, NoteKind, Refusal, State, cancel, people, register, waitlist};
use crate::ids::{EventId, MailKey, PersonKey};
use crate::understanding::Request;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How long a change that waits for somebody's yes is kept.
const PENDING: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What somebody wants.
pub struct Wish<'a> {
    /// Who: he must be in [`State::people`].
    pub person: &'a PersonKey,
    /// What, in the order said.
    pub requests: &'a [Request],
    /// When the server took the mail in (INTERNALDATE): his place in line.
    pub said_at: Timestamp,
    /// The mail, or for a command a key of its own.
    pub mail: &'a MailKey,
    /// By what right.
    pub authority: Authority,
}

/// By what right something is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// By the person himself, within the rules.
    Person,
    /// By the coordinator: she may go over capacity, past `max_party` and into closed events.
    Coordinator {
        /// Why; kept with the registration when the rules would not have allowed it.
        reason: String,
    },
}

/// Carries out a wish as a whole, or leaves it to the coordinator as a whole (`ask`).
///
/// Seats that come free go to the next in line in the same decision; an event that it touches is first brought up to `now`.
/// A "ja" to an offer is a `Register`, a "nee" a `Cancel`.
pub fn decide(state: &State, wish: &Wish<'_>, now: Timestamp) -> Decision {
    let mut draft = Draft::new(state, now);
    if draft.person(wish.person).is_none() {
        return ask(format!("{} is nog niet bekend.", wish.person));
    }
    let forgets = wish.requests.contains(&Request::Forget);
    if forgets && wish.requests.iter().any(|each| matches!(each, Request::Register { .. } | Request::Subscribe)) {
        return ask("Hij of zij wil vergeten worden en tegelijk meedoen.".to_owned());
    }
    if let Some(person) = draft.person(wish.person)
        && person.undeliverable.as_ref().is_some_and(|(since, _)| *since < wish.said_at)
        && wish.authority == Authority::Person
        && let Some(person) = draft.person_mut(wish.person)
    {
        // Who writes is there again; should his address still be wrong, the next letter will tell.
        person.undeliverable = None;
    }
    for request in wish.requests {
        let done = match request {
            Request::Register { event, seats, mode, names } => {
                register::register(&mut draft, wish, &Seats { event, seats: *seats, mode: *mode, names }, now)
            }
            Request::Cancel { event, seats, names } => {
                cancel::cancel(&mut draft, wish, &cancel::Loss { event, seats: *seats, names }, now)
            }
            Request::Subscribe => {
                people::subscribe(&mut draft, wish.person);
                Ok(())
            }
            Request::Unsubscribe => {
                people::unsubscribe(&mut draft, wish.person);
                Ok(())
            }
            Request::Forget => {
                people::forget(&mut draft, wish.person);
                Ok(())
            }
        };
        if let Err(why) = done {
            return ask(why);
        }
    }
    draft.finish()
}

fn ask(why: String) -> Decision {
    Decision { ask: Some(why), ..Decision::default() }
}

/// Everything that time brings: seats given or offered, offers that lapse, changes that nobody confirmed. Empty when it is
/// not time for anything.
pub fn tick(state: &State, now: Timestamp) -> Decision {
    let mut draft = Draft::new(state, now);
    for (id, known) in &state.events {
        if known.event.phase(now) != Phase::Closed && known.waiting_seats() > 0 {
            draft.event_mut(id);
        }
    }
    for (key, person) in &state.people {
        if person.pending.as_ref().is_some_and(|pending| lapses_at(pending.asked_at) <= now) {
            let text =
                format!("{} heeft niet geantwoord op onze vraag of het klopt; er is niets veranderd.", person.called());
            draft.note(Note { event: None, person: Some(key.clone()), kind: NoteKind::Question, text });
            if let Some(person) = draft.person_mut(key) {
                person.pending = None;
            }
        }
    }
    draft.finish()
}

fn lapses_at(asked_at: Timestamp) -> Timestamp {
    asked_at.saturating_add(PENDING).unwrap_or(Timestamp::MAX)
}

/// Offers of which nobody heard, because their letters never went, are taken back: that they got no answer is held against
/// nobody, and nobody hears that they ended. Whose turn it is then is asked anew, with all the time that an offer has.
pub fn take_back_unheard(state: &State, unheard: &BTreeSet<(EventId, PersonKey)>, now: Timestamp) -> Decision {
    let mut draft = Draft::new(state, now);
    for (id, person) in unheard {
        let Some(mut known) = draft.event(id).filter(|known| known.event.phase(now) != Phase::Closed).cloned() else {
            continue;
        };
        if let Some(party) = known.registrations.get_mut(person)
            && party.offer.as_ref().is_none_or(|offer| offer.until <= now)
        {
            party.offer = None;
            party.silent_since = None;
        }
        draft.put_event(known);
    }
    let mut decision = draft.finish();
    decision.letters.retain(|letter| {
        let about = letter.event.clone().map(|event| (event, letter.person.clone()));
        letter.kind != LetterKind::OfferEnded || about.is_none_or(|about| !unheard.contains(&about))
    });
    decision
}

/// Is an offer over that still stands in the state?
pub fn has_lapsed_offer(state: &State, now: Timestamp) -> bool {
    let open = state.events.values().filter(|known| known.event.phase(now) != Phase::Closed);
    open.flat_map(|known| known.registrations.values())
        .any(|party| party.offer.as_ref().is_some_and(|offer| offer.until <= now))
}

/// When [`tick`] could next change something: `now` when it would at once, `None` when only a mail can.
pub fn next_tick(state: &State, now: Timestamp) -> Option<Timestamp> {
    if !tick(state, now).changes.is_empty() {
        return Some(now);
    }
    let offers = state.events.values().flat_map(|known| {
        let ends = known.registrations.values().filter_map(|party| party.offer.as_ref()).map(|offer| offer.until);
        ends.filter(move |until| *until > now && known.event.phase(*until) != Phase::Closed)
    });
    let pending = state.people.values().filter_map(|person| person.pending.as_ref());
    offers.chain(pending.map(|each| lapses_at(each.asked_at))).min()
}

/// Gives somebody in line all the seats that he waits for, over capacity and out of turn if need be; the reason is kept.
///
/// # Errors
/// When the event or person is unknown, the event called off, or he waits for nothing there.
pub fn let_through(
    state: &State,
    event: &EventId,
    person: &PersonKey,
    reason: &str,
    now: Timestamp,
) -> Result<Decision, Refusal> {
    let mut draft = Draft::new(state, now);
    let mut known = super::event::changeable(&mut draft, event, now)?;
    let party = known.registrations.get_mut(person).filter(|party| party.waiting > 0);
    let party = party.ok_or_else(|| Refusal::NotWaiting(state.called(person)))?;
    super::party::seat_all(party);
    party.let_through = Some(reason.to_owned());
    draft.put_event(known);
    Ok(draft.finish())
}

/// A letter did not reach him. An address that does not exist (status 5.1.x) marks him as not to be reached; that a
/// letter was refused for its looks (5.7.x) does not. An offer that he never got ends, once, and the next are asked.
///
/// `letter` is the kind of the letter that came back; when that is not known, an open offer for that event counts as not
/// arrived. `status` is its enhanced code (RFC 3463) or what else the server said. A delay is no failure: it does not come here.
pub fn letter_bounced(
    state: &State,
    person: &PersonKey,
    event: Option<&EventId>,
    letter: Option<LetterKind>,
    status: &str,
    now: Timestamp,
) -> Decision {
    let mut draft = Draft::new(state, now);
    let Some(known) = draft.person(person) else { return Decision::default() };
    let text = format!("Een brief aan {} kon niet worden bezorgd ({}).", known.called(), said(status));
    draft.note(Note { event: event.cloned(), person: Some(person.clone()), kind: NoteKind::Undeliverable, text });
    let gone = status.split(|c: char| !c.is_ascii_digit() && c != '.').any(|word| word.starts_with("5.1."));
    if gone
        && let Some(known) = draft.person_mut(person)
        && known.undeliverable.is_none()
    {
        known.undeliverable = Some((now, status.to_owned()));
    }
    // Who cannot be reached is passed over everywhere; else only the offer that did not arrive is over.
    let touched: Vec<EventId> = match event {
        _ if gone => draft.events_of(person),
        Some(id) if letter.is_none_or(|kind| kind == LetterKind::Offered) => vec![id.clone()],
        _ => Vec::new(),
    };
    for id in touched {
        if draft.event(&id).is_none_or(|known| known.event.phase(now) == Phase::Closed) {
            continue;
        }
        if let Some(party) = draft.event_mut(&id).and_then(|known| known.registrations.get_mut(person)) {
            waitlist::end_unanswered(party, now);
        }
    }
    draft.finish()
}

fn said(status: &str) -> &str {
    if status.trim().is_empty() { "zonder reden" } else { status.trim() }
}
