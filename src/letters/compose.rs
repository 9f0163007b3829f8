//! From rendered words to the bytes of a mail: headers, MIME parts, calendar entry, attachments.
//!
//! The only file that names lettre's message builder. The same parts always give the same bytes: id, date and boundaries
//! are fixed, so that a letter sent again is the same letter. Every text part is quoted-printable, which keeps bare line
//! ends and long lines off the wire (RUSTSEC-2026-0561).

use super::LetterError;
use super::calendar::Method;
use crate::ids::{Address, MessageId};
use crate::mail::sanitize;
use jiff::Timestamp;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue, InReplyTo,
    MessageId as MessageIdHeader, References,
};
use lettre::message::{Mailbox, Message, MultiPart, MultiPartBuilder, SinglePart};
use sha2::{Digest as _, Sha256};

/// The most Message-IDs in References: the first of the thread and the latest ones.
const MOST_REFERENCES: usize = 12;
/// The longest Message-ID that is repeated, in bytes; a header line ends at 998 (RFC 5322, 2.1.1).
const LONGEST_ID: usize = 250;

/// All that a mail is made of.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    /// Its Message-ID.
    pub id: &'a MessageId,
    /// Its Date.
    pub written_at: Timestamp,
    /// The name and address it comes from.
    pub from: (&'a str, &'a Address),
    /// The name, may be empty, and address of its only recipient.
    pub to: (&'a str, &'a Address),
    /// Its subject.
    pub subject: &'a str,
    /// The Message-IDs of the thread, oldest first; the last is the mail that this one answers. Empty for a new thread.
    pub thread: Vec<&'a MessageId>,
    /// Does it answer a mail, or does it come by itself? (RFC 3834, 5)
    pub origin: AutoSubmitted,
    /// What it is, for the `X-Aanmelder` header by which our own mail is known when it comes back.
    pub mark: &'a str,
    /// The text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The calendar entry.
    pub calendar: Option<(Method, String)>,
    /// Files that go along.
    pub attachments: Vec<Attachment<'a>>,
}

/// A file that goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attachment<'a> {
    /// Its file name, in ASCII.
    pub name: &'a str,
    /// Its MIME type.
    pub mime: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What made a letter leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AutoSubmitted {
    /// A mail that it answers.
    Replied,
    /// The time, or somebody else's mail.
    Generated,
}

/// The bytes of the mail, lines ended by CRLF.
///
/// # Errors
/// When an address cannot stand in a mail header.
pub fn compose(parts: &Parts<'_>) -> Result<Vec<u8>, LetterError> {
    let boundary = |level: &str| boundary(parts.id, level);
    let mut alternative = MultiPart::alternative()
        .boundary(boundary("a"))
        .singlepart(text_part(ContentType::TEXT_PLAIN, &parts.text))
        .singlepart(text_part(ContentType::TEXT_HTML, &parts.html));
    if let Some((method, entry)) = &parts.calendar {
        let mime = format!("text/calendar; method={}; charset=utf-8", method.as_str());
        alternative = alternative.singlepart(text_part(content_type(&mime)?, entry));
    }
    let body = if parts.calendar.is_none() && parts.attachments.is_empty() {
        alternative
    } else {
        let mut mixed = MultiPartBuilder::multipart(MultiPart::mixed().boundary(boundary("m")), alternative);
        if let Some((_, entry)) = &parts.calendar {
            mixed = mixed.singlepart(attached("application/ics", "bijeenkomst.ics", entry.as_bytes())?);
        }
        for file in &parts.attachments {
            mixed = mixed.singlepart(attached(file.mime, file.name, file.bytes)?);
        }
        mixed
    };
    let mut builder = Message::builder()
        .from(mailbox(parts.from)?)
        .to(mailbox(parts.to)?)
        .subject(sanitize::line(parts.subject, 300))
        .date(date(parts.written_at)?)
        .header(MessageIdHeader::from(format!("<{}>", parts.id)));
    let thread = thread(&parts.thread);
    if let Some(answered) = thread.last() {
        builder = builder.header(InReplyTo::from(answered.clone())).header(References::from(thread.join(" ")));
    }
    let message = builder
        .header(AutoSubmittedHeader(parts.origin))
        .header(SuppressHeader)
        .header(MarkHeader(sanitize::line(parts.mark, 60)))
        .multipart(body)
        .map_err(|error| LetterError::Compose(error.to_string()))?;
    Ok(message.formatted())
}

