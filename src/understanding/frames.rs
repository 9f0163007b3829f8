//! Frames: what each clause says about coming: who, whether, how sure, and to which event.
//!
//! Polarity is counted once: an idiom carries its own, a verb of coming or staying away is turned round by a negation
//! beside it. Whose coming it is, the rows of persons tell: those without a preposition are the subject of a verb of
//! coming and the object of one of signing up. Called by `mod`; `party` puts the frames together.

use super::clauses::{Clause, Parsed, Zone};
use super::concepts::{Concept, Hit};
use super::lexicon::{Lexicon, Role};
use super::occasions::Occasion;
use super::people::{Person, Row};
use super::words::Kind;
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

/// Reads the frames of a clause among all of them.
pub fn read(number: usize, sights: &[Sight], parsed: &Parsed, lexicon: &Lexicon) -> Vec<Frame> {
    let (Some(sight), before) = (sights.get(number), sights.get(..number).unwrap_or_default()) else {
        return Vec::new();
    };
    let reader = Reader { number, sight, before, all: sights, parsed, lexicon };
    if sight.clause.zone == Zone::Closing {
        return Vec::new();
    }
    reader.frames()
}

/// Words in -en that may follow "kan niet" without making it a matter of something else.
fn fits_with_can(fold: &str) -> bool {
    matches!(
        fold,
        "komen"
            | "kunnen"
            | "lukken"
            | "redden"
            | "halen"
            | "morgen"
            | "overmorgen"
            | "moeten"
            | "willen"
            | "zullen"
            | "hebben"
            | "bijwonen"
            | "deelnemen"
            | "meedoen"
            | "aanschuiven"
            | "aansluiten"
            | "werken"
            | "tussen"
            | "binnen"
            | "buiten"
            | "dagen"
            | "weken"
            | "aanwezigen"
            | "langskomen"
            | "meegaan"
            | "meekomen"
            | "verschijnen"
            | "samen"
            | "tegen"
            | "open"
            | "jongen"
            | "vieren"
            | "drieen"
            | "tweeen"
    )
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
        let tokens = self.tokens();
        let opener = tokens.iter().find(|token| token.kind == Kind::Word).map_or("", |token| token.fold.as_str());
        matches!(
            opener,
            "omdat"
                | "doordat"
                | "terwijl"
                | "hoewel"
                | "die"
                | "dat"
                | "waar"
                | "waarom"
                | "toen"
                | "na"
                | "voordat"
                | "om"
                | "wie"
                | "wat"
                | "hoe"
                | "zodat"
        ) || self.sight.clause.aside
    }

    fn tokens(&self) -> &[super::words::Token] {
        self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default()
    }

    /// "als er nog plek is": a condition says nothing by itself.
    fn is_condition(&self) -> bool {
        let mut words = self.tokens().iter().filter(|token| token.kind == Kind::Word);
        let first = words.next().map_or("", |token| token.fold.as_str());
        let has_subject = words.next().is_some_and(|next| {
            [Role::Subject, Role::You, Role::Name, Role::Kin, Role::My]
                .iter()
                .any(|&role| self.lexicon.is(next.word, role))
                || matches!(next.fold.as_str(), "de" | "een" | "alles" | "oppas")
                || next.capital
        });
        has_subject
            && matches!(
                first,
                "als" | "indien" | "mits" | "tenzij" | "mocht" | "zodra" | "if" | "wenn" | "falls" | "unless"
            )
    }

    fn says_only_list(&self) -> bool {
        let mut hits = self.sight.hits.iter().filter(|hit| hit.concept == Concept::Enrol);
        hits.any(|hit| {
            let tokens = self.parsed.tokens.get(hit.first..=hit.last).unwrap_or_default();
            tokens.last().is_some_and(|token| token.is("lijst") || token.is("lijstje"))
        })
    }

    /// Another time, another occasion, or what somebody else said.
    fn about_something_else(&self) -> bool {
        let this_event = !self.sight.events().is_empty();
        let now = this_event || self.has(Concept::Correction);
        let past = self.has(Concept::Past) && !now;
        let later = self.has(Concept::NextTime) && !this_event && !self.has(Concept::SurelyNot);
        let other =
            self.has(Concept::OtherThing) && !this_event && !self.has(Concept::SeatFree) && !self.addressed_request();
        let told = self.has(Concept::Told)
            && !self.has(Concept::Enrol)
            && self.sight.rows.iter().any(|row| !row.me && !row.others.is_empty());
        past || later
            || other
            || told
            || (self.has(Concept::Enrolled) && !self.has(Concept::Withdraw) && !self.has(Concept::SurelyNot))
            || self.has(Concept::Already)
    }

    fn addressed_request(&self) -> bool {
        self.sight.rows.iter().any(|row| row.me_object || row.us_object)
    }

    fn polarity(&self) -> Option<(Concept, bool, Strength)> {
        let not = self.negated();
        let weight = |concept| self.sight.hits.iter().filter(|hit| hit.concept == concept).map(Hit::weight).max();
        let (yes, no) = (weight(Concept::Surely), weight(Concept::SurelyNot));
        if let Some(no) = no.filter(|_| !self.cannot_do_something_else())
            && yes.is_none_or(|yes| yes <= no)
        {
            return Some((Concept::SurelyNot, false, Strength::Said));
        }
        if self.has(Concept::SeatFree) {
            return Some((Concept::SeatFree, false, Strength::Said));
        }
        if yes.is_some() {
            // An idiom has its own negation in it; one that stands beside it turns it round.
            return Some((Concept::Surely, !not, Strength::Said));
        }
        if self.has(Concept::Absent) {
            return Some((Concept::Absent, not, Strength::Said));
        }
        if self.has(Concept::Withdraw) {
            return Some((Concept::Withdraw, not, if not { Strength::Hint } else { Strength::Said }));
        }
        if self.has(Concept::Can) && not && !self.has_other_infinitive() {
            return Some((Concept::Can, false, Strength::Said));
        }
        if self.has(Concept::Enrol) {
            return Some((Concept::Enrol, !not, if not { Strength::Aside } else { Strength::Said }));
        }
        if self.has(Concept::Bring) {
            return Some((Concept::Bring, !not, Strength::Said));
        }
        if self.has(Concept::Come) {
            return Some((Concept::Come, !not, Strength::Said));
        }
        let substitute = self.sight.rows.iter().any(|row| row.before != Some(Role::Off) && !row.others.is_empty());
        if self.sight.hits.iter().any(|hit| hit.concept == Concept::Instead && hit.weight() >= 2) && substitute {
            return Some((Concept::Come, true, Strength::Said));
        }
        let bare = self.sight.clause.zone == Zone::Subject || self.words() <= 8;
        if bare && self.has(Concept::WithdrawNoun) && !not {
            return Some((Concept::WithdrawNoun, false, Strength::Hint));
        }
        if bare && self.has(Concept::EnrolNoun) && !not {
            return Some((Concept::EnrolNoun, true, Strength::Hint));
        }
        None
    }

    /// Is the clause's verb denied? "een niet te verplaatsen klus" denies nothing but the klus.
    fn negated(&self) -> bool {
        self.sight.hits.iter().filter(|hit| hit.concept == Concept::Not).any(|hit| {
            let before = hit.first.checked_sub(1).filter(|&at| at >= self.sight.clause.tokens.start);
            let before = before.and_then(|at| self.parsed.tokens.get(at));
            !before.is_some_and(|token| matches!(token.fold.as_str(), "een" | "wegens" | "zo'n" | "door" | "met"))
        })
    }

    fn words(&self) -> usize {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        tokens.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Number)).count()
    }

    /// "kan niet lezen": the verb that cannot be done is not one of coming.
    fn cannot_do_something_else(&self) -> bool {
        let mut idioms = self.sight.hits.iter().filter(|hit| hit.concept == Concept::SurelyNot);
        let only_can = idioms.all(|hit| {
            self.parsed
                .tokens
                .get(hit.first)
                .is_some_and(|t| matches!(t.fold.as_str(), "kan" | "ken" | "can't" | "cannot"))
        });
        only_can && self.has_other_infinitive()
    }

    fn has_other_infinitive(&self) -> bool {
        if self.has(Concept::Come) {
            return false;
        }
        let tokens = self.tokens();
        let verb = |token: &super::words::Token| {
            token.fold.len() >= 5 && token.fold.ends_with("en") && !token.capital && !fits_with_can(&token.fold)
        };
        let mut ends = tokens.iter().rev().filter(|token| token.kind == Kind::Word).take(2);
        ends.any(verb) || tokens.iter().any(|token| self.lexicon.is(token.word, Role::Infinitive))
    }

    /// "Wim kan niet, ik wel": a person with nothing but wel, ook or niet takes up the clause before.
    fn ellipsis(&self) -> Option<Frame> {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        let first_row =
            self.sight.rows.first().is_some_and(|row| row.tokens.start <= self.sight.clause.tokens.start + 1);
        let has_verb = tokens.iter().any(|token| self.lexicon.is(token.word, Role::Verb));
        if self.words() > 6 || has_verb || self.has(Concept::TotalLast) {
            return None;
        }
        let says = |form: &str| tokens.iter().any(|token| token.is(form));
        if self.sight.rows.is_empty() {
            return self.ellipsis_of_an_event();
        }
        // A word that nobody knows may be the verb: "mij schrikken jullie niet af".
        let strange = tokens.iter().any(|token| token.kind == Kind::Word && token.word.is_none() && !token.capital);
        if !first_row || strange {
            return None;
        }
        let row = self.sight.rows.iter().find(|row| row.me || row.us || !row.others.is_empty())?;
        if row.me && !self.takes_up_an_act() {
            return None;
        }
        let coming = match (says("wel") || says("ook"), says("niet") || says("nie")) {
            (true, false) => true,
            (false, true) => false,
            _ => return None,
        };
        let who = Who { me: row.me, us: row.us, others: row.others.clone() };
        Some(self.frame(Concept::Come, coming, Strength::Said, who))
    }

    /// "Wim heeft geen auto en ik wel": what "wel" takes up must be about coming.
    fn takes_up_an_act(&self) -> bool {
        use Concept::{
            Absent, Bring, Busy, Can, Come, Elsewhere, Enrol, Maybe, Surely, SurelyNot, Undecided, Withdraw,
        };
        let acts = [Absent, Bring, Busy, Can, Come, Elsewhere, Enrol, Maybe, Surely, SurelyNot, Undecided, Withdraw];
        let before = self.before.last().filter(|sight| sight.clause.zone != Zone::Subject);
        before.is_none_or(|sight| {
            acts.iter().any(|&act| sight.has(act))
                || !sight.events().is_empty()
                || sight.clause.sentence != self.sight.clause.sentence
        })
    }

    /// "De 15e wel, de 24e niet": an event with nothing but wel or niet.
    fn ellipsis_of_an_event(&self) -> Option<Frame> {
        if self.sight.events().is_empty() || self.sight.clause.asks || self.words() > 5 {
            return None;
        }
        let last = self.tokens().iter().rev().find(|token| token.kind == Kind::Word)?;
        let coming = match last.fold.as_str() {
            "wel" | "ook" => true,
            "niet" | "nie" => false,
            _ => return None,
        };
        Some(self.frame(Concept::Come, coming, Strength::Said, Who { me: true, ..Who::default() }))
    }

    /// "Hoor ik het van je, dan kom ik": a condition in the order of a question, and what hangs on it.
    fn hangs_on_condition(&self) -> bool {
        let sentence = self.sight.clause.sentence;
        let word = |sight: &Sight, at: usize| {
            let tokens = self.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
            tokens.iter().filter(|token| token.kind == Kind::Word).nth(at)
        };
        let mut earlier = self.before.iter().filter(|sight| sight.clause.sentence == sentence);
        let first = earlier.clone().next();
        let then = earlier.any(|sight| word(sight, 0).is_some_and(|token| token.is("dan")))
            || word(self.sight, 0).is_some_and(|token| token.is("dan"));
        let inverted = |sight: &Sight| {
            let verb = word(sight, 0).is_some_and(|token| {
                !matches!(token.fold.as_str(), "is" | "mag" | "kan" | "heb" | "hebben" | "hebt" | "heeft" | "dan")
                    && (self.lexicon.is(token.word, Role::Verb) || token.word.is_none() && token.fold.ends_with('t'))
            });
            let open = !sight.has(Concept::Proviso) && !sight.has(Concept::Enrol);
            verb && open
                && word(sight, 1).is_some_and(|token| matches!(token.fold.as_str(), "ik" | "het" | "hij" | "ze"))
        };
        then && first.is_some_and(inverted)
    }

    /// "Ik meld mij af. Tenzij Els komt": the sentence after this one takes back what it says.
    fn is_taken_back(&self) -> bool {
        let next = self.sight.clause.sentence + 1;
        let opener = self.all.iter().find(|sight| sight.clause.sentence == next).and_then(|sight| {
            let tokens = self.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
            tokens.first().map(|token| token.is("tenzij") || token.is("mits"))
        });
        opener == Some(true)
    }

    fn certainty(&self, by: Concept) -> Certainty {
        let sentence = self.sight.clause.sentence;
        let own = self.sight.events();
        let other_event = |sight: &Sight| {
            let events = sight.events();
            !own.is_empty() && !events.is_empty() && !events.iter().any(|event| own.contains(event))
        };
        let request = self.requests(by);
        let mut same = self.all.iter().filter(|sight| sight.clause.sentence == sentence && !other_event(sight));
        let conditional = same.clone().any(|sight| sight.has(Concept::Condition))
            || self.hangs_on_condition()
            || self.is_taken_back();
        let of_another = |sight: &Sight| {
            sight.clause != self.sight.clause
                && sight.rows.iter().any(|row| row.before.is_none() && !row.me && !row.us && !row.others.is_empty())
        };
        let unsure = same.any(|sight| {
            (sight.has(Concept::Maybe) || sight.has(Concept::Undecided))
                && !of_another(sight)
                && (!request || sight.clause == self.sight.clause)
        });
        let late = self.has(Concept::Late);
        if (self.sight.clause.asks || self.wonders()) && !self.is_request(by) {
            Certainty::Asked
        } else if (unsure && !late) || conditional {
            Certainty::Unsure
        } else {
            Certainty::Sure
        }
    }

    /// "of we wel of niet komen": what is only wondered about.
    fn wonders(&self) -> bool {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        let turns = tokens
            .get(1)
            .is_some_and(|token| matches!(token.fold.as_str(), "nee" | "liever" | "toch" | "wacht" | "beter"));
        let whether = tokens.windows(2).any(|pair| {
            matches!(pair, [of, who] if of.is("of") && matches!(who.fold.as_str(), "ik" | "we" | "wij" | "ze" | "hij" | "er" | "iemand"))
        });
        (whether || tokens.first().is_some_and(|token| token.is("of"))) && !turns
    }

    /// "Schrijft u mij in?" asks in the form of a question.
    fn is_request(&self, by: Concept) -> bool {
        let objects = self.sight.rows.iter().any(|row| row.me_object || row.us_object || !row.others.is_empty());
        match by {
            // "Me afmelden? Welnee": only asked.
            Concept::Withdraw if self.words() <= 2 => false,
            Concept::Enrol | Concept::Withdraw | Concept::SeatFree => {
                let of_mine = self.tokens().iter().any(|token| matches!(token.fold.as_str(), "mijn" | "m'n" | "onze"));
                objects
                    || of_mine && by == Concept::Withdraw && self.opens_with_request()
                    || self.sight.rows.iter().any(|row| row.me || row.us)
            }
            Concept::SurelyNot | Concept::Absent | Concept::Surely => true,
            _ => false,
        }
    }

    fn companions(&self) -> Vec<Person> {
        self.sight.rows.iter().filter(|row| row.before != Some(Role::Off)).flat_map(|row| row.others.clone()).collect()
    }

    /// Who it is about; `None` when the clause has a subject that is no person, or one that it only addresses.
    fn who(&self, by: Concept, coming: bool) -> Option<Who> {
        let rows: Vec<&Row> = self.sight.rows.iter().collect();
        let addressed =
            rows.iter().any(|row| row.you) && !rows.iter().any(|row| row.me || row.us || !row.others.is_empty());
        if by == Concept::Enrol && addressed && !self.opens_with_request() {
            return None;
        }
        if by == Concept::Come && self.bare_plural() {
            return None;
        }
        let transitive = matches!(
            by,
            Concept::Enrol
                | Concept::Withdraw
                | Concept::Bring
                | Concept::EnrolNoun
                | Concept::WithdrawNoun
                | Concept::SeatFree
        );
        let who = if transitive { self.who_is_enrolled(by, &rows) } else { self.who_comes(&rows, coming)? };
        (by != Concept::Bring || !who.others.is_empty()).then_some(who)
    }

    fn who_is_enrolled(&self, by: Concept, rows: &[&Row]) -> Who {
        let mut who = Who::default();
        let along = |row: &Row| {
            self.sight.hits.iter().any(|hit| hit.concept == Concept::Bring && hit.last + 1 == row.tokens.start)
        };
        for row in rows.iter().filter(|row| row.before != Some(Role::Off) || along(row)) {
            who.us |= row.us;
            who.others.extend(row.others.iter().cloned());
            let with_others = row.me && !row.others.is_empty();
            who.me |= row.me_object || row.me && with_others;
        }
        let object = who.me || !who.others.is_empty() || rows.iter().any(|row| row.us_object);
        if matches!(by, Concept::WithdrawNoun | Concept::EnrolNoun) && self.has(Concept::Busy) {
            who.others.clear();
            who.me = true;
        }
        if by == Concept::Bring && who.others.is_empty() {
            who.others.extend(self.row_left_hanging().map(|row| row.others.clone()).unwrap_or_default());
        }
        if by == Concept::Bring {
            // Taking somebody along says that one comes; "Els komt ook mee" only says that she does.
            let subject =
                |row: &&&Row| row.before.is_none() && (row.me || row.us) || row.before == Some(Role::With) && row.me;
            who.me = who.others.is_empty() && rows.iter().any(|row| subject(&row));
            who.us = false;
            self.resolve(&mut who.others);
            return who;
        }
        if by == Concept::SeatFree
            && self.tokens().iter().any(|token| matches!(token.fold.as_str(), "haar" | "zijn" | "z'n" | "hun"))
        {
            who.others.retain(|person| !person.pronoun);
            who.others.extend(self.last_other());
            who.me = who.others.is_empty();
            return who;
        }
        if !object {
            let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
            let relative = tokens.iter().take(2).any(|token| token.is("die")) && by == Concept::Withdraw;
            match self.last_row().filter(|_| relative) {
                Some(row) => who.others.extend(row.others.iter().cloned()),
                None => who.me = !who.us,
            }
        }
        if !who.others.is_empty() {
            who.us = rows.iter().any(|row| row.us_object);
        }
        if who.others.iter().all(|person| person.pronoun) && !who.others.is_empty() {
            self.resolve(&mut who.others);
        }
        who
    }

    fn who_comes(&self, rows: &[&Row], coming: bool) -> Option<Who> {
        let mut who = Who::default();
        let mut subject = false;
        for row in rows.iter().filter(|row| !self.is_no_subject(row)) {
            match row.before {
                Some(Role::Off) => {}
                Some(Role::With) => {
                    if coming {
                        who.others.extend(row.others.iter().cloned());
                    }
                    if row.me {
                        // "gaat met mij mee": he comes along, and so do I.
                        who.me = true;
                    }
                }
                Some(Role::For) if row.me => {}
                _ => {
                    subject |= row.me || row.us || !row.others.is_empty();
                    who.me |= row.me && !(row.me_object && !row.others.is_empty() && !coming);
                    who.us |= row.us;
                    who.others.extend(row.others.iter().cloned());
                    if row.you && !row.me && !row.us && row.others.is_empty() && !self.idiom_of_ours(rows) {
                        return None;
                    }
                }
            }
        }
        self.resolve(&mut who.others);
        if !subject {
            if let Some(row) = self.row_left_hanging() {
                return Some(Who { me: row.me, us: row.us, others: row.others.clone() });
            }
            if let Some(others) = self.those_spoken_of() {
                return Some(Who { others, ..Who::default() });
            }
            if self.third_person() {
                let last = self.last_other();
                match last {
                    Some(person) => who.others.push(person),
                    None => return None,
                }
            } else if self.plural() {
                who.us = true;
            } else {
                who.me = true;
            }
        }
        Some(who)
    }

    /// "Ik kom hem ophalen", "het wordt hem niet": a pronoun that is an object, or part of an idiom.
    fn is_no_subject(&self, row: &Row) -> bool {
        let tokens = self.parsed.tokens.get(row.tokens.clone()).unwrap_or_default();
        let object = tokens.iter().all(|token| matches!(token.fold.as_str(), "hem" | "'m" | "hen"));
        row.before.is_none() && object && row.others.iter().all(|person| person.pronoun)
    }

    /// "Zij zou komen en dat gaat niet": what "dat" is about is theirs.
    fn those_spoken_of(&self) -> Option<Vec<Person>> {
        let that = self.tokens().iter().take(2).any(|token| token.is("dat"));
        let before = self.before.last().filter(|sight| sight.clause.sentence == self.sight.clause.sentence)?;
        let mine = before.rows.iter().any(|row| row.me || row.us);
        let row = before.rows.iter().find(|row| row.before.is_none() && !row.others.is_empty())?;
        let mut others = row.others.clone();
        self.resolve(&mut others);
        (that && self.has(Concept::SurelyNot) && !mine).then_some(others)
    }

    /// "Wilt u noteren", "kun je inschrijven": the one addressed is to do it.
    fn opens_with_request(&self) -> bool {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        let modal = |fold: &str| {
            matches!(
                fold,
                "wil" | "wilt" | "willen" | "kun" | "kunt" | "kan" | "kunnen" | "zou" | "zouden" | "mag" | "moogt"
            )
        };
        tokens.iter().take(2).any(|token| modal(&token.fold))
    }

    fn idiom_of_ours(&self, rows: &[&Row]) -> bool {
        self.idiom() && (!self.has(Concept::Absent) || rows.iter().any(|row| row.me || row.us))
    }

    fn idiom(&self) -> bool {
        self.has(Concept::Surely)
            || self.has(Concept::SurelyNot)
            || self.has(Concept::SeatFree)
            || self.has(Concept::Absent)
    }

    /// "komt ook", "die gaat mee": the subject is somebody named before.
    fn third_person(&self) -> bool {
        if self.idiom() || self.has(Concept::Can) && !self.has(Concept::Come) {
            return false;
        }
        let hits = self
            .sight
            .hits
            .iter()
            .filter(|hit| matches!(hit.concept, Concept::Come | Concept::Bring | Concept::Absent));
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        let relative = tokens.first().is_some_and(|token| token.is("die"));
        let relative =
            relative || tokens.first().is_some_and(|token| matches!(token.fold.as_str(), "is" | "komt" | "gaat"));
        let mut verbs = hits.filter_map(|hit| self.parsed.tokens.get(hit.first..=hit.last)).flatten();
        relative
            || verbs.any(|token| {
                matches!(
                    token.fold.as_str(),
                    "komt"
                        | "gaat"
                        | "schuift"
                        | "haakt"
                        | "valt"
                        | "doet"
                        | "sluit"
                        | "slaat"
                        | "is"
                        | "verschijnt"
                        | "neemt"
                        | "zal"
                )
            })
    }

    /// "morgen komen de recherche en de glaszetter": a finite plural whose subject is nobody of ours.
    fn bare_plural(&self) -> bool {
        let of_ours = |row: &Row| row.before != Some(Role::Off) && (row.me || row.us || !row.others.is_empty());
        let named = self.sight.rows.iter().any(of_ours);
        let tokens = self.tokens();
        let Some(at) = tokens.iter().position(|token| token.is("komen")) else { return false };
        let modal = tokens.iter().any(|token| {
            matches!(
                token.fold.as_str(),
                "wil"
                    | "willen"
                    | "wilde"
                    | "kan"
                    | "kunnen"
                    | "zou"
                    | "zouden"
                    | "zal"
                    | "zullen"
                    | "ga"
                    | "gaan"
                    | "gaat"
                    | "mag"
                    | "mogen"
                    | "hoop"
                    | "graag"
                    | "te"
                    | "moet"
                    | "moeten"
                    | "ook"
                    | "met"
                    | "weer"
                    | "niet"
            )
        });
        !named && at > 0 && !modal
    }

    fn plural(&self) -> bool {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        tokens
            .iter()
            .take(2)
            .any(|token| matches!(token.fold.as_str(), "komen" | "zijn" | "gaan" | "haken" | "doen" | "blijven"))
    }

    /// Puts the person meant in the place of "hij" and "zij".
    fn resolve(&self, others: &mut [Person]) {
        for person in others.iter_mut().filter(|person| person.pronoun) {
            if let Some(last) = self.last_other() {
                *person = last;
            }
        }
    }

    /// "Mijn vrouw en ik zijn, ijs en weder dienende, van de partij": a subject whose verb comes after an insertion.
    fn row_left_hanging(&self) -> Option<&Row> {
        let sentence = self.sight.clause.sentence;
        let earlier = self.before.iter().rev().take_while(|sight| sight.clause.sentence == sentence);
        let hanging = earlier.filter(|sight| {
            let acts = [
                Concept::Come,
                Concept::Enrol,
                Concept::Surely,
                Concept::SurelyNot,
                Concept::Withdraw,
                Concept::Busy,
                Concept::Told,
            ];
            !acts.iter().any(|&act| sight.has(act))
        });
        let person = |row: &&Row| {
            row.before.is_none() && (row.me && !row.others.is_empty() || row.others.iter().any(|p| p.name.is_some()))
        };
        hanging.flat_map(|sight| &sight.rows).find(person)
    }

    fn last_row(&self) -> Option<&Row> {
        self.before.iter().rev().flat_map(|sight| sight.rows.iter().rev()).find(|row| !row.others.is_empty())
    }

    fn last_other(&self) -> Option<Person> {
        let rows = self.before.iter().rev().flat_map(|sight| sight.rows.iter().rev());
        rows.flat_map(|row| row.others.iter().rev()).find(|person| !person.pronoun).cloned()
    }
}
