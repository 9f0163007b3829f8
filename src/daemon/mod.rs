//! The loop that reads, answers and files: its tasks, what they share, and how they start and end.
//!
//! `reader` brings mails to the `engine`, `sender` brings letters out, `timers` looks at the clock, `logbook` keeps the mailbox's
//! own record of it all, `socket` listens to the command line. The engine alone decides; the tasks alone wait. Only here, and
//! in the shell modules of `mail`, is anything asynchronous.

pub mod alarms;
pub mod backlog;
pub mod backoff;
pub mod beside;
pub mod control;
pub mod digests;
pub mod engine;
pub mod execute;
pub mod health;
pub mod lease;
pub mod logbook;
pub mod logins;
pub mod metrics;
pub mod reader;
pub mod rebuild;
pub mod replay;
pub mod retention;
pub mod sender;
pub mod sent_folder;
pub mod session_error;
pub mod signals;
pub mod socket;
pub mod systemd;
pub mod timers;
pub mod unheard;

use crate::clock;
use crate::config::{Config, MAX_MAIL_BYTES, Server, Source};
use crate::crash_points;
use crate::outcome::Outcome;
use crate::secret::{self, SecretError};
use engine::{Engine, EngineError};
use jiff::Timestamp;
use logins::Door;
use secrecy::SecretString;
use session_error::SessionError;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::sync::{Notify, watch};
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// How long the tasks may take to end once they are told to.
const GRACE: Duration = Duration::from_secs(4);
/// How often a Maildir is looked at, in seconds.
const MAILDIR_POLL_SECS: u64 = 2;
/// The named value of the store that keeps from when on mail is taken.
const TAKEN_SINCE: &str = "taken-since";

/// How the daemon is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Work through what is there and end.
    pub once: bool,
    /// Take mail that arrived from then on. Without it, the first start takes only what arrives after it.
    pub since: Option<Timestamp>,
}

