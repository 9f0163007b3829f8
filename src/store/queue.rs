//! The letters: those that wait to go, and a small record of those that went.
//!
//! Called by `Store`; `commit` adds to it. A letter is written down whole before it is tried, so that a retry sends the same bytes.

use super::disk::Disk;
use super::draft::{Draft, Records};
use super::error::StoreError;
use super::letters::{Fate, LetterRecord, QueuedLetter};
use super::logbook;
use super::tree::{Tree, time_key};
use crate::ids::MessageId;
use crate::logbook::What;
use crate::mail::{Halt, SendResult};
use crate::outcome::Letter;
use jiff::{SignedDuration, Timestamp};
use std::io::Read;

/// The minutes between tries; the last holds for ever.
const DELAYS: [i64; 6] = [1, 2, 5, 15, 30, 60];
/// So long the times of sending are kept, for the limits.
const SENT_DAYS: i64 = 8;

/// Letters' bytes take the places of those that went: sled does not give back the room of a page that is emptied and not
/// written again, and a new place for each letter made the database grow by 13 kB a letter for ever.
const SLOTS: u64 = 64;

/// How a letter stands when it is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is new: nobody can have it yet.
    New,
    /// It may have gone before the store was lost.
    Uncertain,
    /// It has gone.
    Gone,
}

/// Queues a letter, unless one with its Message-ID was ever queued. One that has gone is only remembered.
pub(super) fn add(draft: &mut Draft<'_>, letter: &Letter, standing: Standing) -> Result<(), StoreError> {
    let key = letter.head.id.as_str().as_bytes();
    if draft.has(Tree::Outbox, key)? {
        return Ok(());
    }
    let number = draft.totals.take_number();
    let slot = match standing {
        Standing::Gone => 0,
        Standing::New | Standing::Uncertain => free_slot(draft)?.unwrap_or(SLOTS + number),
    };
    let mut record = LetterRecord {
        head: letter.head.clone(),
        number,
        slot,
        tries: 0,
        first_try: None,
        // A try that the lost store made is long past.
        uncertain_since: (standing == Standing::Uncertain).then_some(Timestamp::UNIX_EPOCH),
        fate: Fate::Waiting { next_try: None, uncertain: standing == Standing::Uncertain, reason: String::new() },
        forgotten: false,
        logged_waiting: standing == Standing::Uncertain,
    };
    if standing == Standing::Gone {
        record.fate = Fate::Sent { at: letter.head.written_at };
        draft.put(Tree::Sent, &sent_key(letter.head.written_at, number), &())?;
        drop_old_sent(draft, letter.head.written_at)?;
        return draft.put(Tree::Outbox, key, &record);
    }
    draft.put(Tree::Queue, &queue_key(&record), &letter.head.id)?;
    draft.put_bytes(Tree::Letters, &slot.to_be_bytes(), &pack(&letter.bytes))?;
    draft.put(Tree::Outbox, key, &record)
}

/// The lowest place for a letter's bytes that is free, among the first ones.
fn free_slot(draft: &Draft<'_>) -> Result<Option<u64>, StoreError> {
    for slot in 0..SLOTS {
        if !draft.has(Tree::Letters, &slot.to_be_bytes())? {
            return Ok(Some(slot));
        }
    }
    Ok(None)
}

/// The letters that are due, longest first.
pub(super) fn due(disk: &Disk, now: Timestamp, limit: usize) -> Result<Vec<QueuedLetter>, StoreError> {
    let end = time_key(now);
    // A letter that is due later than any delay was put off before the clock was set back.
    let too_far = time_key(now + SignedDuration::from_mins(2 * longest_delay()));
    let mut letters = Vec::new();
    for key in
        disk.keys_from(Tree::Queue, b"")?.take_while(|key| key.as_ref().map_or(true, |key| key.get(..16) <= Some(&end)))
    {
        if letters.len() == limit {
            return Ok(letters);
        }
        letters.extend(queued(disk, &key?)?);
    }
    for key in disk.keys_from(Tree::Queue, &too_far)?.take(limit - letters.len()) {
        letters.extend(queued(disk, &key?)?);
    }
    Ok(letters)
}

