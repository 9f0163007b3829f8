//! What of a mail and an outcome tells how it would turn out.

use super::super::anchor::Tie;
use super::super::clause_reader::{Chances, Says, Votes};
use super::super::clauses::Zone;
use super::super::frames::{Frame, Strength};
use super::super::gist::{Gist, Gists};
use super::super::intent::Case;
use super::super::{Mode, Request};
use super::Outcome;

/// Where one level of a chance ends and the next begins.
const CHANCES: [f32; 8] = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 0.97];
/// The same for how likely an outcome is beside the likeliest reading.
const MASSES: [f32; 11] = [0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1.01, 1.1, 1.3, 1.6];
/// The same for how many words a mail has.
const WORDS: [f32; 7] = [4.0, 8.0, 15.0, 25.0, 40.0, 60.0, 100.0];

/// A value's level, as a digit or letter.
fn level(value: f32, ends: &[f32]) -> &'static str {
    const NAMES: [&str; 12] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a", "b"];
    let level = ends.iter().filter(|end| value >= **end).count();
    NAMES.get(level).copied().unwrap_or("b")
}

/// A small number, as a digit.
fn few(number: usize, most: usize) -> &'static str {
    const NAMES: [&str; 7] = ["0", "1", "2", "3", "4", "5", "6"];
    NAMES.get(number.min(most)).copied().unwrap_or("6")
}

/// Tells the features of one of so many outcomes `of` a mail.
pub(super) fn each(case: &Case<'_>, votes: &Votes, of: usize, outcome: &Outcome, mut tell: impl FnMut(&[&str])) {
    let gist = Gist::of(outcome.disposition(), &outcome.judgement.requests);
    let kind = gist.name();
    let acts = acts(&outcome.judgement.requests, kind);
    let acts = acts.as_str();
    of_the_mail(case, outcome, of, kind, acts, &mut tell);
    of_the_party(case, outcome, kind, acts, &mut tell);
    of_the_whole(&votes.gist, gist, acts, &mut tell);
    of_what_is_said(case, votes, outcome, kind, acts, &mut tell);
    for (number, said) in outcome.says.iter().enumerate() {
        of_a_clause(case, votes, outcome, number, *said, kind, &mut tell);
    }
}

/// What is done, in short: `can`, `reg2`, `can+reg1`; for no request the disposition.
fn acts(requests: &[Request], kind: &str) -> String {
    let mut acts: Vec<String> = requests
        .iter()
        .map(|request| match request {
            Request::Register { seats, mode, .. } => {
                format!("reg{}{}", seats.min(&3), if *mode == Mode::Add { "more" } else { "" })
            }
            Request::Cancel { seats, .. } => format!("can{}", seats.map_or(0, |seats| seats.min(3))),
            Request::Subscribe => "on".to_owned(),
            Request::Unsubscribe => "off".to_owned(),
            Request::Forget => "forget".to_owned(),
        })
        .collect();
    acts.sort_unstable();
    if acts.is_empty() { kind.to_owned() } else { acts.join("+") }
}

fn of_the_mail(
    case: &Case<'_>,
    outcome: &Outcome,
    outcomes: usize,
    kind: &str,
    acts: &str,
    tell: &mut impl FnMut(&[&str]),
) {
    let (input, situation) = (case.input, case.situation);
    let there = |request: &&Request| {
        request.event().and_then(|event| situation.registered.get(event)).is_some_and(|names| !names.is_empty())
    };
    let requests = &outcome.judgement.requests;
    let again = requests.iter().filter(|r| matches!(r, Request::Register { .. })).filter(there).count();
    let held = requests.iter().filter(|r| matches!(r, Request::Cancel { .. })).filter(there).count();
    let names = requests
        .iter()
        .map(|request| match request {
            Request::Register { names, .. } | Request::Cancel { names, .. } => names.len(),
            _ => 0,
        })
        .sum();
    let standing = few(situation.registered.values().map(Vec::len).sum(), 2);
    let thread = match (case.page.topic.is_our_thread(), input.is_reply, input.quoted.is_empty()) {
        (true, _, _) => "ours",
        (_, true, _) => "reply",
        (_, _, false) => "quotes",
        _ => "own",
    };
    let first = outcome.way.name();
    tell(&["k:", kind]);
    tell(&["a:", acts]);
    tell(&["first:", first]);
    tell(&["first:", first, " ", kind]);
    tell(&["first:", first, " ", acts]);
    tell(&["of:", few(outcomes, 6)]);
    tell(&["a:", acts, " standing", standing]);
    tell(&["a:", acts, " again", few(again, 2), " held", few(held, 2)]);
    tell(&["a:", acts, " open", few(situation.events.len(), 2)]);
    tell(&["a:", acts, " names", few(names, 2)]);
    tell(&["a:", acts, " ", thread]);
    tell(&["k:", kind, " ", thread]);
    tell(&["k:", kind, " words", level(input.typed.split_whitespace().count() as f32, &WORDS)]);
    tell(&["k:", kind, if outcome.judgement.question { " asks" } else { " asks not" }]);
    tell(&["k:", kind, if input.addressed { " to us" } else { " not to us" }]);
    if case.page.tie == Tie::Addressed {
        tell(&["tie:", kind]);
        tell(&["tie:", acts]);
        tell(&["tie:", first, " ", kind]);
    }
    tell(&["contra:", kind, if contradicted(case, &outcome.says) { " yes" } else { " no" }]);
    let (ratio, mass) = (level(outcome.ratio, &CHANCES), level(outcome.mass, &MASSES));
    tell(&["r:", ratio]);
    tell(&["r:", ratio, " ", kind]);
    tell(&["s:", mass]);
    tell(&["s:", mass, " ", kind]);
    tell(&["s:", mass, " ", acts]);
    tell(&["s:", mass, " ", kind, " ", first]);
    let agreed = agreed(case, &outcome.says);
    tell(&["g:", agreed, " ", kind, " ", first]);
    tell(&["g:", agreed, " ", acts]);
}

