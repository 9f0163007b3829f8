//! Sending: the task that brings letters out of the queue to the mail server, each exactly once.
//!
//! A try is noted before it is made. A letter whose try never got its answer (the process died, the line was cut) may have
//! arrived: before it is sent again, it is looked up by its Message-ID in the folder of sent mail. Where there is no such folder
//! it is sent again: the Message-ID is the same, and a second copy is better than none.

use super::backoff::Backoff;
use super::engine::EngineError;
use super::health::Side;
use super::{Shared, blocking};
use crate::clock;
use crate::crash_points::{CrashPoint, pass};
use crate::mail::SendResult;
use crate::mail::inbox::{Inbox, InboxError};
use crate::mail::outbox::{Outbox, OutboxError};
use crate::store::QueuedLetter;
use jiff::SignedDuration;
use std::time::Duration;

/// How many letters are taken out of the queue at once.
const BATCH: usize = 20;
/// How long to rest when nothing is due; a new letter wakes the task at once.
const REST: Duration = Duration::from_secs(30);

/// Why a round of sending ended early.
#[derive(Debug, thiserror::Error)]
pub enum SenderError {
    /// The outgoing server cannot be set up.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// The store.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The folder of sent mail.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The password.
    #[error(transparent)]
    Secret(#[from] crate::secret::SecretError),
}

/// Sends until told to stop.
pub async fn run(shared: Shared) {
    let mut sent_folder = None;
    let mut backoff = Backoff::new(Duration::from_secs(1), REST);
    while !shared.stop.is_cancelled() {
        match round(&shared, &mut sent_folder).await {
            Ok(tried) => {
                backoff.reset();
                if tried == 0 {
                    shared.rest(&shared.letters_waiting, REST).await;
                }
            }
            Err(error) => {
                if matches!(&error, SenderError::Engine(error) if shared.gives_up_over(error)) {
                    return;
                }
                shared.engine.health.failed(Side::Outbox, &error.to_string(), clock::now());
                tracing::warn!(error = %error, "letters cannot be sent now");
                sent_folder = None;
                shared.pause(backoff.next(rand::random())).await;
            }
        }
    }
}

/// Sends what is due now and ends: letters that the server puts off stay in the queue.
///
/// # Errors
/// When the server cannot be set up or the store fails.
pub async fn once(shared: &Shared) -> Result<(), SenderError> {
    let mut sent_folder = None;
    while round(shared, &mut sent_folder).await? > 0 {}
    Ok(())
}

/// Takes the letters that are due and tries each once. Says how many it tried.
async fn round(shared: &Shared, sent_folder: &mut Option<Inbox>) -> Result<usize, SenderError> {
    let budget = budget(shared).await?.min(BATCH);
    if budget == 0 {
        return Ok(0);
    }
    let engine = shared.engine.clone();
    let due = blocking(move || engine.store().due_letters(clock::now(), budget)).await.map_err(EngineError::from)?;
    if due.is_empty() {
        return Ok(0);
    }
    let outbox = Outbox::new(&shared.engine.config().sink, shared.outbox_password().await?)?;
    let mut tried = 0;
    for queued in due {
        if shared.stop.is_cancelled() {
            break;
        }
        tried += 1;
        let known = look_up(&queued, shared, sent_folder).await?;
        let result = match &known {
            Some(result) => result.clone(),
            None => attempt(&queued, &outbox, shared).await?,
        };
        let put_off = matches!(result, SendResult::Later(_));
        let went_out = known.is_none() && result == SendResult::Accepted;
        mark(&queued, result, shared).await?;
        if went_out {
            keep_copy(&queued, shared, sent_folder).await;
        }
        if put_off {
            break;
        }
    }
    Ok(tried)
}

/// How many letters the provider's daily limit still allows.
async fn budget(shared: &Shared) -> Result<usize, SenderError> {
    let engine = shared.engine.clone();
    let day_ago = clock::now() - SignedDuration::from_hours(24);
    let sent = blocking(move || engine.store().letters_sent_since(day_ago)).await.map_err(EngineError::from)?;
    Ok(shared.engine.config().caps.letters_day.saturating_sub(sent) as usize)
}

/// What became of a letter whose last try never got its answer, by the folder of sent mail; `None` when it is to be sent.
async fn look_up(
    queued: &QueuedLetter,
    shared: &Shared,
    sent_folder: &mut Option<Inbox>,
) -> Result<Option<SendResult>, SenderError> {
    if !queued.uncertain {
        return Ok(None);
    }
    let id = &queued.letter.id;
    let held = match open_sent(shared, sent_folder).await {
        Ok(folder) => folder.sent_holds(id).await,
        Err(SenderError::Inbox(error)) => Err(error),
        Err(other) => return Err(other),
    };
    match held {
        Ok(Some(true)) => {
            tracing::info!(letter = %id, "the letter had gone out before; it is in the sent folder");
            Ok(Some(SendResult::Accepted))
        }
        Ok(_) => Ok(None),
        // Without its witness it stays uncertain: sent again now, it might come twice.
        Err(error) => {
            *sent_folder = None;
            Ok(Some(SendResult::Unknown(format!("the folder of sent mail cannot be asked: {error}"))))
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

/// Puts a copy of a letter into the folder of sent mail. Only after it was written down that the letter went: that comes
/// first, for a letter that went and is not known to have gone is sent twice. Servers end a connection that was idle for long,
/// so a second one is tried.
async fn keep_copy(queued: &QueuedLetter, shared: &Shared, sent_folder: &mut Option<Inbox>) {
    for last in [false, true] {
        let kept = match open_sent(shared, sent_folder).await {
            Ok(folder) => folder.append_sent(&queued.letter.bytes).await.map_err(SenderError::from),
            Err(error) => Err(error),
        };
        let Err(error) = kept else { return };
        *sent_folder = None;
        if last {
            let id = &queued.letter.id;
            tracing::warn!(letter = %id, error = %error, "the letter went out, but its copy could not be put into the sent folder");
        }
    }
}

/// The connection to the folder of sent mail, opened when it is first needed.
async fn open_sent<'a>(shared: &Shared, open: &'a mut Option<Inbox>) -> Result<&'a mut Inbox, SenderError> {
    match open {
        Some(inbox) => Ok(inbox),
        none => {
            let config = shared.engine.config();
            let password = shared.inbox_password().await?;
            Ok(none.insert(Inbox::open(&config.source, &config.filing, password).await?))
        }
    }
}

/// Writes down how a letter fared.
async fn mark(queued: &QueuedLetter, result: SendResult, shared: &Shared) -> Result<(), SenderError> {
    let now = clock::now();
    match &result {
        SendResult::Accepted => {
            shared.engine.health.answered(Side::Outbox, now);
            shared.engine.health.letter_sent();
            tracing::info!(letter = %queued.letter.id, "letter sent");
        }
        SendResult::Refused(why) => {
            shared.engine.health.answered(Side::Outbox, now);
            tracing::warn!(letter = %queued.letter.id, reason = %why, "letter refused for good");
        }
        SendResult::Later(why) | SendResult::Unknown(why) => {
            shared.engine.health.failed(Side::Outbox, why, now);
            tracing::warn!(letter = %queued.letter.id, reason = %why, "letter put off");
        }
    }
    let (engine, letter) = (shared.engine.clone(), queued.letter.clone());
    pass(CrashPoint::BeforeSentMark);
    blocking(move || engine.letter_fared(&letter, &result, now)).await?;
    pass(CrashPoint::AfterSentMark);
    Ok(())
}
