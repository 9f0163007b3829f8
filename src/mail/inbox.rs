//! The inbox: where mails come in and are filed, an IMAP account or a Maildir behind one face.
//!
//! Of both are `listed` (the mails that go through it) and `error`. The rest of `inbox/` is the IMAP side, the only place that
//! names async_imap: `connect` (login, folders), `session` (one command and its whole answer), `rows` (its lines), `names`
//! (how folders and UIDs are written), and what is asked of an account: `list`, `fetch`, `file`, `idle`, `sent`, `lease`,
//! `folders`. Nothing here decides anything about a mail, keeps what is done or tries again: the store knows what is done,
//! and `daemon`, the only caller, opens a new inbox after an error.

mod connect;
mod error;
mod fetch;
mod file;
mod folders;
mod idle;
mod lease;
mod list;
mod listed;
mod names;
mod rows;
mod sent;
mod session;

use crate::config::{FilingConfig, FilingNames, Source};
use crate::ids::MessageId;
use crate::mail::maildir::Maildir;
use crate::mail::{Cursor, Filing, Location};
use crate::outcome::DoneMail;
pub use connect::Account;
pub use error::InboxError;
pub use folders::{Found, Place};
use jiff::Timestamp;
pub use lease::LeaseMail;
pub use listed::{Fetched, Listed, ListedBeside, NewBeside, NewMails, OtherFolder, batches};
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// An open inbox.
#[derive(Debug)]
pub enum Inbox {
    /// An IMAP account, logged in.
    Imap(Box<Account>),
    /// A Maildir.
    Maildir(Maildir),
}

/// So much of a header is fetched to see who may have written a mail.
pub(crate) const HEAD_BYTES: usize = 8 << 10;

/// How filing a mail went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    /// It is filed.
    Done,
    /// It is no longer in the inbox: somebody moved or deleted it, or it was filed before.
    Gone,
}

impl Inbox {
    /// Opens the inbox: connects, logs in, learns what the server can do, selects the folder.
    ///
    /// # Errors
    /// See [`InboxError`]; a Maildir must exist already.
    pub async fn open(
        source: &Source,
        filing: &FilingConfig,
        password: Option<SecretString>,
    ) -> Result<Self, InboxError> {
        match source {
            Source::Imap(account) => {
                Account::open(account, filing, password).await.map(|account| Self::Imap(Box::new(account)))
            }
            Source::Maildir(path) => Maildir::open(path, filing).map(Self::Maildir),
        }
    }

    /// May mails be filed as configured?
    ///
    /// # Errors
    /// When the folder can only be read; reading it goes well all the same.
    pub fn may_file(&self) -> Result<(), InboxError> {
        match self {
            Self::Imap(account) => account.may_file(),
            Self::Maildir(_) => Ok(()),
        }
    }

    /// Lists what came in from the cursor on; without a cursor, or when it no longer holds (another UIDVALIDITY), everything
    /// that arrived from `since` on. A mail can be listed twice; the store knows what is done.
    ///
    /// # Errors
    /// See [`InboxError`]. An empty answer is never taken for "nothing" unless the server's own numbers agree.
    pub async fn list_new(&mut self, cursor: Option<&Cursor>, since: Timestamp) -> Result<NewMails, InboxError> {
        match self {
            Self::Imap(account) => account.list_new(cursor, since).await,
            Self::Maildir(maildir) => maildir.list_new(cursor, since).await,
        }
    }

    /// Lists what came into a folder beside the inbox from the cursor on, and arrived from `since` on: old mails that somebody
    /// moves there are not new. `None` where there is no such folder. It is opened for reading only.
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn list_beside(
        &mut self,
        place: OtherFolder,
        cursor: Option<&Cursor>,
        since: Timestamp,
    ) -> Result<Option<NewBeside>, InboxError> {
        match self {
            Self::Imap(account) => account.list_beside(place, cursor, since).await,
            Self::Maildir(_) => Ok(None),
        }
    }

    /// Fetches whole mails of one folder without marking them as read. All of them are held in memory: ask for [`batches`].
    ///
    /// # Errors
    /// See [`InboxError`]; mails that have gone meanwhile are no error.
    pub async fn fetch(&mut self, wanted: &[Listed]) -> Result<Fetched, InboxError> {
        match self {
            Self::Imap(account) => account.fetch(wanted).await,
            Self::Maildir(maildir) => maildir.fetch(wanted).await,
        }
    }

    /// Fetches the beginning of mails' headers, at most 8 KiB of each, without marking them as read. Mails that are missing in the
    /// answer have gone, or the server does not give their headers.
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn fetch_heads(&mut self, wanted: &[Listed]) -> Result<BTreeMap<Location, Vec<u8>>, InboxError> {
        match self {
            Self::Imap(account) => account.fetch_heads(wanted).await,
            Self::Maildir(maildir) => maildir.fetch_heads(wanted).await,
        }
    }

