//! From outcomes to records: the changes of the state, the journal entry, the letters, and the mark that a mail is done.
//!
//! Called by `Store::commit` with a draft; everything in it is written in one transaction or not at all.

use super::disk::Disk;
use super::draft::{Draft, Records};
use super::error::StoreError;
use super::queue::Standing;
use super::tree::{Tree, time_key};
use super::{Committed, forget, journal, logbook, queue};
use crate::ids::{EventId, MailKey, PersonKey};
use crate::mail::Filing;
use crate::outcome::{DoneMail, Outcome};
use crate::registration::{Answered, Change, Person};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A mail that is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Seen {
    /// The mail.
    pub mail: DoneMail,
    /// The number of its journal entry.
    pub entry: Option<u64>,
    /// Its author was forgotten: its Message-ID goes as soon as it is filed.
    #[serde(default)]
    pub forgotten: bool,
}

/// How often a mail was begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "KeptTried")]
pub(super) struct Tried {
    /// So often.
    pub times: u32,
    /// When it was last begun for a time that counts.
    pub at: Timestamp,
}

/// The forms that it has on disk: older stores keep the number alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum KeptTried {
    Times(u32),
    Both { times: u32, at: Timestamp },
}

impl From<KeptTried> for Tried {
    fn from(kept: KeptTried) -> Self {
        match kept {
            KeptTried::Times(times) => Self { times, at: Timestamp::UNIX_EPOCH },
            KeptTried::Both { times, at } => Self { times, at },
        }
    }
}

/// The named value that keeps when the store was put together again: letters to mails from before may have gone already.
pub(super) const REBUILT_AT: &str = "rebuilt-at";

/// How the letters of an outcome stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Letters {
    /// They are new, but for those to mails that came in before this moment: they may have gone before the store was lost.
    New(Option<Timestamp>),
    /// Those without bytes have gone; the others were waiting when the logbook was written.
    AsLogged,
}

/// Counts that a mail is about to be handled; see `Store::note_tries`.
pub(super) fn note_try(
    draft: &mut Draft<'_>,
    key: &MailKey,
    now: Timestamp,
    apart: SignedDuration,
) -> Result<u32, StoreError> {
    let key = key.as_str().as_bytes();
    let before: Option<Tried> = draft.get(Tree::Tries, key)?;
    // After a clock that was set back the time before may lie in the future.
    let counts = before.as_ref().is_none_or(|before| now.duration_since(before.at).abs() >= apart);
    let times = before.map_or(0, |before| before.times);
    if !counts {
        return Ok(times);
    }
    let tried = Tried { times: times.saturating_add(1), at: now };
    draft.put(Tree::Tries, key, &tried)?;
    Ok(tried.times)
}

/// Writes outcomes into a draft.
pub(super) fn outcomes(draft: &mut Draft<'_>, outcomes: &[Outcome]) -> Result<Committed, StoreError> {
    let mut committed = Committed::default();
    let letters = Letters::New(draft.get(Tree::Meta, REBUILT_AT.as_bytes())?);
    for outcome in outcomes {
        match &outcome.mail {
            Some(mail) if draft.has(Tree::Seen, mail.key.as_str().as_bytes())? => {
                committed.already_done.push(mail.key.clone());
            }
            _ => {
                let number = outcome.entry.is_some().then(|| draft.totals.take_number());
                one(draft, outcome, number, letters)?;
            }
        }
    }
    Ok(committed)
}

/// Writes one outcome whose journal entry gets this number.
pub(super) fn one(
    draft: &mut Draft<'_>,
    outcome: &Outcome,
    number: Option<u64>,
    letters: Letters,
) -> Result<(), StoreError> {
    logbook::add_outcome(draft, outcome, number)?;
    let mut gone = Vec::new();
    for step in &outcome.changes {
        if let Change::RemovePerson(person) = step {
            let known: Option<(PersonKey, Person)> = draft.get(Tree::People, person.as_str().as_bytes())?;
            gone.push((person, known.map(|(_, person)| person.name).unwrap_or_default()));
        }
        change(draft, step)?;
    }
    for letter in &outcome.letters {
        let before = |moment: Timestamp| outcome.mail.as_ref().is_some_and(|mail| mail.received_at <= moment);
        let standing = match letters {
            Letters::New(Some(rebuilt)) if before(rebuilt) => Standing::Uncertain,
            Letters::New(_) => Standing::New,
            Letters::AsLogged if letter.bytes.is_empty() => Standing::Gone,
            Letters::AsLogged => Standing::Uncertain,
        };
        queue::add(draft, letter, standing)?;
    }
    let entry = match (&outcome.entry, number) {
        (Some(entry), Some(number)) => {
            journal::put(draft, number, entry, outcome)?;
            Some(number)
        }
        _ => None,
    };
    if let Some(mail) = &outcome.mail {
        let key = mail.key.as_str().as_bytes();
        draft.put(Tree::Seen, key, &Seen { mail: mail.clone(), entry, forgotten: false })?;
        if mail.filing != Filing::Untouched {
            draft.put(Tree::Unfiled, key, &())?;
        }
        draft.remove(Tree::Tries, key)?;
    }
    for (person, name) in gone {
        forget::person(draft, person, &name)?;
    }
    Ok(())
}

