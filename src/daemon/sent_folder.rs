//! The folder of sent mail: the witness of what went out, over a connection of its own, opened when it is first needed.
//!
//! `sender` asks it about letters whose last try never got its answer, and gives it a copy of each that went: after it was written
//! down that the letter went, for one that went and is not known to have gone is sent twice. A copy that cannot be put there now
//! waits, and holds up no letter; how many wait is bounded, and they do not survive the process: the store knows what has gone.

use super::Shared;
use super::backoff::Backoff;
use super::logins::LoginError;
use crate::clock;
use crate::mail::inbox::{Inbox, InboxError};
use crate::outcome::Letter;
use crate::store::QueuedLetter;
use std::collections::VecDeque;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// So many copies wait at most; then the oldest is given up.
const MOST_WAITING: usize = 200;
/// The waits while the folder is out of reach or refuses.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);

/// The folder of sent mail, opened when it is first needed, and the copies that wait for it.
pub struct SentFolder {
    open: Option<Inbox>,
    waiting: VecDeque<KeptCopy>,
    left_alone_until: Option<Instant>,
    backoff: Backoff,
}

/// A copy that waits.
struct KeptCopy {
    letter: Letter,
    /// It was tried before, and may lie there already.
    tried: bool,
}

impl Default for SentFolder {
    fn default() -> Self {
        let backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
        Self { open: None, waiting: VecDeque::new(), left_alone_until: None, backoff }
    }
}

impl SentFolder {
    /// Does the folder hold this letter? `None` where there is no such folder.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub async fn holds(&mut self, queued: &QueuedLetter, shared: &Shared) -> Result<Option<bool>, LoginError> {
        let asked = match self.opened(shared).await {
            Ok(folder) => folder.sent_holds(&queued.letter.head.id).await.map_err(LoginError::from),
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
            self.keep(queued.letter, shared).await;
        }
    }

    /// Keeps a copy of a letter that went: at once when that goes well, else later.
    async fn keep(&mut self, letter: Letter, shared: &Shared) {
        if self.waiting.len() >= MOST_WAITING
            && let Some(given_up) = self.waiting.pop_front()
        {
            tracing::warn!(letter = %given_up.letter.head.id, "the letter went out, without a copy in the sent folder");
        }
        self.waiting.push_back(KeptCopy { letter, tried: false });
        self.file(shared).await;
    }

    /// Puts the copies that wait into the folder, unless it is to be left alone for now.
    pub async fn file(&mut self, shared: &Shared) {
        if self.wait().is_some_and(|wait| !wait.is_zero()) {
            return;
        }
        while let Some(copy) = self.waiting.pop_front() {
            if let Err(error) = self.put(&copy, shared).await {
                let why = format!("een brief ging uit, maar een kopie kwam niet bij de verzonden post: {error}");
                shared.engine.health.trouble(&why, clock::now());
                tracing::warn!(letter = %copy.letter.head.id, error = %error, "the copy of a sent letter has to wait");
                self.waiting.push_front(KeptCopy { tried: true, ..copy });
                self.left_alone_until = Some(Instant::now() + self.backoff.next(rand::random()));
                return;
            }
            self.left_alone_until = None;
            self.backoff.reset();
        }
    }

    /// How long until the copies that wait may be tried again; `None` when none waits.
    pub fn wait(&self) -> Option<Duration> {
        let until = self.left_alone_until.filter(|_| !self.waiting.is_empty())?;
        Some(until.saturating_duration_since(Instant::now()))
    }

    /// Servers end a connection that was idle for long: on one that was open before, a second try is made at once.
    async fn put(&mut self, copy: &KeptCopy, shared: &Shared) -> Result<(), LoginError> {
        let was_open = self.open.is_some();
        match self.append(&copy.letter, copy.tried, shared).await {
            Err(error) if was_open && !is_refusal(&error) => self.append(&copy.letter, true, shared).await,
            other => other,
        }
    }

    async fn append(&mut self, letter: &Letter, may_be_there: bool, shared: &Shared) -> Result<(), LoginError> {
        let appended = match self.opened(shared).await {
            Ok(folder) => append(folder, letter, may_be_there).await.map_err(LoginError::from),
            Err(error) => Err(error),
        };
        // A refusal, as of a full mailbox, leaves the connection as it was.
        if appended.as_ref().is_err_and(|error| !is_refusal(error)) {
            self.open = None;
        }
        appended
    }

    async fn opened(&mut self, shared: &Shared) -> Result<&mut Inbox, LoginError> {
        match &mut self.open {
            Some(inbox) => Ok(inbox),
            none => Ok(none.insert(shared.open_inbox().await?)),
        }
    }
}

async fn append(folder: &mut Inbox, letter: &Letter, may_be_there: bool) -> Result<(), InboxError> {
    if may_be_there && folder.sent_holds(&letter.head.id).await? == Some(true) {
        return Ok(());
    }
    folder.append_sent(&letter.bytes).await
}

fn is_refusal(error: &LoginError) -> bool {
    matches!(error, LoginError::Inbox(error) if error.is_refusal())
}
