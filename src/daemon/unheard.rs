//! Offers of which nobody heard: their letters still waited to go when the time to answer was over, as after days without the
//! mail server.
//!
//! Such a letter does not go any more. Whom it was for keeps his place and is asked anew, with time of his own, as long as seats
//! are offered at all; in the last hours the coordinator gets his name instead. Called by `engine` before anything is decided, and by
//! `sender` before a letter goes.

use super::engine::{Engine, EngineError};
use crate::ids::{EventId, PersonKey};
use crate::outcome::{Cause, Letter};
use crate::registration::{self, Decision, LetterKind, State};
use crate::store::LetterRecord;
use jiff::Timestamp;
use std::collections::BTreeSet;

impl Engine {
    /// Offers the letter a seat that is on offer no more at `now`?
    pub fn is_overdue(&self, letter: &Letter, now: Timestamp) -> bool {
        let about = letter.event.as_ref().zip(letter.person.as_ref());
        letter.kind == Some(LetterKind::Offered)
            && about.is_some_and(|(event, person)| !stands(&self.lock(), event, person, letter.written_at, now))
    }

    /// Takes back every offer that is over and whose letter has surely not gone, and the letter with it.
    ///
    /// # Errors
    /// When the store fails; then nothing changed.
    pub fn take_back_unheard(&self, now: Timestamp) -> Result<(), EngineError> {
        self.take_back(&mut self.lock(), now)
    }

    /// The same, when an offer has just lapsed.
    pub(super) fn take_back_if_lapsed(&self, state: &mut State, now: Timestamp) -> Result<(), EngineError> {
        if registration::has_lapsed_offer(state, now) { self.take_back(state, now) } else { Ok(()) }
    }

    fn take_back(&self, state: &mut State, now: Timestamp) -> Result<(), EngineError> {
        let waiting = self.store().unsent_about_offers()?;
        let overdue = |record: &&LetterRecord| {
            record.kind == Some(LetterKind::Offered)
                && about(record).is_some_and(|(event, person)| !stands(state, &event, &person, record.written_at, now))
        };
        let overdue: Vec<&LetterRecord> = waiting.iter().filter(overdue).collect();
        if overdue.is_empty() {
            return Ok(());
        }
        let unheard: BTreeSet<_> = overdue.iter().filter_map(|record| about(record)).collect();
        // That it ended is no news to who has not heard of it.
        let ends = |record: &&LetterRecord| {
            let of = |offer: &&LetterRecord| about(offer) == about(record) && offer.number < record.number;
            record.kind == Some(LetterKind::OfferEnded) && overdue.iter().any(of)
        };
        let letters = overdue.iter().copied().chain(waiting.iter().filter(ends)).map(|record| record.id.clone());
        let letters: Vec<_> = letters.collect();
        tracing::info!(?letters, "an offer is over before its letter could go; the letter does not go any more");

        let decision = registration::take_back_unheard(state, &unheard, now);
        let (outcomes, after) = if decision == Decision::default() {
            (Vec::new(), state.clone())
        } else {
            let reason = "de brief met het aanbod kon niet op tijd weg";
            let (outcome, after) = self.outcome_of(state, decision, Cause::Clock, reason, now);
            (vec![outcome], after)
        };
        if self.store().commit_without(&letters, &outcomes)? {
            *state = after;
        }
        Ok(())
    }
}

fn about(record: &LetterRecord) -> Option<(EventId, PersonKey)> {
    record.event.clone().zip(record.person.clone())
}

/// Does the offer still stand of which a letter tells that was written at `written_at`?
fn stands(state: &State, event: &EventId, person: &PersonKey, written_at: Timestamp, now: Timestamp) -> bool {
    let offer = state.registration(event, person).and_then(|party| party.offer.as_ref());
    offer.is_some_and(|offer| offer.until > now && offer.made_at <= written_at)
}
