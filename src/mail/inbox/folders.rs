//! The account beyond its inbox: what lies in any folder, for a rebuild, and the folder of the logbook.

use super::connect::{Account, Selected};
use super::fetch::Wanted;
use super::list::{entries, listed};
use super::names::{encoded, keyword, uid_sets};
use super::rows::{Role, Row};
use super::{Fetched, InboxError, Listed, filing_name};
use crate::config::FilingMode;
use crate::logbook::mail::{LINES_MARK, SNAPSHOT_MARK};
use crate::mail::{Filing, Location};
use std::collections::BTreeMap;

/// Everything that a mail can be filed as.
const FILINGS: [Filing; 5] =
    [Filing::Registered, Filing::Waitlist, Filing::Cancelled, Filing::Question, Filing::Undeliverable];

/// A mail somewhere in the account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The mail.
    pub mail: Listed,
    /// How it lies there.
    pub place: Place,
}

/// How a mail lies in the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Where we filed it.
    Filed,
    /// In the inbox, not filed.
    Inbox,
    /// Where somebody put it: an archive, a folder of her own.
    Elsewhere,
}

impl Account {
    /// Lists every mail of the account but those that were sent, deleted, drafted or put aside as spam, and those of the folders
    /// in `ours`, which we write ourselves.
    pub async fn survey(&mut self, ours: &[&str]) -> Result<Vec<Found>, InboxError> {
        let mut apart: Vec<String> = ours.iter().filter_map(|name| self.known_folder(name)).collect();
        apart.extend(self.sent_folder());
        let filed: Vec<String> = FILINGS
            .iter()
            .filter_map(|filing| filing_name(*filing, &self.filing.names))
            .filter_map(|name| self.known_folder(name))
            .collect();
        let folders: Vec<String> = self
            .folders
            .names
            .iter()
            .filter(|(_, role)| matches!(role, None | Some(Role::All | Role::Archive)))
            .map(|(name, _)| name.clone())
            .filter(|name| !apart.contains(name))
            .collect();
        let mut found = Vec::new();
        for folder in folders {
            let place = if filed.contains(&folder) {
                Place::Filed
            } else if folder == self.inbox {
                Place::Inbox
            } else {
                Place::Elsewhere
            };
            found.extend(self.survey_folder(&folder, place).await?);
        }
        Ok(found)
    }

    async fn survey_folder(&mut self, folder: &str, place: Place) -> Result<Vec<Found>, InboxError> {
        let keywords: Vec<String> = match self.filing.mode {
            FilingMode::Keywords => {
                FILINGS.iter().filter_map(|filing| filing_name(*filing, &self.filing.names)).map(keyword).collect()
            }
            FilingMode::Folders | FilingMode::Nothing => Vec::new(),
        };
        let selected = self.open_folder("EXAMINE", folder).await?;
        if selected.exists == 0 {
            return Ok(Vec::new());
        }
        let rows = self.session.command("UID FETCH 1:* (UID INTERNALDATE RFC822.SIZE FLAGS)").await?.ok("FETCH")?;
        let mut marked: BTreeMap<u32, bool> = BTreeMap::new();
        for row in &rows {
            let Row::Fetch(row) = row else { continue };
            let (Some(uid), Some(flags)) = (row.uid, &row.flags) else { continue };
            let ours = |flag: &String| keywords.iter().any(|keyword| keyword.eq_ignore_ascii_case(flag));
            marked.insert(uid, flags.iter().any(ours));
        }
        Ok(entries(rows)
            .into_iter()
            .map(|(uid, entry)| {
                let place = if marked.get(&uid) == Some(&true) { Place::Filed } else { place };
                Found { mail: listed(&selected, uid, entry), place }
            })
            .collect())
    }

    /// Lists the mails of the logbook; none when there is no such folder.
    pub async fn list_logbook(&mut self, name: &str) -> Result<Vec<Listed>, InboxError> {
        let Some(folder) = self.known_folder(name) else { return Ok(Vec::new()) };
        let found = self.survey_folder(&folder, Place::Elsewhere).await?;
        Ok(found.into_iter().map(|found| found.mail).collect())
    }

