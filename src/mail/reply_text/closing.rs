//! Recognises the lines and paragraphs at the end of a mail: closing formulas, device lines, disclaimers, contact data,
//! and afterthoughts. Only recognises; `signature` decides.

use super::phrases::{
    ADVERTISING, AFTERTHOUGHTS, BARE, BEFORE, BUSINESS, CALLS, COMING, COMMA, DEVICE_LINES, DEVICE_STARTS,
    DEVICE_WORDS, DISCLAIMER_STARTS, DISCLAIMER_WORDS, GREETINGS, NOTICE_WORDS, PARTICLES, SELF_WORDS, SENTENCE_WORDS,
    SPOKEN,
};

/// Is it a closing formula, with at most a name behind it: "Met vriendelijke groet,", "Groetjes Sanne", "Mvg"?
/// A line on which a sentence goes on is none.
pub(super) fn is_closing(text: &str, author: &[String]) -> bool {
    let text = text.trim();
    if text.is_empty() || text.len() > 90 {
        return false;
    }
    let lower = text.to_lowercase().replace('’', "'");
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    if BARE.contains(&bare) || (COMMA.contains(&bare) && text.ends_with(',')) {
        return true;
    }
    after_formula(&lower).is_some_and(|rest| {
        let start = text.len().saturating_sub(rest.len());
        // Lower-casing can change lengths; then the comparison with capitals is given up.
        match text.get(start..) {
            Some(tail) if lower.len() == text.len() => is_name_like(tail, author),
            _ => rest.trim().is_empty(),
        }
    })
}

/// What follows the formula at the start of a line in lower case; `None` when the line does not start with one.
fn after_formula(lower: &str) -> Option<&str> {
    let mut rest = lower;
    for _ in 0..6 {
        let (word, after) = next_word(rest)?;
        if GREETINGS.contains(&word) {
            return Some(after_second_formula(after));
        }
        let adjective = word.len() > 4 && word.ends_with('e') && !word.ends_with("ie");
        if !(BEFORE.contains(&word) || adjective) {
            return None;
        }
        rest = after;
    }
    None
}

/// "Met vriendelijke groet / Kind regards," has two of them.
fn after_second_formula(rest: &str) -> &str {
    let trimmed = rest.trim_start();
    match trimmed.strip_prefix(['/', '|', '-']) {
        Some(second) => after_formula(second.trim_start()).unwrap_or(rest),
        None => rest,
    }
}

/// The next word without the marks around it, and what comes after it.
fn next_word(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '-' | '–'));
    if text.is_empty() {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ',' | '!' | '/' | '|' | ':')).unwrap_or(text.len());
    let (word, after) = text.split_at_checked(end.max(text.chars().next().map_or(1, char::len_utf8)))?;
    let bare = word.trim_end_matches(['.', ',', '!', ';', ':']);
    Some((if bare.is_empty() { word } else { bare }, after))
}

/// Is it nothing, or at most a name: words with capitals, particles between them, no verb and no number?
fn is_name_like(text: &str, author: &[String]) -> bool {
    let text = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ',' | '.' | '!' | '-' | '~' | ':' | ')' | ';' | '*' | '_' | '–')
    });
    if text.chars().any(|c| c.is_ascii_digit()) || text.contains(['?', '@']) {
        return false;
    }
    // A second sentence on the line is the person's own.
    if text.contains(". ") && text.split(". ").any(|piece| piece.split_whitespace().count() > 3) {
        return false;
    }
    let plain = text.split('(').next().unwrap_or_default();
    if text.contains('(') && text.split_whitespace().count() > 8 {
        return false;
    }
    if plain.split_whitespace().any(|word| SENTENCE_WORDS.contains(&bare_word(word).to_lowercase().as_str())) {
        return false;
    }
    let mut words = 0;
    let all = plain.split_whitespace().all(|word| {
        words += 1;
        let bare = bare_word(word);
        let lower = bare.to_lowercase();
        bare.is_empty()
            || !bare.starts_with(|c: char| c.is_lowercase())
            || lower.chars().count() == 1
            || PARTICLES.contains(&lower.as_str())
            || GREETINGS.contains(&lower.as_str())
            || author.contains(&lower)
    });
    all && words <= 7
}

fn bare_word(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'')
}

/// Is it the line that a phone or mail program leaves: "Verstuurd vanaf mijn iPhone", "Outlook voor iOS downloaden"?
pub(super) fn is_device_line(text: &str) -> bool {
    let text =
        text.trim().trim_matches(|c: char| matches!(c, '*' | '_' | '[' | ']' | '-' | '.' | '<' | '>' | '(' | ')'));
    if text.len() > 140 || text.len() < 8 {
        return false;
    }
    let opens = |start: &&str| text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start));
    let (is_line, may_be) = (DEVICE_LINES.iter().any(opens), DEVICE_STARTS.iter().any(opens));
    if !is_line && !may_be {
        return false;
    }
    let lower = text.to_lowercase();
    // "Verstuurd met mijn telefoon, dus kort: ik kom" says something.
    (is_line || DEVICE_WORDS.iter().any(|word| lower.contains(word)))
        && !words_of(&lower).any(|word| SPOKEN.contains(&word))
}

