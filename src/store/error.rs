//! What can go wrong with the store, each in one plain sentence that says what to do.

use std::path::PathBuf;

/// Why the store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it open.
    #[error("the store in {} is in use by another aanmelder; stop that one first, or ask it: `aanmelder status`", folder.display())]
    Locked {
        /// The store's folder.
        folder: PathBuf,
    },
    /// A newer program wrote it.
    #[error(
        "the store in {} was written by a newer aanmelder (layout {found}, this one knows up to {known}); install that version again",
        folder.display()
    )]
    NewerVersion {
        /// The store's folder.
        folder: PathBuf,
        /// The layout that was found.
        found: u32,
        /// The newest layout that this program knows.
        known: u32,
    },
    /// What is on disk is not what was written. Nothing may be answered from it.
    #[error(
        "the store in {} is damaged ({what}); nothing was answered from it: run `aanmelder rebuild` to make it anew from the mailbox, \
         or `aanmelder restore` with a backup",
        folder.display()
    )]
    Corrupt {
        /// The store's folder.
        folder: PathBuf,
        /// What was wrong, in a few words.
        what: String,
    },
    /// The folder cannot be made or written.
    #[error("the store in {} cannot be written ({source}); check that the folder belongs to this user and the disk is not read-only", folder.display())]
    NotWritable {
        /// The store's folder.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Too little room on the disk. Nothing was written; the same call may be made again later.
    #[error("the disk with the store in {} is full; make room, nothing is lost and everything goes on by itself", folder.display())]
    Full {
        /// The store's folder.
        folder: PathBuf,
    },
    /// A write failed half-way. What was committed before is safe; the store must be opened anew.
    #[error("writing to the store in {} failed ({what}); what was written before is safe: start aanmelder again when the disk is well", folder.display())]
    Failed {
        /// The store's folder.
        folder: PathBuf,
        /// What the system says.
        what: String,
    },
}