/// What the parties are made of, beside whether the author speaks of himself.
fn of_the_party(case: &Case<'_>, outcome: &Outcome, kind: &str, acts: &str, tell: &mut impl FnMut(&[&str])) {
    let plain = |frame: &&Frame| frame.is_sure_of_author() && frame.coming && frame.strength >= Strength::Aside;
    let said = case.page.frames.iter().any(|frame| plain(&frame));
    let named = case
        .page
        .sights
        .iter()
        .filter(|s| s.clause.zone != Zone::Closing)
        .any(|s| s.rows.iter().any(|r| r.me && !r.me_object));
    let first = match (said, named) {
        (true, _) => "said",
        (_, true) => "named",
        _ => "no",
    };
    for party in outcome.judgement.parties.iter().map(|told| told.makeup) {
        let author = match party.author {
            Some(true) => "with",
            Some(false) => "without",
            None => "?",
        };
        let others = party.others.map_or("?", |others| few(others as usize, 3));
        let by = if party.numbered { "numbered" } else { "" };
        let us = if party.us { " us" } else { "" };
        tell(&["mk:", author, " ", first, " ", kind]);
        tell(&["mk:", author, " ", first, " ", others, by, us]);
        tell(&["mk:", author, " ", others, by, us, " ", acts]);
    }
    if let Some(counted) = outcome.judgement.counted {
        let (chance, by) = (level(counted.chance, &CHANCES), counted.by.name());
        tell(&["seats:", by, " ", kind]);
        tell(&["seats:", by, " ", acts]);
        tell(&["seats:", by, chance]);
    }
}

/// What the mail wants on the whole, beside what the outcome does: whether a person has to look, and what is wanted if not.
fn of_the_whole(gists: &Gists, gist: Gist, acts: &str, tell: &mut impl FnMut(&[&str])) {
    let (kind, best) = (gist.name(), gists.best_but_ask());
    let most = level(gists.but_ask(best), &CHANCES);
    tell(&["whole:", best.name(), " ", kind]);
    tell(&["whole:", best.name(), most, " ", kind]);
    tell(&["whole:", best.name(), most, " ", acts]);
    tell(&["ask:", level(gists.of(Gist::Ask), &CHANCES), " ", kind]);
    if gist != Gist::Ask {
        let own = level(gists.but_ask(gist), &CHANCES);
        tell(&["gist:", own]);
        tell(&["gist:", own, " ", kind]);
        tell(&["gist:", own, " ", acts]);
    }
}

