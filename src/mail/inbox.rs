//! The inbox: where mails come in and are filed, an IMAP account or a Maildir behind one face.
//!
//! `inbox/` holds the IMAP side, the only place that names async_imap: `connect` (login, folders), `session` (one command and
//! its whole answer), `rows` (its lines), `list`, `fetch`, `file`, `idle`, `sent`, `folders`. Nothing here decides anything about a mail, keeps what is done
//! or tries again: the store knows what is done, and `daemon`, the only caller, opens a new inbox after an error.

mod connect;
mod fetch;
mod file;
mod folders;
mod idle;
mod lease;
mod list;
mod names;
mod rows;
mod sent;
mod session;

use crate::config::{FilingConfig, FilingNames, Source};
use crate::ids::{Address, MessageId};
use crate::mail::connect_error::ConnectError;
use crate::mail::maildir::Maildir;
use crate::mail::{Cursor, Filing, Location, RawMail};
use crate::outcome::DoneMail;
use connect::Account;
pub use folders::{Found, Place};
use jiff::Timestamp;
pub use lease::LeaseMail;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::PathBuf;
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

/// A mail that lies in the inbox, before it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Where it lies.
    pub location: Location,
    /// When the server took it in.
    pub received_at: Timestamp,
    /// Its size in bytes, as the server says.
    pub size: u64,
}

/// What came in, and from where to look the next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMails {
    /// The mails, in the order in which the inbox got them: by UID, in a Maildir by arrival time. Not by INTERNALDATE, which
    /// may run against it: then who gets the last seat would depend on whether the mails were seen one by one.
    pub mails: Vec<Listed>,
    /// The next [`Inbox::list_new`] starts here. To be kept only after the mails are committed.
    pub cursor: Cursor,
}

/// So much of a header is fetched to see who may have written a mail.
pub(crate) const HEAD_BYTES: usize = 8 << 10;

/// A folder that is looked at beside the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherFolder {
    /// Where the provider puts what it takes for spam.
    Spam,
    /// Where people put mails out of the way; at Gmail all mail there is.
    Archive,
}

/// A mail that lies in a folder beside the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedBeside {
    /// The mail.
    pub mail: Listed,
    /// Who it says wrote it; `None` when it does not say so in one address.
    pub author: Option<Address>,
}

/// What came into a folder beside the inbox, and from where to look the next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBeside {
    /// The mails, as they lie there.
    pub mails: Vec<ListedBeside>,
    /// The next look starts here.
    pub cursor: Cursor,
}

/// What a fetch brought. Mails asked for that are in neither list have gone meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The mails, in the order asked for.
    pub mails: Vec<RawMail>,
    /// Mails that are there but that the server does not give, with its words.
    pub refused: Vec<(Location, String)>,
}

/// How filing a mail went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filed {
    /// It is filed.
    Done,
    /// It is no longer in the inbox: somebody moved or deleted it, or it was filed before.
    Gone,
}

/// Why the inbox did not do what was asked. Unless it [`is a refusal`](InboxError::is_refusal), the inbox is to be opened anew.
#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    /// The server was not reached, or did not let us in.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The connection ended.
    #[error("de mailserver heeft de verbinding verbroken: {0}")]
    Lost(String),
    /// No answer in time; the connection is given up, for its answers would no longer match.
    #[error("de mailserver gaf binnen {seconds} seconden geen antwoord op {command}")]
    Timeout {
        /// The command, without its arguments.
        command: String,
        /// How long was waited.
        seconds: u64,
    },
    /// The server said no to one command; the connection still stands.
    #[error("de mailserver weigert {command}: {why}")]
    Refused {
        /// The command, without its arguments.
        command: String,
        /// What the server said.
        why: String,
    },
    /// The server answered something that cannot be.
    #[error("het antwoord van de mailserver op {command} kan niet kloppen: {why}")]
    Protocol {
        /// The command, without its arguments.
        command: String,
        /// What is wrong with the answer.
        why: String,
    },
    /// The folder has got another UIDVALIDITY: what was listed must be listed again.
    #[error("de mailserver heeft de map {0} opnieuw genummerd; hij wordt opnieuw gelezen")]
    Renumbered(String),
    /// The folder can only be read.
    #[error(
        "de map {0} is alleen te lezen, dus gedane mails blijven er liggen; geef het account het recht hem te veranderen, of kies in de configuratie bij [filing] `mode = \"nothing\"`"
    )]
    ReadOnly(String),
    /// The server keeps no keywords of one's own.
    #[error("de mailserver bewaart geen trefwoorden in {0}; kies in de configuratie bij [filing] `mode = \"folders\"`")]
    NoKeywords(String),
    /// A folder name that cannot be sent.
    #[error("`{0}` kan geen naam van een map zijn; gebruik letters, cijfers, spaties en `/`")]
    FolderName(String),
    /// A Maildir that is none.
    #[error("{0} is geen Maildir: daar horen de mappen cur, new en tmp in te staan")]
    NoMaildir(PathBuf),
    /// A file that cannot be read or moved.
    #[error("{path}: {why}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

impl InboxError {
    /// Is the login wrong, so that trying again at once is of no use?
    pub fn is_login_refused(&self) -> bool {
        matches!(self, Self::Connect(error) if error.is_login_refused())
    }

    /// Did the server or the folder's state stand in the way of one request alone, so that the session goes on?
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::ReadOnly(_) | Self::NoKeywords(_) | Self::FolderName(_))
    }

    /// Is the mail server out of reach or slow, so that trying again later will do?
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Connect(error) => error.is_passing(),
            Self::Lost(_) | Self::Timeout { .. } | Self::Renumbered(_) => true,
            _ => false,
        }
    }
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
            Source::Imap(server) => {
                Account::open(server, filing, password).await.map(|account| Self::Imap(Box::new(account)))
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

/// Cuts a list into parts that together fit into memory: at most 50 mails and 8 MiB each, or one larger mail.
pub fn batches(mails: &[Listed]) -> Vec<&[Listed]> {
    const MOST_BYTES: u64 = 8 << 20;
    const MOST_MAILS: usize = 50;
    let mut parts = Vec::new();
    let mut rest = mails;
    while !rest.is_empty() {
        let mut bytes = 0_u64;
        let fitting = rest
            .iter()
            .take(MOST_MAILS)
            .take_while(|mail| {
                bytes = bytes.saturating_add(mail.size);
                bytes <= MOST_BYTES
            })
            .count();
        let (part, left) = rest.split_at(fitting.max(1));
        parts.push(part);
        rest = left;
    }
    parts
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

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(size: u64) -> Listed {
        let location = Location::Maildir { name: format!("m{size}") };
        Listed { location, received_at: Timestamp::UNIX_EPOCH, size }
    }

    #[test]
    fn batches_hold_every_mail_once_and_stay_small() {
        let mails: Vec<_> = [1, 9 << 20, 5 << 20, 3 << 20, 1, 2].into_iter().map(listed).collect();
        let parts = batches(&mails);
        assert_eq!(parts.concat(), mails);
        let sizes: Vec<_> = parts.iter().map(|part| part.len()).collect();
        assert_eq!(sizes, [1, 1, 2, 2]);
        assert_eq!(batches(&vec![listed(1); 120]).len(), 3);
        assert!(batches(&[]).is_empty());
    }
}
