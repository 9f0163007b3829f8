//! Forgetting what is too old to keep, once a day: so many months after an event who was there, and what was written then.
//!
//! Called by `timers` on each of its rounds. The mails themselves are the coordinator's to keep or throw away.

use super::engine::{Engine, EngineError};
use crate::outcome::Cause;
use crate::registration::{self, Decision};
use jiff::{SignedDuration, Span, Timestamp};
use std::collections::BTreeMap;

/// The named value of the store that keeps when this was last done.
const LAST_SWEEP: &str = "last-sweep";

impl Engine {
    /// Forgets what is older than the configuration keeps, at most once a day.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_old_if_due(&self, now: Timestamp) -> Result<(), EngineError> {
        let last = self.store().meta_get::<Timestamp>(LAST_SWEEP)?;
        if last.is_some_and(|last| now.duration_since(last).abs() < SignedDuration::from_hours(24)) {
            return Ok(());
        }
        self.forget_old(now)?;
        Ok(self.store().meta_set(LAST_SWEEP, &now)?)
    }

    /// Forgets what is older than the configuration keeps.
    ///
    /// # Errors
    /// When the store fails.
    pub fn forget_old(&self, now: Timestamp) -> Result<(), EngineError> {
        let months = Span::new().months(i64::from(self.config().keeping.months));
        let here = now.to_zoned_datetime(self.config().network.time_zone.clone());
        let Ok(before) = here.checked_sub(months).map(|before| before.timestamp()) else { return Ok(()) };
        let mut state = self.lock();
        let mut heard = BTreeMap::new();
        for person in state.people.keys() {
            heard.insert(person.clone(), self.store().last_heard_of(person)?);
        }
        let decision = registration::retire(&state, before, |person| heard.get(person).copied().flatten());
        if decision != Decision::default() {
            self.commit_decision(&mut state, decision, Cause::Clock, "wat oud is, wordt vergeten", now)?;
        }
        drop(state);
        Ok(self.store().sweep(before)?)
    }
}
