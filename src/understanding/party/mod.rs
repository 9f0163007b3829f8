//! Party: what all that is said about one event comes to, in people.
//!
//! A tally keeps the author, those he names (each once, however often and by whatever name), the numbers he gives and
//! who was registered before. The last explicit number wins; names fill the places that a number opened; what remains
//! unaccounted for and could change the number makes it unclear. Called by `intent`, once an event.

mod line;
mod persons;
#[cfg(test)]
mod tests;
mod wish;

use super::people::Person;
use crate::ids::EventId;
pub use line::{Count, Deed, Line, Me};
use persons::{Group, anonymous, name_words, same, size};
pub use wish::Wish;

/// The most people that a number in a mail is believed to mean.
pub const MOST: u32 = 12;

/// Who was registered, and what else helps to count.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The folded names of those registered, the author's own included.
    pub registered: &'a [Vec<String>],
    /// How many people the author's own name stands for: 2 for "Joke en Theo".
    pub authors: u32,
    /// How many he registered for another event: who "wij" are.
    pub elsewhere: u32,
}

#[derive(Clone, Debug, Default)]
struct Tally {
    before: u32,
    me: Option<bool>,
    /// Is his coming known from the subject line only?
    me_headed: bool,
    /// Was he named as one of those who come?
    me_counted: bool,
    /// Did he speak of himself alone?
    single: bool,
    us: bool,
    groups: Vec<Group>,
    total: Option<u32>,
    headed_total: Option<u32>,
    more: Option<u32>,
    fewer: Option<u32>,
    several: bool,
    vague: bool,
    /// How many a list names, and whether the author is among them.
    listed: u32,
    listed_me: bool,
    /// How many items its lists have, whether or not each is known for a person.
    items: u32,
    excused: bool,
    /// Is the excuse one that can stand alone?
    alone_enough: bool,
    /// Was it said that somebody comes, and not only listed who it is about?
    came: bool,
    /// Was it said of somebody beside the author?
    others_came: bool,
    instead: bool,
    unsure: bool,
    conflict: bool,
    miscounted: bool,
    spoken: bool,
    /// Was it said that somebody comes, and not who?
    unknown: bool,
    /// Did the last number go against what was said before?
    turned: bool,
}

/// What all that is said about one event comes to.
#[derive(Clone, Debug)]
pub struct Told {
    /// The event.
    pub event: EventId,
    /// What is wanted.
    pub wish: Wish,
    /// Those who come, as far as they are named.
    pub names: Vec<String>,
    /// What it is made of.
    pub makeup: Makeup,
}

/// Puts the lines together.
pub fn settle(event: EventId, lines: &[Line], standing: &Standing<'_>) -> Told {
    let before = u32::try_from(standing.registered.len()).unwrap_or(0);
    let mut tally = Tally { before, ..Tally::default() };
    for line in lines {
        tally.take(line);
    }
    let names =
        tally.groups.iter().filter(|group| group.coming).filter_map(|group| group.person.name.clone()).collect();
    Told { event, wish: tally.wish(standing), names, makeup: tally.makeup() }
}

/// What a party is made of.
#[derive(Clone, Copy, Debug)]
pub struct Makeup {
    /// Does the author come himself, as far as he said?
    pub author: Option<bool>,
    /// Was a number given?
    pub numbered: bool,
    /// How many come beside him, as far as they were named.
    pub others: Option<u32>,
    /// Did he speak of "wij" alone?
    pub us: bool,
}

impl Tally {
    fn makeup(&self) -> Makeup {
        Makeup {
            author: self.me.or(self.listed_me.then_some(true)),
            numbered: self.total.is_some() || self.more.is_some() || self.fewer.is_some(),
            others: self.people(true),
            us: self.us && !self.single,
        }
    }

