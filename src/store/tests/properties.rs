//! Whatever is committed: the store's state is the state in memory, also after reopening; and no commit costs more than another.

use super::sample::*;
use crate::outcome::Outcome;
use crate::registration::{Change, State};
use crate::store::Store;
use jiff::SignedDuration;
use proptest::prelude::*;
use std::sync::atomic::Ordering;
use tempfile::tempdir;

/// Steps about few people and events, so that they meet.
fn step() -> impl Strategy<Value = Vec<Change>> {
    let name = prop::sample::select(vec!["sanne", "piet", "mo", "zoë"]);
    (0..8_u8, name, 1..5000_u32).prop_map(|(kind, name, number)| {
        let [known, registered, answered] = <[Change; 3]>::try_from(sign_up(name, number).changes).unwrap();
        match kind {
            0 => event_made().changes,
            1 => vec![Change::RemovePerson(person(name))],
            2 => vec![Change::RemoveRegistration(event(), person(name))],
            3 => vec![answered],
            4 => vec![known, registered],
            5 => vec![registered, Change::RemovePerson(person(name)), known],
            6 => vec![Change::RemoveRegistration(event(), person(name)), registered],
            _ => vec![known, registered, answered],
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn the_store_holds_the_state(batches in prop::collection::vec(prop::collection::vec(step(), 1..4), 1..12)) {
        let folder = tempdir().unwrap();
        let mut state = State::default();
        let mut store = Store::open(folder.path(), at(0)).unwrap();
        for (number, batch) in batches.into_iter().enumerate() {
            let outcomes: Vec<Outcome> = batch
                .into_iter()
                .map(|changes| Outcome { mail: None, changes, letters: vec![], entry: None })
                .collect();
            outcomes.iter().flat_map(|outcome| &outcome.changes).for_each(|change| state.apply(change));
            store.commit(&outcomes).unwrap();
            prop_assert_eq!(&store.state().unwrap(), &state);
            if number % 4 == 3 {
                drop(store);
                store = Store::open(folder.path(), at(0)).unwrap();
                prop_assert_eq!(&store.state().unwrap(), &state);
            }
        }
    }
}

#[test]
fn a_commit_costs_the_same_after_much_history() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    store.commit(&[event_made()]).unwrap();
    let mut cost = |number: u32| {
        let before = store.disk.touched.load(Ordering::Relaxed);
        // Half a day apart, so that the answers of the last day are always as many.
        let outcome = sign_up(&format!("p{number}"), number * 720);
        let (id, key) = (outcome.letters[0].head.id.clone(), outcome.mail.as_ref().unwrap().key.clone());
        store.note_tries(std::slice::from_ref(&key), at(0), SignedDuration::ZERO).unwrap();
        store.is_done(&key).unwrap();
        store.commit(&[outcome]).unwrap();
        store.due_letters(at(0), 10).unwrap();
        store.note_letter_try(&id, at(0)).unwrap();
        store.mark_letter(&id, &crate::mail::SendResult::Accepted, at(i64::from(number) * 720)).unwrap();
        store.unfiled().unwrap();
        store.mark_filed(&[key]).unwrap();
        store.disk.touched.load(Ordering::Relaxed) - before
    };
    let costs: Vec<u64> = (1..300).map(&mut cost).collect();
    let (early, late) = (costs[30..60].iter().max(), costs[250..].iter().max());
    assert_eq!(early, late, "records read and written a mail: {costs:?}");
}
