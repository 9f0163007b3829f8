//! Sending: the task that brings letters out of the queue to the mail server, each exactly once.
//!
//! A try is noted before it is made. A letter whose try never got its answer (the process died, the line was cut) may have
//! arrived: before it is sent again, it is looked up by its Message-ID in the folder of sent mail. Where there is no such folder
//! it is sent again: the Message-ID is the same, and a second copy is better than none. What keeps all letters from going
//! (no connection, no login, the day's limit) makes the task wait, by its kind; what is about one letter holds up that one.

use super::backoff::Backoff;
use super::engine::EngineError;
use super::health::Side;
use super::logins::LoginError;
use super::{Shared, blocking};
use crate::clock;
use crate::crash_points::{CrashPoint, pass};
use crate::mail::inbox::{Inbox, InboxError};
use crate::mail::outbox::{Outbox, OutboxError};
use crate::mail::{Halt, SendResult};
use crate::secret::SecretError;
use crate::store::QueuedLetter;
use jiff::SignedDuration;
use std::time::{Duration, Instant};

/// How many letters are taken out of the queue at once.
const BATCH: usize = 20;
/// How long to rest when nothing is due; a new letter wakes the task at once.
const REST: Duration = Duration::from_secs(30);
/// The waits while the server is out of reach.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);
/// The wait after the provider said that it takes no more for today.
const AFTER_LIMIT: Duration = Duration::from_secs(60 * 60);
/// A server from which nothing was heard for so long is asked whether it is there.
const SILENCE: SignedDuration = SignedDuration::from_hours(6);
/// After the folder of sent mail could not be opened, it is left alone for so long.
const WITHOUT_FOLDER: Duration = Duration::from_secs(60);

/// Why a round of sending ended early.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// The outgoing server cannot be set up.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The store.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The password.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// How a round ended.
enum Round {
    /// So many letters were tried.
    Tried(usize),
    /// Nothing goes out for now.
    Halted(Halt),
    /// As many letters have gone as the configuration allows.
    Capped,
}

/// Sends until told to stop.
pub async fn run(shared: Shared) {
    let mut sent = SentFolder::default();
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    while !shared.stop.is_cancelled() {
        let ended = match round(&shared, &mut sent).await {
            Ok(Round::Tried(0)) => look_whether_it_is_there(&shared).await,
            other => other,
        };
        let wait = match ended {
            Ok(Round::Tried(0)) => {
                shared.rest(&shared.letters_waiting, REST).await;
                continue;
            }
            Ok(Round::Tried(_)) => {
                backoff.reset();
                continue;
            }
            Ok(Round::Halted(Halt::Unreachable | Halt::Broken)) => backoff.next(rand::random()),
            Ok(Round::Halted(Halt::Login)) => shared.outbox_door.refused("", Instant::now()),
            Ok(Round::Halted(Halt::Limit)) => AFTER_LIMIT,
            Ok(Round::Capped) => REST,
            Err(SenderError::Engine(error)) => {
                if shared.gives_up_over(&error) {
                    return;
                }
                shared.engine.health.trouble(&error.to_string(), clock::now());
                tracing::error!(error = %error, "letters cannot be taken out of the queue now");
                backoff.next(rand::random())
            }
            Err(error) => {
                shared.engine.health.failed(Side::Outbox, &error.to_string(), clock::now());
                tracing::warn!(error = %error, "letters cannot be sent now");
                backoff.next(rand::random())
            }
        };
        tracing::debug!(wait_secs = wait.as_secs(), "no letters go out for a while");
        shared.pause(wait).await;
    }
}

/// Sends what is due now and ends: letters that the server puts off stay in the queue.
///
/// # Errors
/// When the server cannot be set up or the store fails.
pub async fn once(shared: &Shared) -> Result<(), SenderError> {
    let mut sent = SentFolder::default();
    while let Round::Tried(1..) = round(shared, &mut sent).await? {}
    Ok(())
}

/// Takes the letters that are due and tries each once, until something keeps all of them.
async fn round(shared: &Shared, sent: &mut SentFolder) -> Result<Round, SenderError> {
    let budget = budget(shared).await?.min(BATCH);
    let engine = shared.engine.clone();
    let due = blocking(move || engine.store().due_letters(clock::now(), BATCH)).await.map_err(EngineError::from)?;
    if due.is_empty() {
        return Ok(Round::Tried(0));
    }
    if budget == 0 {
        let cap = shared.engine.config().caps.letters_day;
        let why =
            format!("er gingen in een etmaal al {cap} brieven uit, zoveel als `letters_day` toestaat; de rest volgt");
        shared.engine.health.failed(Side::Outbox, &why, clock::now());
        return Ok(Round::Capped);
    }
    let outbox = Outbox::new(&shared.engine.config().sink, shared.outbox_password().await?)?;
    let mut tried = 0;
    for queued in due.into_iter().take(budget) {
        if shared.stop.is_cancelled() {
            break;
        }
        tried += 1;
        if queued.uncertain && !is_to_be_sent_again(&queued, shared, sent).await? {
            continue;
        }
        let result = attempt(&queued, &outbox, shared).await?;
        note_health(&queued, &result, shared);
        fared(&queued, result.clone(), shared).await?;
        match result {
            SendResult::Accepted => sent.keep_copy(&queued, shared).await,
            SendResult::Halted { halt, .. } => return Ok(Round::Halted(halt)),
            // Nobody knows what came of it, and the connection is gone.
            SendResult::Unknown(_) => return Ok(Round::Halted(Halt::Broken)),
            SendResult::Later(_) | SendResult::Refused(_) => {}
        }
    }
    Ok(Round::Tried(tried))
}

