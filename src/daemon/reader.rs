//! Reading: the task that watches the inbox, gives mails to the engine, and files what is done.
//!
//! A session lasts until the connection ends; then it is opened anew, with growing waits, for as long as it takes. What the
//! server refuses of a single mail (to give it, to file it) is tried again and holds up no other.

use super::backlog::{Backlog, Look, Next};
use super::backoff::Backoff;
use super::engine::EngineError;
use super::health::Side;
use super::lease::Lease;
use super::logins::LoginError;
use super::session_error::SessionError;
use super::{Shared, alarms, beside, blocking};
use crate::clock;
use crate::crash_points::{CrashPoint, pass};
use crate::mail::inbox::{Filed, Inbox, InboxError, Listed};
use crate::mail::{Cursor, Filing, Location, RawMail, message};
use crate::outcome::DoneMail;
use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};

/// The waits while the inbox is out of reach.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(5 * 60);
/// The waits before mails are filed again that the server did not let be filed.
const FIRST_FILING_WAIT: Duration = Duration::from_secs(5);
const LONGEST_FILING_WAIT: Duration = Duration::from_secs(15 * 60);
/// So often the server may refuse to give a mail before that is left to the coordinator.
const FETCH_TRIES: u32 = 3;

/// Watches the inbox until told to stop.
pub async fn run(shared: Shared, since: Timestamp) {
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    let mut lease = match Lease::of(&shared).await {
        Ok(lease) => lease,
        Err(error) => return shared.give_up(error.into()),
    };
    while !shared.stop.is_cancelled() {
        let ended = match shared.open_inbox().await {
            Ok(inbox) => watch(inbox, &mut lease, &shared, since, &mut backoff).await,
            Err(error) => Err(error.into()),
        };
        if let Err(error) = ended {
            if error.is_final() {
                return shared.give_up(error.into());
            }
            let wait = report(&shared, &error, &mut backoff);
            shared.pause(wait).await;
        }
    }
}

/// Works through what is there, once.
///
/// # Errors
/// When the server or the store fails.
pub async fn once(shared: &Shared, since: Timestamp) -> Result<(), SessionError> {
    let mut inbox = shared.open_inbox().await?;
    let mut lease = Lease::of(shared).await?;
    lease.take(&mut inbox, shared).await?;
    work(&mut inbox, &mut lease, shared, since).await?;
    beside::look(&mut inbox, shared, since).await?;
    let unfiled = file(&mut inbox, shared).await?;
    lease.release(&mut inbox).await;
    inbox.close().await;
    unfiled.map_or(Ok(()), |refused| Err(refused.into()))
}

/// Notes why a session ended, and says how long to wait before the next.
fn report(shared: &Shared, error: &SessionError, backoff: &mut Backoff) -> Duration {
    let now = clock::now();
    let wait = match (error, shared.inbox_door.knock(Instant::now())) {
        (SessionError::Login(_), Err(LoginError::Shut { wait, .. })) => wait,
        _ => backoff.next(rand::random()),
    };
    match error {
        SessionError::Engine(error) => {
            shared.engine.health.trouble(&error.to_string(), now);
            tracing::error!(error = %error, wait_secs = wait.as_secs(), "mails cannot be taken now");
        }
        error => {
            shared.engine.health.failed(Side::Inbox, &error.to_string(), now);
            tracing::warn!(error = %error, wait_secs = wait.as_secs(), "the inbox is out of reach");
        }
    }
    wait
}

/// One session: look, work, file, wait, again and again. Only a round that went well makes the next wait short again.
async fn watch(
    mut inbox: Inbox,
    lease: &mut Lease,
    shared: &Shared,
    since: Timestamp,
    backoff: &mut Backoff,
) -> Result<(), SessionError> {
    let poll = Duration::from_secs(shared.poll_secs()).min(lease.every());
    lease.take(&mut inbox, shared).await?;
    let mut filing = Backoff::new(FIRST_FILING_WAIT, LONGEST_FILING_WAIT);
    let mut file_from = Instant::now();
    let mut beside_from = Instant::now();
    loop {
        lease.keep(&mut inbox, shared).await?;
        let began = clock::now();
        work(&mut inbox, lease, shared, since).await?;
        if !shared.stop.is_cancelled() {
            shared.read_until.send_replace(Some(began));
        }
        backoff.reset();
        shared.engine.health.answered(Side::Inbox, clock::now());
        if beside_from <= Instant::now() {
            alarms::put_if_due(&mut inbox, shared).await?;
            beside::look(&mut inbox, shared, since).await?;
            beside_from = Instant::now() + poll;
        }
        if file_from <= Instant::now() {
            match file(&mut inbox, shared).await? {
                None => filing.reset(),
                Some(refused) => {
                    shared.engine.health.trouble(&refused.to_string(), clock::now());
                    file_from = Instant::now() + filing.next(rand::random());
                }
            }
        }
        if shared.stop.is_cancelled() {
            lease.release(&mut inbox).await;
            inbox.close().await;
            return Ok(());
        }
        inbox.wait(until_next_look(shared, poll), &shared.stop).await?;
    }
}

