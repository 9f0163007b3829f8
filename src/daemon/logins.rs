//! Logging in to the mailbox, and not too often after a refusal: providers lock an account at which somebody keeps knocking.
//!
//! The reader and the sender (for the folder of sent mail) log in to the same account, so what one of them was told holds for
//! both. Called by `reader` and `sender`; a restart begins anew.

use super::Shared;
use super::backoff::Backoff;
use crate::mail::inbox::{Inbox, InboxError};
use crate::secret::SecretError;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The wait after a refused login, doubling.
const FIRST_WAIT: Duration = Duration::from_secs(15 * 60);
/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// Why nobody is logged in.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The mail server.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The password.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// It was refused a short while ago, in these words; nobody knocks again until then.
    #[error("{why}")]
    Shut {
        /// What was said then.
        why: String,
        /// How long it still lasts.
        wait: Duration,
    },
}

/// The door of one account: shut for a while after a refused login.
#[derive(Debug)]
pub struct Door {
    shut: Mutex<Shut>,
}

#[derive(Debug)]
struct Shut {
    until: Option<(Instant, String)>,
    waits: Backoff,
}

impl Default for Door {
    fn default() -> Self {
        Self { shut: Mutex::new(Shut { until: None, waits: Backoff::new(FIRST_WAIT, LONGEST_WAIT) }) }
    }
}

impl Door {
    /// May somebody knock now?
    ///
    /// # Errors
    /// What was said at the refusal, and how long to wait.
    pub fn knock(&self, now: Instant) -> Result<(), LoginError> {
        match &self.lock().until {
            Some((until, why)) if *until > now => {
                Err(LoginError::Shut { why: why.clone(), wait: until.duration_since(now) })
            }
            _ => Ok(()),
        }
    }

    /// The login was refused; gives how long to wait.
    pub fn refused(&self, why: &str, now: Instant) -> Duration {
        let mut shut = self.lock();
        let wait = shut.waits.next(rand::random());
        shut.until = Some((now + wait, why.to_owned()));
        wait
    }

    /// Somebody was let in.
    pub fn opened(&self) {
        let mut shut = self.lock();
        shut.until = None;
        shut.waits.reset();
    }

    fn lock(&self) -> MutexGuard<'_, Shut> {
        self.shut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    /// Logs in to the mailbox, unless that was refused a short while ago.
    ///
    /// # Errors
    /// See [`LoginError`].
    pub async fn open_inbox(&self) -> Result<Inbox, LoginError> {
        self.inbox_door.knock(Instant::now())?;
        let config = self.engine.config();
        let password = self.inbox_password().await?;
        match Inbox::open(&config.source, &config.filing, password).await {
            Ok(inbox) => {
                self.inbox_door.opened();
                Ok(inbox)
            }
            Err(error) => {
                if error.is_login_refused() {
                    self.inbox_door.refused(&error.to_string(), Instant::now());
                }
                Err(error.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_refusal_nobody_knocks_for_a_while_and_each_time_for_longer() {
        let (door, now) = (Door::default(), Instant::now());
        assert!(door.knock(now).is_ok());
        let first = door.refused("wrong password", now);
        assert!(first >= FIRST_WAIT / 2);
        let error = door.knock(now + first / 2).unwrap_err();
        assert_eq!(error.to_string(), "wrong password");
        assert!(door.knock(now + first).is_ok());
        for _ in 0..5 {
            door.refused("wrong password", now);
        }
        let late = door.refused("wrong password", now);
        assert!(late >= LONGEST_WAIT / 2 && late <= LONGEST_WAIT);
        door.opened();
        assert!(door.knock(now).is_ok());
        assert!(door.refused("wrong password", now) <= FIRST_WAIT);
    }
}
