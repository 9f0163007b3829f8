//! Doubts: requests that nothing ties to a meeting or a list.

use super::steps::only_registered;
use super::*;

/// "Zet me op de lijst", "afmelden": without a letter, a date or a registration nobody knows for which list.
pub(super) fn unplaced_request(case: &Case<'_>, judgement: &Judgement) -> Option<&'static str> {
    let placed = case.page.topic.is_our_thread()
        || case.page.topic.registered(case.situation) > 0
        || only_registered(case).is_some() && judgement.frames.iter().all(|frame| !frame.coming)
        || case
            .page
            .sights
            .iter()
            .any(|s| !s.events().is_empty() || s.has(Concept::Network) && s.clause.zone != Zone::Closing);
    let mut said = judgement.frames.iter().filter(|f| f.who.me && f.certainty == Certainty::Sure);
    if placed || said.clone().next().is_none() {
        return None;
    }
    let bare = |f: &Frame| {
        f.bare_list || matches!(f.by, Concept::Withdraw | Concept::WithdrawNoun) && case.page.parsed.tokens.len() <= 25
    };
    said.all(bare).then_some("er staat niet bij van of voor welke lijst")
}