/// A boundary that no part can hold: quoted-printable and base64 never have `=_` in them (RFC 2045, 6.7).
fn boundary(id: &MessageId, level: &str) -> String {
    let hash = Sha256::digest(id.as_str().as_bytes());
    let hex: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    format!("=_{level}_{hex}")
}

fn text_part(content_type: ContentType, text: &str) -> SinglePart {
    SinglePart::builder()
        .header(content_type)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(text.replace("\r\n", "\n").replace('\r', "\n"))
}

fn attached(mime: &str, name: &str, bytes: &[u8]) -> Result<SinglePart, LetterError> {
    Ok(SinglePart::builder()
        .header(content_type(&format!("{mime}; name=\"{name}\""))?)
        .header(ContentDisposition::attachment(name))
        .header(ContentTransferEncoding::Base64)
        .body(bytes.to_vec()))
}

fn content_type(mime: &str) -> Result<ContentType, LetterError> {
    ContentType::parse(mime).map_err(|error| LetterError::Compose(error.to_string()))
}

fn mailbox((name, address): (&str, &Address)) -> Result<Mailbox, LetterError> {
    let name = sanitize::name(name);
    let address_too = name.eq_ignore_ascii_case(address.as_str());
    lettre::Address::new(address.local(), address.domain())
        .map(|email| Mailbox::new((!name.is_empty() && !address_too).then_some(name), email))
        .map_err(|_| LetterError::Address(address.clone()))
}

fn date(at: Timestamp) -> Result<std::time::SystemTime, LetterError> {
    std::time::SystemTime::try_from(at).map_err(|error| LetterError::Compose(error.to_string()))
}

/// The ids in their brackets, each once and only those that are fit for a header, cut to the first and the latest.
fn thread(ids: &[&MessageId]) -> Vec<String> {
    let fit = |id: &str| {
        id.len() <= LONGEST_ID && id.contains('@') && id.bytes().all(|b| b.is_ascii_graphic() && b != b'<' && b != b'>')
    };
    let mut kept: Vec<String> = Vec::new();
    for id in ids.iter().map(|id| id.as_str()).filter(|id| fit(id)) {
        let id = format!("<{id}>");
        kept.retain(|earlier| *earlier != id);
        kept.push(id);
    }
    if kept.len() > MOST_REFERENCES {
        let cut = kept.len() - MOST_REFERENCES;
        kept.drain(1..=cut);
    }
    kept
}

/// `Auto-Submitted` (RFC 3834, 5): keeps other machines from answering.
#[derive(Clone)]
struct AutoSubmittedHeader(AutoSubmitted);

impl Header for AutoSubmittedHeader {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(if text == "auto-replied" { AutoSubmitted::Replied } else { AutoSubmitted::Generated }))
    }
    fn display(&self) -> HeaderValue {
        let value = match self.0 {
            AutoSubmitted::Replied => "auto-replied",
            AutoSubmitted::Generated => "auto-generated",
        };
        HeaderValue::new(Self::name(), value.to_owned())
    }
}

/// `X-Auto-Response-Suppress` ([MS-OXCMAIL], 2.1.3.2.20): keeps Exchange from answering with an out-of-office or receipt.
///
/// `All` would also suppress its reports of non-delivery, by which we learn that somebody was not reached; so the others
/// are named one by one.
#[derive(Clone)]
struct SuppressHeader;

impl Header for SuppressHeader {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "DR, RN, NRN, OOF, AutoReply".to_owned())
    }
}

/// `X-Aanmelder`: our own mail, should it ever come back to us.
#[derive(Clone)]
struct MarkHeader(String);

impl Header for MarkHeader {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Aanmelder")
    }
    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}
