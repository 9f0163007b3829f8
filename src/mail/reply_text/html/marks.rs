//! The elements by which mail programs set quotes and signatures apart, each as its program writes it.

use super::tokens::Tag;

/// What an element says about its inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// All in it is quoted.
    Quote,
    /// It holds an attribution with a quote, or a whole forwarded letter.
    Container,
    /// From here to the end all is quoted.
    RestQuoted,
    /// A frame in which Outlook puts the header of the original: from here on all is quoted, if it does.
    Frame,
    /// The person's signature.
    Signature,
    /// Not to be seen.
    Hidden,
    /// Line ends in it count.
    Preformatted,
}

/// The mark of an element, if it has one. Names that Outlook on the web has put `x_` before stand within a quote and are
/// known too.
pub(super) fn of(tag: &Tag<'_>) -> Option<Mark> {
    let name = tag.name.to_ascii_lowercase();
    if tag.attributes.trim().is_empty() {
        return match name.as_str() {
            "blockquote" => Some(Mark::Quote),
            "pre" | "textarea" => Some(Mark::Preformatted),
            "template" | "noscript" => Some(Mark::Hidden),
            _ => None,
        };
    }
    let lower = tag.attributes.to_ascii_lowercase();
    let id = attribute(tag, &lower, "id");
    let id = id.strip_prefix("x_").unwrap_or(&id);
    let class = attribute(tag, &lower, "class");
    let style = squeezed(&attribute(tag, &lower, "style"));
    if style.contains("display:none") || style.contains("mso-hide:all") {
        return Some(Mark::Hidden);
    }
    if name == "blockquote" {
        return is_quote(&lower, &class, &style).then_some(Mark::Quote);
    }
    if REST_IDS.contains(&id) {
        return Some(Mark::RestQuoted);
    }
    if QUOTE_IDS.iter().any(|known| id.starts_with(known))
        || has_class(&class, QUOTE_CLASSES)
        || named_quote(tag, &lower)
    {
        return Some(Mark::Quote);
    }
    if has_class(&class, &["gmail_quote", "gmail_quote_container"]) {
        return Some(Mark::Container);
    }
    if SIGNATURE_IDS.contains(&id) || has_class(&class, SIGNATURE_CLASSES) || lower.contains("data-smartmail") {
        return Some(Mark::Signature);
    }
    if style.contains("border-top:solid#")
        || style.contains("border-top:1.0ptsolid")
        || style.contains("border-top:solidblack")
        || style.contains("border-top:#")
        || style.contains("border-top:1ptsolid")
    {
        return Some(Mark::Frame);
    }
    if name == "pre" || style.contains("white-space:pre") {
        return Some(Mark::Preformatted);
    }
    None
}

/// Cheap look whether a text may hold any mark of a quote: then its structure is worth reading.
pub(in super::super) fn any_in(html: &str) -> bool {
    let bytes = html.as_bytes();
    let mut before = b' ';
    for (at, &byte) in bytes.iter().enumerate() {
        let begins = matches!(before, b'<' | b'"' | b'\'' | b'=' | b' ' | b';' | b'-' | b'_' | b'\n');
        before = byte;
        if begins {
            let signs = signs_with(byte.to_ascii_lowercase());
            let matches =
                |sign: &&[u8]| bytes.get(at..at + sign.len()).is_some_and(|text| text.eq_ignore_ascii_case(sign));
            if signs.iter().any(matches) {
                return true;
            }
        }
    }
    false
}

/// The signs that begin with this letter: names of elements, classes and ids, as they stand at the beginning of a value.
fn signs_with(first: u8) -> &'static [&'static [u8]] {
    match first {
        b'a' => &[b"appendonsend"],
        b'b' => &[b"blockquote", b"border-top:"],
        b'd' => &[b"divrplyfwdmsg"],
        b'g' => &[b"gmail_quote"],
        b'i' => &[b"isreplycontent", b"isforwardcontent"],
        b'm' => {
            &[b"moz-cite", b"moz-forward", b"messagereplysection", b"mail-editor-reference", b"ms-outlook-mobile-ref"]
        }
        b'o' => &[b"olk_src_body", b"originalmessage"],
        b'p' => &[b"protonmail_quote"],
        b'q' => &[b"quote\""],
        b'r' => &[b"replybody", b"reply-intro"],
        b's' => &[b"stopspelling"],
        b't' => &[b"tutanota_quote"],
        b'y' => &[b"yahoo_quoted"],
        b'z' => &[b"zwchr", b"zmail_extra"],
        _ => &[],
    }
}

