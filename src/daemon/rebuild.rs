//! A lost or damaged store put together again from the mailbox: the newest snapshot of the logbook, the lines after it, and the
//! mails of which no line tells.
//!
//! Lines are taken as they were committed (`logbook` says why). Mails are taken in the order in which the server got them
//! (INTERNALDATE, then folder and UID), and decided at the moment when they came in: that is when nearly all of them were
//! decided once. Only those are read that can be unknown: what came in after the logbook was last whole, and what lies
//! where we file mails although no line tells of its moment. One that still lies in the inbox unfiled was perhaps never
//! seen: it is left for the next `run`, unless there is no logbook and it is old. Nothing is sent. A letter of the last
//! days that left no trace in the folder of sent mail waits in the queue, and is looked up there once more before it goes.
//!
//! The new store is made beside the old one, which is set aside only when the new one is whole. `reading` finds what the mailbox
//! still tells, `in_order` takes it. Called by `cli::rebuild`.

mod error;
mod in_order;
mod reading;

use super::control::Request;
use super::engine::{Engine, SECRET_NAME};
use super::{TAKEN_SINCE, blocking, password, socket};
use crate::config::Config;
use crate::logbook::plan::Plan;
use crate::mail::inbox::{Inbox, Place};
use crate::store::{self, Book, Store, StoreError};
pub use error::RebuildError;
use in_order::Replay;
use jiff::{SignedDuration, Timestamp};
use reading::{choose, read_logbook, survey};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

/// How old a mail in the inbox may be to be left for the next run, and a letter to be looked for in the folder of sent mail.
const RECENT: SignedDuration = SignedDuration::from_hours(5 * 24);

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
    /// Of those, mails that the server did not give.
    pub mails_refused: usize,
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
    if config.source.server().is_none() {
        return Err(RebuildError::NoAccount);
    }
    may_begin(&config, options, now)?;
    let mut inbox = Inbox::open(&config.source, &config.filing, password(config.source.server()).await?).await?;
    let plan = read_logbook(&mut inbox, &config, tell).await?;
    let survey = survey(&mut inbox, &config).await?;

    let new = store::rebuilding_folder(&config.store)?;
    let mut building = config.clone();
    building.store = new;
    building.keeping.logbook = None;
    let (engine, plan) = blocking(move || begin(building, plan, now)).await?;
    let engine = Arc::new(engine);
    let mails = choose(&engine, &plan, &survey, options, now).await?;
    let mut replay = Replay::new(inbox, engine);
    replay.take(plan.lines.clone(), &mails.to_take, tell).await?;
    let waiting = replay.look_for_letters(now).await?;
    let (engine, fared) = replay.end().await;

    let in_inbox: BTreeSet<Timestamp> =
        survey.iter().filter(|found| found.place == Place::Inbox).map(|found| found.mail.received_at).collect();
    let next = plan.next();
    // The engine ends with it, and closes the store before that is moved.
    let (known, fingerprint) = blocking(move || finish(&engine, next, &in_inbox, options.since, now)).await?;
    let kept = blocking(move || store::move_in(&config.store, now)).await?;
    Ok(Report {
        snapshot: plan.snapshot.as_ref().map(|snapshot| snapshot.head.made_at),
        lines: plan.lines.len(),
        missing: plan.missing,
        damaged: plan.damaged,
        mails_read: mails.to_take.len(),
        mails_taken: fared.taken,
        mails_refused: fared.refused,
        left: mails.left,
        waiting,
        known,
        kept,
        fingerprint,
    })
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

/// Opens the new store with the snapshot in it and the secret known, so that an engine can go on from there.
fn begin(config: Config, mut plan: Plan, now: Timestamp) -> Result<(Engine, Plan), RebuildError> {
    {
        let store = Store::open(&config.store, now)?;
        if let Some(snapshot) = &mut plan.snapshot {
            store.load(&std::mem::take(&mut snapshot.items))?;
        }
        if let Some(secret) = &plan.secret {
            store.meta_set(SECRET_NAME, &secret.bytes())?;
        }
    }
    let (engine, _) = Engine::open(config, now)?;
    Ok((engine, plan))
}

/// Notes where the new store goes on. Gives how many events, people and registrations are known, and their fingerprint.
fn finish(
    engine: &Engine,
    (book, next): (u32, u64),
    in_inbox: &BTreeSet<Timestamp>,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Result<((usize, usize, usize), String), RebuildError> {
    let store = engine.store();
    store.mark_unfiled(|mail| in_inbox.contains(&mail.received_at))?;
    if store.meta_get::<Timestamp>(TAKEN_SINCE)?.is_none() {
        // Nothing tells since when: what is older than the mails that were left has been looked at.
        store.meta_set(TAKEN_SINCE, &since.unwrap_or(now - RECENT))?;
    }
    store.begin_book(&Book { book, next, snapshot: None, purge: None }, now)?;
    let state = engine.state();
    let registrations = state.events.values().map(|found| found.registrations.len()).sum();
    Ok(((state.events.len(), state.people.len(), registrations), store.fingerprint()?))
}
