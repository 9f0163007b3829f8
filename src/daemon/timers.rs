//! The clock: the task that lets offers lapse, gives freed seats when their time has come, and writes the digests.

use super::engine::EngineError;
use super::{Shared, blocking};
use crate::clock;
use jiff::Timestamp;
use std::time::Duration;

/// The longest rest: wall time is looked at anew at least so often, so that a changed clock or a sleep is noticed.
const REST: Duration = Duration::from_secs(60);

/// Looks at the clock until told to stop.
pub async fn run(shared: Shared) {
    while !shared.stop.is_cancelled() {
        let rest = match once(&shared).await {
            Ok(next) => next.map_or(REST, |next| wait_until(next, clock::now())),
            Err(error) => {
                shared.engine.health.trouble(&error.to_string(), clock::now());
                tracing::error!(error = %error, "what time brings could not be carried out");
                REST
            }
        };
        shared.rest(&shared.state_changed, rest).await;
    }
}

/// Carries out what is due, and says when to look next.
///
/// # Errors
/// When the store fails.
pub async fn once(shared: &Shared) -> Result<Option<Timestamp>, EngineError> {
    let engine = shared.engine.clone();
    let next = blocking(move || {
        let now = clock::now();
        let next = engine.tick(now)?;
        engine.write_digest_if_due(now)?;
        Ok::<_, EngineError>(next)
    })
    .await?;
    shared.letters_waiting.notify_one();
    Ok(next)
}

fn wait_until(next: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(next.duration_since(now)).unwrap_or(Duration::ZERO).clamp(Duration::from_millis(100), REST)
}
