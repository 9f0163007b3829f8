//! Waiting for news: IDLE, begun anew every five minutes, or a plain wait where the server has none.
//!
//! RFC 2177 allows 29 minutes, but half-dead lines are common and show only when something is sent; five minutes bound how
//! long a mail can lie there unseen.

use super::InboxError;
use super::connect::Account;
use super::session::Ended;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const LONGEST_IDLE: Duration = Duration::from_secs(5 * 60);

impl Account {
    /// Waits; see `Inbox::wait`.
    pub async fn wait(&mut self, at_most: Duration, wake: &CancellationToken) -> Result<(), InboxError> {
        if wake.is_cancelled() {
            return Ok(());
        }
        if self.able.idle {
            let selected = self.in_inbox().await?;
            // What came in while another folder was selected is told of by nothing else.
            let came = self.listed_to.is_some_and(|(validity, next)| {
                selected.uid_validity == validity && selected.uid_next.is_some_and(|server| server > next)
            });
            if self.session.take_news() || came {
                return Ok(());
            }
            let ended = self.session.idle(over(at_most.min(LONGEST_IDLE), wake)).await?;
            if ended == Ended::Look {
                return Ok(());
            }
            self.able.idle = false;
        }
        over(at_most, wake).await;
        Ok(())
    }
}

async fn over(at_most: Duration, wake: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(at_most) => {}
        () = wake.cancelled() => {}
    }
}
