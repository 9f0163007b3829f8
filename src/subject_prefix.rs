//! What stands before the subject of an answer or of a forwarded mail: `Re:`, `Antw.:`, `Fwd:`.

/// What mail programs put before the subject of an answer, in lower case.
///
/// English, Dutch, German, Scandinavian, French, Spanish, Italian, Polish.
const ANSWERS: [&str; 11] = ["re", "antw", "antwoord", "betr", "aw", "sv", "vs", "rv", "rif", "odp", "res"];
/// The same before that of one that is forwarded.
const FORWARDS: [&str; 9] = ["fw", "fwd", "doorst", "doorgestuurd", "wg", "tr", "vl", "i", "enc"];

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

/// Does it only repeat that of another mail, answered or forwarded? A list's `[name]` may stand before that.
pub fn repeats(subject: &str) -> bool {
    let mut rest = subject.trim();
    while let Some((_, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        rest = after.trim_start();
    }
    bare(rest) != rest
}

/// Is it the subject of an answer? Some programs say it nowhere else: RFC 5322 (3.6.4) says only that In-Reply-To should be there.
pub fn is_answer(subject: &str) -> bool {
    prefixed(subject.trim()).is_some_and(|(prefix, _)| ANSWERS.contains(&prefix.as_str()))
}

/// What stands before the first colon, in lower case and without a count (`Re[2]:`), and the rest.
fn prefixed(subject: &str) -> Option<(String, &str)> {
    let (prefix, after) = subject.split_once(':')?;
    let count = |c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^');
    let word = prefix.trim().trim_end_matches(count).trim().trim_end_matches('.');
    Some((word.to_lowercase(), after.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_from_what_is_forwarded() {
        for subject in ["Re: Borrel", "RE[2]: Borrel", "Antw.: Borrel", "Aw: Fwd: Borrel"] {
            assert!(is_answer(subject), "{subject}");
        }
        for subject in ["Fwd: Borrel", "Borrel", "Doorst: Re: Borrel", "", "Reünie: 15 november"] {
            assert!(!is_answer(subject), "{subject}");
        }
    }

    #[test]
    fn a_repeated_subject_is_told_from_one_of_its_own() {
        for subject in ["Re: Borrel", "Antw.: Borrel", "FW: Borrel", "[ZZP] Re: Borrel", "[ZZP][Haag] fwd: re: Borrel"]
        {
            assert!(repeats(subject), "{subject}");
        }
        for subject in ["Borrel", "[ZZP] Borrel", "", "Vraag: hoe laat?", "Reünie: 15 november"] {
            assert!(!repeats(subject), "{subject}");
        }
    }
}
