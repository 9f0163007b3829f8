//! What a folder of the logbook comes to: the newest snapshot that is whole, and the lines after it, in order. Pure.

use super::mail::{Carried, lines};
use super::{Line, What};
use crate::backup::{self, Backup};
use crate::mail::letter_ids::LetterSecret;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What a rebuild starts from.
#[derive(Debug, Default)]
pub struct Plan {
    /// The newest snapshot.
    pub snapshot: Option<Backup>,
    /// The lines after it.
    pub lines: Vec<Line>,
    /// Numbers of lines that should be there and are not: first and last of each run.
    pub missing: Vec<(u64, u64)>,
    /// How many mails are not as they were written.
    pub damaged: usize,
    /// How many mails are from a newer program.
    pub newer: usize,
    /// The secret of our Message-IDs, when it stands in the logbook.
    pub secret: Option<LetterSecret>,
}

impl Plan {
    /// Puts together what the mails of the folder carry, in the order in which they were appended. `configured` is the secret that the configuration names.
    ///
    /// Without one the secret is taken from the logbook: the one that seals most of it.
    pub fn of(mails: &[Option<Carried>], configured: Option<&LetterSecret>) -> Self {
        let own = configured.is_none().then(|| own_secret(mails)).flatten();
        let mut plan = Self { damaged: mails.iter().filter(|mail| mail.is_none()).count(), ..Self::default() };
        let (mut snapshots, mut found) = (Vec::new(), Vec::new());
        for mail in mails.iter().flatten() {
            let secret = configured.or(own.as_ref());
            let opened = match mail {
                Carried::Lines(sealed) => secret.and_then(|secret| sealed.open(secret)).and_then(lines).map(|lines| {
                    found.extend(lines);
                }),
                Carried::Snapshot(sealed) => match secret.and_then(|secret| sealed.open(secret)).map(backup::read) {
                    Some(Ok(backup)) => {
                        snapshots.push(backup);
                        Some(())
                    }
                    Some(Err(backup::Damaged::Newer(_))) => {
                        plan.newer += 1;
                        continue;
                    }
                    _ => None,
                },
            };
            plan.damaged += usize::from(opened.is_none());
        }
        plan.snapshot = snapshots.into_iter().max_by_key(|backup| (backup.head.book.book, backup.head.book.next));
        let first = plan.snapshot.as_ref().map_or(0, |snapshot| snapshot.head.book.next);
        plan.lines = in_order(found, first);
        plan.missing = gaps(&plan.lines, first);
        plan.secret = own;
        plan
    }

    /// The book and number with which a new book begins.
    pub fn next(&self) -> (u32, u64) {
        let snapshot = self.snapshot.as_ref().map(|snapshot| (snapshot.head.book.book, snapshot.head.book.next));
        let line = self.lines.last().map(|line| (line.book, line.number + 1));
        let (book, next) = line.max(snapshot).unwrap_or_default();
        if self.is_empty() { (0, 0) } else { (book + 1, next) }
    }

    /// Does the folder say nothing at all?
    pub fn is_empty(&self) -> bool {
        self.snapshot.is_none() && self.lines.is_empty()
    }

    /// Up to when everything that was decided is in it: `None` when nothing is.
    pub fn whole_until(&self) -> Option<Timestamp> {
        let snapshot = self.snapshot.as_ref().map(|snapshot| snapshot.head.made_at);
        let gap = self.missing.first().map(|(first, _)| *first);
        let sure = self.lines.iter().filter(|line| gap.is_none_or(|gap| line.number < gap)).map(|line| line.at).max();
        sure.into_iter().chain(snapshot).max()
    }
}

/// By number; where two books tell of one number the later one was the store that went on.
fn in_order(lines: Vec<Line>, first: u64) -> Vec<Line> {
    let mut begins: BTreeMap<u32, u64> = BTreeMap::new();
    for line in &lines {
        let begin = begins.entry(line.book).or_insert(line.number);
        *begin = line.number.min(*begin);
    }
    let overtaken = |line: &Line| begins.iter().any(|(book, begin)| *book > line.book && *begin <= line.number);
    let mut kept: Vec<Line> = lines.into_iter().filter(|line| line.number >= first && !overtaken(line)).collect();
    // One that was cut off between the mailbox and the store was brought twice; the second time it knows what went meanwhile.
    kept.reverse();
    kept.sort_by_key(|line| line.number);
    kept.dedup_by_key(|line| line.number);
    kept
}

fn gaps(lines: &[Line], first: u64) -> Vec<(u64, u64)> {
    let mut gaps = Vec::new();
    let mut next = first;
    for line in lines {
        if line.number > next {
            gaps.push((next, line.number - 1));
        }
        next = line.number + 1;
    }
    gaps
}

/// Of the secrets that the mails themselves name the one that seals most of them.
fn own_secret(mails: &[Option<Carried>]) -> Option<LetterSecret> {
    let mut named: Vec<[u8; 32]> = Vec::new();
    for mail in mails.iter().flatten() {
        let value = match mail {
            Carried::Lines(sealed) => {
                lines(sealed.unproven()).unwrap_or_default().into_iter().find_map(|line| match line.what {
                    What::Setting { name, value } if name == "letter-secret" => Some(value),
                    _ => None,
                })
            }
            Carried::Snapshot(sealed) => backup::secret_in(sealed.unproven()),
        };
        let secret = value.and_then(|value| serde_json::from_value::<[u8; 32]>(value).ok());
        named.extend(secret.filter(|secret| !named.contains(secret)));
    }
    let sealed_by = |secret: &LetterSecret| {
        let opens = |mail: &&Carried| match mail {
            Carried::Lines(sealed) | Carried::Snapshot(sealed) => sealed.open(secret).is_some(),
        };
        mails.iter().flatten().filter(opens).count()
    };
    named.into_iter().map(LetterSecret::new).max_by_key(sealed_by)
}
