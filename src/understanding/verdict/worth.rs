//! Worth: how likely each outcome of a mail is right, and what it is worth to go by it: the good and the harm that it may do.
//!
//! Called by `verdict` once a mail.

use super::super::clause_reader::Votes;
use super::super::intent::Case;
use super::super::linear;
use super::super::packed::hash;
use super::super::{Disposition, Situation};
use super::consequence::{Consequence, Otherwise, between};
use super::{KINDS, Outcome, VerdictReader, features, place};

/// So many times worse than a right act is good is one that does harm.
const HARM: f32 = 3.5;
/// The same for a wish that is left to lie.
const MISS: f32 = 2.5;
/// The same for a right act on the wrong number of people.
const SIZE: f32 = 0.5;

/// How likely each outcome of a mail is right, and each way in which none is; together 1.
#[derive(Debug)]
pub(super) struct Likely {
    outcomes: Vec<f32>,
    otherwise: [f32; KINDS - 1],
}

impl Likely {
    pub(super) fn of(reader: &VerdictReader, case: &Case<'_>, votes: &Votes, outcomes: &[Outcome]) -> Self {
        let mut names = Vec::new();
        let mut scores: Vec<f32> = Vec::with_capacity(KINDS + outcomes.len());
        for outcome in outcomes {
            names.clear();
            features::each(case, votes, outcomes.len(), outcome, |parts| names.push(hash(parts)));
            let sums = reader.model.sums(&mut names);
            scores.extend(sums.into_iter().take(if scores.is_empty() { KINDS } else { 1 }));
        }
        linear::share_out(&mut scores);
        let likely = |place: usize| scores.get(place).copied().unwrap_or(0.0);
        Self {
            outcomes: (0..outcomes.len()).map(|outcome| likely(place(outcome))).collect(),
            otherwise: std::array::from_fn(|otherwise| likely(1 + otherwise)),
        }
    }

    /// What it is worth to go by an outcome: the good and the harm that it may do, each by how likely it is.
    pub(super) fn worth(&self, done: &Outcome, outcomes: &[Outcome], situation: &Situation) -> f32 {
        let value = |consequence| match consequence {
            Consequence::Right => 1.0,
            Consequence::Harmful => -HARM,
            Consequence::Missed => -MISS,
            Consequence::WrongSize => -SIZE,
            Consequence::Bother => 0.0,
        };
        let wanted = outcomes.iter().zip(&self.outcomes);
        let known: f32 =
            wanted.map(|(wanted, likely)| likely * value(between(&done.judgement, &wanted.judgement, situation))).sum();
        let otherwise = |otherwise| match (done.disposition(), otherwise) {
            (Disposition::Ask, Otherwise::Look) | (Disposition::Ignore, Otherwise::Nothing) => 1.0,
            (Disposition::Ask, _) => 0.0,
            (Disposition::Ignore, _) => -MISS,
            // Half of what is not thought of is the same for another number of people.
            (Disposition::Act, Otherwise::Other) => -(HARM + SIZE) / 2.0,
            (Disposition::Act, _) => -HARM,
        };
        let unknown = Otherwise::ALL.into_iter().zip(self.otherwise);
        known + unknown.map(|(wanted, likely)| likely * otherwise(wanted)).sum::<f32>()
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::situation;
    use super::*;

    #[test]
    fn harm_outweighs_help() {
        let worth = |done: Disposition, otherwise: [f32; 3]| {
            let outcomes = [Outcome::coming_to(done)];
            let likely = Likely { outcomes: vec![1.0 - otherwise.iter().sum::<f32>()], otherwise };
            likely.worth(&outcomes[0], &outcomes, &situation())
        };
        assert!(worth(Disposition::Act, [0.2, 0.0, 0.0]) > 0.0);
        assert!(worth(Disposition::Act, [0.3, 0.0, 0.0]) < 0.0);
        assert!(worth(Disposition::Ignore, [0.2, 0.2, 0.0]) < 0.0);
        assert!(worth(Disposition::Ask, [0.1, 0.8, 0.0]) > 0.0);
    }

    #[test]
    fn an_outcome_that_shuts_others_out_takes_their_chance_into_account() {
        let outcomes = [Disposition::Act, Disposition::Ignore].map(Outcome::coming_to);
        let likely = Likely { outcomes: vec![0.8, 0.2], otherwise: [0.0; 3] };
        let worth = |at: usize| likely.worth(&outcomes[at], &outcomes, &situation());
        assert!((worth(0) - (0.8 - 0.2 * HARM)).abs() < 1e-6);
        assert!((worth(1) - (0.2 - 0.8 * MISS)).abs() < 1e-6);
    }
}
