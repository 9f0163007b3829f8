//! Ours: is the mail about our meetings at all, by how much of it speaks of what.

use super::*;

/// How much of the mail speaks of what.
pub(super) struct Weights {
    pub(super) ad: usize,
    pub(super) automatic: usize,
    pub(super) private: usize,
    pub(super) network: usize,
    pub(super) text: usize,
}

impl Weights {
    pub(super) fn of(case: &Case<'_>) -> Self {
        let count = |concept| {
            case.page
                .sights
                .iter()
                .filter(|s| s.clause.zone != Zone::Closing)
                .flat_map(|s| &s.hits)
                .filter(|hit| hit.concept == concept)
                .count()
        };
        Self {
            ad: count(Concept::Ad),
            automatic: count(Concept::Automatic),
            private: count(Concept::Private),
            network: count(Concept::Network)
                + case
                    .page
                    .sights
                    .iter()
                    .flat_map(|s| &s.occasions)
                    .filter(|o| !o.weak && !o.events.is_empty())
                    .count(),
            text: case.page.sights.iter().filter(|s| s.clause.zone == Zone::Text).count(),
        }
    }

    pub(super) fn none_of_ours(&self, case: &Case<'_>, frames: &[Frame]) -> Option<&'static str> {
        let ours = case.page.topic.is_our_thread();
        if case.input.addressed
            && (ours || self.network > 0 || case.page.topic.registered(case.situation) > 0)
            && asks_plainly(case)
        {
            return None;
        }
        if self.automatic >= if ours { 2 } else { 1 } && self.automatic + self.ad >= 2 {
            return Some("dit schreef een machine");
        }
        if self.ad >= if ours { 4 } else { 3 } || self.ad >= 2 && self.network == 0 {
            return Some("dit is reclame of massamail");
        }
        let asked = case
            .page
            .sights
            .iter()
            .any(|s| s.has(Concept::Enrol) || s.has(Concept::Withdraw) || s.has(Concept::SeatFree));
        if self.private >= 1 && self.network == 0 && !ours
            || self.private >= 2 && self.private > self.network && !asked
            || self.private >= 4 && self.private > self.network + 1 && !ours
        {
            return Some("dit is post voor iemand anders");
        }
        if !case.input.addressed {
            let enrols = frames.iter().any(|f| f.by == Concept::Enrol && f.is_sure_of_author());
            if !enrols || self.network == 0 {
                return Some("dit is een gesprek tussen anderen");
            }
        }
        None
    }
}

/// Is something asked in words that the grammar knows as well, whatever else the mail is about?
fn asks_plainly(case: &Case<'_>) -> bool {
    use Concept::{Absent, Come, Enrol, Forget, ListOff, ListOn, SeatFree, SurelyNot, Withdraw};
    let text = case.page.sights.iter().zip(case.says).filter(|(sight, _)| sight.clause.zone != Zone::Closing);
    let registered = case.page.topic.registered(case.situation) > 0;
    text.clone().any(|(sight, says)| match says {
        Says::Comes => sight.has(Come) || sight.has(Enrol),
        Says::StaysAway => [Absent, SeatFree, SurelyNot, Withdraw].into_iter().any(|concept| sight.has(concept)),
        Says::Unsubscribes | Says::Subscribes => sight.has(ListOff) || sight.has(ListOn),
        Says::Forget => sight.has(Forget),
        Says::OtherComes | Says::OtherStaysAway | Says::Counts => registered,
        _ => false,
    })
}
