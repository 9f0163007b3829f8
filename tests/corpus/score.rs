//! The program's readings held against the labels.

use super::labels::{Answer, Mail};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What an answer amounts to, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Comes to the same as the label.
    Exact,
    /// A person was asked where nothing had to be done.
    Nuisance,
    /// A person was asked where it could have acted.
    Timid,
    /// The right thing for the wrong number of people.
    WrongSize,
    /// Somebody who wants something hears nothing.
    Missed,
    /// Acted where nothing was asked or a person had to look, or did the opposite.
    Harmful,
}

/// The tally of many mails.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Score {
    pub mails: usize,
    pub verdicts: BTreeMap<Verdict, usize>,
    pub question: usize,
    pub pitch: usize,
}

impl Score {
    /// Counts one mail in.
    pub fn add(&mut self, mail: &Mail, answer: &Answer) -> Verdict {
        let verdict = verdict(mail, answer);
        self.mails += 1;
        *self.verdicts.entry(verdict).or_default() += 1;
        self.question += usize::from(mail.expected.question == answer.question);
        self.pitch += usize::from(mail.expected.pitch == answer.pitch);
        verdict
    }

    /// How many were judged so.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or_default()
    }

    /// A part of all mails, in percent.
    pub fn percent(&self, count: usize) -> f64 {
        100.0 * count as f64 / self.mails.max(1) as f64
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = self.count(Verdict::Exact);
        write!(
            f,
            "{} mails · exact {exact} ({:.1} %) · harmful {} · missed {} · wrong-size {} · timid {} · nuisance {} · question {:.1} % · pitch {:.1} %",
            self.mails,
            self.percent(exact),
            self.count(Verdict::Harmful),
            self.count(Verdict::Missed),
            self.count(Verdict::WrongSize),
            self.count(Verdict::Timid),
            self.count(Verdict::Nuisance),
            self.percent(self.question),
            self.percent(self.pitch),
        )
    }
}

/// What an answer comes to: seats afterwards by event, events refused by who had none, and list actions.
type Outcome<'a> = (BTreeMap<String, u32>, BTreeSet<String>, BTreeSet<&'a str>);

fn outcome<'a>(mail: &Mail, answer: &'a Answer) -> Outcome<'a> {
    let seats = |names: &serde_json::Value| names.as_array().map_or(0, |names| u32::try_from(names.len()).unwrap_or(0));
    let before: BTreeMap<String, u32> =
        mail.registered.iter().map(|(event, names)| (event.clone(), seats(names))).collect();
    let (mut after, mut refused, mut lists) = (before.clone(), BTreeSet::new(), BTreeSet::new());
    if answer.disposition == "act" {
        for action in &answer.actions {
            let event = action.event.clone().unwrap_or_default();
            let now = after.get(&event).copied().unwrap_or_default();
            match action.verb.as_str() {
                "register" => {
                    let asked = action.seats.filter(|&seats| seats > 0).unwrap_or(1);
                    let more = action.mode.as_deref() == Some("add");
                    after.insert(event, if more { now + asked } else { asked });
                }
                "cancel" if now == 0 => {
                    refused.insert(event);
                }
                "cancel" => {
                    after.insert(event, action.seats.map_or(0, |seats| now.saturating_sub(seats)));
                }
                list => {
                    lists.insert(list);
                }
            }
        }
    }
    after.retain(|event, seats| *seats > 0 || before.contains_key(event));
    (after, refused, lists)
}

/// How an answer compares with the label.
pub fn verdict(mail: &Mail, answer: &Answer) -> Verdict {
    let want = &mail.expected;
    if want.disposition != answer.disposition {
        return match (answer.disposition.as_str(), want.disposition.as_str()) {
            ("act", _) => Verdict::Harmful,
            ("ignore", _) => Verdict::Missed,
            (_, "act") => Verdict::Timid,
            _ => Verdict::Nuisance,
        };
    }
    let (wanted, given) = (outcome(mail, want), outcome(mail, answer));
    if wanted == given {
        return Verdict::Exact;
    }
    let same_events = wanted.0.keys().eq(given.0.keys());
    let same_direction =
        wanted.0.iter().all(|(event, &seats)| (seats > 0) == (given.0.get(event).is_some_and(|&seats| seats > 0)));
    if wanted.1 == given.1 && wanted.2 == given.2 && same_events && same_direction {
        Verdict::WrongSize
    } else {
        Verdict::Harmful
    }
}
