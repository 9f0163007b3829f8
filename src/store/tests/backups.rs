//! Backups and the logbook: whatever happened, a store made of either remembers the same.

use super::sample::*;
use crate::backup::{self, Damaged};
use crate::config::Network;
use crate::logbook::mail::{Carried, of_lines, of_snapshot, read};
use crate::logbook::plan::Plan;
use crate::mail::letter_ids::LetterSecret;
use crate::mail::{Filing, SendResult};
use crate::registration::{Change, State};
use crate::store::{Scope, Store};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::path::Path;

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Act {
    SignsUp(&'static str, u32),
    IsForgotten(&'static str, u32),
    LeftAlone(u32),
    LettersGo(SendKind),
    Filed,
    Told(u32),
    Swept(u32),
    /// Lines go to the mailbox, at most so many at once.
    Logged(usize),
    Snapshot,
}

#[derive(Clone, Copy, Debug)]
enum SendKind {
    Accepted,
    Refused,
    Later,
}

fn act() -> impl Strategy<Value = Act> {
    let name = prop::sample::select(vec!["sanne", "piet", "mo", "zoë"]);
    let kind = prop::sample::select(vec![SendKind::Accepted, SendKind::Accepted, SendKind::Refused, SendKind::Later]);
    prop_oneof![
        5 => (name.clone(), 1..3000_u32).prop_map(|(name, number)| Act::SignsUp(name, number)),
        1 => (name, 1..3000_u32).prop_map(|(name, number)| Act::IsForgotten(name, number)),
        1 => (1..3000_u32).prop_map(Act::LeftAlone),
        3 => kind.prop_map(Act::LettersGo),
        1 => Just(Act::Filed),
        1 => (1..3000_u32).prop_map(Act::Told),
        1 => (1..3000_u32).prop_map(Act::Swept),
        2 => (1..6_usize).prop_map(Act::Logged),
        1 => Just(Act::Snapshot),
    ]
}

/// The folder of the mailbox.
type Mailbox = Vec<Vec<u8>>;

fn carry_out(store: &Store, act: Act, mailbox: &mut Mailbox) {
    match act {
        Act::SignsUp(name, number) => drop(store.commit(&[sign_up(name, number)]).unwrap()),
        Act::IsForgotten(name, number) => {
            let mut outcome = sign_up(name, number);
            outcome.changes = vec![Change::RemovePerson(person(name))];
            store.commit(&[outcome]).unwrap();
        }
        Act::LeftAlone(number) => {
            let mut outcome = sign_up("krant", number);
            outcome.mail.as_mut().unwrap().filing = Filing::Untouched;
            (outcome.changes, outcome.letters, outcome.entry) = (Vec::new(), Vec::new(), None);
            store.commit(&[outcome]).unwrap();
        }
        Act::LettersGo(kind) => {
            for queued in store.due_letters(at(9000), 2).unwrap() {
                let result = match kind {
                    SendKind::Accepted => SendResult::Accepted,
                    SendKind::Refused => SendResult::Refused("550 5.1.1 onbekend".to_owned()),
                    SendKind::Later => SendResult::Later("451 straks".to_owned()),
                };
                store.note_letter_try(&queued.letter.head.id, at(5000)).unwrap();
                store.mark_letter(&queued.letter.head.id, &result, at(5000)).unwrap();
            }
        }
        Act::Filed => {
            let keys: Vec<_> = store.unfiled().unwrap().into_iter().map(|mail| mail.key).collect();
            store.mark_filed(&keys).unwrap();
        }
        Act::Told(minutes) => store.meta_set("last-digest-told", &(at(minutes.into()), 4)).unwrap(),
        Act::Swept(minutes) => store.sweep(at(minutes.into())).unwrap(),
        Act::Logged(limit) => {
            let lines = store.waiting_lines(limit).unwrap();
            if let Some(mail) = of_lines(&lines, &network(), &secret(), at(0)).unwrap() {
                mailbox.push(mail);
                // Cut off now and then between the mailbox and the store: the lines go again.
                if mailbox.len() % 3 != 2 {
                    store.lines_logged(&lines).unwrap();
                }
            }
        }
        Act::Snapshot => {
            while store.unlogged() > 0 {
                carry_out(store, Act::Logged(4), mailbox);
            }
            let mut text = Vec::new();
            let scope = Scope::Snapshot { secret_configured: true };
            let next = backup::write(store, scope, at(0), &mut text).unwrap().book.next;
            mailbox.push(of_snapshot(text, next, &network(), &secret(), at(0)).unwrap());
            store.snapshot_logged(at(0), next).unwrap();
        }
    }
}

fn secret() -> LetterSecret {
    LetterSecret::new([5; 32])
}

fn network() -> Network {
    Network {
        name: "ZZP Loosduinen".to_owned(),
        address: address("zzp"),
        aliases: Vec::new(),
        time_zone: TimeZone::UTC,
    }
}

/// A store to which all that happened.
fn lived_through(folder: &Path, acts: &[Act], mailbox: &mut Mailbox) -> Store {
    let store = Store::open(folder, at(0)).unwrap();
    store.keep_logbook(true).unwrap();
    store.commit(&[event_made()]).unwrap();
    acts.iter().for_each(|act| carry_out(&store, *act, mailbox));
    store
}

/// A store put together from the mailbox alone.
fn rebuilt(folder: &Path, mailbox: &Mailbox) -> (Store, Plan) {
    let carried: Vec<Option<Carried>> = mailbox.iter().map(|mail| read(mail)).collect();
    let plan = Plan::of(&carried, Some(&secret()));
    assert_eq!((plan.damaged, plan.missing.as_slice()), (0, &[][..]));
    let store = Store::open(folder, at(0)).unwrap();
    if let Some(snapshot) = &plan.snapshot {
        store.load(&snapshot.items).unwrap();
    }
    let lines: Vec<_> = plan.lines.iter().map(|line| line.what.clone()).collect();
    store.replay(&lines).unwrap();
    (store, plan)
}

fn waiting(store: &Store) -> Vec<(String, Vec<u8>)> {
    let due = store.due_letters(at(90_000), 1000).unwrap();
    let mut letters: Vec<_> =
        due.into_iter().map(|queued| (queued.letter.head.id.to_string(), queued.letter.bytes)).collect();
    letters.sort();
    letters
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_backup_brings_everything_back(acts in prop::collection::vec(act(), 1..25)) {
        let (folder, new) = (in_memory(), in_memory());
        let store = lived_through(folder.path(), &acts, &mut Vec::new());
        let mut text = Vec::new();
        backup::write(&store, Scope::Whole, at(0), &mut text).unwrap();
        let read = backup::read(&text).unwrap();
        let (kept, fingerprint) = backup::restore(&read, new.path(), at(0)).unwrap();
        prop_assert_eq!(kept, None);
        prop_assert_eq!(&fingerprint, &store.fingerprint().unwrap());
        let restored = Store::open(new.path(), at(0)).unwrap();
        prop_assert_eq!(restored.fingerprint().unwrap(), fingerprint);
        prop_assert_eq!(restored.state().unwrap(), store.state().unwrap());
        prop_assert_eq!(waiting(&restored), waiting(&store));
        prop_assert_eq!(restored.unfiled().unwrap(), store.unfiled().unwrap());
        let numbers = |store: &Store| store.journal_of_event(&event()).unwrap();
        prop_assert_eq!(numbers(&restored), numbers(&store));
        // The next entry gets a number of its own.
        restored.commit(&[sign_up("nieuw", 4000)]).unwrap();
        prop_assert_eq!(numbers(&restored).len(), numbers(&store).len() + 1);
    }

    #[test]
    fn the_logbook_brings_everything_back(acts in prop::collection::vec(act(), 1..25)) {
        let (folder, new) = (in_memory(), in_memory());
        let mut mailbox = Vec::new();
        let store = lived_through(folder.path(), &acts, &mut mailbox);
        while store.unlogged() > 0 {
            carry_out(&store, Act::Logged(4), &mut mailbox);
        }
        let (again, plan) = rebuilt(new.path(), &mailbox);
        prop_assert_eq!(again.state().unwrap(), store.state().unwrap());
        prop_assert_eq!(again.fingerprint().unwrap(), store.fingerprint().unwrap());
        prop_assert_eq!(waiting(&again), waiting(&store), "letters that had not gone");
        prop_assert!(plan.next() == (1, store.book().unwrap().next));
    }
}

#[test]
fn two_stores_that_differ_have_two_fingerprints() {
    let (one, two) = (in_memory(), in_memory());
    let one = lived_through(one.path(), &[Act::SignsUp("sanne", 1)], &mut Vec::new());
    let two = lived_through(two.path(), &[Act::SignsUp("sanne", 2)], &mut Vec::new());
    assert_ne!(one.state().unwrap(), State::default());
    assert_ne!(one.fingerprint().unwrap(), two.fingerprint().unwrap());
}

#[test]
fn a_backup_that_is_not_whole_is_refused() {
    let folder = in_memory();
    let acts = [Act::SignsUp("sanne", 1), Act::SignsUp("zoë", 2), Act::LettersGo(SendKind::Refused)];
    let store = lived_through(folder.path(), &acts, &mut Vec::new());
    let mut text = Vec::new();
    backup::write(&store, Scope::Whole, at(0), &mut text).unwrap();
    assert!(backup::read(&text).is_ok());
    for len in 0..text.len() {
        assert!(backup::read(&text[..len]).is_err(), "cut to {len}");
    }
    for at in 0..text.len() {
        let mut other = text.clone();
        other[at] ^= 1;
        assert!(backup::read(&other).is_err(), "byte {at} is another: {:?}", text[at] as char);
    }
    let newer = String::from_utf8(text.clone()).unwrap().replacen("\"format\":1", "\"format\":2", 1);
    assert_eq!(backup::read(newer.as_bytes()), Err(Damaged::Newer(2)));
    assert_eq!(backup::read(b"{\"events\":[]}\n"), Err(Damaged::NotOne));
    let line_less: Vec<&[u8]> = text.split_inclusive(|&b| b == b'\n').collect();
    assert_eq!(backup::read(&[&line_less[..2], &line_less[3..]].concat().concat()), Err(Damaged::Altered));
}

#[test]
fn a_store_is_put_into_its_place_whole_or_not_at_all() {
    let (folder, old) = (in_memory(), in_memory());
    let mut text = Vec::new();
    let sanne = lived_through(old.path(), &[Act::SignsUp("sanne", 1)], &mut Vec::new());
    backup::write(&sanne, Scope::Whole, at(0), &mut text).unwrap();
    let before = {
        let store = lived_through(folder.path(), &[Act::SignsUp("piet", 2)], &mut Vec::new());
        store.fingerprint().unwrap()
    };
    // Cut off while it was put together: the old one stands.
    let half = crate::store::rebuilding_folder(folder.path()).unwrap();
    Store::open(&half, at(0)).unwrap().load(&backup::read(&text).unwrap().items).unwrap();
    assert_eq!(Store::open(folder.path(), at(0)).unwrap().fingerprint().unwrap(), before);
    // Cut off when it was whole, after the old one was set aside: opening goes on with it.
    std::fs::write(half.join("complete"), "").unwrap();
    let kept = crate::store::set_aside(folder.path(), at(5)).unwrap();
    let store = Store::open(folder.path(), at(6)).unwrap();
    assert_eq!(store.fingerprint().unwrap(), sanne.fingerprint().unwrap());
    assert!(kept.join("db").exists() && !half.exists());
    drop(store);
    // And a restore keeps what was there.
    let (kept, _) = backup::restore(&backup::read(&text).unwrap(), folder.path(), at(7)).unwrap();
    assert!(kept.unwrap().join("db").exists());
}
