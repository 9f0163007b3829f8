//! One program a mailbox: whoever reads it says so in a small mail in a folder of its own, and keeps saying that it is alive.
//!
//! No clock is compared with another. The mail carries a generation, which each program that takes the mailbox over raises; it
//! lives as long as one of its flags keeps changing, which anybody sees who looks for a while, and until its owner notes there
//! that it has ended. The same store on the same machine goes on at once, after a crash too, for the store itself lets one
//! process in. Another one looks first whether the one before it is alive: then it ends and says so; else it takes over. Who
//! was taken over never goes on by itself: its list is out of date. Called by `reader`, on the connection that it has.

mod notice;

use super::engine::EngineError;
use super::{Shared, blocking};
use crate::clock;
use crate::config::{FilingMode, Source};
use crate::mail::inbox::{Inbox, InboxError, LeaseMail};
use crate::mail::maildir::{self, MaildirLock};
use notice::{Found, Notice, Standing};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::time::{Duration, Instant};

/// The named value of the store that keeps [`Held`].
const HELD: &str = "lease";
/// The shortest and the longest time between two signs of life, in seconds.
const EVERY: (u64, u64) = (5, 300);

/// Why this program does not read the mailbox.
#[derive(Debug, thiserror::Error)]
pub enum LeaseError {
    /// Another one does.
    #[error(
        "een andere aanmelder leest deze mailbox al ({0}); er mag er maar één draaien: stop die andere, of laat deze uit"
    )]
    InUse(String),
    /// Another one has, since this one last did.
    #[error(
        "een andere aanmelder heeft deze mailbox overgenomen ({0}), dus de lijst hier loopt achter; laat deze uit, of bouw de \
         lijst hier opnieuw op uit de mailbox met `aanmelder rebuild`"
    )]
    TakenOver(String),
    /// The mail server.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The store.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl LeaseError {
    /// Is somebody else there, so that this program is to end?
    pub fn is_other(&self) -> bool {
        matches!(self, Self::InUse(_) | Self::TakenOver(_))
    }
}

/// What the store remembers.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Held {
    /// Which store this is: drawn once.
    store: String,
    /// The generation in which it last held the mailbox; 0 when it never did.
    generation: u64,
}

/// Our hold on the mailbox.
pub struct Lease {
    way: Way,
    owner: String,
    held: Held,
    every: Duration,
    /// When we last showed a sign of life, and with which state of the flag.
    beat: Option<(Instant, bool)>,
}

/// How it is held.
enum Way {
    /// By mails in this folder.
    Mails(String),
    /// By a lock on a file of the Maildir, once it is taken: both programs are on one machine.
    Lock(Option<MaildirLock>),
    /// Not at all: the configuration wants nothing in the mailbox touched.
    Nothing,
}

