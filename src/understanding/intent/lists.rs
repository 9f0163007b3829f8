//! Lists: requests about the mailing list and about being forgotten.

use super::super::concepts::Hit;
use super::super::lexicon::Role;
use super::*;

pub(super) fn list_requests(case: &Case<'_>, judgement: &mut Judgement) {
    // What is asked about the list beside something else, by the same clause.
    let mut beside = Vec::new();
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
            Says::StaysAway if asks_apart(case, sight, Concept::ListOff) => beside.push(Request::Unsubscribe),
            Says::Comes if asks_apart(case, sight, Concept::ListOn) => beside.push(Request::Subscribe),
            Says::Subscribes if !(case.page.topic.is_our_thread() && sight.has(Concept::Keep)) => {
                add(Request::Subscribe)
            }
            _ => {}
        }
        // "Ik meld me af en verzoek je mijn gegevens te wissen".
        if case.says(number) == Says::StaysAway && asks_apart(case, sight, Concept::Forget) {
            beside.push(Request::Forget);
        }
    }
    for request in beside {
        if !judgement.requests.contains(&request) {
            judgement.requests.push(request);
        }
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

/// Does a clause about coming or staying away ask this of the mailing list or of what is kept too, in other words than those
/// for coming or staying away?
fn asks_apart(case: &Case<'_>, sight: &Sight, asked: Concept) -> bool {
    let mut asks = sight.hits.iter().filter(|hit| hit.concept == asked);
    let shared = |hit: &Hit| {
        let of_coming = |other: &&Hit| {
            matches!(other.concept, Concept::Withdraw | Concept::Absent | Concept::Enrol | Concept::Come)
        };
        sight.hits.iter().filter(of_coming).any(|other| other.overlaps(hit))
    };
    // "Van de lijst": of those who come, when nothing else is said of it.
    let of_those_who_come = |hit: &Hit| {
        let meetings = |at| case.token(at).is_some_and(|token| case.lexicon.is(token.word, Role::Meetings));
        (hit.first..=hit.last).any(meetings)
    };
    asks.any(|hit| !shared(hit) && !of_those_who_come(hit))
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
