//! What is as plain as can be: an outcome that is carried out without being weighed.
//!
//! Such mails are plainer than most that the weights were learnt from. Called by `verdict` once a mail.

use super::super::Disposition;
use super::super::anchor::Tie;
use super::super::clause_reader::{Says, Votes};
use super::super::clauses::Zone;
use super::super::gist::Gist;
use super::super::intent::Case;
use super::super::words::fold;
use super::{Outcome, features};

/// A clause that is likelier than this to mean what it is taken for is in no doubt.
const SURE: f32 = 0.9;
/// The same of a subject that decides nothing: it is too short to be surer of.
const SURE_HEADING: f32 = 0.8;
/// The same of what the whole mail wants, where no clause is in doubt.
const SURE_WHOLE: f32 = 0.5;

/// Is the likeliest outcome what our letter asked to send back, or else as plain as can be?
pub(super) fn needs_no_weighing(case: &Case<'_>, votes: &Votes, likeliest: &Outcome) -> bool {
    likeliest.disposition() == Disposition::Act && is_asked_for(case) || is_plain(case, votes, likeliest)
}

/// Is what was typed no more than words that our letter, quoted below it, has between quotation marks: "Antwoord dan met 'dan
/// kom ik alleen'"?
fn is_asked_for(case: &Case<'_>) -> bool {
    let typed = fold(case.input.typed.trim().trim_end_matches(['.', '!']));
    let quoted = fold(case.input.quoted).split_whitespace().collect::<Vec<_>>().join(" ");
    let mark = |c: char| matches!(c, '\'' | '"' | '“' | '”' | '„');
    let marked = |(at, found): (usize, &str)| {
        let (before, after) = (quoted.get(..at), quoted.get(at + found.len()..));
        before.is_some_and(|text| text.ends_with(mark)) && after.is_some_and(|text| text.starts_with(mark))
    };
    case.page.topic.is_our_thread() && !typed.is_empty() && quoted.match_indices(&typed).any(marked)
}

/// Is no clause in doubt, does the grammar read it so too, and is it what the whole mail wants?
fn is_plain(case: &Case<'_>, votes: &Votes, likeliest: &Outcome) -> bool {
    let open = case.page.sights.iter().zip(&votes.clauses).filter(|(sight, _)| sight.clause.zone != Zone::Closing);
    let sure = open
        .map(|(sight, vote)| (sight.clause.zone == Zone::Subject, vote.best(), vote.of(vote.best())))
        .all(|(heads, says, chance)| chance >= if heads && says == Says::Nothing { SURE_HEADING } else { SURE });
    let gist = Gist::of(likeliest.disposition(), &likeliest.judgement.requests);
    let whole = matches!(gist, Gist::Comes | Gist::StaysAway) && votes.gist.of(gist) >= SURE_WHOLE;
    case.page.tie == Tie::Known && sure && whole && case.page.is_short() && features::is_said(case, &likeliest.says)
}

#[cfg(test)]
mod tests {
    use super::super::super::page::Page;
    use super::super::super::tests::{input, situation};
    use super::super::super::{Input, case};
    use super::*;
    use crate::ids::EventId;

    #[test]
    fn only_the_very_words_that_our_letter_asks_for_are_asked_for() {
        let asked_for = |thread: bool, typed: &str, quoted: &str| {
            let input = Input { is_reply: thread, ..input(typed, "", quoted) };
            let mut situation = situation();
            situation.thread_event = thread.then(|| EventId::new("b16").unwrap());
            let page = Page::of(&input, &situation);
            is_asked_for(&case(&input, &situation, &page, &[]))
        };
        let letter = "Wil je de ene plek toch hebben?\nAntwoord dan: \"dan kom\nik alleen\".";
        assert!(asked_for(true, "Dan kom ik alleen.\n", letter));
        assert!(asked_for(true, "dan kom ik alleen", "Antwoord dan: “dan kom ik alleen”."));
        assert!(!asked_for(true, "de ene plek", letter));
        assert!(!asked_for(true, "dan kom ik", letter));
        assert!(!asked_for(true, "dan kom ik alleen, denk ik", letter));
        assert!(!asked_for(true, "", letter));
        assert!(!asked_for(false, "dan kom ik alleen", "We lazen: \"dan kom ik alleen\"."));
    }
}
