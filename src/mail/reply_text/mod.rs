//! What a person typed in a mail, apart from what his mail program put around it.
//!
//! A mail is a row of lines; each is the person's own, quoted, or signature. `quotes` marks what was quoted or forwarded,
//! `signature` what closes the mail, `html` does both from the structure of an HTML part first. Called by `message` alone.
//! The rule in doubt: a signature may stay in the text, but a sentence is never taken out of it.

mod attribution;
mod closing;
mod html;
mod phrases;
mod quotes;
mod signature;

use super::ReplyText;
use super::sanitize;
use std::borrow::Cow;

/// Lines beyond this many are not read as typed: nobody types them, and a program that did would be heard too long.
const MAX_LINES: usize = 50_000;

/// Splits a plain text, its line ends of any kind.
pub fn split(plain: &str) -> ReplyText {
    split_by(plain, "")
}

/// Splits a plain text whose author's display name is known: a closing line with his name only is then his signature.
pub fn split_by(plain: &str, author: &str) -> ReplyText {
    let clean = sanitize::body(plain);
    let lines = clean.split('\n').take(MAX_LINES).map(|text| Line { text, kind: Kind::Typed }).collect();
    take_apart(lines, author)
}

/// Splits an HTML text by its structure first, by its words then.
pub fn split_html(html: &str) -> ReplyText {
    split_html_by(html, "")
}

/// [`split_html`] for an author whose display name is known.
pub fn split_html_by(html: &str, author: &str) -> ReplyText {
    let found: Vec<(Cow<'_, str>, Kind)> = html::lines(html)
        .into_iter()
        .map(|(text, kind)| match sanitize::body(&text) {
            Cow::Borrowed(_) => (Cow::Owned(text), kind),
            Cow::Owned(clean) => (Cow::Owned(clean.replace('\n', " ")), kind),
        })
        .collect();
    let lines = |signature: Kind| {
        let of = |kind: Kind| if kind == Kind::Signature { signature } else { kind };
        found.iter().map(|(text, kind)| Line { text, kind: of(*kind) }).collect()
    };
    let split = take_apart(lines(Kind::Signature), author);
    if split.typed.is_empty() && !split.signature.is_empty() {
        // Some people write below their signature, into its element.
        return take_apart(lines(Kind::Typed), author);
    }
    split
}

/// Does an HTML text tell quotes by its structure? A quick look, to choose between the two forms of a mail.
pub fn has_quote_marks(html: &str) -> bool {
    html::any_in(html)
}

/// Marks the lines and puts each kind together again.
fn take_apart(mut lines: Vec<Line<'_>>, author: &str) -> ReplyText {
    quotes::mark(&mut lines);
    signature::mark(&mut lines, author);
    ReplyText {
        typed: join(&lines, Kind::Typed),
        signature: join(&lines, Kind::Signature),
        quoted: join(&lines, Kind::Quoted),
    }
}

/// One line and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line<'a> {
    /// The line without its end.
    text: &'a str,
    /// Whose it is, as far as is known.
    kind: Kind,
}

impl Line<'_> {
    /// Is there nothing on it?
    fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Whose a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The person's own, until something shows otherwise.
    Typed,
    /// Quoted or forwarded.
    Quoted,
    /// What closes the mail.
    Signature,
}

/// The lines of one kind as a text: no blank lines around it, never two blank lines in a row; what stood apart stays apart.
fn join(lines: &[Line<'_>], kind: Kind) -> String {
    let mut out = String::new();
    let mut gap = false;
    for line in lines {
        if line.kind != kind {
            gap = true;
            continue;
        }
        let text = match kind {
            Kind::Quoted => quotes::without_marks(line.text).trim_end(),
            Kind::Typed | Kind::Signature => line.text.trim_end(),
        };
        if text.trim().is_empty() {
            gap = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if gap { "\n\n" } else { "\n" });
        }
        out.push_str(text);
        gap = false;
    }
    out
}

#[cfg(test)]
mod tests;
