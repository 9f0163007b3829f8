//! Sending: the task that brings letters out of the queue to the mail server, each exactly once.
//!
//! A try is noted before it is made. A letter whose try never got its answer (the process died, the line was cut) may have
//! arrived: before it is sent again, it is looked up by its Message-ID in the folder of sent mail. Where there is no such folder
//! it is sent again: the Message-ID is the same, and a second copy is better than none.

use super::engine::EngineError;
use super::health::Side;
use super::{Shared, blocking};
use crate::clock;
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
    while !shared.stop.is_cancelled() {
        match round(&shared, &mut sent_folder).await {
            Ok(0) => shared.rest(&shared.letters_waiting, REST).await,
            Ok(_) => {}
            Err(error) => {
                shared.engine.health.failed(Side::Outbox, &error.to_string(), clock::now());
                tracing::warn!(error = %error, "letters cannot be sent now");
                sent_folder = None;
                shared.pause(REST).await;
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
        let result = attempt(&queued, &outbox, shared, sent_folder).await?;
        let put_off = matches!(result, SendResult::Later(_));
        mark(&queued, result, shared).await?;
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

/// One try of one letter.
async fn attempt(
    queued: &QueuedLetter,
    outbox: &Outbox,
    shared: &Shared,
    sent_folder: &mut Option<Inbox>,
) -> Result<SendResult, SenderError> {
    let id = queued.letter.id.clone();
    if queued.uncertain
        && let Some(folder) = open_sent(shared, sent_folder).await?
        && folder.sent_holds(&id).await? == Some(true)
    {
        tracing::info!(letter = %id, "the letter had gone out before; it is in the sent folder");
        return Ok(SendResult::Accepted);
    }
    let engine = shared.engine.clone();
    let noted = id.clone();
    blocking(move || engine.store().note_letter_try(&noted, clock::now())).await.map_err(EngineError::from)?;
    let result = outbox.send(&shared.engine.config().network.address, &queued.letter).await;
    if result == SendResult::Accepted
        && let Some(folder) = open_sent(shared, sent_folder).await?
        && let Err(error) = folder.append_sent(&queued.letter.bytes).await
    {
        tracing::warn!(letter = %id, error = %error, "the letter went out, but its copy could not be put into the sent folder");
        *sent_folder = None;
    }
    Ok(result)
}

/// The connection to the folder of sent mail, opened when it is first needed; `None` for a Maildir.
async fn open_sent<'a>(shared: &Shared, open: &'a mut Option<Inbox>) -> Result<Option<&'a mut Inbox>, SenderError> {
    if open.is_none() {
        let config = shared.engine.config();
        let password = shared.inbox_password().await?;
        match Inbox::open(&config.source, &config.filing, password).await {
            Ok(inbox) => *open = Some(inbox),
            Err(error) => {
                tracing::warn!(error = %error, "the sent folder is out of reach");
                return Ok(None);
            }
        }
    }
    Ok(open.as_mut())
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
    blocking(move || engine.letter_fared(&letter, &result, now)).await?;
    Ok(())
}
