//! Seats: for how many people a mail asks, by what labelled mails with such persons, numbers and words asked for.
//!
//! `party` counts by rules, which know many ways to tell a number and never all. This reader weighs what they count against
//! the other numbers that may be meant: how each stands to the figures, names and relations of the mail, to those registered
//! before, and with which words. It changes a number, and finds one that the rules did not; who comes at all is not its
//! business. Called by `verdict` for each outcome that is about one meeting.

mod evidence;

use super::intent::{Case, Judgement};
use super::linear::{self, Choice, Lessons, Model};
use super::packed::hash;
use super::party::{self, Wish};
use super::{Disposition, Mode, Request};
use evidence::Evidence;
use std::sync::LazyLock;

/// Parties of up to so many people are always considered, larger ones where the mail or the rules name the number.
const FEW: u32 = 5;
/// A number must be as likely as this to go before the one that the rules count, or to stand where they found none.
const LEAST: f32 = 0.4;

/// With a share held back it leans less on the rules, which are right most of the time.
const LESSONS: Lessons = Lessons { rounds: 7, rate: 0.03, shrink: 1e-3, seen: 10, dropout: 0.3, times: 2, settled: 3 };

/// Tells how many seats are meant, by weights that were learnt.
#[derive(Debug)]
pub struct SeatReader {
    model: Model<1>,
}

/// The one whose weights are built in.
pub(super) static BUILT_IN: LazyLock<SeatReader> =
    LazyLock::new(|| SeatReader { model: Model::packed(include_bytes!(concat!(env!("OUT_DIR"), "/seats.weights"))) });

/// How a number of seats came about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    /// How many its author has afterwards.
    pub seats: u32,
    /// How likely that is, from 0 to 1.
    pub chance: f32,
    /// By whom.
    pub by: By,
}

/// Who counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The rules, and the seat reader agrees.
    Both,
    /// The rules, and the seat reader does not agree, but knows no better.
    Rules,
    /// The seat reader, against the rules.
    Reader,
    /// The seat reader, where the rules found no number.
    ReaderAlone,
}

impl By {
    /// Its name among the features of a verdict.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Rules => "rules",
            Self::Reader => "reader",
            Self::ReaderAlone => "alone",
        }
    }
}

impl SeatReader {
    /// The reader with the weights of such a file as [`train`] makes.
    pub fn parse(file: &str) -> Self {
        Self { model: Model::parse(file) }
    }

    /// What a judgement comes to with the number of seats that is likeliest. None where no number is in question, or where the
    /// rules found none and none is likely.
    pub(super) fn recount(&self, case: &Case<'_>, judgement: &Judgement) -> Option<Judgement> {
        let (question, evidence) = Question::of(case, judgement)?;
        let numbers = question.numbers(&evidence);
        let mut hashes = Vec::new();
        let mut chances: Vec<f32> = Vec::with_capacity(numbers.len());
        for number in &numbers {
            hashes.clear();
            evidence.tell(&question, *number, |parts| hashes.push(hash(parts)));
            chances.extend(self.model.sums(&mut hashes));
        }
        linear::share_out(&mut chances);
        let likely = || numbers.iter().copied().zip(chances.iter().copied());
        let of = |number: u32| likely().find(|(known, _)| *known == number).map_or(0.0, |(_, chance)| chance);
        let (best, chance) = likely().reduce(|best, other| if other.1 > best.1 { other } else { best })?;
        let (seats, by) = match question.counted {
            Some(counted) if counted == best => (best, By::Both),
            Some(counted) if chance < LEAST => (counted, By::Rules),
            None if chance < LEAST => return None,
            Some(_) => (best, By::Reader),
            None => (best, By::ReaderAlone),
        };
        let counted = Some(Counted { seats, chance: of(seats), by });
        let unchanged = question.counted == Some(seats);
        let answered = if unchanged { judgement.clone() } else { question.answered(judgement, seats) };
        Some(Judgement { counted, ..answered })
    }
}

/// How many seats somebody has at a meeting after his mail, where that is in question.
struct Question<'a> {
    /// What the rules make of it.
    party: &'a party::Told,
    /// How many he had.
    before: u32,
    /// How many the rules count; none where they cannot tell.
    counted: Option<u32>,
}

