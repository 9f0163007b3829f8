//! The clock: the task that lets offers lapse, gives freed seats when their time has come, and writes the digests.
//!
//! The clock never runs ahead of the inbox: what time brings is decided as of the moment up to which the inbox has been read,
//! for after a night's sleep somebody's "ja" or cancellation may lie there that came before the offer lapsed.

use super::engine::EngineError;
use super::{Shared, blocking};
use crate::clock;
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};

/// The longest rest: wall time is looked at anew at least so often, so that a changed clock or a sleep is noticed.
const REST: Duration = Duration::from_secs(60);
/// A digest waits so long for an inbox that is not up to date; then the coordinator gets what is known.
const PATIENCE: Duration = Duration::from_secs(600);
/// The inbox is up to date when it was read to the end not longer ago than it is looked at, and this.
const SLACK: SignedDuration = SignedDuration::from_secs(60);

/// Looks at the clock until told to stop.
pub async fn run(shared: Shared) {
    let mut read_until = shared.read_until.subscribe();
    let mut behind_since = None;
    while !shared.stop.is_cancelled() {
        let read = *read_until.borrow_and_update();
        let rest = match round(&shared, read, &mut behind_since).await {
            Ok(next) => {
                shared.next_due.send_replace(next);
                next.map_or(REST, |next| wait_until(next, clock::now()))
            }
            Err(error) => {
                if shared.gives_up_over(&error) {
                    return;
                }
                shared.engine.health.trouble(&error.to_string(), clock::now());
                tracing::error!(error = %error, "what time brings could not be carried out");
                REST
            }
        };
        tokio::select! {
            _ = read_until.changed() => {}
            () = shared.rest(&shared.state_changed, rest) => {}
        }
    }
}

/// Carries out what is due, with the inbox just read.
///
/// # Errors
/// When the store fails.
pub async fn once(shared: &Shared) -> Result<(), EngineError> {
    carry_out(shared, Some(clock::now()), true).await.map(|_| ())
}

/// One look at the clock. Says when the next decision is due.
async fn round(
    shared: &Shared,
    read_until: Option<Timestamp>,
    behind_since: &mut Option<Instant>,
) -> Result<Option<Timestamp>, EngineError> {
    let now = clock::now();
    let poll = SignedDuration::try_from(Duration::from_secs(shared.poll_secs())).unwrap_or(SLACK);
    let behind = read_until.is_none_or(|read| now.duration_since(read) > poll + SLACK);
    let digest = if behind {
        behind_since.get_or_insert_with(Instant::now).elapsed() > PATIENCE
    } else {
        *behind_since = None;
        true
    };
    carry_out(shared, read_until.map(|read| read.min(now)), digest).await
}

/// Decides as of `as_of`, and writes the digest when one is due and it is its turn.
async fn carry_out(shared: &Shared, as_of: Option<Timestamp>, digest: bool) -> Result<Option<Timestamp>, EngineError> {
    let engine = shared.engine.clone();
    let next = blocking(move || {
        let next = as_of.map(|as_of| engine.tick(as_of)).transpose()?.flatten();
        engine.forget_old_if_due(clock::now())?;
        if digest {
            engine.write_digest_if_due(clock::now())?;
        }
        engine.write_alarms_if_due(clock::now())?;
        Ok::<_, EngineError>(next)
    })
    .await?;
    shared.letters_waiting.notify_one();
    Ok(next)
}

/// What is overdue waits for the inbox, whose reading wakes the clock.
fn wait_until(next: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(next.duration_since(now)).map_or(REST, |wait| wait.clamp(Duration::from_millis(100), REST))
}
