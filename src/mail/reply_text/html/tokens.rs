//! HTML as a row of tags and texts, read forgivingly and in one pass: what mail programs write is seldom valid.

/// One token, borrowed from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text, its entities still in it.
    Text(&'a str),
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag's name.
    Close(&'a str),
    /// The inside of a comment.
    Comment(&'a str),
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// The element's name as written.
    pub name: &'a str,
    /// All between the name and the `>`.
    pub attributes: &'a str,
    /// Does it end in `/>`?
    pub self_closing: bool,
}

impl<'a> Tag<'a> {
    /// The value of an attribute, entities still in it; `None` when it is absent.
    pub fn attribute(&self, name: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        while let Some((key, value, after)) = next_attribute(rest) {
            if key.eq_ignore_ascii_case(name) {
                return Some(value);
            }
            rest = after;
        }
        None
    }
}

/// The first attribute of the text: its name, its value, and what follows.
fn next_attribute(text: &str) -> Option<(&str, &str, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
    if text.is_empty() {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(text.len());
    let (key, after) = text.split_at_checked(end.max(text.chars().next().map_or(0, char::len_utf8)))?;
    let Some(value) = after.trim_start().strip_prefix('=') else { return Some((key, "", after)) };
    let value = value.trim_start();
    for quote in ['"', '\''] {
        if let Some(inner) = value.strip_prefix(quote) {
            return Some(inner.split_once(quote).map_or((key, inner, ""), |(value, after)| (key, value, after)));
        }
    }
    let end = value.find(char::is_whitespace).unwrap_or(value.len());
    let (value, after) = value.split_at_checked(end)?;
    Some((key, value, after))
}

/// Reads the tokens of a text.
pub(super) fn read(html: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = html;
    let mut head = Head::Ahead;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let Some(at) = rest.find('<') else { return Some(Token::Text(std::mem::take(&mut rest))) };
            if at > 0 {
                let (text, tail) = rest.split_at_checked(at)?;
                rest = tail;
                return Some(Token::Text(text));
            }
            let (token, tail) = markup(rest, &mut head);
            rest = tail;
            if let Some(token) = token {
                return Some(token);
            }
        }
    })
}

/// Whether the head was passed: a page has one, and looking for the end of each of many would take for ever.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    Ahead,
    Behind,
}

/// Reads what begins with `<`: the token, if it is one to hand on, and what follows.
fn markup<'a>(text: &'a str, head: &mut Head) -> (Option<Token<'a>>, &'a str) {
    let inner = text.strip_prefix('<').unwrap_or(text);
    if let Some(comment) = inner.strip_prefix("!--") {
        return match comment.split_once("-->") {
            Some((comment, tail)) => (Some(Token::Comment(comment)), tail),
            None => (None, ""),
        };
    }
    let letter = inner.trim_start_matches('/').chars().next();
    if !letter.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
        // A bare `<`, as in "<3" or "< 10", is text.
        let (sign, tail) = text.split_at_checked(1).unwrap_or((text, ""));
        return (Some(Token::Text(sign)), tail);
    }
    let Some((tag, tail)) = split_tag(inner) else { return (None, "") };
    if let Some(name) = tag.strip_prefix('/') {
        return (Some(Token::Close(name.trim())), tail);
    }
    if tag.starts_with(['!', '?']) {
        return (None, tail);
    }
    let end = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
    let (name, attributes) = tag.split_at_checked(end).unwrap_or((tag, ""));
    if name.eq_ignore_ascii_case("head") && *head == Head::Ahead {
        *head = Head::Behind;
        return (None, skip_head(tail));
    }
    if ["style", "script", "title"].iter().any(|raw| name.eq_ignore_ascii_case(raw)) {
        return (None, after_end(tail, name));
    }
    let self_closing = attributes.ends_with('/');
    (Some(Token::Open(Tag { name, attributes, self_closing })), tail)
}

/// The inside of a tag and what follows its `>`; a `>` within quoted values does not end it, unless the quote never ends.
fn split_tag(inner: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    let mut after_equals = false;
    for (at, byte) in inner.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) if at > 20_000 => break,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if after_equals => quote = Some(byte),
            (None, b'>') => return Some((inner.get(..at)?, inner.get(at + 1..)?)),
            _ => {}
        }
        after_equals = byte == b'=' || (after_equals && byte.is_ascii_whitespace());
    }
    inner.split_once('>')
}

/// A head without an end runs to the body; scripts and styles in it are no text.
fn skip_head(text: &str) -> &str {
    let end = find_tag(text, "</head").into_iter().chain(find_tag(text, "<body")).min();
    end.and_then(|at| text.get(at..)).unwrap_or(text)
}

/// What follows the end tag of an element whose inside is no text.
fn after_end<'a>(text: &'a str, name: &str) -> &'a str {
    let end = format!("</{}", name.to_ascii_lowercase());
    match find_tag(text, &end).and_then(|at| text.get(at..)) {
        Some(tail) => tail.split_once('>').map_or("", |(_, tail)| tail),
        None => "",
    }
}

/// Where a tag stands, whatever its case; `tag` is in lower case.
fn find_tag(text: &str, tag: &str) -> Option<usize> {
    text.as_bytes().windows(tag.len()).position(|window| window.eq_ignore_ascii_case(tag.as_bytes()))
}