/// Samsung and others put a comment where the original begins.
pub(super) fn is_original_comment(comment: &str) -> bool {
    let comment = comment.trim();
    comment.eq_ignore_ascii_case("originalmessage") || comment.eq_ignore_ascii_case("original message")
}

/// Is it a rule that stands above the original: Zimbra's, or that of Outlook on the web of old?
pub(super) fn divides(tag: &Tag<'_>) -> bool {
    let id = tag.attribute("id").unwrap_or_default();
    ["zwchr", "stopSpelling"].iter().any(|known| id.eq_ignore_ascii_case(known))
        || tag.attributes.contains("__DIVIDER__")
}

/// Does a paragraph stand apart from the next? Outlook's do not.
pub(super) fn has_margin(tag: &Tag<'_>) -> bool {
    let lower = tag.attributes.to_ascii_lowercase();
    let style = squeezed(&lower);
    !(lower.contains("msonormal")
        || style.contains("margin:0")
        || style.contains("margin-bottom:0")
        || style.contains("margin-top:0"))
}

/// A block quote is a quote unless it only indents.
fn is_quote(attributes: &str, class: &str, style: &str) -> bool {
    let marked = attributes.contains("cite") || class.contains("quote") || attributes.contains("gmail_quote");
    let indents = style.contains("margin") && !style.contains("border-left");
    marked || !indents
}

fn named_quote(tag: &Tag<'_>, lower: &str) -> bool {
    let name = attribute(tag, lower, "name");
    matches!(name.as_str(), "quote" | "messagereplysection")
}

/// An attribute's value in lower case; only looked for when its name occurs at all.
fn attribute(tag: &Tag<'_>, lower: &str, name: &str) -> String {
    if !lower.contains(name) {
        return String::new();
    }
    tag.attribute(name).unwrap_or_default().to_ascii_lowercase()
}

fn squeezed(style: &str) -> String {
    style.chars().filter(|c| !c.is_whitespace()).collect()
}

fn has_class(class: &str, known: &[&str]) -> bool {
    class
        .split_whitespace()
        .any(|word| known.contains(&word) || word.strip_prefix("x_").is_some_and(|word| known.contains(&word)))
}

/// Outlook on the web and the new Outlook: an element stands where the original begins.
const REST_IDS: &[&str] = &[
    "divrplyfwdmsg",
    "appendonsend",
    "ms-outlook-mobile-reference-message",
    "mail-editor-reference-message-container",
    "originalmessage",
    "stopspelling",
];

/// Outlook for Mac, Roundcube, Yahoo, Hotmail.
const QUOTE_IDS: &[&str] = &[
    "olk_src_body_section",
    "replybody",
    "reply-intro",
    "yahoo_quoted",
    "isreplycontent",
    "isforwardcontent",
    "composer_quoted",
];

/// Thunderbird, Yahoo, Proton, Tutanota, Zoho, Airmail, and what stands within their quotes.
const QUOTE_CLASSES: &[&str] = &[
    "moz-cite-prefix",
    "moz-forward-container",
    "moz-email-headers-table",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "bloop_original_html",
    "cite",
    "gmail_attr",
    "ms-outlook-mobile-reference-message",
    "outlookmessageheader",
];

/// Outlook, Apple Mail, Outlook on phones.
const SIGNATURE_IDS: &[&str] = &[
    "signature",
    "applemailsignature",
    "ms-outlook-mobile-signature",
    "ms-outlook-mobile-body-separator-line",
    "composer_signature",
    "mobile_signature",
];

/// Gmail, Thunderbird, Proton, Airmail.
const SIGNATURE_CLASSES: &[&str] = &[
    "gmail_signature",
    "gmail_signature_prefix",
    "moz-signature",
    "protonmail_signature_block",
    "bloop_sign",
    "signature",
    "ms-outlook-mobile-signature",
    "tutanota_signature",
];
