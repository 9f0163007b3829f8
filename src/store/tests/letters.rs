//! The queue of letters: when each is tried, what is uncertain, what is kept.

use super::sample::*;
use crate::ids::MessageId;
use crate::mail::{Halt, SendResult};
use crate::store::{Fate, LetterRecord, Store};
use tempfile::{TempDir, tempdir};

fn with_letter() -> (TempDir, Store, MessageId) {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    let outcome = sign_up("sanne", 1);
    let id = outcome.letters[0].head.id.clone();
    store.commit(&[outcome]).unwrap();
    (folder, store, id)
}

fn is_due(store: &Store, minutes: i64) -> bool {
    !store.due_letters(at(minutes), 10).unwrap().is_empty()
}

#[test]
fn a_letter_that_is_being_tried_is_uncertain_until_it_is_marked() {
    let (folder, store, id) = with_letter();
    assert!(!store.due_letters(at(1), 10).unwrap()[0].uncertain);
    assert_eq!(store.note_letter_try(&id, at(1)).unwrap(), 1);
    drop(store);
    let store = Store::open(folder.path(), at(2)).unwrap();
    let again = &store.due_letters(at(2), 10).unwrap()[0];
    assert!(again.uncertain);
    assert_eq!(again.tries, 1);
    store.mark_letter(&id, &SendResult::Later("451 busy".to_owned()), at(2)).unwrap();
    let later = &store.due_letters(at(10), 10).unwrap()[0];
    assert!(!later.uncertain, "a server that said no has not taken it");
    store.mark_letter(&id, &SendResult::Unknown("connection lost".to_owned()), at(10)).unwrap();
    assert!(store.due_letters(at(20), 10).unwrap()[0].uncertain);
}

#[test]
fn the_pauses_grow_to_an_hour_and_no_further() {
    let (_folder, store, id) = with_letter();
    let mut now = 1;
    for pause in [1, 2, 5, 15, 30, 60, 60, 60] {
        store.note_letter_try(&id, at(now)).unwrap();
        store.mark_letter(&id, &SendResult::Later("421 try again later".to_owned()), at(now)).unwrap();
        assert!(!is_due(&store, now + pause - 1), "due before {pause} minutes");
        assert!(is_due(&store, now + pause), "not due after {pause} minutes");
        now += pause;
    }
}

#[test]
fn days_in_which_nobody_tried_do_not_count_against_a_letter() {
    let (_folder, store, id) = with_letter();
    let later = SendResult::Later("421".to_owned());
    store.note_letter_try(&id, at(0)).unwrap();
    store.mark_letter(&id, &later, at(0)).unwrap();
    let week = 7 * 24 * 60;
    store.note_letter_try(&id, at(week)).unwrap();
    store.mark_letter(&id, &later, at(week)).unwrap();
    assert!(is_due(&store, week + 60), "asleep for a week, it was given up");
    for hour in 0..60 {
        store.note_letter_try(&id, at(week + 60 * hour)).unwrap();
        store.mark_letter(&id, &later, at(week + 60 * hour)).unwrap();
    }
    assert!(!is_due(&store, 2 * week));
    assert!(matches!(store.letter(&id).unwrap().unwrap().fate, Fate::Undeliverable { .. }));
}

#[test]
fn what_keeps_all_letters_counts_against_none() {
    let (_folder, store, id) = with_letter();
    let halted = |halt| SendResult::Halted { halt, why: "no connection".to_owned() };
    for hour in 0..200 {
        store.note_letter_try(&id, at(60 * hour)).unwrap();
        store.mark_letter(&id, &halted(Halt::Unreachable), at(60 * hour)).unwrap();
        assert!(is_due(&store, 60 * hour), "it goes as soon as any goes");
        assert!(!store.due_letters(at(60 * hour), 10).unwrap()[0].uncertain);
    }
    store.note_letter_try(&id, at(12_000)).unwrap();
    store.mark_letter(&id, &halted(Halt::Limit), at(12_000)).unwrap();
    assert!(!is_due(&store, 12_000), "another one is tried first");
    assert!(is_due(&store, 12_001));
}

#[test]
fn a_clock_set_back_holds_nothing_up() {
    let (_folder, store, id) = with_letter();
    store.mark_letter(&id, &SendResult::Later("421".to_owned()), at(60 * 24 * 365)).unwrap();
    assert!(is_due(&store, 5));
}

#[test]
fn a_refused_letter_is_kept_and_told_and_not_tried_again() {
    let (_folder, store, id) = with_letter();
    store.mark_letter(&id, &SendResult::Refused("550 no such user".to_owned()), at(5)).unwrap();
    assert!(!is_due(&store, 100_000));
    let told = store.undeliverable_since(at(5)).unwrap();
    assert_eq!(told[0].head.to, address("sanne"));
    assert_eq!(told[0].fate, Fate::Undeliverable { at: at(5), reason: "550 no such user".to_owned() });
    assert_eq!(store.undeliverable_since(at(6)).unwrap(), vec![]);
    assert_eq!(store.counts().unwrap().undeliverable, 1);
    assert_eq!(store.letters_sent_since(at(0), at(9)).unwrap(), 0);
}

#[test]
fn a_letter_that_has_gone_stays_gone() {
    let (_folder, store, id) = with_letter();
    store.mark_letter(&id, &SendResult::Accepted, at(5)).unwrap();
    store.mark_letter(&id, &SendResult::Later("late news".to_owned()), at(6)).unwrap();
    assert!(!is_due(&store, 100_000));
    assert_eq!(store.letter(&id).unwrap().unwrap().fate, Fate::Sent { at: at(5) });
    assert_eq!(store.letters_sent_since(at(5), at(9)).unwrap(), 1);
    assert_eq!(store.letters_sent_since(at(6), at(9)).unwrap(), 0);
}

