//! The folder of sent mail: the witness of what went out when a send was cut off. And our own letters put where they are found.

use super::connect::Account;
use super::names::{encoded, quoted};
use super::rows::Role;
use super::session::Verdict;
use super::{InboxError, OtherFolder};
use crate::ids::MessageId;

impl Account {
    /// Looks a letter up; see `Inbox::sent_holds`.
    pub async fn sent_holds(&mut self, id: &MessageId) -> Result<Option<bool>, InboxError> {
        let spam = self.folder_of(OtherFolder::Spam);
        for folder in [Some(self.inbox.clone()), spam].into_iter().flatten() {
            if self.holds(&folder, id).await? {
                return Ok(Some(true));
            }
        }
        let Some(folder) = self.sent_folder() else { return Ok(None) };
        if !self.folders.names.contains_key(&folder) {
            return Ok(Some(false));
        }
        self.holds(&folder, id).await.map(Some)
    }

    /// Keeps a copy of a letter; see `Inbox::append_sent`.
    pub async fn append_sent(&mut self, bytes: &[u8]) -> Result<(), InboxError> {
        if self.able.gmail {
            return Ok(());
        }
        let Some(folder) = self.sent_folder() else { return Ok(()) };
        if !self.folders.names.contains_key(&folder) {
            self.create(&folder).await?;
        }
        self.session.append(&folder, "\\Seen", bytes).await
    }

    /// Puts a letter of ours into the inbox; see `Inbox::put_alarm`.
    pub async fn put_alarm(&mut self, id: &MessageId, bytes: &[u8]) -> Result<(), InboxError> {
        self.select_inbox().await?;
        if self.find_by_id(id).await?.is_empty() {
            self.session.append(&self.inbox, "\\Flagged", bytes).await?;
        }
        if self.able.gmail {
            let label = quoted(&encoded(&self.filing.names.question))?;
            for uid in self.find_by_id(id).await? {
                self.session.command(&format!("UID STORE {uid} +X-GM-LABELS ({label})")).await?.ok("STORE")?;
            }
        }
        Ok(())
    }

    /// Does a folder hold a mail with this Message-ID? Leaves that folder selected, for reading only.
    pub(super) async fn holds(&mut self, folder: &str, id: &MessageId) -> Result<bool, InboxError> {
        let selected = self.open_folder("EXAMINE", folder).await?;
        if selected.exists == 0 {
            return Ok(false);
        }
        self.find_by_id(id).await.map(|uids| !uids.is_empty())
    }

    /// The mails of the selected folder with this Message-ID.
    pub(super) async fn find_by_id(&mut self, id: &MessageId) -> Result<Vec<u32>, InboxError> {
        match quoted(&format!("<{}>", id.as_str())) {
            Ok(text) => self.search(&format!("UNDELETED HEADER Message-ID {text}")).await,
            Err(_) => Ok(Vec::new()),
        }
    }

    /// Creates a folder and subscribes to it, so that mail programs show it.
    pub(super) async fn create(&mut self, folder: &str) -> Result<(), InboxError> {
        let name = quoted(folder)?;
        self.session.command(&format!("CREATE {name}")).await?.ok("CREATE")?;
        let subscribed = self.session.command(&format!("SUBSCRIBE {name}")).await?;
        if let Verdict::No(why) = subscribed.verdict {
            tracing::debug!(folder, why, "the new folder could not be subscribed to");
        }
        self.folders.names.insert(folder.to_owned(), None);
        Ok(())
    }

    /// The folder that the server names for this.
    pub(super) fn folder_for(&self, role: Role) -> Option<String> {
        self.folders.names.iter().find(|(_, is)| **is == Some(role)).map(|(name, _)| name.clone())
    }

    pub(super) fn sent_folder(&self) -> Option<String> {
        match &self.filing.sent {
            Some(name) => Some(encoded(name)),
            None => self.folder_for(Role::Sent),
        }
    }
}
