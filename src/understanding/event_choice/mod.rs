//! Which event a mail means.
//!
//! Pure. [`named_in`] says what one piece of text names by itself: a date, the number of a meeting, a place, a month,
//! "allebei". [`answered`] tells which event is meant where the words name none, by the thread, the subject and the quoted
//! letter. Excuses name other days too ("de 14e zit ik in Breda"), so the caller decides which clauses count. Called by
//! `occasions` and `topic`.

mod named;
mod venue;

use super::Situation;
use crate::ids::EventId;
use jiff::civil::Date;
use std::ops::Range;

pub use named::named_in;
pub(super) use named::{title_number, title_words};

/// What a text says about which event, by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// The open events that it names, in the order of naming; an event may be named more than once.
    pub hits: Vec<Hit>,
    /// The dates and meetings that it names and that are none of the open events.
    pub others: Vec<Other>,
}

/// Words and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// Their bytes in the text.
    pub span: Range<usize>,
    /// The words.
    pub words: String,
}

/// An open event that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub event: EventId,
    /// By what.
    pub by: By,
    /// How surely.
    pub strength: Strength,
    /// By which words.
    pub phrase: Phrase,
}

/// A date or meeting that is none of the open events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// What it is.
    pub kind: OtherKind,
    /// Which words.
    pub phrase: Phrase,
    /// Is it over?
    pub past: bool,
}

/// The kinds of [`Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherKind {
    /// A day.
    Day(Date),
    /// A day whose weekday is wrong: "donderdag 15 november", "morgen, de 16e" on a 14th.
    Conflict,
    /// A meeting by its number.
    Meeting(u32),
    /// A weekday on which no open event is held.
    Weekday,
    /// A stretch of time that is to come and holds no meeting: "in maart".
    Period,
    /// Another stretch of time, or the end of one: seldom meant as a meeting.
    Stretch,
}

/// By what an event is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Its day.
    Date,
    /// Its number.
    Ordinal,
    /// Its place.
    Venue,
    /// Its month, week or year.
    Period,
    /// "Allebei".
    All,
    /// "De eerstvolgende".
    Following,
    /// The letter that is answered.
    Thread,
    /// The subject.
    Subject,
    /// What was quoted along.
    Quote,
    /// It is the only one that can be signed up for.
    OnlyOne,
}

/// How surely something names an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It fits, but may mean something else: a bare weekday, a month, a bare "allebei".
    Weak,
    /// It can hardly mean anything else.
    Strong,
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// These events, in the order of naming.
    Meant {
        /// Which; never empty.
        events: Vec<EventId>,
        /// By what the first of them is known.
        by: By,
        /// The words that say so; empty when nothing was written about it.
        evidence: Vec<String>,
    },
    /// A day, number or place is named that is none of the open events': a person has to look.
    Contradiction {
        /// One plain Dutch sentence.
        reason: String,
        /// The words that contradict.
        evidence: Vec<String>,
    },
    /// Several are open and none is named.
    Unclear {
        /// One plain Dutch sentence.
        reason: String,
    },
}

/// What stands around the clauses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around<'a> {
    /// The subject, `Re:` included.
    pub subject: &'a str,
    /// What was quoted or forwarded along.
    pub quoted: &'a str,
}

impl Named {
    /// The events named, each once, in order: the strongly named ones, else the weakly named ones.
    pub fn events(&self) -> Vec<EventId> {
        let strongest = self.hits.iter().map(|hit| hit.strength).max();
        let mut events: Vec<EventId> = Vec::new();
        for hit in self.hits.iter().filter(|hit| Some(hit.strength) == strongest) {
            if !events.contains(&hit.event) {
                events.push(hit.event.clone());
            }
        }
        events
    }

    /// Does it name a day or meeting for certain that is none of the open ones, and none of those as surely?
    pub fn contradicts(&self) -> bool {
        let strong = self.hits.iter().any(|hit| hit.strength == Strength::Strong);
        self.others.iter().any(|other| match other.kind {
            OtherKind::Conflict => true,
            OtherKind::Day(_) | OtherKind::Meeting(_) => !strong,
            OtherKind::Weekday => self.hits.is_empty(),
            OtherKind::Period | OtherKind::Stretch => false,
        })
    }
}

