//! Looking beside the inbox: into the folder of spam for mail of people we know, and into the archive for mail that somebody put
//! there before it was read. Called by `reader`, after the inbox.
//!
//! Both are looked through by cursors of their own and opened for reading only. What was done already is known by its key, so a
//! mail that is in the inbox as well as among all mail (Gmail) is one mail.

use super::engine::EngineError;
use super::session_error::SessionError;
use super::{Shared, blocking};
use crate::clock;
use crate::mail::inbox::{self, Inbox, ListedBeside, OtherFolder};
use jiff::Timestamp;

/// The names of their cursors in the store.
pub(super) const CURSORS: [&str; 2] = [OF_ARCHIVE, OF_SPAM];
const OF_ARCHIVE: &str = "beside/archive";
const OF_SPAM: &str = "beside/spam";

/// Looks into both. A folder that the server does not let be read is told and passed over.
///
/// # Errors
/// When the session is over, or the store fails.
pub async fn look(inbox: &mut Inbox, shared: &Shared, since: Timestamp) -> Result<(), SessionError> {
    for place in [OtherFolder::Archive, OtherFolder::Spam] {
        match look_into(place, inbox, shared, since).await {
            Err(SessionError::Inbox(error)) if error.is_refusal() => {
                let what = name(place);
                shared.engine.health.trouble(&format!("de map met {what} is niet te lezen: {error}"), clock::now());
                tracing::warn!(what, error = %error, "a folder beside the inbox could not be read");
            }
            other => other?,
        }
    }
    Ok(())
}

async fn look_into(
    place: OtherFolder,
    inbox: &mut Inbox,
    shared: &Shared,
    since: Timestamp,
) -> Result<(), SessionError> {
    let cursor_name = match place {
        OtherFolder::Archive => OF_ARCHIVE,
        OtherFolder::Spam => OF_SPAM,
    };
    let cursor = {
        let (engine, name) = (shared.engine.clone(), cursor_name);
        blocking(move || engine.store().cursor(name)).await.map_err(EngineError::from)?
    };
    let Some(new) = inbox.list_beside(place, cursor.as_ref(), since).await? else { return Ok(()) };
    if cursor.as_ref() == Some(&new.cursor) {
        return Ok(());
    }
    let limit = shared.max_mail_bytes();
    let wanted = |listed: &ListedBeside| listed.mail.size <= limit && is_wanted(place, listed, shared);
    let mut mails: Vec<_> = new.mails.into_iter().filter(wanted).map(|listed| listed.mail).collect();
    mails.sort_by(|a, b| (a.received_at, &a.location).cmp(&(b.received_at, &b.location)));
    for batch in inbox::batches(&mails) {
        if shared.stop.is_cancelled() {
            return Ok(());
        }
        let fetched = inbox.fetch(batch).await?;
        let engine = shared.engine.clone();
        let outcomes = blocking(move || match place {
            OtherFolder::Spam => engine.take_spam(&fetched.mails, clock::now()),
            OtherFolder::Archive => engine.take(&fetched.mails, clock::now()),
        })
        .await?;
        shared.note_done(&outcomes);
    }
    let engine = shared.engine.clone();
    blocking(move || engine.store().set_cursor(cursor_name, Some(&new.cursor))).await.map_err(EngineError::from)?;
    Ok(())
}

/// Of spam only what people we know are said to have written; of the archive all but our own mail.
fn is_wanted(place: OtherFolder, listed: &ListedBeside, shared: &Shared) -> bool {
    let Some(author) = &listed.author else { return place == OtherFolder::Archive };
    match place {
        OtherFolder::Spam => shared.engine.knows(author),
        OtherFolder::Archive => author.person() != shared.engine.config().network.address.person(),
    }
}

fn name(place: OtherFolder) -> &'static str {
    match place {
        OtherFolder::Spam => "spam",
        OtherFolder::Archive => "archief",
    }
}
