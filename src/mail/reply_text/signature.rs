//! Marks what closes a mail: the signature with or without its delimiter, device lines, disclaimers.
//!
//! Looks only at what is left after the quotes, at its first and last stretch: nobody signs between two inline answers.

use super::closing::{contact_signs, is_afterthought, is_closing, is_device_line, is_disclaimer, is_spoken, is_thanks};
use super::{Kind, Line};

/// A signature longer than this, in lines, is no signature: the delimiter was a rule across the page.
const MAX_SIGNATURE_LINES: usize = 60;

/// Marks the signature lines among those that are still the person's own. `author` is his display name, or empty.
pub(super) fn mark(lines: &mut [Line<'_>], author: &str) {
    for line in lines.iter_mut().filter(|line| line.kind == Kind::Typed) {
        if is_device_line(line.text) || is_picture(line.text) {
            line.kind = Kind::Signature;
        }
    }
    let author = name_words(author);
    let stretches = stretches(lines);
    for stretch in [stretches.first(), stretches.last().filter(|_| stretches.len() > 1)].into_iter().flatten() {
        if let Some(part) = lines.get_mut(stretch.clone()) {
            mark_stretch(part, &author);
        }
    }
}

/// What stands for a picture in the plain text: `[cid:image001.png@01D35226]`, `[image: logo]`.
fn is_picture(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    lower.ends_with(']')
        && ["[cid:", "[image:", "[afbeelding", "[logo", "[inline"].iter().any(|start| lower.starts_with(start))
}

/// The stretches of lines that are not quoted and hold at least one written line.
fn stretches(lines: &[Line<'_>]) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut written = false;
    for (at, line) in lines.iter().enumerate() {
        if line.kind == Kind::Quoted {
            if let (Some(from), true) = (start, written) {
                found.push(from..at);
            }
            (start, written) = (None, false);
        } else {
            start.get_or_insert(at);
            written |= !line.is_blank() && line.kind == Kind::Typed;
        }
    }
    if let (Some(from), true) = (start, written) {
        found.push(from..lines.len());
    }
    found
}

fn mark_stretch(lines: &mut [Line<'_>], author: &[String]) {
    if let Some(at) = delimiter(lines) {
        close(lines, at, Below::Delimiter);
        // The closing formula usually stands just above the delimiter.
        let (above, _) = lines.split_at_mut(at);
        mark_stretch_end(above, author);
    } else {
        mark_stretch_end(lines, author);
    }
}

fn mark_stretch_end(lines: &mut [Line<'_>], author: &[String]) {
    mark_disclaimers(lines);
    let start = closing_formula(lines, author).or_else(|| author_line(lines, author)).or_else(|| contact_block(lines));
    if let Some(at) = start {
        close(lines, at, Below::Name);
    }
}

/// What the lines from a mark on stand below.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    /// `-- `: all of it is signature but a PS.
    Delimiter,
    /// A closing or a name: each paragraph has to look like a signature.
    Name,
}

/// Marks everything from `from` on, but what the person added below.
fn close(lines: &mut [Line<'_>], from: usize, below: Below) {
    let mut at = from;
    let mut first = true;
    while at < lines.len() {
        let end = paragraph_end(lines, at);
        let Some(paragraph) = lines.get_mut(at..end) else { return };
        if first && below == Below::Name {
            mark_first_paragraph(paragraph);
        } else if !(is_own_words(paragraph, below)) {
            set(paragraph);
        }
        first = false;
        at = end;
    }
}

/// Below the closing formula the name follows, and often at once what else there is to say; each line is weighed.
fn mark_first_paragraph(lines: &mut [Line<'_>]) {
    let mut own = false;
    for (at, line) in lines.iter_mut().enumerate() {
        let goes_on = own && line.text.starts_with(char::is_lowercase) && contact_signs(line.text) == 0;
        own = at > 0 && (is_afterthought(line.text) || goes_on);
        if !own && line.kind == Kind::Typed {
            line.kind = Kind::Signature;
        }
    }
}

fn is_own_words(paragraph: &[Line<'_>], below: Below) -> bool {
    let text = joined(paragraph);
    match below {
        Below::Delimiter => is_postscript(&text),
        Below::Name => !is_disclaimer(&text) && is_afterthought(&text),
    }
}

fn is_postscript(text: &str) -> bool {
    let lower: String = text.trim_start().chars().take(6).collect::<String>().to_lowercase();
    ["ps:", "ps ", "p.s.", "p.s ", "ps.", "p.s:", "ps,", "nb:", "n.b."].iter().any(|mark| lower.starts_with(mark))
}

/// The delimiter line: `-- ` (RFC 3676, 4.3), often without its space by the time it arrives, or another rule.
fn delimiter(lines: &[Line<'_>]) -> Option<usize> {
    let from = lines.len().saturating_sub(MAX_SIGNATURE_LINES);
    let is_own_rule = |line: &Line<'_>| line.kind == Kind::Typed && is_rule(line.text);
    let at = from + lines.iter().skip(from).position(is_own_rule)?;
    let said = lines.iter().take(at).any(|line| line.kind == Kind::Typed && line.text.split_whitespace().count() > 1);
    let standard = lines.get(at).is_some_and(|line| line.text.trim_end() == "--");
    let own = paragraphs(lines, at + 1).filter(|text| is_afterthought(text) && !is_disclaimer(text)).count();
    let closes = match (standard, said) {
        (true, true) => true,
        _ => own == 0,
    };
    closes.then_some(at)
}

/// A line of dashes or the like and nothing else.
fn is_rule(text: &str) -> bool {
    let bare = text.trim();
    let mut chars = bare.chars();
    let Some(first) = chars.next() else { return false };
    let long_enough = match first {
        '-' | '_' => bare.len() >= 2,
        '=' | '*' | '~' => bare.len() >= 5,
        '—' => true,
        _ => false,
    };
    long_enough && chars.all(|c| c == first)
}

/// The first closing formula below which nothing but signature, and perhaps an afterthought, stands.
fn closing_formula(lines: &[Line<'_>], author: &[String]) -> Option<usize> {
    (0..lines.len()).find(|&at| {
        lines.get(at).is_some_and(|line| line.kind == Kind::Typed && is_closing(line.text, author))
            && ends_soon(lines, at)
    })
}

/// Do at most a few paragraphs of the person's own follow?
fn ends_soon(lines: &[Line<'_>], from: usize) -> bool {
    lines.len() - from <= MAX_SIGNATURE_LINES
        && paragraphs(lines, from + 1).filter(|text| is_afterthought(text)).count() <= 2
}

/// The line that holds the author's name and nothing else, near the end, not in a list and not at the top.
fn author_line(lines: &[Line<'_>], author: &[String]) -> Option<usize> {
    if author.is_empty() {
        return None;
    }
    let first_written = lines.iter().position(|line| !line.is_blank())?;
    (first_written + 1..lines.len()).rev().take(25).filter(|&at| is_free_standing(lines, at)).find(|&at| {
        lines.get(at).is_some_and(|line| line.kind == Kind::Typed && is_name_of(line.text, author))
            && ends_soon(lines, at)
            && !lines.get(at + 1).is_some_and(|below| is_other_name(below.text, author))
    })
}

/// Is it somebody else's name, as in a list that the author heads?
fn is_other_name(text: &str, author: &[String]) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [first, .., last] = words.as_slice() else { return false };
    let plain = |c: char| c.is_alphabetic() || c == '-';
    let capital = |word: &str| word.starts_with(char::is_uppercase) && word.chars().all(plain);
    let known = |word: &str| author.contains(&word.to_lowercase());
    words.len() <= 4
        && first.len() <= 8
        && capital(first)
        && capital(last)
        && !text.contains('&')
        && !known(first)
        && (known(last) || words.len() == 2)
}

/// Is the line no part of an enumeration: nothing above it that announces or joins it?
fn is_free_standing(lines: &[Line<'_>], at: usize) -> bool {
    let Some(near) = lines.iter().take(at).rposition(|line| !line.is_blank()) else { return true };
    let above = lines.get(near).map_or("", |line| line.text.trim());
    let lower = above.to_lowercase();
    let adjacent = near + 1 == at;
    let joins = adjacent && JOINING.iter().any(|word| lower.ends_with(word));
    // A short line without an end just above a name is the head of a list.
    let heads = adjacent
        && near > 0
        && above.len() < 25
        && above.ends_with(char::is_alphanumeric)
        && !above.contains(' ')
        && !is_thanks(above);
    let listed = match above.split_once(' ') {
        Some((mark, _)) => {
            matches!(mark, "-" | "*" | "•" | "–")
                || mark.strip_suffix(['.', ')']).is_some_and(|n| n.parse::<u8>().is_ok())
        }
        None => false,
    };
    !(above.ends_with([':', '&', '+']) || joins || heads || listed)
}

/// Words after which a name still belongs to the sentence.
const JOINING: &[&str] = &[" en", " met", " van", " is", " namelijk", " plus", " and", " with", " voor", " naam"];

/// The words of a name, in lower case.
fn name_words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Are all its words the author's, or his initials or kisses, and at least one a whole name?
fn is_name_of(text: &str, author: &[String]) -> bool {
    if text.len() > 60 {
        return false;
    }
    let head = text.split(['(', ',', '|']).next().unwrap_or_default();
    let head = [" / ", " - ", " – ", " ~ "].iter().fold(head, |head, mark| head.split(mark).next().unwrap_or_default());
    let words = name_words(head);
    let title = |word: &String| {
        matches!(
            word.as_str(),
            "mr" | "drs"
                | "ir"
                | "ing"
                | "dr"
                | "mevr"
                | "dhr"
                | "x"
                | "xx"
                | "xxx"
                | "rb"
                | "rt"
                | "msc"
                | "fam"
                | "familie"
        )
    };
    let whole = words.iter().any(|word| word.chars().count() > 1 && author.contains(word));
    whole && words.iter().all(|word| author.contains(word) || word.chars().count() == 1 || title(word))
}

/// A last paragraph of contact data without any formula: short lines, two signs of contact among them, something typed above.
fn contact_block(lines: &[Line<'_>]) -> Option<usize> {
    let end = lines.iter().rposition(|line| line.kind == Kind::Typed && !line.is_blank())? + 1;
    let start = lines.iter().take(end).rposition(|line| line.is_blank() || line.kind != Kind::Typed)? + 1;
    let said = lines.iter().take(start).any(|line| line.kind == Kind::Typed && !line.is_blank());
    let block = lines.get(start..end)?;
    let signs: usize = block.iter().map(|line| contact_signs(line.text)).sum();
    let short = block.iter().all(|line| line.text.len() <= 110 && !is_spoken(line.text) && !is_form_field(line.text));
    let first_is_name = block.first().is_some_and(|line| contact_signs(line.text) == 0 || block.len() == 1);
    let enough = if block.len() >= 2 && first_is_name { 1 } else { 2 };
    (said && short && signs >= enough && is_free_standing(lines, start)).then_some(start)
}

/// "Naam: Piet Bos" is a sign-up form, not a signature.
fn is_form_field(text: &str) -> bool {
    let lower = text.trim_start().to_lowercase();
    ["naam", "namen", "aantal", "datum", "personen", "deelnemer", "bedrijf:", "name:", "beroep"]
        .iter()
        .any(|word| lower.starts_with(word))
        && text.contains(':')
}

/// Marks disclaimers, and what follows them to the end.
fn mark_disclaimers(lines: &mut [Line<'_>]) {
    let mut at = 0;
    let mut seen = false;
    while at < lines.len() {
        let end = paragraph_end(lines, at);
        let Some(paragraph) = lines.get_mut(at..end) else { return };
        let text = joined(paragraph);
        if !text.trim().is_empty() && at > 0 && (is_disclaimer(&text) || (seen && !is_afterthought(&text))) {
            seen = true;
            set(paragraph);
        }
        at = end;
    }
}

fn set(lines: &mut [Line<'_>]) {
    for line in lines.iter_mut().filter(|line| line.kind == Kind::Typed) {
        line.kind = Kind::Signature;
    }
}

/// The end of the paragraph that begins at `at`, its trailing blank lines included.
fn paragraph_end(lines: &[Line<'_>], at: usize) -> usize {
    let mut blank_seen = false;
    for (offset, line) in lines.iter().enumerate().skip(at) {
        if line.is_blank() {
            blank_seen = true;
        } else if blank_seen {
            return offset;
        }
    }
    lines.len()
}

fn paragraphs<'a>(lines: &'a [Line<'_>], from: usize) -> impl Iterator<Item = String> + 'a {
    let mut at = from;
    std::iter::from_fn(move || {
        if at >= lines.len() {
            return None;
        }
        let end = paragraph_end(lines, at);
        let text = lines.get(at..end).map(joined);
        at = end;
        text
    })
}

/// The person's own lines as one.
fn joined(lines: &[Line<'_>]) -> String {
    let mut out = String::new();
    for line in lines.iter().filter(|line| line.kind == Kind::Typed && !line.is_blank()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(line.text.trim());
    }
    out
}
