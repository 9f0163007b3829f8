//! The small mails in a folder of our own by which two programs on one mailbox know of each other. What they say is `daemon`'s.

use super::InboxError;
use super::connect::Account;
use super::rows::Row;
use std::collections::BTreeMap;

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaseMail {
    /// Its UID.
    pub uid: u32,
    /// Its sign of life: a flag that its owner keeps turning on and off.
    pub beat: bool,
    /// Its owner has ended in good order.
    pub released: bool,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// What is known of each while its rows come in: its flags and all of it.
type Parts = BTreeMap<u32, (Option<Vec<String>>, Option<Vec<u8>>)>;

/// The flag: every server keeps it, and no mail program shows more of it than an arrow.
const FLAG: &str = "\\Answered";
/// The keyword of one whose owner has ended; a server that keeps no keywords leaves the next one waiting for a sign of life.
const RELEASED: &str = "AanmelderReleased";

impl Account {
    /// All of them; see `Inbox::leases`.
    pub async fn leases(&mut self, folder: &str) -> Result<Vec<LeaseMail>, InboxError> {
        let folder = self.folder(folder).await?;
        let selected = self.open_folder("SELECT", &folder).await?;
        if selected.read_only {
            return Err(InboxError::ReadOnly(folder));
        }
        if selected.exists == 0 {
            return Ok(Vec::new());
        }
        let rows = self.session.command("UID FETCH 1:* (UID FLAGS BODY.PEEK[])").await?.ok("FETCH")?;
        let mut parts = Parts::new();
        for row in rows {
            let Row::Fetch(row) = row else { continue };
            let Some(uid) = row.uid else { continue };
            let (flags, body) = parts.entry(uid).or_default();
            *flags = row.flags.or(flags.take());
            *body = row.body.or(body.take());
        }
        let whole = parts.into_iter().filter_map(|(uid, (flags, body))| {
            let flags = flags.unwrap_or_default();
            let has = |wanted: &str| flags.iter().any(|flag| flag.eq_ignore_ascii_case(wanted));
            let (beat, released) = (has(FLAG), has(RELEASED));
            (!has("\\Deleted")).then_some(LeaseMail { uid, beat, released, bytes: body? })
        });
        Ok(whole.collect())
    }

    /// Adds one; see `Inbox::put_lease`.
    pub async fn put_lease(&mut self, folder: &str, bytes: &[u8]) -> Result<(), InboxError> {
        let folder = self.folder(folder).await?;
        self.session.append(&folder, "\\Seen", bytes).await
    }

    /// Turns the flag of one; see `Inbox::beat`.
    pub async fn beat(&mut self, uid: u32, on: bool) -> Result<(), InboxError> {
        self.set_flag(uid, FLAG, on).await
    }

    /// Says of one that its owner has ended, or goes on; see `Inbox::release_lease`.
    pub async fn release_lease(&mut self, uid: u32, on: bool) -> Result<(), InboxError> {
        self.set_flag(uid, RELEASED, on).await
    }

    async fn set_flag(&mut self, uid: u32, flag: &str, on: bool) -> Result<(), InboxError> {
        let sign = if on { '+' } else { '-' };
        self.session.command(&format!("UID STORE {uid} {sign}FLAGS ({flag})")).await?.ok("STORE").map(|_| ())
    }
}