/// How long to wait for news: until the next poll, or until the clock has something to decide, for which the inbox is read first.
fn until_next_look(shared: &Shared, poll: Duration) -> Duration {
    let due = (*shared.next_due.borrow()).and_then(|due| Duration::try_from(due.duration_since(clock::now())).ok());
    due.map_or(poll, |due| poll.min(due + Duration::from_millis(100)))
}

/// Takes every new mail through the engine, and what comes in meanwhile too; of many, those that people wrote first.
async fn work(inbox: &mut Inbox, lease: &mut Lease, shared: &Shared, since: Timestamp) -> Result<(), SessionError> {
    if shared.stop.is_cancelled() {
        return Ok(());
    }
    let folder = shared.folder();
    let mut cursor = {
        let (engine, folder) = (shared.engine.clone(), folder.clone());
        blocking(move || engine.store().cursor(&folder)).await.map_err(EngineError::from)?
    };
    let mut backlog = Backlog::default();
    cursor = look(inbox, cursor.as_ref(), &mut backlog, shared, since).await?;
    loop {
        if shared.stop.is_cancelled() {
            return Ok(());
        }
        shared.engine.health.waiting_since(backlog.oldest());
        let was_elsewhere = lease.keep(inbox, shared).await?;
        match backlog.next_step() {
            Next::Take(batch) => take_batch(inbox, &batch, shared).await?,
            Next::Look(mails) => {
                let looks = look_at_heads(inbox, mails, shared).await?;
                backlog.sort(looks);
            }
            Next::Nothing => break,
        }
        if was_elsewhere || inbox.has_news() {
            cursor = look(inbox, cursor.as_ref(), &mut backlog, shared, since).await?;
        }
    }
    shared.engine.health.waiting_since(None);
    pass(CrashPoint::BeforeCursor);
    let engine = shared.engine.clone();
    blocking(move || engine.store().set_cursor(&folder, cursor.as_ref())).await.map_err(EngineError::from)?;
    Ok(())
}

/// Lists what is new into the backlog, and gives from where to look the next time. What is too large to be read is left to the
/// coordinator at once.
async fn look(
    inbox: &mut Inbox,
    cursor: Option<&Cursor>,
    backlog: &mut Backlog,
    shared: &Shared,
    since: Timestamp,
) -> Result<Option<Cursor>, SessionError> {
    let new = inbox.list_new(cursor, since).await?;
    let limit = shared.max_mail_bytes();
    let (fitting, too_large): (Vec<_>, Vec<_>) = new.mails.into_iter().partition(|mail| mail.size <= limit);
    for mail in &too_large {
        let megabytes = mail.size / 1_000_000;
        let why = format!("Een mail van {megabytes} MB is te groot om te lezen; hij staat ongelezen in de inbox.");
        set_aside(&mail.location, mail.received_at, why, shared).await?;
    }
    backlog.add(fitting);
    Ok(Some(new.cursor))
}

/// What the headers of mails say about who wrote them.
async fn look_at_heads(
    inbox: &mut Inbox,
    mails: Vec<Listed>,
    shared: &Shared,
) -> Result<Vec<(Listed, Option<Look>)>, SessionError> {
    let heads = inbox.fetch_heads(&mails).await?;
    let engine = shared.engine.clone();
    let mut looks = blocking(move || engine.look_at_heads(heads)).await;
    Ok(mails.into_iter().map(|mail| (looks.remove(&mail.location), mail)).map(|(look, mail)| (mail, look)).collect())
}

