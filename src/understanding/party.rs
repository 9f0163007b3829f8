//! Party: what all the frames about one event come to, in people.
//!
//! The author, those he comes with and the numbers he names are kept in order, the last word winning; then they are set
//! against those registered before. Called by `intent`, once an event.

use super::frames::{Certainty, Frame, Strength};
use super::people::Person;

/// A number of people that a clause names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many in all.
    Total(u32),
    /// So many more.
    More(u32),
    /// So many fewer.
    Fewer(u32),
    /// Half of those registered drop out.
    Half,
    /// Several, without a number.
    Several,
}

/// What one clause adds.
#[derive(Clone, Debug)]
pub enum Step {
    /// Who comes or not. `turn`: does the clause say that it goes against what was said before?
    Frame {
        /// The frame.
        frame: Frame,
        /// A word of correction, a postscript.
        turn: bool,
    },
    /// A number, and whether it goes against what was said before.
    Count(Count, bool),
    /// A number in the subject line.
    Heading(Count),
    /// Persons named without a verb: the members of "wij" or of a list.
    Listed {
        /// Is the author among them?
        me: bool,
        /// The others.
        others: Vec<Person>,
    },
    /// What was said before was a joke.
    Joke,
}

/// What the author wants of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing was said about it.
    Nothing,
    /// So many seats in all.
    Set(u32),
    /// So many more.
    Add(u32),
    /// All or so many drop out.
    Drop(Option<u32>),
    /// It cannot be told; why.
    Unclear(&'static str),
}

/// Who was registered, and what else helps to count.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The folded names of those registered, the author's own included.
    pub registered: &'a [Vec<String>],
    /// How many people the author's own name stands for: 2 for "Joke en Theo".
    pub authors: u32,
}

#[derive(Clone, Debug, Default)]
struct Party {
    me: Option<(bool, Strength)>,
    anchored: bool,
    us: Option<bool>,
    others: Vec<(Person, bool)>,
    /// Are the others known from a heading only?
    headed: bool,
    /// Is the author known from a heading only?
    me_headed: bool,
    total: Option<u32>,
    /// The number in the subject line.
    headed_total: Option<u32>,
    /// Do the numbers contradict each other?
    miscounted: bool,
    more: Option<u32>,
    fewer: Option<u32>,
    several: bool,
    instead: bool,
    unsure: bool,
    asked: bool,
    conflict: bool,
    brought: bool,
    listed: bool,
    recounted: bool,
    listed_me: bool,
    framed: bool,
    /// What the heading asks: signing up or off.
    heading: Option<bool>,
}

/// The most people that a number in a mail is believed to mean.
pub const MOST: u32 = 12;

/// Puts the steps together.
pub fn settle(steps: &[Step], standing: &Standing<'_>) -> (Wish, Vec<String>) {
    let mut party = Party::default();
    for step in steps {
        party.take(step, standing);
    }
    let names =
        party.others.iter().filter(|(_, coming)| *coming).filter_map(|(person, _)| person.name.clone()).collect();
    (party.wish(standing), names)
}

impl Party {
    fn take(&mut self, step: &Step, standing: &Standing<'_>) {
        match step {
            Step::Joke => *self = Self::default(),
            Step::Count(count, turn) => {
                let before = u32::try_from(standing.registered.len()).unwrap_or(0);
                if let Count::Total(total) = *count {
                    self.miscounted |= !turn && self.headed_total.is_some_and(|headed| headed != total);
                    self.miscounted |= before > 0 && !turn && self.more.is_some_and(|more| before + more != total);
                }
                self.count(*count);
                if *count == Count::Half && before % 2 == 0 {
                    self.fewer = Some(before / 2);
                }
                self.recounted |= *turn;
            }
            Step::Heading(count) => {
                self.count(*count);
                self.headed_total = self.total;
            }
            Step::Listed { me, others } => {
                self.listed |= others.len() + usize::from(*me) >= 2;
                self.listed_me |= *me;
                if self.headed && !others.is_empty() {
                    self.others.clear();
                    self.headed = false;
                }
                if *me && self.me.is_none_or(|(coming, _)| coming) {
                    self.me = Some((true, Strength::Said));
                }
                for person in others {
                    self.note(person, true);
                }
            }
            Step::Frame { frame, turn } => self.frame(frame, *turn, standing),
        }
    }

    fn count(&mut self, count: Count) {
        match count {
            Count::Total(total) => (self.total, self.more) = (Some(total), None),
            Count::More(more) => self.more = Some(more),
            Count::Fewer(fewer) => self.fewer = Some(fewer),
            Count::Several => self.several = true,
            Count::Half => {}
        }
    }

