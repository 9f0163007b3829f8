//! The header of a mail: its fields taken apart at the bytes, and single values decoded.
//!
//! The fields are split here and not by the parsing crate, which lets the last of several From fields win and takes
//! `Fr om:` for one: whoever judged the mail on its way may have looked at another one.

use crate::ids::{Address, MessageId};
use crate::mail::{Mailbox, ReturnPath, sanitize};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::parsers::MessageStream;
use mail_parser::{Addr, ContentType, HeaderValue};
use std::borrow::Cow;

/// Header fields beyond this many are not looked at.
const MAX_FIELDS: usize = 2_000;
/// A header larger than this, in bytes, is cut: nothing that matters stands behind it.
const MAX_HEADER: usize = 4 << 20;
/// One value is read up to so many bytes: enough for 10,000 recipients.
const MAX_VALUE: usize = 1 << 20;
/// A value kept for `safety` is cut to so many characters.
const MAX_KEPT: usize = 4_000;

/// One header field as it stands in the mail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    /// The name, without the colon, as written.
    pub name: &'a str,
    /// The value, still folded and encoded, without its last line end.
    pub value: &'a [u8],
}

impl Field<'_> {
    /// Is this its name? Case does not count (RFC 5322, 1.2.2).
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The fields of a mail and its body. Blank lines and an mbox line (`From `) before the header are skipped.
pub(super) fn split(bytes: &[u8]) -> (Vec<Field<'_>>, &[u8]) {
    split_from(bytes, Start::Before)
}

/// The fields of a part and its body. A part may have no header: then it begins with a blank line.
pub(super) fn split_part(bytes: &[u8]) -> (Vec<Field<'_>>, &[u8]) {
    split_from(bytes, Start::Header)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Before,
    Header,
}

/// Takes the lines of a header together to fields; a line that is no field is passed over.
fn split_from(bytes: &[u8], start: Start) -> (Vec<Field<'_>>, &[u8]) {
    let mut fields: Vec<Field<'_>> = Vec::new();
    let (mut at, mut started) = (0, start == Start::Header);
    let mut open: Option<(&str, usize)> = None;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let length = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or_default();
        let blank = line.iter().all(|&b| matches!(b, b'\r' | b'\n'));
        let folded = line.first().is_some_and(|&b| matches!(b, b' ' | b'\t'));
        let field_ends = rest.is_empty() || !folded || at > MAX_HEADER;
        if field_ends
            && fields.len() < MAX_FIELDS
            && let Some((name, from)) = open.take()
        {
            fields.push(Field { name, value: trimmed(bytes.get(from..at).unwrap_or_default()) });
        }
        if rest.is_empty() || (blank && started) || at > MAX_HEADER {
            return (fields, bytes.get(at + length..).unwrap_or_default());
        }
        let is_mbox_line = !started && line.starts_with(b"From ");
        if !folded && !blank && !is_mbox_line {
            started = true;
            open = field_start(line).map(|(name, skip)| (name, at + skip));
        }
        at += length;
    }
}

/// The name of the field on a line and where its value begins.
fn field_start(line: &[u8]) -> Option<(&str, usize)> {
    let colon = line.iter().take(200).position(|&b| b == b':')?;
    let name = std::str::from_utf8(line.get(..colon)?).ok()?.trim_end();
    (!name.is_empty()).then_some((name, colon + 1))
}

fn trimmed(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    value.get(..MAX_VALUE).unwrap_or(value)
}

/// The only field of this name; `None` when there is none or more than one.
pub(super) fn only<'a>(fields: &[Field<'a>], name: &str) -> Option<Field<'a>> {
    let mut found = fields.iter().filter(|field| field.is(name));
    match (found.next(), found.next()) {
        (Some(field), None) => Some(*field),
        _ => None,
    }
}

/// The first field of this name.
pub(super) fn first<'a>(fields: &[Field<'a>], name: &str) -> Option<Field<'a>> {
    fields.iter().find(|field| field.is(name)).copied()
}

/// The author, or why there is no telling who it is.
pub(super) fn author(fields: &[Field<'_>]) -> Result<Mailbox, String> {
    let likes =
        |name: &str| name.chars().filter(|c| !c.is_whitespace()).collect::<String>().eq_ignore_ascii_case("from");
    match fields.iter().filter(|field| likes(field.name)).count() {
        0 => return Err("De mail noemt geen afzender.".to_owned()),
        1 => {}
        _ => return Err("De mail noemt meer dan één afzender.".to_owned()),
    }
    let field = only(fields, "from").ok_or("De afzender staat niet goed in de mail.")?;
    if unquoted_brackets(field.value) > 1 {
        return Err("De mail noemt meer dan één afzender.".to_owned());
    }
    let mut boxes = addresses(field.value);
    match (boxes.pop(), boxes.is_empty()) {
        (Some((name, Some(address))), true) => Ok(Mailbox { name, address }),
        (_, false) => Err("De mail noemt meer dan één afzender.".to_owned()),
        _ => Err("Het adres van de afzender is niet te lezen.".to_owned()),
    }
}

/// How many `<` stand outside quoted text.
fn unquoted_brackets(value: &[u8]) -> usize {
    let (mut quoted, mut escaped, mut count) = (false, false, 0);
    for &byte in value {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'<' if !quoted => count += 1,
            _ => {}
        }
    }
    count
}

