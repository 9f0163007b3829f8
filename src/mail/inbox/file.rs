//! Filing a mail that is done: into a folder, under a label, or marked with a keyword; read, or left unread for a person.
//!
//! Filing comes after the commit, so it may happen twice or meet a mail that somebody has moved meanwhile. Each way first
//! looks where the mail is, and none does harm when it is repeated.

use super::connect::{Account, Selected, list_folders};
use super::names::{keyword, quoted};
use super::session::Verdict;
use super::{Filed, InboxError, OtherFolder, filing_name};
use crate::config::FilingMode;
use crate::crash_points::{CrashPoint, pass};
use crate::mail::{Filing, Location};
use crate::outcome::DoneMail;

impl Account {
    /// Files a mail; see `Inbox::file`.
    pub async fn file(&mut self, done: &DoneMail) -> Result<Filed, InboxError> {
        if done.filing == Filing::Sent {
            return self.file_copy(done).await;
        }
        let Some(name) = filing_name(done.filing, &self.filing.names).map(str::to_owned) else {
            return Ok(Filed::Done);
        };
        if self.filing.mode == FilingMode::Nothing {
            return Ok(Filed::Done);
        }
        let Some((home, uid)) = self.find_home(done).await? else { return Ok(Filed::Gone) };
        self.may_file()?;
        match self.filing.mode {
            FilingMode::Nothing => {}
            FilingMode::Folders => {
                let folder = self.folder(&name).await?;
                self.in_folder(&home.folder).await?;
                if self.able.gmail {
                    self.store(uid, &format!("+X-GM-LABELS ({})", quoted(&folder)?)).await?;
                }
                self.mark_seen(uid, done.filing).await?;
                pass(CrashPoint::HalfFiled);
                self.move_to(uid, &folder, done).await?;
            }
            FilingMode::Keywords if self.able.gmail => {
                let label = self.folder(&name).await?;
                self.store(uid, &format!("+X-GM-LABELS ({})", quoted(&label)?)).await?;
                self.mark_seen(uid, done.filing).await?;
            }
            FilingMode::Keywords => {
                self.mark(uid, &keyword(&name), &home).await?;
                self.mark_seen(uid, done.filing).await?;
            }
        }
        Ok(Filed::Done)
    }

    /// The folder that the mail is filed from, and its UID in it: the inbox, or the folder of spam for a mail that was found there
    /// and acted on. A mail that was found in the archive and is in the inbox too is one mail.
    async fn find_home(&mut self, done: &DoneMail) -> Result<Option<(Selected, u32)>, InboxError> {
        let spam = self.folder_of(OtherFolder::Spam);
        if let Location::Imap { folder, .. } = &done.location
            && Some(folder) == spam.as_ref()
        {
            let selected = self.in_folder(folder).await?;
            if let Some(uid) = self.find(done, &selected).await? {
                return Ok(Some((selected, uid)));
            }
        }
        let selected = self.in_inbox().await?;
        Ok(self.find(done, &selected).await?.map(|uid| (selected, uid)))
    }

    /// Files our own copy of a letter: with the sent mail; where there is no such folder, or Gmail keeps one itself, it stays, read.
    async fn file_copy(&mut self, done: &DoneMail) -> Result<Filed, InboxError> {
        if self.filing.mode == FilingMode::Nothing {
            return Ok(Filed::Done);
        }
        let selected = self.in_inbox().await?;
        let Some(uid) = self.find(done, &selected).await? else { return Ok(Filed::Gone) };
        self.may_file()?;
        self.mark_seen(uid, done.filing).await?;
        pass(CrashPoint::HalfFiled);
        if let Some(folder) = self.sent_folder().filter(|_| !self.able.gmail) {
            if !self.folders.names.contains_key(&folder) {
                self.create(&folder).await?;
            }
            self.move_to(uid, &folder, done).await?;
        }
        Ok(Filed::Done)
    }

    /// Where the mail is now: at its UID, or, when that is gone or the folder was renumbered, where its Message-ID and arrival
    /// time are found. The time too, for there are programs that use one Message-ID for two mails.
    async fn find(&mut self, done: &DoneMail, selected: &Selected) -> Result<Option<u32>, InboxError> {
        if let Location::Imap { folder, uid_validity, uid } = &done.location
            && *folder == selected.folder
            && *uid_validity == selected.uid_validity
            && let Some(flags) = self.flags_of(*uid).await?
        {
            let deleted = flags.iter().any(|flag| flag == "\\Deleted");
            return Ok(if deleted { None } else { Some(*uid) });
        }
        let Some(id) = &done.message_id else { return Ok(None) };
        let candidates = self.find_by_id(id).await?;
        self.arrived_at(&candidates, done.received_at).await
    }

