//! What the command line may ask of the daemon, and what it gets back: plain data, one JSON line each way.
//!
//! A [`Request`] is carried out by `daemon::execute`, whether it came over the socket (`daemon::socket`) or from a command that
//! opened the store itself because no daemon runs. A [`Response`] is data; `cli` does the printing.

use crate::ids::{Address, EventId};
use crate::outcome::JournalEntry;
use crate::registration::{Event, EventEdit, LetterKind, Offer, State, WaitlistRule};
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Make an event.
    EventAdd(NewEvent),
    /// Change an event; people hear of it when its time or place changes.
    EventEdit {
        /// Which.
        event: EventId,
        /// What becomes different.
        edit: EventEdit,
    },
    /// Call an event off; everybody registered hears so once.
    EventCancel {
        /// Which.
        event: EventId,
        /// Why, in the coordinator's words, for the journal.
        reason: Option<String>,
    },
    /// All events in short.
    EventList(Which),
    /// One event in full.
    EventShow {
        /// Which.
        event: EventId,
    },
    /// Who comes and who waits.
    List {
        /// Of which event; `None` for all that are still to come.
        event: Option<EventId>,
    },
    /// Register somebody by hand, by the same rules as a mail from him.
    Register {
        /// For which event.
        event: EventId,
        /// Whom: letters go here.
        address: Address,
        /// His name; may be empty.
        name: String,
        /// How large his party is from now on, himself included. At least 1.
        seats: u32,
        /// The people of the party as far as they are known.
        names: Vec<String>,
        /// Why, for the journal.
        reason: Option<String>,
        /// Set when he gets his seats whatever the rules say, over capacity too: why; it is kept with the registration.
        let_through: Option<String>,
    },
    /// Give somebody's seats back by hand.
    Cancel {
        /// Of which event.
        event: EventId,
        /// Whose.
        address: Address,
        /// How many; `None` for all of them, waiting ones too.
        seats: Option<u32>,
        /// Why, for the journal.
        reason: Option<String>,
    },
    /// Give somebody who waits his seats out of turn, over capacity too.
    LetThrough {
        /// For which event.
        event: EventId,
        /// Whom.
        address: Address,
        /// Why: it is kept with the registration.
        reason: String,
    },
    /// What the journal tells, oldest first.
    History(HistoryOf),
    /// How the daemon fares.
    Status,
    /// What a mail would be judged by now: for `explain`, which changes nothing.
    Circumstances,
    /// Everything there is, as the text of a backup.
    Backup,
}

/// Which events are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Which {
    /// Those that have not ended yet, cancelled ones too.
    Coming,
    /// All that are kept.
    All,
}

/// Whose history is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HistoryOf {
    /// One person's.
    Person(Address),
    /// One event's.
    Event(EventId),
}

/// An event to be made. What is `None` comes from the configuration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewEvent {
    /// Its name.
    pub id: EventId,
    /// Its title, as letters call it.
    pub title: String,
    /// When it starts, in the network's zone.
    pub start: ZonedDateTime,
    /// When it ends; later than the start.
    pub end: ZonedDateTime,
    /// Where, by name; may be empty.
    pub venue: String,
    /// Where, by street and town; may be empty.
    pub address: String,
    /// How many seats.
    pub capacity: u32,
    /// The largest party that is booked without a person looking.
    pub max_party: Option<u32>,
    /// Who gets freed seats.
    pub waitlist: Option<WaitlistRule>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// It is done and durable.
    Done(Done),
    /// The events, by start.
    Events(Vec<Overview>),
    /// One event, with who comes and who waits.
    Event(Box<Listing>),
    /// Events with who comes and who waits, by start.
    Listings(Vec<Listing>),
    /// What the journal tells, oldest first.
    History(Vec<JournalEntry>),
    /// How the daemon fares.
    Status(Box<Status>),
    /// What a mail would be judged by now.
    Circumstances(Box<Circumstances>),
    /// The text of a backup: like [`Circumstances`] it holds the secret.
    Backup(String),
    /// It was not done: why and what to do, in one plain Dutch sentence.
    Refused(String),
}

/// What a mail is judged by, besides the configuration.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Circumstances {
    /// The events, the registrations and the people.
    pub state: State,
    /// The secret of our Message-IDs: it goes to nobody but who may open the socket, and he may open the store as well.
    pub secret: [u8; 32],
}

impl fmt::Debug for Circumstances {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Circumstances").field("state", &self.state).finish_non_exhaustive()
    }
}

/// What a command has led to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// What happened, one plain Dutch sentence each; at least one.
    pub notes: Vec<String>,
    /// The letters that go out because of it.
    pub letters: Vec<LetterTo>,
}

/// A letter that goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetterTo {
    /// Which.
    pub kind: LetterKind,
    /// To whom.
    pub to: Address,
}

/// An event with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// The event.
    pub event: Event,
    /// Seats confirmed.
    pub confirmed: u32,
    /// Seats on offer.
    pub offered: u32,
    /// Seats waited for.
    pub waiting: u32,
}

/// An event with its people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// The event and its figures.
    pub overview: Overview,
    /// Who has seats, by when they registered. Who also waits for more stands in both lists.
    pub coming: Vec<Party>,
    /// Who waits, in line.
    pub waiting: Vec<Party>,
}

/// Somebody's party at an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Party {
    /// His address as written.
    pub address: Address,
    /// His name; may be empty.
    pub name: String,
    /// Seats that are his.
    pub confirmed: u32,
    /// Seats that he waits for.
    pub waiting: u32,
    /// The people of the party, as far as they are named.
    pub names: Vec<String>,
    /// Since when he is registered.
    pub since: Timestamp,
    /// Seats offered to him.
    pub offer: Option<Offer>,
    /// Why the coordinator let him through.
    pub let_through: Option<String>,
    /// His letters come back: what the report said.
    pub undeliverable: Option<String>,
}

/// How the daemon fares.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Its version.
    pub version: String,
    /// Since when it runs; `None` when no daemon runs and the store alone was asked.
    pub running_since: Option<Timestamp>,
    /// The server or Maildir that mails come from.
    pub inbox: Contact,
    /// The server or folder that letters go to.
    pub outbox: Contact,
    /// Mails done since the daemon started.
    pub mails_done: u64,
    /// Letters sent since the daemon started.
    pub letters_sent: u64,
    /// Letters that still have to go out.
    pub queued: u64,
    /// When the oldest of them was written.
    pub oldest_queued: Option<Timestamp>,
    /// When the oldest mail came in that is known but not done yet.
    pub oldest_unanswered: Option<Timestamp>,
    /// Lines of the logbook that are not in the mailbox yet.
    #[serde(default)]
    pub unlogged: u64,
    /// Mails set aside because they could not be read.
    pub set_aside: u64,
    /// The last thing that went wrong, and when; one plain sentence.
    pub last_error: Option<(Timestamp, String)>,
}

/// How the contact with a server is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Where: `imap.gmail.com:993`, or a folder.
    pub place: String,
    /// When it last answered as it should.
    pub last_ok: Option<Timestamp>,
    /// Since when it does not; `None` when all is well.
    pub failing_since: Option<Timestamp>,
    /// Why it does not, in one plain sentence.
    pub trouble: Option<String>,
}
