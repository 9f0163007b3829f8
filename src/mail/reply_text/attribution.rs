//! The lines that introduce a quote: "Op ma 30 okt. 2017 schreef …:", header blocks ("Van: … Verzonden: …") and dividers.
//!
//! Only recognises; `quotes` decides what follows from it. Dutch, English, German and French forms of the usual clients,
//! and a few neighbours whose attribution is as regular.

use super::Line;

/// How sure it is that a quote follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// Such as "Piet schreef:"; only a quote when quoted lines follow.
    Likely,
    /// With a date or an address in it: nobody types that by hand.
    Sure,
}

/// An attribution that ends on line `end`: its first line and how sure it is. Wrapped ones span up to four lines.
pub(super) fn attribution_ending(lines: &[Line<'_>], end: usize) -> Option<(usize, Certainty)> {
    let last = lines.get(end)?.text.trim();
    if !ends_attribution(last) || last.len() > 300 {
        return None;
    }
    let mut joined = last.to_owned();
    let mut found = None;
    for start in (end.saturating_sub(3)..=end).rev() {
        if start < end {
            let above = lines.get(start)?;
            if above.kind != lines.get(end)?.kind || above.is_blank() || above.text.len() > 200 {
                break;
            }
            joined = format!("{} {joined}", above.text.trim());
        }
        match is_attribution(&joined) {
            Some(certainty) if opens_attribution(&joined) || found.is_none_or(|(_, known)| known < certainty) => {
                found = Some((start, certainty));
            }
            _ => {}
        }
        if found.is_some() && opens_attribution(&joined) {
            break;
        }
    }
    found
}

/// Does it end as attributions do: with a colon, or (Zoho) with the verb, dashes behind it?
fn ends_attribution(text: &str) -> bool {
    let bare = text.trim_end_matches(['-', ' ']);
    text.ends_with(':') || [" wrote", " schreef", " schrieb"].iter().any(|verb| bare.ends_with(verb))
}

/// Verbs of attribution, in lower case, with the space that parts them from a name.
#[rustfmt::skip]
const VERBS: &[&str] = &[
    " schreef ", " schreef:", " wrote ", " kirjoitti:", " írta:", " geschreven:", " geschreven :", " wrote:", " wrote :", " wrote on ", " writes:",
    " schrieb ", " schrieb:", " geschrieben:", " a écrit", " écrit :", " écrit:", " escribió:", " ha scritto:",
    " escreveu:", " skrev ", " skrev:", " pisze:", " napisał", " said:", " het volgende bericht", " stuurde:",
];

/// How an attribution opens, where it opens with a word and not with a name.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "op ", "on ", "am ", "le ", "el ", "il ", "em ", "den ", "dnia ", "w dniu ", "quoting ", "citeren ", "zitat von ",
    "citerar ", "in een bericht van ", "in a message dated ",
];

fn opens_attribution(text: &str) -> bool {
    let head: String = text.chars().take(24).collect::<String>().to_lowercase();
    let head = head.trim_start_matches(['*', '_', '-', ' ']);
    OPENERS.iter().any(|opener| head.starts_with(opener)) || starts_with_date(head)
}

/// `2017-10-30 9:00 GMT+01:00 Naam <adres>:` is how Gmail once did it.
fn starts_with_date(text: &str) -> bool {
    let shape: String = text.chars().take(10).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    matches!(shape.as_str(), "0000-00-00" | "00-00-0000" | "00/00/0000" | "00.00.0000")
        || shape.starts_with("0-00-0000")
}

fn is_attribution(text: &str) -> Option<Certainty> {
    if text.len() > 400 {
        return None;
    }
    let lower = text.to_lowercase();
    let has_address = lower.contains('@') && lower.contains('.');
    let opened = opens_attribution(&lower);
    let quoting = ["quoting ", "citeren ", "zitat von "].iter().any(|word| lower.starts_with(word));
    let dated_address = has_address && has_date(&lower);
    // In any language: a year, a time and an address in brackets before the colon.
    if dated_address && has_time(&lower) && has_year(&lower) && (lower.ends_with(">:") || lower.contains("> ")) {
        return Some(Certainty::Sure);
    }
    if quoting
        || (dated_address && starts_with_date(&lower) && lower.ends_with(">:"))
        || (dated_address && lower.ends_with("]:"))
    {
        return Some(Certainty::Sure);
    }
    if !VERBS.iter().any(|verb| lower.contains(verb)) {
        return None;
    }
    let dated = has_date(&lower);
    match (opened, dated, has_address) {
        (_, true, true) | (true, _, true) => Some(Certainty::Sure),
        (true, true, false) | (false, true, false) if has_time(&lower) && (opened || verb_then_date(&lower)) => {
            Some(Certainty::Sure)
        }
        (true, true, false) => Some(Certainty::Likely),
        _ if lower.split_whitespace().count() <= 8 => Some(Certainty::Likely),
        _ => None,
    }
}

/// "Naam schreef op 2017-10-30 09:00:": the date follows the verb.
fn verb_then_date(lower: &str) -> bool {
    [" schreef op ", " wrote on ", " schrieb am ", " a écrit le "].iter().any(|verb| {
        lower.split_once(verb).is_some_and(|(who, when)| who.split_whitespace().count() <= 8 && has_date(when))
    })
}

/// A year, a numeric date, or a time of day.
fn has_date(lower: &str) -> bool {
    let numeric = lower.bytes().filter(u8::is_ascii_digit).count() >= 5 && lower.contains(['-', '/', '.']);
    has_year(lower) || numeric || has_time(lower)
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() == 4)
}

/// A time of day with a colon: every client puts one into an attribution, hardly anybody into a sentence that ends in one.
fn has_time(text: &str) -> bool {
    let digit = u8::is_ascii_digit;
    text.as_bytes().windows(4).any(|w| matches!(w, [a, b':', c, d] if digit(a) && digit(c) && digit(d)))
}

