//! Years of a busy network: the store holds what is kept and no more, on disk too.

use super::sample::*;
use crate::mail::{Filing, SendResult};
use crate::outcome::Outcome;
use crate::store::{Store, Tree};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;

/// What a year brings.
struct Year {
    events: u32,
    registrations: u32,
    mails: u32,
}

/// A tenth of a busy network: one of 20 events, 1200 sign-ups and 20,000 mails a year goes the same way, ten times as slowly.
const QUIET: Year = Year { events: 4, registrations: 30, mails: 2_000 };

fn day(year: u32, part: u32, of: u32) -> Timestamp {
    let days = f64::from(year) * 365.0 + 365.0 * f64::from(part) / f64::from(of);
    at(0) + SignedDuration::from_secs((days * 86_400.0) as i64)
}

/// A mail of that moment, with all that comes of it moved there.
fn moved(mut outcome: Outcome, key_of: String, at: Timestamp) -> Outcome {
    if let Some(mail) = &mut outcome.mail {
        mail.key = key(&key_of);
        mail.received_at = at;
    }
    if let Some(entry) = &mut outcome.entry {
        entry.at = at;
    }
    for letter in &mut outcome.letters {
        letter.head.written_at = at;
        letter.head.id = crate::ids::MessageId::new(&format!("{key_of}@loosduinen.nl"));
        letter.bytes = (0..14_000_u32).map(|i| (i * 7 % 61) as u8 + b' ').collect();
    }
    outcome
}

fn hash(text: &str) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Lives through a year: newsletters that are left alone, and sign-ups that are answered, filed and logged.
fn live(store: &Store, year: u32, busy: &Year) {
    let sign_ups = busy.events * busy.registrations;
    for number in 0..busy.mails {
        let now = day(year, number, busy.mails);
        let mut batch = Vec::new();
        if number % (busy.mails / sign_ups) == 0 {
            let who = number % 97;
            let name = hash(&format!("m{year}/{number}"));
            batch.push(moved(sign_up(&format!("persoon{who}"), who), name, now));
        } else {
            let mut krant = moved(sign_up("krant", 1), hash(&format!("k{year}/{number}")), now);
            krant.mail.as_mut().unwrap().filing = Filing::Untouched;
            (krant.changes, krant.letters, krant.entry) = (Vec::new(), Vec::new(), None);
            batch.push(krant);
        }
        store.note_tries(&[batch[0].mail.as_ref().unwrap().key.clone()], at(0), SignedDuration::ZERO).unwrap();
        store.commit(&batch).unwrap();
        for letter in &batch[0].letters {
            store.note_letter_try(&letter.head.id, now).unwrap();
            store.mark_letter(&letter.head.id, &SendResult::Accepted, now).unwrap();
            store.mark_filed(&[batch[0].mail.as_ref().unwrap().key.clone()]).unwrap();
        }
        if number % 10 == 0 {
            store.lines_logged(&store.waiting_lines(500).unwrap()).unwrap();
        }
        if number % (busy.mails / 12) == 0 {
            store.sweep(now - SignedDuration::from_hours(24 * 365)).unwrap();
        }
    }
}

fn size(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    files.map(|entry| if entry.path().is_dir() { size(&entry.path()) } else { entry.metadata().unwrap().len() }).sum()
}

/// The size on disk after each of some years, in kB, and how many records there are.
fn sizes(years: u32, busy: &Year) -> Vec<(u64, u64)> {
    let folder = in_memory();
    let mut sizes = Vec::new();
    for year in 0..years {
        let store = Store::open(folder.path(), at(0)).unwrap();
        store.keep_logbook(true).unwrap();
        if year == 0 {
            store.commit(&[event_made()]).unwrap();
        }
        live(&store, year, busy);
        let records = Tree::ALL.iter().map(|&tree| store.writer().count(tree)).sum();
        drop(store);
        sizes.push((size(folder.path()) / 1000, records));
    }
    sizes
}

#[test]
fn the_store_does_not_grow_without_bound() {
    let sizes = sizes(3, &QUIET);
    eprintln!("kB and records after each year: {sizes:?}");
    assert!(sizes[2].1 < sizes[1].1 * 13 / 10, "{sizes:?}");
    // The file is made of segments, whose number depends on when the store's own threads come round: 1.7 times has been seen.
    assert!(sizes[2].0 < sizes[1].0 * 2, "{sizes:?}");
}
