//! Writing the digests: when one is due, its facts are gathered, rendered and queued like any letter.
//!
//! Called by `timers` on each of its rounds, and by the demo.

use super::engine::{Engine, EngineError};
use crate::coordinator::digest::digest;
use crate::coordinator::due::{DigestKind, News, due};
use crate::coordinator::export;
use crate::crash_points::{CrashPoint, pass};
use crate::ids::MessageId;
use crate::letters::DigestOccasion;
use crate::letters::compose::Attachment;
use crate::mail::letter_ids::letter_id;
use crate::outcome::{JournalEntry, Letter, Outcome};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::PoisonError;

/// The named value of the store that keeps the last digest: see [`Told`].
const LAST_DIGEST: &str = "last-digest-told";

/// How far the coordinator has been told.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Told {
    /// When the last digest was written.
    at: Timestamp,
    /// The number of the last journal entry that it told. Times alone do not do: a mail may be committed a moment after a
    /// digest and yet have been decided before it.
    entry: u64,
    /// The digest itself.
    #[serde(default)]
    letter: Option<MessageId>,
    /// What had been told before it.
    #[serde(default)]
    before: Option<Mark>,
}

/// A moment, and the journal entry that was the last one then.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Mark {
    at: Timestamp,
    entry: u64,
}

/// What makes a digest due, as far as the journal has been read for it: it grows by what is new on each look.
#[derive(Debug, Default)]
pub struct NewsSoFar {
    /// The last entry that the coordinator was told.
    told: Option<u64>,
    /// The last entry that was read.
    read: Option<u64>,
    news: News,
}

impl Engine {
    /// Writes the digest to the coordinator when one is due; at most one, the most current.
    ///
    /// # Errors
    /// When the store fails.
    pub fn write_digest_if_due(&self, now: Timestamp) -> Result<(), EngineError> {
        let told = self.told(now)?;
        let news = self.news(told.as_ref().map(|told| told.entry), now)?;
        let last = told.map(|told| told.at);
        let (coordinator, zone) = (&self.config().coordinator, &self.config().network.time_zone);
        match due(last, now, coordinator, zone, &self.state(), &news) {
            Some(kind) => self.write_digest(kind, now),
            None => Ok(()),
        }
    }

    /// Writes a digest now, of everything since the last one. When that has not gone yet, as after days without the mail
    /// server, it is withdrawn and the new one tells its news too: one digest, a current one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn write_digest(&self, kind: DigestKind, now: Timestamp) -> Result<(), EngineError> {
        let told = self.told(now)?;
        if let Some(told) = &told
            && let Some(waiting) = &told.letter
            && self.store().letter(waiting)?.is_some_and(|letter| letter.has_surely_not_gone())
            && let Some((outcome, next)) = self.digest_after(told.before, kind, now)?
        {
            pass(CrashPoint::BeforeDigest);
            if self.store().commit_in_place_of(waiting, &[outcome], LAST_DIGEST, &next)? {
                pass(CrashPoint::AfterDigest);
                return Ok(());
            }
        }
        let before = told.map(|Told { at, entry, .. }| Mark { at, entry });
        if let Some((outcome, next)) = self.digest_after(before, kind, now)? {
            pass(CrashPoint::BeforeDigest);
            self.store().commit_with(&[outcome], LAST_DIGEST, &next)?;
            pass(CrashPoint::AfterDigest);
        }
        Ok(())
    }

    /// The digest of everything after a mark, and what has been told with it. `None` when it cannot be written.
    fn digest_after(
        &self,
        before: Option<Mark>,
        kind: DigestKind,
        now: Timestamp,
    ) -> Result<Option<(Outcome, Told)>, EngineError> {
        let entries = self.store().journal_after(before.map(|before| before.entry))?;
        let entry = entries.last().map(|(number, _)| *number).or(before.map(|before| before.entry)).unwrap_or_default();
        let entries: Vec<JournalEntry> = entries.into_iter().map(|(_, entry)| entry).collect();
        let since = before.map_or(Timestamp::UNIX_EPOCH, |before| before.at);
        match self.digest_letter(kind, &entries, Mark { at: since, entry }, now) {
            Ok(letter) => {
                let told = Told { at: now, entry, letter: Some(letter.head.id.clone()), before };
                Ok(Some((Outcome { mail: None, changes: Vec::new(), letters: vec![letter], entry: None }, told)))
            }
            Err(why) => {
                let why = format!("het overzicht voor de coördinator kon niet worden geschreven: {why}");
                tracing::error!("{why}");
                self.health.trouble(&why, now);
                Ok(None)
            }
        }
    }

    fn digest_letter(
        &self,
        kind: DigestKind,
        entries: &[JournalEntry],
        tells: Mark,
        now: Timestamp,
    ) -> anyhow::Result<Letter> {
        let (network, state) = (&self.config().network, self.state());
        let digest = digest(&state, entries, kind, tells.at, now);
        let mut tables = Vec::new();
        for event in &digest.events {
            let rows = export::rows(&state, &event.id, &network.time_zone).unwrap_or_default();
            if !rows.is_empty() {
                tables.push((format!("deelnemers-{}.csv", event.id), export::csv(&rows)?));
            }
        }
        let seed = format!("digest/{kind:?}/{}/{}", tells.at, tells.entry);
        let attach = |(name, bytes)| Attachment { name, mime: "text/csv; charset=utf-8", bytes };
        let occasion = DigestOccasion {
            network,
            coordinator: &self.config().coordinator,
            id: letter_id(self.secret(), &seed, None, None, network.address.domain()),
            written_at: now,
            attachments: tables.iter().map(|(name, bytes)| attach((name.as_str(), bytes.as_slice()))).collect(),
        };
        Ok(self.setting().letters.digest(&digest, &occasion)?)
    }

    /// What makes a digest due, of the journal after that entry.
    fn news(&self, told: Option<u64>, now: Timestamp) -> Result<News, EngineError> {
        let mut so_far = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        if so_far.told != told {
            *so_far = NewsSoFar { told, read: told, news: News::default() };
        }
        for (number, entry) in self.store().journal_after(so_far.read)? {
            so_far.news.add(&entry, now);
            so_far.read = Some(number);
        }
        Ok(so_far.news.clone())
    }

    /// How far the last digest told. One from the future was written before the clock was set back: it counts as written now,
    /// once, or she would hear nothing for as long as the clock had been ahead.
    fn told(&self, now: Timestamp) -> Result<Option<Told>, EngineError> {
        let Some(mut told) = self.store().meta_get::<Told>(LAST_DIGEST)? else { return Ok(None) };
        if told.at > now {
            told.at = now;
            self.store().meta_set(LAST_DIGEST, &told)?;
        }
        Ok(Some(told))
    }
}