/// Is it a line that parts the text from what was forwarded or quoted, such as `-----Oorspronkelijk bericht-----`?
pub(super) fn is_divider(text: &str) -> bool {
    let text = text.trim();
    if text.len() < 12 || text.len() > 120 {
        return false;
    }
    let ruled = text.starts_with("--") || text.starts_with("__") || text.starts_with("—") || text.starts_with("==");
    if !(ruled || text.ends_with(':')) {
        return false;
    }
    let inner = text.trim_matches(|c: char| matches!(c, '-' | '_' | '=' | '*' | '—' | '–' | ' '));
    let colon = inner.ends_with(':');
    let lower = inner.trim_end_matches([':', ' ']).to_lowercase();
    if ruled && RULED.iter().any(|phrase| lower.starts_with(phrase)) {
        return true;
    }
    colon && ANNOUNCED.contains(&lower.as_str())
}

/// What stands between dashes above an original.
#[rustfmt::skip]
const RULED: &[&str] = &[
    "oorspronkelijk bericht", "origineel bericht", "original message", "original appointment", "oorspronkelijke afspraak", "originele bericht", "oorspronkelijk e-mail",
    "oorspronkelijke e-mail", "oorspronkelijke bericht", "doorgestuurd bericht", "doorgestuurde bericht",
    "doorgezonden bericht", "forwarded message", "forwarded by", "begin doorgestuurd bericht",
    "begin forwarded message", "original email", "ursprüngliche nachricht", "urspruengliche nachricht",
    "originalnachricht", "weitergeleitete nachricht", "original-nachricht", "original nachricht", "message d'origine",
    "message d’origine", "message original", "message transféré", "message transmis", "bericht doorgestuurd",
    "reply message", "antwoord bericht", "antwoordbericht", "antwoord op bericht", "mensaje original",
    "messaggio originale", "oorspr. bericht", "vorig bericht",
];

/// What stands on a line of its own, with a colon, above a forwarded letter.
#[rustfmt::skip]
const ANNOUNCED: &[&str] = &[
    "begin doorgestuurd bericht", "begin forwarded message", "begin van doorgestuurd bericht",
    "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail", "début du message réexpédié",
    "début du message transféré", "doorgestuurd bericht", "forwarded message", "weitergeleitete nachricht",
    "oorspronkelijk bericht", "original message", "ursprüngliche nachricht",
];

/// The header block that Outlook and others put above an original, starting at `start`: the line after its last one.
///
/// Three different fields in a row, one of them the author, and a mail address or a time of day among them: a person who
/// heads his mail as a letter ("Van: … Datum: …") writes neither.
pub(super) fn header_block(lines: &[Line<'_>], start: usize) -> Option<usize> {
    let first = field_of(lines.get(start)?.text)?;
    let mut seen = vec![first];
    let (mut end, mut proof) = (start + 1, false);
    proof |= proves_mail(lines.get(start)?.text);
    for (at, line) in lines.iter().enumerate().skip(start + 1).take(11) {
        if line.is_blank() {
            // Some clients put a blank line between the fields.
            let next_is_field = lines.get(at + 1).is_some_and(|next| field_of(next.text).is_some());
            if !next_is_field {
                break;
            }
            continue;
        }
        match field_of(line.text) {
            Some(field) => {
                if !seen.contains(&field) {
                    seen.push(field);
                }
                end = at + 1;
            }
            None if line.text.len() > 200 => break,
            // A long To or Subject runs on; the block goes on only if another field follows.
            None => {}
        }
        proof |= proves_mail(line.text);
    }
    (seen.len() >= 3 && seen.contains(&Field::From) && proof).then_some(end)
}

/// Could a header block begin with this line?
pub(super) fn opens_header_block(text: &str) -> bool {
    field_of(text).is_some_and(|field| matches!(field, Field::From | Field::Date | Field::Subject))
}

/// The fields of such a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    From,
    Date,
    To,
    Cc,
    Subject,
}

/// The names of the fields in the languages in which neighbours run their mail programs.
const FIELDS: &[(Field, &[&str])] = &[
    (Field::From, &["van", "from", "von", "de", "afzender", "da", "från", "fra", "od", "от", "gönderen", "kimden"]),
    (
        Field::Date,
        &[
            "verzonden",
            "verstuurd",
            "datum",
            "sent",
            "date",
            "gesendet",
            "envoyé",
            "envoye",
            "verzenddatum",
            "inviato",
            "data",
            "skickat",
            "sendt",
            "dato",
            "wysłano",
            "enviado",
            "fecha",
            "отправлено",
            "дата",
            "tarih",
            "verzonden op",
        ],
    ),
    (
        Field::To,
        &["aan", "to", "an", "à", "naar", "pour", "destinataire", "a", "till", "til", "do", "para", "кому", "kime"],
    ),
    (Field::Cc, &["cc", "kopie", "antwoord aan", "reply-to", "antwoord-aan", "antwort an", "копия"]),
    (
        Field::Subject,
        &[
            "onderwerp",
            "subject",
            "betreff",
            "betreft",
            "objet",
            "sujet",
            "oggetto",
            "ämne",
            "emne",
            "temat",
            "asunto",
            "assunto",
            "тема",
            "konu",
        ],
    ),
];

fn field_of(text: &str) -> Option<Field> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '*');
    let (name, _) = text.split_once(':')?;
    if name.len() > 24 {
        return None;
    }
    let name = name.trim_end_matches(|c: char| c.is_whitespace() || c == '*').to_lowercase();
    FIELDS.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field)
}

fn proves_mail(text: &str) -> bool {
    text.contains('@') || has_time(text)
}
