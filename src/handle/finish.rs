//! From what was decided to the outcome that is committed: letters written or kept back, everything put down. Pure.
//!
//! The second half of `decide`, which holds the rules; this file holds what all of them end in.

use super::Setting;
use super::write::{Author, write_letters};
use crate::ids::{MailKey, MessageId, PersonKey};
use crate::mail::{Filing, Mailbox, MayAnswer, Message, RawMail, Screened, answer_caps};
use crate::outcome::{Cause, DoneMail, JournalEntry, Letter, Outcome};
use crate::registration::{Answered, Change, LetterKind, LetterOrder, Note, NoteKind, State};
use crate::understanding::{Disposition, Reading};
use jiff::Timestamp;
use std::borrow::Cow;

/// A mail under decision, with all that a decision may look at.
pub(super) struct Mail<'a> {
    pub(super) raw: &'a RawMail,
    pub(super) key: MailKey,
    pub(super) message: &'a Message,
    pub(super) screened: &'a Screened,
    pub(super) state: &'a State,
    pub(super) setting: &'a Setting<'a>,
    pub(super) now: Timestamp,
}

/// Who wrote a mail.
pub(super) struct Sender<'a> {
    pub(super) person: PersonKey,
    pub(super) mailbox: &'a Mailbox,
}

/// What a decision came to, before it is written down.
#[derive(Default)]
pub(super) struct Done {
    pub(super) changes: Vec<Change>,
    pub(super) orders: Vec<LetterOrder>,
}

impl Mail<'_> {
    /// None of our business: no action, no reply, untouched and unread, and nothing about it in the journal.
    pub(super) fn leave_alone(&self) -> Outcome {
        self.file_alone(Filing::Untouched)
    }

    /// Nothing but filed.
    pub(super) fn file_alone(&self, filing: Filing) -> Outcome {
        Outcome { mail: Some(self.done(filing)), changes: Vec::new(), letters: Vec::new(), entry: None }
    }

    /// Writes the letters, keeps back what may not be answered, and puts everything down in one outcome.
    pub(super) fn finish(
        &self,
        filing: Filing,
        reading: Option<&Reading>,
        author: Option<&PersonKey>,
        mut notes: Vec<Note>,
        mut done: Done,
    ) -> Outcome {
        let mut filing = filing;
        if let Some(author) = author {
            let held_back = self.hold_back(&mut done.orders, author);
            if held_back.is_some() {
                filing = Filing::Question;
            }
            notes.extend(held_back);
        }
        let after = self.events_after(&done.changes);
        let evidence = reading.map_or(&[][..], |reading| &reading.evidence);
        let replying = author.map(|person| self.thread(person, evidence));
        let (letters, problems) =
            write_letters(&done.orders, replying.as_ref(), &after, self.setting, self.key.as_str(), self.now);
        notes.extend(problems);
        if let Some(author) =
            author.filter(|author| letters.iter().any(|letter| letter.head.person.as_ref() == Some(author)))
        {
            let answered = Answered { at: self.now, person: author.clone(), thread: self.thread_root().cloned() };
            done.changes.push(Change::Answered(answered));
        }
        let entry = JournalEntry {
            at: self.now,
            cause: Cause::Mail {
                key: self.key.clone(),
                received_at: self.raw.received_at,
                subject: self.message.subject.chars().take(120).collect(),
                origin: self.screened.origin,
                proof: self.screened.proof.clone(),
            },
            person: author.cloned(),
            requests: reading.map(|reading| reading.requests.clone()).unwrap_or_default(),
            disposition: reading.map(|reading| carried_out(reading, &notes)),
            reason: reading.map_or(&self.screened.reason, |reading| &reading.reason).clone(),
            evidence: evidence.to_vec(),
            notes,
            letters: letters.iter().map(|letter| letter.head.id.clone()).collect(),
        };
        Outcome { mail: Some(self.done(filing)), changes: done.changes, letters, entry: Some(entry) }
    }

    /// The state with the events as they are after these changes, which is all of it that letters are written from.
    fn events_after(&self, changes: &[Change]) -> Cow<'_, State> {
        let events = changes.iter().filter(|change| matches!(change, Change::PutEvent(_)));
        events.fold(Cow::Borrowed(self.state), |mut after, change| {
            after.to_mut().apply(change);
            after
        })
    }

    /// Takes the author's own letters out when he may not be answered or has been answered too often; others still hear
    /// what concerns them.
    fn hold_back(&self, orders: &mut Vec<LetterOrder>, author: &PersonKey) -> Option<Note> {
        let mine = |order: &LetterOrder| order.person == *author;
        if !orders.iter().any(mine) {
            return None;
        }
        let allowed = |order: &LetterOrder| match self.screened.may_answer {
            MayAnswer::Yes => true,
            MayAnswer::IfUnexpected => !matches!(
                order.kind,
                LetterKind::Confirmed
                    | LetterKind::AlreadyRegistered
                    | LetterKind::Cancelled
                    | LetterKind::NothingToCancel
            ),
            MayAnswer::No => false,
        };
        orders.retain(|order| !mine(order) || allowed(order));
        if !orders.iter().any(mine) {
            return None;
        }
        let (recent, caps) = (&self.state.answered, self.setting.caps);
        match answer_caps::check(recent, author, self.thread_root(), self.now, caps) {
            Ok(()) => None,
            Err(capped) => {
                orders.retain(|order| !mine(order));
                Some(self.note(NoteKind::HeldBack, Some(author), &capped.to_string()))
            }
        }
    }

    /// Renders letters to the author of this mail that change nothing.
    pub(super) fn write(&self, orders: &[LetterOrder], author: &PersonKey) -> (Vec<Letter>, Vec<Note>) {
        write_letters(orders, Some(&self.thread(author, &[])), self.state, self.setting, self.key.as_str(), self.now)
    }

    /// How a reply to this mail hangs in its thread.
    fn thread<'m>(&'m self, person: &'m PersonKey, evidence: &'m [String]) -> Author<'m> {
        Author {
            person,
            message_id: self.message.message_id.as_ref(),
            references: self.message.answers.iter().rev().cloned().collect(),
            subject: &self.message.subject,
            evidence,
        }
    }

    /// The first mail of the thread.
    fn thread_root(&self) -> Option<&MessageId> {
        self.message.answers.last().or(self.message.message_id.as_ref())
    }

    pub(super) fn note(&self, kind: NoteKind, person: Option<&PersonKey>, text: &str) -> Note {
        let event = self.screened.thread.as_ref().and_then(|thread| thread.event.clone());
        Note { event, person: person.cloned(), kind, text: text.to_owned() }
    }

    fn done(&self, filing: Filing) -> DoneMail {
        DoneMail {
            key: self.key.clone(),
            location: self.raw.location.clone(),
            message_id: self.message.message_id.clone(),
            received_at: self.raw.received_at,
            filing,
        }
    }
}

/// How the mail was read, as it turned out: a bare yes or no means nothing by itself, but with an offer or a question of
/// ours behind it it was carried out, and nobody has to look at it any more.
fn carried_out(reading: &Reading, notes: &[Note]) -> Disposition {
    let left_to_her = notes.iter().any(|note| note.kind == NoteKind::Question);
    if reading.plain_answer.is_some() && !left_to_her { Disposition::Act } else { reading.disposition }
}
