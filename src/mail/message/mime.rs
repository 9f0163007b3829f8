//! The parts of a mail (RFC 2046): walked without recursion into mails within the mail, and within bounds.
//!
//! Boundaries count at the start of a line only, as the standard has it. Nested mails are handed out unread: what somebody
//! forwards he did not type.

use super::decode::{self, SoftBreak, Transfer};
use super::headers::{self, Field};
use crate::mail::{CalendarPart, sanitize};
use mail_parser::ContentType;

/// Parts nested deeper are not read.
const MAX_DEPTH: usize = 12;
/// Parts beyond this many are not read.
const MAX_PARTS: usize = 500;

/// A stretch of text, in one or both of its forms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// As text/plain.
    pub plain: Option<String>,
    /// As text/html.
    pub html: Option<String>,
}

/// What the parts of a mail hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Parts<'a> {
    /// The texts to read, in order.
    pub pieces: Vec<Piece>,
    /// The best calendar part.
    pub calendar: Option<CalendarPart>,
    /// The body of a message/delivery-status part.
    pub delivery_status: Option<String>,
    /// Mails within the mail, or their headers, unread.
    pub nested: Vec<&'a [u8]>,
    /// What was left out, in plain words.
    pub defects: Vec<String>,
    seen: usize,
}

/// Walks the parts of a mail whose header is already split.
pub(super) fn walk<'a>(fields: &[Field<'a>], body: &'a [u8]) -> Parts<'a> {
    let mut parts = Parts::default();
    parts.pieces = parts.part(fields, body, 0, Default::default());
    parts
}

/// A part of this name directly in the mail, decoded.
pub(super) fn attachment(fields: &[Field<'_>], body: &[u8], name: &str) -> Option<Vec<u8>> {
    let kind = headers::first(fields, "content-type").and_then(|field| headers::content_type(field.value))?;
    let boundary = kind.attribute("boundary")?.trim_end().to_owned();
    split(body, boundary.as_bytes()).into_iter().find_map(|child| {
        let (fields, body) = headers::split_part(child);
        let kind = headers::first(&fields, "content-type").and_then(|field| headers::content_type(field.value))?;
        (file_name(&kind, &fields) == name).then(|| decode::file(body, transfer(&fields)))
    })
}

/// What a part without a Content-Type is (RFC 2046, 5.1.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Untyped {
    #[default]
    Text,
    Message,
}

impl<'a> Parts<'a> {
    /// The texts of one part; everything else that it holds is put into `self`.
    fn part(&mut self, fields: &[Field<'a>], body: &'a [u8], depth: usize, untyped: Untyped) -> Vec<Piece> {
        self.seen += 1;
        if depth > MAX_DEPTH || self.seen > MAX_PARTS {
            self.defect("De mail bestaat uit te veel delen; niet alles is gelezen.");
            return Vec::new();
        }
        let content_type = headers::first(fields, "content-type").and_then(|field| headers::content_type(field.value));
        let Some(content_type) = content_type else {
            return match untyped {
                Untyped::Text => self.text(None, fields, body),
                Untyped::Message => self.nested(body),
            };
        };
        let subtype = content_type.subtype().unwrap_or_default();
        match content_type.ctype() {
            "multipart" => self.multipart(&content_type, subtype, fields, body, depth),
            "message" => match subtype {
                "delivery-status" | "global-delivery-status" => {
                    let bytes = decode::bytes(body, transfer(fields));
                    self.delivery_status.get_or_insert(String::from_utf8_lossy(&bytes).into_owned());
                    Vec::new()
                }
                "rfc822" | "global" | "news" | "partial" => self.nested(body),
                _ => Vec::new(),
            },
            "text" => match subtype {
                "rfc822-headers" => self.nested(body),
                "calendar" => self.calendar(&content_type, fields, body),
                "plain" | "html" | "enriched" | "" => self.text(Some(&content_type), fields, body),
                _ => Vec::new(),
            },
            "application" if subtype == "ics" => self.calendar(&content_type, fields, body),
            "application" if matches!(subtype, "ms-tnef" | "vnd.ms-tnef") => self.tnef(),
            "application" if matches!(subtype, "pkcs7-mime" | "x-pkcs7-mime" | "pgp-encrypted") => {
                self.defect("De mail is versleuteld en kan niet gelezen worden.");
                Vec::new()
            }
            _ => {
                let name = file_name(&content_type, fields).to_lowercase();
                match name.as_str() {
                    "winmail.dat" => self.tnef(),
                    _ if name.ends_with(".ics") => self.calendar(&content_type, fields, body),
                    _ => Vec::new(),
                }
            }
        }
    }

    fn multipart(
        &mut self,
        content_type: &ContentType<'_>,
        subtype: &str,
        fields: &[Field<'a>],
        body: &'a [u8],
        depth: usize,
    ) -> Vec<Piece> {
        let children = content_type.attribute("boundary").map(|boundary| split(body, boundary.trim_end().as_bytes()));
        let Some(children) = children.filter(|children| !children.is_empty()) else {
            self.defect("De delen van de mail zijn niet te onderscheiden; hij is als één tekst gelezen.");
            return self.text(None, fields, body);
        };
        let untyped = if subtype == "digest" { Untyped::Message } else { Untyped::Text };
        let mut pieces = Vec::new();
        for (at, child) in children.into_iter().enumerate() {
            let (fields, body) = headers::split_part(child);
            let texts = self.part(&fields, body, depth + 1, untyped);
            // The later parts of these are pictures and signatures, never what was typed.
            if at == 0 || !matches!(subtype, "related" | "signed") {
                pieces.extend(texts);
            }
        }
        if subtype == "alternative" { one_of(pieces) } else { pieces }
    }

    fn text(&mut self, content_type: Option<&ContentType<'_>>, fields: &[Field<'a>], body: &'a [u8]) -> Vec<Piece> {
        let disposition =
            headers::first(fields, "content-disposition").and_then(|field| headers::content_type(field.value));
        let attached = disposition.as_ref().is_some_and(ContentType::is_attachment);
        let named = content_type.is_some_and(|kind| !file_name(kind, fields).is_empty());
        if attached || (named && self.seen > 1) {
            return Vec::new();
        }
        if body.len() > decode::MAX_TEXT {
            self.defect("De tekst van de mail is te lang; alleen het begin is gelezen.");
        }
        let bytes = decode::bytes(body, transfer(fields));
        let is_html = content_type.is_some_and(|kind| kind.subtype() == Some("html"));
        let mut charset = content_type.and_then(|kind| kind.attribute("charset")).map(str::to_owned);
        if charset.is_none() && is_html {
            charset = decode::charset_in_html(&bytes);
        }
        let text = decode::characters(&bytes, charset.as_deref());
        if is_html {
            return vec![Piece { plain: None, html: Some(text) }];
        }
        let attribute = |name, value: &str| {
            content_type.and_then(|kind| kind.attribute(name)).is_some_and(|is| is.eq_ignore_ascii_case(value))
        };
        let text = if attribute("format", "flowed") {
            let soft_break = if attribute("delsp", "yes") { SoftBreak::DropsSpace } else { SoftBreak::KeepsSpace };
            decode::unflow(&text, soft_break)
        } else {
            text
        };
        vec![Piece { plain: Some(text), html: None }]
    }

    /// Of several calendar parts the one labelled as such counts: Google sends the same again as an attachment.
    fn calendar(&mut self, content_type: &ContentType<'_>, fields: &[Field<'a>], body: &'a [u8]) -> Vec<Piece> {
        let method = content_type.attribute("method").map(|method| sanitize::line(method, 20).to_uppercase());
        if self.calendar.as_ref().is_none_or(|found| found.method.is_none() && method.is_some()) {
            let bytes = decode::bytes(body, transfer(fields));
            let text = decode::characters(&bytes, content_type.attribute("charset").or(Some("utf-8")));
            self.calendar = Some(CalendarPart { method, text });
        }
        Vec::new()
    }

