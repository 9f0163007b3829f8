//! The outbox: one letter to one recipient, over SMTP submission (RFC 6409) or into a folder.
//!
//! `outbox/` holds the two ways: `submission` (SMTP, with `starttls`) and `folder`. Nothing is tried again here and nothing is
//! remembered: `daemon`, the only caller, takes letters from the store's queue and writes down how each fared.

mod folder;
mod limits;
mod starttls;
mod submission;

use crate::config::{Login, Sink};
use crate::ids::Address;
use crate::mail::connect_error::ConnectError;
use crate::mail::{Halt, SendResult};
use crate::outcome::Letter;
use folder::write_letter;
use secrecy::SecretString;
use std::path::PathBuf;
pub use submission::Submission;

/// Where letters go out.
#[derive(Debug)]
pub enum Outbox {
    /// An SMTP submission server.
    Smtp(Box<Submission>),
    /// A folder, one `.eml` file a letter.
    Folder(PathBuf),
}

/// What became of our own copy of a letter that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnCopy {
    /// The server took it with the letter, in one step: it will be in our inbox.
    Underway,
    /// There is none.
    Missing,
}

/// Why letters cannot go out at all.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The server was not reached, or did not let us in.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Something else between here and there went wrong.
    #[error("versturen via {host} mislukte bij {step}: {why}")]
    Failed {
        /// The server.
        host: String,
        /// How far it came.
        step: &'static str,
        /// What the server or the system said.
        why: String,
    },
    /// The folder cannot be written.
    #[error("{path}: {why}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

impl OutboxError {
    /// Is the login wrong, so that trying again at once is of no use?
    pub fn is_login_refused(&self) -> bool {
        self.halt() == Halt::Login
    }

    /// What it means for the letters that wait.
    pub fn halt(&self) -> Halt {
        match self {
            Self::Connect(error) if error.is_login_refused() => Halt::Login,
            // Gmail's `454 4.7.0 Too many login attempts`: each further one makes it worse.
            Self::Failed { why, .. } if why.to_lowercase().contains("too many login") => Halt::Login,
            Self::Failed { why, .. } if limits::is_sending_limit(why) => Halt::Limit,
            _ => Halt::Unreachable,
        }
    }
}

impl Outbox {
    /// Takes a sink with its password. Does not connect.
    ///
    /// # Errors
    /// When a server has no password, or the folder cannot be made.
    pub fn new(sink: &Sink, password: Option<SecretString>) -> Result<Self, OutboxError> {
        match sink {
            Sink::Smtp(server) if password.is_none() && server.login != Login::Nothing => {
                Err(ConnectError::NoPassword(server.host.clone()).into())
            }
            Sink::Smtp(server) => Ok(Self::Smtp(Box::new(Submission::new(server.clone(), password)))),
            Sink::Folder(path) => {
                std::fs::create_dir_all(path)
                    .map_err(|error| OutboxError::File { path: path.clone(), why: error.to_string() })?;
                Ok(Self::Folder(path.clone()))
            }
        }
    }

    /// Sends one letter to its one recipient. `from` is the envelope sender: where reports about it go. The connection is
    /// kept for the next letter, which should follow soon, or be hung up.
    pub async fn send(&self, from: &Address, letter: &Letter) -> SendResult {
        match self {
            Self::Smtp(submission) => submission.send(from, letter, None).await.0,
            Self::Folder(path) => match write_letter(path, letter) {
                Ok(_) => SendResult::Accepted,
                Err(error) => SendResult::Halted { halt: Halt::Unreachable, why: error.to_string() },
            },
        }
    }

    /// Ends the connection that is kept for the next letter, if there is one.
    pub async fn hang_up(&self) {
        if let Self::Smtp(submission) = self {
            submission.hang_up().await;
        }
    }

    /// The same, with `from` as a second recipient on the envelope: the server takes both or none (RFC 5321, 4.1.1.4), so the copy
    /// in our inbox is the witness that the letter went. A server that refuses us ourselves still gets the letter.
    pub async fn send_with_copy(&self, from: &Address, letter: &Letter) -> (SendResult, OwnCopy) {
        match self {
            Self::Smtp(submission) => submission.send(from, letter, Some(from)).await,
            Self::Folder(_) => (self.send(from, letter).await, OwnCopy::Missing),
        }
    }

    /// Could a letter be sent now? Connects and logs in, or looks at the folder.
    ///
    /// # Errors
    /// See [`OutboxError`].
    pub async fn check(&self) -> Result<(), OutboxError> {
        match self {
            Self::Smtp(submission) => submission.check().await,
            Self::Folder(path) if path.is_dir() => Ok(()),
            Self::Folder(path) => Err(OutboxError::File { path: path.clone(), why: "die map is er niet".to_owned() }),
        }
    }
}