/// Everybody in all fields of this name, as far as the addresses can be read.
pub(super) fn mailboxes(fields: &[Field<'_>], name: &str) -> Vec<Mailbox> {
    fields
        .iter()
        .filter(|field| field.is(name))
        .flat_map(|field| addresses(field.value))
        .filter_map(|(name, address)| Some(Mailbox { name, address: address? }))
        .collect()
}

/// The names and addresses of an address list (RFC 5322, 3.4), groups opened up.
fn addresses(value: &[u8]) -> Vec<(String, Option<Address>)> {
    let text = with_line_end(value);
    let read = |addr: &Addr<'_>| {
        let address = addr.address.as_deref().and_then(|address| Address::new(address.trim()).ok());
        let name = addr.name.as_deref().map(sanitize::name).unwrap_or_default();
        (name, address)
    };
    match MessageStream::new(text.as_bytes()).parse_address() {
        HeaderValue::Address(list) => list.iter().map(read).collect(),
        _ => Vec::new(),
    }
}

/// The envelope sender, from the topmost Return-Path.
pub(super) fn return_path(fields: &[Field<'_>]) -> ReturnPath {
    let Some(field) = first(fields, "return-path") else { return ReturnPath::Absent };
    let text = String::from_utf8_lossy(field.value);
    let bare = text.trim().trim_matches(['<', '>']).trim();
    if bare.is_empty() {
        return ReturnPath::Null;
    }
    Address::new(bare).map_or(ReturnPath::Absent, ReturnPath::Address)
}

/// The Message-IDs in a value, in order.
pub(super) fn ids(value: &[u8]) -> Vec<MessageId> {
    let text = String::from_utf8_lossy(value);
    let mut found = Vec::new();
    let mut rest = text.as_ref();
    while let Some((_, after)) = rest.split_once('<') {
        let Some((id, next)) = after.split_once('>') else { break };
        let id: String = id.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        if !id.is_empty() && id.len() <= 512 && found.len() < 1_000 {
            found.push(MessageId::new(&id));
        }
        rest = next;
    }
    if found.is_empty() && !text.contains('<') {
        let bare = text.split_whitespace().next().unwrap_or_default();
        if bare.contains('@') && bare.len() <= 512 {
            found.push(MessageId::new(bare));
        }
    }
    found
}

/// A value as one line of text, its encoded words (RFC 2047) read.
pub(super) fn text(value: &[u8], max: usize) -> String {
    let plain = value.is_ascii() && !value.windows(2).any(|pair| pair == b"=?");
    if plain {
        return sanitize::line(&String::from_utf8_lossy(value), max);
    }
    let whole = with_line_end(value);
    match MessageStream::new(whole.as_bytes()).parse_unstructured() {
        HeaderValue::Text(text) => sanitize::line(&text, max),
        _ => String::new(),
    }
}

/// All fields, their names in lower case and their values as text, as `safety` reads them.
pub(super) fn all(fields: &[Field<'_>]) -> Vec<(String, String)> {
    fields.iter().map(|field| (field.name.to_lowercase(), text(field.value, MAX_KEPT))).collect()
}

/// A Content-Type or Content-Disposition value (RFC 2045, 5.1; RFC 2231).
pub(super) fn content_type(value: &[u8]) -> Option<ContentType<'static>> {
    let text = with_line_end(value.get(..8_000).unwrap_or(value));
    match MessageStream::new(text.as_bytes()).parse_content_type().into_owned() {
        HeaderValue::ContentType(found) => Some(found),
        _ => None,
    }
}

/// The value in UTF-8 with the line end that the crate's readers stop at. What is no UTF-8 is read as windows-1252, which
/// old clients write without saying so.
fn with_line_end(value: &[u8]) -> String {
    let mut text = match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => windows_1252(value).into_owned(),
    };
    text.push('\n');
    text
}

/// Bytes of windows-1252 as text: every byte means something there.
pub(super) fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    match charset_decoder(b"windows-1252") {
        Some(decode) => Cow::Owned(decode(bytes)),
        None => String::from_utf8_lossy(bytes),
    }
}
