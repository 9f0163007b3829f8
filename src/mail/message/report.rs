//! What a delivery report says (RFC 3464), and which of our letters it or any mail names in its body.

use super::headers::{self, Field};
use super::mime::Parts;
use crate::ids::{Address, MessageId};
use crate::mail::{DeliveryReport, sanitize};

/// More ids than this in one mail are not listed.
const MAX_IDS: usize = 100;
/// A text is searched for ids up to so many bytes.
const MAX_SEARCHED: usize = 256 << 10;

/// The delivery report of a mail: from its machine-readable part, or, from a mailer daemon that sends none, what its text
/// says: old Gmail reports have no such part.
pub(super) fn delivery_report(fields: &[Field<'_>], parts: &Parts<'_>) -> Option<DeliveryReport> {
    if let Some(status) = &parts.delivery_status {
        return Some(from_status(status));
    }
    let failed = headers::first(fields, "x-failed-recipients");
    let daemon = headers::author(fields).is_ok_and(|from| from.address.local().eq_ignore_ascii_case("mailer-daemon"));
    if failed.is_none() && !daemon {
        return None;
    }
    let recipient = failed
        .and_then(|field| headers::text(field.value, 1_000).split(',').find_map(|text| Address::new(text.trim()).ok()));
    let texts = parts.pieces.iter().flat_map(|piece| [piece.plain.as_deref(), piece.html.as_deref()]).flatten();
    let status = texts.filter_map(status_in).next().unwrap_or_default();
    Some(DeliveryReport { recipient, action: String::new(), status })
}

/// The first enhanced status code (RFC 3463, 2) in a text.
fn status_in(text: &str) -> Option<String> {
    let is_code = |word: &&str| {
        let mut parts = word.split('.');
        let number = |part: Option<&str>| {
            part.is_some_and(|digits| (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
        };
        matches!(parts.next(), Some("4" | "5"))
            && number(parts.next())
            && number(parts.next())
            && parts.next().is_none()
    };
    let head = text.char_indices().nth(MAX_SEARCHED).map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
    head.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .find(is_code)
        .map(str::to_owned)
}

/// Reads the fields of a message/delivery-status part; the first recipient with an action counts.
fn from_status(status: &str) -> DeliveryReport {
    let mut report = DeliveryReport { recipient: None, action: String::new(), status: String::new() };
    let mut original = None;
    for line in status.lines().take(2_000) {
        if line.trim().is_empty() {
            if !report.action.is_empty() {
                break;
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "action" => report.action = first_word(value).to_ascii_lowercase(),
            "status" => report.status = first_word(value),
            "final-recipient" => report.recipient = recipient(value),
            "original-recipient" => original = recipient(value),
            _ => {}
        }
    }
    // The original recipient is the one that we wrote to; the final one is where a forward ended.
    report.recipient = original.or(report.recipient);
    report
}

fn first_word(value: &str) -> String {
    let word = value.split(|c: char| c.is_whitespace() || matches!(c, '(' | ';')).next().unwrap_or_default();
    sanitize::line(word, 20)
}

/// `rfc822; naam@voorbeeld.nl`.
fn recipient(value: &str) -> Option<Address> {
    let address = value.split_once(';').map_or(value, |(_, address)| address);
    Address::new(address.trim().trim_matches(['<', '>'])).ok()
}

/// The Message-IDs in the body: what stands in brackets, in the read texts and in the nested mails, each once.
pub(super) fn ids(parts: &Parts<'_>) -> Vec<MessageId> {
    let mut found: Vec<MessageId> = Vec::new();
    let nested = parts.nested.iter().map(|bytes| String::from_utf8_lossy(bytes.get(..MAX_SEARCHED).unwrap_or(bytes)));
    let texts = parts.pieces.iter().flat_map(|piece| [piece.plain.as_deref(), piece.html.as_deref()]).flatten();
    let status = parts.delivery_status.as_deref();
    for text in nested.chain(texts.chain(status).map(Into::into)) {
        for id in ids_in(&text) {
            if found.len() >= MAX_IDS {
                return found;
            }
            if !found.contains(&id) {
                found.push(id);
            }
        }
    }
    found
}

/// Everything that has the form of a Message-ID and does not look like the address of somebody: a word with an `@`, longer
/// than people's addresses are or with digits in plenty. Brackets, quotes and the like end a word.
fn ids_in(text: &str) -> impl Iterator<Item = MessageId> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(from..)?;
            let at = rest.find('@')?;
            let (before, after) = rest.split_at_checked(at)?;
            let start = before
                .rfind(parts_words)
                .map_or(0, |end| end + before.get(end..).and_then(|s| s.chars().next()).map_or(1, char::len_utf8));
            let end = after.find(parts_words).map_or(rest.len(), |end| at + end);
            let word = rest.get(start..end)?;
            from += end.max(at + 1);
            if is_id(word) {
                return Some(MessageId::new(word));
            }
        }
    })
}

fn parts_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | ';' | '&' | '(' | ')' | '[' | ']')
}

fn is_id(word: &str) -> bool {
    let Some((local, domain)) = word.split_once('@') else { return false };
    let digits = local.bytes().filter(u8::is_ascii_digit).count();
    (5..=250).contains(&word.len())
        && !domain.contains('@')
        && !domain.is_empty()
        && (digits >= 4 || local.len() > 24)
        && !word.contains(':')
}
