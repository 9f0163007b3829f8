//! Occasions: the mentions of a time or place in the text, with the open events that each can mean.
//!
//! What a mention means `event_choice` and `dates` tell; here it only gets its place among the clauses. Called by `mod`
//! once a mail.

use super::Situation;
use super::event_choice::{self, By, OtherKind, Strength};
use super::words::fold;
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
    /// Is it a stretch of time to come that holds none of the open events?
    pub period: bool,
    /// Does it mean all the open events, "beide keren"?
    pub all: bool,
    /// May it mean something else as well, as a bare weekday does?
    pub weak: bool,
    /// Is it no more than a weekday that an open event falls on?
    pub weekday: bool,
    /// Is it over, or no more than a weekday?
    pub loose: bool,
    /// Is it a place, which says nothing of the day?
    pub venue: bool,
}

/// All mentions, in order.
pub fn find(text: &str, quoted: &str, situation: &Situation) -> Vec<Occasion> {
    let named = event_choice::named_in(text, situation);
    let mut found: Vec<Occasion> = Vec::new();
    for hit in named.hits {
        let venue = hit.by == By::Venue;
        let (all, weak) = (hit.by == By::All, hit.strength == Strength::Weak);
        let weekday = weak && hit.by == By::Date;
        match found.iter_mut().find(|occasion| occasion.span == hit.phrase.span) {
            Some(occasion) => occasion.events.push(hit.event),
            None => found.push(Occasion {
                span: hit.phrase.span,
                events: vec![hit.event],
                exact: false,
                period: false,
                all,
                weak,
                weekday,
                loose: false,
                venue,
            }),
        }
    }
    // French for yesterday and Dutch for here.
    for other in named.others.into_iter().filter(|other| fold(&other.phrase.words) != "hier") {
        // "Vanmiddag", "vandaag": said of today's news more often than of a meeting.
        let today = other.kind == OtherKind::Day(situation.received.date());
        // "Die drie van gister": no day of a meeting, though a date that is over can be meant for one.
        let gone = other.past && !other.phrase.words.contains(|c: char| c.is_ascii_digit());
        let stretch = matches!(other.kind, OtherKind::Period | OtherKind::Stretch);
        let exact = !stretch && !today && !gone;
        found.push(Occasion {
            span: other.phrase.span,
            events: Vec::new(),
            exact,
            period: other.kind == OtherKind::Period,
            all: false,
            weak: false,
            weekday: false,
            loose: other.past || other.kind == OtherKind::Weekday,
            venue: false,
        });
    }
    for (event, span) in event_choice::pointed_at(text, quoted, situation) {
        if found.iter().all(|occasion| occasion.span.end <= span.start || span.end <= occasion.span.start) {
            found.push(Occasion {
                span,
                events: vec![event],
                exact: false,
                period: false,
                all: false,
                weak: true,
                weekday: false,
                loose: false,
                venue: false,
            });
        }
    }
    found.sort_by_key(|occasion| occasion.span.start);
    found
}
