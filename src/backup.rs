//! A backup as a file: JSON Lines, a head with what it is and how much, one item a line, and a checksum over all of it at the end.
//!
//! It can be read with any text editor and restored by any later version. The snapshots of the logbook are the same, packed.
//! Called by `cli::backup` and `daemon`; what an item is, `store` says.

use crate::store::{self, Book, Item, Scope, Store, StoreError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The version of the format. A reader knows all up to its own.
const FORMAT: u32 = 1;
/// What the head begins with, by which such a file is known.
const KIND: &str = "aanmelder-backup";

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Head {
    /// What it is.
    pub kind: String,
    /// The version of the format.
    pub format: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// How many items follow.
    pub count: u64,
    /// How far the logbook was then: the items hold all lines before its next.
    pub book: Book,
}

/// A backup that was read and found whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Backup {
    /// Its first line.
    pub head: Head,
    /// What it holds.
    pub items: Vec<Item>,
}

/// The last line.
#[derive(Serialize, Deserialize)]
struct Tail {
    sha256: String,
}

/// Why a backup cannot be used, each in one plain Dutch sentence that goes on after the file's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// It is something else.
    #[error("is geen reservekopie van aanmelder")]
    NotOne,
    /// A newer program made it.
    #[error("is gemaakt door een nieuwere aanmelder (indeling {0}); installeer die versie eerst")]
    Newer(u32),
    /// The end is missing.
    #[error("is niet compleet: het eind ontbreekt; neem een andere kopie")]
    CutOff,
    /// It is not what was written.
    #[error("is veranderd of beschadigd sinds hij gemaakt is; neem een andere kopie")]
    Altered,
    /// The checksum is right and yet a line cannot be read.
    #[error("is op regel {0} niet te begrijpen; neem een andere kopie")]
    Unreadable(usize),
}

/// Why a backup could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be put down.
    #[error("de reservekopie kan niet geschreven worden: {0}")]
    Io(#[from] io::Error),
    /// An item cannot be put in words.
    #[error("de reservekopie kan niet geschreven worden: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes everything that is in scope, and gives the head.
///
/// # Errors
/// When the store cannot be read or `out` not be written.
pub fn write(store: &Store, scope: Scope, now: Timestamp, out: &mut impl Write) -> Result<Head, WriteError> {
    let hash = std::cell::RefCell::new((Sha256::new(), out));
    let put = |line: String| -> Result<(), WriteError> {
        let (hash, out) = &mut *hash.borrow_mut();
        hash.update(line.as_bytes());
        Ok(out.write_all(line.as_bytes())?)
    };
    let mut head = None;
    store.each_item::<WriteError>(
        scope,
        |count, book| {
            let made = Head { kind: KIND.to_owned(), format: FORMAT, made_at: now, count, book: book.clone() };
            put(serde_json::to_string(&made)? + "\n")?;
            head = Some(made);
            Ok(())
        },
        |item| put(serde_json::to_string(&item)? + "\n"),
    )?;
    let (hash, out) = hash.into_inner();
    let tail = Tail { sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect() };
    out.write_all((serde_json::to_string(&tail)? + "\n").as_bytes())?;
    head.ok_or_else(|| io::Error::other("er is geen begin").into())
}

/// Reads a backup, all of it or nothing.
///
/// # Errors
/// When it is none, not whole, altered, or from a newer program.
pub fn read(text: &[u8]) -> Result<Backup, Damaged> {
    let first = text.split(|&b| b == b'\n').next().unwrap_or_default();
    let value: serde_json::Value = serde_json::from_slice(first).map_err(|_| Damaged::NotOne)?;
    let field = |name: &str| value.get(name);
    if field("kind").and_then(serde_json::Value::as_str) != Some(KIND) {
        return Err(Damaged::NotOne);
    }
    match field("format").and_then(serde_json::Value::as_u64).and_then(|format| u32::try_from(format).ok()) {
        Some(format) if format > FORMAT => return Err(Damaged::Newer(format)),
        Some(_) => {}
        None => return Err(Damaged::NotOne),
    }
    let whole = text.strip_suffix(b"\n").ok_or(Damaged::CutOff)?;
    let end = whole.iter().rposition(|&b| b == b'\n').ok_or(Damaged::CutOff)? + 1;
    let (body, last) = whole.split_at_checked(end).ok_or(Damaged::CutOff)?;
    let tail: Tail = serde_json::from_slice(last).map_err(|_| Damaged::CutOff)?;
    let sum: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    if sum != tail.sha256 {
        return Err(Damaged::Altered);
    }
    let head: Head = serde_json::from_slice(first).map_err(|_| Damaged::Unreadable(1))?;
    let lines = body.split(|&b| b == b'\n').enumerate().skip(1).filter(|(_, line)| !line.is_empty());
    let items = lines.map(|(at, line)| serde_json::from_slice(line).map_err(|_| Damaged::Unreadable(at + 1)));
    let items = items.collect::<Result<Vec<Item>, _>>()?;
    if items.len() as u64 == head.count { Ok(Backup { head, items }) } else { Err(Damaged::Altered) }
}

/// Makes a store of a backup, in the place of the one in `folder`, which is set aside if there is one; gives where that is kept
/// and the fingerprint of what is known now. Letters that waited are looked up among the sent ones before they go.
///
/// # Errors
/// When a store cannot be written. The old one is then where it was.
pub fn restore(backup: &Backup, folder: &Path, now: Timestamp) -> Result<(Option<PathBuf>, String), StoreError> {
    let new = store::rebuilding_folder(folder)?;
    let fingerprint = {
        let store = Store::open(&new, now)?;
        store.load(&backup.items)?;
        let Book { book, next, .. } = backup.head.book;
        store.begin_book(&Book { book: book + 1, next, snapshot: None, purge: None }, now)?;
        store.fingerprint()?
    };
    Ok((store::move_in(folder, now)?, fingerprint))
}

/// The secret of our Message-IDs as it stands in the text of a backup that was not looked at yet.
pub fn secret_in(text: &[u8]) -> Option<serde_json::Value> {
    let items = text.split(|&b| b == b'\n').skip(1);
    // Settings come first.
    let settings = items.map_while(|line| match serde_json::from_slice(line) {
        Ok(Item::Setting { name, value }) => Some((name, value)),
        _ => None,
    });
    settings.into_iter().find(|(name, _)| name == "letter-secret").map(|(_, value)| value)
}
