//! Mail as it comes in and goes out: the types that its steps hand on.
//!
//! `inbox` (with `maildir`), `outbox` and what both stand on, `tls` and `connect_error`, are the shell; all the rest is pure.
//! Nothing here knows what a mail asks for: that is `understanding`.

pub mod answer_caps;
pub mod authenticity;
pub mod connect_error;
pub mod inbox;
pub mod letter_ids;
pub mod maildir;
pub mod message;
pub mod outbox;
pub mod reply_text;
pub mod safety;
pub mod sanitize;
pub mod tls;

use crate::ids::{Address, EventId, MailKey, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A mail as the server gave it, before anything was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMail {
    /// Where it lies, to file it later.
    pub location: Location,
    /// When the server took it in: INTERNALDATE, or a Maildir file's time. The order of the queue; never the Date header.
    pub received_at: Timestamp,
    /// The whole mail, headers first.
    pub bytes: Vec<u8>,
}

/// Where a mail lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Location {
    /// In an IMAP folder (RFC 3501, 2.3.1.1).
    Imap {
        /// The folder's name, as the server spells it.
        folder: String,
        /// The folder's UIDVALIDITY at the time.
        uid_validity: u32,
        /// The mail's UID in it.
        uid: u32,
    },
    /// A file of a Maildir, by its unique name (the part before `:2,`).
    Maildir {
        /// The unique name.
        name: String,
    },
}

/// How far an inbox has been looked through. Kept by the store, in the same transaction as what came of the mails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cursor {
    /// An IMAP folder. Holds only as long as its UIDVALIDITY stays the same.
    Imap {
        /// The folder's name, as the server spells it.
        folder: String,
        /// The folder's UIDVALIDITY.
        uid_validity: u32,
        /// The lowest UID that was not listed yet.
        next_uid: u32,
    },
    /// A Maildir.
    Maildir {
        /// The unique names of all files that were there: times would not do, for files come with old ones and clocks go wrong.
        listed: BTreeSet<String>,
    },
}

/// A name with an address, as it stands in From or To. The name is already harmless (`sanitize`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The display name; empty when there is none.
    pub name: String,
    /// The address.
    pub address: Address,
}

/// A parsed mail: what was sent, and of it what the person typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Message {
    /// Its key, the same for every copy of it. `None` only in a default value.
    pub key: Option<MailKey>,
    /// When the server took it in.
    pub received_at: Timestamp,
    /// Its Message-ID.
    pub message_id: Option<MessageId>,
    /// What it answers, nearest first: In-Reply-To, then References from the last to the first, each once.
    pub answers: Vec<MessageId>,
    /// The author: set only when there is exactly one From field with exactly one address in it.
    pub from: Option<Mailbox>,
    /// The Sender field.
    pub sender: Option<Address>,
    /// The envelope sender as the server noted it.
    pub return_path: ReturnPath,
    /// Everybody in To.
    pub to: Vec<Mailbox>,
    /// Everybody in Cc.
    pub cc: Vec<Mailbox>,
    /// The subject, decoded, on one line, with its `Re:` and `Fwd:` still before it.
    pub subject: String,
    /// All header fields in order, the name in lower case, the value unfolded and decoded; for `safety`.
    pub headers: Vec<(String, String)>,
    /// The body, taken apart.
    pub text: ReplyText,
    /// The calendar part (RFC 6047), if there is one.
    pub calendar: Option<CalendarPart>,
    /// The delivery report (RFC 3464), if it is one.
    pub report: Option<DeliveryReport>,
    /// Message-IDs that stand anywhere in the body or its parts: how a bounce names the letter that it is about.
    pub ids_in_body: Vec<MessageId>,
    /// Why it could not be read as it should be, in plain words; empty for a sound mail.
    pub defects: Vec<String>,
}

/// The envelope sender (RFC 5321, 4.5.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReturnPath {
    /// The server noted none.
    #[default]
    Absent,
    /// `<>`: an automatic mail that must never be answered.
    Null,
    /// An address.
    Address(Address),
}