/// Fetches mails and takes them through the engine.
async fn take_batch(inbox: &mut Inbox, batch: &[Listed], shared: &Shared) -> Result<(), SessionError> {
    let fetched = inbox.fetch(batch).await?;
    pass(CrashPoint::AfterFetch);
    take(fetched.mails, shared).await?;
    for (location, words) in fetched.refused {
        refused_to_give(location, words, shared).await?;
    }
    Ok(())
}

/// Gives mails to the engine and wakes the sender when letters came of them.
async fn take(raw: Vec<RawMail>, shared: &Shared) -> Result<(), SessionError> {
    let engine = shared.engine.clone();
    let outcomes = blocking(move || engine.take(&raw, clock::now())).await?;
    shared.note_done(&outcomes);
    Ok(())
}

/// The server did not give a mail that is there. It may do so the next time; after a few times it is left to the coordinator.
async fn refused_to_give(location: Location, words: String, shared: &Shared) -> Result<(), SessionError> {
    let (engine, key) = (shared.engine.clone(), message::key(&stand_in(&location)));
    let note = move || engine.store().note_tries(&[key], clock::now(), SignedDuration::ZERO);
    let tried = blocking(note).await.map_err(EngineError::from)?;
    if tried.first().is_some_and(|tries| *tries < FETCH_TRIES) {
        return Err(InboxError::Refused { command: "FETCH".to_owned(), why: words }.into());
    }
    let why = format!("De mailserver gaf een mail niet: {words}. Hij staat ongelezen in de inbox.");
    set_aside(&location, clock::now(), why, shared).await
}

/// What stands for a mail that cannot be fetched: a body of its own, for the key is made of that.
fn stand_in(location: &Location) -> Vec<u8> {
    format!("X-Aanmelder: stand-in\r\n\r\n{location:?}\r\n").into_bytes()
}

/// Leaves a mail that cannot be fetched unread where it is, for the coordinator; it is known by its place alone.
async fn set_aside(
    location: &Location,
    received_at: Timestamp,
    why: String,
    shared: &Shared,
) -> Result<(), SessionError> {
    let stand_in = RawMail { location: location.clone(), received_at, bytes: stand_in(location) };
    let engine = shared.engine.clone();
    blocking(move || engine.set_aside(&stand_in, &why, clock::now())).await?;
    Ok(())
}

/// Files every mail that is done and not filed yet, also those of an earlier run. Gives the last refusal of the server, which
/// leaves its mail for later and the session as it was.
///
/// # Errors
/// When the session is over, or the store fails.
async fn file(inbox: &mut Inbox, shared: &Shared) -> Result<Option<InboxError>, SessionError> {
    let engine = shared.engine.clone();
    let unfiled: Vec<DoneMail> = blocking(move || engine.store().unfiled()).await.map_err(EngineError::from)?;
    let mut filed = Vec::new();
    let (mut refused, mut over) = (None, None);
    for mail in unfiled {
        if mail.filing == Filing::Untouched {
            filed.push(mail.key);
            continue;
        }
        pass(CrashPoint::BeforeFiling);
        match inbox.file(&mail).await {
            Ok(Filed::Done) => {
                pass(CrashPoint::AfterFiling);
                tracing::info!(mail = %mail.key, filing = ?mail.filing, "mail filed");
                filed.push(mail.key);
            }
            Ok(Filed::Gone) => {
                tracing::info!(mail = %mail.key, "the mail was moved or deleted by somebody else");
                filed.push(mail.key);
            }
            Err(error) if error.is_refusal() => {
                tracing::warn!(mail = %mail.key, error = %error, "the mail could not be filed; it is tried again");
                refused = Some(error);
            }
            Err(error) => {
                over = Some(error);
                break;
            }
        }
    }
    let engine = shared.engine.clone();
    blocking(move || engine.store().mark_filed(&filed)).await.map_err(EngineError::from)?;
    over.map_or(Ok(refused), |error| Err(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_that_cannot_be_fetched_are_told_apart_by_their_place() {
        let at = |uid: u32| Location::Imap { folder: "INBOX".to_owned(), uid_validity: 7, uid };
        let key = |uid: u32| message::key(&stand_in(&at(uid)));
        assert_ne!(key(1), key(2));
        assert_eq!(key(1), key(1));
    }
}
