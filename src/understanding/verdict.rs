//! Verdict: of all that a mail may come to, which is carried out, or does a person look?
//!
//! Each clause has a likeliest meaning and others that are less likely. With another meaning of one of them the mail may come
//! to something else, and so it may with the number of people that the seat reader counts: its [`Outcome`]s. A linear model,
//! learnt from labelled mails and which of their outcomes was right, tells how likely each is the one that is wanted, and how
//! likely none is; it hears the mail's gist too. What each would do to the author if another was wanted can be reckoned; what
//! is likelier to help than to harm is taken, else a person looks. Called by `mod` after the clauses were read.

mod consequence;
mod features;
mod plain;
mod worth;

use super::Disposition;
use super::clause_reader::{Says, Votes};
use super::clauses::Zone;
use super::concepts::Concept;
use super::frames::{Certainty, Frame, Strength};
use super::intent::{self, Case, Judgement};
use super::linear::{self, Choice, Lessons, Model};
use super::seats::{self, SeatReader};
use consequence::{Otherwise, disposition};
use std::sync::LazyLock;
use worth::Likely;

/// A meaning that is less likely than this is not considered.
const LEAST: f32 = 0.04;
/// So many other meanings are tried of one mail: a page of them must not take longer than the mail is worth.
const MOST_TRIED: usize = 30;
/// And no more than come to so many clauses judged: of a very long mail hardly any.
const MOST_JUDGED: usize = 6_000;
/// A clause whose meaning is likelier than this has no other.
const PLAIN: f32 = 0.97;
/// What another meaning weighs where the grammar reads the clause as the clause reader does: two who err in different ways
/// err together seldom.
const AGREED: f32 = 0.2;
/// The same where the clause asks in so many words, or names the event.
const PLAINLY_AGREED: f32 = 0.03;

/// With a share held back the rarer features help with mails by others too; without, they only fit those that are labelled.
const LESSONS: Lessons = Lessons { rounds: 7, rate: 0.02, shrink: 1e-3, seen: 8, dropout: 0.4, times: 4, settled: 3 };

/// The kinds of the model: that an outcome is right, and of the mail what it is when none is, in the order of [`Otherwise`].
const KINDS: usize = 4;

/// The place of an outcome's score among those of all outcomes of a mail: the first has one for each kind.
fn place(outcome: usize) -> usize {
    if outcome == 0 { 0 } else { KINDS - 1 + outcome }
}

/// Tells which outcome is likely to be right, by weights that were learnt.
#[derive(Debug)]
pub struct VerdictReader {
    model: Model<KINDS>,
}

/// The one whose weights are built in.
pub(super) static BUILT_IN: LazyLock<VerdictReader> = LazyLock::new(|| VerdictReader {
    model: Model::packed(include_bytes!(concat!(env!("OUT_DIR"), "/verdict.weights"))),
});

impl VerdictReader {
    /// The reader with the weights of such a file as [`train`] makes.
    pub fn parse(file: &str) -> Self {
        Self { model: Model::parse(file) }
    }
}

/// How an outcome differs from what the likeliest meanings of the clauses come to by the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// It is that.
    Likeliest,
    /// This clause has another meaning.
    Turned(usize),
    /// The seat reader found the number of seats.
    Counted,
    /// Nothing is done, where a person would look only because a letter of ours is answered.
    LeftAlone,
}

impl Way {
    /// The clause that has another meaning.
    pub(super) fn turned(self) -> Option<usize> {
        match self {
            Self::Turned(clause) => Some(clause),
            Self::Likeliest | Self::Counted | Self::LeftAlone => None,
        }
    }

    /// Its name among the features.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Likeliest => "likeliest",
            Self::Turned(_) => "other",
            Self::Counted => "counted",
            Self::LeftAlone => "left",
        }
    }
}

/// Something that a mail may come to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    /// What is done.
    pub judgement: Judgement,
    /// What each clause says then.
    pub says: Vec<Says>,
    /// How it differs from what the likeliest meanings of the clauses come to.
    pub way: Way,
    /// How likely that way of reading is beside the likeliest, which has 1.
    pub ratio: f32,
    /// The same of all ways of reading that come to this outcome, with what the grammar makes of them weighed in.
    pub mass: f32,
}

impl Outcome {
    /// The same reading, with nothing done: of an answer to us that asks for nothing that is known.
    fn left_alone(&self) -> Self {
        let disposition = Some(Disposition::Ignore);
        let reason = intent::NOTHING_ASKED.to_owned();
        let judgement = Judgement { disposition, reason, ..Judgement::default() };
        Self { judgement, way: Way::LeftAlone, ..self.clone() }
    }