/// A mail's body: the person's own words apart from what stands around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReplyText {
    /// What the person typed in this mail, greeting included, with neither quotes nor signature.
    pub typed: String,
    /// The signature, disclaimer and "Verstuurd vanaf mijn iPhone"; empty when there is none.
    pub signature: String,
    /// What was quoted or forwarded along, its quote marks removed; empty when there is nothing.
    pub quoted: String,
}

/// A `text/calendar` part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarPart {
    /// The `method` parameter of its Content-Type in upper case, if it has one; the METHOD inside counts more.
    pub method: Option<String>,
    /// The iCalendar text (RFC 5545), decoded.
    pub text: String,
}

/// What a delivery report says (RFC 3464, 2.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryReport {
    /// Who could not be reached, as far as it says.
    pub recipient: Option<Address>,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`; empty when the report has no machine-readable part.
    pub action: String,
    /// The enhanced status code, such as `5.1.1`; empty when it has none.
    pub status: String,
}

/// A message with the three decisions about it: who wrote it, and may it be acted on and answered. Reading is always allowed.
#[derive(Clone, Debug, PartialEq)]
pub struct Screened {
    /// Who or what wrote it.
    pub origin: Origin,
    /// May what it asks be carried out?
    pub may_act: bool,
    /// May a letter go to its author?
    pub may_answer: MayAnswer,
    /// How its author is known to be who he says.
    pub proof: Proof,
    /// One plain sentence: the sign by which it was told.
    pub reason: String,
    /// The event and letter that it answers, when it answers one of our letters.
    pub thread: Option<Thread>,
}

/// Whether a letter may go to the author of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MayAnswer {
    /// It may.
    Yes,
    /// Only when the result is not what he expects: a calendar reply that a machine sent in his name, and the event is full.
    IfUnexpected,
    /// Never.
    No,
}

/// Who or what wrote a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A person.
    Person,
    /// The coordinator, by her address.
    Coordinator,
    /// A machine in a person's name: out of office, receipts, notifications (RFC 3834).
    Automatic,
    /// Newsletters, lists and other bulk mail.
    Bulk,
    /// A delivery report.
    Bounce,
    /// Our own mail come back.
    Own,
}

/// What vouches for the author of a mail, strongest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// It answers a letter of ours that only he got: the HMAC in its Message-ID is right for him.
    OurLetter,
    /// The configured provider's own Authentication-Results pass for his domain (RFC 8601).
    Provider,
    /// Nothing does; the text says what was missing.
    Nothing(String),
}

/// The letter of ours that a mail answers, as its Message-ID tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The letter's Message-ID.
    pub letter: MessageId,
    /// The event that it was about.
    pub event: Option<EventId>,
}

/// How a letter fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SendResult {
    /// The server took it.
    Accepted,
    /// Not this letter now (4yz for its recipient or its text): try it again later; others may go. The text says why.
    Later(String),
    /// No letter goes out now, this one or another: the sender has to wait, by `halt`.
    Halted {
        /// What keeps them.
        halt: Halt,
        /// Why, in one plain sentence.
        why: String,
    },
    /// Never (5yz): the person cannot be reached at this address. The text says why.
    Refused(String),
    /// The connection ended after the letter had gone out and before the answer came: it may or may not have been taken.
    Unknown(String),
}

/// What keeps all letters from going out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Halt {
    /// The server cannot be reached or takes nothing from us: try again soon.
    Unreachable,
    /// The connection broke in the middle of a letter, before its text: try again soon, with another letter first.
    Broken,
    /// The server does not let us in: try again seldom, so that the account is not locked.
    Login,
    /// As many letters as the provider allows have gone: try again in an hour.
    Limit,
}

/// Where a mail is filed when it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Filing {
    /// A sign-up or change: seen.
    Registered,
    /// A sign-up that waits: seen.
    Waitlist,
    /// A cancellation: seen.
    Cancelled,
    /// For the coordinator: left unread.
    Question,
    /// A report about a letter of ours: seen.
    Undeliverable,
    /// Our own copy of a letter that went out: with the sent mail, seen.
    Sent,
    /// None of our business: untouched and unread where it was.
    Untouched,
}
