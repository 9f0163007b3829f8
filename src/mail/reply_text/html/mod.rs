//! From an HTML part to lines, with the quotes that its structure shows.
//!
//! `tokens` reads tags and text, `marks` knows by which elements mail programs set a quote or a signature apart. The text
//! that comes out goes through the same rules as a plain one, so that what the structure leaves open is still told by its
//! words. Nothing is rendered and nothing is fetched; hidden elements are left out.

mod entities;
mod marks;
mod tokens;

use super::{Kind, MAX_LINES};
use marks::Mark;
use tokens::{Tag, Token};

pub(super) use marks::any_in;

/// Elements open at once beyond this many are not followed.
const MAX_OPEN: usize = 500;
/// Containers and frames beyond this many say nothing new.
const MAX_HINTS: usize = 50;
/// A line is at most so many bytes; longer ones are broken.
const MAX_LINE: usize = 100_000;

/// The lines of an HTML text and whose each is by its structure.
pub(super) fn lines(html: &str) -> Vec<(String, Kind)> {
    let mut page = Page::default();
    for token in tokens::read(html) {
        match token {
            Token::Text(text) => page.text(text),
            Token::Open(tag) => page.open(&tag),
            Token::Close(name) => page.close(name),
            Token::Comment(text) if marks::is_original_comment(text) => page.quote_the_rest(),
            Token::Comment(_) => {}
        }
        if page.lines.len() >= MAX_LINES {
            break;
        }
    }
    page.end_line();
    page.settle();
    page.lines
}

/// A page as it is read.
#[derive(Default)]
struct Page<'a> {
    lines: Vec<(String, Kind)>,
    line: String,
    /// Is there anything on the line, if only a space that may not be left out?
    written: bool,
    space: bool,
    open: Vec<Element<'a>>,
    quoted: usize,
    signed: usize,
    hidden: usize,
    preformatted: usize,
    /// From here on everything is quoted.
    rest: bool,
    /// Stretches that hold an attribution and, as a rule, a quote.
    containers: Vec<std::ops::Range<usize>>,
    /// Lines at which Outlook's frame for the header of the original begins.
    frames: Vec<usize>,
}

struct Element<'a> {
    name: &'a str,
    mark: Option<Mark>,
    /// Paragraphs with a margin leave a blank line behind them.
    margin: bool,
    start: usize,
}

impl<'a> Page<'a> {
    fn text(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        if self.preformatted > 0 || text.contains('&') {
            entities::decode(text, &mut |c| self.character(c));
            return;
        }
        self.space |= text.starts_with(is_space);
        for (at, word) in text.split(is_space).filter(|word| !word.is_empty()).enumerate() {
            self.space |= at > 0;
            self.word(word);
        }
        self.space |= text.ends_with(is_space);
    }

    /// Puts a word on the line, a space before it when there was one.
    fn word(&mut self, word: &str) {
        if self.space && !self.line.is_empty() {
            self.line.push(' ');
        }
        self.space = false;
        self.line.push_str(word);
        self.written = true;
        if self.line.len() > MAX_LINE {
            self.break_line();
        }
    }

    fn character(&mut self, c: char) {
        let is_space = is_space(c);
        if self.preformatted > 0 && c == '\n' {
            self.break_line();
        } else if is_space && self.preformatted == 0 {
            self.space = true;
        } else if c != '\r' {
            if self.space && !self.line.is_empty() {
                self.line.push(' ');
            }
            self.space = false;
            self.line.push(c);
            self.written = true;
            if self.line.len() > MAX_LINE {
                self.break_line();
            }
        }
    }

    fn open(&mut self, tag: &Tag<'a>) {
        let name = tag.name;
        if is(name, "br") {
            self.break_line();
            return;
        }
        if is(name, "hr") {
            self.end_line();
            self.blank_line();
            if marks::divides(tag) {
                self.quote_the_rest();
            }
            return;
        }
        if is_block(name) {
            self.end_line();
        }
        if is(name, "p") && self.open.last().is_some_and(|element| is(element.name, "p")) {
            self.pop();
        }
        if is(name, "li") {
            self.line.push_str("- ");
        }
        if is_void(name) || tag.self_closing || self.open.len() >= MAX_OPEN {
            return;
        }
        let mark = marks::of(tag);
        match mark {
            Some(Mark::Quote) => self.quoted += 1,
            Some(Mark::Signature) => self.signed += 1,
            Some(Mark::Hidden) => self.hidden += 1,
            Some(Mark::Preformatted) => self.preformatted += 1,
            Some(Mark::RestQuoted) => self.quote_the_rest(),
            Some(Mark::Frame) => self.frames.push(self.lines.len()),
            Some(Mark::Container) | None => {}
        }
        let margin = is(name, "p") && marks::has_margin(tag);
        self.open.push(Element { name, mark, margin, start: self.lines.len() });
    }

