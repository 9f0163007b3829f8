//! Certainty: would the mail come to something else if one of its clauses were read another way?
//!
//! Each clause has a likeliest meaning and others that are less likely. What the mail comes to is carried out only when it
//! would come to the same for nearly all of what its clauses may mean; else a person looks. Called by `mod` after judging.

use super::Disposition;
use super::clause_reader::{Chances, Says};
use super::clauses::Zone;
use super::concepts::Concept;
use super::frames::{Certainty, Frame, Strength};
use super::intent::{self, Case, Judgement};
use super::page::Page;

/// The chance that a mail comes to the same however its clauses are read must be this large for it to be carried out.
const SURE_ENOUGH: f32 = 0.72;
/// The same for a mail that is left alone: the coordinator finds it unread in her inbox anyhow.
const IDLE_ENOUGH: f32 = 0.65;
/// A meaning that is less likely than this is not considered.
const LEAST: f32 = 0.04;
/// So many other meanings are tried of one mail: a page of them must not take longer than the mail is worth.
const MOST_TRIED: usize = 30;
/// A clause whose meaning is likelier than this has no other.
const PLAIN: f32 = 0.97;

/// A mail of at most so many words and marks is short.
const SHORT: usize = 30;
/// So much likelier becomes a wish that the grammar knows by an idiom of its own: to be forgotten.
const IDIOM: f32 = 30.0;
/// So much likelier becomes what the grammar plainly reads.
const GRAMMAR: f32 = 4.0;
/// What another meaning weighs where the grammar reads the clause as the clause reader does: two who err in different ways
/// err together seldom.
const AGREED: f32 = 0.2;
/// The same where the clause asks in so many words, or names the event.
const PLAINLY_AGREED: f32 = 0.03;

/// Turns an act, or a letting lie, that hangs by one doubtful clause into a question for a person.
pub(super) fn doubt(case: &Case<'_>, votes: &[Chances], judgement: &mut Judgement) {
    let disposition = judgement.disposition.unwrap_or(Disposition::Ask);
    if disposition == Disposition::Ask {
        return;
    }
    if let Some(number) = contradicted(case) {
        ask(case, number, judgement);
        return;
    }
    let enough = if disposition == Disposition::Act { SURE_ENOUGH } else { IDLE_ENOUGH };
    let others = others(case, votes);
    // What can change it: at first all other meanings, in the end those that were tried and do.
    let mut changes = vec![0.0_f32; case.sights.len()];
    for (number, _, chance) in &others {
        changes.iter_mut().skip(*number).take(1).for_each(|changes| *changes += chance);
    }
    for (number, says, chance) in others {
        if sure(&changes) >= enough {
            return;
        }
        let mut other = case.says.to_vec();
        other.iter_mut().skip(number).take(1).for_each(|said| *said = says);
        let read = intent::judge(&Case { says: &other, ..*case });
        let same = read.disposition.unwrap_or(Disposition::Ask) == disposition && read.requests == judgement.requests;
        if same {
            changes.iter_mut().skip(number).take(1).for_each(|changes| *changes -= chance);
        }
    }
    if sure(&changes) < enough {
        let weakest = changes.iter().enumerate().max_by(|(_, one), (_, other)| one.total_cmp(other));
        ask(case, weakest.map_or(0, |(number, _)| number), judgement);
    }
}

/// The chance that no clause means what would change the mail.
fn sure(changes: &[f32]) -> f32 {
    changes.iter().map(|changes| 1.0 - changes).product()
}

/// What clauses may mean besides what is likeliest, each with what it weighs: the weightiest first, and no more than can be
/// tried.
fn others(case: &Case<'_>, votes: &[Chances]) -> Vec<(usize, Says, f32)> {
    let mut others: Vec<(usize, Says, f32)> = Vec::new();
    for (number, (sight, vote)) in case.sights.iter().zip(votes).enumerate() {
        let best = case.says.get(number).copied().unwrap_or(Says::Nothing);
        if sight.clause.zone == Zone::Closing || vote.of(best) > PLAIN {
            continue;
        }
        let weighs = agreement(case, number, best);
        let likely = Says::ALL.into_iter().filter(|says| *says != best && vote.of(*says) >= LEAST);
        others.extend(likely.map(|says| (number, says, vote.of(says) * weighs)));
    }
    others.sort_by(|one, other| other.2.total_cmp(&one.2));
    others.truncate(MOST_TRIED);
    others
}

