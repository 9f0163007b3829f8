//! The grammar's vote: what it plainly reads counts beside what the clause reader has learnt. Called by `mod`.

use super::clause_reader::{Chances, Says};
use super::concepts::Concept;
use super::frames::{Frame, Strength};
use super::page::Page;

/// So much likelier becomes a wish that the grammar knows by an idiom of its own: to be forgotten.
const IDIOM: f32 = 30.0;
/// So much likelier becomes what the grammar plainly reads.
const GRAMMAR: f32 = 4.0;

/// The chances of what the clauses of a short mail say, with the grammar's word counted in: where it plainly reads a coming
/// or a staying away, that becomes likelier and its opposite less so. In a long mail the words around say more than it.
pub(super) fn count_in(votes: &mut [Chances], page: &Page) {
    for (sight, vote) in page.sights.iter().zip(votes.iter_mut()) {
        if sight.has(Concept::Forget) && !sight.has(Concept::Not) {
            vote.scale(Says::Forget, IDIOM);
        }
    }
    if !page.is_short() {
        return;
    }
    let frames = &page.frames;
    for (number, vote) in votes.iter_mut().enumerate() {
        let plain = |frame: &&Frame| frame.is_sure_of_author() && frame.strength >= Strength::Said;
        let own: Vec<bool> = frames.iter().filter(|f| f.clause == number).filter(plain).map(|f| f.coming).collect();
        let Some(coming) = own.first().copied().filter(|first| own.iter().all(|coming| coming == first)) else {
            continue;
        };
        let (said, opposite) = if coming { (Says::Comes, Says::StaysAway) } else { (Says::StaysAway, Says::Comes) };
        vote.scale(said, GRAMMAR);
        vote.scale(opposite, 1.0 / GRAMMAR);
    }
}
