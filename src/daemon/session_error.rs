//! Why a session with the inbox ended: what `reader`, and who works on its open inbox (`alarms`, `beside`), can fail by.

use super::engine::EngineError;
use super::lease::LeaseError;
use super::logins::LoginError;
use crate::mail::inbox::InboxError;

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The mail server.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The store or the rules.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Another program reads the mailbox.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The login.
    #[error(transparent)]
    Login(#[from] LoginError),
}

impl SessionError {
    /// Is there nothing that another try could mend: the store is broken, or another program reads the mailbox?
    pub fn is_final(&self) -> bool {
        match self {
            Self::Engine(error) | Self::Lease(LeaseError::Engine(error)) => error.is_final(),
            Self::Lease(error) => error.is_other(),
            Self::Inbox(_) | Self::Login(_) => false,
        }
    }
}