/// The text of a letter that waits; `None` when it has gone or never was.
pub(super) fn bytes_of_waiting(disk: &Disk, id: &MessageId) -> Result<Option<Vec<u8>>, StoreError> {
    match disk.get::<LetterRecord>(Tree::Outbox, id.as_str().as_bytes())? {
        Some(record) if matches!(record.fate, Fate::Waiting { .. }) => {
            let Some(packed) = disk.bytes(Tree::Letters, &record.slot.to_be_bytes())? else { return Ok(None) };
            unpack(&packed).map(Some).map_err(|error| disk.corrupt(format!("een brief is niet uit te pakken: {error}")))
        }
        _ => Ok(None),
    }
}

/// Queues a letter again that was taken for gone and has left no trace in the folder of sent mail.
pub(super) fn requeue(draft: &mut Draft<'_>, letter: &Letter) -> Result<(), StoreError> {
    let key = letter.head.id.as_str().as_bytes();
    if let Some(record) = draft.get::<LetterRecord>(Tree::Outbox, key)? {
        let Fate::Sent { at } = record.fate else { return Ok(()) };
        draft.remove(Tree::Sent, &sent_key(at, record.number))?;
        draft.remove(Tree::Outbox, key)?;
    }
    add(draft, letter, Standing::Uncertain)
}

/// Forgets a letter altogether.
pub(super) fn drop_letter(draft: &mut Draft<'_>, record: &LetterRecord) -> Result<(), StoreError> {
    match &record.fate {
        Fate::Waiting { .. } => {
            draft.remove(Tree::Queue, &queue_key(record))?;
            draft.remove(Tree::Letters, &record.slot.to_be_bytes())?;
        }
        Fate::Sent { at } => draft.remove(Tree::Sent, &sent_key(*at, record.number))?,
        Fate::Undeliverable { at, .. } => draft.remove(Tree::Undeliverable, &sent_key(*at, record.number))?,
    }
    draft.remove(Tree::Outbox, record.head.id.as_str().as_bytes())
}

/// Puts a letter back as a backup has it. One that waits may have gone since.
pub(super) fn restore(draft: &mut Draft<'_>, record: &LetterRecord, text: Option<&[u8]>) -> Result<(), StoreError> {
    let mut record = record.clone();
    draft.totals.number_taken(record.number);
    match (&mut record.fate, text) {
        (Fate::Waiting { uncertain, .. }, Some(text)) => {
            *uncertain = true;
            record.uncertain_since.get_or_insert(Timestamp::UNIX_EPOCH);
            record.slot = free_slot(draft)?.unwrap_or(SLOTS + record.number);
            draft.put(Tree::Queue, &queue_key(&record), &record.head.id)?;
            draft.put_bytes(Tree::Letters, &record.slot.to_be_bytes(), &pack(text))?;
        }
        // Without its text it cannot go any more.
        (Fate::Waiting { .. }, None) => return Ok(()),
        (Fate::Sent { at }, _) => draft.put(Tree::Sent, &sent_key(*at, record.number), &())?,
        (Fate::Undeliverable { at, .. }, _) => {
            let key = sent_key(*at, record.number);
            draft.put(Tree::Undeliverable, &key, &record.head.id)?;
        }
    }
    draft.put(Tree::Outbox, record.head.id.as_str().as_bytes(), &record)
}

fn queued(disk: &Disk, key: &[u8]) -> Result<Option<QueuedLetter>, StoreError> {
    let Some(id) = disk.get::<MessageId>(Tree::Queue, key)? else { return Ok(None) };
    let key = id.as_str().as_bytes();
    let Some(record) = disk.get::<LetterRecord>(Tree::Outbox, key)? else { return Ok(None) };
    let Some(packed) = disk.bytes(Tree::Letters, &record.slot.to_be_bytes())? else { return Ok(None) };
    let bytes = unpack(&packed).map_err(|error| disk.corrupt(format!("een brief is niet uit te pakken: {error}")))?;
    let Fate::Waiting { next_try, uncertain, .. } = record.fate else { return Ok(None) };
    let letter = Letter { head: record.head, bytes };
    Ok(Some(QueuedLetter { letter, tries: record.tries, uncertain, next_try, uncertain_since: record.uncertain_since }))
}

/// HTML letters shrink to a quarter, and with them all that is written.
fn pack(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::bufread::DeflateEncoder::new(bytes, flate2::Compression::fast());
    let mut packed = Vec::new();
    // Reading from memory into memory does not fail.
    let _ = packer.read_to_end(&mut packed);
    packed
}

