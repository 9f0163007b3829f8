//! Verdict: of all that a mail may come to, which is carried out, or does a person look?
//!
//! Each clause has a likeliest meaning and others that are less likely. With another meaning of one of them the mail may come
//! to something else, and so it may if its clauses are read as what it wants on the whole has it, or with the number of people
//! that the seat reader counts: its [`Outcome`]s. A linear model, learnt from labelled mails and which of their outcomes was
//! right, tells how likely each is the one that is wanted, and how likely none is; it hears the mail's gist too. What each
//! would do to the author if another was wanted can be reckoned; what is likelier to help than to harm is taken, else a person
//! looks. Called by `mod` after the clauses were read.

mod consequence;
mod features;
mod outcomes;
mod plain;
mod worth;

use super::anchor::Tie;
use super::clause_reader::{Says, Votes};
use super::clauses::Zone;
use super::concepts::Concept;
use super::frames::{Certainty, Sight};
use super::intent::{self, Case, Judgement};
use super::linear::{self, Choice, Lessons, Model};
use super::seats::{self, SeatReader};
use super::{Disposition, Request};
use consequence::{Otherwise, disposition};
pub(super) use outcomes::{Outcome, outcomes};
use std::sync::LazyLock;
use worth::Likely;

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
    if case.page.tie == Tie::None {
        return intent::judge(case);
    }
    let mut outcomes = outcomes(seat_reader, case, votes);
    let torn = is_torn(case);
    if !torn && outcomes.first().is_some_and(|likeliest| plain::needs_no_weighing(case, votes, likeliest)) {
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
    let unspoken = case.page.tie == Tie::Addressed && !is_spoken(case, &judgement.requests);
    let cancels = judgement.requests.iter().any(|request| matches!(request, Request::Cancel { .. }));
    if disposition(&judgement) != Disposition::Ask && worth <= 0.0 || unspoken || torn && cancels {
        ask(case, votes, turned, &mut judgement);
    }
    seats::fit_names(&mut judgement);
    judgement
}

/// Does the grammar find what is asked in so many words too? It has not learnt from mails, and finds nothing in a language that
/// only looks like one of ours.
fn is_spoken(case: &Case<'_>, requests: &[Request]) -> bool {
    let says = |coming: bool| {
        case.page.frames.iter().any(|frame| frame.coming == coming && frame.certainty == Certainty::Sure)
    };
    let names = |concept| case.page.sights.iter().any(|sight| sight.has(concept));
    requests.iter().all(|request| match request {
        Request::Register { .. } => says(true),
        Request::Cancel { .. } => says(false),
        Request::Subscribe => names(Concept::ListOn),
        Request::Unsubscribe => names(Concept::ListOff),
        Request::Forget => names(Concept::Forget),
    })
}

/// "Afmelding" above "tot woensdag, ik heb er zin in": does only the subject sign off, and the text take leave until then or
/// come?
fn is_torn(case: &Case<'_>) -> bool {
    let said = || case.page.sights.iter().zip(case.says).filter(|(sight, _)| sight.clause.zone != Zone::Closing);
    let heads = |sight: &Sight| sight.clause.zone == Zone::Subject;
    let leaves = |says: Says| matches!(says, Says::StaysAway | Says::OtherStaysAway | Says::Excuse);
    let comes = |sight: &Sight| {
        [Concept::Farewell, Concept::Come, Concept::Enrol].iter().any(|concept| sight.has(*concept))
            && !sight.has(Concept::Not)
    };
    said().any(|(sight, says)| heads(sight) && *says == Says::StaysAway)
        && !said().any(|(sight, says)| !heads(sight) && leaves(*says))
        && said().any(|(sight, _)| !heads(sight) && comes(sight))
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
    use super::super::Input;
    use super::super::clause_reader::Chances;
    use super::super::gist::Gist;
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
    fn what_is_asked_is_spoken_where_the_grammar_finds_it_too() {
        let event = EventId::new("b16").unwrap();
        let come =
            Request::Register { event: event.clone(), seats: 1, mode: super::super::Mode::Set, names: Vec::new() };
        let stay = Request::Cancel { event, seats: None, names: Vec::new() };
        let spoken = |typed: &str, request: &Request| {
            let (input, situation) = (input(typed, "", ""), situation());
            let page = Page::of(&input, &situation);
            let case = super::super::case(&input, &situation, &page, &[]);
            is_spoken(&case, std::slice::from_ref(request))
        };
        assert!(spoken("Ik kom.", &come));
        assert!(spoken("Ik kom niet.", &stay));
        assert!(!spoken("Ik kom.", &stay));
        assert!(!spoken("Mega campanha | Cursos de setembro", &come));
        assert!(spoken("Haal mij van de mailinglijst.", &Request::Unsubscribe));
        assert!(!spoken("Cursos de setembro", &Request::Unsubscribe));
    }

    #[test]
    fn a_subject_that_signs_off_above_a_text_that_comes_is_asked_about() {
        let mut known = situation();
        known.registered.insert(EventId::new("b16").unwrap(), vec!["Piet Bos".to_owned()]);
        let decided = |typed: &str| {
            let input = Input { subject: "Afmelding 15 november", ..input(typed, "", "") };
            super::super::understand(&input, &known).disposition
        };
        assert_eq!(decided("Graag tot woensdag, ik heb er zin in!"), Disposition::Ask);
        assert_eq!(decided("Ik kom woensdag."), Disposition::Ask);
        assert_eq!(decided("Ik kom niet."), Disposition::Act);
        assert_eq!(decided("Zie onderwerp."), Disposition::Act);
    }

    #[test]
    fn what_ties_to_us_by_its_address_alone_is_done_only_where_it_is_spoken() {
        let decided = |typed: &str| {
            let (input, situation) = (Input { subject: "", ..input(typed, "", "") }, situation());
            let page = Page::of(&input, &situation);
            assert_eq!(page.tie, Tie::Addressed, "{typed}");
            let mut vote = Chances::default();
            vote.0[Says::Comes as usize] = 1.0;
            let mut votes = Votes { clauses: vec![vote; page.sights.len()], gist: Default::default() };
            votes.gist.0[Gist::Comes as usize] = 1.0;
            let says = votes.says();
            let case = super::super::case(&input, &situation, &page, &says);
            disposition(&decide(&BUILT_IN, &seats::BUILT_IN, &case, &votes))
        };
        assert_eq!(decided("Ik kom."), Disposition::Act);
        assert_eq!(decided("Cursos de setembro"), Disposition::Ask);
    }

    #[test]
    fn what_is_built_in_is_the_weights_file() {
        let file = VerdictReader::parse(include_str!("verdict/weights.tsv"));
        assert!(BUILT_IN.model == file.model, "the build script packs so many kinds of it as there are");
    }
}