    #[cfg(test)]
    fn coming_to(disposition: Disposition) -> Self {
        let judgement = Judgement { disposition: Some(disposition), ..Judgement::default() };
        Self { judgement, says: Vec::new(), way: Way::Likeliest, ratio: 1.0, mass: 1.0 }
    }

    fn disposition(&self) -> Disposition {
        disposition(&self.judgement)
    }

    fn comes_to(&self, other: &Judgement) -> bool {
        self.disposition() == disposition(other) && self.judgement.requests == other.requests
    }
}

/// All that a mail may come to: first what the likeliest meanings of its clauses come to, then what else is, by how likely;
/// last what of these comes to a number of seats that only the seat reader knows.
pub(super) fn outcomes(seats: &SeatReader, case: &Case<'_>, votes: &Votes) -> Vec<Outcome> {
    let likeliest = intent::judge(case);
    let says = case.says.to_vec();
    let mut outcomes = vec![Outcome { judgement: likeliest, says, way: Way::Likeliest, ratio: 1.0, mass: 1.0 }];
    for Other { number, says, ratio, weight } in others(case, votes) {
        let mut other = case.says.to_vec();
        other.iter_mut().skip(number).take(1).for_each(|said| *said = says);
        let judgement = intent::judge(&Case { says: &other, ..*case });
        add(&mut outcomes, Outcome { judgement, says: other, way: Way::Turned(number), ratio, mass: weight });
    }
    let idle = outcomes.first().filter(|outcome| outcome.judgement.lost).map(|lost| lost.left_alone());
    let mut outcomes = recounted(seats, case, outcomes);
    idle.into_iter().for_each(|idle| add(&mut outcomes, idle));
    outcomes
}

/// Adds an outcome, to what comes to the same if there is any.
fn add(outcomes: &mut Vec<Outcome>, new: Outcome) {
    match outcomes.iter_mut().find(|outcome| outcome.comes_to(&new.judgement)) {
        Some(outcome) => outcome.mass += new.mass,
        None => outcomes.push(new),
    }
}

/// The outcomes with the numbers of seats that are likeliest.
fn recounted(seats: &SeatReader, case: &Case<'_>, outcomes: Vec<Outcome>) -> Vec<Outcome> {
    let (mut recounted, mut found) = (Vec::with_capacity(outcomes.len()), Vec::new());
    for outcome in outcomes {
        let recount = seats.recount(&Case { says: &outcome.says, ..*case }, &outcome.judgement);
        match recount.map(|judgement| Outcome { judgement, ..outcome.clone() }) {
            Some(answered) if answered.disposition() == outcome.disposition() => add(&mut recounted, answered),
            // Where the rules found no number both are considered: that somebody looks, and what the seat reader counts.
            Some(answered) => {
                let way = if outcome.way == Way::Likeliest { Way::Counted } else { outcome.way };
                found.push(Outcome { way, ..answered });
                add(&mut recounted, outcome);
            }
            None => add(&mut recounted, outcome),
        }
    }
    found.into_iter().for_each(|outcome| add(&mut recounted, outcome));
    recounted
}

/// Another meaning of one clause.
struct Other {
    number: usize,
    says: Says,
    /// How likely it is beside the likeliest.
    ratio: f32,
    /// The same, with what the grammar makes of the clause weighed in.
    weight: f32,
}

/// What clauses may mean besides what is likeliest: the weightiest first, and no more than can be tried.
fn others(case: &Case<'_>, votes: &Votes) -> Vec<Other> {
    let mut others: Vec<Other> = Vec::new();
    for (number, (sight, vote)) in case.page.sights.iter().zip(&votes.clauses).enumerate() {
        let best = case.says.get(number).copied().unwrap_or(Says::Nothing);
        if sight.clause.zone == Zone::Closing || vote.of(best) > PLAIN {
            continue;
        }
        let weighs = agreement(case, number, best);
        let likely = Says::ALL.into_iter().filter(|says| *says != best && vote.of(*says) >= LEAST);
        let ratio = |says: Says| vote.of(says) / vote.of(best).max(LEAST);
        others.extend(likely.map(|says| Other { number, says, ratio: ratio(says), weight: ratio(says) * weighs }));
    }
    others.sort_by(|one, other| other.weight.total_cmp(&one.weight));
    others.truncate(MOST_TRIED.min(MOST_JUDGED / case.page.sights.len().max(1)));
    others
}

