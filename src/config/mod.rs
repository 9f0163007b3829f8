//! The configuration: a TOML file, checked once, all complaints at once.
//!
//! Everything below `cli` sees only the checked [`Config`]. Passwords are read by `secret` when they are needed, never kept here.

mod read;
mod sheet;
mod template_files;
#[cfg(test)]
mod tests;
mod values;

pub use sheet::Complaint;
pub use template_files::template_files;

use crate::ids::Address;
use crate::registration::Rules;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use std::io;
use std::path::{Path, PathBuf};

/// Mails larger than so many bytes are not read, unless the file says otherwise.
pub const MAX_MAIL_BYTES: u64 = 20_000_000;

/// Reads and checks a configuration file.
///
/// # Errors
/// When the file cannot be read, or with everything that is wrong in it.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let unreadable = |cause| ConfigError::Unreadable { path: path.to_owned(), cause };
    let whole = std::path::absolute(path).map_err(unreadable)?;
    let bytes = std::fs::read(&whole).map_err(unreadable)?;
    let base = whole.parent().unwrap_or(&whole).to_owned();
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    read::read(&String::from_utf8_lossy(&bytes), &values::Paths { base, home })
        .map_err(|complaints| ConfigError::Wrong { path: path.to_owned(), complaints })
}

/// Why there is no configuration. The texts are Dutch: the installer reads them.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The folder of templates is not there, or a file in it may not be read.
    #[error("de map met sjablonen {} {}", path.display(), why_unreadable(cause))]
    Templates {
        /// Which folder.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The file is not there or may not be read.
    #[error("de configuratie {} {}", path.display(), why_unreadable(cause))]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The file says something wrong.
    #[error("de configuratie {} klopt niet:{}", path.display(), one_a_line(complaints))]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// Everything that is wrong with it, by line.
        complaints: Vec<Complaint>,
    },
}

/// Why a file cannot be read, to go on after its name.
pub(crate) fn why_unreadable(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "bestaat niet".to_owned(),
        io::ErrorKind::PermissionDenied => "mag niet gelezen worden door deze gebruiker".to_owned(),
        io::ErrorKind::IsADirectory => "is een map, geen bestand".to_owned(),
        _ => format!("is niet te lezen ({error})"),
    }
}

fn one_a_line(complaints: &[Complaint]) -> String {
    complaints.iter().map(|complaint| format!("\n  {complaint}")).collect()
}

/// A checked configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whose meetings these are.
    pub network: Network,
    /// Who runs them, and when she hears of it.
    pub coordinator: Coordinator,
    /// Where mails come in.
    pub source: Source,
    /// Where letters go out.
    pub sink: Sink,
    /// How mails are filed after they are done.
    pub filing: FilingConfig,
    /// So many seconds a letter whose sending was cut off waits for our own copy of it; 0 when letters have no such copy.
    pub own_copy_secs: u64,
    /// The folder of the store.
    pub store: PathBuf,
    /// What is kept besides, and for how long.
    pub keeping: Keeping,
    /// The folder of the mailbox in which the program that reads it says so; `None` when that is not looked after.
    pub lease: Option<String>,
    /// A folder whose files replace the built-in letter templates.
    pub templates: Option<PathBuf>,
    /// Whom to believe.
    pub trust: Trust,
    /// The rules that new events get.
    pub rules: Rules,
    /// How many answers may go out.
    pub caps: Caps,
    /// What is logged, and how.
    pub log: Log,
}

/// The network that meets.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Its name, as letters are signed.
    pub name: String,
    /// The address that people write to and letters come from.
    pub address: Address,
    /// Other addresses that arrive in the same inbox; mail from any of them is our own.
    pub aliases: Vec<Address>,
    /// The zone in which its meetings take place.
    pub time_zone: TimeZone,
}

/// The coordinator.
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinator {
    /// Her name, as letters call her.
    pub name: String,
    /// Where her digests go.
    pub address: Address,
    /// At what time of day she gets the digest, when something changed.
    pub digest_at: Time,
    /// At what time, the evening before a meeting, she gets the list.
    pub eve_digest_at: Time,
}

/// Where mails come in.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// An IMAP account.
    Imap(ImapAccount),
    /// A Maildir (cr.yp.to/proto/maildir.html).
    Maildir(PathBuf),
}

/// Where letters go out.
#[derive(Clone, Debug, PartialEq)]
pub enum Sink {
    /// An SMTP submission server (RFC 6409).
    Smtp(Server),
    /// A folder, one `.eml` file a letter: to try things out.
    Folder(PathBuf),
}

impl Source {
    /// The mail server that mails come from; `None` for a Maildir.
    pub fn server(&self) -> Option<&Server> {
        match self {
            Self::Imap(account) => Some(&account.server),
            Self::Maildir(_) => None,
        }
    }
}

