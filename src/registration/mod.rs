//! Registration: who has a seat, who waits, who moves up. The rules of the trade, and nothing else.
//!
//! Pure: [`State`] and a wish in, a [`Decision`] out; the caller applies the [`Change`]s with [`State::apply`] and commits
//! them. Knows no mail, no store and no letter text: a [`LetterOrder`] says what a letter must tell, `letters` how.

mod cancel;
mod decide;
mod draft;
mod event;
mod party;
mod people;
mod register;
mod retire;
mod state;
mod tell;
#[cfg(test)]
mod tests;
mod waitlist;

pub use decide::{
    Authority, Wish, decide, has_lapsed_offer, let_through, letter_bounced, next_tick, take_back_unheard, tick,
};
pub use event::{EventEdit, Refusal, cancel_event, create_event, edit_event};
pub use retire::retire;
pub use state::Phase;

use crate::ids::{Address, EventId, MailKey, MessageId, PersonKey};
use crate::understanding::{Language, Request};
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that decides: the events with their registrations, and the people.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The events by name, past ones too until they are cleared away.
    pub events: BTreeMap<EventId, EventState>,
    /// Everybody who ever wrote to us, by key, until forgotten.
    pub people: BTreeMap<PersonKey, Person>,
    /// The answers of the last day, oldest first: what the caps count.
    pub answered: Vec<Answered>,
}

/// An answer that went to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// When.
    pub at: Timestamp,
    /// To whom.
    pub person: PersonKey,
    /// In which thread: the first Message-ID of its References.
    pub thread: Option<MessageId>,
}

/// An event with who comes and who waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventState {
    /// The event.
    pub event: Event,
    /// One registration a person.
    pub registrations: BTreeMap<PersonKey, Registration>,
}

/// A meeting that people sign up for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// Its title, as letters call it.
    pub title: String,
    /// When it starts, in the zone of its place.
    pub start: ZonedDateTime,
    /// When it ends.
    pub end: ZonedDateTime,
    /// Where, by name.
    pub venue: String,
    /// Where, by street and town.
    pub address: String,
    /// How many seats.
    pub capacity: u32,
    /// The rules that hold for it, fixed when it is made.
    pub rules: Rules,
    /// Open, or cancelled by the coordinator.
    pub status: EventStatus,
    /// SEQUENCE of its calendar entry (RFC 5545, 3.8.7.4): one more with each change that people hear of.
    pub sequence: u32,
}

/// Whether an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventStatus {
    /// It does.
    Open,
    /// The coordinator called it off.
    Cancelled,
}

/// The rules of registration for one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The largest party that is booked without a person looking.
    pub max_party: u32,
    /// Who gets freed seats.
    pub waitlist: WaitlistRule,
    /// More than so many hours before the start a freed seat is given at once.
    pub give_above_hours: u32,
    /// Between that and so many hours before the start it is offered; under it nobody is moved unasked.
    pub offer_above_hours: u32,
    /// To how many parties a seat is offered at once.
    pub offers_at_once: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            max_party: 4,
            waitlist: WaitlistRule::Fill,
            give_above_hours: 48,
            offer_above_hours: 12,
            offers_at_once: 3,
        }
    }
}

/// Who gets freed seats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WaitlistRule {
    /// The first party in line that fits.
    Fill,
    /// Only the first in line.
    Strict,
}

/// One person's party at one event. A value exists only while somebody of it is confirmed or waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// Seats that are his.
    pub confirmed: u32,
    /// Seats that he waits for.
    pub waiting: u32,
    /// The people of the party as far as they are named, the first ones first; may be fewer than the seats.
    pub names: Vec<String>,
    /// Since when he is registered at all.
    pub since: Timestamp,
    /// His place in line: when the wish for the waiting seats came in, then the mail's key. `None` when nobody waits.
    pub in_line_since: Option<(Timestamp, MailKey)>,
    /// Seats offered to him that wait for his answer.
    pub offer: Option<Offer>,
    /// When an offer to him ended without his answer: he keeps his place but is not asked again before he writes. A yes
    /// that came in before that and is read only now still counts while the seat is nobody's.
    pub silent_since: Option<Timestamp>,
    /// Why the coordinator let him through, over capacity or out of turn.
    pub let_through: Option<String>,
    /// The mail that last changed it; read once more, it changes nothing.
    pub mail: MailKey,
}

/// A seat on offer: it counts as taken until it is answered, lapses, is cancelled or its letter bounces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// How many seats.
    pub seats: u32,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it lapses.
    pub until: Timestamp,
    /// Parties asked together share one round: the first "ja" has the seat.
    pub round: u64,
}

/// Somebody who wrote to us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The address as last written; letters go there.
    pub address: Address,
    /// The display name as last written; may be empty.
    pub name: String,
    /// The language of the last mail.
    pub language: Language,
    /// On the mailing list: `Some(true)` asked on, `Some(false)` asked off, `None` never said.
    pub listed: Option<bool>,
    /// A change that waits for his word, because nobody could vouch for the mail that asked it.
    pub pending: Option<Pending>,
    /// When he last heard "doorgegeven aan de coördinator": at most once a day.
    pub passed_on_at: Option<Timestamp>,
    /// His letters come back: since when, and what the report said.
    pub undeliverable: Option<(Timestamp, String)>,
}

impl Person {
    /// Somebody of whom nothing is known yet but his address, name and language.
    pub fn new(address: Address, name: String, language: Language) -> Self {
        Self { address, name, language, listed: None, pending: None, passed_on_at: None, undeliverable: None }
    }
}

