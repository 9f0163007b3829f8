//! What can go wrong with the store, each in one plain sentence that says what to do. In Dutch: the installer reads them.

use std::path::PathBuf;

/// Why the store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it open.
    #[error("een andere aanmelder gebruikt {} al; stop die eerst, of vraag hem wat je wilt weten: `aanmelder status`", folder.display())]
    Locked {
        /// The store's folder.
        folder: PathBuf,
    },
    /// A newer program wrote it.
    #[error(
        "de gegevens in {} zijn van een nieuwere aanmelder (indeling {found}, deze kent er tot {known}); installeer die versie weer",
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
        "de gegevens in {} zijn beschadigd ({what}); er is niets uit beantwoord. `aanmelder rebuild` bouwt ze opnieuw op uit de \
         mailbox, `aanmelder restore` uit een reservekopie; wat er staat wordt bewaard",
        folder.display()
    )]
    Corrupt {
        /// The store's folder.
        folder: PathBuf,
        /// What was wrong, in a few words.
        what: String,
    },
    /// The folder cannot be made or written.
    #[error(
        "in {} kan niet geschreven worden ({source}); kijk of de map van deze gebruiker is en de schijf niet alleen-lezen",
        folder.display()
    )]
    NotWritable {
        /// The store's folder.
        folder: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Too little room on the disk. Nothing was written; the same call may be made again later.
    #[error("de schijf met {} is vol; maak ruimte, er is niets kwijt en alles gaat vanzelf verder", folder.display())]
    Full {
        /// The store's folder.
        folder: PathBuf,
    },
    /// A write failed half-way. What was committed before is safe; the store must be opened anew.
    #[error(
        "schrijven in {} is afgebroken ({what}); wat er al stond is veilig: start aanmelder opnieuw als de schijf weer goed is",
        folder.display()
    )]
    Failed {
        /// The store's folder.
        folder: PathBuf,
        /// What the system says.
        what: String,
    },
}
