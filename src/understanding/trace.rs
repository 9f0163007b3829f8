//! Trace: how a mail was read, clause by clause and on the whole, for `explain`.

use super::clause_reader::{Says, Votes};
use super::frames::Frame;
use super::gist::Gist;
use super::page::Page;
use super::seats::Counted;
use serde::Serialize;

/// What of a judgement the trace tells.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub frames: Vec<Frame>,
    pub counted: Option<Counted>,
}

/// How a mail was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trace {
    /// The clauses in order.
    pub clauses: Vec<TracedClause>,
    /// What it wants on the whole unless a person has to look, and how likely that is, from 0 to 1; none for a mail that no
    /// person wrote.
    pub gist: Option<(Gist, f32)>,
    /// How many seats its author has afterwards, and how likely that is; none where no number was in question.
    pub seats: Option<(u32, f32)>,
}

/// One clause on its way to the reading.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TracedClause {
    /// Its words.
    pub words: String,
    /// The names of its concepts, each with the words that carry it.
    pub concepts: Vec<String>,
    /// What it says about coming, in a line each.
    pub frames: Vec<String>,
    /// What it says, by the clause reader.
    pub says: Says,
    /// How likely that is, from 0 to 1.
    pub chance: f32,
}

impl Trace {
    /// The way of a mail: what is known of its clauses, what they say, its gist, and of what it was judged to come to the
    /// frames and the number of seats.
    pub(super) fn of(page: &Page, votes: &Votes, Told { frames, counted }: &Told) -> Self {
        let written = |tokens: &std::ops::Range<usize>| page.parsed.written(tokens).to_owned();
        let clauses = page.sights.iter().enumerate().map(|(number, sight)| {
            let vote = votes.clauses.get(number).copied().unwrap_or_default();
            TracedClause {
                words: written(&sight.clause.tokens),
                concepts: sight
                    .hits
                    .iter()
                    .map(|hit| format!("{}({})", hit.concept.name(), written(&(hit.first..hit.last + 1))))
                    .collect(),
                frames: frames.iter().filter(|frame| frame.clause == number).map(Frame::told).collect(),
                says: vote.best(),
                chance: vote.of(vote.best()),
            }
        });
        let gist = votes.gist.best_but_ask();
        let gist = Some((gist, votes.gist.but_ask(gist)));
        Self { clauses: clauses.collect(), gist, seats: counted.map(|counted| (counted.seats, counted.chance)) }
    }
}
