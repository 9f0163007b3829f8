//! Frames: what each clause says about coming: who, whether, how sure, and to which event.
//!
//! Polarity is counted once: an idiom carries its own, a verb of coming or staying away is turned round by a negation
//! beside it. Whose coming it is, the rows of persons tell: those without a preposition are the subject of a verb of
//! coming and the object of one of signing up. Called by `mod`; `party` puts the frames together.

mod certainty;
mod ellipsis;
mod polarity;
mod who;

use super::clauses::{Clause, Parsed, Zone};
use super::concepts::{Concept, Hit};
use super::lexicon::{Lexicon, Role};
use super::occasions::Occasion;
use super::people::{Person, Row};
use super::words::{Kind, Token};
use crate::ids::EventId;

/// What is known of a clause before it is read.
#[derive(Clone, Debug)]
pub struct Sight {
    /// The clause.
    pub clause: Clause,
    /// Its concepts.
    pub hits: Vec<Hit>,
    /// The rows of persons whose last member stands in it.
    pub rows: Vec<Row>,
    /// The times and places in it.
    pub occasions: Vec<Occasion>,
}

impl Sight {
    /// Does it speak of this?
    pub fn has(&self, concept: Concept) -> bool {
        self.hits.iter().any(|hit| hit.concept == concept)
    }

    /// The mention of a time or place that a word is part of.
    pub fn occasion_of(&self, token: &Token) -> Option<&Occasion> {
        self.occasions.iter().find(|o| o.span.start <= token.span.start && token.span.end <= o.span.end)
    }

    /// The open events that it names.
    pub fn events(&self) -> Vec<EventId> {
        let mut events: Vec<EventId> = Vec::new();
        for event in self.occasions.iter().flat_map(|occasion| &occasion.events) {
            if !events.contains(event) {
                events.push(event.clone());
            }
        }
        events
    }

    /// Does it name a day on which there is no open event, and none on which there is?
    pub fn other_day(&self) -> bool {
        self.occasions.iter().any(|occasion| occasion.exact && occasion.events.is_empty())
            && self.occasions.iter().all(|occasion| occasion.events.is_empty() || occasion.venue)
    }
}

/// How a frame came to be, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Somewhere else, busy: it says so only when nothing else does.
    Excuse,
    /// A bare heading or a yes.
    Hint,
    /// Said by the way: in a clause that hangs on another, or without a subject.
    Aside,
    /// A verb or idiom.
    Said,
    /// A request in so many words: "schrijf mij in", "streep me maar door".
    Request,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It is so.
    Sure,
    /// Perhaps, or if something else happens.
    Unsure,
    /// It is asked, not said.
    Asked,
}

/// Who comes or stays away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Who {
    /// The author.
    pub me: bool,
    /// The author with others that this clause does not name.
    pub us: bool,
    /// Others.
    pub others: Vec<Person>,
}

/// What a clause says about coming.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The number of the clause.
    pub clause: usize,
    /// Coming, or staying away.
    pub coming: bool,
    /// Who.
    pub who: Who,
    /// On what ground.
    pub strength: Strength,
    /// How sure.
    pub certainty: Certainty,
    /// Does somebody come in another's place?
    pub instead: bool,
    /// Does the clause name the event?
    pub anchored: bool,
    /// Is the place asked for through a list that may be the mailing list?
    pub bare_list: bool,
    /// The concept that made it.
    pub by: Concept,
}

impl Frame {
    /// A frame about the author with nothing beside it, on the ground of this concept.
    pub fn of_author(clause: usize, coming: bool, strength: Strength, by: Concept) -> Self {
        Self {
            clause,
            coming,
            who: Who { me: true, ..Who::default() },
            strength,
            certainty: Certainty::Sure,
            instead: false,
            anchored: false,
            bare_list: false,
            by,
        }
    }

    /// Does it say so surely, and of the author himself?
    pub fn is_sure_of_author(&self) -> bool {
        self.certainty == Certainty::Sure && (self.who.me || self.who.us)
    }

    /// The frame in a line: "comes: author, Piet (said)".
    pub fn told(&self) -> String {
        let way = if self.coming { "comes" } else { "stays away" };
        let mut who: Vec<String> = Vec::new();
        who.extend(self.who.me.then(|| "author".to_owned()));
        who.extend(self.who.us.then(|| "us".to_owned()));
        who.extend(self.who.others.iter().map(|person| match &person.name {
            Some(name) => name.clone(),
            None if person.pronoun => "they".to_owned(),
            None => person.labels.join(" "),
        }));
        let (strength, certainty) = (self.strength, self.certainty);
        format!("{way}: {} ({strength:?}, {certainty:?}, {})", who.join(", "), self.by.name())
    }
}