/// A change that was asked for by a mail nobody can vouch for; carried out when he says yes to our "klopt dit?".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The letter that asked him.
    pub letter: MessageId,
    /// What is carried out on a yes.
    pub requests: Vec<Request>,
    /// When it was asked; it lapses after seven days.
    pub asked_at: Timestamp,
}

/// One step from a state to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// An event is made or has become so.
    PutEvent(Event),
    /// A registration is made or has become so.
    PutRegistration(EventId, PersonKey, Registration),
    /// A registration has ended.
    RemoveRegistration(EventId, PersonKey),
    /// A person is new or has become so.
    PutPerson(PersonKey, Person),
    /// A person is forgotten, with all his registrations.
    RemovePerson(PersonKey),
    /// An answer went out; those more than a day older are dropped.
    Answered(Answered),
}

/// What a mail, a command or the time leads to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// The steps, in order; applied one after another.
    pub changes: Vec<Change>,
    /// The letters to write.
    pub letters: Vec<LetterOrder>,
    /// What the journal, the digest and `explain` tell besides: one plain Dutch sentence each.
    pub notes: Vec<Note>,
    /// Set when it is not decided but left to the coordinator: why, in one plain Dutch sentence. Then there are no changes.
    pub ask: Option<String>,
}

/// A thing worth telling the coordinator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// About which event.
    pub event: Option<EventId>,
    /// About whom.
    pub person: Option<PersonKey>,
    /// What kind of thing.
    pub kind: NoteKind,
    /// One plain Dutch sentence.
    pub text: String,
}

/// The kinds of note, by which the digest sorts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteKind {
    /// Somebody signed up.
    SignedUp,
    /// Somebody came onto the waiting list.
    Waits,
    /// A party changed.
    Changed,
    /// Somebody dropped out.
    DroppedOut,
    /// Somebody moved up from the waiting list.
    Promoted,
    /// A seat was offered, or an offer ended.
    Offered,
    /// A seat is free and nobody was moved up: why.
    NotPromoted,
    /// A question, a doubt: a person has to look.
    Question,
    /// A pitch was offered.
    Pitch,
    /// A letter could not be delivered.
    Undeliverable,
    /// A mail could not be read.
    Unreadable,
    /// On or off the mailing list, or forgotten.
    List,
    /// An event was made, changed or called off.
    Event,
    /// An answer was held back because of the caps.
    HeldBack,
}

/// A letter to write: what it must tell, not how.
#[derive(Clone, Debug, PartialEq)]
pub struct LetterOrder {
    /// Which letter.
    pub kind: LetterKind,
    /// To whom.
    pub person: PersonKey,
    /// The address as it was written.
    pub to: Address,
    /// His display name; may be empty.
    pub name: String,
    /// In which language.
    pub language: Language,
    /// About which event.
    pub event: Option<EventId>,
    /// The facts that it tells.
    pub facts: Facts,
}

impl LetterOrder {
    /// A letter to a person, about no event and without facts.
    pub fn to(key: &PersonKey, person: &Person, kind: LetterKind) -> Self {
        Self {
            kind,
            person: key.clone(),
            to: person.address.clone(),
            name: person.name.clone(),
            language: person.language,
            event: None,
            facts: Facts::default(),
        }
    }
}

/// The letters there are, by what happened to the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LetterKind {
    /// Bevestiging: he has his seats. Calendar entry.
    Confirmed,
    /// Wachtlijst: it is full; his place in line, the seats left, the rule.
    Waitlisted,
    /// Gewijzigd: his party is now so large; also partly confirmed and partly waiting, and partial cancellation.
    Changed,
    /// Dubbel aangemeld: nothing changed, all is well.
    AlreadyRegistered,
    /// Afgemeld: all his seats are given back, or he has left the line. Calendar cancellation if he had an entry.
    Cancelled,
    /// He cancelled but was not registered: noted kindly.
    NothingToCancel,
    /// Doorgeschoven: he has moved up from the waiting list. Calendar entry.
    Promoted,
    /// Aanbod: a seat is free, answer "ja" before the deadline.
    Offered,
    /// The offered seat went to somebody else or the deadline passed; he keeps his place in line.
    OfferEnded,
    /// Klopt dit: nobody could vouch for the mail; answer "ja" and it is carried out.
    PleaseConfirm,
    /// Doorgegeven aan de coördinator.
    PassedOn,
    /// The event has another time or place. New calendar entry with a higher SEQUENCE.
    EventMoved,
    /// The event is called off. Calendar cancellation.
    EventCancelled,
    /// On the mailing list.
    Subscribed,
    /// Off the mailing list; says that a registration stands.
    Unsubscribed,
    /// All that was kept about him is removed.
    Forgotten,
}

/// What a letter may tell. Only what its kind needs is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Seats that are his now.
    pub confirmed: u32,
    /// Seats that he waits for now.
    pub waiting: u32,
    /// Confirmed and waiting seats before this.
    pub before: u32,
    /// Seats that were his before this: when there were any he has an entry in his calendar.
    pub confirmed_before: u32,
    /// The names of the party.
    pub names: Vec<String>,
    /// His place in line, from 1.
    pub position: Option<u32>,
    /// Seats still free, for "er zijn nog 1 plaats(en)".
    pub seats_left: u32,
    /// The seats offered.
    pub offered: u32,
    /// Until when the offer stands.
    pub until: Option<Timestamp>,
    /// What was changed about the event, in the words of the letter: old start and venue.
    pub moved_from: Option<(ZonedDateTime, String)>,
    /// The requests that wait for his yes.
    pub pending: Vec<Request>,
    /// His mail also asks something: the coordinator answers it.
    pub question_passed_on: bool,
    /// He offered a pitch: the coordinator hears of it.
    pub pitch_noted: bool,
}
