//! Foreign text made harmless, for headers, bodies, logs and terminals.
//!
//! Names, subjects and bodies come from strangers. A line break in a name would split a header (and makes lettre panic),
//! an escape sequence would write to a terminal, a bidi mark would show a text in another order than it is stored
//! (Unicode TR36, 2.10). `message` passes every text through here once; `letters` and `cli` may rely on it.

use std::borrow::Cow;

/// The longest display name that is kept, in characters.
pub const MAX_NAME: usize = 80;
/// The longest subject that is kept, in characters.
pub const MAX_SUBJECT: usize = 300;

/// A text of one line: no controls, no invisible marks, every run of white space one space, at most `max` characters.
/// A text that was cut ends in `…`.
pub fn line(text: &str, max: usize) -> String {
    if is_plain_line(text) && text.len() <= max {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len().min(max.saturating_mul(4)));
    let (mut count, mut space) = (0, false);
    let mut before = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if breaks_words(c) {
            space = true;
            continue;
        }
        if !is_kept(c, before, chars.peek().copied()) {
            continue;
        }
        let gap = usize::from(space && !out.is_empty());
        if count + gap + 1 > max {
            while count >= max && out.pop().is_some() {
                count -= 1;
            }
            if max > 0 {
                out.push('…');
            }
            break;
        }
        if gap == 1 {
            out.push(' ');
        }
        out.push(c);
        count += gap + 1;
        space = false;
        before = Some(c);
    }
    out
}

/// A display name: a [`line`] of at most [`MAX_NAME`] characters without the quotation marks that clients leave around it.
pub fn name(text: &str) -> String {
    let plain = line(text, MAX_NAME);
    plain.trim_matches(|c: char| matches!(c, '"' | '\'' | '<' | '>') || c.is_whitespace()).to_owned()
}

/// A text of several lines: line ends as `\n`, other white space as a plain space, no controls, no invisible marks.
/// Borrowed when nothing had to change.
pub fn body(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| b == b'\n' || (b' '..=b'~').contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut before = None;
    let mut rest = text;
    loop {
        // Most of a text is plain; it is taken over in one piece.
        let plain = rest.bytes().position(|b| !(b == b'\n' || (b' '..=b'~').contains(&b))).unwrap_or(rest.len());
        let (clear, tail) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.push_str(clear);
        before = clear.chars().next_back().or(before);
        let mut chars = tail.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        let next = rest.chars().next();
        match c {
            '\r' => {
                if next != Some('\n') {
                    out.push('\n');
                }
            }
            '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            _ if c.is_whitespace() => out.push(' '),
            _ if is_kept(c, before, next) => out.push(c),
            _ => continue,
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// Is it printable ASCII with single spaces, none at the ends?
fn is_plain_line(text: &str) -> bool {
    let mut before = b' ';
    let plain = text.bytes().all(|b| {
        let good = (b'!'..=b'~').contains(&b) || (b == b' ' && before != b' ');
        before = b;
        good
    });
    plain && before != b' '
}

/// Does the character only part words, on one line?
fn breaks_words(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{0}' | '\u{1b}' | '\u{7f}')
}

/// Is it a character that shows, or one that an emoji between its neighbours needs?
fn is_kept(c: char, before: Option<char>, after: Option<char>) -> bool {
    match c {
        ' '..='~' => true,
        '\u{200d}' => before.is_some_and(is_pictograph) && after.is_some_and(is_pictograph),
        '\u{fe0f}' => before.is_some(),
        _ => !c.is_control() && !is_invisible(c),
    }
}

/// Is it a pictograph, or one of the marks that may stand between a pictograph and a joiner?
fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{fe0f}' | '\u{3030}' | '\u{a9}' | '\u{ae}')
}

/// Marks that take no room or turn the direction of the text: bidi controls, zero-width characters, soft hyphens, byte
/// order marks, tags, variation selectors, private use and non-characters.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0e}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e000}'..='\u{f8ff}'
        | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_stays_on_its_line() {
        assert_eq!(name("Piet\r\nBcc: x@y.nl"), "Piet Bcc: x@y.nl");
        assert_eq!(name(" \"Sanne  de Wit\" "), "Sanne de Wit");
        assert_eq!(name("a\u{202e}b\u{200b}c\u{1b}[31md"), "abc [31md");
        assert_eq!(name(&"é".repeat(100)).chars().count(), MAX_NAME);
    }

    #[test]
    fn emoji_keep_their_joiners() {
        let woman = "🙋\u{200d}♀\u{fe0f}";
        assert_eq!(line(woman, 20), woman);
        assert_eq!(line("a\u{200d}b", 20), "ab");
        assert_eq!(body("👩🏽\u{200d}💻 ja"), "👩🏽\u{200d}💻 ja");
    }

    #[test]
    fn a_body_keeps_its_lines() {
        assert_eq!(body("a\r\nb\rc\u{2028}d\u{a0}e\tf"), "a\nb\nc\nd e f");
        assert!(matches!(body("plain\ntext"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_harmful_is_left(text in any::<String>(), max in 0usize..50) {
            let one = line(&text, max);
            prop_assert!(one.chars().count() <= max);
            prop_assert!(!one.chars().any(char::is_control));
            prop_assert!(!body(&text).chars().any(|c| c.is_control() && c != '\n'));
        }
    }
}