fn ask(case: &Case<'_>, number: usize, judgement: &mut Judgement) {
    let words = case.sights.get(number).map_or("", |sight| case.parsed.written(&sight.clause.tokens));
    judgement.doubts.push(format!("“{words}” kan ook anders bedoeld zijn"));
    judgement.disposition = Some(Disposition::Ask);
    judgement.reason = judgement.doubts.join("; ");
    judgement.requests.clear();
}

/// A clause that the two readers read the opposite way: "schrijf mij maar niet in" is no sign-up, whatever it looks like.
fn contradicted(case: &Case<'_>) -> Option<usize> {
    (0..case.sights.len()).find(|&number| {
        let coming = match case.says.get(number) {
            Some(Says::Comes) => true,
            Some(Says::StaysAway) => false,
            _ => return false,
        };
        let plain = |frame: &&Frame| {
            frame.certainty == Certainty::Sure && frame.strength >= Strength::Aside && (frame.who.me || frame.who.us)
        };
        let mut frames = case.frames.iter().filter(|frame| frame.clause == number).filter(plain).peekable();
        frames.peek().is_some() && frames.all(|frame| frame.coming != coming)
    })
}

/// How much other meanings of a clause weigh, for what the grammar makes of it: 1 where it does not say the same.
fn agreement(case: &Case<'_>, number: usize, says: Says) -> f32 {
    let coming = match says {
        Says::Comes => true,
        Says::StaysAway => false,
        // "Misschien ben ik wat later": not whether, only when.
        Says::Nothing if case.sights.get(number).is_some_and(|sight| sight.has(Concept::Late)) => return AGREED,
        _ => return 1.0,
    };
    let sure = |frame: &&Frame| frame.certainty == Certainty::Sure;
    let frames: Vec<&Frame> = case.frames.iter().filter(|frame| frame.clause == number).filter(sure).collect();
    if frames.is_empty() || frames.iter().any(|frame| frame.coming != coming) {
        return 1.0;
    }
    let plain =
        |frame: &&Frame| frame.strength == Strength::Request || frame.strength == Strength::Said && frame.anchored;
    if frames.iter().any(plain) { PLAINLY_AGREED } else { AGREED }
}

/// The chances of what the clauses of a short mail say, with the grammar's word counted in: where it plainly reads a coming
/// or a staying away, that becomes likelier and its opposite less so. In a long mail the words around say more than it.
pub(super) fn weigh_grammar(votes: &mut [Chances], page: &Page) {
    for (sight, vote) in page.sights.iter().zip(votes.iter_mut()) {
        if sight.has(Concept::Forget) && !sight.has(Concept::Not) {
            vote.scale(Says::Forget, IDIOM);
        }
    }
    if page.parsed.tokens.len() > SHORT {
        return;
    }
    let frames = &page.frames;
    for (number, vote) in votes.iter_mut().enumerate() {
        let plain = |frame: &&Frame| {
            frame.certainty == Certainty::Sure && frame.strength >= Strength::Said && (frame.who.me || frame.who.us)
        };
        let own: Vec<bool> = frames.iter().filter(|f| f.clause == number).filter(plain).map(|f| f.coming).collect();
        let Some(coming) = own.first().copied().filter(|first| own.iter().all(|coming| coming == first)) else {
            continue;
        };
        let (said, opposite) = if coming { (Says::Comes, Says::StaysAway) } else { (Says::StaysAway, Says::Comes) };
        vote.scale(said, GRAMMAR);
        vote.scale(opposite, 1.0 / GRAMMAR);
    }
}
