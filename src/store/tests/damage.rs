//! Damaged files: put right when sled can be, said plainly otherwise, never half-read.

use super::sample::*;
use crate::mail::SendResult;
use crate::registration::State;
use crate::store::{Counts, Store, StoreError, set_aside};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};

/// A store with some history, closed.
fn used() -> (TempDir, State, Counts) {
    let folder = tempdir().unwrap();
    {
        let store = Store::open(folder.path(), at(0)).unwrap();
        store.commit(&[event_made()]).unwrap();
        for number in 1..60 {
            let outcome = sign_up(&format!("p{}", number % 17), number);
            store.commit(std::slice::from_ref(&outcome)).unwrap();
            if number % 3 == 0 {
                store.mark_letter(&outcome.letters[0].head.id, &SendResult::Accepted, at(number.into())).unwrap();
            }
        }
    }
    let (state, counts) = read(folder.path()).unwrap();
    (folder, state, counts)
}

fn read(folder: &Path) -> Result<(State, Counts), StoreError> {
    let store = Store::open(folder, at(0))?;
    Ok((store.state()?, Counts { disk_bytes: 0, ..store.counts()? }))
}

fn copy(from: &Path) -> TempDir {
    let to = tempdir().unwrap();
    let status = std::process::Command::new("cp").arg("-a").arg(from.join(".")).arg(to.path()).status().unwrap();
    assert!(status.success());
    to
}

fn files(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("db")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(prefix)).collect()
}

#[test]
fn what_sled_trips_over_is_put_right() {
    let (folder, state, counts) = used();
    type Damage = fn(&Path);
    let cases: [(&str, Damage); 4] = [
        ("an empty snapshot that was being made", |db| fs::write(db.join("snap.FFFF.generating"), b"").unwrap()),
        ("an empty snapshot", |db| fs::write(db.join("snap.00000000000FFFFF"), b"").unwrap()),
        ("snapshots overwritten", |db| {
            for path in files(db.parent().unwrap(), "snap.") {
                fs::write(path, b"0123456789abcdefghijklmnopqrstuvwxyz").unwrap();
            }
        }),
        ("torn settings", |db| fs::write(db.join("conf"), b"segment_size: 52").unwrap()),
    ];
    for (what, damage) in cases {
        let folder = copy(folder.path());
        damage(&folder.path().join("db"));
        assert_eq!(
            read(folder.path()).unwrap_or_else(|error| panic!("{what}: {error}")),
            (state.clone(), counts.clone())
        );
        assert!(folder.path().join("damaged-2017-11-01").is_dir(), "{what}: no copy was kept");
        assert_eq!(read(folder.path()).unwrap(), (state.clone(), counts.clone()), "{what}");
    }
}

#[test]
fn a_cut_or_flipped_database_is_never_half_read() {
    let (folder, state, counts) = used();
    let bytes = fs::read(folder.path().join("db/db")).unwrap();
    let mut seen = 0;
    for step in 0..40_usize {
        let folder = copy(folder.path());
        let mut damaged = bytes.clone();
        // Both whole blocks and the live tail are hit.
        let place = (step * 7919 * 13) % bytes.len();
        if step % 4 == 0 {
            damaged.truncate(place);
        } else {
            damaged[place] ^= 1 << (step % 8);
        }
        fs::write(folder.path().join("db/db"), damaged).unwrap();
        match read(folder.path()) {
            // The place was free, or held something old.
            Ok(read) => assert_eq!(read, (state.clone(), counts.clone()), "step {step}"),
            Err(StoreError::Corrupt { .. }) => {
                seen += 1;
                assert!(
                    matches!(read(folder.path()), Err(StoreError::Corrupt { .. })),
                    "step {step}: fine the second time"
                );
            }
            Err(other) => panic!("step {step}: {other}"),
        }
    }
    assert!(seen > 5, "only {seen} were damaged at all");
}

#[test]
fn an_older_copy_put_in_place_is_told_from_the_last() {
    let (folder, ..) = used();
    let older = copy(folder.path());
    Store::open(folder.path(), at(0)).unwrap().commit(&[sign_up("piet", 99)]).unwrap();
    fs::remove_dir_all(folder.path().join("db")).unwrap();
    fs::rename(older.path().join("db"), folder.path().join("db")).unwrap();
    let error = read(folder.path()).unwrap_err();
    assert!(error.to_string().contains("de laatste wijzigingen ontbreken, 1 in getal"), "{error}");
    assert!(error.to_string().contains("reservekopie"), "{error}");
}

#[test]
fn a_damaged_store_can_be_set_aside_for_a_new_one() {
    let (folder, ..) = used();
    fs::write(folder.path().join("db/db"), b"").unwrap();
    assert!(matches!(read(folder.path()), Err(StoreError::Corrupt { .. })));
    let kept = set_aside(folder.path(), at(0)).unwrap();
    assert!(kept.join("db/db").exists());
    assert_eq!(read(folder.path()).unwrap().0, State::default());
    let again = set_aside(folder.path(), at(0)).unwrap();
    assert!(again != kept && again.join("db/db").exists() && kept.join("db/db").exists());
}
