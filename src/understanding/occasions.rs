//! Occasions: the mentions of a time or place in the text, with the open events that each can mean.
//!
//! What a mention means `event_choice` and `dates` tell; here it only gets its place among the clauses. Called by `mod`
//! once a mail.

use super::Situation;
use super::event_choice::{self, By, OtherKind, Strength};
use crate::ids::EventId;
use std::ops::Range;

/// A mention of a time or place.
#[derive(Clone, Debug, PartialEq)]
pub struct Occasion {
    /// Where it stands, in bytes of the text.
    pub span: Range<usize>,
    /// The open events that it can mean; empty when it is another day.
    pub events: Vec<EventId>,
    /// Is it a day or meeting of its own, so that coming then would contradict?
    pub exact: bool,
    /// Does it mean all the open events, "beide keren"?
    pub all: bool,
    /// May it mean something else as well, as a bare weekday does?
    pub weak: bool,
    /// Is it a place, which says nothing of the day?
    pub venue: bool,
}

/// All mentions, in order.
pub fn find(text: &str, situation: &Situation) -> Vec<Occasion> {
    let named = event_choice::named_in(text, situation);
    let mut found: Vec<Occasion> = Vec::new();
    for hit in named.hits {
        let venue = hit.by == By::Venue;
        let (all, weak) = (hit.by == By::All, hit.strength == Strength::Weak);
        match found.iter_mut().find(|occasion| occasion.span == hit.phrase.span) {
            Some(occasion) => occasion.events.push(hit.event),
            None => {
                found.push(Occasion { span: hit.phrase.span, events: vec![hit.event], exact: false, all, weak, venue })
            }
        }
    }
    for other in named.others {
        // "Vanmiddag", "vandaag": said of today's news more often than of a meeting.
        let today = other.kind == OtherKind::Day(situation.received.date());
        let exact = other.kind != OtherKind::Stretch && !today;
        found.push(Occasion {
            span: other.phrase.span,
            events: Vec::new(),
            exact,
            all: false,
            weak: false,
            venue: false,
        });
    }
    found.sort_by_key(|occasion| occasion.span.start);
    found
}
