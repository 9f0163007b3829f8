//! The text of one part: transfer encoding undone, characters read, format=flowed unfolded.

use super::headers::windows_1252;
use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::charsets::map::charset_decoder;
use std::borrow::Cow;

/// A text part is read up to so many bytes; nobody types more.
pub(super) const MAX_TEXT: usize = 2 << 20;

/// How a part was encoded for transport (RFC 2045, 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    /// 7bit, 8bit, binary, or something unknown.
    Plain,
    /// quoted-printable.
    QuotedPrintable,
    /// base64.
    Base64,
}

impl Transfer {
    /// By the value of Content-Transfer-Encoding.
    pub fn of(value: &[u8]) -> Self {
        if value.eq_ignore_ascii_case(b"quoted-printable") {
            Self::QuotedPrintable
        } else if value.eq_ignore_ascii_case(b"base64") {
            Self::Base64
        } else {
            Self::Plain
        }
    }
}

/// The bytes of a part, its transfer encoding undone, up to [`MAX_TEXT`] of what was sent.
pub(super) fn bytes(body: &[u8], transfer: Transfer) -> Cow<'_, [u8]> {
    let body = body.get(..MAX_TEXT).unwrap_or(body);
    match transfer {
        Transfer::Plain => Cow::Borrowed(body),
        Transfer::QuotedPrintable => Cow::Owned(quoted_printable(body)),
        Transfer::Base64 => Cow::Owned(base64(body)),
    }
}

/// The bytes of a file that goes along, all of them.
pub(super) fn file(body: &[u8], transfer: Transfer) -> Vec<u8> {
    match transfer {
        Transfer::Plain => body.to_vec(),
        Transfer::QuotedPrintable => quoted_printable(body),
        Transfer::Base64 => base64(body),
    }
}

/// Base64 up to the first thing that is none: lists append their footers in clear.
fn base64(body: &[u8]) -> Vec<u8> {
    base64_decode(body).unwrap_or_else(|| {
        let is_good = |b: &u8| b.is_ascii_alphanumeric() || b.is_ascii_whitespace() || matches!(b, b'+' | b'/' | b'=');
        let end = body.iter().position(|b| !is_good(b)).unwrap_or(body.len());
        let lines = body.get(..end).unwrap_or_default();
        base64_decode(lines).unwrap_or_default()
    })
}

/// Quoted-printable, with what is none left as it stands (RFC 2045, 6.7, note on robustness).
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.iter().position(|&b| b == b'=') {
        let (clear, tail) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        out.extend_from_slice(clear);
        let skip = match tail {
            [_, high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(nibble(*high) << 4 | nibble(*low));
                3
            }
            _ => match soft_break(tail) {
                Some(length) => length,
                None => {
                    out.push(b'=');
                    1
                }
            },
        };
        rest = tail.get(skip..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// The length of a soft line break, white space before the line end allowed.
fn soft_break(tail: &[u8]) -> Option<usize> {
    let spaces = tail.iter().skip(1).take_while(|&&b| matches!(b, b' ' | b'\t' | b'\r')).count();
    match tail.get(1 + spaces) {
        Some(b'\n') => Some(spaces + 2),
        None => Some(spaces + 1),
        _ => None,
    }
}

fn nibble(digit: u8) -> u8 {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok()).unwrap_or(0)
}

/// The characters of a text. The label is believed unless the bytes speak against it: valid UTF-8 under a Latin label is
/// UTF-8, and what does not read under its label is windows-1252.
pub(super) fn characters(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.unwrap_or_default().trim().to_ascii_lowercase();
    if bytes.is_ascii() && !label.starts_with("utf-16") && !label.starts_with("utf-7") && !label.starts_with("iso-2022")
    {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let utf8 = std::str::from_utf8(bytes).ok();
    let latin = ["", "us-ascii", "ascii", "utf-8", "utf8"].contains(&label.as_str())
        || ["iso-8859-1", "iso8859-1", "windows-125", "latin", "cp125", "ansi"]
            .iter()
            .any(|name| label.starts_with(name));
    if latin && let Some(text) = utf8 {
        return text.to_owned();
    }
    let decoded = charset_decoder(label.as_bytes()).map(|decode| decode(bytes));
    match decoded {
        Some(text) if !text.contains('\u{fffd}') => text,
        _ => utf8.map_or_else(|| windows_1252(bytes).into_owned(), str::to_owned),
    }
}

/// The charset that an HTML text names in its head, when no header does.
pub(super) fn charset_in_html(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).to_ascii_lowercase();
    let (_, after) = head.split_once("charset=")?;
    let name: String = after
        .trim_start_matches(['"', '\''])
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    (!name.is_empty()).then_some(name)
}

/// What `delsp` says about the space before a soft break (RFC 3676, 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SoftBreak {
    /// The space belongs to the text.
    KeepsSpace,
    /// The space was added for the break alone.
    DropsSpace,
}

/// Undoes format=flowed (RFC 3676, 4): joins the lines of a paragraph of the same quote depth, takes stuffed spaces off.
/// Quote marks stay, as `> ` before the line.
pub(super) fn unflow(text: &str, soft_break: SoftBreak) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for (at, line) in text.lines().enumerate() {
        let content = line.trim_start_matches('>');
        let depth = line.len() - content.len();
        let content = content.strip_prefix(' ').unwrap_or(content);
        let is_delimiter = content == "-- ";
        if open == Some(depth) && !is_delimiter {
            if soft_break == SoftBreak::DropsSpace {
                out.pop();
            }
        } else {
            if at > 0 {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth.min(50)));
            if depth > 0 {
                out.push(' ');
            }
        }
        out.push_str(content);
        let flows = content.ends_with(' ') && !is_delimiter;
        open = flows.then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_encodings_are_read_as_far_as_they_go() {
        assert_eq!(bytes(b"caf=E9 =zz 3=3D3 =\r\nja=", Transfer::QuotedPrintable).as_ref(), b"caf\xe9 =zz 3=3 ja");
        assert_eq!(bytes(b"SGFs\r\nbG8=\r\n-- \r\nlijst", Transfer::Base64).as_ref(), b"Hallo");
    }

    #[test]
    fn wrong_labels_are_seen_through() {
        assert_eq!(characters(b"caf\xe9", None), "café");
        assert_eq!(characters(b"caf\xe9", Some("utf-8")), "café");
        assert_eq!(characters("café".as_bytes(), Some("us-ascii")), "café");
        assert_eq!(characters("café".as_bytes(), Some("iso-8859-1")), "café");
        assert_eq!(characters(b"\x80", Some("windows-1252")), "€");
        assert_eq!(characters(b"\xbf", Some("iso-8859-15")), "¿");
        assert_eq!(characters(b"x\xe9", Some("nonsense")), "xé");
    }

    #[test]
    fn flowed_lines_are_joined() {
        let text = "Ik kom \ngraag.\n> Er is \n> plaats.\n>> En \n> dit.\n-- \nJan\n  ingesprongen";
        assert_eq!(
            unflow(text, SoftBreak::KeepsSpace),
            "Ik kom graag.\n> Er is plaats.\n>> En \n> dit.\n-- \nJan\n ingesprongen"
        );
        assert_eq!(unflow("aan \nmelden", SoftBreak::DropsSpace), "aanmelden");
        assert_eq!(unflow("\nJa", SoftBreak::KeepsSpace), "\nJa");
    }
}
