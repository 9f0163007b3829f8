//! The folder of sent mail: the witness of what went out, over a connection of its own, opened when it is first needed.
//!
//! `sender` asks it about letters whose last try never got its answer, and gives it a copy of each that went.

use super::Shared;
use super::logins::LoginError;
use crate::clock;
use crate::mail::inbox::{Inbox, InboxError};
use crate::store::QueuedLetter;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// After the folder could not be opened, it is left alone for so long.
const WITHOUT_FOLDER: Duration = Duration::from_secs(60);

/// The connection to the folder of sent mail, opened when it is first needed.
#[derive(Default)]
pub struct SentFolder {
    open: Option<Inbox>,
    left_alone_until: Option<Instant>,
}

impl SentFolder {
    /// Does it hold this letter? `None` where there is no such folder.
    pub async fn holds(&mut self, queued: &QueuedLetter, shared: &Shared) -> Result<Option<bool>, LoginError> {
        let asked = match self.opened(shared).await {
            Ok(folder) => folder.sent_holds(&queued.letter.id).await.map_err(LoginError::from),
            Err(error) => Err(error),
        };
        if asked.is_err() {
            self.open = None;
        }
        asked
    }

    /// Puts copies of letters into it as they go out.
    pub async fn keep_copies(&mut self, mut went: mpsc::UnboundedReceiver<QueuedLetter>, shared: &Shared) {
        while let Some(queued) = went.recv().await {
            self.keep_copy(&queued, shared).await;
        }
    }

    /// Puts a copy of a letter into it. Only after it was written down that the letter went: that comes first, for a letter that
    /// went and is not known to have gone is sent twice. Servers end a connection that was idle for long, so a second one is
    /// tried; when that does not help, the letters that still wait are not held up by it.
    async fn keep_copy(&mut self, queued: &QueuedLetter, shared: &Shared) {
        let letter = &queued.letter.id;
        if self.left_alone_until.is_some_and(|until| until > Instant::now()) {
            tracing::warn!(%letter, "the letter went out, without a copy in the sent folder");
            return;
        }
        loop {
            let was_open = self.open.is_some();
            let kept = match self.opened(shared).await {
                Ok(folder) => folder.append_sent(&queued.letter.bytes).await.map_err(LoginError::from),
                Err(error) => Err(error),
            };
            let Err(error) = kept else { return };
            // A refusal, as of a full mailbox, says nothing about the connection, nor about the next copy.
            let refused = matches!(error, LoginError::Inbox(InboxError::Refused { .. }));
            if !refused {
                self.open = None;
            }
            if !refused && was_open {
                continue;
            }
            let why = format!("een brief ging uit, maar kwam niet in de map met verzonden post: {error}");
            shared.engine.health.trouble(&why, clock::now());
            tracing::warn!(%letter, error = %error, "the letter went out, but its copy could not be put into the sent folder");
            if !refused {
                self.left_alone_until = Some(Instant::now() + WITHOUT_FOLDER);
            }
            return;
        }
    }

    async fn opened(&mut self, shared: &Shared) -> Result<&mut Inbox, LoginError> {
        match &mut self.open {
            Some(inbox) => Ok(inbox),
            none => Ok(none.insert(shared.open_inbox().await?)),
        }
    }
}
