//! Why an inbox did not do what was asked, and what that means for going on: told in Dutch, for it stands in the status.

use crate::mail::connect_error::ConnectError;
use std::path::PathBuf;

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