fn unpack(packed: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    flate2::bufread::DeflateDecoder::new(packed).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Takes a letter out of the queue as if it had never been written. `false`, and nothing changes, when it went or may have.
pub(super) fn withdraw(draft: &mut Draft<'_>, id: &MessageId) -> Result<bool, StoreError> {
    let key = id.as_str().as_bytes();
    let Some(record) = draft.get::<LetterRecord>(Tree::Outbox, key)? else { return Ok(false) };
    if !record.has_surely_not_gone() {
        return Ok(false);
    }
    draft.remove(Tree::Queue, &queue_key(&record))?;
    draft.remove(Tree::Letters, &record.slot.to_be_bytes())?;
    draft.remove(Tree::Outbox, key)?;
    Ok(true)
}

/// Counts a try before it is made.
pub(super) fn note_try(draft: &mut Draft<'_>, id: &MessageId, now: Timestamp) -> Result<u32, StoreError> {
    let key = id.as_str().as_bytes();
    let Some(mut record) = draft.get::<LetterRecord>(Tree::Outbox, key)? else { return Ok(0) };
    record.tries = record.tries.saturating_add(1);
    record.first_try.get_or_insert(now);
    record.uncertain_since = Some(now);
    if let Fate::Waiting { uncertain, .. } = &mut record.fate {
        *uncertain = true;
    }
    draft.put(Tree::Outbox, key, &record)?;
    Ok(record.tries)
}

/// Lets a letter of which nobody knows whether it went wait until then for word of it.
pub(super) fn await_word(draft: &mut Draft<'_>, id: &MessageId, until: Timestamp) -> Result<(), StoreError> {
    let key = id.as_str().as_bytes();
    let Some(mut record) = draft.get::<LetterRecord>(Tree::Outbox, key)? else { return Ok(()) };
    let Fate::Waiting { reason, .. } = &record.fate else { return Ok(()) };
    let fate = Fate::Waiting { next_try: Some(until), uncertain: true, reason: reason.clone() };
    draft.remove(Tree::Queue, &queue_key(&record))?;
    record.fate = fate;
    draft.put(Tree::Queue, &queue_key(&record), id)?;
    draft.put(Tree::Outbox, key, &record)
}

/// Notes how a try ended. A letter that no longer waits stays as it is.
pub(super) fn mark(
    draft: &mut Draft<'_>,
    id: &MessageId,
    result: &SendResult,
    now: Timestamp,
) -> Result<(), StoreError> {
    let key = id.as_str().as_bytes();
    let Some(mut record) = draft.get::<LetterRecord>(Tree::Outbox, key)? else { return Ok(()) };
    if !matches!(record.fate, Fate::Waiting { .. }) {
        return Ok(());
    }
    draft.remove(Tree::Queue, &queue_key(&record))?;
    if let SendResult::Halted { halt: Halt::Unreachable | Halt::Login | Halt::Limit, .. } = result {
        record.tries = record.tries.saturating_sub(1);
    }
    record.fate = fate(&record, result, now);
    record.uncertain_since = record.uncertain_since.filter(|_| !record.has_surely_not_gone());
    match &record.fate {
        Fate::Waiting { .. } => {
            draft.put(Tree::Queue, &queue_key(&record), id)?;
            return draft.put(Tree::Outbox, key, &record);
        }
        Fate::Sent { at } => {
            draft.put(Tree::Sent, &sent_key(*at, record.number), &())?;
            drop_old_sent(draft, now)?;
        }
        Fate::Undeliverable { at, .. } if !record.forgotten => {
            draft.put(Tree::Undeliverable, &sent_key(*at, record.number), id)?;
        }
        Fate::Undeliverable { .. } => {}
    }
    let to_log = match &record.fate {
        Fate::Sent { .. } => record.logged_waiting.then_some(SendResult::Accepted),
        Fate::Undeliverable { reason, .. } => Some(SendResult::Refused(reason.clone())),
        Fate::Waiting { .. } => None,
    };
    if let Some(result) = to_log {
        logbook::add(draft, now, What::Fared { letter: id.clone(), at: now, result })?;
    }
    draft.remove(Tree::Letters, &record.slot.to_be_bytes())?;
    if record.forgotten { draft.remove(Tree::Outbox, key) } else { draft.put(Tree::Outbox, key, &record) }
}

fn fate(record: &LetterRecord, result: &SendResult, now: Timestamp) -> Fate {
    let again = |uncertain, reason: &String| {
        if record.is_tried_enough(now) {
            return Fate::Undeliverable { at: now, reason: reason.clone() };
        }
        let tries = usize::try_from(record.tries.saturating_sub(1)).unwrap_or(usize::MAX);
        let minutes = DELAYS.get(tries).copied().unwrap_or_else(longest_delay);
        Fate::Waiting { next_try: Some(now + SignedDuration::from_mins(minutes)), uncertain, reason: reason.clone() }
    };
    match result {
        SendResult::Accepted => Fate::Sent { at: now },
        SendResult::Later(reason) => again(false, reason),
        SendResult::Unknown(reason) => again(true, reason),
        SendResult::Refused(reason) => Fate::Undeliverable { at: now, reason: reason.clone() },
        // It has nothing to do with this letter, which goes as soon as any goes.
        SendResult::Halted { halt: Halt::Unreachable | Halt::Login, why } => {
            Fate::Waiting { next_try: None, uncertain: false, reason: why.clone() }
        }
        // It may have: the next time another one is tried first.
        SendResult::Halted { halt: Halt::Broken | Halt::Limit, why } => again(false, why),
    }
}

fn longest_delay() -> i64 {
    DELAYS.iter().copied().max().unwrap_or(60)
}

/// A letter that was never tried is due at once, whatever the clock says.
fn queue_key(record: &LetterRecord) -> Vec<u8> {
    let due = match &record.fate {
        Fate::Waiting { next_try: Some(at), .. } => time_key(*at),
        _ => [0; 16],
    };
    [due.as_slice(), &record.number.to_be_bytes()].concat()
}

/// When something final happened to a letter, and its number.
pub(super) fn sent_key(at: Timestamp, number: u64) -> Vec<u8> {
    [time_key(at).as_slice(), &number.to_be_bytes()].concat()
}

fn drop_old_sent(draft: &mut Draft<'_>, now: Timestamp) -> Result<(), StoreError> {
    let end = time_key(now - SignedDuration::from_hours(24 * SENT_DAYS));
    // A few at a time: each sent letter adds one, so that the list stays short and no call long.
    let old: Vec<_> = draft.disk().keys_from(Tree::Sent, b"")?.take(4).collect::<Result<_, _>>()?;
    for key in old.iter().filter(|key| key.get(..16) < Some(&end)) {
        draft.remove(Tree::Sent, key)?;
    }
    Ok(())
}

/// How many letters have gone since a moment, those that went in a far future left out.
pub(super) fn sent_since(disk: &Disk, since: Timestamp, now: Timestamp) -> Result<u32, StoreError> {
    let end = time_key(now + SignedDuration::from_hours(24));
    let start = time_key(since);
    let sent = disk.keys_from(Tree::Sent, &start)?;
    let mut sent = sent.take_while(|key| key.as_ref().map_or(true, |key| key.get(..16) <= Some(&end)));
    sent.try_fold(0_u32, |count, key| key.map(|_| count.saturating_add(1)))
}

/// The letters that could not be delivered since a moment.
pub(super) fn undeliverable_since(disk: &Disk, since: Timestamp) -> Result<Vec<LetterRecord>, StoreError> {
    let mut records = Vec::new();
    for key in disk.keys_from(Tree::Undeliverable, &time_key(since))? {
        let id: Option<MessageId> = disk.get(Tree::Undeliverable, &key?)?;
        if let Some(id) = id {
            records.extend(disk.get::<LetterRecord>(Tree::Outbox, id.as_str().as_bytes())?);
        }
    }
    Ok(records)
}

/// The letters that wait.
pub(super) fn waiting(disk: &Disk) -> Result<Vec<LetterRecord>, StoreError> {
    let mut records = Vec::new();
    for id in disk.all::<MessageId>(Tree::Queue, b"")? {
        records.extend(disk.get::<LetterRecord>(Tree::Outbox, id.as_str().as_bytes())?);
    }
    Ok(records)
}

/// When the oldest letter that waits was written.
pub(super) fn oldest(disk: &Disk) -> Result<Option<Timestamp>, StoreError> {
    Ok(waiting(disk)?.into_iter().map(|record| record.head.written_at).min())
}
