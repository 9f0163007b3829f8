//! From bytes to a [`Message`]: the only folder that names the parsing crate.
//!
//! `headers` takes the header apart, `mime` walks the parts, `decode` reads their text, `report` delivery reports; here it
//! is put together, and what the person typed is told from the rest. Every mail is read within bounds: no panic, no deep
//! recursion, no time beyond what its length asks for. Called by `handle` and `explain`.

mod decode;
mod headers;
mod mime;
mod report;

use super::{Mailbox, Message, RawMail, ReplyText, reply_text, sanitize};
use crate::ids::{Address, MailKey, MessageId};
use headers::Field;
use mime::Piece;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The body is hashed in pieces of so many bytes.
const HASHED_AT_ONCE: usize = 64 << 10;

/// Why a mail cannot be read at all. Shown to the coordinator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// There are no bytes, or only white space.
    #[error("De mail is leeg; vraag de afzender om hem opnieuw te sturen.")]
    Empty,
    /// There is no header, so nobody knows who wrote it.
    #[error("Dit is geen mail: er staat geen kop met afzender en onderwerp boven; bekijk hem zelf in de mailbox.")]
    NoHeader,
}

/// Reads a mail.
///
/// # Errors
/// When the bytes are no mail. A mail that could be read in part is no error: its `defects` say what is missing.
pub fn parse(raw: &RawMail) -> Result<Message, Unreadable> {
    if raw.bytes.trim_ascii().is_empty() {
        return Err(Unreadable::Empty);
    }
    let (fields, body) = headers::split(&raw.bytes);
    if fields.is_empty() {
        return Err(Unreadable::NoHeader);
    }
    let parts = mime::walk(&fields, body);
    let mut defects = parts.defects.clone();
    let from = match headers::author(&fields) {
        Ok(from) => Some(from),
        Err(why) => {
            defects.push(why);
            None
        }
    };
    let author = from.as_ref().map_or("", |from: &Mailbox| from.name.as_str());
    Ok(Message {
        key: Some(key_of(&fields, body)),
        received_at: raw.received_at,
        message_id: message_id(&fields),
        answers: answers(&fields),
        sender: headers::mailboxes(&fields, "sender").into_iter().next().map(|sender| sender.address),
        return_path: headers::return_path(&fields),
        to: headers::mailboxes(&fields, "to"),
        cc: headers::mailboxes(&fields, "cc"),
        subject: subject_of(&fields),
        headers: headers::all(&fields),
        text: text(&parts.pieces, author),
        report: report::delivery_report(&fields, &parts),
        ids_in_body: report::ids(&parts),
        calendar: parts.calendar,
        from,
        defects,
    })
}

/// The author alone, to look up what is known of him before the mail is read.
pub fn author(bytes: &[u8]) -> Option<Address> {
    let (fields, _) = headers::split(bytes);
    headers::author(&fields).ok().map(|from| from.address)
}

/// The subject alone, for a mail that cannot be read further.
pub fn subject(bytes: &[u8]) -> String {
    let (fields, _) = headers::split(bytes);
    subject_of(&fields)
}

/// The HTML of a mail, to look at in a browser; `None` when it has none.
pub fn html(bytes: &[u8]) -> Option<String> {
    let (fields, body) = headers::split(bytes);
    mime::walk(&fields, body).pieces.into_iter().find_map(|piece| piece.html)
}

/// A file that goes along with a mail, by its name; `None` when it has none of that name.
pub fn attachment(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let (fields, body) = headers::split(bytes);
    mime::attachment(&fields, body, name)
}

/// The key of a mail, the same for every copy of it: over its Message-ID and its body, line ends not counted. A mail
/// without Message-ID is told from another by its author, date and subject.
pub fn key(bytes: &[u8]) -> MailKey {
    let (fields, body) = headers::split(bytes);
    key_of(&fields, body)
}

/// The key of what is known under a name of ours instead of by a mail's text.
pub fn key_of_name(name: &str) -> MailKey {
    key_of(&[], name.as_bytes())
}

fn key_of(fields: &[Field<'_>], body: &[u8]) -> MailKey {
    let mut hash = Sha256::new();
    let mut known = false;
    for field in fields.iter().filter(|field| field.is("message-id")) {
        hash.update(field.value);
        known = true;
    }
    if !known {
        for field in fields.iter().filter(|field| field.is("from") || field.is("date") || field.is("subject")) {
            hash.update(field.value);
            hash.update(b"\n");
        }
    }
    hash.update(b"\n");
    let mut clean = Vec::with_capacity(body.len().min(HASHED_AT_ONCE));
    for chunk in body.trim_ascii_end().chunks(HASHED_AT_ONCE) {
        clean.clear();
        clean.extend(chunk.iter().filter(|&&b| b != b'\r'));
        hash.update(&clean);
    }
    MailKey::from_hex(hash.finalize().iter().take(16).fold(String::with_capacity(32), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

fn message_id(fields: &[Field<'_>]) -> Option<MessageId> {
    headers::first(fields, "message-id").and_then(|field| headers::ids(field.value).into_iter().next())
}

/// What the mail answers, nearest first, each once (RFC 5322, 3.6.4).
fn answers(fields: &[Field<'_>]) -> Vec<MessageId> {
    let mut found: Vec<MessageId> = Vec::new();
    let of = |name: &str| headers::first(fields, name).map(|field| headers::ids(field.value)).unwrap_or_default();
    for id in of("in-reply-to").into_iter().chain(of("references").into_iter().rev()).take(200) {
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

fn subject_of(fields: &[Field<'_>]) -> String {
    headers::first(fields, "subject").map(|field| headers::text(field.value, sanitize::MAX_SUBJECT)).unwrap_or_default()
}

/// The pieces of a body as one text, each taken apart by itself.
fn text(pieces: &[Piece], author: &str) -> ReplyText {
    let mut whole = ReplyText::default();
    for (at, piece) in pieces.iter().enumerate() {
        let part = split(piece, author);
        if at > 0 && is_list_footer(&part.typed) {
            append(&mut whole.signature, &part.typed);
        } else {
            append(&mut whole.typed, &part.typed);
        }
        append(&mut whole.signature, &part.signature);
        append(&mut whole.quoted, &part.quoted);
    }
    whole
}

/// The HTML form tells quotes by its structure; where it has none, and wherever it says nothing, the plain form is read.
fn split(piece: &Piece, author: &str) -> ReplyText {
    let plain = piece.plain.as_deref().filter(|text| !text.trim().is_empty());
    match (plain, piece.html.as_deref()) {
        (Some(plain), Some(html)) if reply_text::has_quote_marks(html) => {
            let split = reply_text::split_html_by(html, author);
            if split.typed.is_empty() { reply_text::split_by(plain, author) } else { split }
        }
        (Some(plain), _) => reply_text::split_by(plain, author),
        (None, Some(html)) => reply_text::split_html_by(html, author),
        (None, None) => ReplyText::default(),
    }
}

/// What a mailing list adds as a part of its own: a rule, then its addresses.
fn is_list_footer(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default().trim();
    first.len() >= 10 && first.bytes().all(|b| matches!(b, b'_' | b'-' | b'='))
}

fn append(whole: &mut String, more: &str) {
    if more.is_empty() {
        return;
    }
    if !whole.is_empty() {
        whole.push_str("\n\n");
    }
    whole.push_str(more);
}

#[cfg(test)]
mod tests;
