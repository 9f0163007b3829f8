//! Topic: which event a clause is about when it does not say so itself.
//!
//! The letter that is answered tells it first, then the only open event, then the last one named. Called by `intent`.

use super::concepts::Concept;
use super::event_choice::{self, Around, Choice};
use super::frames::Sight;
use super::occasions::Occasion;
use super::{Input, Situation};
use crate::ids::EventId;

/// What is known of the topic before the text is read.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// The events meant where nothing says so.
    default: Vec<EventId>,
    /// All open events, in the order in which the quoted letter lists them or the first to come first.
    open: Vec<EventId>,
    /// Does the mail answer a letter of ours?
    ours: bool,
    /// Was that letter about an event that is over?
    over: bool,
    /// Does what is quoted or forwarded along speak of meetings?
    quotes_meetings: bool,
}

impl Topic {
    /// Tells the topic from the thread, the quoted letter and the text's own mentions.
    pub fn of(input: &Input<'_>, situation: &Situation, in_text: &[Occasion]) -> Self {
        let open = event_choice::in_order(input.quoted, situation);
        let quote = input.quoted.to_lowercase();
        let subject = input.subject.to_lowercase();
        let titles: Vec<String> = situation.events.iter().flat_map(event_choice::title_words).collect();
        let titled = titles.iter().any(|word| quote.contains(word));
        let ours = situation.thread_event.is_some()
            || input.is_reply
                && (titled || ["bijeenkomst", "aangemeld", "plek"].iter().any(|word| quote.contains(word)))
            || input.is_reply
                && ["uitnodiging", "bevestiging", "afgemeld", "aanmelding"].iter().any(|word| subject.contains(word));
        let ours = ours || input.is_reply && !event_choice::named_in(input.subject, situation).hits.is_empty();
        let mentioned = |occasions: &[Occasion]| {
            let mut events: Vec<EventId> = occasions.iter().flat_map(|o| o.events.clone()).collect();
            events.sort();
            events.dedup();
            events
        };
        let named = mentioned(in_text);
        let around = Around { subject: input.subject, quoted: input.quoted };
        let answered = event_choice::answered(around, situation);
        let over = ours && matches!(answered, Choice::Contradiction { .. });
        let default = match answered {
            Choice::Meant { events, .. } if events.len() == 1 => events,
            _ if open.len() == 1 => open.clone(),
            _ if named.len() == 1 => named,
            _ => Vec::new(),
        };
        let quotes_meetings = titled || ["zzp", "bijeenkomst", "netwerk"].iter().any(|word| quote.contains(word));
        Self { default, open, ours, over, quotes_meetings }
    }

    /// Does the mail answer a letter of ours?
    pub fn is_our_thread(&self) -> bool {
        self.ours
    }

    /// Was that letter about an event that is over?
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Does what is quoted or forwarded along speak of meetings?
    pub fn quotes_meetings(&self) -> bool {
        self.quotes_meetings
    }

    /// Can only one event be meant?
    pub fn is_one_event(&self) -> bool {
        self.open.len() == 1 || self.default.len() == 1
    }

    /// All open events, in the order in which the quoted letter lists them or the first to come first.
    pub fn open(&self) -> &[EventId] {
        &self.open
    }

    /// How many people the author has registered for the default event.
    pub fn registered(&self, situation: &Situation) -> usize {
        self.default.iter().filter_map(|event| situation.registered.get(event)).map(Vec::len).sum()
    }

    /// Goes through the clauses in order.
    pub fn walk(&self) -> Walk<'_> {
        Walk { topic: self, current: Vec::new(), sentence: None, ahead: None }
    }
}

/// The topic on its way through the text.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    topic: &'a Topic,
    current: Vec<EventId>,
    sentence: Option<usize>,
    /// The later clause that named the current event, and what was current before.
    ahead: Option<(usize, Vec<EventId>)>,
}

impl Walk<'_> {
    /// Goes on to the next clause; `agrees` tells whether a later clause can be about the same event.
    pub fn enter(&mut self, sight: &Sight, all: &[Sight], number: usize, agrees: impl Fn(usize) -> bool) {
        let own = sight.events();
        let every = sight.occasions.iter().any(|occasion| occasion.all);
        let everything =
            every || sight.has(Concept::EveryEvent) || sight.has(Concept::Both) && self.topic.default.is_empty();
        // "Woensdag gezellig, januari niet": what is said the opposite of is not about the event that comes later.
        let against = self.ahead.as_ref().is_some_and(|(at, _)| number < *at && !agrees(*at));
        if let Some((_, before)) = self.ahead.take_if(|(at, _)| against || number >= *at)
            && against
        {
            self.current = before;
        }
        if everything && self.topic.open.len() > 1 {
            self.current.clone_from(&self.topic.open);
        } else if !own.is_empty() {
            self.current = own;
        } else if self.sentence != Some(sight.clause.sentence) {
            // The event may be named later in the same sentence.
            let later = all.iter().enumerate().skip(number + 1);
            let mut later = later.take_while(|(_, other)| other.clause.sentence == sight.clause.sentence);
            let named = later.find(|(_, other)| !other.events().is_empty()).filter(|&(at, _)| agrees(at));
            if let Some((at, other)) = named {
                self.ahead = Some((at, std::mem::replace(&mut self.current, other.events())));
            }
        }
        self.sentence = Some(sight.clause.sentence);
    }

    /// Those that the text named last, by a day or by a word that points at them.
    pub fn named(&self) -> &[EventId] {
        &self.current
    }

    /// Goes over to other events, at which the clause points.
    pub fn turn_to(&mut self, events: Vec<EventId>) {
        self.current = events;
    }

    /// The events that the clause is about.
    pub fn events(&self) -> Vec<EventId> {
        if !self.current.is_empty() { self.current.clone() } else { self.topic.default.clone() }
    }
}