impl Lease {
    /// Reads what the store knows of it; takes nothing yet.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn of(shared: &Shared) -> Result<Self, EngineError> {
        let config = shared.engine.config();
        let way = match (&config.source, &config.lease) {
            (Source::Maildir(_), _) => Way::Lock(None),
            (Source::Imap(_), Some(folder)) if config.filing.mode != FilingMode::Nothing => Way::Mails(folder.clone()),
            (Source::Imap(_), _) => Way::Nothing,
        };
        let engine = shared.engine.clone();
        let held = blocking(move || {
            let store = engine.store();
            if let Some(held) = store.meta_get::<Held>(HELD)? {
                return Ok::<_, EngineError>(held);
            }
            let held = Held { store: format!("{:032x}", rand::random::<u128>()), generation: 0 };
            store.meta_set(HELD, &held)?;
            Ok(held)
        })
        .await?;
        let owner = owner(&held.store, &machine_id());
        let every = Duration::from_secs(shared.poll_secs().clamp(EVERY.0, EVERY.1));
        Ok(Self { way, owner, held, every, beat: None })
    }

    /// How long a sign of life may be put off.
    pub fn every(&self) -> Duration {
        self.every
    }

    /// Takes the mailbox, or goes on holding it, before anything is read. While another one may be alive, this waits and looks.
    ///
    /// # Errors
    /// [`LeaseError::InUse`] and [`LeaseError::TakenOver`] when this program is to end, others when the server or the store fails.
    pub async fn take(&mut self, inbox: &mut Inbox, shared: &Shared) -> Result<(), LeaseError> {
        match &mut self.way {
            Way::Nothing | Way::Lock(Some(_)) => Ok(()),
            Way::Lock(none) => {
                let Source::Maildir(folder) = &shared.engine.config().source else { return Ok(()) };
                let in_use = || LeaseError::InUse(format!("op deze computer, in {}", folder.display()));
                *none = Some(maildir::lock(folder)?.ok_or_else(in_use)?);
                Ok(())
            }
            Way::Mails(folder) => {
                let folder = folder.clone();
                let result = self.take_by_mail(&folder, inbox, shared).await;
                self.or_without(result, shared)
            }
        }
    }

    /// Shows a sign of life when it is time, and looks whether somebody else has come. Says whether it did: then another folder
    /// was open meanwhile, and what the server told of new mail may have been missed.
    ///
    /// # Errors
    /// As for [`take`](Self::take).
    pub async fn keep(&mut self, inbox: &mut Inbox, shared: &Shared) -> Result<bool, LeaseError> {
        match (&self.way, self.beat) {
            (Way::Nothing | Way::Lock(Some(_)), _) => Ok(false),
            (_, Some((at, _))) if at.elapsed() < self.every => Ok(false),
            _ => self.take(inbox, shared).await.map(|()| true),
        }
    }

    /// Lets the mailbox go when the program ends in good order, so that another machine need not wait whether this one is alive.
    /// What fails is no harm: that machine waits.
    pub async fn release(&mut self, inbox: &mut Inbox) {
        let Way::Mails(folder) = &self.way else { return };
        if let Err(error) = self.release_mail(folder, inbox).await {
            tracing::warn!(error = %error, "another machine will have to wait whether this one is alive");
        }
    }

    async fn release_mail(&self, folder: &str, inbox: &mut Inbox) -> Result<(), LeaseError> {
        let found = read(inbox.leases(folder).await?);
        if let Standing::Ours(found) = notice::standing(&found, &self.owner, self.held.generation) {
            inbox.release_lease(found.uid, true).await?;
            tracing::info!(generation = found.notice.generation, "this program reads the mailbox no more");
        }
        Ok(())
    }

    /// A server that refuses the folder (a full mailbox, one that can only be read) does not keep people from being answered.
    fn or_without(&mut self, result: Result<(), LeaseError>, shared: &Shared) -> Result<(), LeaseError> {
        match result {
            Err(LeaseError::Inbox(
                error @ (InboxError::Refused { .. } | InboxError::ReadOnly(_) | InboxError::FolderName(_)),
            )) => {
                let why = format!("in de mailbox is niet op te schrijven dat deze aanmelder hem leest: {error}");
                tracing::warn!(error = %error, "the mailbox is read without a lease");
                shared.engine.health.trouble(&why, clock::now());
                self.beat = Some((Instant::now(), false));
                Ok(())
            }
            other => other,
        }
    }

    async fn take_by_mail(&mut self, folder: &str, inbox: &mut Inbox, shared: &Shared) -> Result<(), LeaseError> {
        let found = read(inbox.leases(folder).await?);
        match notice::standing(&found, &self.owner, self.held.generation) {
            Standing::Ours(found) => return self.show(&found, inbox).await,
            Standing::TakenOver(by) => return Err(LeaseError::TakenOver(by.told())),
            Standing::Free => {}
            Standing::Others(other, beat) => self.wait_until_silent(&other, beat, folder, inbox, shared).await?,
        }
        if shared.stop.is_cancelled() {
            return Ok(());
        }
        let generation = found.iter().map(|found| found.notice.generation).max().unwrap_or(0) + 1;
        let mine = Notice {
            owner: self.owner.clone(),
            generation,
            every_secs: self.every.as_secs(),
            host: machine_name(),
            since: clock::now(),
        };
        inbox.put_lease(folder, &mine.mail(&shared.engine.config().network.address)).await?;
        // Of two that came at once, the server has one first.
        let found = read(inbox.leases(folder).await?);
        match notice::standing(&found, &self.owner, generation) {
            Standing::Ours(found) => {
                self.remember(generation, shared).await?;
                tracing::info!(generation, "this program reads the mailbox from now on");
                self.show(&found, inbox).await
            }
            Standing::TakenOver(by) | Standing::Others(by, _) => Err(LeaseError::InUse(by.told())),
            // Somebody removes what is put there; the next look tries again.
            Standing::Free => Ok(()),
        }
    }

    /// Looks at the other one's sign of life until it changes, or long enough to know that it does not.
    async fn wait_until_silent(
        &self,
        other: &Notice,
        beat: bool,
        folder: &str,
        inbox: &mut Inbox,
        shared: &Shared,
    ) -> Result<(), LeaseError> {
        let why = format!("er was een andere aanmelder ({}); even kijken of die nog draait", other.told());
        tracing::warn!(other = %other.told(), "another one held the mailbox; looking whether it is alive");
        shared.engine.health.trouble(&why, clock::now());
        let began = Instant::now();
        while began.elapsed() < other.silent_after() && !shared.stop.is_cancelled() {
            shared.pause(other.every() / 4).await;
            let found = read(inbox.leases(folder).await?);
            match notice::standing(&found, &self.owner, self.held.generation) {
                Standing::Others(now, beat_now) if now.owner == other.owner && beat_now == beat => {}
                Standing::Free => return Ok(()),
                Standing::Others(now, _) | Standing::TakenOver(now) => return Err(LeaseError::InUse(now.told())),
                Standing::Ours(..) => return Ok(()),
            }
        }
        Ok(())
    }

    async fn show(&mut self, found: &Found, inbox: &mut Inbox) -> Result<(), LeaseError> {
        if found.released {
            inbox.release_lease(found.uid, false).await?;
        }
        inbox.beat(found.uid, !found.beat).await?;
        self.beat = Some((Instant::now(), !found.beat));
        Ok(())
    }

    async fn remember(&mut self, generation: u64, shared: &Shared) -> Result<(), EngineError> {
        self.held.generation = generation;
        let (engine, held) = (shared.engine.clone(), self.held.clone());
        blocking(move || engine.store().meta_set(HELD, &held)).await?;
        Ok(())
    }
}

fn read(mails: Vec<LeaseMail>) -> Vec<Found> {
    let found = |mail: LeaseMail| {
        let notice = Notice::read(&mail.bytes)?;
        Some(Found { uid: mail.uid, beat: mail.beat, released: mail.released, notice })
    };
    mails.into_iter().filter_map(found).collect()
}

/// Who holds it: this store on this machine. A store that was copied to another machine is another one.
fn owner(store: &str, machine: &str) -> String {
    let hash = Sha256::digest(format!("{store}\n{machine}"));
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// What tells this machine from others (machine-id(5)); its name where there is no such file.
fn machine_id() -> String {
    first_line("/etc/machine-id").unwrap_or_else(machine_name)
}

fn machine_name() -> String {
    first_line("/etc/hostname").unwrap_or_else(|| "onbekend".to_owned())
}

fn first_line(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
}
