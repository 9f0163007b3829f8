//! Bringing the logbook to the mailbox: the task that appends the lines which wait, and a snapshot once a day and whenever
//! somebody was forgotten.
//!
//! Lines wait in the store until they are there, so that neither a cut nor a server that is away for a week loses one. A
//! few seconds' lines go together. Nothing waits for it: letters go out and mails are filed meanwhile.

use super::backoff::Backoff;
use super::engine::{Engine, EngineError};
use super::logins::LoginError;
use super::{Shared, blocking};
use crate::backup;
use crate::clock;
use crate::config::Config;
use crate::letters::LetterError;
use crate::logbook::mail;
use crate::mail::inbox::{Account, InboxError};
use crate::store::{Scope, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How often the store is asked whether lines wait.
const LOOK: Duration = Duration::from_secs(5);
/// Lines go after so many looks, or once there are so many.
const LOOKS: u32 = 3;
const MANY: u64 = 200;
/// So many lines fit into one mail.
const A_MAIL: usize = 500;
/// How long after a snapshot the next is made, when anything changed.
const SNAPSHOT_EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How many snapshots are kept.
const SNAPSHOTS: usize = 3;
/// At the end of the program there is so much time for the last lines; else they go at the next start.
const LAST_MOMENTS: Duration = Duration::from_secs(3);

/// Why the logbook could not be brought to the mailbox.
#[derive(Debug, thiserror::Error)]
pub enum LogbookError {
    /// The mail server.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The store.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Nobody is let in.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// A mail of it could not be made.
    #[error(transparent)]
    Letter(#[from] LetterError),
    /// A snapshot could not be made.
    #[error(transparent)]
    Backup(#[from] backup::WriteError),
}

impl From<StoreError> for LogbookError {
    fn from(error: StoreError) -> Self {
        Self::Engine(error.into())
    }
}

/// Brings lines to the mailbox until told to stop.
pub async fn run(shared: Shared) {
    if shared.engine.config().keeping.logbook.is_none() {
        return;
    }
    let mut backoff = Backoff::new(LOOK, Duration::from_secs(15 * 60));
    let mut looks = 0;
    while !shared.stop.is_cancelled() {
        let mut rest = LOOK;
        match waits(&shared).await {
            Ok(Waits::Nothing) => looks = 0,
            Ok(Waits::Lines(lines)) if looks < LOOKS && lines < MANY => looks += 1,
            Ok(Waits::Lines(_) | Waits::Snapshot) => match bring(&shared).await {
                Ok(()) => {
                    looks = 0;
                    backoff.reset();
                }
                Err(error) => rest = report(&shared, &error, &mut backoff),
            },
            Err(error) => rest = report(&shared, &error, &mut backoff),
        }
        shared.pause(rest).await;
    }
    if !matches!(waits(&shared).await, Ok(Waits::Nothing)) {
        match tokio::time::timeout(LAST_MOMENTS, bring(&shared)).await {
            Ok(Ok(())) => {}
            _ => tracing::info!("the last lines of the logbook go to the mailbox at the next start"),
        }
    }
}

/// Brings what waits to the mailbox and ends.
///
/// # Errors
/// When the server or the store fails.
pub async fn once(shared: &Shared) -> Result<(), LogbookError> {
    match waits(shared).await? {
        Waits::Nothing => Ok(()),
        Waits::Lines(_) | Waits::Snapshot => bring(shared).await,
    }
}

fn report(shared: &Shared, error: &LogbookError, backoff: &mut Backoff) -> Duration {
    let wait = match error {
        LogbookError::Login(LoginError::Shut { wait, .. }) => *wait,
        _ => backoff.next(rand::random()),
    };
    shared.engine.health.trouble(&format!("het logboek kan niet naar de mailbox: {error}"), clock::now());
    tracing::warn!(error = %error, wait_secs = wait.as_secs(), "the logbook cannot be brought to the mailbox now");
    wait
}

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    Nothing,
    Lines(u64),
    Snapshot,
}

async fn waits(shared: &Shared) -> Result<Waits, LogbookError> {
    let engine = shared.engine.clone();
    blocking(move || {
        let lines = engine.store().unlogged();
        Ok(match (snapshot_due(engine.store(), clock::now())?, lines) {
            (true, _) => Waits::Snapshot,
            (false, 0) => Waits::Nothing,
            (false, lines) => Waits::Lines(lines),
        })
    })
    .await
}

/// Is it time for a snapshot? Not while nothing changed since the last.
fn snapshot_due(store: &Store, now: Timestamp) -> Result<bool, StoreError> {
    let book = store.book()?;
    Ok(match book.snapshot {
        None => book.next > 0,
        Some((at, next)) => book.purge.is_some() || book.next > next && now.duration_since(at).abs() >= SNAPSHOT_EVERY,
    })
}

/// Brings the lines that wait to the mailbox, and a snapshot when it is time for one.
async fn bring(shared: &Shared) -> Result<(), LogbookError> {
    let config = shared.engine.config();
    let Some(folder) = &config.keeping.logbook else { return Ok(()) };
    let mut inbox = shared.open_inbox().await?;
    let Some(account) = inbox.account() else { return Ok(()) };
    bring_lines(account, folder, shared).await?;
    bring_snapshot_if_due(account, folder, shared).await?;
    inbox.close().await;
    Ok(())
}

async fn bring_lines(account: &mut Account, folder: &str, shared: &Shared) -> Result<(), LogbookError> {
    loop {
        let engine = shared.engine.clone();
        let (lines, mail) = blocking(move || {
            let lines = engine.store().waiting_lines(A_MAIL)?;
            let mail = mail::of_lines(&lines, &engine.config().network, engine.secret(), clock::now())?;
            Ok::<_, LogbookError>((lines, mail))
        })
        .await?;
        let Some(mail) = mail else { return Ok(()) };
        account.append_logbook(folder, &mail).await?;
        tracing::debug!(lines = lines.len(), "lines of the logbook are in the mailbox");
        let engine = shared.engine.clone();
        blocking(move || engine.store().lines_logged(&lines)).await?;
    }
}

async fn bring_snapshot_if_due(account: &mut Account, folder: &str, shared: &Shared) -> Result<(), LogbookError> {
    let engine = shared.engine.clone();
    let made = blocking(move || {
        let now = clock::now();
        if !snapshot_due(engine.store(), now)? {
            return Ok::<_, LogbookError>(None);
        }
        let forgets = engine.store().book()?.purge.is_some();
        snapshot(&engine, now).map(|(mail, next)| Some((mail, next, now, forgets)))
    })
    .await?;
    let Some((mail, next, at, forgets)) = made else { return Ok(()) };
    account.append_logbook(folder, &mail).await?;
    // What was forgotten stands in the older ones.
    let pruned = account.prune_logbook(folder, if forgets { 1 } else { SNAPSHOTS }).await?;
    tracing::info!(pruned, "a snapshot is in the mailbox");
    let engine = shared.engine.clone();
    Ok(blocking(move || engine.store().snapshot_logged(at, next)).await?)
}

/// A mail with a snapshot, and the number of the line after it.
fn snapshot(engine: &Engine, now: Timestamp) -> Result<(Vec<u8>, u64), LogbookError> {
    let mut text = Vec::new();
    let head = backup::write(engine.store(), scope(engine.config()), now, &mut text)?;
    let next = head.book.next;
    Ok((mail::of_snapshot(text, next, &engine.config().network, engine.secret(), now)?, next))
}

fn scope(config: &Config) -> Scope {
    Scope::Snapshot { secret_configured: config.trust.secret.is_some() }
}
