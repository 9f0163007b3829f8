//! A full disk, a disk that breaks off in the middle of a write, and one that cannot be written at all.
//!
//! Each in a child: on a small tmpfs of its own where user namespaces are allowed, or under a limit on the size of files.

use super::sample::*;
use crate::store::{Store, StoreError};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::tempdir;

/// Set for the child: what it is to do, and the folder.
const CHILD: &str = "AANMELDER_STORE_FULL";

#[test]
fn child() {
    let Ok(order) = std::env::var(CHILD) else { return };
    match order.split_once(' ').unwrap() {
        ("fill", folder) => fill(Path::new(folder)),
        ("break", folder) => break_off(Path::new(folder)),
        ("read-only", folder) => {
            let error = Store::open(Path::new(folder), at(0)).err().unwrap();
            assert!(matches!(error, StoreError::NotWritable { .. }), "{error:?}");
        }
        (other, _) => panic!("{other}"),
    }
    println!("the child is done");
}

/// Something else fills the disk; then room is made.
fn fill(folder: &Path) {
    let store = Store::open(folder, at(0)).unwrap();
    store.commit(&[event_made(), sign_up("sanne", 1)]).unwrap();
    let ballast = folder.join("ballast");
    std::fs::write(&ballast, vec![0; 6 * 1024 * 1024]).unwrap();
    let error = store.commit(&[sign_up("piet", 2)]).unwrap_err();
    assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
    assert!(!store.is_done(&key("piet-2")).unwrap());
    assert!(store.is_done(&key("sanne-1")).unwrap());
    std::fs::remove_file(ballast).unwrap();
    store.commit(&[sign_up("piet", 2)]).unwrap();
    assert!(store.is_done(&key("piet-2")).unwrap());
}

/// The disk takes no more in the middle of a write.
fn break_off(folder: &Path) {
    let store = Store::open(folder, at(0)).unwrap();
    store.commit(&[event_made()]).unwrap();
    for number in 1.. {
        let mut outcome = sign_up("sanne", number);
        outcome.letters[0].bytes = vec![b'x'; 40_000];
        match store.commit(&[outcome]) {
            Ok(_) => println!("committed {number}"),
            Err(error) => {
                assert!(matches!(error, StoreError::Failed { .. }), "{error:?}");
                // What is in memory may be ahead of the disk: nothing is answered from it any more.
                assert!(store.is_done(&key("sanne-1")).is_err());
                assert!(store.commit(&[sign_up("piet", 9)]).is_err());
                return;
            }
        }
    }
}

/// Runs the child as `order` after the shell's `setup`; its output, or `None` when the machine does not allow the setup.
fn run(setup: &str, order: &str, folder: &Path) -> Option<String> {
    let script = format!("{setup} || exit 77; exec \"$@\"");
    let shell = ["--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"];
    let output = Command::new("unshare")
        .args(shell)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "store::tests::full::child", "--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{order} {}", folder.display()))
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let (said, wrong) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.code() == Some(77) || wrong.contains("unshare:") {
        eprintln!("left out, this machine does not allow it: {wrong}");
        return None;
    }
    assert!(said.contains("the child is done"), "{said}\n{wrong}");
    Some(said.into_owned())
}

#[test]
fn a_full_disk_stops_nothing_for_good() {
    let folder = tempdir().unwrap();
    run(&format!("mount -t tmpfs -o size=12m none {}", folder.path().display()), "fill", folder.path());
}

#[test]
fn a_write_that_breaks_off_leaves_what_was_committed() {
    let folder = tempdir().unwrap();
    let Some(said) = run("trap '' XFSZ && ulimit -f 4096", "break", folder.path()) else { return };
    let last: u32 = said.lines().filter_map(|line| line.rsplit_once("committed ")?.1.parse().ok()).max().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    for number in 1..=last {
        assert!(store.is_done(&key(&format!("sanne-{number}"))).unwrap(), "{number} of {last}");
    }
    assert_eq!(store.due_letters(at(0), usize::MAX).unwrap().len() as u64, store.counts().unwrap().done_mails);
    store.commit(&[sign_up("piet", 9)]).unwrap();
}

#[test]
fn a_disk_that_cannot_be_written_is_said_plainly() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("a/b");
    std::fs::write(folder.path().join("a"), b"in the way").unwrap();
    let error = Store::open(&path, at(0)).err().unwrap();
    assert!(matches!(error, StoreError::NotWritable { .. }), "{error:?}");
    assert!(error.to_string().contains("kan niet geschreven worden"), "{error}");
    run(&format!("mount -t tmpfs -o ro none {}", folder.path().display()), "read-only", folder.path());
}
