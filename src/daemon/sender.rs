//! Sending: the task that brings letters out of the queue to the mail server, each exactly once.
//!
//! A try is noted before it is made. A letter whose try never got its answer (the process died, the line was cut) may have
//! arrived: before it is sent again, it is looked up by its Message-ID. Gmail files what it sends by itself; elsewhere each letter
//! has a copy to ourselves on its envelope, which the server takes together with it or not at all, and which the reader files
//! with the sent mail. Where neither is (the server refuses the copy, or the configuration does) the copy is put into the sent
//! folder afterwards, and a letter that is not found is sent again: the same Message-ID twice is better than none. What keeps
//! all letters from going (no connection, no login, the day's limit) makes the task wait, by its kind; what is about one
//! letter holds up that one.

use super::backoff::Backoff;
use super::engine::EngineError;
use super::health::Side;
use super::sent_folder::SentFolder;
use super::{Shared, blocking};
use crate::clock;
use crate::crash_points::{CrashPoint, pass};
use crate::ids::MessageId;
use crate::mail::outbox::{Outbox, OutboxError, OwnCopy};
use crate::mail::{Halt, SendResult};
use crate::secret::SecretError;
use crate::store::QueuedLetter;
use jiff::SignedDuration;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

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
    let mut ways = Ways::default();
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    while !shared.stop.is_cancelled() {
        let ended = match round(&shared, &mut ways).await {
            Ok(Round::Tried(1..)) => {
                backoff.reset();
                continue;
            }
            other => other,
        };
        ways.hang_up().await;
        let ended = match ended {
            Ok(Round::Tried(0)) => look_whether_it_is_there(&shared).await,
            other => other,
        };
        let wait = match ended {
            Ok(Round::Tried(_)) => {
                ways.sent.file(&shared).await;
                shared.rest(&shared.letters_waiting, ways.sent.wait().unwrap_or(REST).min(REST)).await;
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
    let mut ways = Ways::default();
    while let Round::Tried(1..) = round(shared, &mut ways).await? {}
    ways.hang_up().await;
    ways.sent.file(shared).await;
    Ok(())
}

/// What stays open from round to round while there is something to send.
#[derive(Default)]
struct Ways {
    outbox: Option<Outbox>,
    sent: SentFolder,
}

impl Ways {
    /// There is nothing more to send: no connection is held that the server would end.
    async fn hang_up(&mut self) {
        if let Some(outbox) = self.outbox.take() {
            outbox.hang_up().await;
        }
    }
}

/// Takes the letters that are due and tries each once, until something keeps all of them.
///
/// That they are about to be tried is written down for all of them at once; how each fared when it is known, and made to
/// survive a power cut for all of them together. Should that be too late, they are looked up like any whose answer is missing.
async fn round(shared: &Shared, ways: &mut Ways) -> Result<Round, SenderError> {
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
    let outbox = match ways.outbox.take() {
        Some(outbox) => outbox,
        None => Outbox::new(&shared.engine.config().sink, shared.outbox_password().await?)?,
    };
    let outbox = &*ways.outbox.insert(outbox);
    let (mut letters, mut overdue) = (Vec::new(), Vec::new());
    for queued in due.into_iter().take(budget) {
        if queued.uncertain && !is_to_be_sent_again(&queued, shared, &mut ways.sent).await? {
            continue;
        }
        if shared.engine.is_overdue(&queued.letter, clock::now()) { &mut overdue } else { &mut letters }.push(queued);
    }
    take_back(&overdue, shared).await?;
    let letters = note_tries(letters, shared).await?;
    let (went, copies) = mpsc::unbounded_channel();
    let (ended, ()) = tokio::join!(hand_over(letters, outbox, shared, went), ways.sent.keep_copies(copies, shared));
    let engine = shared.engine.clone();
    blocking(move || engine.store().sync()).await.map_err(EngineError::from)?;
    ended
}

/// Takes back letters that offer a seat which is on offer no more, and that have not gone.
async fn take_back(letters: &[QueuedLetter], shared: &Shared) -> Result<(), SenderError> {
    if letters.is_empty() {
        return Ok(());
    }
    let (engine, ids) = (shared.engine.clone(), ids(letters));
    blocking(move || {
        engine.store().give_back_letters(&ids, clock::now())?;
        engine.take_back_unheard(clock::now())
    })
    .await?;
    shared.state_changed.notify_one();
    Ok(())
}

/// Notes that letters are about to be tried; leaves out those that were withdrawn meanwhile.
async fn note_tries(letters: Vec<QueuedLetter>, shared: &Shared) -> Result<Vec<QueuedLetter>, SenderError> {
    let (engine, ids) = (shared.engine.clone(), ids(&letters));
    let tries =
        blocking(move || engine.store().note_letter_tries(&ids, clock::now())).await.map_err(EngineError::from)?;
    Ok(letters.into_iter().zip(tries).filter(|(_, tries)| *tries > 0).map(|(queued, _)| queued).collect())
}

/// Hands letters to the server, one after another. What is not reached any more is given back to the queue as it was.
async fn hand_over(
    letters: Vec<QueuedLetter>,
    outbox: &Outbox,
    shared: &Shared,
    went: mpsc::UnboundedSender<QueuedLetter>,
) -> Result<Round, SenderError> {
    let tried = letters.len().max(1);
    let mut letters = letters.into_iter();
    let mut halted = None;
    while halted.is_none()
        && !shared.stop.is_cancelled()
        && let Some(queued) = letters.next()
    {
        pass(CrashPoint::BeforeSend);
        let (result, copy) = send(&queued, outbox, shared).await;
        note_health(&queued, &result, shared);
        fared(&queued, result.clone(), shared).await?;
        match result {
            SendResult::Accepted if copy == OwnCopy::Underway => {}
            // The other end is this very task: it is there.
            SendResult::Accepted => drop(went.send(queued)),
            SendResult::Halted { halt, .. } => halted = Some(halt),
            // Nobody knows what came of it, and the connection is gone.
            SendResult::Unknown(_) => halted = Some(Halt::Broken),
            SendResult::Later(_) | SendResult::Refused(_) => {}
        }
    }
    let (engine, left) = (shared.engine.clone(), ids(letters.as_slice()));
    blocking(move || engine.store().give_back_letters(&left, clock::now())).await.map_err(EngineError::from)?;
    Ok(halted.map_or(Round::Tried(tried), Round::Halted))
}

fn ids(letters: &[QueuedLetter]) -> Vec<MessageId> {
    letters.iter().map(|queued| queued.letter.head.id.clone()).collect()
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
    let id = &queued.letter.head.id;
    match sent.holds(queued, shared).await {
        Ok(Some(true)) => {
            tracing::info!(letter = %id, "the letter had gone out before; it is in the sent folder");
            shared.engine.health.letter_sent();
            fared(queued, SendResult::Accepted, shared).await?;
            Ok(false)
        }
        Ok(_) => Ok(!waits_for_copy(queued, shared).await?),
        // Without its witness it stays uncertain: sent again now, it might come twice.
        Err(error) => {
            let why = format!("de map met verzonden post is niet te bekijken: {error}");
            tracing::warn!(letter = %id, reason = %why, "letter put off");
            fared(queued, SendResult::Unknown(why), shared).await?;
            Ok(false)
        }
    }
}

/// May the copy of a letter that was cut off still be on its way to our inbox? Then the letter waits for it.
async fn waits_for_copy(queued: &QueuedLetter, shared: &Shared) -> Result<bool, SenderError> {
    let patience = i64::try_from(shared.engine.config().own_copy_secs).unwrap_or(i64::MAX);
    let now = clock::now();
    // After a clock that was set back the try may lie in the future.
    let since = queued.uncertain_since.map_or(now, |since| since.min(now));
    let until = since.saturating_add(SignedDuration::from_secs(patience)).unwrap_or(now);
    if until <= now {
        return Ok(false);
    }
    tracing::info!(letter = %queued.letter.head.id, %until, "nobody knows whether the letter went; it waits for our copy of it");
    let (engine, id) = (shared.engine.clone(), queued.letter.head.id.clone());
    blocking(move || engine.store().await_word_of_letter(&id, until)).await.map_err(EngineError::from)?;
    Ok(true)
}

/// Hands one letter over, with our copy where letters have one.
async fn send(queued: &QueuedLetter, outbox: &Outbox, shared: &Shared) -> (SendResult, OwnCopy) {
    let config = shared.engine.config();
    let ours = &config.network.address;
    match config.own_copy_secs {
        0 => (outbox.send(ours, &queued.letter).await, OwnCopy::Missing),
        _ => outbox.send_with_copy(ours, &queued.letter).await,
    }
}

/// Tells the log and the status what a try says about the server, and about the letter.
fn note_health(queued: &QueuedLetter, result: &SendResult, shared: &Shared) {
    let (health, now, letter) = (&shared.engine.health, clock::now(), &queued.letter.head.id);
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
