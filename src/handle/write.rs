//! From letters that were ordered to letters that can leave: each with its event, its thread and its Message-ID. Pure.
//!
//! Used for mails by `decide`, and for commands and the clock by `daemon::engine`.

use super::Setting;
use crate::ids::{MessageId, PersonKey};
use crate::letters::{Answering, Occasion};
use crate::mail::letter_ids::letter_id;
use crate::outcome::Letter;
use crate::registration::{LetterOrder, Note, NoteKind, State};
use jiff::Timestamp;

/// Whose mail is answered, and how a reply hangs in its thread (RFC 5322, 3.6.4).
#[derive(Clone, Debug)]
pub struct Author<'a> {
    /// Who wrote it.
    pub person: &'a PersonKey,
    /// Its Message-ID.
    pub message_id: Option<&'a MessageId>,
    /// The References of an answer to it, oldest first, without its own Message-ID.
    pub references: Vec<MessageId>,
    /// Its subject.
    pub subject: &'a str,
    /// The words in it that were understood.
    pub evidence: &'a [String],
}

/// Writes the letters that were ordered.
///
/// `seed` names what led to them (a mail's key, a command with its time): with the letter's kind, person and event it makes
/// the Message-ID, so that the same letter always has the same one. A letter that cannot be written becomes a note, and
/// the rest goes on.
pub fn write_letters(
    orders: &[LetterOrder],
    author: Option<&Author<'_>>,
    after: &State,
    setting: &Setting<'_>,
    seed: &str,
    now: Timestamp,
) -> (Vec<Letter>, Vec<Note>) {
    let (mut letters, mut notes) = (Vec::new(), Vec::new());
    for order in orders {
        match setting.letters.write(order, &occasion(order, author, after, setting, seed, now)) {
            Ok(letter) => letters.push(letter),
            Err(error) => notes.push(Note {
                event: order.event.clone(),
                person: Some(order.person.clone()),
                kind: NoteKind::Undeliverable,
                text: format!("Een brief aan {} kon niet worden geschreven: {error}", order.to),
            }),
        }
    }
    (letters, notes)
}

/// The circumstances of one letter. Only the author's own letters answer his mail; the others are about something new.
fn occasion<'a>(
    order: &LetterOrder,
    author: Option<&'a Author<'a>>,
    after: &'a State,
    setting: &Setting<'a>,
    seed: &str,
    now: Timestamp,
) -> Occasion<'a> {
    let event_name = order.event.as_ref().map_or("-", |event| event.as_str());
    let seed = format!("{seed}/{:?}/{}/{event_name}", order.kind, order.person);
    let domain = setting.network.address.domain();
    let answering = author.filter(|author| *author.person == order.person);
    Occasion {
        network: setting.network,
        coordinator: setting.coordinator,
        event: order.event.as_ref().and_then(|id| after.events.get(id)).map(|found| &found.event),
        id: letter_id(setting.secret, &seed, Some(&order.person), order.event.as_ref(), domain),
        written_at: now,
        answering: answering.map(|author| Answering {
            message_id: author.message_id,
            references: &author.references,
            subject: author.subject,
            evidence: author.evidence,
        }),
    }
}