/// How much other meanings of a clause weigh, for what the grammar makes of it: 1 where it does not say the same.
fn agreement(case: &Case<'_>, number: usize, says: Says) -> f32 {
    // "Misschien ben ik wat later": not whether, only when.
    if says == Says::Nothing && case.page.sights.get(number).is_some_and(|sight| sight.has(Concept::Late)) {
        return AGREED;
    }
    let Some(coming) = says.coming() else { return 1.0 };
    let sure = |frame: &&Frame| frame.certainty == Certainty::Sure;
    let frames: Vec<&Frame> = case.page.frames.iter().filter(|frame| frame.clause == number).filter(sure).collect();
    if frames.is_empty() || frames.iter().any(|frame| frame.coming != coming) {
        return 1.0;
    }
    let plain =
        |frame: &&Frame| frame.strength == Strength::Request || frame.strength == Strength::Said && frame.anchored;
    if frames.iter().any(plain) { PLAINLY_AGREED } else { AGREED }
}

/// The outcomes that may be chosen instead of the likeliest, by their places. A mail that the likeliest reading leaves alone
/// is not acted on by another unless its author is known or it answers a letter of ours: the world is full of invitations.
fn rivals(case: &Case<'_>, outcomes: &[Outcome]) -> Vec<usize> {
    let known = case.page.topic.is_our_thread() || case.situation.knows_author();
    let idle = outcomes.first().is_some_and(|likeliest| likeliest.disposition() == Disposition::Ignore);
    let may = |other: &Outcome| known || !idle || other.disposition() != Disposition::Act;
    outcomes.iter().enumerate().skip(1).filter(|(_, other)| may(other)).map(|(at, _)| at).collect()
}

/// Decides: the outcome that is worth most, or a person. Of a mail that nothing ties to us it is the likeliest: strangers'
/// mails are not what the weights were learnt from.
pub(super) fn decide(reader: &VerdictReader, seat_reader: &SeatReader, case: &Case<'_>, votes: &Votes) -> Judgement {
    if !case.page.ours {
        return intent::judge(case);
    }
    let mut outcomes = outcomes(seat_reader, case, votes);
    if outcomes.first().is_some_and(|likeliest| plain::needs_no_weighing(case, votes, likeliest)) {
        let mut plain = outcomes.swap_remove(0).judgement;
        seats::fit_names(&mut plain);
        return plain;
    }
    let likely = Likely::of(reader, case, votes, &outcomes);
    let candidates = [0].into_iter().chain(rivals(case, &outcomes));
    let worths = candidates.filter_map(|at| Some((at, likely.worth(outcomes.get(at)?, &outcomes, case.situation))));
    let best = worths.reduce(|best, other| if other.1 > best.1 { other } else { best });
    let turned = outcomes.iter().find_map(|outcome| outcome.way.turned());
    let chosen = best.and_then(|(at, worth)| Some((outcomes.into_iter().nth(at)?.judgement, worth)));
    let Some((mut judgement, worth)) = chosen else {
        return Judgement { disposition: Some(Disposition::Ask), ..Judgement::default() };
    };
    if disposition(&judgement) != Disposition::Ask && worth <= 0.0 {
        ask(case, votes, turned, &mut judgement);
    }
    seats::fit_names(&mut judgement);
    judgement
}

/// Turns an act, or a letting lie, into a question for a person: because of the clause that may be meant otherwise, or else
/// the one that is least plain.
fn ask(case: &Case<'_>, votes: &Votes, turned: Option<usize>, judgement: &mut Judgement) {
    let plain = |number: &usize| votes.clauses.get(*number).map_or(1.0, |vote| vote.of(vote.best()));
    let open = (0..case.page.sights.len())
        .filter(|number| case.page.sights.get(*number).is_some_and(|s| s.clause.zone != Zone::Closing));
    let number = turned.or_else(|| open.min_by(|one, other| plain(one).total_cmp(&plain(other)))).unwrap_or_default();
    let words = case.page.sights.get(number).map_or("", |sight| case.page.parsed.written(&sight.clause.tokens));
    judgement.doubts.push(match words {
        "" => "er staat te weinig om het zeker te weten".to_owned(),
        words => format!("“{words}” kan ook anders bedoeld zijn"),
    });
    judgement.disposition = Some(Disposition::Ask);
    judgement.reason = judgement.doubts.join("; ");
    judgement.requests.clear();
}

/// The features of one of so many outcomes `of` a mail by name, each once: what the weights are learnt from.
pub(super) fn feature_names(case: &Case<'_>, votes: &Votes, of: usize, outcome: &Outcome) -> Vec<String> {
    let mut names = Vec::new();
    features::each(case, votes, of, outcome, |parts| names.push(parts.concat()));
    names.sort_unstable();
    names.dedup();
    names
}

/// A labelled mail with what it may come to: what a verdict learns from.
#[derive(Clone, Debug)]
pub struct VerdictLesson {
    /// The features of each outcome, and whether it was right.
    pub outcomes: Vec<(Vec<String>, bool)>,
    /// What is wanted of the mail.
    pub wanted: Disposition,
}