    fn frame(&mut self, frame: &Frame, turn: bool, standing: &Standing<'_>) {
        match frame.certainty {
            Certainty::Asked => {
                self.asked = true;
                return;
            }
            Certainty::Unsure => {
                let requested = self.me.is_some_and(|(_, strength)| strength == Strength::Request);
                let said =
                    self.me.is_some_and(|(_, strength)| strength >= Strength::Said) && frame.strength < Strength::Said;
                self.unsure |= turn || !(requested || said);
                return;
            }
            Certainty::Sure => {}
        }
        self.framed = true;
        self.instead |= frame.instead;
        let mut who = frame.who.clone();
        if frame.strength == Strength::Excuse && !who.others.is_empty() {
            // What keeps another away counts when he is one of the party; else it keeps the author away.
            if standing.registered.len() < 2 {
                who = super::frames::Who { me: true, ..super::frames::Who::default() };
            }
        }
        let who = &who;
        let heading = frame.strength == Strength::Hint && frame.by != super::concepts::Concept::Yes;
        if !who.others.is_empty() {
            if self.headed && !heading {
                self.others.clear();
            }
            self.headed = heading && (self.headed || self.others.is_empty());
        }
        use super::concepts::Concept as By;
        if who.me && heading && matches!(frame.by, By::Withdraw | By::WithdrawNoun | By::Enrol | By::EnrolNoun) {
            self.heading = Some(frame.coming);
        }
        if who.me && !heading && (turn || frame.strength < Strength::Said) {
            self.heading = None;
        }
        if who.me {
            self.me_headed = heading && self.me.is_none_or(|_| self.me_headed);
        }
        if who.me || who.us {
            let before = self.me;
            // A sign-up that names the event stands against a refusal that may be about anything.
            let beside =
                before.is_some_and(|(coming, _)| coming) && self.anchored && !frame.coming && !frame.anchored && !turn;
            let corrects = turn && frame.strength >= Strength::Said;
            let opposes =
                before.is_some_and(|(coming, strength)| coming != frame.coming && strength == Strength::Request);
            let firm = frame.anchored || frame.coming && frame.by == By::Come;
            self.conflict |= opposes && !turn && frame.strength == Strength::Said && firm;
            let weaker = before.is_some_and(|(_, strength)| strength > frame.strength) && !corrects || beside;
            if !weaker {
                let against = before.is_some_and(|(coming, strength)| {
                    coming != frame.coming && (strength == frame.strength || corrects)
                });
                self.conflict |= against && !turn && frame.strength >= Strength::Said;
                if frame.strength == Strength::Request
                    && before.is_none_or(|(_, strength)| strength < Strength::Request)
                {
                    self.conflict = false;
                }
                if against && turn {
                    (self.total, self.more, self.fewer) = (None, None, None);
                }
                self.me = Some((frame.coming, frame.strength));
                self.anchored = frame.anchored;
                if frame.strength >= Strength::Said {
                    self.unsure = false;
                }
                if who.us {
                    self.us = Some(frame.coming);
                }
            }
        }
        if frame.by == super::concepts::Concept::Bring && frame.coming {
            self.brought = true;
        }
        for person in &who.others {
            self.note(person, frame.coming);
        }
    }

    fn note(&mut self, person: &Person, coming: bool) {
        let known =
            self.others.iter_mut().find(|(other, _)| other.labels.iter().any(|label| person.labels.contains(label)));
        match known {
            Some((other, status)) => {
                *status = coming;
                if other.name.is_none() {
                    other.name.clone_from(&person.name);
                }
                for label in &person.labels {
                    if !other.labels.contains(label) {
                        other.labels.push(label.clone());
                    }
                }
            }
            None => self.others.push((person.clone(), coming)),
        }
    }

