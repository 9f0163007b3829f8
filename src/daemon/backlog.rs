//! The mails that wait to be taken, and in which order they are: people first, each kind in the order in which the inbox got them.
//!
//! When somebody's newsletter runs wild, a sign-up must not wait behind thousands of its mails. So of many mails the headers are
//! looked at first, and what nothing comes of, or comes from one author far too often, is taken after the rest. All others keep
//! their order, however many wait: a program that was off for a while decides as one that saw them come. This is about the
//! order alone: what becomes of a mail is decided by the whole of it. Pure; `reader` fills it and takes from it.

use crate::ids::PersonKey;
use crate::mail::inbox::{self, Listed};
use jiff::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// So few mails are taken as they are: looking at their headers first would take longer.
const FEW: usize = 50;
/// So many headers are looked at together.
const HEADS: usize = 200;
/// More mails of one author than this, in one backlog, are a loop.
const FLOOD: u32 = 20;

/// Mails that wait.
#[derive(Debug, Default)]
pub struct Backlog {
    unsorted: VecDeque<Listed>,
    people: VecDeque<Listed>,
    others: VecDeque<Listed>,
    by_author: BTreeMap<PersonKey, u32>,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// These are to be taken.
    Take(Vec<Listed>),
    /// Of these the headers are to be looked at, and told by [`Backlog::sort`].
    Look(Vec<Listed>),
    /// Nothing waits.
    Nothing,
}

/// What the header of a mail says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// Its author, if there is one.
    pub author: Option<PersonKey>,
    /// Might something come of it?
    pub matters: bool,
}

impl Backlog {
    /// Puts mails to those that wait, in the order given.
    pub fn add(&mut self, mails: Vec<Listed>) {
        self.unsorted.extend(mails);
    }

    /// What is to be done next. Mails that are given out are no longer in it.
    pub fn next_step(&mut self) -> Next {
        if self.others.is_empty() && self.people.is_empty() && self.unsorted.len() <= FEW {
            self.people.append(&mut self.unsorted);
        }
        if !self.people.is_empty() {
            Next::Take(batch(&mut self.people))
        } else if !self.unsorted.is_empty() {
            Next::Look(self.unsorted.drain(..self.unsorted.len().min(HEADS)).collect())
        } else if !self.others.is_empty() {
            Next::Take(batch(&mut self.others))
        } else {
            self.by_author.clear();
            Next::Nothing
        }
    }

    /// Takes back mails that were given out to be looked at, with what their headers say. A mail whose header could not be had
    /// may be anybody's.
    pub fn sort(&mut self, mails: Vec<(Listed, Option<Look>)>) {
        for (mail, look) in mails {
            let first = look.is_none_or(|look| look.matters && !self.is_flood(look.author));
            if first { self.people.push_back(mail) } else { self.others.push_back(mail) }
        }
    }

    /// When the oldest of those came in that wait.
    pub fn oldest(&self) -> Option<Timestamp> {
        [&self.unsorted, &self.people, &self.others]
            .into_iter()
            .filter_map(|mails| mails.front())
            .map(|mail| mail.received_at)
            .min()
    }

    fn is_flood(&mut self, author: Option<PersonKey>) -> bool {
        let Some(author) = author else { return false };
        let mails = self.by_author.entry(author).or_default();
        *mails += 1;
        *mails > FLOOD
    }
}

/// The first ones that together fit into memory.
fn batch(mails: &mut VecDeque<Listed>) -> Vec<Listed> {
    let first = inbox::batches(mails.make_contiguous()).first().map_or(0, |batch| batch.len());
    mails.drain(..first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Address;
    use crate::mail::Location;

    fn mails(numbers: std::ops::Range<u32>) -> Vec<Listed> {
        numbers
            .map(|uid| Listed {
                location: Location::Imap { folder: "INBOX".to_owned(), uid_validity: 1, uid },
                received_at: Timestamp::from_second(uid.into()).unwrap(),
                size: 2_000,
            })
            .collect()
    }

    /// Takes everything; what `look` says of its number is in its header. Gives the numbers in the order taken.
    fn order(backlog: &mut Backlog, look: impl Fn(u32) -> Option<Look>) -> Vec<u32> {
        let number = |mail: &Listed| u32::try_from(mail.received_at.as_second()).unwrap();
        let mut taken = Vec::new();
        loop {
            match backlog.next_step() {
                Next::Take(batch) => taken.extend(batch.iter().map(number)),
                Next::Look(mails) => {
                    backlog.sort(mails.into_iter().map(|mail| (mail.clone(), look(number(&mail)))).collect())
                }
                Next::Nothing => return taken,
            }
        }
    }

    fn by(author: &str, matters: bool) -> Option<Look> {
        Some(Look { author: Some(Address::new(format!("{author}@x.nl")).unwrap().person()), matters })
    }

    #[test]
    fn a_few_mails_are_taken_as_they_come_without_a_look() {
        let mut backlog = Backlog::default();
        backlog.add(mails(1..51));
        assert_eq!(backlog.oldest(), Timestamp::from_second(1).ok());
        assert_eq!(backlog.next_step(), Next::Take(mails(1..51)));
        assert_eq!((backlog.next_step(), backlog.oldest()), (Next::Nothing, None));
    }

    #[test]
    fn people_pass_a_newsletter_that_runs_wild_and_keep_their_own_order() {
        let mut backlog = Backlog::default();
        backlog.add(mails(0..5_000));
        let order = order(&mut backlog, |number| match number % 500 {
            499 => by(&format!("mens{number}"), true),
            _ => by("nieuws", false),
        });
        assert_eq!(order.len(), 5_000);
        let place = |number| order.iter().position(|each| *each == number).unwrap();
        assert!(place(499) < 1 && place(4_999) == 9, "{order:?}");
        let others: Vec<_> = order[10..].to_vec();
        assert!(others.is_sorted());
    }

    #[test]
    fn a_later_arrival_time_keeps_nobody_back() {
        let mut backlog = Backlog::default();
        backlog.add(mails(0..300).into_iter().rev().collect());
        let order = order(&mut backlog, |number| by(&format!("mens{number}"), true));
        assert_eq!(order, (0..300).rev().collect::<Vec<_>>());
    }

    #[test]
    fn who_writes_without_end_waits_for_those_who_do_not() {
        let mut backlog = Backlog::default();
        backlog.add(mails(0..1_000));
        let order = order(&mut backlog, |number| if number == 999 { by("an", true) } else { by("lus", true) });
        assert_eq!(order[20], 999);
        assert_eq!(order.len(), 1_000);
    }

    #[test]
    fn who_comes_while_the_rest_is_taken_goes_first_too_and_what_cannot_be_looked_at_may_be_anybodys() {
        let mut backlog = Backlog::default();
        backlog.add(mails(0..300));
        while let Next::Look(mails) = backlog.next_step() {
            backlog.sort(mails.into_iter().map(|mail| (mail, by("nieuws", false))).collect());
        }
        backlog.add(mails(300..302));
        assert_eq!(order(&mut backlog, |number| (number == 300).then(|| by("nieuws", false)).flatten())[0], 301);
    }
}
