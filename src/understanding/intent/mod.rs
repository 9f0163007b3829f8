//! Intent: what the whole mail asks, from the sights and frames of its clauses.
//!
//! The order of judgement of a careful coordinator: mail that is none of ours is left alone; what is said plainly is
//! carried out; what is asked, doubtful or contradictory goes to a person. Called by `mod`.

mod asks;
mod bare_names;
mod choices;
mod counts;
mod doubts;
mod hints;
mod lines;
mod lists;
mod ours;
mod persons;
mod pointers;
mod relations;
mod said;
mod steps;
#[cfg(test)]
mod tests;

use super::clause_reader::Says;
use super::clauses::Zone;
use super::concepts::Concept;
use super::frames::{Certainty, Frame, Sight, Strength, Who};
use super::lexicon::Lexicon;
use super::page::Page;
use super::party::{self, Count, Standing, Wish};
use super::seats::Counted;
use super::words::{Token, fold};
use super::{Disposition, Input, Mode, Request, Situation};
use crate::ids::EventId;
use asks::{asks, pitches};
use hints::add_hints;
use lists::list_requests;
use ours::Weights;
use std::collections::BTreeMap;
use steps::event_requests;

/// Why a mail is left alone that asks for nothing.
pub(super) const NOTHING_ASKED: &str = "er wordt niets gevraagd";

/// The judgement, before it becomes a reading.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// What is asked.
    pub requests: Vec<Request>,
    /// A person should answer something.
    pub question: bool,
    /// A pitch is offered.
    pub pitch: bool,
    /// Act, ask or ignore.
    pub disposition: Option<Disposition>,
    /// Does a person look only because it answers a letter of ours, in words that ask for nothing that is known?
    pub lost: bool,
    /// Why.
    pub reason: String,
    /// What kept it from being carried out.
    pub doubts: Vec<String>,
    /// How the number of seats came about, where it was in question.
    pub counted: Option<Counted>,
    /// What is said of each event.
    pub parties: Vec<party::Told>,
    /// The clauses that led to it.
    pub clauses: Vec<usize>,
    /// The frames, for the trace.
    pub frames: Vec<Frame>,
}

/// Everything that is known of a mail when it is judged.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The mail.
    pub input: &'a Input<'a>,
    /// What may be known besides.
    pub situation: &'a Situation,
    /// The mail taken apart.
    pub page: &'a Page,
    /// The words.
    pub lexicon: &'a Lexicon,
    /// What each clause says.
    pub says: &'a [Says],
}

impl<'a> Case<'a> {
    /// One word or mark.
    fn token(&self, at: usize) -> Option<&'a Token> {
        self.page.parsed.tokens.get(at)
    }

    /// The words and marks of a clause.
    fn tokens(&self, sight: &Sight) -> &'a [Token] {
        self.page.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default()
    }

    /// What a clause says.
    fn says(&self, number: usize) -> Says {
        self.says.get(number).copied().unwrap_or(Says::Nothing)
    }

    /// Does a clause outside the closing say this?
    fn anywhere(&self, says: Says) -> bool {
        self.page.sights.iter().zip(self.says).any(|(sight, said)| *said == says && sight.clause.zone != Zone::Closing)
    }
}

/// Judges a mail.
pub fn judge(case: &Case<'_>) -> Judgement {
    let mut judgement = Judgement { frames: said::frames(case), ..Judgement::default() };
    let weights = Weights::of(case);
    if let Some(reason) = weights.none_of_ours(case, &judgement.frames) {
        judgement.disposition = Some(Disposition::Ignore);
        judgement.reason = reason.to_owned();
        return judgement;
    }
    judgement.question = asks(case);
    judgement.pitch = pitches(case);
    list_requests(case, &mut judgement);
    add_hints(case, &mut judgement);
    event_requests(case, &mut judgement);
    conclude(case, &weights, &mut judgement);
    judgement
}

fn sentence_has(case: &Case<'_>, sentence: usize, test: impl Fn(&Sight) -> bool) -> bool {
    // The clauses of a sentence stand together, and sentences in their order.
    let sights = &case.page.sights;
    let from = sights.partition_point(|sight| sight.clause.sentence < sentence);
    sights.iter().skip(from).take_while(|sight| sight.clause.sentence == sentence).any(test)
}

/// "Mag Kees in mijn plaats?", "Kees gaat voor mij, is dat goed?": whether a seat goes to another is for a person to say.
fn asks_to_pass_on(case: &Case<'_>) -> bool {
    let one = case.page.topic.registered(case.situation) < 2;
    let sights = || case.says.iter().zip(&case.page.sights).filter(|(_, sight)| sight.clause.zone != Zone::Closing);
    let instead = case.anywhere(Says::Instead);
    sights().any(|(says, sight)| match says {
        Says::Asks => one && sight.has(Concept::Instead) || instead && sight.has(Concept::Permission),
        Says::Instead => sight.has(Concept::Permission),
        _ => false,
    })
}

fn conclude(case: &Case<'_>, weights: &Weights, judgement: &mut Judgement) {
    let unsure = case.anywhere(Says::Unsure);
    let registers = |r: &Request| matches!(r, Request::Cancel { .. } | Request::Register { .. });
    if asks_to_pass_on(case) && judgement.requests.iter().any(registers) {
        judgement.doubts.push("iemand anders zou in zijn plaats komen".to_owned());
    }
    if !judgement.doubts.is_empty() {
        judgement.disposition = Some(Disposition::Ask);
        judgement.reason = judgement.doubts.join("; ");
        judgement.requests.clear();
        return;
    }
    if !judgement.requests.is_empty() {
        judgement.disposition = Some(Disposition::Act);
        judgement.reason = "het staat er met zoveel woorden".to_owned();
        return;
    }
    let human = case.anywhere(Says::Human) || case.anywhere(Says::Instead);
    let ours = weights.network > 0 || case.page.topic.is_our_thread() || case.page.topic.quotes_meetings();
    let private = weights.private > 0 && !case.page.topic.is_our_thread() && weights.network == 0;
    let foreign = !ours && (weights.ad > 0 || weights.automatic > 0);
    let wants = (judgement.question || judgement.pitch || unsure || human) && !private && !foreign;
    // A letter of ours is answered with words that nobody understood: better ask than let it lie.
    let only_kind = case.anywhere(Says::Courtesy) || case.anywhere(Says::Foreign);
    let lost = case.page.topic.is_our_thread()
        && !only_kind
        && weights.text > 0
        && !private
        && weights.ad == 0
        && weights.automatic == 0;
    let others = [Says::OtherComes, Says::OtherStaysAway];
    let unresolved = case.situation.knows_author() && !private && others.into_iter().any(|says| case.anywhere(says));
    let lost = !wants && (lost || unresolved) && case.input.addressed;
    let wants = wants || lost;
    judgement.lost = lost;
    judgement.disposition = Some(if wants { Disposition::Ask } else { Disposition::Ignore });
    if !wants {
        judgement.question = false;
        judgement.pitch = false;
    }
    judgement.reason = match (wants, lost) {
        (_, true) => "dit antwoordt op een brief van ons, en wat het wil is niet duidelijk",
        (true, false) => "er wordt iets gevraagd",
        (false, false) => NOTHING_ASKED,
    }
    .to_owned();
}
