//! Doubts: requests that nothing ties to a meeting or a list.

use super::ours::Weights;
use super::steps::only_registered;
use super::*;

/// "Zet me op de lijst", "afmelden": without a letter, a date or a registration nobody knows for which list.
pub(super) fn unplaced_request(case: &Case<'_>, judgement: &Judgement) -> Option<&'static str> {
    let placed = case.topic.is_our_thread()
        || case.topic.registered(case.situation) > 0
        || only_registered(case).is_some() && judgement.frames.iter().all(|frame| !frame.coming)
        || case
            .sights
            .iter()
            .any(|s| !s.events().is_empty() || s.has(Concept::Network) && s.clause.zone != Zone::Closing);
    let mut said = judgement.frames.iter().filter(|f| f.who.me && f.certainty == Certainty::Sure);
    if placed || said.clone().next().is_none() {
        return None;
    }
    let bare = |f: &Frame| {
        f.bare_list || matches!(f.by, Concept::Withdraw | Concept::WithdrawNoun) && case.parsed.tokens.len() <= 25
    };
    said.all(bare).then_some("er staat niet bij van of voor welke lijst")
}

/// A coming that nothing ties to the network: no letter, no date, no place, no word about a meeting.
pub(super) fn ungrounded(case: &Case<'_>, weights: &Weights, judgement: &Judgement) -> Option<&'static str> {
    let books = |request: &Request| matches!(request, Request::Register { .. } | Request::Cancel { .. });
    if !judgement.requests.iter().any(books) || case.topic.is_our_thread() || weights.network > 0 {
        return None;
    }
    let enrols = judgement.frames.iter().any(|f| {
        matches!(
            f.by,
            Concept::Enrol | Concept::EnrolNoun | Concept::Withdraw | Concept::WithdrawNoun | Concept::SeatFree
        ) && f.certainty == Certainty::Sure
    });
    let short = case.parsed.tokens.len() <= 30;
    let weekday = case.sights.iter().any(|s| !s.events().is_empty());
    let known = case.topic.registered(case.situation) > 0;
    // Who stands on the list with others and writes about one of them writes about the list.
    let of_others = judgement.frames.iter().any(|frame| !frame.who.others.is_empty());
    if case.topic.registered(case.situation) >= 2 && of_others && weights.private == 0 && !judgement.question {
        return None;
    }
    (!enrols && !(weekday && (short || known || !judgement.question)))
        .then_some("het is niet zeker dat het om een bijeenkomst gaat")
}
