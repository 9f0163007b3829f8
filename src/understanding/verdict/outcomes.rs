//! Outcomes: all that a mail may come to, by other meanings of its clauses and other numbers of people.
//!
//! One clause may mean something less likely; the mail may want something on the whole that its clauses, each by itself, do
//! not say; the seat reader may count otherwise; and an answer may ask for nothing. Called by `verdict` once a mail.

use super::super::Disposition;
use super::super::clause_reader::{Chances, Says, Votes};
use super::super::clauses::Zone;
use super::super::concepts::Concept;
use super::super::frames::{Certainty, Frame, Strength};
use super::super::gist::Gist;
use super::super::intent::{self, Case, Judgement};
use super::super::seats::SeatReader;
use super::consequence::disposition;

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

/// What a mail may want on the whole that the clauses are read anew for, and from how likely on.
const WISHES: [Gist; 3] = [Gist::Comes, Gist::StaysAway, Gist::List];
const WISHED: f32 = 0.2;

/// How an outcome differs from what the likeliest meanings of the clauses come to by the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Way {
    /// It is that.
    Likeliest,
    /// This clause has another meaning.
    Turned(usize),
    /// The seat reader found the number of seats.
    Counted,
    /// The clauses mean what they likeliest mean if the mail wants this on the whole.
    Whole(Gist),
    /// Nothing is done, where a person would look.
    LeftAlone,
}

impl Way {
    /// The clause that has another meaning.
    pub(super) fn turned(self) -> Option<usize> {
        match self {
            Self::Turned(clause) => Some(clause),
            Self::Likeliest | Self::Counted | Self::Whole(_) | Self::LeftAlone => None,
        }
    }

    /// Its name among the features.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Likeliest => "likeliest",
            Self::Turned(_) => "other",
            Self::Counted => "counted",
            Self::Whole(_) => "whole",
            Self::LeftAlone => "left",
        }
    }
}

/// Something that a mail may come to.
#[derive(Clone, Debug)]
pub(in super::super) struct Outcome {
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
    pub(super) fn coming_to(disposition: Disposition) -> Self {
        let judgement = Judgement { disposition: Some(disposition), ..Judgement::default() };
        Self { judgement, says: Vec::new(), way: Way::Likeliest, ratio: 1.0, mass: 1.0 }
    }

    pub(super) fn disposition(&self) -> Disposition {
        disposition(&self.judgement)
    }

    fn comes_to(&self, other: &Judgement) -> bool {
        self.disposition() == disposition(other) && self.judgement.requests == other.requests
    }
}

