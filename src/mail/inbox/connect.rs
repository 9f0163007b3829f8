//! An IMAP account: connecting, logging in, what the server can do, its folders, and which one is selected.

use super::InboxError;
use super::names::{encoded, quoted};
use super::rows::{Role, Row};
use super::session::{Answer, Session, Verdict, lost, on_one_line, unheard};
use crate::config::{Beside, FilingConfig, FilingMode, ImapAccount, Login, Server, Tls};
use crate::mail::connect_error::ConnectError;
use crate::mail::tls::{self, Stream};
use async_imap::imap_proto::{Response, Status};
use async_imap::{Authenticator, Client};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::timeout;

/// A logged-in account with its inbox selected.
#[derive(Debug)]
pub struct Account {
    pub(super) session: Session,
    pub(super) able: Able,
    pub(super) filing: FilingConfig,
    /// The watched folder, in the server's spelling.
    pub(super) inbox: String,
    pub(super) selected: Option<Selected>,
    /// Was that folder opened for reading only?
    pub(super) examined: bool,
    pub(super) folders: Folders,
    /// The folders that are looked at beside the inbox.
    pub(super) beside: Beside,
    /// Up to where the inbox was last listed: its UIDVALIDITY, and the UID that comes next.
    pub(super) listed_to: Option<(u32, u32)>,
}

/// What the server can do, of all that matters here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Able {
    /// IDLE (RFC 2177).
    pub idle: bool,
    /// MOVE (RFC 6851).
    pub mv: bool,
    /// UIDPLUS (RFC 4315).
    pub uid_plus: bool,
    /// SPECIAL-USE (RFC 6154).
    pub special_use: bool,
    /// Gmail's labels (developers.google.com/gmail/imap/imap-extensions).
    pub gmail: bool,
}

/// A folder as SELECT found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    pub folder: String,
    pub uid_validity: u32,
    pub uid_next: Option<u32>,
    pub exists: u32,
    pub read_only: bool,
    /// The flags that can be kept; `\*` means any keyword.
    pub permanent_flags: Vec<String>,
}

/// The account's folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// Every folder in the server's spelling, and what it is for.
    pub names: BTreeMap<String, Option<Role>>,
    /// What separates a folder from its parent; `None` when there are no levels.
    pub delimiter: Option<String>,
}

impl Account {
    /// Connects, logs in and selects the inbox.
    pub async fn open(
        account: &ImapAccount,
        filing: &FilingConfig,
        password: Option<SecretString>,
    ) -> Result<Self, InboxError> {
        let ImapAccount { server, inbox, beside, .. } = account;
        let imap = log_in(server, password).await?;
        let limit = Duration::from_secs(server.timeout_secs.max(1));
        let mut session = Session::new(imap, limit);
        let able = ask_able(&mut session).await?;
        let folders = list_folders(&mut session, able).await?;
        let inbox = encoded(inbox);
        let mut account = Self {
            session,
            able,
            filing: filing.clone(),
            inbox,
            selected: None,
            examined: false,
            folders,
            beside: beside.clone(),
            listed_to: None,
        };
        account.select_inbox().await?;
        Ok(account)
    }

    /// Selects the inbox anew, so that its numbers are fresh.
    pub async fn select_inbox(&mut self) -> Result<Selected, InboxError> {
        let folder = self.inbox.clone();
        self.open_folder("SELECT", &folder).await
    }

    /// May mails be filed? See `Inbox::may_file`.
    pub fn may_file(&self) -> Result<(), InboxError> {
        match &self.selected {
            Some(selected) if selected.read_only && self.filing.mode != FilingMode::Nothing => {
                Err(InboxError::ReadOnly(selected.folder.clone()))
            }
            _ => Ok(()),
        }
    }

    /// The inbox as it is selected, selecting it when another folder is.
    pub async fn in_inbox(&mut self) -> Result<Selected, InboxError> {
        let inbox = self.inbox.clone();
        self.in_folder(&inbox).await
    }