    async fn mark_seen(&mut self, uid: u32, filing: Filing) -> Result<(), InboxError> {
        if filing == Filing::Question {
            return Ok(());
        }
        self.store(uid, "+FLAGS (\\Seen)").await
    }

    /// Sets a keyword, and reads it back: servers that keep none say OK all the same.
    async fn mark(&mut self, uid: u32, keyword: &str, selected: &Selected) -> Result<(), InboxError> {
        let known = |flags: &[String]| flags.iter().any(|flag| flag.eq_ignore_ascii_case(keyword));
        if !known(&selected.permanent_flags) && !selected.permanent_flags.iter().any(|flag| flag == "\\*") {
            return Err(InboxError::NoKeywords(selected.folder.clone()));
        }
        self.store(uid, &format!("+FLAGS ({keyword})")).await?;
        match self.flags_of(uid).await? {
            Some(flags) if !known(&flags) => Err(InboxError::NoKeywords(selected.folder.clone())),
            _ => Ok(()),
        }
    }

    async fn store(&mut self, uid: u32, what: &str) -> Result<(), InboxError> {
        self.session.command(&format!("UID STORE {uid} {what}")).await?.ok("STORE").map(|_| ())
    }

    /// Moves a mail out of the inbox. At Gmail too: there the label of the selected folder cannot be taken off by STORE.
    async fn move_to(&mut self, uid: u32, folder: &str, done: &DoneMail) -> Result<(), InboxError> {
        if self.able.mv {
            return self.or_anew("MOVE", uid, folder).await;
        }
        if self.able.gmail {
            return self.store(uid, "-X-GM-LABELS (\\Inbox)").await;
        }
        let copied = match &done.message_id {
            Some(id) => {
                let home = self.selected.as_ref().map(|selected| selected.folder.clone());
                let held = self.holds(folder, id).await?;
                self.in_folder(home.as_deref().unwrap_or("INBOX")).await?;
                held
            }
            None => false,
        };
        if !copied {
            self.or_anew("COPY", uid, folder).await?;
        }
        self.store(uid, "+FLAGS (\\Deleted)").await?;
        if self.able.uid_plus {
            self.session.command(&format!("UID EXPUNGE {uid}")).await?.ok("EXPUNGE")?;
        }
        Ok(())
    }

    /// Runs a MOVE or COPY, and once more with the folder made anew when somebody has removed it.
    async fn or_anew(&mut self, how: &str, uid: u32, folder: &str) -> Result<(), InboxError> {
        let command = format!("UID {how} {uid} {}", quoted(folder)?);
        let answer = self.session.command(&command).await?;
        if matches!(answer.verdict, Verdict::Ok { .. }) {
            return Ok(());
        }
        self.folders = list_folders(&mut self.session, self.able).await?;
        if self.folders.names.contains_key(folder) {
            return answer.ok(how).map(|_| ());
        }
        self.create(folder).await?;
        self.session.command(&command).await?.ok(how).map(|_| ())
    }

    /// A folder in the server's spelling, made when it is missing.
    pub(super) async fn folder(&mut self, name: &str) -> Result<String, InboxError> {
        if let Some(known) = self.known_folder(name) {
            return Ok(known);
        }
        let mut spellings = self.spellings(name).into_iter();
        let (plain, below) = (spellings.next().unwrap_or_default(), spellings.next());
        match self.create(&plain).await {
            Ok(()) => Ok(plain),
            Err(refusal @ InboxError::Refused { .. }) => {
                self.folders = list_folders(&mut self.session, self.able).await?;
                match below {
                    _ if self.folders.names.contains_key(&plain) => Ok(plain),
                    Some(below) if self.folders.names.contains_key(&below) => Ok(below),
                    Some(below) => self.create(&below).await.map(|()| below).map_err(|_| refusal),
                    None => Err(refusal),
                }
            }
            Err(other) => Err(other),
        }
    }
}

/// Gmail knows one label in any case; elsewhere `Vraag` and `vraag` are two folders.
pub(super) fn same_folder(one: &str, other: &str, gmail: bool) -> bool {
    one == other || gmail && one.eq_ignore_ascii_case(other)
}