impl<'a> Question<'a> {
    /// The question that a judgement leaves, and what the mail holds to answer it: where it is about one meeting, nothing else
    /// keeps it from being carried out, and the mail speaks of anybody but the author.
    fn of(case: &Case<'a>, judgement: &'a Judgement) -> Option<(Self, Evidence<'a>)> {
        let [party] = judgement.parties.as_slice() else { return None };
        let registered = case.situation.registered.get(&party.event).map_or(0, Vec::len);
        let before = u32::try_from(registered).unwrap_or(u32::MAX);
        let counted = match party.wish {
            Wish::Set(seats) => Some(seats),
            Wish::Add(seats) => Some(before.saturating_add(seats)),
            Wish::Drop(Some(seats)) => Some(before.saturating_sub(seats)),
            Wish::Uncounted(_) | Wish::Nothing => None,
            Wish::Drop(None) | Wish::Unclear(_) => return None,
        };
        let asks = judgement.disposition == Some(Disposition::Ask);
        let open = match party.wish {
            Wish::Uncounted(_) => judgement.doubts.len() == 1,
            Wish::Nothing => asks && judgement.doubts.is_empty() && !judgement.question,
            _ => judgement.disposition == Some(Disposition::Act),
        };
        let question = Self { party, before, counted };
        let evidence = open.then(|| Evidence::of(case))?;
        let several = counted != Some(1) || before > 1 || evidence.speaks_of_several();
        several.then_some((question, evidence))
    }

    /// The numbers that may be meant.
    fn numbers(&self, evidence: &Evidence<'_>) -> Vec<u32> {
        let known = evidence.numbers().chain(self.counted).chain((self.before > 0).then_some(self.before));
        let around = known.flat_map(|number| [number, number + 1]).chain(1..=FEW);
        let mut numbers: Vec<u32> =
            around.filter(|number| (1..=party::MOST).contains(number) || Some(*number) == self.counted).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// The judgement with this number.
    fn answered(&self, judgement: &Judgement, number: u32) -> Judgement {
        let event = self.party.event.clone();
        let names = self.party.names.clone();
        let request = match self.before.checked_sub(number) {
            Some(fewer) if fewer > 0 => Request::Cancel { event, seats: Some(fewer), names: Vec::new() },
            _ => Request::Register { event, seats: number, mode: Mode::Set, names },
        };
        let mut answered = judgement.clone();
        answered.requests.retain(|request| request.event().is_none());
        answered.requests.push(request);
        if self.counted.is_none() {
            answered.doubts.clear();
            answered.disposition = Some(Disposition::Act);
            answered.reason = "het staat er, en het aantal is eruit op te maken".to_owned();
        }
        answered
    }
}

/// Leaves out the names of a party that its number has no room for beside the author, where he comes himself: whoever was
/// counted too many was taken for a person by the rules, and it is not known which.
pub(super) fn fit_names(judgement: &mut Judgement) {
    let author = judgement.parties.iter().any(|party| party.makeup.author == Some(true));
    if judgement.counted.is_none_or(|counted| counted.by != By::Reader) {
        return;
    }
    for request in &mut judgement.requests {
        if let Request::Register { seats, names, .. } = request
            && names.len() + usize::from(author) > usize::try_from(*seats).unwrap_or(usize::MAX)
        {
            names.clear();
        }
    }
}

/// A labelled mail as the weights are learnt from it.
#[derive(Clone, Debug)]
pub struct SeatLesson {
    /// The features of each number that may be meant.
    features: Vec<Vec<String>>,
    /// What would be done with each.
    pub requests: Vec<Vec<Request>>,
}

/// What there is to learn from a mail, when a number is in question.
pub(super) fn lesson(case: &Case<'_>, judgement: &Judgement) -> Option<SeatLesson> {
    let (question, evidence) = Question::of(case, judgement)?;
    let numbers = question.numbers(&evidence);
    let features = |number: &u32| {
        let mut names = Vec::new();
        evidence.tell(&question, *number, |parts| names.push(parts.concat()));
        names.sort_unstable();
        names.dedup();
        names
    };
    let requests = |number: &u32| match question.counted {
        Some(counted) if counted == *number => judgement.requests.clone(),
        _ => question.answered(judgement, *number).requests,
    };
    Some(SeatLesson {
        features: numbers.iter().map(features).collect(),
        requests: numbers.iter().map(requests).collect(),
    })
}

/// The text of the weights file, learnt from labelled mails and which of their numbers is right.
pub fn train(mails: &[(SeatLesson, usize)]) -> String {
    let choices: Vec<Choice> =
        mails.iter().map(|(lesson, right)| Choice { lists: lesson.features.clone(), right: vec![*right] }).collect();
    let heads = "# The seat reader's weights, learnt from the labelled mails; made by `tests/corpus`, not by hand.\n# A feature, then a letter for its weight towards the number\n";
    linear::train::<1>(&choices, LESSONS, heads)
}

#[cfg(test)]
mod tests {
    use super::super::page::Page;
    use super::super::tests::{input, situation};
    use super::super::{Situation, clause_reader, grammar_vote, intent};
    use super::*;
    use crate::ids::EventId;

