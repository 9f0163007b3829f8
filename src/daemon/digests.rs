//! Writing the digests: when one is due, its facts are gathered, rendered and queued like any letter.
//!
//! Called by `timers` on each of its rounds, and by the demo.

use super::engine::{Engine, EngineError};
use crate::coordinator::digest::digest;
use crate::coordinator::due::{DigestKind, due};
use crate::coordinator::export;
use crate::crash_points::{CrashPoint, pass};
use crate::letters::DigestOccasion;
use crate::letters::compose::Attachment;
use crate::mail::letter_ids::letter_id;
use crate::outcome::{JournalEntry, Letter, Outcome};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The named value of the store that keeps the last digest: see [`Told`].
const LAST_DIGEST: &str = "last-digest-told";

/// How much earlier than the last digest an entry may have been decided that was committed after it.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// How far the coordinator has been told.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Told {
    /// When the last digest was written.
    at: Timestamp,
    /// The number of the last journal entry that it told. Times alone do not do: a mail may be committed a moment after a
    /// digest and yet have been decided before it.
    entry: u64,
}

impl Engine {
    /// Writes the digest to the coordinator when one is due; at most one, the most current.
    ///
    /// # Errors
    /// When the store fails.
    pub fn write_digest_if_due(&self, now: Timestamp) -> Result<(), EngineError> {
        let told = self.told()?;
        let (entries, _) = self.untold(told)?;
        let last = told.map(|told| told.at);
        let (coordinator, zone) = (&self.config().coordinator, &self.config().network.time_zone);
        match due(last, now, coordinator, zone, &self.state(), &entries) {
            Some(kind) => self.write_digest(kind, now),
            None => Ok(()),
        }
    }

    /// Writes a digest now, of everything since the last one.
    ///
    /// # Errors
    /// When the store fails.
    pub fn write_digest(&self, kind: DigestKind, now: Timestamp) -> Result<(), EngineError> {
        let told = self.told()?;
        let (entries, entry) = self.untold(told)?;
        let last = told.map_or(Timestamp::UNIX_EPOCH, |told| told.at);
        match self.digest_letter(kind, &entries, Told { at: last, entry }, now) {
            Ok(letter) => {
                let outcome = Outcome { mail: None, changes: Vec::new(), letters: vec![letter], entry: None };
                pass(CrashPoint::BeforeDigest);
                self.store().commit_with(&[outcome], LAST_DIGEST, &Told { at: now, entry })?;
                pass(CrashPoint::AfterDigest);
            }
            Err(why) => {
                let why = format!("het overzicht voor de coördinator kon niet worden geschreven: {why}");
                tracing::error!("{why}");
                self.health.trouble(&why, now);
            }
        }
        Ok(())
    }

    fn digest_letter(
        &self,
        kind: DigestKind,
        entries: &[JournalEntry],
        tells: Told,
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

    /// What of the journal no digest has told yet, and the number of the last entry there is.
    fn untold(&self, told: Option<Told>) -> Result<(Vec<JournalEntry>, u64), EngineError> {
        let since = told.and_then(|told| told.at.checked_sub(SLACK).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
        let last = told.map(|told| told.entry);
        let entries: Vec<_> = self
            .store()
            .journal_since(since)?
            .into_iter()
            .filter(|(number, _)| last.is_none_or(|last| *number > last))
            .collect();
        let newest = entries.last().map(|(number, _)| *number).or(last).unwrap_or_default();
        Ok((entries.into_iter().map(|(_, entry)| entry).collect(), newest))
    }

    /// How far the last digest told.
    fn told(&self) -> Result<Option<Told>, EngineError> {
        Ok(self.store().meta_get(LAST_DIGEST)?)
    }
}
