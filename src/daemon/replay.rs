//! What happened, put together again: lines of the logbook as they were committed, and mails that no line tells of as they
//! would have been decided when they came in.
//!
//! Nothing of it leaves the machine. Called by `rebuild` alone.

use super::engine::{Engine, EngineError};
use crate::handle;
use crate::logbook::What;
use crate::mail::{RawMail, message};
use crate::outcome::{Cause, Letter, Outcome};
use crate::registration::{self, State};
use jiff::Timestamp;

impl Engine {
    /// Takes over lines of the logbook, in their order.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn replay_lines(&self, lines: &[What]) -> Result<(), EngineError> {
        let mut state = self.lock();
        let new = self.store().replay(lines)?;
        for (line, _) in lines.iter().zip(new).filter(|(_, new)| *new) {
            if let What::Outcome(logged) = line {
                logged.changes.iter().for_each(|change| state.apply(change));
            }
        }
        Ok(())
    }

    /// Takes mails that were done before, in their order, each at the moment when it came in, together with what the clock
    /// brought in between since `last`. Those that are known change nothing. Gives the letters that this led to, which all
    /// count as gone, and how many mails were new.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn replay_mails(
        &self,
        mails: &[RawMail],
        last: &mut Timestamp,
    ) -> Result<(Vec<Letter>, usize), EngineError> {
        let mut state = self.lock();
        let mut after = state.clone();
        let (mut outcomes, mut new): (Vec<Outcome>, usize) = (Vec::new(), 0);
        for mail in mails {
            let key = message::key(&mail.bytes);
            let known = |outcome: &Outcome| outcome.mail.as_ref().is_some_and(|mail| mail.key == key);
            if self.store().is_done(&key)? || outcomes.iter().any(known) {
                continue;
            }
            self.let_time_pass(&mut after, last, mail.received_at, &mut outcomes);
            let outcome = self.handle_carefully(handle::handle, &key, mail, 0, &after, mail.received_at);
            // What is none of our business is not worth a mark: it may lie in folders that are never read otherwise.
            if outcome.changes.is_empty() && outcome.letters.is_empty() && outcome.entry.is_none() {
                continue;
            }
            outcome.changes.iter().for_each(|change| after.apply(change));
            outcomes.push(outcome);
            new += 1;
        }
        let mut letters = Vec::new();
        for letter in outcomes.iter_mut().flat_map(|outcome| &mut outcome.letters) {
            letters.push(letter.clone());
            letter.bytes.clear();
        }
        self.store().replay_outcomes(&outcomes)?;
        *state = after;
        Ok((letters, new))
    }

    fn let_time_pass(&self, state: &mut State, last: &mut Timestamp, until: Timestamp, outcomes: &mut Vec<Outcome>) {
        while let Some(next) = registration::next_tick(state, *last).filter(|next| *next <= until) {
            let decision = registration::tick(state, next);
            if decision.changes.is_empty() {
                break;
            }
            let (outcome, after) = self.outcome_of(state, decision, Cause::Clock, "de tijd", next);
            outcomes.push(outcome);
            *state = after;
            *last = next;
        }
        *last = until.max(*last);
    }
}