/// Why the daemon ended.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The store, the secret or the templates.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// One pass over the inbox failed.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// One pass over the queue failed.
    #[error(transparent)]
    Sender(#[from] sender::SenderError),
    /// The logbook could not be brought to the mailbox.
    #[error(transparent)]
    Logbook(#[from] logbook::LogbookError),
    /// The control socket.
    #[error(transparent)]
    Socket(#[from] socket::SocketError),
    /// Nothing can go right any more before it is started anew: what went wrong, in one plain sentence.
    #[error("{0}")]
    GivenUp(String),
    /// A task ended that should not.
    #[error("een onderdeel van de daemon is gestopt: {0}")]
    Task(String),
}

impl DaemonError {
    /// Is it of no use to start the daemon again before somebody has decided something?
    pub fn needs_a_person(&self) -> bool {
        matches!(self, Self::Session(SessionError::Lease(error)) if error.is_other())
    }
}

/// What the tasks share.
#[derive(Clone)]
pub struct Shared {
    /// The one writer.
    pub engine: Arc<Engine>,
    /// Told when all is to end.
    pub stop: CancellationToken,
    /// Told when letters were queued.
    pub letters_waiting: Arc<Notify>,
    /// Told when something changed that the clock goes by.
    pub state_changed: Arc<Notify>,
    /// Up to when the inbox has been read to its end: when the last look at it that took everything began.
    pub read_until: Arc<watch::Sender<Option<Timestamp>>>,
    /// When the clock next decides something; the inbox is then looked at before.
    pub next_due: Arc<watch::Sender<Option<Timestamp>>>,
    /// Why all of it ends, when it cannot go on.
    given_up: Arc<Mutex<Option<DaemonError>>>,
    /// Of the account that mails come in to.
    pub inbox_door: Arc<Door>,
    /// Of the account that letters go out from.
    pub outbox_door: Arc<Door>,
}

/// Runs the daemon until `stop` is cancelled, or with [`Options::once`] until all that is there is done.
///
/// # Errors
/// When the store cannot be opened, and with `once` also when a server fails. Without it, servers are tried again for as
/// long as it takes.
pub async fn run(config: Config, options: Options, stop: CancellationToken) -> Result<(), DaemonError> {
    let (engine, problems) = blocking(move || Engine::open(config, clock::now())).await?;
    for problem in problems {
        tracing::warn!(problem = %problem, "a template of your own is not used");
    }
    if let Some(point) = crash_points::told() {
        tracing::warn!(point = point.name(), "told to end by SIGKILL at this point");
    }
    let shared = Shared::new(engine, stop);
    let since = taken_since(&shared, options.since).await?;
    if options.once {
        reader::once(&shared, since).await?;
        timers::once(&shared).await?;
        sender::once(&shared).await?;
        logbook::once(&shared).await?;
        return Ok(());
    }
    run_tasks(shared, since).await
}

async fn run_tasks(shared: Shared, since: Timestamp) -> Result<(), DaemonError> {
    shared.engine.health.started(clock::now());
    let socket = socket::path_beside(&shared.engine.config().store);
    let listener = socket::bind(&socket)?;
    let mut tasks = JoinSet::new();
    tasks.spawn(reader::run(shared.clone(), since));
    tasks.spawn(sender::run(shared.clone()));
    tasks.spawn(timers::run(shared.clone()));
    tasks.spawn(logbook::run(shared.clone()));
    tasks.spawn(listen(listener, socket, shared.clone()));
    let engine = shared.engine.clone();
    let pulse = move || {
        let engine = engine.clone();
        async move { drop(blocking(move || engine.status()).await) }
    };
    tasks.spawn(systemd::watchdog(pulse, shared.stop.clone()));
    tasks.spawn(metrics::keep(shared.clone()));
    systemd::ready();
    tracing::info!("aanmelder is running");
    let early = tokio::select! {
        () = shared.stop.cancelled() => None,
        ended = unexpected_end(&mut tasks, &shared.stop) => ended,
    };
    systemd::stopping();
    shared.stop.cancel();
    let all_ended = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all_ended).await.is_err() {
        tracing::warn!("a task did not end in time and is broken off; what it was at is done again at the next start");
    }
    tasks.abort_all();
    tracing::info!("aanmelder has ended");
    if let Some(error) = early {
        return Err(DaemonError::Task(error.to_string()));
    }
    let given_up = shared.given_up.lock().unwrap_or_else(PoisonError::into_inner).take();
    given_up.map_or(Ok(()), Err)
}

/// Waits for a task that ends by a panic. One that ends by itself (there is no systemd to tell) is no trouble.
async fn unexpected_end(tasks: &mut JoinSet<()>, stop: &CancellationToken) -> Option<JoinError> {
    loop {
        match tasks.join_next().await {
            Some(Err(error)) => return Some(error),
            Some(Ok(())) => {}
            None => {
                stop.cancelled().await;
                return None;
            }
        }
    }
}

/// Answers the command line.
async fn listen(listener: UnixListener, path: PathBuf, shared: Shared) {
    let stop = shared.stop.clone();
    let execute = move |request| {
        let shared = shared.clone();
        async move {
            let engine = shared.engine.clone();
            let response = blocking(move || engine.execute(&request, clock::now())).await;
            shared.letters_waiting.notify_one();
            shared.state_changed.notify_one();
            response
        }
    };
    socket::serve(listener, &path, execute, stop).await;
}

/// From when on mail is taken: what was asked now, else what the first start settled.
async fn taken_since(shared: &Shared, asked: Option<Timestamp>) -> Result<Timestamp, EngineError> {
    let (engine, folder) = (shared.engine.clone(), shared.folder());
    blocking(move || {
        let store = engine.store();
        let kept = store.meta_get::<Timestamp>(TAKEN_SINCE)?;
        let since = asked.or(kept).unwrap_or_else(clock::now);
        if kept != Some(since) {
            store.meta_set(TAKEN_SINCE, &since)?;
        }
        if asked.is_some() {
            // Without a cursor the next look goes by date; the store knows what is done already.
            store.set_cursor(&folder, None)?;
            beside::CURSORS.iter().try_for_each(|name| store.set_cursor(name, None))?;
        }
        Ok(since)
    })
    .await
}

impl Shared {
    fn new(engine: Engine, stop: CancellationToken) -> Self {
        Self {
            engine: Arc::new(engine),
            stop,
            letters_waiting: Arc::new(Notify::new()),
            state_changed: Arc::new(Notify::new()),
            read_until: Arc::new(watch::Sender::new(None)),
            next_due: Arc::new(watch::Sender::new(None)),
            inbox_door: Arc::default(),
            outbox_door: Arc::default(),
            given_up: Arc::default(),
        }
    }

    /// Ends all tasks when an error is final, so that the daemon is started anew (by systemd, or by hand) on a store that is
    /// opened anew; says whether it did.
    pub fn gives_up_over(&self, error: &EngineError) -> bool {
        if error.is_final() {
            self.give_up(DaemonError::GivenUp(error.to_string()));
        }
        error.is_final()
    }

    /// Ends all tasks; the daemon ends with this error.
    pub fn give_up(&self, why: DaemonError) {
        tracing::error!(error = %why, "aanmelder cannot go on");
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(why);
        self.stop.cancel();
    }

    /// Tells the log what became of mails, and wakes who has something to do because of them.
    pub fn note_done(&self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            let Some(mail) = &outcome.mail else { continue };
            let letters: Vec<_> = outcome.letters.iter().map(|letter| letter.head.id.as_str()).collect();
            tracing::info!(mail = %mail.key, filing = ?mail.filing, ?letters, "mail done");
        }
        if outcomes.iter().any(|outcome| !outcome.letters.is_empty()) {
            self.letters_waiting.notify_one();
        }
        self.state_changed.notify_one();
    }

    /// The name under which the place of the inbox in its folder is kept.
    pub fn folder(&self) -> String {
        match &self.engine.config().source {
            Source::Imap(account) => account.inbox.clone(),
            Source::Maildir(folder) => folder.display().to_string(),
        }
    }

    /// Seconds between looks at the inbox, beside what the server tells by itself.
    pub fn poll_secs(&self) -> u64 {
        match &self.engine.config().source {
            Source::Imap(account) => account.poll_secs,
            Source::Maildir(_) => MAILDIR_POLL_SECS,
        }
    }

    /// The largest mail that is fetched, in bytes.
    pub fn max_mail_bytes(&self) -> u64 {
        match &self.engine.config().source {
            Source::Imap(account) => account.max_mail_bytes,
            Source::Maildir(_) => MAX_MAIL_BYTES,
        }
    }

    /// The password of the incoming server; none for a Maildir.
    ///
    /// # Errors
    /// When it cannot be found where the configuration says.
    pub async fn inbox_password(&self) -> Result<Option<SecretString>, SecretError> {
        password(self.engine.config().source.server()).await
    }

    /// The password of the outgoing server; none for a folder.
    ///
    /// # Errors
    /// When it cannot be found where the configuration says.
    pub async fn outbox_password(&self) -> Result<Option<SecretString>, SecretError> {
        password(self.engine.config().sink.server()).await
    }

    /// Waits, but no longer than until the daemon ends.
    pub async fn pause(&self, time: Duration) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = tokio::time::sleep(time) => {}
        }
    }

    /// Waits for a word, at most so long, and no longer than until the daemon ends.
    pub async fn rest(&self, word: &Notify, at_most: Duration) {
        tokio::select! {
            () = word.notified() => {}
            () = self.pause(at_most) => {}
        }
    }
}

async fn password(server: Option<&Server>) -> Result<Option<SecretString>, SecretError> {
    let Some(server) = server.cloned() else { return Ok(None) };
    blocking(move || secret::for_login(&server)).await
}

/// Runs what blocks on the disk beside the tasks that wait for the network.
///
/// # Panics
/// Hands on a panic of the work; the daemon then ends with its task.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(value) => value,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only a runtime that is being torn down cancels such work; then nobody waits for its value.
            Err(_) => std::future::pending().await,
        },
    }
}