/// What the clauses say all together: how likely each thing is said anywhere, and what is said in which order.
fn of_what_is_said(
    case: &Case<'_>,
    votes: &Votes,
    outcome: &Outcome,
    kind: &str,
    acts: &str,
    tell: &mut impl FnMut(&[&str]),
) {
    let spoken = case.page.sights.iter().map(|sight| sight.clause.zone != Zone::Closing);
    let spoken: Vec<(&Chances, Says)> = votes
        .clauses
        .iter()
        .zip(&outcome.says)
        .zip(spoken)
        .filter_map(|((vote, says), spoken)| spoken.then_some((vote, *says)))
        .collect();
    let plain = spoken.iter().map(|(vote, says)| vote.of(*says)).product();
    let least = spoken.iter().map(|(vote, says)| vote.of(*says)).fold(1.0, f32::min);
    tell(&["all:", level(plain, &CHANCES), " ", kind]);
    tell(&["all:", level(plain, &CHANCES), " ", acts]);
    tell(&["least:", level(least, &CHANCES), " ", kind]);
    tell(&["least:", level(least, &CHANCES), " ", acts]);
    for says in Says::ALL {
        let most = spoken.iter().map(|(vote, _)| vote.of(says)).fold(0.0, f32::max);
        let times = spoken.iter().filter(|(_, said)| *said == says).count();
        let (letter, most, times) = (says.letter(), level(most, &CHANCES), few(times, 2));
        if most != "0" {
            tell(&["m:", letter, most, " ", kind]);
            tell(&["m:", letter, most, " ", acts]);
            tell(&["m:", letter, most, if times == "0" { " unsaid" } else { " said" }]);
        }
        if times != "0" {
            tell(&["n:", letter, times, " ", acts]);
        }
    }
    let telling = spoken.iter().filter(|(_, says)| !matches!(says, Says::Nothing | Says::Courtesy));
    let said: Vec<&str> = telling.map(|(_, says)| says.letter()).collect();
    let start = said.iter().take(6).copied().collect::<String>();
    tell(&["q:", &start]);
    tell(&["q:", &start, " ", acts]);
    for (one, next) in said.iter().zip(said.iter().skip(1)) {
        tell(&["qq:", one, next]);
        tell(&["qq:", one, next, " ", kind]);
    }
    for (at, one) in said.iter().enumerate() {
        for other in said.iter().skip(at + 1) {
            let (one, other) = if one < other { (one, other) } else { (other, one) };
            tell(&["b:", one, other, " ", kind]);
        }
    }
}

fn of_a_clause(
    case: &Case<'_>,
    votes: &Votes,
    outcome: &Outcome,
    number: usize,
    said: Says,
    kind: &str,
    tell: &mut impl FnMut(&[&str]),
) {
    let Some(sight) = case.page.sights.get(number).filter(|sight| sight.clause.zone != Zone::Closing) else { return };
    let letter = said.letter();
    let turned = outcome.way.turned() == Some(number);
    for hit in &sight.hits {
        tell(&["c:", hit.concept.name(), " ", kind]);
        tell(&["c:", hit.concept.name(), "|", letter]);
        if turned {
            tell(&["tc:", hit.concept.name(), "|", letter]);
        }
    }
    let mut framed = false;
    for frame in case.page.frames.iter().filter(|frame| frame.clause == number) {
        framed = true;
        let way = if frame.coming { "come" } else { "stay" };
        let who = match (frame.who.me || frame.who.us, frame.who.others.is_empty()) {
            (true, true) => "me",
            (true, false) => "with",
            (false, false) => "others",
            (false, true) => "none",
        };
        tell(&["f:", way, " ", who, &format!(" {:?} {:?}|", frame.strength, frame.certainty), letter]);
    }
    if !framed {
        tell(&["f:none|", letter, " ", kind]);
    }
    let vote = votes.clauses.get(number).copied().unwrap_or_default();
    tell(&["v:", letter, level(vote.of(said), &CHANCES)]);
    if turned {
        tell(&["turn:", vote.best().letter(), letter]);
    }
    for word in case.page.shapes.get(number).into_iter().flatten() {
        tell(&["w:", word, "|", letter]);
        tell(&["w:", word, " ", kind]);
    }
}

/// Does the grammar read in so many words what the clauses are taken to say about the author's coming, and nothing against it?
pub(super) fn is_said(case: &Case<'_>, says: &[Says]) -> bool {
    matches!(agreed(case, says), "said" | "plain") && !contradicted(case, says)
}

/// How plainly the grammar reads in any clause what the clause is taken to say about the author's coming.
fn agreed(case: &Case<'_>, says: &[Says]) -> &'static str {
    let said = |frame: &Frame| says.get(frame.clause).and_then(|says| says.coming());
    let agrees = |frame: &&Frame| frame.is_sure_of_author() && said(frame) == Some(frame.coming);
    let plain = |frame: &Frame| match frame.strength {
        Strength::Request => 3,
        Strength::Said if frame.anchored => 3,
        Strength::Said => 2,
        _ => 1,
    };
    match case.page.frames.iter().filter(agrees).map(plain).max() {
        None => "no",
        Some(1) => "hint",
        Some(2) => "said",
        Some(_) => "plain",
    }
}

/// Does the grammar plainly read a clause the opposite way: "schrijf mij maar niet in" is no sign-up, whatever it looks like.
fn contradicted(case: &Case<'_>, says: &[Says]) -> bool {
    (0..case.page.sights.len()).any(|number| {
        let Some(coming) = says.get(number).and_then(|says| says.coming()) else { return false };
        let plain = |frame: &&Frame| frame.is_sure_of_author() && frame.strength >= Strength::Aside;
        let mut frames = case.page.frames.iter().filter(|frame| frame.clause == number).filter(plain).peekable();
        frames.peek().is_some() && frames.all(|frame| frame.coming != coming)
    })
}