/// The event that the mail answers or is about, when its own words name none.
pub fn answered(around: Around<'_>, situation: &Situation) -> Choice {
    if situation.events.is_empty() {
        return contradiction("Er staat op dit moment geen bijeenkomst open.", Vec::new());
    }
    if let Some(event) = &situation.thread_event {
        return if situation.events.iter().any(|open| open.id == *event) {
            Choice::Meant { events: vec![event.clone()], by: By::Thread, evidence: Vec::new() }
        } else {
            contradiction("De mail antwoordt op een brief over een bijeenkomst die niet meer openstaat.", Vec::new())
        };
    }
    let subject = named_in(around.subject, situation);
    if subject.contradicts() {
        return other_event(&subject);
    }
    if !subject.hits.is_empty() {
        return by(By::Subject, &subject);
    }
    let quoted = named_in(around.quoted, situation);
    let meeting = |other: &Other| matches!(other.kind, OtherKind::Meeting(_));
    match quoted.events().as_slice() {
        [_] => by(By::Quote, &quoted),
        [] if quoted.others.iter().any(meeting) => other_event(&quoted),
        _ => match situation.events.as_slice() {
            [only] => Choice::Meant { events: vec![only.id.clone()], by: By::OnlyOne, evidence: Vec::new() },
            _ => unclear(),
        },
    }
}

fn by(by: By, named: &Named) -> Choice {
    let events = named.events();
    let mut evidence: Vec<String> = Vec::new();
    for hit in named.hits.iter().filter(|hit| events.contains(&hit.event)) {
        if !evidence.contains(&hit.phrase.words) {
            evidence.push(hit.phrase.words.clone());
        }
    }
    Choice::Meant { events, by, evidence }
}

fn other_event(named: &Named) -> Choice {
    let rank = |other: &&Other| match other.kind {
        OtherKind::Conflict => 0,
        OtherKind::Day(_) | OtherKind::Meeting(_) => 1,
        OtherKind::Weekday | OtherKind::Period | OtherKind::Stretch => 2,
    };
    let Some(other) = named.others.iter().min_by_key(rank) else { return unclear() };
    let words = &other.phrase.words;
    let reason = match other.kind {
        OtherKind::Conflict => format!("Bij \"{words}\" kloppen de weekdag en de datum niet met elkaar."),
        _ if other.past => format!("\"{words}\" is al voorbij."),
        _ => format!("Op \"{words}\" is er geen bijeenkomst die openstaat."),
    };
    contradiction(&reason, vec![words.clone()])
}

fn contradiction(reason: &str, evidence: Vec<String>) -> Choice {
    Choice::Contradiction { reason: reason.to_owned(), evidence }
}

fn unclear() -> Choice {
    Choice::Unclear { reason: "Er staan meer bijeenkomsten open en de mail zegt niet welke.".to_owned() }
}

/// The words by which a text points at one of several open events: "nummer 17" by its title, "de eerstvolgende", "deze keer".
pub fn pointed_at(text: &str, quoted: &str, situation: &Situation) -> Vec<(EventId, Range<usize>)> {
    if situation.events.len() < 2 {
        return Vec::new();
    }
    named::pointing_words(text)
        .into_iter()
        .filter_map(|(which, span)| {
            let event = match which {
                Pointer::Next => situation.events.iter().min_by_key(|event| event.start).map(|event| event.id.clone()),
                Pointer::This => match named_in(quoted, situation).events().as_slice() {
                    [only] => Some(only.clone()),
                    _ => None,
                },
                Pointer::Number(number) => {
                    let titled = |event: &&super::EventInfo| named::title_number(event) == Some(number);
                    situation.events.iter().find(titled).map(|event| event.id.clone())
                }
            };
            event.map(|event| (event, span))
        })
        .collect()
}

/// How a word points at one of several events.
enum Pointer {
    /// The next one to come.
    Next,
    /// "Nu niet", "deze keer": the one that the quoted letter is about.
    This,
    /// By the number in its title.
    Number(u32),
}

/// The open events in the order in which the quoted letter lists them all, else the first to come first.
pub fn in_order(quoted: &str, situation: &Situation) -> Vec<EventId> {
    if situation.events.len() > 1 {
        let listed = named_in(quoted, situation).events();
        if listed.len() == situation.events.len() {
            return listed;
        }
    }
    let mut events: Vec<_> = situation.events.iter().collect();
    events.sort_by_key(|event| event.start);
    events.into_iter().map(|event| event.id.clone()).collect()
}

#[cfg(test)]
mod tests;
