//! Opening the database: waiting for its lock, putting right what sled trips over, and making sure that all of it is there.
//!
//! sled's log survives a crash, but an empty or torn snapshot file beside it keeps it from opening (sled issues 1527 and 1533);
//! without that file it opens with everything in place. A cut or flipped log on the other hand opens as if its end had never
//! been written: the totals find that out. Called by `Store::open`.

use super::disk::{Disk, check_room};
use super::error::StoreError;
use super::totals::{Mark, Totals};
use jiff::Timestamp;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

/// The database's folder in the store's folder.
const DATABASE: &str = "db";
/// How long to wait for the lock: a process that has just ended may still hold it (sled issue 1234).
const LOCK_TRIES: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(50);
/// sled's page cache, in bytes. Its default is 1 GiB.
const CACHE: u64 = 1024 * 1024;

/// How often sled's own thread wakes, in milliseconds. Nothing waits for it; it frees one segment of the file each time.
const TIDY: u64 = 2000;

/// Opens or makes the database in `folder`; gives it with its totals, `None` for a new one.
///
/// # Errors
/// See [`StoreError`]. Whatever it says, what is on disk was not made worse: a copy is taken before anything is mended.
pub(super) fn open(folder: &Path, now: Timestamp) -> Result<(Disk, Option<Totals>), StoreError> {
    make_folder(folder).map_err(|source| StoreError::NotWritable { folder: folder.to_owned(), source })?;
    check_room(folder)?;
    if folder.join(REBUILDING).join(COMPLETE).exists() {
        finish_move(folder, now)?;
    }
    match try_open(folder) {
        Err(StoreError::Corrupt { .. }) if mend(folder, now)? => try_open(folder),
        result => result,
    }
}

/// Is there a database in the store's folder, sound or not?
pub fn is_there(folder: &Path) -> bool {
    folder.join(DATABASE).exists()
}