    /// This folder as it is selected for changing, selecting it when another is.
    pub async fn in_folder(&mut self, folder: &str) -> Result<Selected, InboxError> {
        match &self.selected {
            Some(selected) if selected.folder == folder && !self.examined => Ok(selected.clone()),
            _ => self.open_folder("SELECT", folder).await,
        }
    }

    /// The folder that mails lie in as it is selected: the inbox, or another one for reading alone.
    pub async fn at(&mut self, folder: &str) -> Result<Selected, InboxError> {
        match &self.selected {
            _ if folder == self.inbox => self.in_inbox().await,
            Some(selected) if selected.folder == folder => Ok(selected.clone()),
            _ => self.open_folder("EXAMINE", folder).await,
        }
    }

    /// Opens a folder with SELECT or EXAMINE.
    pub async fn open_folder(&mut self, how: &str, folder: &str) -> Result<Selected, InboxError> {
        self.selected = None;
        self.examined = how == "EXAMINE";
        self.session.set_exists(u32::MAX);
        let answer = self.session.command(&format!("{how} {}", quoted(folder)?)).await?;
        let read_only = answer.verdict == Verdict::Ok { read_only: true };
        let rows = answer.ok(how)?;
        let (mut exists, mut uid_validity, mut uid_next, mut permanent_flags) = (None, None, None, Vec::new());
        for row in rows {
            match row {
                Row::Exists(count) => exists = Some(count),
                Row::UidValidity(number) => uid_validity = Some(number),
                Row::UidNext(number) => uid_next = Some(number),
                Row::PermanentFlags(flags) => permanent_flags = flags,
                _ => {}
            }
        }
        let (Some(exists), Some(uid_validity)) = (exists, uid_validity) else {
            let why = format!("hij noemt geen UIDVALIDITY of geen aantal mails van {folder}");
            return Err(InboxError::Protocol { command: how.to_owned(), why });
        };
        let selected =
            Selected { folder: folder.to_owned(), uid_validity, uid_next, exists, read_only, permanent_flags };
        self.session.set_exists(exists);
        self.selected = Some(selected.clone());
        Ok(selected)
    }

    /// Ends the session politely.
    pub async fn close(self) {
        self.session.logout().await;
    }
}

async fn log_in(server: &Server, password: Option<SecretString>) -> Result<async_imap::Session<Stream>, InboxError> {
    let limit = Duration::from_secs(server.timeout_secs.max(1));
    let late = |command: &str| InboxError::Timeout { command: command.to_owned(), seconds: limit.as_secs() };
    let mut client = Client::new(tls::connect(server).await?);
    timeout(limit, greeting(&mut client)).await.map_err(|_| late("de verbinding"))??;
    if server.tls == Tls::StartTls {
        let asked = timeout(limit, client.run_command_and_check_ok("STARTTLS", None)).await;
        asked.map_err(|_| late("STARTTLS"))?.map_err(|error| no_start_tls(server, &error))?;
        client = Client::new(tls::upgrade(client.into_inner(), server).await?);
    }
    let secret = password.unwrap_or_default();
    let plain_words = server.user.is_ascii() && secret.expose_secret().is_ascii();
    let logged_in = async {
        if server.login == Login::Xoauth2 {
            client.authenticate("XOAUTH2", Bearer { user: &server.user, token: Some(&secret) }).await
        } else if plain_words {
            client.login(&server.user, secret.expose_secret()).await
        } else {
            client.authenticate("PLAIN", Plain { user: &server.user, password: &secret }).await
        }
    };
    match timeout(limit, logged_in).await.map_err(|_| late("LOGIN"))? {
        Ok(session) => Ok(session),
        Err((error, _)) => Err(login_failed(server, error)),
    }
}

/// Reads the greeting; a goodbye in its place looks like any other answer to async_imap.
async fn greeting(client: &mut Client<Stream>) -> Result<(), InboxError> {
    let answer = client.read_response().await.map_err(|error| unheard(&error))?;
    let Some(row) = answer else {
        return Err(InboxError::Lost("hij begroette ons niet".to_owned()));
    };
    match row.parsed() {
        Response::Data { status: Status::Ok, .. } => Ok(()),
        Response::Data { outcome, .. } => {
            Err(InboxError::Lost(outcome.information.as_deref().unwrap_or("hij begon met afscheid nemen").to_owned()))
        }
        _ => Err(InboxError::Protocol {
            command: "de verbinding".to_owned(),
            why: "dit is geen IMAP; kijk de poort na".to_owned(),
        }),
    }
}