/// The frames of all clauses, in order.
pub fn all(sights: &[Sight], parsed: &Parsed, lexicon: &Lexicon) -> Vec<Frame> {
    (0..sights.len()).flat_map(|number| read(number, sights, parsed, lexicon)).collect()
}

/// Reads the frames of a clause among all of them.
fn read(number: usize, sights: &[Sight], parsed: &Parsed, lexicon: &Lexicon) -> Vec<Frame> {
    let (Some(sight), before) = (sights.get(number), sights.get(..number).unwrap_or_default()) else {
        return Vec::new();
    };
    let reader = Reader { number, sight, before, all: sights, parsed, lexicon };
    if sight.clause.zone == Zone::Closing {
        return Vec::new();
    }
    reader.frames()
}

struct Reader<'a> {
    number: usize,
    sight: &'a Sight,
    before: &'a [Sight],
    all: &'a [Sight],
    parsed: &'a Parsed,
    lexicon: &'a Lexicon,
}

impl Reader<'_> {
    fn has(&self, concept: Concept) -> bool {
        self.sight.has(concept)
    }

    fn frames(&self) -> Vec<Frame> {
        // "Dus twee stoelen minder": the number says it all.
        if self.has(Concept::Fewer) && !self.sight.rows.iter().any(|row| row.me) {
            return Vec::new();
        }
        if self.about_something_else() || self.is_condition() {
            return Vec::new();
        }
        let mut frames = Vec::new();
        if let Some((by, coming, strength)) = self.polarity() {
            if let Some(who) = self.who(by, coming) {
                frames.push(self.frame(by, coming, strength, who));
                if by != Concept::Bring && self.has(Concept::Bring) && coming {
                    let others = self.companions();
                    if !others.is_empty() && frames.iter().all(|frame| frame.who.others.is_empty()) {
                        frames.push(self.frame(Concept::Bring, true, Strength::Said, Who { others, ..Who::default() }));
                    }
                }
            }
        } else if let Some(frame) = self.ellipsis() {
            frames.push(frame);
        }
        frames
    }

    fn frame(&self, by: Concept, coming: bool, strength: Strength, who: Who) -> Frame {
        let heading = self.sight.clause.zone == Zone::Subject;
        let strength = match strength {
            Strength::Said if self.hangs_on_another(by) || self.names_seats_only(by) => Strength::Aside,
            Strength::Said if self.requests(by) => Strength::Request,
            other => other,
        };
        Frame {
            clause: self.number,
            coming,
            who,
            strength: if heading { strength.min(Strength::Hint) } else { strength },
            certainty: self.certainty(by),
            instead: self.has(Concept::Instead),
            anchored: !self.sight.events().is_empty(),
            bare_list: by == Concept::Enrol && self.says_only_list(),
            by,
        }
    }

    /// "1 plek": a seat without anybody who asks for it.
    fn names_seats_only(&self, by: Concept) -> bool {
        by == Concept::Enrol
            && self.sight.rows.is_empty()
            && !self.tokens().iter().any(|token| self.lexicon.is(token.word, Role::Verb))
            && !self.tokens().iter().any(|token| matches!(token.fold.as_str(), "graag" | "aub" | "gaarne" | "please"))
    }

    /// Does it ask the reader to write the author up or off?
    fn requests(&self, by: Concept) -> bool {
        let object = self.sight.rows.iter().any(|row| row.me_object || row.us_object);
        let whole = self.sight.hits.iter().any(|hit| hit.concept == by && hit.weight() >= 2);
        matches!(by, Concept::Enrol | Concept::Withdraw) && object && whole && !self.has(Concept::Past)
    }

    /// "omdat ik niet kan", "die ik moet afzeggen", "na twee keer afmelden": not the mail's own statement.
    fn hangs_on_another(&self, by: Concept) -> bool {
        if matches!(by, Concept::Surely | Concept::SeatFree | Concept::Bring) {
            return false;
        }
        let first = self.tokens().iter().find(|token| token.kind == Kind::Word);
        first.is_some_and(|first| self.lexicon.is(first.word, Role::Hanging)) || self.sight.clause.aside
    }

    fn tokens(&self) -> &[super::words::Token] {
        self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default()
    }

    fn says_only_list(&self) -> bool {
        let mut hits = self.sight.hits.iter().filter(|hit| hit.concept == Concept::Enrol);
        hits.any(|hit| {
            let tokens = self.parsed.tokens.get(hit.first..=hit.last).unwrap_or_default();
            tokens.last().is_some_and(|token| token.is("lijst") || token.is("lijstje"))
        })
    }

    fn words(&self) -> usize {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        tokens.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Number)).count()
    }
}
