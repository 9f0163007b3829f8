//! The subject of a letter, so that a thread holds together.
//!
//! A letter that answers a mail keeps that mail's subject after one `Re: `: Gmail holds a thread together only while the
//! subject stays the same (support.google.com/mail/answer/5900), and whoever wrote the mail finds the answer under it. The
//! template's own subject is for letters that answer nothing (offers, promotions, moved meetings) and for answers to a
//! mail without a subject, where nothing could be kept.

use crate::subject_prefix;

/// The longest subject that is kept, in characters.
const LONGEST: usize = 200;

/// `Re: ` and the subject of the mail that is answered, whatever prefixes it had; `own` when it had none worth keeping.
pub fn answering(subject: &str, own: &str) -> String {
    let bare = subject_prefix::bare(subject);
    if bare.is_empty() { own.to_owned() } else { format!("Re: {}", shortened(bare)) }
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
