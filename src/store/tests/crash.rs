//! Killed in the middle: what `commit` has returned for is there, whole; what it has not is there whole or not at all.

use super::sample::*;
use crate::mail::SendResult;
use crate::store::{Records, Store, Tree};
use jiff::SignedDuration;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::tempdir;

/// Set for the child: the folder to commit into, and the number to begin with.
const CHILD: &str = "AANMELDER_STORE_CHILD";

/// In the parent this does nothing; in the child it commits until it is killed, and says each number when it is committed.
#[test]
fn child() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let (number, folder) = order.split_once(' ').unwrap();
    let store = Store::open(Path::new(folder), at(0)).unwrap();
    for number in number.parse::<u32>().unwrap().. {
        let mut outcome = sign_up("sanne", number);
        outcome.letters[0].bytes = vec![b'x'; 100 * (number as usize % 200)];
        store.note_tries(&[key(&format!("sanne-{number}"))], at(0), SignedDuration::ZERO).unwrap();
        store.commit(&[outcome.clone()]).unwrap();
        println!("committed {number}");
        let id = &outcome.letters[0].head.id;
        store.note_letter_try(id, at(number.into())).unwrap();
        store.mark_letter(id, &SendResult::Accepted, at(number.into())).unwrap();
        store.mark_filed(&[key(&format!("sanne-{number}"))]).unwrap();
    }
}

fn spawn(folder: &Path, number: u32) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::crash::child", "--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{number} {}", folder.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_killed_process_loses_nothing_and_leaves_nothing_half_done() {
    let folder = tempdir().unwrap();
    Store::open(folder.path(), at(0)).unwrap().commit(&[event_made()]).unwrap();
    let mut last = 0;
    for round in 0..12 {
        let mut child = spawn(folder.path(), last + 1);
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut committed = last;
        while let Some(Ok(line)) = lines.next() {
            // The test harness writes on the same line before the first one.
            let Some((_, number)) = line.rsplit_once("committed ") else { continue };
            committed = number.parse().unwrap();
            if committed >= last + 1 + round * 7 % 23 {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(committed > last, "the child did nothing");
        last = check(folder.path(), committed);
    }
}

/// All up to `committed` is there, at most one more, and that one whole. Gives the last that is there.
fn check(folder: &Path, committed: u32) -> u32 {
    let store = Store::open(folder, at(0)).unwrap();
    let state = store.state().unwrap();
    let last = state.events[&event()].registrations[&person("sanne")].confirmed;
    assert!(last == committed || last == committed + 1, "{last} is there, {committed} was said");
    let name = |number: u32| key(&format!("sanne-{number}"));
    for number in 1..=last {
        assert!(store.is_done(&name(number)).unwrap(), "{number}");
        assert_eq!(store.journal_of_mail(&name(number)).unwrap(), store.journal_of_mail(&name(number)).unwrap());
        assert_eq!(store.journal_of_mail(&name(number)).unwrap()[0].1, sign_up("sanne", number).entry.unwrap());
        assert!(store.letter(&sign_up("sanne", number).letters[0].head.id).unwrap().is_some(), "{number}");
    }
    assert!(!store.is_done(&name(last + 1)).unwrap());
    assert_eq!(store.disk.keys(Tree::Journal, b"").unwrap().len(), last as usize + 1);
    // Only letters of mails at whose end a child was killed may wait, each as uncertain as it is.
    for queued in store.due_letters(at(100_000), 1000).unwrap() {
        assert_eq!(queued.uncertain, queued.tries > 0, "{queued:?}");
    }
    last
}