/// Moves a damaged database out of the way, so that a new one can be made; gives the folder it is kept in.
///
/// # Errors
/// When it cannot be renamed.
pub fn set_aside(folder: &Path, now: Timestamp) -> Result<PathBuf, StoreError> {
    let name = format!("set-aside-{}", now.strftime("%Y-%m-%d-%H%M%S"));
    // Twice in one second is two folders: what was kept is never written over.
    let others = (2..1000).map(|number| folder.join(format!("{name}-{number}")));
    let kept = std::iter::once(folder.join(&name)).chain(others).find(|kept| !kept.exists());
    let kept = kept.unwrap_or_else(|| folder.join(&name));
    let moved = fs::create_dir_all(&kept).and_then(|()| {
        for name in [DATABASE, super::totals::MARK_FILE] {
            match fs::rename(folder.join(name), kept.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    });
    moved.map(|()| kept).map_err(|source| StoreError::NotWritable { folder: folder.to_owned(), source })
}

/// The folder in the store's folder in which a new database is put together.
const REBUILDING: &str = "rebuilding";
/// The file in it that says that it is whole.
const COMPLETE: &str = "complete";

/// An empty folder inside `folder` to put a new database together in; what an earlier try left there is removed.
///
/// # Errors
/// When it cannot be made.
pub fn rebuilding_folder(folder: &Path) -> Result<PathBuf, StoreError> {
    let new = folder.join(REBUILDING);
    let made = match fs::remove_dir_all(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => make_folder(&new),
    };
    made.map(|()| new).map_err(|source| StoreError::NotWritable { folder: folder.to_owned(), source })
}

/// Puts the database that is whole and closed in the folder of [`rebuilding_folder`] into its place. What was there is set
/// aside, and its folder given. Should it be cut off, the next opening of the store goes on with it.
///
/// # Errors
/// When something cannot be renamed.
pub fn move_in(folder: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let new = folder.join(REBUILDING);
    let marked = fs::File::create(new.join(COMPLETE)).and_then(|file| file.sync_all()).and_then(|()| sync_folder(&new));
    marked.map_err(|source| StoreError::NotWritable { folder: folder.to_owned(), source })?;
    finish_move(folder, now)
}

fn finish_move(folder: &Path, now: Timestamp) -> Result<Option<PathBuf>, StoreError> {
    let new = folder.join(REBUILDING);
    let to_move = new.join(DATABASE).exists();
    let kept = if to_move && folder.join(DATABASE).exists() { Some(set_aside(folder, now)?) } else { None };
    let moved = (|| {
        for name in [DATABASE, super::totals::MARK_FILE] {
            match fs::rename(new.join(name), folder.join(name)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        sync_folder(folder)?;
        fs::remove_dir_all(&new)
    })();
    moved.map(|()| kept).map_err(|source| StoreError::NotWritable { folder: folder.to_owned(), source })
}

fn make_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn try_open(folder: &Path) -> Result<(Disk, Option<Totals>), StoreError> {
    let corrupt = |what: String| StoreError::Corrupt { folder: folder.to_owned(), what };
    // sled panics on some kinds of damage instead of returning an error.
    catch_unwind(AssertUnwindSafe(|| {
        let disk = open_locked(folder)?;
        let totals = verify(&disk)?;
        Ok((disk, totals))
    }))
    .unwrap_or_else(|_| Err(corrupt("de database liep erop vast".to_owned())))
}

fn open_locked(folder: &Path) -> Result<Disk, StoreError> {
    let database = folder.join(DATABASE);
    let config = sled::Config::new().path(&database).cache_capacity(CACHE).flush_every_ms(Some(TIDY));
    let mut tries = 0;
    let db = loop {
        match config.open() {
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                tries += 1;
                if tries > LOCK_TRIES {
                    return Err(StoreError::Locked { folder: folder.to_owned() });
                }
                sleep(LOCK_PAUSE);
            }
            result => break result.map_err(|error| refusal(folder, error))?,
        }
    };
    let disk = Disk::new(folder, &database, db).map_err(|error| refusal(folder, error))?;
    sync_folder(folder).and_then(|()| sync_folder(&database)).map_err(|error| refusal(folder, error.into()))?;
    Ok(disk)
}

/// The files' names are durable only when their folder is synced.
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

fn refusal(folder: &Path, error: sled::Error) -> StoreError {
    let folder = folder.to_owned();
    match error {
        sled::Error::Io(source) => match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full { folder },
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => {
                StoreError::Corrupt { folder, what: source.to_string() }
            }
            _ => StoreError::NotWritable { folder, source },
        },
        sled::Error::Corruption { .. } => {
            StoreError::Corrupt { folder, what: "het logboek van de database is afgebroken".to_owned() }
        }
        other => StoreError::Corrupt { folder, what: other.to_string() },
    }
}

/// Reads everything once, and compares it with what the totals and the mark say there should be.
fn verify(disk: &Disk) -> Result<Option<Totals>, StoreError> {
    let mark = Mark::read(disk.folder());
    let Some(totals) = disk.totals()? else {
        let empty = disk.count_all()? == Totals::default();
        return if empty && mark.is_none() { Ok(None) } else { Err(disk.corrupt("het eind ontbreekt")) };
    };
    if let Some(mark) = mark {
        if mark.writes > totals.writes {
            let lost = mark.writes - totals.writes;
            return Err(disk.corrupt(format!("de laatste wijzigingen ontbreken, {lost} in getal")));
        }
        if mark.writes == totals.writes && mark.sum != totals.sum {
            return Err(disk.corrupt("het is een andere database dan hier geschreven is"));
        }
    }
    let found = disk.count_all()?;
    if found.sum == totals.sum && super::tree::Tree::ALL.iter().all(|&tree| found.count(tree) == totals.count(tree)) {
        Ok(Some(totals))
    } else {
        Err(disk.corrupt("er ontbreken gegevens, of ze zijn ouder dan ze horen te zijn"))
    }
}

/// Removes what keeps a sound log from opening, after taking a copy. `false` when there was nothing of the kind.
fn mend(folder: &Path, now: Timestamp) -> Result<bool, StoreError> {
    let database = folder.join(DATABASE);
    let failed = |source| StoreError::NotWritable { folder: folder.to_owned(), source };
    let mut culprits = Vec::new();
    for entry in fs::read_dir(&database).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // `conf` holds what sled writes again by itself.
        if name.starts_with("snap.") || name == "conf" {
            culprits.push(entry.path());
        }
    }
    if culprits.is_empty() {
        return Ok(false);
    }
    // One copy a day: a store that stays damaged is tried again and again, and must not fill the disk.
    let copy = folder.join(format!("damaged-{}", now.strftime("%Y-%m-%d")));
    if !copy.exists() {
        copy_folder(&database, &copy).map_err(failed)?;
    }
    for path in culprits {
        fs::remove_file(path).map_err(failed)?;
    }
    Ok(true)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::DirBuilder::new().mode(0o700).create(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
