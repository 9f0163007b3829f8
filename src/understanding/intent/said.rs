//! Said: the frames of a mail, from what each clause says and what the grammar sees in it.

use super::super::lexicon::Role;
use super::super::people::Person;
use super::*;

/// The frames of all clauses, in order.
pub(super) fn frames(case: &Case<'_>) -> Vec<Frame> {
    let mut all = Vec::new();
    for number in 0..case.page.sights.len() {
        all.extend(of_clause(case, number));
    }
    all
}

fn of_clause(case: &Case<'_>, number: usize) -> Vec<Frame> {
    let Some(sight) = case.page.sights.get(number) else { return Vec::new() };
    let mut read: Vec<Frame> = case.page.frames.iter().filter(|frame| frame.clause == number).cloned().collect();
    let says = case.says(number);
    match says {
        Says::Comes | Says::OtherComes => read.retain(|frame| frame.coming),
        Says::StaysAway | Says::OtherStaysAway => read.retain(|frame| !frame.coming),
        Says::Unsure => {
            let who = Who { me: true, ..Who::default() };
            return vec![frame(sight, number, true, who, Certainty::Unsure, Concept::Undecided)];
        }
        _ => return Vec::new(),
    }
    read.iter_mut().for_each(|frame| frame.certainty = Certainty::Sure);
    let said_of_author = read.iter().any(|frame| frame.who.me || frame.who.us);
    match says {
        Says::Comes if !said_of_author => {
            let mut who = whom(sight);
            (who.me, who.us) = (!who.us, who.us);
            if !read.is_empty() {
                who.others.clear();
            }
            read.insert(0, frame(sight, number, true, who, Certainty::Sure, Concept::Surely));
        }
        Says::StaysAway if !said_of_author => {
            let mut who = whom(sight);
            (who.me, who.us) = (!who.us, who.us);
            if !sight.rows.iter().any(|row| row.me && !row.others.is_empty()) {
                who.others.clear();
            }
            read = vec![frame(sight, number, false, who, Certainty::Sure, Concept::SurelyNot)];
        }
        Says::OtherComes | Says::OtherStaysAway => {
            let coming = says == Says::OtherComes;
            read.iter_mut().for_each(|frame| (frame.who.me, frame.who.us) = (false, false));
            read.retain(|frame| !frame.who.others.is_empty());
            if read.is_empty() {
                let who = whom(sight);
                let by = if coming { Concept::Bring } else { Concept::SurelyNot };
                if !who.others.is_empty() {
                    let who = Who { me: false, us: false, ..who };
                    read.push(frame(sight, number, coming, who, Certainty::Sure, by));
                }
            }
        }
        _ => {}
    }
    read
}

/// Those whom a clause names beside the author.
fn whom(sight: &Sight) -> Who {
    let rows = sight.rows.iter().filter(|row| row.before != Some(Role::Off) || row.me);
    let others: Vec<Person> =
        rows.flat_map(|row| row.others.iter()).filter(|person| !person.pronoun).cloned().collect();
    Who { me: sight.rows.iter().any(|row| row.me), us: sight.rows.iter().any(|row| row.us), others }
}

fn frame(sight: &Sight, clause: usize, coming: bool, who: Who, certainty: Certainty, by: Concept) -> Frame {
    let heading = sight.clause.zone == Zone::Subject;
    let strength = if heading { Strength::Hint } else { Strength::Said };
    let (instead, anchored) = (sight.has(Concept::Instead), !sight.events().is_empty());
    Frame { who, certainty, instead, anchored, ..Frame::of_author(clause, coming, strength, by) }
}
