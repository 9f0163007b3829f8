//! Writing the digests: when one is due, its facts are gathered, rendered and queued like any letter.
//!
//! Called by `timers` on each of its rounds, and by the demo.

use super::engine::{Engine, EngineError};
use crate::coordinator::digest::digest;
use crate::coordinator::due::{DigestKind, due};
use crate::coordinator::export;
use crate::letters::DigestOccasion;
use crate::letters::compose::Attachment;
use crate::mail::letter_ids::letter_id;
use crate::outcome::{JournalEntry, Letter, Outcome};
use jiff::Timestamp;

/// The named value of the store that keeps when the last digest was written.
const LAST_DIGEST: &str = "last-digest";

impl Engine {
    /// Writes the digest to the coordinator when one is due; at most one, the most current.
    ///
    /// # Errors
    /// When the store fails.
    pub fn write_digest_if_due(&self, now: Timestamp) -> Result<(), EngineError> {
        let last = self.last_digest()?;
        let entries = self.entries_since(last)?;
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
        let last = self.last_digest()?;
        let entries = self.entries_since(last)?;
        match self.digest_letter(kind, &entries, last.unwrap_or(Timestamp::UNIX_EPOCH), now) {
            Ok(letter) => {
                // Its Message-ID comes from what it tells of: should the mark below be lost, the same digest is queued once.
                let outcome = Outcome { mail: None, changes: Vec::new(), letters: vec![letter], entry: None };
                self.store().commit(&[outcome])?;
            }
            Err(why) => {
                let why = format!("het overzicht voor de coördinator kon niet worden geschreven: {why}");
                tracing::error!("{why}");
                self.health.trouble(&why, now);
            }
        }
        Ok(self.store().meta_set(LAST_DIGEST, &now)?)
    }

    fn digest_letter(
        &self,
        kind: DigestKind,
        entries: &[JournalEntry],
        last: Timestamp,
        now: Timestamp,
    ) -> anyhow::Result<Letter> {
        let (network, state) = (&self.config().network, self.state());
        let digest = digest(&state, entries, kind, last, now);
        let mut tables = Vec::new();
        for event in &digest.events {
            let rows = export::rows(&state, &event.id, &network.time_zone).unwrap_or_default();
            if !rows.is_empty() {
                tables.push((format!("deelnemers-{}.csv", event.id), export::csv(&rows)?));
            }
        }
        let attach = |(name, bytes)| Attachment { name, mime: "text/csv; charset=utf-8", bytes };
        let occasion = DigestOccasion {
            network,
            coordinator: &self.config().coordinator,
            id: letter_id(self.secret(), &format!("digest/{kind:?}/{last}"), None, None, network.address.domain()),
            written_at: now,
            attachments: tables.iter().map(|(name, bytes)| attach((name.as_str(), bytes.as_slice()))).collect(),
        };
        Ok(self.setting().letters.digest(&digest, &occasion)?)
    }

    fn entries_since(&self, last: Option<Timestamp>) -> Result<Vec<JournalEntry>, EngineError> {
        let entries = self.store().journal_since(last.unwrap_or(Timestamp::UNIX_EPOCH))?;
        Ok(entries.into_iter().map(|(_, entry)| entry).collect())
    }

    /// When the last digest was written.
    fn last_digest(&self) -> Result<Option<Timestamp>, EngineError> {
        Ok(self.store().meta_get(LAST_DIGEST)?)
    }
}