/// All that a mail may come to: first what the likeliest meanings of its clauses come to, then what else is, by how likely,
/// and what it may want on the whole; last what of these comes to a number of seats that only the seat reader knows, and that
/// nothing is done.
pub(in super::super) fn outcomes(seats: &SeatReader, case: &Case<'_>, votes: &Votes) -> Vec<Outcome> {
    let likeliest = intent::judge(case);
    let says = case.says.to_vec();
    let mut outcomes = vec![Outcome { judgement: likeliest, says, way: Way::Likeliest, ratio: 1.0, mass: 1.0 }];
    for Other { number, says, ratio, weight } in others(case, votes) {
        let mut other = case.says.to_vec();
        other.iter_mut().skip(number).take(1).for_each(|said| *said = says);
        let judgement = intent::judge(&Case { says: &other, ..*case });
        add(&mut outcomes, Outcome { judgement, says: other, way: Way::Turned(number), ratio, mass: weight });
    }
    for gist in WISHES.into_iter().filter(|gist| votes.gist.but_ask(*gist) >= WISHED) {
        let Some((says, ratio)) = on_the_whole(case, votes, gist) else { continue };
        let judgement = intent::judge(&Case { says: &says, ..*case });
        add(&mut outcomes, Outcome { judgement, says, way: Way::Whole(gist), ratio, mass: ratio });
    }
    let asked = outcomes.first().filter(|likeliest| likeliest.disposition() == Disposition::Ask);
    let idle = asked.map(Outcome::left_alone);
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

/// What the clauses mean if the mail wants this on the whole: each what is likeliest of what goes with that, and one of them
/// that it is wanted. With how likely that is beside what is likeliest of each; `None` when it is the same.
fn on_the_whole(case: &Case<'_>, votes: &Votes, gist: Gist) -> Option<(Vec<Says>, f32)> {
    let wanted: &[Says] = match gist {
        Gist::Comes => &[Says::Comes, Says::OtherComes],
        Gist::StaysAway => &[Says::StaysAway, Says::OtherStaysAway],
        _ => &[Says::Subscribes, Says::Unsubscribes, Says::Forget],
    };
    let beside =
        [Says::Nothing, Says::Courtesy, Says::Counts, Says::Excuse, Says::Elsewhere, Says::Asks, Says::Pitches];
    let best = |vote: &Chances, among: &[Says]| {
        among.iter().copied().max_by(|one, other| vote.of(*one).total_cmp(&vote.of(*other))).unwrap_or(Says::Nothing)
    };
    let open = |number: usize| case.page.sights.get(number).is_some_and(|sight| sight.clause.zone != Zone::Closing);
    let fitting: Vec<Says> = wanted.iter().chain(&beside).copied().collect();
    let anew = |(number, said): (usize, &Says)| match votes.clauses.get(number) {
        Some(vote) if open(number) => best(vote, &fitting),
        _ => *said,
    };
    let mut says: Vec<Says> = case.says.iter().enumerate().map(anew).collect();
    if !says.iter().enumerate().any(|(number, said)| open(number) && wanted.contains(said)) {
        let most = |vote: &Chances| wanted.iter().map(|says| vote.of(*says)).fold(0.0, f32::max);
        let read = votes.clauses.iter().enumerate().filter(|(number, _)| open(*number));
        let (number, vote) = read.max_by(|(_, one), (_, other)| most(one).total_cmp(&most(other)))?;
        *says.get_mut(number)? = best(vote, wanted);
    }
    let beside_likeliest = |((vote, new), old): ((&Chances, &Says), &Says)| vote.of(*new) / vote.of(*old).max(LEAST);
    let ratio = votes.clauses.iter().zip(&says).zip(case.says).map(beside_likeliest).product();
    (says != case.says).then_some((says, ratio))
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

#[cfg(test)]
mod tests {
    use super::super::super::Input;
    use super::super::super::clause_reader;
    use super::super::super::lexicon::LEXICON;
    use super::super::super::page::Page;
    use super::super::super::tests::{input, situation};
    use super::*;
    use crate::ids::EventId;

    #[test]
    fn an_answer_that_asks_for_nothing_known_may_be_left_alone() {
        let ways = |is_reply, typed: &str| {
            let input = Input { is_reply, ..input(typed, "", "") };
            let mut situation = situation();
            situation.thread_event = is_reply.then(|| EventId::new("b16").unwrap());
            let page = Page::of(&input, &situation);
            let votes = clause_reader::BUILT_IN.read(&page);
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

    fn vote(chances: [(Says, f32); 3]) -> Chances {
        let mut vote = Chances::default();
        for (says, chance) in chances {
            vote.0[says as usize] = chance;
        }
        vote
    }

    #[test]
    fn what_it_may_want_on_the_whole_and_nothing_are_outcomes_too() {
        let (input, situation) = (input("Die middag niet. Het zij zo.", "", ""), situation());
        let page = Page::of(&input, &situation);
        // Of neither clause alone comes a cancellation by another meaning: one is not sure, the other not of the author.
        let unsure = vote([(Says::Unsure, 0.8), (Says::StaysAway, 0.03), (Says::Nothing, 0.17)]);
        let mut votes = Votes { clauses: vec![unsure, unsure], gist: Default::default() };
        votes.gist.0[Gist::StaysAway as usize] = 0.9;
        let says = votes.says();
        let case = Case { input: &input, situation: &situation, page: &page, lexicon: &LEXICON, says: &says };
        let found = outcomes(&SeatReader::parse(""), &case, &votes);
        let ways: Vec<(Way, Disposition)> = found.iter().map(|outcome| (outcome.way, outcome.disposition())).collect();
        assert!(ways.contains(&(Way::Likeliest, Disposition::Ask)), "{ways:?}");
        assert!(ways.contains(&(Way::Whole(Gist::StaysAway), Disposition::Act)), "{ways:?}");
        assert!(ways.contains(&(Way::LeftAlone, Disposition::Ignore)), "{ways:?}");
    }

    #[test]
    fn a_mail_may_want_on_the_whole_what_no_clause_says_likeliest() {
        let (input, situation) = (input("Reken op Sam. Al regent het.", "", ""), situation());
        let page = Page::of(&input, &situation);
        let clauses = vec![
            vote([(Says::OtherComes, 0.5), (Says::Comes, 0.4), (Says::StaysAway, 0.1)]),
            vote([(Says::Unsure, 0.6), (Says::Nothing, 0.3), (Says::StaysAway, 0.1)]),
        ];
        let votes = Votes { clauses, gist: Default::default() };
        let says = votes.says();
        let case = Case { input: &input, situation: &situation, page: &page, lexicon: &LEXICON, says: &says };
        let whole = |gist| on_the_whole(&case, &votes, gist);
        assert_eq!(whole(Gist::Comes), Some((vec![Says::OtherComes, Says::Nothing], 0.5)));
        let (says, ratio) = whole(Gist::StaysAway).unwrap();
        assert_eq!(says, [Says::StaysAway, Says::Nothing]);
        assert!((ratio - 0.1).abs() < 1e-6);
        let said = [Says::OtherComes, Says::Nothing];
        assert_eq!(on_the_whole(&Case { says: &said, ..case }, &votes, Gist::Comes), None);
    }

    #[test]
    fn of_a_very_long_mail_hardly_anything_else_is_tried() {
        let tried = |times: usize| {
            let typed = "Kees komt misschien ook. ".repeat(times);
            let (input, situation) = (input(&typed, "", ""), situation());
            let page = Page::of(&input, &situation);
            let open = vote([(Says::Unsure, 0.5), (Says::OtherComes, 0.3), (Says::Nothing, 0.2)]);
            let votes = Votes { clauses: vec![open; page.sights.len()], gist: Default::default() };
            let says = votes.says();
            let case = Case { input: &input, situation: &situation, page: &page, lexicon: &LEXICON, says: &says };
            (others(&case, &votes).len(), page.sights.len())
        };
        assert!(tried(10).0 > 5, "{:?}", tried(10));
        let (others, clauses) = tried(300);
        assert!(others > 0 && others * clauses <= MOST_JUDGED, "{others} of {clauses} clauses");
    }
}
