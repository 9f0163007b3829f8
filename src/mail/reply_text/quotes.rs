//! Marks the lines that were quoted or forwarded along.
//!
//! Lines that begin with `>` are quoted wherever they stand (RFC 3676, 4.5), so that answers between them are kept. What
//! follows a header block, a divider or an attribution without such marks is quoted to the end.

use super::attribution::{Certainty, attribution_ending, header_block, is_divider};
use super::{Kind, Line};

/// Marks every quoted line; lines that `html` knew as quoted stay so.
pub(super) fn mark(lines: &mut [Line<'_>]) {
    for line in lines.iter_mut() {
        if is_marked(line.text) {
            line.kind = Kind::Quoted;
        }
    }
    let mut at = 0;
    while at < lines.len() {
        at = mark_from(lines, at);
    }
    mark_wrapped(lines);
}

/// Looks at one line, marks what it introduces, and gives the line to go on with.
fn mark_from(lines: &mut [Line<'_>], at: usize) -> usize {
    let next = at + 1;
    let Some(line) = lines.get(at) else { return next };
    if line.kind == Kind::Quoted || line.is_blank() {
        return next;
    }
    if is_divider(line.text) {
        set(lines, at, next, Kind::Quoted);
        return mark_what_follows(lines, next);
    }
    if let Some(end) = header_block(lines, at) {
        let from = if at > 0 && lines.get(at - 1).is_some_and(|above| is_rule(above.text)) { at - 1 } else { at };
        set(lines, from, end, Kind::Quoted);
        return mark_what_follows(lines, end);
    }
    if let Some((start, certainty)) = attribution_ending(lines, at) {
        let quote_follows = next_written(lines, next).is_some_and(|line| line.kind == Kind::Quoted);
        if quote_follows || certainty == Certainty::Sure {
            set(lines, start, next, Kind::Quoted);
            return mark_what_follows(lines, next);
        }
    }
    next
}

/// After an introduction: when quoted lines follow they speak for themselves, else all the rest is quoted.
fn mark_what_follows(lines: &mut [Line<'_>], from: usize) -> usize {
    match next_written(lines, from) {
        Some(line) if line.kind == Kind::Quoted => from,
        _ => {
            let end = lines.len();
            set(lines, from, end, Kind::Quoted);
            end
        }
    }
}

/// A quoted line that the sender's own program wrapped without a mark: a few words between two quoted lines, in the
/// middle of a sentence.
fn mark_wrapped(lines: &mut [Line<'_>]) {
    for at in 1..lines.len().saturating_sub(1) {
        let (Some(above), Some(line), Some(below)) = (lines.get(at - 1), lines.get(at), lines.get(at + 1)) else {
            return;
        };
        let between = is_marked(above.text) && line.kind == Kind::Typed && is_marked(below.text);
        if !between || line.text.len() > 30 || above.text.len() < 65 {
            continue;
        }
        let goes_on = above.text.trim_end().ends_with(|c: char| c.is_alphanumeric() || c == ',')
            && line.text.starts_with(|c: char| c.is_lowercase());
        if goes_on {
            set(lines, at, at + 1, Kind::Quoted);
        }
    }
}

fn next_written<'a, 'b>(lines: &'b [Line<'a>], from: usize) -> Option<&'b Line<'a>> {
    lines.iter().skip(from).find(|line| !line.is_blank())
}

fn set(lines: &mut [Line<'_>], from: usize, to: usize, kind: Kind) {
    for line in lines.iter_mut().take(to).skip(from) {
        line.kind = kind;
    }
}

/// Does the line carry a quote mark?
fn is_marked(text: &str) -> bool {
    let text = text.trim_start_matches(' ');
    text.starts_with('>') && !text.starts_with(">:") && !text.trim_end().ends_with('<')
}

/// The line without its quote marks.
pub(super) fn without_marks(text: &str) -> &str {
    if is_marked(text) { text.trim_start_matches(['>', ' ']) } else { text }
}

/// A line of underscores or dashes alone, as Outlook draws above an original.
fn is_rule(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 8 && text.bytes().all(|b| matches!(b, b'_' | b'-'))
}