    fn close(&mut self, name: &str) {
        let Some(depth) = self.open.iter().rev().take(60).position(|element| is(element.name, name)) else {
            if is_block(name) {
                self.end_line();
            }
            return;
        };
        for _ in 0..=depth {
            self.pop();
        }
    }

    fn pop(&mut self) {
        let Some(element) = self.open.pop() else { return };
        if is_block(element.name) {
            self.end_line();
            if element.margin && self.lines.len() > element.start {
                self.blank_line();
            }
        } else if is(element.name, "td") || is(element.name, "th") {
            self.space = true;
        }
        match element.mark {
            Some(Mark::Quote) => self.quoted = self.quoted.saturating_sub(1),
            Some(Mark::Signature) => self.signed = self.signed.saturating_sub(1),
            Some(Mark::Hidden) => self.hidden = self.hidden.saturating_sub(1),
            Some(Mark::Preformatted) => self.preformatted = self.preformatted.saturating_sub(1),
            Some(Mark::Container) => {
                self.end_line();
                self.containers.push(element.start..self.lines.len());
            }
            Some(Mark::RestQuoted | Mark::Frame) | None => {}
        }
    }

    fn kind(&self) -> Kind {
        if self.rest || self.quoted > 0 {
            Kind::Quoted
        } else if self.signed > 0 {
            Kind::Signature
        } else {
            Kind::Typed
        }
    }

    /// Ends the line, also when there is nothing on it.
    fn break_line(&mut self) {
        let kind = self.kind();
        self.lines.push((std::mem::take(&mut self.line), kind));
        (self.written, self.space) = (false, false);
    }

    /// Ends the line if there is anything on it.
    fn end_line(&mut self) {
        if self.written {
            self.break_line();
        }
        self.line.clear();
        self.space = false;
    }

    fn blank_line(&mut self) {
        if self.lines.last().is_some_and(|(text, _)| !text.trim().is_empty()) {
            let kind = self.kind();
            self.lines.push((String::new(), kind));
        }
    }

    fn quote_the_rest(&mut self) {
        self.end_line();
        self.rest = true;
    }

    /// Decides what could not be decided before the end was seen.
    fn settle(&mut self) {
        while !self.open.is_empty() {
            self.pop();
        }
        for container in std::mem::take(&mut self.containers).into_iter().take(MAX_HINTS) {
            let Some(lines) = self.lines.get_mut(container) else { continue };
            let quotes_inside = lines.iter().any(|(_, kind)| *kind == Kind::Quoted);
            let forwarded = lines.iter().any(|(text, _)| super::attribution::is_divider(text));
            if !quotes_inside || forwarded {
                lines.iter_mut().for_each(|(_, kind)| *kind = Kind::Quoted);
            }
        }
        for frame in std::mem::take(&mut self.frames).into_iter().take(MAX_HINTS) {
            let heads = |text: &str| super::attribution::opens_header_block(text);
            let first = self.lines.iter().enumerate().skip(frame).find(|(_, (text, _))| !text.trim().is_empty());
            if let Some((at, (text, _))) = first
                && heads(text)
            {
                self.lines.iter_mut().skip(at).for_each(|(_, kind)| *kind = Kind::Quoted);
                return;
            }
        }
    }
}

/// White space that only parts words (HTML 13.2.4, ASCII whitespace); a no-break space is none.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}

fn is(name: &str, other: &str) -> bool {
    name.eq_ignore_ascii_case(other)
}

/// Elements that begin and end on a line of their own.
fn is_block(name: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "p",
        "div",
        "blockquote",
        "tr",
        "table",
        "ul",
        "ol",
        "li",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "center",
        "section",
        "article",
        "header",
        "footer",
        "address",
        "dl",
        "dt",
        "dd",
        "form",
        "fieldset",
        "body",
        "html",
        "main",
    ];
    BLOCKS.iter().any(|block| is(name, block))
}

/// Elements that have no end.
fn is_void(name: &str) -> bool {
    const VOIDS: &[&str] = &["img", "meta", "link", "input", "col", "area", "base", "embed", "source", "wbr", "param"];
    VOIDS.iter().any(|void| is(name, void))
}