    /// Fetches mails wherever they lie, without marking them as read, in the order asked for.
    pub async fn fetch_anywhere(&mut self, wanted: &[Listed]) -> Result<Fetched, InboxError> {
        let mut by_folder: BTreeMap<&str, Vec<&Listed>> = BTreeMap::new();
        for mail in wanted {
            if let Location::Imap { folder, .. } = &mail.location {
                by_folder.entry(folder).or_default().push(mail);
            }
        }
        let mut fetched = Fetched::default();
        for (folder, mails) in by_folder {
            let selected = match &self.selected {
                Some(selected) if selected.folder == folder => selected.clone(),
                _ => self.open_folder("EXAMINE", folder).await?,
            };
            let wanted = Wanted::of(mails, &selected)?;
            self.fetch_batch(&wanted, &mut fetched).await?;
        }
        let place = |location: &Location| wanted.iter().position(|mail| mail.location == *location);
        fetched.mails.sort_by_cached_key(|mail| place(&mail.location));
        Ok(fetched)
    }

    /// Puts a mail into the logbook, read, making the folder when it is missing.
    pub async fn append_logbook(&mut self, name: &str, bytes: &[u8]) -> Result<(), InboxError> {
        let folder = self.folder(name).await?;
        self.session.append(&folder, "\\Seen", bytes).await
    }

    /// Removes what the newest `keep` snapshots make needless: older snapshots, and lines from before the oldest kept one.
    /// Only mails with our marks are touched. Gives how many went.
    pub async fn prune_logbook(&mut self, name: &str, keep: usize) -> Result<usize, InboxError> {
        let Some(folder) = self.known_folder(name) else { return Ok(0) };
        let selected = self.open_folder("SELECT", &folder).await?;
        if selected.exists == 0 {
            return Ok(0);
        }
        let marks = self.marks().await?;
        let snapshots: Vec<u32> =
            marks.iter().filter(|(_, mark)| *mark == SNAPSHOT_MARK).map(|(uid, _)| *uid).collect();
        let Some(oldest_kept) = snapshots.iter().rev().nth(keep.saturating_sub(1)) else { return Ok(0) };
        let needless: Vec<u32> = marks
            .iter()
            .filter(|(uid, mark)| uid < oldest_kept && [SNAPSHOT_MARK, LINES_MARK].contains(&mark.as_str()))
            .map(|(uid, _)| *uid)
            .collect();
        for set in uid_sets(&needless) {
            self.remove(&set, &selected).await?;
        }
        Ok(needless.len())
    }

    async fn remove(&mut self, set: &str, selected: &Selected) -> Result<(), InboxError> {
        if selected.read_only {
            return Err(InboxError::ReadOnly(selected.folder.clone()));
        }
        if self.able.gmail {
            // Deleting there only takes the label off.
            self.session.command(&format!("UID STORE {set} +X-GM-LABELS (\\Trash)")).await?.ok("STORE")?;
        }
        self.session.command(&format!("UID STORE {set} +FLAGS.SILENT (\\Deleted)")).await?.ok("STORE")?;
        let expunge = if self.able.uid_plus { format!("UID EXPUNGE {set}") } else { "EXPUNGE".to_owned() };
        self.session.command(&expunge).await?.ok("EXPUNGE").map(|_| ())
    }

    /// The `X-Aanmelder` of each mail of the selected folder, by UID.
    async fn marks(&mut self) -> Result<Vec<(u32, String)>, InboxError> {
        let what = "UID FETCH 1:* (UID BODY.PEEK[HEADER.FIELDS (X-Aanmelder)])";
        let rows = self.session.command(what).await?.ok("FETCH")?;
        let marks: BTreeMap<u32, String> = rows
            .into_iter()
            .filter_map(|row| if let Row::Fetch(row) = row { row.uid.zip(row.head) } else { None })
            .map(|(uid, head)| {
                let head = String::from_utf8_lossy(&head).into_owned();
                (uid, head.split_once(':').map_or("", |(_, mark)| mark.trim()).to_owned())
            })
            .collect();
        Ok(marks.into_iter().collect())
    }

    /// The folder of a name in the server's spelling, when it is there.
    pub(super) fn known_folder(&self, name: &str) -> Option<String> {
        self.spellings(name).into_iter().find_map(|spelling| {
            let same = |folder: &&String| super::file::same_folder(folder, &spelling, self.able.gmail);
            self.folders.names.keys().find(same).cloned()
        })
    }

    /// How a folder's name may be spelled here: some servers (Courier, Cyrus) want all folders below INBOX.
    pub(super) fn spellings(&self, name: &str) -> Vec<String> {
        let plain = encoded(&name.replace('/', self.folders.delimiter.as_deref().unwrap_or("/")));
        let below = self.folders.delimiter.as_ref().map(|delimiter| format!("INBOX{delimiter}{plain}"));
        [plain].into_iter().chain(below).collect()
    }
}
