//! Lines of the logbook and mails of which no line tells, taken in the order of their moments.

use super::{Progress, RECENT, RebuildError};
use crate::daemon::blocking;
use crate::daemon::engine::{Engine, EngineError};
use crate::logbook::{Line, What};
use crate::mail::inbox::{Inbox, Listed, batches};
use crate::mail::{RawMail, message};
use crate::outcome::Letter;
use jiff::Timestamp;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// So many lines are put down at once.
const LINES_AT_ONCE: usize = 500;

/// A replay under way.
pub struct Replay {
    inbox: Inbox,
    engine: Arc<Engine>,
    /// Letters of mails that no line told of.
    letters: Vec<Letter>,
    /// Mails that were new.
    taken: usize,
    /// Mails that are there and that the server did not give.
    refused: usize,
}

/// How the mails of a replay fared.
pub struct Fared {
    /// So many were new.
    pub taken: usize,
    /// So many the server did not give.
    pub refused: usize,
}

impl Replay {
    /// With an inbox to fetch mails from, and the engine that is to take everything.
    pub fn new(inbox: Inbox, engine: Arc<Engine>) -> Self {
        Self { inbox, engine, letters: Vec::new(), taken: 0, refused: 0 }
    }

    /// Takes lines and mails, each in their order.
    pub async fn take(
        &mut self,
        lines: Vec<Line>,
        mails: &[Listed],
        tell: &mut dyn FnMut(Progress),
    ) -> Result<(), RebuildError> {
        let told: BTreeSet<_> = lines
            .iter()
            .filter_map(|line| match &line.what {
                What::Outcome(logged) => logged.mail.as_ref().map(|mail| mail.key.clone()),
                _ => None,
            })
            .collect();
        let mut lines = VecDeque::from(lines);
        let mut last = mails.first().map_or(Timestamp::UNIX_EPOCH, |mail| mail.received_at);
        let mut done = 0;
        for batch in batches(mails) {
            let account = self.inbox.account().ok_or(RebuildError::NoAccount)?;
            let fetched = account.fetch_anywhere(batch).await?;
            self.refused += fetched.refused.len();
            let mut raw = fetched.mails;
            // What a line tells of is taken with its line, however late that was.
            raw.retain(|mail| !told.contains(&message::key(&mail.bytes)));
            while !raw.is_empty() {
                let first = raw.first().map_or(Timestamp::MAX, |mail| mail.received_at);
                self.take_lines_before(&mut lines, first).await?;
                let until = lines.front().map_or(Timestamp::MAX, |line| line.at.max(first));
                let later = raw.split_off(raw.partition_point(|mail| mail.received_at <= until));
                last = self.take_mails(std::mem::replace(&mut raw, later), last).await?;
            }
            done += batch.len();
            tell(Progress::Mails { done, of: mails.len() });
        }
        self.take_lines_before(&mut lines, Timestamp::MAX).await
    }

    /// Takes the lines that were committed before a moment; a line never passes one before it.
    async fn take_lines_before(&self, lines: &mut VecDeque<Line>, moment: Timestamp) -> Result<(), RebuildError> {
        while lines.front().is_some_and(|line| line.at < moment || moment == Timestamp::MAX) {
            let mut part = Vec::new();
            while part.len() < LINES_AT_ONCE && lines.front().is_some_and(|line| line.at < moment) {
                part.extend(lines.pop_front().map(|line| line.what));
            }
            let engine = self.engine.clone();
            blocking(move || engine.replay_lines(&part)).await?;
        }
        Ok(())
    }

    /// Takes mails, the clock having come to `last`; gives how far it has come now.
    async fn take_mails(&mut self, mails: Vec<RawMail>, last: Timestamp) -> Result<Timestamp, RebuildError> {
        let engine = self.engine.clone();
        let (letters, taken, last) = blocking(move || {
            let mut last = last;
            let (letters, taken) = engine.replay_mails(&mails, &mut last)?;
            Ok::<_, EngineError>((letters, taken, last))
        })
        .await?;
        self.letters.extend(letters);
        self.taken += taken;
        Ok(last)
    }

    /// Queues letters of the last days again that left no trace among the sent ones. Gives how many wait in all.
    pub async fn look_for_letters(&mut self, now: Timestamp) -> Result<usize, RebuildError> {
        for letter in std::mem::take(&mut self.letters) {
            if now.duration_since(letter.head.written_at) < RECENT
                && self.inbox.sent_holds(&letter.head.id).await? == Some(false)
            {
                let engine = self.engine.clone();
                blocking(move || engine.store().requeue(&letter)).await?;
            }
        }
        let engine = self.engine.clone();
        Ok(blocking(move || engine.store().counts()).await?.queued as usize)
    }

    /// Lets go of the inbox; gives the engine, and how the mails fared.
    pub async fn end(self) -> (Arc<Engine>, Fared) {
        self.inbox.close().await;
        (self.engine, Fared { taken: self.taken, refused: self.refused })
    }
}
