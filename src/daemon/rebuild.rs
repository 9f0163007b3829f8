//! A lost or damaged store put together again from the mailbox: the newest snapshot of the logbook, the lines after it, and the
//! mails of which no line tells.
//!
//! Lines are taken as they were committed (`logbook` says why). Mails are taken in the order in which the server got them
//! (INTERNALDATE, then folder and UID), and decided at the moment when they came in: that is when nearly all of them were
//! decided once. Only those are read that can be unknown: what came in after the logbook was last whole, and what lies
//! where we file mails although no line tells of its moment. One that still lies in the inbox unfiled was perhaps never
//! seen: it is left for the next `run`, unless there is no logbook and it is old. Nothing is sent. A letter of the last days that left no trace in the
//! folder of sent mail waits in the queue, and is looked up there once more before it goes.
//!
//! The new store is made beside the old one, which is set aside only when the new one is whole. Called by `cli::rebuild`.

use super::control::Request;
use super::engine::{Engine, EngineError};
use super::{TAKEN_SINCE, blocking, password, socket};
use crate::config::{Config, Source};
use crate::letters::LetterError;
use crate::logbook::plan::Plan;
use crate::logbook::{What, mail};
use crate::mail::RawMail;
use crate::mail::inbox::{Found, Inbox, InboxError, Listed, Place, batches};
use crate::mail::letter_ids::LetterSecret;
use crate::outcome::Letter;
use crate::secret::{self, SecretError};
use crate::store::{self, Book, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// How far before the end of the logbook mails are looked at again: so long a mail may have been under way to it.
const MARGIN: SignedDuration = SignedDuration::from_hours(48);
/// How old a mail in the inbox may be to be left for the next run, and a letter to be looked for in the folder of sent mail.
const RECENT: SignedDuration = SignedDuration::from_hours(5 * 24);
/// So many lines are put down at once.
const LINES_AT_ONCE: usize = 500;

/// How it is to be done.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Set a sound store aside that is not empty.
    pub set_aside: bool,
    /// Look only at mails that came in from then on.
    pub since: Option<Timestamp>,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Mails of the logbook were read.
    Logbook {
        /// So many.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// Mails were taken.
    Mails {
        /// So many.
        done: usize,
        /// Of so many.
        of: usize,
    },
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// When the snapshot was made that it began with.
    pub snapshot: Option<Timestamp>,
    /// Lines of the logbook that were taken.
    pub lines: usize,
    /// Numbers of lines that are missing: first and last of each run.
    pub missing: Vec<(u64, u64)>,
    /// Mails of the logbook that are not as they were written.
    pub damaged: usize,
    /// Mails that were read because no line could tell of them.
    pub mails_read: usize,
    /// Of those, mails that were taken.
    pub mails_taken: usize,
    /// Mails in the inbox that are left for the next run.
    pub left: usize,
    /// Letters that wait, to be looked up among the sent ones before they go.
    pub waiting: usize,
    /// Events, people and registrations that are known now.
    pub known: (usize, usize, usize),
    /// Where the old store is kept, when there was one.
    pub kept: Option<PathBuf>,
    /// The fingerprint of what is known now.
    pub fingerprint: String,
}

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A daemon runs.
    #[error("aanmelder draait nog; stop hem eerst (Ctrl-C, of systemctl stop aanmelder) en probeer het dan opnieuw")]
    Running,
    /// There is a sound store.
    #[error(
        "in {0} staat al een lijst die heel is; geef --set-aside mee om die opzij te zetten en hem opnieuw op te bouwen, er wordt niets weggegooid"
    )]
    Occupied(PathBuf),
    /// Mail does not come from an account.
    #[error(
        "opnieuw opbouwen kan alleen uit een mailbox bij [imap]; uit een reservekopie gaat het met `aanmelder restore`"
    )]
    NoAccount,
    /// The logbook is there, but none of it can be believed.
    #[error(
        "het logboek in de mailbox is er wel ({0} mails), maar geen ervan klopt met het geheim; zet in de configuratie bij [trust] hetzelfde `secret` als vroeger"
    )]
    Unproven(usize),
    /// A newer program wrote the logbook.
    #[error(
        "het logboek in de mailbox is van een nieuwere aanmelder; installeer die versie en probeer het dan opnieuw"
    )]
    Newer,
    /// The mail server.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The store or the rules.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A password or secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The control socket.
    #[error(transparent)]
    Socket(#[from] socket::SocketError),
    /// A mail of the logbook.
    #[error(transparent)]
    Letter(#[from] LetterError),
}

impl From<StoreError> for RebuildError {
    fn from(error: StoreError) -> Self {
        Self::Engine(error.into())
    }
}

/// Puts the store together again. `tell` hears how far it is.
///
/// # Errors
/// See [`RebuildError`]. Whatever it is, the old store is where it was.
pub async fn rebuild(
    config: Config,
    options: Options,
    now: Timestamp,
    tell: &mut dyn FnMut(Progress),
) -> Result<Report, RebuildError> {
    let Source::Imap(server) = &config.source else { return Err(RebuildError::NoAccount) };
    may_begin(&config, options, now)?;
    let mut inbox = Inbox::open(&config.source, &config.filing, password(server).await?).await?;
    let plan = read_logbook(&mut inbox, &config, tell).await?;
    let survey = survey(&mut inbox, &config).await?;

    let new = store::rebuilding_folder(&config.store)?;
    let mut building = config.clone();
    building.store = new;
    building.keeping.logbook = None;
    let (engine, plan) = blocking(move || begin(building, plan, now)).await?;
    let mut work = Work { inbox, engine: Arc::new(engine), letters: Vec::new(), taken: 0, done: 0 };
    let mails = work.choose(&plan, &survey, options, now).await?;
    work.replay(plan.lines.clone(), &mails.to_take, tell).await?;
    let waiting = work.look_for_letters(now).await?;
    let in_inbox: BTreeSet<Timestamp> =
        survey.iter().filter(|found| found.place == Place::Inbox).map(|found| found.mail.received_at).collect();
    let Work { inbox, engine, taken, .. } = work;
    inbox.close().await;

    let report = Report {
        snapshot: plan.snapshot.as_ref().map(|snapshot| snapshot.head.made_at),
        lines: plan.lines.len(),
        missing: plan.missing.clone(),
        damaged: plan.damaged,
        mails_read: mails.to_take.len(),
        mails_taken: taken,
        left: mails.left,
        waiting,
        known: (0, 0, 0),
        kept: None,
        fingerprint: String::new(),
    };
    let next = plan.next();
    let mut report = blocking(move || finish(&engine, next, &in_inbox, options.since, now, report)).await?;
    report.kept = blocking(move || store::move_in(&config.store, now)).await?;
    Ok(report)
}

/// May the store be replaced?
fn may_begin(config: &Config, options: Options, now: Timestamp) -> Result<(), RebuildError> {
    if socket::ask(&socket::path_beside(&config.store), &Request::Status)?.is_some() {
        return Err(RebuildError::Running);
    }
    if !store::is_there(&config.store) {
        return Ok(());
    }
    match Store::open(&config.store, now) {
        Ok(store) if store.is_empty() || options.set_aside => Ok(()),
        Ok(_) => Err(RebuildError::Occupied(config.store.clone())),
        Err(StoreError::Corrupt { .. }) => Ok(()),
        Err(other) => Err(other.into()),
    }
}

async fn read_logbook(
    inbox: &mut Inbox,
    config: &Config,
    tell: &mut dyn FnMut(Progress),
) -> Result<Plan, RebuildError> {
    let configured = match config.trust.secret.clone() {
        Some(source) => {
            let text = blocking(move || secret::read(&source)).await?;
            Some(LetterSecret::from_passphrase(text.expose_secret()))
        }
        None => None,
    };
    let Some(folder) = &config.keeping.logbook else { return Ok(Plan::default()) };
    let account = inbox.account().ok_or(RebuildError::NoAccount)?;
    let listed = account.list_logbook(folder).await?;
    let mut carried = Vec::with_capacity(listed.len());
    for batch in batches(&listed) {
        let fetched = account.fetch_anywhere(batch).await?;
        carried.extend(fetched.mails.iter().map(|raw| mail::read(&raw.bytes)));
        carried.extend(fetched.refused.iter().map(|_| None));
        tell(Progress::Logbook { done: carried.len(), of: listed.len() });
    }
    let plan = Plan::of(&carried, configured.as_ref());
    if plan.newer > 0 && plan.snapshot.is_none() {
        return Err(RebuildError::Newer);
    }
    if plan.is_empty() && plan.damaged > 0 {
        return Err(RebuildError::Unproven(plan.damaged));
    }
    Ok(plan)
}

async fn survey(inbox: &mut Inbox, config: &Config) -> Result<Vec<Found>, RebuildError> {
    let account = inbox.account().ok_or(RebuildError::NoAccount)?;
    let ours: Vec<&str> = config.keeping.logbook.iter().chain(&config.lease).map(String::as_str).collect();
    let mut found = account.survey(&ours).await?;
    found.sort_by(|a, b| (a.mail.received_at, &a.mail.location).cmp(&(b.mail.received_at, &b.mail.location)));
    Ok(found)
}

/// Opens the new store with the snapshot in it and the secret known, so that an engine can go on from there.
fn begin(config: Config, mut plan: Plan, now: Timestamp) -> Result<(Engine, Plan), RebuildError> {
    {
        let store = Store::open(&config.store, now)?;
        if let Some(snapshot) = &mut plan.snapshot {
            store.load(&std::mem::take(&mut snapshot.items))?;
        }
        if let Some(secret) = &plan.secret {
            store.meta_set(super::engine::SECRET_NAME, &secret.bytes())?;
        }
    }
    let (engine, _) = Engine::open(config, now)?;
    Ok((engine, plan))
}

/// The mails that matter.
struct Chosen {
    /// To be taken, by the moment when they came in.
    to_take: Vec<Listed>,
    /// How many are left for the next run.
    left: usize,
}

/// A rebuild under way.
struct Work {
    inbox: Inbox,
    engine: Arc<Engine>,
    /// Letters of mails that no line told of.
    letters: Vec<Letter>,
    taken: usize,
    done: usize,
}

impl Work {
    /// Of all mails those that can be unknown.
    async fn choose(
        &self,
        plan: &Plan,
        survey: &[Found],
        options: Options,
        now: Timestamp,
    ) -> Result<Chosen, RebuildError> {
        let engine = self.engine.clone();
        let mut moments = blocking(move || engine.store().done_since()).await?;
        for line in &plan.lines {
            if let What::Outcome(logged) = &line.what {
                moments.extend(logged.mail.iter().map(|mail| mail.received_at));
            }
        }
        let since = options.since.or_else(|| taken_since(&self.engine, plan));
        let sure_until = plan.whole_until().map(|until| until - MARGIN);
        let mut chosen = Chosen { to_take: Vec::new(), left: 0 };
        for found in survey {
            let at = found.mail.received_at;
            if since.is_some_and(|since| at < since) {
                continue;
            }
            let known = moments.contains(&at);
            let late = sure_until.is_none_or(|until| at >= until);
            if !late && (known || found.place != Place::Filed) {
                continue;
            }
            // With a logbook it was not done before the end of that; without one only its age tells.
            if found.place == Place::Inbox && (sure_until.is_some() || now.duration_since(at) < RECENT) {
                // Those that are known are no work for the next run either.
                chosen.left += usize::from(!known);
                continue;
            }
            chosen.to_take.push(found.mail.clone());
        }
        Ok(chosen)
    }

    /// Takes lines and mails in the order of their moments.
    async fn replay(
        &mut self,
        lines: Vec<crate::logbook::Line>,
        mails: &[Listed],
        tell: &mut dyn FnMut(Progress),
    ) -> Result<(), RebuildError> {
        let told: BTreeSet<_> = lines
            .iter()
            .filter_map(|line| match &line.what {
                What::Outcome(logged) => logged.mail.as_ref().map(|mail| mail.key.clone()),
                _ => None,
            })
            .collect();
        let mut lines = std::collections::VecDeque::from(lines);
        let mut last = mails.first().map_or(Timestamp::UNIX_EPOCH, |mail| mail.received_at);
        for batch in batches(mails) {
            let account = self.inbox.account().ok_or(RebuildError::NoAccount)?;
            let mut raw = account.fetch_anywhere(batch).await?.mails;
            // What a line tells of is taken with its line, however late that was.
            raw.retain(|mail| !told.contains(&crate::mail::message::key(&mail.bytes)));
            while !raw.is_empty() {
                let first = raw.first().map_or(Timestamp::MAX, |mail| mail.received_at);
                self.lines_before(&mut lines, first).await?;
                let until = lines.front().map_or(Timestamp::MAX, |line| line.at.max(first));
                let later = raw.split_off(raw.partition_point(|mail| mail.received_at <= until));
                last = self.mails(std::mem::replace(&mut raw, later), last).await?;
            }
            self.done += batch.len();
            tell(Progress::Mails { done: self.done, of: mails.len() });
        }
        self.lines_before(&mut lines, Timestamp::MAX).await
    }

    /// Takes the lines that were committed before a moment; a line never passes one before it.
    async fn lines_before(
        &self,
        lines: &mut std::collections::VecDeque<crate::logbook::Line>,
        moment: Timestamp,
    ) -> Result<(), RebuildError> {
        while lines.front().is_some_and(|line| line.at < moment || moment == Timestamp::MAX) {
            let mut part = Vec::new();
            while part.len() < LINES_AT_ONCE && lines.front().is_some_and(|line| line.at < moment) {
                part.extend(lines.pop_front().map(|line| line.what));
            }
            let engine = self.engine.clone();
            blocking(move || engine.replay_lines(&part)).await?;
        }
        Ok(())
    }

    async fn mails(&mut self, mails: Vec<RawMail>, last: Timestamp) -> Result<Timestamp, RebuildError> {
        let engine = self.engine.clone();
        let (letters, taken, last) = blocking(move || {
            let mut last = last;
            let (letters, taken) = engine.replay_mails(&mails, &mut last)?;
            Ok::<_, EngineError>((letters, taken, last))
        })
        .await?;
        self.letters.extend(letters);
        self.taken += taken;
        Ok(last)
    }

    /// Queues letters of the last days again that left no trace among the sent ones. Gives how many wait in all.
    async fn look_for_letters(&mut self, now: Timestamp) -> Result<usize, RebuildError> {
        for letter in std::mem::take(&mut self.letters) {
            if now.duration_since(letter.head.written_at) < RECENT
                && self.inbox.sent_holds(&letter.head.id).await? == Some(false)
            {
                let engine = self.engine.clone();
                blocking(move || engine.store().requeue(&letter)).await?;
            }
        }
        let engine = self.engine.clone();
        Ok(blocking(move || engine.store().counts()).await?.queued as usize)
    }
}

/// From when on mail was taken, as the logbook tells.
fn taken_since(engine: &Engine, plan: &Plan) -> Option<Timestamp> {
    let told = plan.lines.iter().rev().find_map(|line| match &line.what {
        What::Setting { name, value } if name == TAKEN_SINCE => serde_json::from_value(value.clone()).ok(),
        _ => None,
    });
    told.or_else(|| engine.store().meta_get(TAKEN_SINCE).ok().flatten())
}

/// Notes where the new store goes on, closes it and puts it into its place.
fn finish(
    engine: &Arc<Engine>,
    (book, next): (u32, u64),
    in_inbox: &BTreeSet<Timestamp>,
    since: Option<Timestamp>,
    now: Timestamp,
    mut report: Report,
) -> Result<Report, RebuildError> {
    let store = engine.store();
    store.mark_unfiled(|mail| in_inbox.contains(&mail.received_at))?;
    if store.meta_get::<Timestamp>(TAKEN_SINCE)?.is_none() {
        // Nothing tells since when: what is older than the mails that were left has been looked at.
        store.meta_set(TAKEN_SINCE, &since.unwrap_or(now - RECENT))?;
    }
    store.begin_book(&Book { book, next, snapshot: None, purge: None }, now)?;
    let state = engine.state();
    let registrations = state.events.values().map(|found| found.registrations.len()).sum();
    report.known = (state.events.len(), state.people.len(), registrations);
    report.fingerprint = store.fingerprint()?;
    Ok(report)
}