    /// What a reader with these weights makes of a mail, and what the rules alone do.
    fn counted(weights: &str, typed: &str, situation: &Situation) -> (Option<Judgement>, Judgement) {
        let input = input(typed, "", "");
        let page = Page::of(&input, situation);
        let mut votes = clause_reader::BUILT_IN.read(&page);
        grammar_vote::count_in(&mut votes.clauses, &page);
        let says = votes.says();
        let case = super::super::case(&input, situation, &page, &says);
        let rules = intent::judge(&case);
        (SeatReader::parse(weights).recount(&case, &rules), rules)
    }

    fn registered(names: &[&str]) -> Situation {
        let mut known = situation();
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        known.registered.insert(EventId::new("b16").unwrap(), names);
        known
    }

    fn seats(request: &Request) -> Option<u32> {
        match request {
            Request::Register { seats, .. } => Some(*seats),
            Request::Cancel { seats, .. } => *seats,
            _ => None,
        }
    }

    #[test]
    fn who_has_learnt_nothing_leaves_it_to_the_rules() {
        let (recount, rules) = counted("", "Ik kom graag, samen met mijn man Theo.", &situation());
        let recount = recount.unwrap();
        assert_eq!(recount.requests, rules.requests);
        assert_eq!(recount.counted.map(|counted| (counted.seats, counted.by)), Some((2, By::Rules)));
        assert!(counted("", "Wij komen graag!", &situation()).0.is_none(), "the rules find no number, nor does it");
    }

    #[test]
    fn what_is_learnt_goes_before_the_rules_and_stands_where_they_find_no_number() {
        let three = "w:samen =3\tz\nw:komen =3\tz\n";
        let (recount, _) = counted(three, "Ik kom graag, samen met mijn man Theo.", &situation());
        let recount = recount.unwrap();
        assert_eq!(recount.counted.map(|counted| counted.by), Some(By::Reader));
        assert_eq!(recount.requests.iter().map(seats).collect::<Vec<_>>(), [Some(3)]);
        let (recount, rules) = counted(three, "Wij komen graag!", &situation());
        let recount = recount.unwrap();
        assert_eq!(rules.disposition, Some(Disposition::Ask));
        assert_eq!((recount.disposition, recount.doubts.len()), (Some(Disposition::Act), 0));
        assert_eq!(recount.requests.iter().map(seats).collect::<Vec<_>>(), [Some(3)]);
    }

    #[test]
    fn a_name_that_is_counted_out_is_not_registered_in_the_authors_place() {
        let names = |typed: &str| {
            let (recount, _) = counted("w:kom =1\tz\n", typed, &situation());
            let mut judgement = recount.unwrap();
            fit_names(&mut judgement);
            match judgement.requests.as_slice() {
                [Request::Register { seats: 1, names, .. }] => names.clone(),
                others => panic!("{typed}: {others:?}"),
            }
        };
        assert!(names("Ik kom graag, samen met Theo.").is_empty());
    }

    #[test]
    fn fewer_than_were_registered_drop_out() {
        let one_less = "w:wij b-1\tz\n";
        let (recount, _) = counted(one_less, "Wij komen graag!", &registered(&["Wim", "Els", "Bo"]));
        let requests = recount.unwrap().requests;
        assert!(matches!(requests.as_slice(), [Request::Cancel { seats: Some(1), .. }]), "{requests:?}");
    }

    #[test]
    fn nobody_is_counted_where_one_writes_of_himself() {
        assert!(counted("w:kom =3\tz\n", "Ik kom graag.", &situation()).0.is_none());
        assert!(counted("w:kom =3\tz\n", "Helaas, ik kom niet.", &situation()).0.is_none());
    }

    #[test]
    fn what_is_built_in_is_the_weights_file() {
        let file = SeatReader::parse(include_str!("seats/weights.tsv"));
        assert!(BUILT_IN.model == file.model, "the build script packs so many kinds of it as there are");
    }
}