/// SASL PLAIN (RFC 4616): the only way for names and passwords that are not ASCII.
struct Plain<'a> {
    user: &'a str,
    password: &'a SecretString,
}

impl Authenticator for Plain<'_> {
    type Response = String;
    fn process(&mut self, _challenge: &[u8]) -> String {
        format!("\0{}\0{}", self.user, self.password.expose_secret())
    }
}

/// SASL XOAUTH2 (developers.google.com/gmail/imap/xoauth2-protocol): an access token in the place of a password. A refusal
/// comes as a challenge that tells why; an empty answer to it brings the server's NO.
struct Bearer<'a> {
    user: &'a str,
    token: Option<&'a SecretString>,
}

impl Authenticator for Bearer<'_> {
    type Response = String;
    fn process(&mut self, _challenge: &[u8]) -> String {
        match self.token.take() {
            Some(token) => format!("user={}\x01auth=Bearer {}\x01\x01", self.user, token.expose_secret()),
            None => String::new(),
        }
    }
}

fn login_failed(server: &Server, error: async_imap::error::Error) -> InboxError {
    match error {
        // RFC 5530, 3: the server cannot check it now, which says nothing about the password.
        async_imap::error::Error::No(text) | async_imap::error::Error::Bad(text)
            if text.contains("UNAVAILABLE") || text.contains("INUSE") || text.contains("LIMIT") =>
        {
            InboxError::Lost(spoken(&text))
        }
        async_imap::error::Error::No(text) | async_imap::error::Error::Bad(text) => {
            ConnectError::login_refused(server, spoken(&text)).into()
        }
        other => lost(&other),
    }
}

fn no_start_tls(server: &Server, error: &async_imap::error::Error) -> InboxError {
    match error {
        async_imap::error::Error::No(_) | async_imap::error::Error::Bad(_) => {
            ConnectError::NoStartTls(server.host.clone()).into()
        }
        other => lost(other),
    }
}

/// The server's words out of async_imap's `code: None, info: Some("…")`.
fn spoken(text: &str) -> String {
    let words = text.split_once("info: Some(\"").map_or(text, |(_, rest)| rest.trim_end_matches("\")"));
    on_one_line(words)
}

async fn ask_able(session: &mut Session) -> Result<Able, InboxError> {
    let rows = session.command("CAPABILITY").await?.ok("CAPABILITY")?;
    let names: Vec<String> = rows
        .into_iter()
        .filter_map(|row| if let Row::Capabilities(names) = row { Some(names) } else { None })
        .flatten()
        .collect();
    if names.is_empty() {
        return Err(InboxError::Protocol {
            command: "CAPABILITY".to_owned(),
            why: "hij zegt niet wat hij kan".to_owned(),
        });
    }
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    Ok(Able {
        idle: has("IDLE"),
        mv: has("MOVE"),
        uid_plus: has("UIDPLUS"),
        special_use: has("SPECIAL-USE"),
        gmail: has("X-GM-EXT-1"),
    })
}

/// Lists all folders with what they are for.
pub async fn list_folders(session: &mut Session, able: Able) -> Result<Folders, InboxError> {
    let mut folders = Folders::default();
    note_folders(session.command("LIST \"\" \"*\"").await?, &mut folders)?;
    if able.special_use && folders.names.values().all(Option::is_none) {
        note_folders(session.command("LIST (SPECIAL-USE) \"\" \"*\"").await?, &mut folders)?;
    }
    Ok(folders)
}

fn note_folders(answer: Answer, folders: &mut Folders) -> Result<(), InboxError> {
    for row in answer.ok("LIST")? {
        let Row::Folder { name, delimiter, role, selectable: true } = row else { continue };
        let known = folders.names.entry(name).or_default();
        *known = known.or(role);
        folders.delimiter = folders.delimiter.take().or(delimiter);
    }
    Ok(())
}
