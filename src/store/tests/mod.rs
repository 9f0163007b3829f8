//! The store on real disks: what it promises in daily use. Crashes and damage have files of their own.

mod backups;
mod crash;
mod damage;
mod decoding;
mod forgetting;
mod full;
mod letters;
mod properties;
mod sample;
mod year;

use super::*;
use crate::mail::SendResult;
use crate::registration::Change;
use sample::*;
use tempfile::tempdir;

#[test]
fn what_is_committed_is_there_after_reopening() {
    let folder = tempdir().unwrap();
    let outcome = sign_up("sanne", 1);
    {
        let store = Store::open(folder.path(), at(0)).unwrap();
        assert_eq!(store.state().unwrap(), State::default());
        assert_eq!(store.commit(&[event_made(), outcome.clone()]).unwrap(), Committed::default());
    }
    let store = Store::open(folder.path(), at(0)).unwrap();
    let state = store.state().unwrap();
    assert_eq!(state.events[&event()].registrations.len(), 1);
    assert_eq!(state.people[&person("sanne")].name, "sanne");
    assert_eq!(state.answered.len(), 1);
    assert!(store.is_done(&key("sanne-1")).unwrap());
    assert!(!store.is_done(&key("sanne-2")).unwrap());
    let due = store.due_letters(at(0), 10).unwrap();
    assert_eq!(due.iter().map(|queued| &queued.letter).collect::<Vec<_>>(), outcome.letters.iter().collect::<Vec<_>>());
    assert_eq!(store.unfiled().unwrap(), vec![outcome.mail.unwrap()]);
    let entry = outcome.entry.unwrap();
    assert_eq!(store.journal_of_mail(&key("sanne-1")).unwrap()[0].1, entry);
    assert_eq!(store.journal_of_person(&person("sanne")).unwrap()[0].1, entry);
    assert_eq!(store.journal_of_event(&event()).unwrap().len(), 2);
    let journal = store.journal_after(None).unwrap();
    assert_eq!(store.journal_after(Some(journal[0].0)).unwrap(), store.journal_of_mail(&key("sanne-1")).unwrap());
    assert_eq!((journal.len(), store.journal_after(Some(journal[1].0)).unwrap()), (2, vec![]));
}

#[test]
fn a_mail_is_carried_out_once() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    store.commit(&[event_made(), sign_up("sanne", 1)]).unwrap();
    let mut again = sign_up("sanne", 1);
    again.changes = vec![Change::RemovePerson(person("sanne"))];
    let before = (store.state().unwrap(), store.counts().unwrap());
    let committed = store.commit(&[again.clone(), sign_up("piet", 2), sign_up("piet", 2)]).unwrap();
    assert_eq!(committed.already_done, vec![key("sanne-1"), key("piet-2")]);
    let after = store.state().unwrap();
    assert_eq!(after.people[&person("sanne")], before.0.people[&person("sanne")]);
    assert_eq!(store.counts().unwrap().queued, before.1.queued + 1);
    assert_eq!(store.counts().unwrap().done_mails, 2);
}

#[test]
fn a_letter_is_queued_once_whatever_led_to_it() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    let mut one = sign_up("sanne", 1);
    let mut two = sign_up("sanne", 2);
    two.letters = one.letters.clone();
    one.mail = None;
    store.commit(&[one]).unwrap();
    let id = two.letters[0].head.id.clone();
    store.mark_letter(&id, &SendResult::Accepted, at(1)).unwrap();
    store.commit(&[two]).unwrap();
    assert_eq!(store.due_letters(at(100), 10).unwrap(), vec![]);
    assert_eq!(store.counts().unwrap().queued, 0);
}

#[test]
fn tries_are_counted_until_the_commit() {
    let folder = tempdir().unwrap();
    {
        let store = Store::open(folder.path(), at(0)).unwrap();
        assert_eq!(store.note_tries(&[key("sanne-1")], at(0), SignedDuration::ZERO).unwrap()[0], 1);
        assert_eq!(store.note_tries(&[key("sanne-1")], at(0), SignedDuration::ZERO).unwrap()[0], 2);
    }
    let store = Store::open(folder.path(), at(0)).unwrap();
    assert_eq!(store.note_tries(&[key("sanne-1")], at(0), SignedDuration::ZERO).unwrap()[0], 3);
    store.commit(&[sign_up("sanne", 1)]).unwrap();
    assert_eq!(store.note_tries(&[key("sanne-1")], at(0), SignedDuration::ZERO).unwrap()[0], 1);
}

#[test]
fn filing_is_struck_off() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    let mut none_of_ours = sign_up("krant", 3);
    none_of_ours.mail.as_mut().unwrap().filing = crate::mail::Filing::Untouched;
    store.commit(&[sign_up("piet", 2), sign_up("sanne", 1), none_of_ours]).unwrap();
    let keys = |mails: Vec<DoneMail>| mails.into_iter().map(|mail| mail.key).collect::<Vec<_>>();
    assert_eq!(keys(store.unfiled().unwrap()), vec![key("sanne-1"), key("piet-2")]);
    store.mark_filed(&[key("sanne-1"), key("nobody-9")]).unwrap();
    assert_eq!(keys(store.unfiled().unwrap()), vec![key("piet-2")]);
}

#[test]
fn small_values_and_cursors_stay() {
    let folder = tempdir().unwrap();
    let secret = [7_u8; 32];
    let cursor = Cursor::Imap { folder: "INBOX".to_owned(), uid_validity: 3, next_uid: 9 };
    {
        let store = Store::open(folder.path(), at(0)).unwrap();
        store.meta_set("secret", &secret).unwrap();
        store.set_cursor("INBOX", Some(&cursor)).unwrap();
    }
    let store = Store::open(folder.path(), at(0)).unwrap();
    assert_eq!(store.meta_get::<[u8; 32]>("secret").unwrap(), Some(secret));
    assert_eq!(store.cursor("INBOX").unwrap(), Some(cursor));
    assert_eq!(store.cursor("Spam").unwrap(), None);
}

#[test]
fn a_long_letter_comes_back_whole_and_leaves_nothing_behind() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    let mut outcome = sign_up("sanne", 1);
    outcome.letters[0].bytes = (0..100_000_u32).map(|i| (i % 251) as u8).collect();
    store.commit(std::slice::from_ref(&outcome)).unwrap();
    assert_eq!(store.due_letters(at(0), 1).unwrap()[0].letter, outcome.letters[0]);
    store.mark_letter(&outcome.letters[0].head.id, &SendResult::Accepted, at(1)).unwrap();
    assert_eq!(store.disk.keys(Tree::Parts, b"").unwrap(), Vec::<Vec<u8>>::new());
}

#[test]
fn a_newer_layout_is_left_alone() {
    let folder = tempdir().unwrap();
    Store::open(folder.path(), at(0)).unwrap().meta_set("schema", &(SCHEMA + 1)).unwrap();
    let error = Store::open(folder.path(), at(0)).err().unwrap();
    assert!(matches!(error, StoreError::NewerVersion { .. }), "{error}");
}

#[test]
fn a_second_one_is_told_who_has_it() {
    let folder = tempdir().unwrap();
    let _first = Store::open(folder.path(), at(0)).unwrap();
    let error = Store::open(folder.path(), at(0)).err().unwrap();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert!(error.to_string().contains("een andere aanmelder"));
}