    fn take(&mut self, line: &Line) {
        match line.deed {
            Deed::Joke => {
                *self = Self { before: self.before, ..Self::default() };
                return;
            }
            Deed::Unsure => {
                self.unsure = true;
                return;
            }
            Deed::Excuse | Deed::Reason => {
                self.alone_enough |= line.deed == Deed::Excuse;
                if line.others.is_empty() {
                    self.excused |= !line.heading;
                }
                for person in &line.others {
                    self.excuse(person);
                }
                return;
            }
            _ => {}
        }
        self.spoken = true;
        self.unsure &= !line.settles;
        self.came |= matches!(line.deed, Deed::Comes | Deed::OtherComes | Deed::Instead);
        self.others_came |= line.deed == Deed::OtherComes;
        match line.deed {
            Deed::Comes => self.author(true, line),
            Deed::StaysAway => self.author(false, line),
            Deed::Instead => self.instead = true,
            Deed::Counts if self.me == Some(false) && !line.others.is_empty() && line.me != Me::Counted => {
                self.came = true
            }
            Deed::Counts => {}
            Deed::OtherStaysAway if line.others.is_empty() && line.counts.is_empty() => self.nobody_named(line),
            _ => {}
        }
        match line.deed {
            Deed::Counts => {
                self.listed_me |= line.me == Me::Counted;
                self.items += line.items;
                self.us |= line.us;
            }
            Deed::OtherComes => self.me_counted |= line.me == Me::Counted,
            _ => {}
        }
        if line.only {
            self.total = Some(1 + line.others.iter().filter_map(|person| person.count).sum::<u32>());
        }
        let coming = !matches!(line.deed, Deed::StaysAway | Deed::OtherStaysAway);
        for person in &line.others {
            self.note(person, coming, line);
        }
        if line.deed == Deed::OtherComes
            && line.others.is_empty()
            && line.counts.is_empty()
            && line.pronoun
            && !self.groups.iter().any(|group| group.coming)
        {
            self.groups.push(Group::of(anonymous(), true, line));
        }
        self.unknown |= line.unnamed;
        for &count in &line.counts {
            self.count(count, line);
            self.unsure &= line.heading;
        }
    }

    fn author(&mut self, coming: bool, line: &Line) {
        if line.heading {
            self.me_headed = self.me.is_none();
            self.me = self.me.or(Some(coming));
        } else {
            let against = self.me == Some(!coming);
            let softened = self.me_headed && !coming && (self.before > 0 || self.people(true) > Some(0));
            self.conflict |= against && !line.turn && !softened;
            if against && line.turn {
                (self.total, self.more, self.fewer) = (None, None, None);
                self.conflict = false;
            }
            self.me = Some(coming);
            self.me_headed = false;
        }
        if coming {
            self.me_counted |= line.me == Me::Counted;
            self.single |= line.me != Me::Unnamed && !line.us && !line.heading;
        }
        self.us |= line.us;
    }

    /// "Die moet ik dus afzeggen": those of whom it was said why, else one without a name.
    fn nobody_named(&mut self, line: &Line) {
        let excused = self.groups.iter().any(|group| group.excused);
        for group in &mut self.groups {
            group.excused = false;
        }
        if !excused && !self.groups.iter().any(|group| !group.coming) && self.fewer.is_none() {
            self.groups.push(Group::of(anonymous(), false, line));
        }
    }

    fn excuse(&mut self, person: &Person) {
        if let Some(known) = self.groups.iter_mut().find(|group| same(&group.person, person)) {
            known.coming = false;
        } else {
            let group = Group::of(person.clone(), false, &Line::of(Deed::Excuse));
            self.groups.push(Group { excused: true, ..group });
        }
    }

