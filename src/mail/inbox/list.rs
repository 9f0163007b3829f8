//! What came in: by UID from the cursor on, or by arrival time when there is no cursor that still holds.

use super::connect::{Account, Selected};
use super::names::{encoded, uid_sets};
use super::rows::{Role, Row};
use super::{InboxError, Listed, ListedBeside, NewBeside, NewMails, OtherFolder};
use crate::config::BesideFolder;
use crate::ids::Address;
use crate::mail::{Cursor, Location, message};
use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

const WHAT: &str = "(UID INTERNALDATE RFC822.SIZE)";
const WHAT_AND_WHO: &str = "(UID INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM)])";

/// An INTERNALDATE has whole seconds: what arrived later in the very second of `since` must not look older.
fn whole_second(since: Timestamp) -> Timestamp {
    Timestamp::from_second(since.as_second()).unwrap_or(since)
}

impl Account {
    /// Lists what came in; see `Inbox::list_new`.
    pub async fn list_new(&mut self, cursor: Option<&Cursor>, since: Timestamp) -> Result<NewMails, InboxError> {
        let since = whole_second(since);
        let selected = self.select_inbox().await?;
        let first = cursor.and_then(|cursor| first_uid(cursor, &selected));
        let (found, next_uid) = match first {
            _ if selected.exists == 0 => (BTreeMap::new(), first.or(selected.uid_next).unwrap_or(1)),
            Some(first) => self.rows_from(first).await?,
            None => self.rows_since(since).await?,
        };
        // By UID: in that order whoever looks all the time sees them come.
        let mails = found
            .into_iter()
            .filter(|(uid, row)| first.map_or(row.received_at >= since, |first| *uid >= first))
            .map(|(uid, row)| listed(&selected, uid, row))
            .collect();
        self.listed_to = Some((selected.uid_validity, next_uid.max(selected.uid_next.unwrap_or_default())));
        let cursor = Cursor::Imap { folder: selected.folder, uid_validity: selected.uid_validity, next_uid };
        Ok(NewMails { mails, cursor })
    }

    /// Lists what came into a folder beside the inbox; see `Inbox::list_beside`.
    pub async fn list_beside(
        &mut self,
        place: OtherFolder,
        cursor: Option<&Cursor>,
        since: Timestamp,
    ) -> Result<Option<NewBeside>, InboxError> {
        let since = whole_second(since);
        let Some(folder) = self.folder_of(place) else { return Ok(None) };
        let selected = self.open_folder("EXAMINE", &folder).await?;
        let first = cursor.and_then(|cursor| first_uid(cursor, &selected));
        let uids = match first {
            _ if selected.exists == 0 => Vec::new(),
            Some(first) if selected.uid_next.is_some_and(|next| next <= first) => Vec::new(),
            Some(first) => self.search(&format!("UID {first}:*")).await?,
            None => self.search_since(since).await?,
        };
        let mut mails = Vec::new();
        for set in uid_sets(&uids) {
            let rows = self.session.command(&format!("UID FETCH {set} {WHAT_AND_WHO}")).await?.ok("FETCH")?;
            let authors = authors(&rows);
            for (uid, row) in entries(rows) {
                // Old mails get new numbers when somebody moves them here.
                if row.received_at >= since && first.is_none_or(|first| uid >= first) {
                    let mail = listed(&selected, uid, row);
                    mails.push(ListedBeside { mail, author: authors.get(&uid).cloned() });
                }
            }
        }
        let last = uids.iter().max().map_or(1, |uid| uid.saturating_add(1));
        let next_uid = last.max(selected.uid_next.unwrap_or(1)).max(first.unwrap_or(1));
        let cursor = Cursor::Imap { folder: selected.folder, uid_validity: selected.uid_validity, next_uid };
        Ok(Some(NewBeside { mails, cursor }))
    }

    /// The folder for this place in the server's spelling; `None` when there is none, or it is the inbox itself.
    pub(super) fn folder_of(&self, place: OtherFolder) -> Option<String> {
        let (wanted, roles): (_, &[Role]) = match place {
            OtherFolder::Spam => (&self.beside.spam, &[Role::Junk]),
            // Where all mail is in one folder (Gmail), what was archived is there and nowhere else.
            OtherFolder::Archive => (&self.beside.archive, &[Role::All, Role::Archive]),
        };
        let folder = match wanted {
            BesideFolder::Nothing => None,
            BesideFolder::Marked => roles.iter().find_map(|role| self.folder_for(*role)),
            BesideFolder::Named(name) => Some(encoded(name)).filter(|name| self.folders.names.contains_key(name)),
        };
        folder.filter(|folder| *folder != self.inbox)
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

/// From which UID on mails are new; `None` when the cursor no longer holds.
fn first_uid(cursor: &Cursor, selected: &Selected) -> Option<u32> {
    match cursor {
        Cursor::Imap { folder, uid_validity, next_uid }
            if *folder == selected.folder
                && *uid_validity == selected.uid_validity
                && selected.uid_next.is_none_or(|server| server >= *next_uid) =>
        {
            Some(*next_uid)
        }
        _ => None,
    }
}

/// Who wrote the mails, as far as their From tells.
fn authors(rows: &[Row]) -> BTreeMap<u32, Address> {
    let author = |row: &Row| match row {
        Row::Fetch(row) => Some((row.uid?, message::author(row.head.as_ref()?)?)),
        _ => None,
    };
    rows.iter().filter_map(author).collect()
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