/// Writes one step of the state.
pub(super) fn change(draft: &mut Draft<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::PutEvent(event) => draft.put(Tree::Events, event.id.as_str().as_bytes(), event),
        Change::PutRegistration(event, person, registration) => {
            if !draft.has(Tree::Events, event.as_str().as_bytes())? {
                return Ok(());
            }
            draft.put(Tree::Registrations, &registration_key(event, person), &(event, person, registration))
        }
        Change::RemoveRegistration(event, person) => {
            draft.remove(Tree::Registrations, &registration_key(event, person))
        }
        Change::PutPerson(key, person) => draft.put(Tree::People, key.as_str().as_bytes(), &(key, person)),
        Change::RemovePerson(person) => {
            for event in draft.keys(Tree::Events, b"")? {
                draft.remove(Tree::Registrations, &[event.as_slice(), b"\0", person.as_str().as_bytes()].concat())?;
            }
            draft.remove(Tree::People, person.as_str().as_bytes())
        }
        Change::Answered(answered) => answer(draft, answered),
    }
}

/// The key of a registration.
pub(super) fn registration_key(event: &EventId, person: &PersonKey) -> Vec<u8> {
    [event.as_str().as_bytes(), b"\0", person.as_str().as_bytes()].concat()
}

/// Kept in the order of time, and for a day: as [`State::apply`](crate::registration::State::apply) does.
fn answer(draft: &mut Draft<'_>, answered: &Answered) -> Result<(), StoreError> {
    let day_before = answered.at.checked_sub(SignedDuration::from_hours(24)).map(time_key);
    while let Some(key) = draft.first_key(Tree::Answered)? {
        if day_before.as_ref().is_ok_and(|limit| key.get(..16) >= Some(limit)) {
            break;
        }
        draft.remove(Tree::Answered, &key)?;
    }
    let key = [time_key(answered.at).as_slice(), &draft.totals.take_number().to_be_bytes()].concat();
    draft.put(Tree::Answered, &key, answered)
}

/// The mails that are still to be filed, in the order in which they came in.
pub(super) fn unfiled(disk: &Disk) -> Result<Vec<DoneMail>, StoreError> {
    let mut mails = Vec::new();
    for key in disk.keys(Tree::Unfiled, b"")? {
        mails.extend(disk.get::<Seen>(Tree::Seen, &key)?.map(|seen| seen.mail));
    }
    mails.sort_by(|a, b| (a.received_at, &a.key).cmp(&(b.received_at, &b.key)));
    Ok(mails)
}

/// Puts done mails back on the list of those to be filed.
pub(super) fn mark_unfiled(draft: &mut Draft<'_>, lies_in_inbox: impl Fn(&DoneMail) -> bool) -> Result<(), StoreError> {
    for key in draft.keys(Tree::Seen, b"")? {
        let Some(seen) = draft.get::<Seen>(Tree::Seen, &key)? else { continue };
        let to_file = seen.mail.filing != Filing::Untouched && lies_in_inbox(&seen.mail);
        match (to_file, draft.has(Tree::Unfiled, &key)?) {
            (true, false) => draft.put(Tree::Unfiled, &key, &())?,
            (false, true) => draft.remove(Tree::Unfiled, &key)?,
            _ => {}
        }
    }
    Ok(())
}

/// Strikes mails from the list of those to be filed.
pub(super) fn mark_filed(draft: &mut Draft<'_>, keys: &[MailKey]) -> Result<(), StoreError> {
    for key in keys {
        let key = key.as_str().as_bytes();
        draft.remove(Tree::Unfiled, key)?;
        if let Some(mut seen) = draft.get::<Seen>(Tree::Seen, key)?.filter(|seen| seen.forgotten) {
            seen.mail.message_id = None;
            draft.put(Tree::Seen, key, &seen)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_of_an_older_store_still_count() {
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(serde_json::from_str::<Tried>("3").unwrap(), Tried { times: 3, at });
        let now = Tried { times: 2, at };
        assert_eq!(serde_json::from_str::<Tried>(&serde_json::to_string(&now).unwrap()).unwrap(), now);
    }
}
