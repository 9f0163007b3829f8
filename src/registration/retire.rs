//! What is too old to keep of the list itself: who was at an event long past, and people of whom nothing has been heard since.
//!
//! The event stays, with a note that says how many came. Called by `daemon::retention`.

use super::{Change, Decision, Note, NoteKind, State};
use crate::ids::PersonKey;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Forgets who was at the events that ended before a moment, and everybody who then has no registration left and of whom
/// nothing was heard since that moment, as `heard` tells. Who asked for the mailing list stays. Nothing to do: an empty decision.
pub fn retire(state: &State, before: Timestamp, heard: impl Fn(&PersonKey) -> Option<Timestamp>) -> Decision {
    let mut decision = Decision::default();
    let mut stays: BTreeSet<&PersonKey> = BTreeSet::new();
    for known in state.events.values() {
        let id = &known.event.id;
        if known.event.end.timestamp() >= before {
            stays.extend(known.registrations.keys());
            continue;
        }
        if known.registrations.is_empty() {
            continue;
        }
        let (came, waited) = (known.confirmed_seats(), known.waiting_seats());
        let gone = known.registrations.keys().map(|person| Change::RemoveRegistration(id.clone(), person.clone()));
        decision.changes.extend(gone);
        let text = format!(
            "Van {} is vergeten wie er waren, zoals ingesteld; er waren {came} plaatsen bezet en {waited} wachtten.",
            known.event.title
        );
        decision.notes.push(Note { event: Some(id.clone()), person: None, kind: NoteKind::Event, text });
    }
    let old = |person: &PersonKey| heard(person).is_none_or(|at| at < before);
    let gone: Vec<_> = state
        .people
        .iter()
        .filter(|(key, person)| !stays.contains(key) && person.listed != Some(true) && old(key))
        .map(|(key, _)| Change::RemovePerson(key.clone()))
        .collect();
    if !gone.is_empty() {
        let text = match gone.len() {
            1 => "1 iemand van wie lang niets gehoord is, is vergeten, zoals ingesteld.".to_owned(),
            many => format!("{many} mensen van wie lang niets gehoord is, zijn vergeten, zoals ingesteld."),
        };
        decision.notes.push(Note { event: None, person: None, kind: NoteKind::List, text });
    }
    decision.changes.extend(gone);
    decision
}