    /// Has mail come in since it was last listed, as far as is known without asking?
    pub fn has_news(&mut self) -> bool {
        match self {
            Self::Imap(account) => account.session.take_news(),
            Self::Maildir(maildir) => maildir.has_news(),
        }
    }

    /// Files a mail that is done, as configured. Filing it again changes nothing.
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn file(&mut self, done: &DoneMail) -> Result<Filed, InboxError> {
        match self {
            Self::Imap(account) => account.file(done).await,
            Self::Maildir(maildir) => maildir.file(done).await,
        }
    }

    /// Does the folder of sent mail, the inbox or the spam hold a letter with this Message-ID? `None` when the inbox does not and there is
    /// no such folder. The inbox is asked first: from there our own copies go to the folder.
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn sent_holds(&mut self, id: &MessageId) -> Result<Option<bool>, InboxError> {
        match self {
            Self::Imap(account) => account.sent_holds(id).await,
            Self::Maildir(maildir) => maildir.sent_holds(id).await,
        }
    }

    /// Puts a letter of ours to the coordinator into the inbox itself, flagged, and at Gmail with the label of questions; for when
    /// letters cannot be sent. One that is there already is not put there again.
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn put_alarm(&mut self, id: &MessageId, bytes: &[u8]) -> Result<(), InboxError> {
        match self {
            Self::Imap(account) => account.put_alarm(id, bytes).await,
            Self::Maildir(maildir) => maildir.put_alarm(id, bytes).await,
        }
    }

    /// Puts a letter into the folder of sent mail, read; does nothing where there is none, and at Gmail, which does it itself.
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn append_sent(&mut self, bytes: &[u8]) -> Result<(), InboxError> {
        match self {
            Self::Imap(account) => account.append_sent(bytes).await,
            Self::Maildir(maildir) => maildir.append_sent(bytes).await,
        }
    }

    /// The account itself, for what only an account has: folders beyond the inbox, and a logbook. `None` for a Maildir.
    pub fn account(&mut self) -> Option<&mut Account> {
        match self {
            Self::Imap(account) => Some(account),
            Self::Maildir(_) => None,
        }
    }

    /// The mails in a folder of our own, made when it is missing, by which two programs on one mailbox know of each other.
    ///
    /// # Errors
    /// See [`InboxError`]. A Maildir has none: there it is a lock, see `maildir::lock`.
    pub async fn leases(&mut self, folder: &str) -> Result<Vec<LeaseMail>, InboxError> {
        match self {
            Self::Imap(account) => account.leases(folder).await,
            Self::Maildir(_) => Ok(Vec::new()),
        }
    }

    /// Adds one to them.
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn put_lease(&mut self, folder: &str, bytes: &[u8]) -> Result<(), InboxError> {
        match self {
            Self::Imap(account) => account.put_lease(folder, bytes).await,
            Self::Maildir(_) => Ok(()),
        }
    }

    /// Turns the flag of one of them on or off: its sign of life. Right after [`leases`](Self::leases).
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn beat(&mut self, uid: u32, on: bool) -> Result<(), InboxError> {
        match self {
            Self::Imap(account) => account.beat(uid, on).await,
            Self::Maildir(_) => Ok(()),
        }
    }

    /// Notes at one of them that its owner has ended, or takes that back. Right after [`leases`](Self::leases).
    ///
    /// # Errors
    /// See [`InboxError`].
    pub async fn release_lease(&mut self, uid: u32, on: bool) -> Result<(), InboxError> {
        match self {
            Self::Imap(account) => account.release_lease(uid, on).await,
            Self::Maildir(_) => Ok(()),
        }
    }

    /// Waits for news, by IDLE where the server has it; comes back on news, after `at_most` or a few minutes, or when woken.
    /// Whatever ended the wait, the caller lists again.
    ///
    /// # Errors
    /// When the connection was lost meanwhile.
    pub async fn wait(&mut self, at_most: Duration, wake: &CancellationToken) -> Result<(), InboxError> {
        match self {
            Self::Imap(account) => account.wait(at_most, wake).await,
            Self::Maildir(maildir) => maildir.wait(at_most, wake).await,
        }
    }

    /// Says goodbye. That the server does not answer it is no error.
    pub async fn close(self) {
        if let Self::Imap(account) = self {
            account.close().await;
        }
    }
}

/// What a filing is called in the mailbox; `None` when the mail stays as it is.
pub(crate) fn filing_name(filing: Filing, names: &FilingNames) -> Option<&str> {
    match filing {
        Filing::Registered => Some(&names.registered),
        Filing::Waitlist => Some(&names.waitlist),
        Filing::Cancelled => Some(&names.cancelled),
        Filing::Question => Some(&names.question),
        Filing::Undeliverable => Some(&names.undeliverable),
        Filing::Untouched | Filing::Sent => None,
    }
}
