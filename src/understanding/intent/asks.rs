//! Asks: does the mail ask something that a person should answer, or offer a pitch.

use super::*;

pub(super) fn asks(case: &Case<'_>) -> bool {
    case.anywhere(Says::Asks)
        || case.page.sights.iter().enumerate().any(|(number, sight)| bare_question(case, number, sight))
}

/// A question mark that the clause reader takes for no question of the author's own: better answered than overlooked.
fn bare_question(case: &Case<'_>, number: usize, sight: &Sight) -> bool {
    sight.clause.asks
        && sight.clause.zone == Zone::Text
        && sight.clause.tokens.len() >= 4
        && case.says(number) == Says::Nothing
        && !sight.has(Concept::Rhetoric)
        && !case.anywhere(Says::Foreign)
}

pub(super) fn pitches(case: &Case<'_>) -> bool {
    case.anywhere(Says::Pitches) || pitch_beside_coming(case)
}

/// "Ik kom, met een pitch": a sign-up that offers one by the way.
fn pitch_beside_coming(case: &Case<'_>) -> bool {
    let mut sentences: BTreeMap<usize, (bool, bool, bool)> = BTreeMap::new();
    for (number, sight) in case.page.sights.iter().enumerate().filter(|(_, s)| s.clause.zone != Zone::Closing) {
        if matches!(case.says(number), Says::Elsewhere | Says::Courtesy | Says::Foreign) {
            continue;
        }
        let entry = sentences.entry(sight.clause.sentence).or_default();
        let denied = sight.has(Concept::Not)
            || sight.has(Concept::Void)
            || sight.has(Concept::SurelyNot)
            || sight.has(Concept::Past);
        entry.0 |= sight.has(Concept::Pitch) && !denied;
        entry.1 |= sight.has(Concept::Want) || sight.has(Concept::Enrol);
        entry.2 |= sight.has(Concept::Pitch) && denied;
    }
    sentences.values().any(|&(pitch, want, denied)| pitch && want && !denied)
}