impl Sink {
    /// The mail server that letters go to; `None` for a folder.
    pub fn server(&self) -> Option<&Server> {
        match self {
            Self::Smtp(server) => Some(server),
            Self::Folder(_) => None,
        }
    }
}

/// A mail server and how to log in to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Its name or IP address; the certificate must be for it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// An extra trust root (PEM), for a certificate of one's own.
    pub ca_file: Option<PathBuf>,
    /// The login name.
    pub user: String,
    /// Where the password, or with [`Login::Xoauth2`] the access token, is found.
    pub password: SecretSource,
    /// How to log in.
    pub login: Login,
    /// How long one command may take, in seconds.
    pub timeout_secs: u64,
}

/// An IMAP account, and what is watched in it.
#[derive(Clone, Debug, PartialEq)]
pub struct ImapAccount {
    /// Its server.
    pub server: Server,
    /// Seconds between looks where the server has no IDLE, and beside it.
    pub poll_secs: u64,
    /// The folder that is watched.
    pub inbox: String,
    /// The folders that are looked at beside it.
    pub beside: Beside,
    /// Mails larger than so many bytes are left unread and shown in the digest.
    pub max_mail_bytes: u64,
}

/// How to log in to a server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Login {
    /// With a name and a password.
    #[default]
    Password,
    /// With a name and an OAuth 2 access token (developers.google.com/gmail/imap/xoauth2-protocol).
    Xoauth2,
    /// Not at all: a relay on one's own machine or network. SMTP alone.
    Nothing,
}

/// The folders that are looked at beside the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// Where the provider puts what it takes for spam: mail of known people in it is read.
    pub spam: BesideFolder,
    /// Where people archive mails: what they put there before it was read is read there.
    pub archive: BesideFolder,
}

/// A folder beside the inbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BesideFolder {
    /// The one that the server marks as such (RFC 6154); none where it marks none.
    #[default]
    Marked,
    /// The one of this name.
    Named(String),
    /// None.
    Nothing,
}

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// STARTTLS, and no going on without it.
    StartTls,
    /// None: only to this very machine, and only when the file says so.
    Plain,
}

/// Where a secret is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// In this environment variable.
    Env(String),
    /// In the first line of this file.
    File(PathBuf),
    /// In the first line that this command prints.
    Command(String),
}

/// How mails are filed after they are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingConfig {
    /// In what way.
    pub mode: FilingMode,
    /// The folder, label or keyword of each filing.
    pub names: FilingNames,
    /// The folder of sent mail; `None` for the one with the \Sent attribute (RFC 6154).
    pub sent: Option<String>,
}

/// The ways of filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilingMode {
    /// Moved to folders; on Gmail labelled and taken out of the inbox.
    Folders,
    /// Left where they are, marked with keywords (RFC 3501, 2.3.2); on Gmail labelled.
    Keywords,
    /// Not touched at all.
    Nothing,
}

/// What the filings are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilingNames {
    /// Sign-ups and changes.
    pub registered: String,
    /// Sign-ups that wait.
    pub waitlist: String,
    /// Cancellations.
    pub cancelled: String,
    /// Questions: unread.
    pub question: String,
    /// Reports about letters that could not be delivered.
    pub undeliverable: String,
}

/// What is kept besides the store, and for how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keeping {
    /// The folder of the mailbox that holds the logbook, from which a lost store is rebuilt; `None` for no logbook.
    pub logbook: Option<String>,
    /// So many months after an event, who was there and what they wrote is forgotten. At least 1.
    pub months: u32,
}

impl Default for Keeping {
    fn default() -> Self {
        Self { logbook: Some("Aanmelder/Logboek".to_owned()), months: 18 }
    }
}

/// Whom to believe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The authserv-id of the provider whose Authentication-Results count (RFC 8601, 2.2): "mx.google.com".
    pub authserv_id: Option<String>,
    /// Where the secret for the HMAC in our Message-IDs is found; `None` for one made at the first start and kept in the store.
    pub secret: Option<SecretSource>,
}

/// How many answers may go out: the only thing that stops a loop when headers lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// To one person within an hour.
    pub person_hour: u32,
    /// To one person within a day.
    pub person_day: u32,
    /// Within one thread within a day.
    pub thread_day: u32,
    /// To everybody together within an hour.
    pub total_hour: u32,
    /// Letters of any kind within a day: the provider's sending limit with a reserve.
    pub letters_day: u32,
}

impl Default for Caps {
    fn default() -> Self {
        Self { person_hour: 3, person_day: 10, thread_day: 6, total_hour: 120, letters_day: 450 }
    }
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The filter, as tracing reads it: "info", "aanmelder=debug".
    pub filter: String,
    /// One JSON object a line instead of text.
    pub json: bool,
    /// Whole addresses instead of shortened ones.
    pub full_addresses: bool,
    /// A file in which the figures of `status` are kept for Prometheus' node_exporter.
    pub metrics_file: Option<PathBuf>,
}
