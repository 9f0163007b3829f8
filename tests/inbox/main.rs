//! The inbox on a real Dovecot: listing, fetching, filing, waiting, sent mail, and the ways in.

#[path = "../support/mod.rs"]
mod support;

mod connecting;
mod filing;
mod listing;

use aanmelder::config::{FilingMode, Tls};
use aanmelder::ids::{MailKey, MessageId};
use aanmelder::mail::inbox::{Filed, Inbox, InboxError, Listed, OtherFolder};
use aanmelder::mail::{Cursor, Filing, Location, RawMail};
use aanmelder::outcome::DoneMail;
use jiff::Timestamp;
use secrecy::SecretString;
use std::time::Duration;
use support::certificates::write_authority;
use support::dovecot::{Dovecot, SPAM_AND_ARCHIVE};
use support::mail::{header, plain};
use support::mailbox::{Client, folder, mailbox};
use support::settings::{BOT, PASSWORD, filing, imap};
use support::smtp::deliver;
use tokio_util::sync::CancellationToken;

fn password() -> Option<SecretString> {
    Some(SecretString::from(PASSWORD))
}

async fn open(dovecot: &Dovecot, mode: FilingMode) -> Inbox {
    Inbox::open(&dovecot.source(), &filing(mode), password()).await.unwrap()
}

fn put(dovecot: &Dovecot, id: &str) {
    let mail = plain("Sanne <sanne@dewit.nl>", BOT, "Aanmelding", &format!("{id}@dewit.nl"), "Ik kom graag.");
    deliver(dovecot.lmtp_port(), BOT, &mail);
}

fn done(mail: &Listed, id: &str, filing: Filing) -> DoneMail {
    DoneMail {
        key: MailKey::from_hex("0".repeat(32)),
        location: mail.location.clone(),
        message_id: Some(MessageId::new(&format!("{id}@dewit.nl"))),
        received_at: mail.received_at,
        filing,
    }
}

fn subjects_and_flags(dovecot: &Dovecot, name: &str) -> Vec<(String, bool)> {
    folder(dovecot, BOT, name).iter().map(|mail| (mail.id(), mail.is_seen())).collect()
}

const LONG_AGO: Timestamp = Timestamp::UNIX_EPOCH;