    fn nested(&mut self, body: &'a [u8]) -> Vec<Piece> {
        self.nested.push(body);
        Vec::new()
    }

    fn tnef(&mut self) -> Vec<Piece> {
        self.defect("De mail heeft een bijlage winmail.dat van Outlook, die niet gelezen kan worden.");
        Vec::new()
    }

    fn defect(&mut self, text: &str) {
        if !self.defects.iter().any(|known| known == text) {
            self.defects.push(text.to_owned());
        }
    }
}

/// Makes one piece of the branches of a multipart/alternative.
fn one_of(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut both = Piece::default();
    for piece in pieces {
        join(&mut both.plain, piece.plain);
        join(&mut both.html, piece.html);
    }
    if both == Piece::default() { Vec::new() } else { vec![both] }
}

fn join(whole: &mut Option<String>, more: Option<String>) {
    match (whole.as_mut(), more) {
        (Some(whole), Some(more)) => {
            whole.push('\n');
            whole.push_str(&more);
        }
        (None, more) => *whole = more,
        (Some(_), None) => {}
    }
}

/// The bodies between the boundary lines. A missing last boundary ends the last part at the end.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut children = Vec::new();
    let (mut at, mut open) = (0, None);
    if boundary.is_empty() {
        return children;
    }
    while at < body.len() && children.len() <= MAX_PARTS {
        let rest = body.get(at..).unwrap_or_default();
        let length = rest.iter().position(|&b| b == b'\n').map_or(rest.len(), |end| end + 1);
        let line = rest.get(..length).unwrap_or_default();
        if let Some(tail) = line.strip_prefix(b"--").and_then(|tail| tail.strip_prefix(boundary)) {
            let tail = tail.trim_ascii_end();
            let closes = tail.starts_with(b"--");
            if tail.is_empty() || closes {
                if let Some(from) = open.take() {
                    children.push(body.get(from..at).map(without_line_end).unwrap_or_default());
                }
                if closes {
                    return children;
                }
                open = Some(at + length);
            }
        }
        at += length;
    }
    if let Some(from) = open {
        children.push(body.get(from..).unwrap_or_default());
    }
    children
}

/// The line end before a boundary belongs to the boundary (RFC 2046, 5.1.1).
fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

fn transfer(fields: &[Field<'_>]) -> Transfer {
    headers::first(fields, "content-transfer-encoding").map_or(Transfer::Plain, |field| Transfer::of(field.value))
}

fn file_name(content_type: &ContentType<'_>, fields: &[Field<'_>]) -> String {
    let disposition =
        headers::first(fields, "content-disposition").and_then(|field| headers::content_type(field.value));
    let named =
        disposition.as_ref().and_then(|kind| kind.attribute("filename")).or_else(|| content_type.attribute("name"));
    named.map(|name| sanitize::line(name, 120)).unwrap_or_default()
}