/// The text of the weights file, learnt from labelled mails.
pub fn train(mails: &[VerdictLesson]) -> String {
    let choice = |lesson: &VerdictLesson| {
        let right = lesson.outcomes.iter().enumerate().filter(|(_, (_, right))| *right).map(|(at, _)| place(at));
        let right: Vec<usize> = right.collect();
        let otherwise = 1 + Otherwise::of(lesson.wanted) as usize;
        Choice {
            lists: lesson.outcomes.iter().map(|(features, _)| features.clone()).collect(),
            right: if right.is_empty() { vec![otherwise] } else { right },
        }
    };
    let choices: Vec<Choice> = mails.iter().filter(|lesson| !lesson.outcomes.is_empty()).map(choice).collect();
    let heads = "# The verdict's weights, learnt from the labelled mails; made by `tests/corpus`, not by hand.\n# A feature, then a letter for its weight towards: the outcome; and of the first towards none: a person, something else, nothing\n";
    linear::train::<KINDS>(&choices, LESSONS, heads)
}

#[cfg(test)]
mod tests {
    use super::super::lexicon::LEXICON;
    use super::super::page::Page;
    use super::super::tests::{input, situation};
    use super::*;
    use crate::ids::EventId;

    #[test]
    fn what_is_left_alone_is_acted_on_by_a_less_likely_reading_only_for_those_we_know() {
        let input = input("Kom gezellig naar onze opendag op 15 november.", "", "");
        let outcomes = [Disposition::Ignore, Disposition::Ask, Disposition::Act].map(Outcome::coming_to);
        let stranger = situation();
        let mut known = situation();
        known.registered.insert(EventId::new("b16").unwrap(), vec!["Piet Bos".to_owned()]);
        let rivals_of = |situation| {
            let page = Page::of(&input, situation);
            rivals(&super::super::case(&input, situation, &page, &[]), &outcomes)
        };
        assert_eq!(rivals_of(&stranger), [1]);
        assert_eq!(rivals_of(&known), [1, 2]);
    }

    #[test]
    fn an_answer_that_asks_for_nothing_known_may_be_left_alone() {
        let ways = |is_reply, typed: &str| {
            let input = super::super::Input { is_reply, ..input(typed, "", "") };
            let mut situation = situation();
            situation.thread_event = is_reply.then(|| EventId::new("b16").unwrap());
            let page = Page::of(&input, &situation);
            let votes = super::super::clause_reader::BUILT_IN.read(&page);
            let says = vec![Says::Nothing; page.sights.len()];
            let case = Case { input: &input, situation: &situation, page: &page, lexicon: &LEXICON, says: &says };
            let told = |outcome: &Outcome| (outcome.way, outcome.disposition(), outcome.judgement.reason.clone());
            outcomes(&SeatReader::parse(""), &case, &votes).iter().map(told).collect::<Vec<_>>()
        };
        let lost = "dit antwoordt op een brief van ons, en wat het wil is niet duidelijk".to_owned();
        let idle = intent::NOTHING_ASKED.to_owned();
        let answer = ways(true, "De sneeuw ligt hier hoog.");
        assert_eq!(answer.first(), Some(&(Way::Likeliest, Disposition::Ask, lost)));
        assert!(answer.contains(&(Way::LeftAlone, Disposition::Ignore, idle)), "{answer:?}");
        assert!(ways(false, "De sneeuw ligt hier hoog.").iter().all(|(way, ..)| *way != Way::LeftAlone));
    }

    #[test]
    fn of_a_very_long_mail_hardly_anything_else_is_tried() {
        let tried = |times: usize| {
            let typed = "Kees komt misschien ook. ".repeat(times);
            let (input, situation) = (input(&typed, "", ""), situation());
            let page = Page::of(&input, &situation);
            let votes = super::super::clause_reader::BUILT_IN.read(&page);
            let says = votes.says();
            let case = Case { input: &input, situation: &situation, page: &page, lexicon: &LEXICON, says: &says };
            (others(&case, &votes).len(), page.sights.len())
        };
        assert!(tried(10).0 > 5, "{:?}", tried(10));
        let (others, clauses) = tried(300);
        assert!(others > 0 && others * clauses <= MOST_JUDGED, "{others} of {clauses} clauses");
    }

    #[test]
    fn what_is_built_in_is_the_weights_file() {
        let file = VerdictReader::parse(include_str!("verdict/weights.tsv"));
        assert!(BUILT_IN.model == file.model, "the build script packs so many kinds of it as there are");
    }
}