/// Does a paragraph open a legal or environmental notice?
pub(super) fn is_disclaimer(paragraph: &str) -> bool {
    let lower = paragraph.to_lowercase();
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    if DISCLAIMER_STARTS.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    if paragraph.len() < 50 {
        return false;
    }
    let hits = DISCLAIMER_WORDS.iter().filter(|word| lower.contains(*word)).count();
    hits >= 2
}

/// How many signs of contact data a line has: phone, web or mail address, registration numbers, post code, fields parted by bars.
pub(super) fn contact_signs(text: &str) -> usize {
    let lower = text.to_lowercase();
    let words = [
        "kvk",
        "k.v.k",
        "btw",
        "iban",
        "bic ",
        "www.",
        "http",
        ".nl",
        "@",
        "postbus",
        "linkedin",
        "facebook",
        "instagram",
        "twitter",
        "tel.",
        "tel:",
        "telefoon",
        "mobiel",
        "vat ",
        "agb",
        "big-nr",
        "whatsapp",
    ];
    let named = words.iter().filter(|word| lower.contains(*word)).count();
    let bars = usize::from(text.contains(" | ") || text.contains(" • ") || text.contains(" · "));
    named + bars + usize::from(has_phone(text)) + usize::from(has_post_code(text))
}

/// Nine to fourteen digits in a row, parted by nothing but spaces, dashes, dots, slashes and brackets, beginning with 0 or +.
fn has_phone(text: &str) -> bool {
    let (mut digits, mut good) = (0u32, false);
    for c in text.chars().chain(['x']) {
        match c {
            '0' | '+' if digits == 0 => {
                good = true;
                digits += 1;
            }
            '0'..='9' => digits += 1,
            ' ' | '-' | '.' | '/' | '(' | ')' | '–' | '\u{2011}' => {}
            _ => {
                if good && (9..=14).contains(&digits) {
                    return true;
                }
                (digits, good) = (0, false);
            }
        }
    }
    false
}

/// `2553 AB`.
fn has_post_code(text: &str) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.iter().enumerate().any(|(at, word)| {
        let is_number = |w: &str| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit());
        let is_letters = |w: &str| w.len() == 2 && w.bytes().all(|b| b.is_ascii_uppercase());
        let joined = word.len() == 6 && word.get(..4).is_some_and(is_number) && word.get(4..).is_some_and(is_letters);
        joined || (is_number(word) && words.get(at + 1).is_some_and(|next| is_letters(next)))
    })
}

/// Does a paragraph below the name belong to what the person typed after all: a PS, or a sentence about people and their
/// coming? In doubt it does.
pub(super) fn is_afterthought(paragraph: &str) -> bool {
    let lower = paragraph.trim().to_lowercase();
    let bare = lower.trim_start_matches(['*', '(', '-', '_', '"', ' ']);
    if AFTERTHOUGHTS.iter().any(|mark| starts_with_word(bare, mark)) {
        return true;
    }
    if paragraph.contains(['|', '€', '%', '•']) || ADVERTISING.iter().any(|phrase| lower.contains(phrase)) {
        return false;
    }
    let outside = without_asides(&lower);
    let words: Vec<&str> = words_of(&outside).collect();
    let any = |list: &[&str]| words.iter().any(|word| list.contains(word));
    if words.len() < 3 || any(NOTICE_WORDS) {
        return false;
    }
    let of_himself = any(&["ik", "me", "mij", "i", "ich"]);
    if contact_signs(paragraph) > 0 {
        return of_himself;
    }
    if !of_himself && (any(CALLS) || any(BUSINESS)) {
        return false;
    }
    any(SELF_WORDS) || any(COMING)
}

/// The text without what stands in brackets, unless all of it does: below a name that is a joke about the trade.
fn without_asides(text: &str) -> String {
    if text.starts_with('(') {
        return text.to_owned();
    }
    let mut depth = 0u32;
    text.chars()
        .filter(|c| {
            match c {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// Thanks and the like by themselves: a closing when a name follows.
pub(super) fn is_thanks(text: &str) -> bool {
    let lower = text.to_lowercase();
    COMMA.contains(&lower.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Is it a sentence in which a person speaks, so that a telephone number in it is no signature?
pub(super) fn is_spoken(text: &str) -> bool {
    let lower = text.to_lowercase();
    let spoken = words_of(&lower).any(|word| SELF_WORDS.contains(&word) || COMING.contains(&word));
    spoken && lower.split_whitespace().count() >= 4
}

fn words_of(lower: &str) -> impl Iterator<Item = &str> {
    lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty())
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}
