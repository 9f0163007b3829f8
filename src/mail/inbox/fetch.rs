//! Fetching whole mails: by explicit UIDs, without marking them as read, and every one accounted for.

use super::connect::{Account, Selected};
use super::names::uid_sets;
use super::rows::{FetchRow, Row};
use super::session::Verdict;
use super::{Fetched, HEAD_BYTES, InboxError, Listed, batches};
use crate::mail::{Location, RawMail};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What is known of a mail while its rows come in.
type Parts = BTreeMap<u32, (Option<Timestamp>, Option<Vec<u8>>)>;

impl Account {
    /// Fetches whole mails; see `Inbox::fetch`.
    pub async fn fetch(&mut self, wanted: &[Listed]) -> Result<Fetched, InboxError> {
        let mut fetched = Fetched::default();
        let Some(Location::Imap { folder, .. }) = wanted.first().map(|mail| &mail.location) else {
            return Ok(fetched);
        };
        let selected = self.at(folder).await?;
        for batch in batches(wanted) {
            let wanted = Wanted::of(batch, &selected)?;
            self.fetch_batch(&wanted, &mut fetched).await?;
        }
        let place = |mail: &RawMail| wanted.iter().position(|asked| asked.location == mail.location);
        fetched.mails.sort_by_cached_key(place);
        Ok(fetched)
    }

    /// Fetches the beginning of headers; see `Inbox::fetch_heads`.
    pub async fn fetch_heads(&mut self, wanted: &[Listed]) -> Result<BTreeMap<Location, Vec<u8>>, InboxError> {
        let selected = self.in_inbox().await?;
        let uids: Vec<u32> = Wanted::of(wanted, &selected)?.0.into_keys().collect();
        let mut heads = BTreeMap::new();
        for set in uid_sets(&uids) {
            let command = format!("UID FETCH {set} (UID BODY.PEEK[HEADER]<0.{HEAD_BYTES}>)");
            let rows = self.session.command_for(&command, (uids.len() * HEAD_BYTES) as u64).await?.ok("FETCH")?;
            for row in rows {
                let Row::Fetch(FetchRow { uid: Some(uid), head: Some(head), .. }) = row else { continue };
                let Selected { folder, uid_validity, .. } = selected.clone();
                heads.insert(Location::Imap { folder, uid_validity, uid }, head);
            }
        }
        Ok(heads)
    }

    /// Fetches mails of the selected folder.
    pub(super) async fn fetch_batch(&mut self, wanted: &Wanted<'_>, fetched: &mut Fetched) -> Result<(), InboxError> {
        let wanted = &wanted.0;
        let mut parts = Parts::new();
        let uids: Vec<u32> = wanted.keys().copied().collect();
        for set in uid_sets(&uids) {
            let bytes = wanted.values().map(|mail| mail.size).sum();
            let answer = self.session.command_for(&bodies(&set), bytes).await?;
            note_parts(answer.rows, &mut parts);
        }
        for (uid, mail) in wanted {
            match parts.remove(uid) {
                Some((received_at, Some(bytes))) => fetched.mails.push(raw(mail, received_at, bytes)),
                _ => self.fetch_one(*uid, mail, fetched).await?,
            }
        }
        Ok(())
    }

    /// Asks again for one mail that the answer left out: it has gone, or the server cannot give it, or something else went
    /// wrong with its batch.
    async fn fetch_one(&mut self, uid: u32, mail: &Listed, fetched: &mut Fetched) -> Result<(), InboxError> {
        let mut parts = Parts::new();
        let answer = self.session.command_for(&bodies(&uid.to_string()), mail.size).await?;
        note_parts(answer.rows, &mut parts);
        if let Some((received_at, Some(bytes))) = parts.remove(&uid) {
            fetched.mails.push(raw(mail, received_at, bytes));
            return Ok(());
        }
        if self.flags_of(uid).await?.is_none() {
            return Ok(());
        }
        let why = match answer.verdict {
            Verdict::No(why) => why,
            Verdict::Ok { .. } => "hij is er, maar komt zonder zijn tekst".to_owned(),
        };
        fetched.refused.push((mail.location.clone(), why));
        Ok(())
    }

    /// The flags of a mail in the selected folder, or `None` when it is not there.
    pub(super) async fn flags_of(&mut self, uid: u32) -> Result<Option<Vec<String>>, InboxError> {
        let rows = self.session.command(&format!("UID FETCH {uid} (UID FLAGS)")).await?.ok("FETCH")?;
        Ok(flags_in(rows, uid))
    }
}

/// Mails of one folder by their UIDs.
pub(super) struct Wanted<'a>(BTreeMap<u32, &'a Listed>);

impl<'a> Wanted<'a> {
    /// Takes mails that all lie in this folder as it is now numbered.
    pub fn of(mails: impl IntoIterator<Item = &'a Listed>, selected: &Selected) -> Result<Self, InboxError> {
        let mut by_uid = BTreeMap::new();
        for mail in mails {
            match &mail.location {
                Location::Imap { folder, uid_validity, uid }
                    if *folder == selected.folder && *uid_validity == selected.uid_validity =>
                {
                    by_uid.insert(*uid, mail);
                }
                _ => return Err(InboxError::Renumbered(selected.folder.clone())),
            }
        }
        Ok(Self(by_uid))
    }
}

fn bodies(set: &str) -> String {
    format!("UID FETCH {set} (UID INTERNALDATE BODY.PEEK[])")
}

fn raw(mail: &Listed, received_at: Option<Timestamp>, bytes: Vec<u8>) -> RawMail {
    RawMail { location: mail.location.clone(), received_at: received_at.unwrap_or(mail.received_at), bytes }
}

fn note_parts(rows: Vec<Row>, parts: &mut Parts) {
    for row in rows {
        let Row::Fetch(row) = row else { continue };
        let Some(uid) = row.uid else { continue };
        let (date, body) = parts.entry(uid).or_default();
        *date = row.received_at.or(*date);
        *body = row.body.or(body.take());
    }
}

fn flags_in(rows: Vec<Row>, wanted: u32) -> Option<Vec<String>> {
    rows.into_iter().rev().find_map(|row| match row {
        Row::Fetch(row) if row.uid == Some(wanted) => row.flags,
        _ => None,
    })
}