/// With nothing to send, a server that was silent for hours is asked whether it would take something: a login that is no longer
/// good is better known before somebody waits for a letter.
async fn look_whether_it_is_there(shared: &Shared) -> Result<Round, SenderError> {
    let health = &shared.engine.health;
    if !health.is_silent(Side::Outbox, SILENCE, clock::now()) && !health.is_failing(Side::Outbox) {
        return Ok(Round::Tried(0));
    }
    let outbox = Outbox::new(&shared.engine.config().sink, shared.outbox_password().await?)?;
    match outbox.check().await {
        Ok(()) => {
            shared.outbox_door.opened();
            health.answered(Side::Outbox, clock::now());
            Ok(Round::Tried(0))
        }
        Err(error) => {
            health.failed(Side::Outbox, &error.to_string(), clock::now());
            tracing::warn!(error = %error, "letters could not be sent now");
            Ok(Round::Halted(error.halt()))
        }
    }
}

/// How many letters the provider's daily limit still allows.
async fn budget(shared: &Shared) -> Result<usize, SenderError> {
    let engine = shared.engine.clone();
    let now = clock::now();
    let day_ago = now - SignedDuration::from_hours(24);
    let sent = blocking(move || engine.store().letters_sent_since(day_ago, now)).await.map_err(EngineError::from)?;
    Ok(shared.engine.config().caps.letters_day.saturating_sub(sent) as usize)
}

/// Is a letter whose last try never got its answer to be sent again, by the folder of sent mail? When it is found there it has
/// gone; when nobody can look, it waits.
async fn is_to_be_sent_again(
    queued: &QueuedLetter,
    shared: &Shared,
    sent: &mut SentFolder,
) -> Result<bool, SenderError> {
    let id = &queued.letter.id;
    match sent.holds(queued, shared).await {
        Ok(Some(true)) => {
            tracing::info!(letter = %id, "the letter had gone out before; it is in the sent folder");
            shared.engine.health.letter_sent();
            fared(queued, SendResult::Accepted, shared).await?;
            Ok(false)
        }
        Ok(_) => Ok(true),
        // Without its witness it stays uncertain: sent again now, it might come twice.
        Err(error) => {
            let why = format!("de map met verzonden post is niet te bekijken: {error}");
            tracing::warn!(letter = %id, reason = %why, "letter put off");
            fared(queued, SendResult::Unknown(why), shared).await?;
            Ok(false)
        }
    }
}

/// One try of one letter.
async fn attempt(queued: &QueuedLetter, outbox: &Outbox, shared: &Shared) -> Result<SendResult, SenderError> {
    let (engine, id) = (shared.engine.clone(), queued.letter.id.clone());
    blocking(move || engine.store().note_letter_try(&id, clock::now())).await.map_err(EngineError::from)?;
    pass(CrashPoint::BeforeSend);
    Ok(outbox.send(&shared.engine.config().network.address, &queued.letter).await)
}

/// Tells the log and the status what a try says about the server, and about the letter.
fn note_health(queued: &QueuedLetter, result: &SendResult, shared: &Shared) {
    let (health, now, letter) = (&shared.engine.health, clock::now(), &queued.letter.id);
    if let SendResult::Accepted | SendResult::Refused(_) | SendResult::Later(_) = result {
        shared.outbox_door.opened();
        health.answered(Side::Outbox, now);
    }
    match result {
        SendResult::Accepted => {
            health.letter_sent();
            tracing::info!(%letter, "letter sent");
        }
        SendResult::Refused(why) => {
            health.trouble(&format!("een brief is geweigerd: {why}"), now);
            tracing::warn!(%letter, reason = %why, "letter refused for good");
        }
        SendResult::Later(why) => {
            health.trouble(&format!("een brief moet nog even wachten: {why}"), now);
            tracing::warn!(%letter, reason = %why, "letter put off");
        }
        SendResult::Halted { why, .. } | SendResult::Unknown(why) => {
            health.failed(Side::Outbox, why, now);
            tracing::warn!(%letter, reason = %why, "letter put off");
        }
    }
}

/// Writes down how a letter fared.
async fn fared(queued: &QueuedLetter, result: SendResult, shared: &Shared) -> Result<(), SenderError> {
    let (engine, letter, now) = (shared.engine.clone(), queued.letter.clone(), clock::now());
    pass(CrashPoint::BeforeSentMark);
    blocking(move || engine.letter_fared(&letter, &result, now)).await?;
    pass(CrashPoint::AfterSentMark);
    Ok(())
}

/// The connection to the folder of sent mail, opened when it is first needed.
#[derive(Default)]
struct SentFolder {
    open: Option<Inbox>,
    left_alone_until: Option<Instant>,
}

impl SentFolder {
    /// Does it hold this letter? `None` where there is no such folder.
    async fn holds(&mut self, queued: &QueuedLetter, shared: &Shared) -> Result<Option<bool>, LoginError> {
        let asked = match self.opened(shared).await {
            Ok(folder) => folder.sent_holds(&queued.letter.id).await.map_err(LoginError::from),
            Err(error) => Err(error),
        };
        if asked.is_err() {
            self.open = None;
        }
        asked
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
