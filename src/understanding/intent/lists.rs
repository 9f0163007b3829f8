//! Lists: requests about the mailing list and about being forgotten.

use super::super::concepts::Hit;
use super::super::lexicon::Role;
use super::*;

pub(super) fn list_requests(case: &Case<'_>, judgement: &mut Judgement) {
    let mut unsubscribed = false;
    for (number, sight) in case.page.sights.iter().enumerate() {
        if sight.clause.zone == Zone::Closing {
            continue;
        }
        let mut add = |request: Request| {
            if !judgement.requests.contains(&request) {
                judgement.requests.push(request);
                judgement.clauses.push(number);
            }
        };
        match case.says(number) {
            Says::Forget if sight.has(Concept::ListOff) && !sight.has(Concept::Forget) => add(Request::Unsubscribe),
            Says::Forget => add(Request::Forget),
            Says::Unsubscribes => add(Request::Unsubscribe),
            // "Haal me van de 15e af en van de mailinglijst ook".
            Says::StaysAway if leaves_list(case, sight) => unsubscribed = true,
            Says::Subscribes if !(case.page.topic.is_our_thread() && sight.has(Concept::Keep)) => {
                add(Request::Subscribe)
            }
            _ => {}
        }
    }
    if unsubscribed && !judgement.requests.contains(&Request::Unsubscribe) {
        judgement.requests.push(Request::Unsubscribe);
    }
    if judgement.requests.contains(&Request::Unsubscribe) && judgement.requests.contains(&Request::Subscribe) {
        judgement.requests.retain(|request| *request != Request::Subscribe);
    }
    let sentences: Vec<usize> =
        judgement.clauses.iter().filter_map(|&at| case.page.sights.get(at)).map(|s| s.clause.sentence).collect();
    let forgotten = judgement.requests.contains(&Request::Forget);
    let list: Vec<usize> = judgement.clauses.clone();
    judgement.frames.retain(|frame| {
        let sentence = case.page.sights.get(frame.clause).map_or(0, |sight| sight.clause.sentence);
        let apart = case.page.sights.get(frame.clause).is_some_and(|sight| speaks_apart(sight, frame.by));
        (!list.contains(&frame.clause) || apart) && !(forgotten && sentences.contains(&sentence))
    });
}

/// Does who stays away leave the mailing list too, in words that are not those for staying away?
fn leaves_list(case: &Case<'_>, sight: &Sight) -> bool {
    let mut off = sight.hits.iter().filter(|hit| hit.concept == Concept::ListOff);
    let away = |hit: &Hit| {
        let withdraws = |other: &&Hit| matches!(other.concept, Concept::Withdraw | Concept::Absent);
        sight.hits.iter().filter(withdraws).any(|other| other.overlaps(hit))
    };
    // "Van de lijst": of those who come, when nothing else is said of it.
    let of_those_who_come = |hit: &Hit| {
        let meetings = |at| case.token(at).is_some_and(|token| case.lexicon.is(token.word, Role::Meetings));
        (hit.first..=hit.last).any(meetings)
    };
    off.any(|hit| !away(hit) && !of_those_who_come(hit))
}

/// Does the clause speak of coming in other words than those about the mailing list?
pub(super) fn speaks_apart(sight: &Sight, by: Concept) -> bool {
    let list: Vec<_> = sight
        .hits
        .iter()
        .filter(|h| matches!(h.concept, Concept::ListOn | Concept::ListOff | Concept::Forget))
        .collect();
    let own = sight.hits.iter().filter(|hit| hit.concept == by);
    !sight.events().is_empty() && own.clone().any(|hit| !list.iter().any(|other| other.overlaps(hit)))
}