#[test]
fn letters_go_in_the_order_in_which_they_were_written_and_the_limit_holds() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    for (name, number) in [("zoe", 9), ("adam", 3), ("mia", 5)] {
        store.commit(&[sign_up(name, number)]).unwrap();
    }
    let to = |limit| {
        let due = store.due_letters(at(0), limit).unwrap();
        due.into_iter().map(|queued| queued.letter.head.to.local().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(to(10), ["zoe", "adam", "mia"]);
    assert_eq!(to(2), ["zoe", "adam"]);
    assert_eq!(store.counts().unwrap().oldest_queued, Some(at(3)));
}

#[test]
fn a_letter_is_withdrawn_only_while_it_has_surely_not_gone() {
    let (_folder, store, id) = with_letter();
    let instead = |name| store.commit_in_place_of(&id, &[sign_up(name, 2)], "told", &7_u8).unwrap();
    store.note_letter_try(&id, at(1)).unwrap();
    assert!(!instead("piet"));
    assert_eq!((store.due_letters(at(2), 10).unwrap().len(), store.meta_get::<u8>("told").unwrap()), (1, None));
    store.mark_letter(&id, &SendResult::Later("421".to_owned()), at(1)).unwrap();
    assert!(instead("piet"));
    let due: Vec<_> = store.due_letters(at(100), 10).unwrap().into_iter().map(|queued| queued.letter.head.id).collect();
    assert_eq!(
        (due, store.meta_get::<u8>("told").unwrap()),
        (vec![sign_up("piet", 2).letters[0].head.id.clone()], Some(7))
    );
    assert_eq!(store.note_letter_try(&id, at(3)).unwrap(), 0, "whoever still holds it must not send it");
    assert!(!instead("mo"));
}

#[test]
fn letters_of_a_clock_that_was_ahead_do_not_use_up_the_limit() {
    let (_folder, store, id) = with_letter();
    let year = 365 * 24 * 60;
    store.note_letter_try(&id, at(year)).unwrap();
    store.mark_letter(&id, &SendResult::Accepted, at(year)).unwrap();
    assert_eq!(store.letters_sent_since(at(0), at(60)).unwrap(), 0);
    assert_eq!(store.letters_sent_since(at(0), at(year - 60)).unwrap(), 1);
}

#[test]
fn letters_noted_together_are_given_back_as_they_were() {
    let (_folder, store, id) = with_letter();
    store.commit(&[sign_up("piet", 2)]).unwrap();
    let before = store.due_letters(at(1), 10).unwrap();
    let ids: Vec<_> = before.iter().map(|queued| queued.letter.head.id.clone()).collect();
    assert_eq!(ids, [id, sign_up("piet", 2).letters[0].head.id.clone()]);
    let withdrawn = MessageId::new("nothing@loosduinen.nl");
    let noted = [ids.clone(), vec![withdrawn]].concat();
    assert_eq!(store.note_letter_tries(&noted, at(1)).unwrap(), [1, 1, 0]);
    assert!(store.due_letters(at(1), 10).unwrap().iter().all(|queued| queued.uncertain));
    store.give_back_letters(&noted, at(1)).unwrap();
    assert_eq!(store.due_letters(at(1), 10).unwrap(), before);
}

#[test]
fn a_letter_that_waits_for_word_of_it_stays_uncertain_and_counts_no_try() {
    let (_folder, store, id) = with_letter();
    store.note_letter_try(&id, at(1)).unwrap();
    store.await_word_of_letter(&id, at(4)).unwrap();
    assert!(!is_due(&store, 3));
    let again = &store.due_letters(at(4), 10).unwrap()[0];
    assert_eq!((again.uncertain, again.tries, again.uncertain_since), (true, 1, Some(at(1))));
    store.mark_letter(&id, &SendResult::Accepted, at(4)).unwrap();
    store.await_word_of_letter(&id, at(9)).unwrap();
    assert!(!is_due(&store, 10), "what has gone does not come back");
}

#[test]
fn records_stand_on_the_disk_as_they_always_did() {
    let text = r#"{"id":"b16.1@zzp.example","kind":"offered","person":"an@voorbeeld.nl","to":"An@voorbeeld.nl","event":"b16","written_at":"2017-11-01T08:01:00Z","number":7,"slot":3,"tries":2,"first_try":"2017-11-01T08:02:00Z","uncertain_since":null,"fate":{"waiting":{"next_try":"2017-11-01T08:05:00Z","uncertain":false,"reason":"451 busy"}},"forgotten":false,"logged_waiting":false}"#;
    let record: LetterRecord = serde_json::from_str(text).unwrap();
    assert_eq!((record.head.id.as_str(), record.number, record.tries), ("b16.1@zzp.example", 7, 2));
    assert_eq!(serde_json::to_string(&record).unwrap(), text);
}

#[test]
fn a_record_from_before_forgetting_was_noted_is_read() {
    let text = r#"{"id":"d1@zzp.example","kind":null,"person":null,"to":"marijke@voorbeeld.nl","event":null,"written_at":"2017-11-01T20:00:00Z","number":1,"slot":0,"tries":1,"first_try":"2017-11-01T20:00:01Z","fate":{"sent":{"at":"2017-11-01T20:00:02Z"}}}"#;
    let record: LetterRecord = serde_json::from_str(text).unwrap();
    assert!(record.head.person.is_none() && !record.forgotten && record.uncertain_since.is_none());
}
