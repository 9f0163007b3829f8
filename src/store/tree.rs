//! The trees of the store: what each is for, and by what its records are found.
//!
//! Used by the whole of `store`. A new one goes to the end: its number is part of every record's fingerprint.

/// The trees of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(super) enum Tree {
    /// Small named values; the layout's number among them.
    Meta = 0,
    /// Events, by name.
    Events = 1,
    /// Registrations, by event, zero byte, person.
    Registrations = 2,
    /// People, by key.
    People = 3,
    /// The answers of the last day, by number.
    Answered = 4,
    /// Mails that are done, by mail key.
    Seen = 5,
    /// Mails that are done and not yet filed, by mail key.
    Unfiled = 6,
    /// How often a mail was begun, by mail key.
    Tries = 7,
    /// The journal, by number.
    Journal = 8,
    /// Journal numbers by whom and what they are about: `p` person or `e` event, zero byte, number.
    JournalIndex = 9,
    /// Letters by Message-ID, without their bytes.
    Outbox = 10,
    /// The bytes of letters that have not gone yet, by slot.
    Letters = 11,
    /// Letters that have not gone yet, by when they are due and number.
    Queue = 12,
    /// Letters of the last days, by when they went and number.
    Sent = 13,
    /// The rest of long values: tree, key, number of the part.
    Parts = 14,
    /// Letters that could not be delivered, by when that was known and number.
    Undeliverable = 15,
    /// Lines of the logbook that are not in the mailbox yet, by slot and number.
    Logbook = 16,
}

impl Tree {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 17] = [
        Self::Meta,
        Self::Events,
        Self::Registrations,
        Self::People,
        Self::Answered,
        Self::Seen,
        Self::Unfiled,
        Self::Tries,
        Self::Journal,
        Self::JournalIndex,
        Self::Outbox,
        Self::Letters,
        Self::Queue,
        Self::Sent,
        Self::Parts,
        Self::Undeliverable,
        Self::Logbook,
    ];

    /// Its name in the database, and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Events => "events",
            Self::Registrations => "registrations",
            Self::People => "people",
            Self::Answered => "answered",
            Self::Seen => "seen",
            Self::Unfiled => "unfiled",
            Self::Tries => "tries",
            Self::Journal => "journal",
            Self::JournalIndex => "journal-index",
            Self::Outbox => "outbox",
            Self::Letters => "letters",
            Self::Queue => "queue",
            Self::Sent => "sent",
            Self::Parts => "parts",
            Self::Undeliverable => "undeliverable",
            Self::Logbook => "logbook",
        }
    }
}

/// A moment as a key: in the order of time, to the nanosecond.
pub(super) fn time_key(at: jiff::Timestamp) -> [u8; 16] {
    (at.as_nanosecond() as u128 ^ (1 << 127)).to_be_bytes()
}
