//! The subject of a letter, so that a thread holds together.
//!
//! A letter that answers a mail keeps that mail's subject after one `Re: `: Gmail holds a thread together only while the
//! subject stays the same (support.google.com/mail/answer/5900), and whoever wrote the mail finds the answer under it. The
//! template's own subject is for letters that answer nothing (offers, promotions, moved meetings) and for answers to a
//! mail without a subject, where nothing could be kept.

/// What mail programs put before the subject of an answer or a forwarded mail, in lower case.
///
/// English, Dutch, German, Scandinavian, French, Spanish, Italian, Polish.
const ANSWERS: [&str; 11] = ["re", "antw", "antwoord", "betr", "aw", "sv", "vs", "rv", "rif", "odp", "res"];
/// The same before that of one that is forwarded.
const FORWARDS: [&str; 9] = ["fw", "fwd", "doorst", "doorgestuurd", "wg", "tr", "vl", "i", "enc"];

/// The longest subject that is kept, in characters.
const LONGEST: usize = 200;

/// `Re: ` and the subject of the mail that is answered, whatever prefixes it had; `own` when it had none worth keeping.
pub fn answering(subject: &str, own: &str) -> String {
    let bare = bare(subject);
    if bare.is_empty() { own.to_owned() } else { format!("Re: {}", shortened(bare)) }
}

/// A subject without the prefixes of answers and forwards: `RE: Antw: Fwd: Borrel` → `Borrel`.
pub fn bare(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((prefix, after)) = prefixed(rest) {
        if !ANSWERS.contains(&prefix.as_str()) && !FORWARDS.contains(&prefix.as_str()) {
            break;
        }
        rest = after;
    }
    rest
}

/// Is it the subject of an answer? Some programs say it nowhere else: RFC 5322 (3.6.4) says only that In-Reply-To should be there.
pub fn answers(subject: &str) -> bool {
    prefixed(subject.trim()).is_some_and(|(prefix, _)| ANSWERS.contains(&prefix.as_str()))
}

/// What stands before the first colon, in lower case and without a count (`Re[2]:`), and the rest.
fn prefixed(subject: &str) -> Option<(String, &str)> {
    let (prefix, after) = subject.split_once(':')?;
    let count = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^');
    let word = prefix.trim().trim_end_matches(count).trim().trim_end_matches('.');
    Some((word.to_lowercase(), after.trim_start()))
}

fn shortened(subject: &str) -> String {
    if subject.chars().count() <= LONGEST {
        return subject.to_owned();
    }
    subject.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_from_what_is_forwarded() {
        for subject in ["Re: Borrel", "RE[2]: Borrel", "Antw.: Borrel", "Aw: Fwd: Borrel"] {
            assert!(answers(subject), "{subject}");
        }
        for subject in ["Fwd: Borrel", "Borrel", "Doorst: Re: Borrel", "", "Reünie: 15 november"] {
            assert!(!answers(subject), "{subject}");
        }
    }

    #[test]
    fn an_answer_keeps_the_subject_under_one_re() {
        for (subject, expected) in [
            ("Borrel 15 november", "Re: Borrel 15 november"),
            ("Re: Borrel", "Re: Borrel"),
            ("RE: Antw: AW: FW: Borrel", "Re: Borrel"),
            ("Re[2]: Fwd : Borrel", "Re: Borrel"),
            ("re:re:Borrel", "Re: Borrel"),
            ("Vraag: hoe laat?", "Re: Vraag: hoe laat?"),
            ("Regel: niets", "Re: Regel: niets"),
            ("", "Je bent erbij"),
            ("Re: ", "Je bent erbij"),
        ] {
            assert_eq!(answering(subject, "Je bent erbij"), expected, "{subject}");
        }
    }

    #[test]
    fn a_subject_has_an_end() {
        assert_eq!(answering(&"ë".repeat(5000), "").chars().count(), 4 + LONGEST + 1);
    }
}
