//! Lines of the logbook put into a store again, each as it was committed once, without anything of it leaving the machine.
//!
//! Called by `Store::replay` for `daemon::rebuild`. A line that is already there changes nothing.

use super::commit::{self, Letters};
use super::draft::{Draft, Records};
use super::error::StoreError;
use super::letters::{Fate, LetterRecord};
use super::queue;
use super::retention;
use super::tree::Tree;
use crate::logbook::What;
use crate::mail::SendResult;
use crate::outcome::Outcome;
use jiff::Timestamp;

/// Puts one line down; says whether it was new.
pub(super) fn line(draft: &mut Draft<'_>, what: &What) -> Result<bool, StoreError> {
    match what {
        What::Outcome(logged) => {
            let done = match &logged.mail {
                Some(mail) => draft.has(Tree::Seen, mail.key.as_str().as_bytes())?,
                None => false,
            };
            let number = logged.entry.as_ref().map(|(number, _)| *number);
            let there = match number {
                Some(number) => draft.has(Tree::Journal, &number.to_be_bytes())?,
                None => false,
            };
            if done || there {
                return Ok(false);
            }
            if let Some(number) = number {
                draft.totals.number_taken(number);
            }
            commit::one(draft, &logged.outcome(), number, Letters::AsLogged)?;
        }
        What::Setting { name, value } => draft.put(Tree::Meta, name.as_bytes(), value)?,
        What::Fared { letter, at, result } => fared(draft, letter, *at, result)?,
        What::Swept { before } => retention::sweep_records(draft, *before)?,
    }
    Ok(true)
}

/// Puts outcomes down that were worked out again from their mails. Letters without bytes have gone.
pub(super) fn outcomes(draft: &mut Draft<'_>, outcomes: &[Outcome]) -> Result<(), StoreError> {
    for outcome in outcomes {
        let number = outcome.entry.is_some().then(|| draft.totals.take_number());
        commit::one(draft, outcome, number, Letters::AsLogged)?;
    }
    Ok(())
}

/// A letter has gone, or never will.
fn fared(
    draft: &mut Draft<'_>,
    letter: &crate::ids::MessageId,
    at: Timestamp,
    result: &SendResult,
) -> Result<(), StoreError> {
    let key = letter.as_str().as_bytes();
    let Some(mut record) = draft.get::<LetterRecord>(Tree::Outbox, key)? else { return Ok(()) };
    match (&record.fate, result) {
        (Fate::Waiting { .. }, _) => queue::mark(draft, letter, result, at),
        (Fate::Sent { at: written }, SendResult::Refused(reason)) => {
            draft.remove(Tree::Sent, &queue::sent_key(*written, record.number))?;
            record.fate = Fate::Undeliverable { at, reason: reason.clone() };
            draft.put(Tree::Undeliverable, &queue::sent_key(at, record.number), letter)?;
            draft.put(Tree::Outbox, key, &record)
        }
        _ => Ok(()),
    }
}