    /// Notes a person: one who was named before stays one, and a name fills the place that a number or relation opened.
    fn note(&mut self, person: &Person, coming: bool, line: &Line) {
        if line.deed == Deed::Counts {
            self.listed += person.count.unwrap_or(1);
        }
        let known = match self.people(coming) {
            Some(sum) => sum > 0 && (person.pronoun || Some(sum) == person.count),
            None => person.pronoun,
        };
        if person.labels.is_empty() && known {
            return;
        }
        if line.names_last && person.name.is_some() {
            // "Mijn vrouw wil komen, ze heet Lotte": one of them under two names is too many.
            let unnamed =
                |group: &Group| group.coming == coming && group.person.name.is_none() && group.person.count == Some(1);
            if let Some(at) = self.groups.iter().rposition(unnamed)
                && self.groups.iter().any(|group| same(&group.person, person))
            {
                self.groups.remove(at);
            }
        }
        if self
            .groups
            .iter()
            .any(|group| group.coming == coming && group.filled.iter().any(|filled| same(filled, person)))
        {
            return;
        }
        if let Some(known) = self.groups.iter_mut().find(|group| same(&group.person, person)) {
            known.coming = coming;
            known.excused = false;
            known.heading &= line.heading;
            if known.person.name.is_none() {
                known.person.name.clone_from(&person.name);
            }
            for label in &person.labels {
                if !known.person.labels.contains(label) {
                    known.person.labels.push(label.clone());
                }
            }
            return;
        }
        let lists = line.deed == Deed::Counts;
        // "Youssef, mijn leerling": who he is.
        let alone =
            (lists || line.deed == Deed::Instead) && line.others.len() == 1 && line.me == Me::Unnamed && !line.joined;
        if alone
            && person.name.is_none()
            && person.count == Some(1)
            && let Some(last) = self
                .groups
                .last_mut()
                .filter(|group| group.coming == coming && group.person.name.is_some() && group.person.labels.len() == 1)
        {
            last.person.labels.extend(person.labels.iter().cloned());
            return;
        }
        let full = person.name.as_deref().is_some_and(|name| name.contains(' '));
        let open = self.groups.iter_mut().rev().find(|group| {
            let room = group.person.count.is_none_or(|count| group.named + person.count.unwrap_or(1) <= count);
            group.coming == coming
                && group.person.name.is_none()
                && room
                && (lists || group.heading || group.is_somebody())
                && (group.person.count != Some(1)
                    || group.person.labels.is_empty()
                    || person.labels.len() == name_words(person) && (!group.listed || alone && full))
                && (person.name.is_some() || group.person.labels.is_empty())
        });
        if let Some(open) = open {
            open.named += person.count.unwrap_or(1);
            open.filled.push(person.clone());
            if open.person.count == Some(1) {
                open.person.name.clone_from(&person.name);
                open.person.labels.extend(person.labels.iter().cloned());
            }
            return;
        }
        self.groups.push(Group::of(person.clone(), coming, line));
    }

    fn count(&mut self, count: Count, line: &Line) {
        match count {
            Count::Total(total) => {
                let named: Option<u32> = line.others.iter().map(|person| person.count).sum();
                let all = line.deed == Deed::Comes && line.me == Me::Counted && line.joined && !line.us;
                self.miscounted |= all && named.is_some_and(|named| named > 0 && named + 1 < total);
                if line.heading {
                    self.headed_total = Some(total);
                }
                self.miscounted |= !line.turn && self.headed_total.is_some_and(|headed| headed != total);
                self.turned |= line.turn;
                if line.turn {
                    (self.more, self.fewer) = (None, None);
                    self.groups
                        .retain(|group| !group.coming || line.others.iter().any(|person| same(&group.person, person)));
                    (self.listed, self.listed_me, self.items) = (0, false, line.items);
                }
                self.total = Some(total);
            }
            Count::More(more) => self.more = Some(more),
            Count::Fewer(fewer) => self.fewer = Some(fewer),
            Count::Half if self.before.is_multiple_of(2) => self.fewer = Some(self.before / 2),
            Count::Half => {}
            Count::Several => self.several = true,
            Count::Vague => self.vague = true,
        }
    }

    /// Those who come, or stay away: of the subject line only when the text names none.
    fn meant(&self, coming: bool) -> impl Iterator<Item = &Group> {
        let meant = move |group: &&Group| group.coming == coming && !group.excused;
        let told = self.groups.iter().filter(meant).any(|group| !group.heading);
        let vague = move |group: &&Group| {
            group.heading && told && group.person.name.is_none() && (group.named == 0 || group.person.labels.is_empty())
        };
        let absent = self.me == Some(false) && !self.came && coming;
        self.groups.iter().filter(move |group| meant(group) && !vague(group) && !absent)
    }

    /// How many people come, or stay away, beside the author; `None` when one group has no number.
    fn people(&self, coming: bool) -> Option<u32> {
        self.meant(coming).map(size).try_fold(0_u32, |sum, size| size.map(|size| sum + size))
    }
}
