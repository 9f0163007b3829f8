//! What came in: by UID from the cursor on, or by arrival time when there is no cursor that still holds.

use super::connect::{Account, Selected};
use super::names::uid_sets;
use super::rows::Row;
use super::{InboxError, Listed, NewMails};
use crate::mail::{Cursor, Location};
use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

const WHAT: &str = "(UID INTERNALDATE RFC822.SIZE)";

impl Account {
    /// Lists what came in; see `Inbox::list_new`.
    pub async fn list_new(&mut self, cursor: Option<&Cursor>, since: Timestamp) -> Result<NewMails, InboxError> {
        // An INTERNALDATE has whole seconds: what arrived later in this very second must not look older than `since`.
        let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
        let selected = self.select_inbox().await?;
        let first = match cursor {
            Some(Cursor::Imap { folder, uid_validity, next_uid })
                if *folder == selected.folder
                    && *uid_validity == selected.uid_validity
                    && selected.uid_next.is_none_or(|server| server >= *next_uid) =>
            {
                Some(*next_uid)
            }
            _ => None,
        };
        let (found, next_uid) = match first {
            _ if selected.exists == 0 => (BTreeMap::new(), first.or(selected.uid_next).unwrap_or(1)),
            Some(first) => self.rows_from(first).await?,
            None => self.rows_since(since).await?,
        };
        let mut mails: Vec<Listed> = found
            .into_iter()
            .filter(|(uid, row)| first.map_or(row.received_at >= since, |first| *uid >= first))
            .map(|(uid, row)| listed(&selected, uid, row))
            .collect();
        mails.sort_by(|a, b| (a.received_at, &a.location).cmp(&(b.received_at, &b.location)));
        let cursor = Cursor::Imap { folder: selected.folder, uid_validity: selected.uid_validity, next_uid };
        Ok(NewMails { mails, cursor })
    }

    async fn rows_from(&mut self, first: u32) -> Result<(BTreeMap<u32, Entry>, u32), InboxError> {
        let rows = self.session.command(&format!("UID FETCH {first}:* {WHAT}")).await?.ok("FETCH")?;
        let found = entries(rows);
        // `n:*` always holds the last mail, even one below n (RFC 3501, 6.4.8), so an empty answer cannot be true.
        let Some((last, _)) = found.last_key_value() else {
            return Err(nothing_at_all());
        };
        let next = last.saturating_add(1).max(first);
        Ok((found, next))
    }

    async fn rows_since(&mut self, since: Timestamp) -> Result<(BTreeMap<u32, Entry>, u32), InboxError> {
        let rows = self.session.command(&format!("UID FETCH * {WHAT}")).await?.ok("FETCH")?;
        let last = entries(rows);
        let Some((last_uid, last_row)) = last.last_key_value() else {
            return Err(nothing_at_all());
        };
        let uids = self.search_since(since).await?;
        let mut found = self.fetch_rows(&uids).await?;
        if found.is_empty() && last_row.received_at >= since {
            let rows = self.session.command(&format!("UID FETCH 1:* {WHAT}")).await?.ok("FETCH")?;
            found = entries(rows);
        }
        let next = last_uid.saturating_add(1).max(found.last_key_value().map_or(1, |(uid, _)| uid.saturating_add(1)));
        Ok((found, next))
    }

    /// Searches by day. The server counts days in a zone of its own, so it is asked from a day earlier.
    async fn search_since(&mut self, since: Timestamp) -> Result<Vec<u32>, InboxError> {
        let a_day = jiff::SignedDuration::from_hours(26);
        let from = since.checked_sub(a_day).unwrap_or(since).max(Timestamp::UNIX_EPOCH);
        let day = strtime::format("%d-%b-%Y", from.to_zoned_datetime(TimeZone::UTC).datetime())
            .map_err(|error| InboxError::Protocol { command: "SEARCH".to_owned(), why: error.to_string() })?;
        self.search(&format!("SINCE {day}")).await
    }

    /// Searches the selected folder.
    pub(super) async fn search(&mut self, criteria: &str) -> Result<Vec<u32>, InboxError> {
        let rows = self.session.command(&format!("UID SEARCH {criteria}")).await?.ok("SEARCH")?;
        Ok(rows
            .into_iter()
            .filter_map(|row| if let Row::Search(uids) = row { Some(uids) } else { None })
            .flatten()
            .collect())
    }

    /// The first of these mails that came in at this moment.
    pub(super) async fn arrived_at(&mut self, uids: &[u32], at: Timestamp) -> Result<Option<u32>, InboxError> {
        let rows = self.fetch_rows(uids).await?;
        Ok(rows.into_iter().find(|(_, row)| row.received_at == at).map(|(uid, _)| uid))
    }

    async fn fetch_rows(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, Entry>, InboxError> {
        let mut found = BTreeMap::new();
        for set in uid_sets(uids) {
            let rows = self.session.command(&format!("UID FETCH {set} {WHAT}")).await?.ok("FETCH")?;
            found.extend(entries(rows));
        }
        Ok(found)
    }
}

/// What is asked about a mail before it is fetched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    received_at: Timestamp,
    size: u64,
}

/// A mail of the selected folder as it is listed.
pub(super) fn listed(selected: &Selected, uid: u32, row: Entry) -> Listed {
    let location = Location::Imap { folder: selected.folder.clone(), uid_validity: selected.uid_validity, uid };
    Listed { location, received_at: row.received_at, size: row.size }
}

/// Puts the rows of one mail together: servers may spread them, and mix in other clients' flag changes, which lack a date.
pub(super) fn entries(rows: Vec<Row>) -> BTreeMap<u32, Entry> {
    let mut parts: BTreeMap<u32, (Option<Timestamp>, Option<u64>)> = BTreeMap::new();
    for row in rows {
        let Row::Fetch(row) = row else { continue };
        let Some(uid) = row.uid else { continue };
        let (date, size) = parts.entry(uid).or_default();
        *date = row.received_at.or(*date);
        *size = row.size.or(*size);
    }
    let whole = parts.into_iter().filter_map(|(uid, part)| match part {
        (Some(received_at), Some(size)) => Some((uid, Entry { received_at, size })),
        _ => None,
    });
    whole.collect()
}

fn nothing_at_all() -> InboxError {
    InboxError::Protocol {
        command: "FETCH".to_owned(),
        why: "hij zegt dat er mails zijn, maar toont er geen".to_owned(),
    }
}
