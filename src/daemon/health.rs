//! How the daemon fares: the figures that `status` shows, written by its tasks as they go.

use crate::config::{Config, ImapAccount, Sink, Source};
use crate::daemon::control::Contact;
use crate::mail::Filing;
use crate::outcome::Outcome;
use crate::registration::NoteKind;
use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The figures of one run, behind a lock.
pub struct Health {
    figures: Mutex<Figures>,
}

/// The figures of one run.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Since when the daemon runs; `None` when none does.
    pub running_since: Option<Timestamp>,
    /// The server that mails come from.
    pub inbox: Contact,
    /// The server that letters go to.
    pub outbox: Contact,
    /// Mails done.
    pub mails_done: u64,
    /// Mails that could not be read.
    pub set_aside: u64,
    /// Letters sent.
    pub letters_sent: u64,
    /// When the oldest mail came in that is known but not done.
    pub oldest_unanswered: Option<Timestamp>,
    /// The last thing that went wrong.
    pub last_error: Option<(Timestamp, String)>,
}

/// One of the two servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Where mails come from.
    Inbox,
    /// Where letters go.
    Outbox,
}

impl Health {
    /// Nothing has happened yet.
    pub fn new(config: &Config) -> Self {
        let inbox = match &config.source {
            Source::Imap(ImapAccount { server, .. }) => format!("{}:{}", server.host, server.port),
            Source::Maildir(folder) => folder.display().to_string(),
        };
        let outbox = match &config.sink {
            Sink::Smtp(server) => format!("{}:{}", server.host, server.port),
            Sink::Folder(folder) => folder.display().to_string(),
        };
        let place = |place| Contact { place, ..Contact::default() };
        let figures = Figures { inbox: place(inbox), outbox: place(outbox), ..Figures::default() };
        Self { figures: Mutex::new(figures) }
    }

    /// A copy of the figures.
    pub fn figures(&self) -> Figures {
        self.lock().clone()
    }

    /// The daemon has started.
    pub fn started(&self, now: Timestamp) {
        self.lock().running_since = Some(now);
    }

    /// A server answered as it should.
    pub fn answered(&self, side: Side, now: Timestamp) {
        let mut figures = self.lock();
        let contact = figures.contact(side);
        contact.last_ok = Some(now);
        contact.failing_since = None;
        contact.trouble = None;
    }

    /// A server did not, and why.
    pub fn failed(&self, side: Side, why: &str, now: Timestamp) {
        let mut figures = self.lock();
        let contact = figures.contact(side);
        contact.failing_since.get_or_insert(now);
        contact.trouble = Some(why.to_owned());
        figures.last_error = Some((now, why.to_owned()));
    }

    /// Has nothing good been heard of a server for so long?
    pub fn is_silent(&self, side: Side, for_so_long: SignedDuration, now: Timestamp) -> bool {
        let mut figures = self.lock();
        let contact = figures.contact(side);
        contact.last_ok.is_none_or(|last| now.duration_since(last) >= for_so_long)
    }

    /// Does a server fail?
    pub fn is_failing(&self, side: Side) -> bool {
        self.lock().contact(side).failing_since.is_some()
    }

    /// Something else went wrong.
    pub fn trouble(&self, why: &str, now: Timestamp) {
        self.lock().last_error = Some((now, why.to_owned()));
    }

    /// Mails were done.
    pub fn mails_done(&self, outcomes: &[Outcome]) {
        let unread = |outcome: &&Outcome| {
            let notes = outcome.entry.iter().flat_map(|entry| &entry.notes);
            notes.clone().any(|note| note.kind == NoteKind::Unreadable)
        };
        let mut figures = self.lock();
        let mails =
            outcomes.iter().filter(|outcome| !outcome.mail.as_ref().is_some_and(|mail| mail.filing == Filing::Sent));
        figures.mails_done = figures.mails_done.saturating_add(mails.count() as u64);
        figures.set_aside = figures.set_aside.saturating_add(outcomes.iter().filter(unread).count() as u64);
    }

    /// A letter was sent.
    pub fn letter_sent(&self) {
        let mut figures = self.lock();
        figures.letters_sent = figures.letters_sent.saturating_add(1);
    }

    /// Mails are known and wait to be done, the oldest since then; `None` when all are.
    pub fn waiting_since(&self, oldest: Option<Timestamp>) {
        self.lock().oldest_unanswered = oldest;
    }

    fn lock(&self) -> MutexGuard<'_, Figures> {
        self.figures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Figures {
    fn contact(&mut self, side: Side) -> &mut Contact {
        match side {
            Side::Inbox => &mut self.inbox,
            Side::Outbox => &mut self.outbox,
        }
    }
}
