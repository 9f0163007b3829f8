//! Hints: an excuse, or a farewell to a letter of ours, where nothing plainer was said.

use super::super::lexicon::Role;
use super::super::people::Person;
use super::*;

/// Adds the frames of excuses and farewells.
pub(super) fn add_hints(case: &Case<'_>, judgement: &mut Judgement) {
    let said = judgement.frames.iter().any(|f| f.strength >= Strength::Said && (f.who.me || f.who.us))
        || !judgement.requests.is_empty();
    let silent = judgement.question || case.anywhere(Says::Human);
    let mut hints: Vec<Frame> = Vec::new();
    if !silent {
        let excuses = case.page.sights.iter().enumerate().filter(|(number, sight)| excuses(case, *number, sight, said));
        hints.extend(excuses.map(|(number, sight)| excuse(case, number, sight)));
    }
    let registered = case.page.topic.registered(case.situation) > 0;
    if case.page.topic.is_our_thread()
        && !registered
        && judgement.frames.is_empty()
        && hints.is_empty()
        && !judgement.question
    {
        hints.extend(farewell(case));
    }
    judgement.frames.extend(hints);
    judgement.frames.sort_by_key(|frame| frame.clause);
}

/// Does a clause excuse somebody, so that he stays away though nobody says it?
fn excuses(case: &Case<'_>, number: usize, sight: &Sight, said: bool) -> bool {
    let of_another = sight
        .rows
        .first()
        .is_some_and(|row| row.before.is_none() && !row.me && !row.us && row.others.iter().any(|p| !p.pronoun));
    let needed = !said || of_another && case.page.topic.registered(case.situation) > 1;
    let text = matches!(sight.clause.zone, Zone::Text | Zone::Postscript);
    let late = sentence_has(case, sight.clause.sentence, |s| s.has(Concept::Late));
    let firm = !sight.clause.aside && !sight.clause.asks && !sight.has(Concept::Past) && !late;
    case.says(number) == Says::Excuse && needed && text && firm && is_about_coming(case, sight)
}

/// Is it this meeting that the excuse keeps him from?
fn is_about_coming(case: &Case<'_>, sight: &Sight) -> bool {
    let regrets =
        |s: &Sight| [Concept::Regret, Concept::Wish, Concept::No, Concept::SurelyNot].iter().any(|&c| s.has(c));
    sight.has(Concept::Busy) && case.page.topic.is_our_thread()
        || sentence_has(case, sight.clause.sentence, |s| !s.events().is_empty())
        || case.page.sights.iter().any(regrets)
}

/// The frame of an excuse: of the author, or of those whom it speaks of. "Mijn moeder is gevallen" keeps the author at home.
fn excuse(case: &Case<'_>, number: usize, sight: &Sight) -> Frame {
    let mut frame = Frame::of_author(number, false, Strength::Excuse, Concept::Busy);
    let mut rows = sight.rows.iter().filter(|row| row.before.is_none());
    let Some(row) = rows.find(|row| row.me || row.us || !row.others.is_empty()) else { return frame };
    let dependant =
        |person: &Person| person.labels.iter().any(|label| case.lexicon.is(case.lexicon.word(label), Role::Dependant));
    if !row.me && !row.us && !row.others.iter().any(dependant) {
        let others: Vec<Person> = row.others.iter().filter(|person| !person.pronoun).cloned().collect();
        frame.who = Who { me: others.is_empty(), us: false, others };
    }
    frame
}

/// "Tot woensdag!" as the answer to an invitation.
fn farewell(case: &Case<'_>) -> Option<Frame> {
    let says = |s: &Sight| s.has(Concept::Farewell) && matches!(s.clause.zone, Zone::Text | Zone::Postscript);
    let clause = case.page.sights.iter().position(says)?;
    Some(Frame::of_author(clause, true, Strength::Hint, Concept::Farewell))
}
