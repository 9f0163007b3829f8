//! What the tests' servers and the program's settings for them have in common.

use aanmelder::config::{FilingConfig, FilingMode, FilingNames, ImapAccount, Server, Source};
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;

/// The password of every mailbox.
pub const PASSWORD: &str = "geheim";
/// The mailbox that the program watches.
pub const BOT: &str = "zzploosduinen@gmail.com";

/// The inbox of the bot's account at a server, as a source.
pub fn imap(server: Server) -> Source {
    Source::Imap(ImapAccount {
        server,
        poll_secs: 1,
        inbox: "INBOX".to_owned(),
        beside: aanmelder::config::Beside::default(),
        max_mail_bytes: 10 << 20,
    })
}

/// How mails are filed in these tests.
pub fn filing(mode: FilingMode) -> FilingConfig {
    FilingConfig {
        mode,
        names: FilingNames {
            registered: "Aangemeld".to_owned(),
            waitlist: "Wachtlijst".to_owned(),
            cancelled: "Afgemeld".to_owned(),
            question: "Vraag".to_owned(),
            undeliverable: "Onbestelbaar".to_owned(),
        },
        sent: None,
    }
}

/// Gives a folder and its files to the user of the mailboxes.
pub fn give_away(folder: &Path) {
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    for path in files.chain([folder.to_owned()]) {
        chown(path, Some(65534), Some(65534)).unwrap();
    }
}

/// Lets server processes of other users look into a folder.
pub fn open_to_all(folder: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}