    fn wish(&self, standing: &Standing<'_>) -> Wish {
        let before = u32::try_from(standing.registered.len()).unwrap_or(0);
        // An excuse is the author's own only when nothing plainer is said of numbers or of others.
        let others_stay = standing.registered.len() >= 2 && self.others.iter().all(|(_, coming)| *coming);
        let plainer = self.total.is_some()
            || self.more.is_some()
            || self.fewer.is_some()
            || !self.others.is_empty() && !others_stay;
        let me = self.me.filter(|(_, strength)| *strength > Strength::Excuse || !plainer).map(|(coming, _)| coming);
        if self.conflict {
            return Wish::Unclear("er staat zowel een aanmelding als een afmelding");
        }
        if self.heading.is_some_and(|heading| me.is_some_and(|me| me != heading)) && coming_is_said(self.me) {
            return Wish::Unclear("onderwerp en tekst spreken elkaar tegen");
        }
        if self.miscounted {
            return Wish::Unclear("de aantallen spreken elkaar tegen");
        }
        if self.unsure {
            return Wish::Unclear("het staat nog niet vast");
        }
        let named_coming = self.others.iter().any(|(person, coming)| *coming && !person.pronoun);
        let me = me.filter(|coming| !(*coming && self.me_headed && named_coming && !self.headed && !self.brought));
        let coming: Vec<&Person> = self
            .others
            .iter()
            .filter(|(person, coming)| *coming && !(person.pronoun && named_coming))
            .map(|(person, _)| person)
            .collect();
        let leaving: Vec<&Person> =
            self.others.iter().filter(|(_, coming)| !*coming).map(|(person, _)| person).collect();
        let sum =
            |people: &[&Person]| people.iter().try_fold(0_u32, |sum, person| person.count.map(|count| sum + count));
        let (joining, dropping) = (sum(&coming), sum(&leaving));
        let silent = me.is_none() && coming.is_empty() && leaving.is_empty();
        if silent
            && (!self.framed && self.fewer.is_none()
                || self.total.is_none() && self.more.is_none() && self.fewer.is_none())
        {
            return if self.asked { Wish::Unclear("het is een vraag") } else { Wish::Nothing };
        }
        if let Some(fewer) = self.fewer.filter(|_| before > 0) {
            return Wish::Drop((fewer < before).then_some(fewer));
        }
        let nobody = me == Some(false) && coming.is_empty();
        if nobody {
            let out = dropping.unwrap_or(0) + 1;
            let partly = self.us.is_none() && !leaving.is_empty() && out < before;
            return Wish::Drop(partly.then_some(out));
        }
        if let Some(total) = self.total {
            if total > MOST || total == 0 {
                return Wish::Unclear("met zo veel mensen kijkt de coördinator liever zelf");
            }
            let named = joining.map(|joining| joining + u32::from(me != Some(false)));
            if self.listed
                && coming.len() >= 2
                && named.is_some_and(|named| named != total && (named != total + 1 || self.listed_me))
            {
                return Wish::Unclear("het aantal en de namen kloppen niet met elkaar");
            }
            if before == total
                && dropping.is_some_and(|dropping| dropping > 0)
                && joining == Some(0)
                && !self.recounted
                && !self.instead
            {
                return Wish::Unclear("het aantal en de namen kloppen niet met elkaar");
            }
            return Wish::Set(total);
        }
        if let Some(more) = self.more {
            let more = if more == 0 { 1 } else { more };
            return if before > 0 { Wish::Add(more) } else { Wish::Set(1 + more) };
        }
        if self.several && coming.is_empty() {
            return Wish::Unclear("het aantal staat er niet bij");
        }
        let (Some(joining), Some(dropping)) = (joining, dropping) else {
            return Wish::Unclear("het aantal staat er niet bij");
        };
        let known = |person: &&&Person| {
            standing.registered.iter().any(|name| person.labels.iter().any(|label| name.contains(label)))
        };
        let fresh: u32 = coming.iter().filter(|person| !known(person)).filter_map(|person| person.count).sum();
        match (me, joining, dropping) {
            (Some(false), 0, _) => Wish::Drop(None),
            (Some(false), joining, _) if before == 0 => Wish::Set(joining),
            (Some(false), joining, _) if before == 1 => Wish::Set(joining),
            (Some(false), _, _) if self.instead => Wish::Set(before),
            (Some(false), _, dropping) => Wish::Drop(Some((1 + dropping).min(before))),
            (_, 0, dropping) if dropping > 0 => match (before, me) {
                (0, Some(true)) => Wish::Set(1),
                (1, Some(true)) => Wish::Set(1),
                (0, _) => Wish::Unclear("het gaat over een ander"),
                (1, _) if leaving.iter().any(|person| known(&person)) => Wish::Drop(None),
                (1, _) => Wish::Unclear("het gaat over een ander"),
                (before, _) => Wish::Drop((dropping < before).then_some(dropping)),
            },
            (_, joining, dropping) if dropping > 0 && before > 0 => {
                Wish::Set((before + joining).saturating_sub(dropping).max(1))
            }
            (_, joining, _) if joining > 0 => {
                if before == 0 {
                    Wish::Set(joining + u32::from(me == Some(true) || self.brought))
                } else if self.instead || fresh == 0 {
                    Wish::Set(before)
                } else {
                    Wish::Add(fresh)
                }
            }
            (Some(true), _, _) if self.us == Some(true) => {
                if standing.authors > 1 {
                    Wish::Set(standing.authors)
                } else if before > 0 {
                    Wish::Set(before)
                } else {
                    Wish::Unclear("het aantal staat er niet bij")
                }
            }
            (Some(true), _, _) => Wish::Set(before.max(1)),
            _ => Wish::Nothing,
        }
    }
}

fn coming_is_said(me: Option<(bool, Strength)>) -> bool {
    me.is_some_and(|(_, strength)| strength >= Strength::Said)
}
