//! Offers of which nobody heard: their letters still waited to go when the time to answer was over, as after days without the
//! mail server.
//!
//! Such a letter does not go any more. Whom it was for keeps his place and is asked anew, with time of his own, as long as seats
//! are offered at all; in the last hours the coordinator gets his name instead. Called by `engine` before anything is decided, and by
//! `sender` before a letter goes.

use super::engine::{Engine, EngineError};
use crate::ids::{EventId, PersonKey};
use crate::outcome::{Cause, Letter, LetterHead};
use crate::registration::{self, Decision, LetterKind, State};
use crate::store::LetterRecord;
use jiff::Timestamp;
use std::collections::BTreeSet;

impl Engine {
    /// Offers the letter a seat that is on offer no more at `now`?
    pub fn is_overdue(&self, letter: &Letter, now: Timestamp) -> bool {
        letter.head.kind == Some(LetterKind::Offered) && is_over(&letter.head, &self.lock(), now)
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
        let (offered, ended): (Vec<_>, Vec<_>) =
            waiting.iter().partition(|record| record.head.kind == Some(LetterKind::Offered));
        let overdue: Vec<_> = offered.into_iter().filter(|record| is_over(&record.head, state, now)).collect();
        if overdue.is_empty() {
            return Ok(());
        }
        let unheard = overdue.iter().filter_map(|record| about(&record.head));
        let unheard: BTreeSet<_> = unheard.map(|(event, person)| (event.clone(), person.clone())).collect();
        // That it ended is no news to who has not heard of it.
        let is_no_news = |end: &&&LetterRecord| {
            overdue.iter().any(|offer| about(&offer.head) == about(&end.head) && offer.number < end.number)
        };
        let letters = overdue.iter().chain(ended.iter().filter(is_no_news)).map(|record| record.head.id.clone());
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

/// The event and the person that a letter is about.
fn about(letter: &LetterHead) -> Option<(&EventId, &PersonKey)> {
    letter.event.as_ref().zip(letter.person.as_ref())
}

/// Is the offer over that a letter tells of? One made after the letter was written is another.
fn is_over(letter: &LetterHead, state: &State, now: Timestamp) -> bool {
    let Some((event, person)) = about(letter) else { return false };
    let offer = state.registration(event, person).and_then(|party| party.offer.as_ref());
    offer.is_none_or(|offer| offer.until <= now || offer.made_at > letter.written_at)
}
