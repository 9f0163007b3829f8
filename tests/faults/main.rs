//! What real servers do not show on demand: refusals that look like emptiness, connections that end midway, silence, goodbyes.

#[path = "../support/mod.rs"]
mod support;

mod folders;
mod reading;
mod sending;

use aanmelder::config::{FilingMode, Server, Sink, Tls};
use aanmelder::ids::{Address, MailKey, MessageId};
use aanmelder::mail::inbox::{Filed, Inbox, InboxError, Listed};
use aanmelder::mail::outbox::Outbox;
use aanmelder::mail::{Filing, Halt, Location, SendResult};
use aanmelder::outcome::{DoneMail, Letter, LetterHead};
use jiff::Timestamp;
use secrecy::SecretString;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::scripted::{Scripted, Talk};
use support::settings::{BOT, filing, imap};
use tokio_util::sync::CancellationToken;

fn server(port: u16) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        tls: Tls::Plain,
        ca_file: None,
        user: BOT.to_owned(),
        password: aanmelder::config::SecretSource::Env("AANMELDER_TEST_PASSWORD".to_owned()),
        login: aanmelder::config::Login::Password,
        timeout_secs: 1,
    }
}

/// What a sound server with two mails answers, up to the command that a test is about.
fn sound(command: &str) -> String {
    let word = command.strip_prefix("UID ").unwrap_or(command).split(' ').next().unwrap_or_default();
    match word {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\nOK done",
        "LIST" => "* LIST (\\HasNoChildren) \"/\" INBOX\n* LIST (\\HasNoChildren \\Sent) \"/\" \"Verzonden\"\nOK done",
        "SELECT" | "EXAMINE" => {
            "* FLAGS (\\Seen)\n* 2 EXISTS\n* OK [UIDVALIDITY 7] ok\n* OK [UIDNEXT 12] ok\n\
             * OK [PERMANENTFLAGS (\\Seen \\*)] ok\nOK [READ-WRITE] done"
        }
        "FETCH" if command.contains("RFC822.SIZE") => {
            "* 1 FETCH (UID 10 INTERNALDATE \" 1-Nov-2017 10:00:00 +0100\" RFC822.SIZE 20)\n\
             * 2 FETCH (UID 11 INTERNALDATE \" 2-Nov-2017 10:00:00 +0100\" RFC822.SIZE 20)\nOK done"
        }
        "FETCH" if command.contains("FLAGS") => "* 1 FETCH (UID 10 FLAGS ())\nOK done",
        "SEARCH" => "* SEARCH 10 11\nOK done",
        _ => "OK done",
    }
    .to_owned()
}

async fn open(scripted: &Scripted) -> Result<Inbox, InboxError> {
    let source = imap(server(scripted.port()));
    Inbox::open(&source, &filing(FilingMode::Folders), Some(SecretString::from("geheim"))).await
}

/// A server that is sound up to a command, and then does something else.
fn sound_until(last: &'static str, then: impl Fn(&mut Talk, &str) -> Option<()> + Send + 'static) -> Scripted {
    Scripted::start(move |_, talk| {
        talk.say("* OK ready")?;
        let tag = talk.imap(last, sound)?;
        then(talk, &tag)
    })
}

fn listed(uid: u32) -> Listed {
    let location = Location::Imap { folder: "INBOX".to_owned(), uid_validity: 7, uid };
    Listed { location, received_at: "2017-11-01T09:00:00Z".parse().unwrap(), size: 20 }
}

fn done(uid: u32) -> DoneMail {
    DoneMail {
        key: MailKey::from_hex("0".repeat(32)),
        location: listed(uid).location,
        message_id: Some(MessageId::new("a@dewit.nl")),
        received_at: listed(uid).received_at,
        filing: Filing::Registered,
    }
}
