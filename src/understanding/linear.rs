//! A linear model: logistic regression over named features, its weights in a file that people can read.
//!
//! Used by the clause reader, which tells kinds apart, and by the verdict, which chooses among things. [`train`] makes the file
//! from labelled examples, and the tests hold the file to them. The weights are whole steps of 1/16, a letter each, so that the
//! file and the model are the same thing.

use super::packed::{self, Rows};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Weights are kept in steps of this size.
const STEP: f32 = 1.0 / 16.0;

/// A trained model that tells `K` kinds apart.
#[derive(Debug, PartialEq)]
pub(super) struct Model<const K: usize>(
    /// Packed weights.
    Cow<'static, [u8]>,
);

impl<const K: usize> Model<K> {
    /// The model of a weights file that was packed when the program was built.
    pub(super) fn packed(bytes: &'static [u8]) -> Self {
        Self(Cow::Borrowed(bytes))
    }

    /// The model of the text of a weights file, as [`weights`](packed::weights) describes it.
    pub(super) fn parse(file: &str) -> Self {
        Self(Cow::Owned(packed::weights(file)))
    }

    /// The chance of each kind for these features, together 1.
    pub(super) fn chances(&self, features: &mut Vec<u64>) -> [f32; K] {
        softmax(self.sums(features))
    }

    /// What speaks for each kind. A feature counts once, however often it is named.
    pub(super) fn sums(&self, features: &mut Vec<u64>) -> [f32; K] {
        features.sort_unstable();
        features.dedup();
        let rows = Rows::<K>::of(&self.0);
        let mut sums = [0_i32; K];
        for weights in features.iter().filter_map(|feature| rows.get(*feature)) {
            sums.iter_mut().zip(weights).for_each(|(sum, steps)| *sum += i32::from(steps.cast_signed()));
        }
        sums.map(|sum| sum as f32 * STEP)
    }
}

/// From what speaks for each kind to the chance of each, together 1.
pub(super) fn softmax<const K: usize>(mut scores: [f32; K]) -> [f32; K] {
    share_out(&mut scores);
    scores
}

/// The same in place, for any number of them.
pub(super) fn share_out(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    scores.iter_mut().for_each(|score| *score = (*score - most).exp());
    let sum: f32 = scores.iter().sum();
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// A labelled example: a choice among `K` kinds for the features of its first list, and as many more of the first kind as it
/// has further lists. Who only tells kinds apart has one list.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// The features by name.
    pub lists: Vec<Vec<String>>,
    /// What is right: a kind below `K`, or `K` and more for a further list.
    pub right: Vec<usize>,
}

impl Choice {
    /// One kind, for these features.
    pub(super) fn of_kind(features: Vec<String>, kind: usize) -> Self {
        Self { lists: vec![features], right: vec![kind] }
    }
}

/// How a model learns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lessons {
    /// How often it goes through the examples.
    pub rounds: usize,
    /// The size of its first steps.
    pub rate: f32,
    /// How strongly every weight is drawn to zero.
    pub shrink: f32,
    /// A feature that fewer examples have is left out.
    pub seen: usize,
    /// This share of an example's features is held back each time it is shown, others each time: so none leans on another
    /// (Srivastava and others 2014).
    pub dropout: f32,
    /// So often it learns from the beginning, each time in another order and with other shares held back; the weights are the
    /// average of them all (Breiman 1996).
    pub times: usize,
    /// From this round on the weights no longer wander far, and the average of them is taken (Polyak and Juditsky 1992).
    pub settled: usize,
}

/// The weights are looked at so often in a round for their average.
const LOOKS: usize = 8;

/// Learns from labelled examples; gives the text of the weights file under these `heads`.
///
/// Stochastic gradient descent with AdaGrad steps (Duchi, Hazan and Singer 2011); the same examples in the same order give
/// the same text.
pub(super) fn train<const K: usize>(examples: &[Choice], lessons: Lessons, heads: &str) -> String {
    let mut seen = BTreeMap::<&str, usize>::new();
    for name in examples.iter().flat_map(|example| &example.lists).flatten() {
        *seen.entry(name).or_default() += 1;
    }
    let names: Vec<&str> = seen.into_iter().filter(|(_, times)| *times >= lessons.seen).map(|(name, _)| name).collect();
    let place = |name: &String| names.binary_search(&name.as_str()).ok();
    let lists = |example: &Choice| example.lists.iter().map(|names| names.iter().filter_map(place).collect()).collect();
    let placed: Vec<Placed<'_>> =
        examples.iter().map(|example| Placed { lists: lists(example), right: &example.right }).collect();
    let mut average = vec![[0.0_f32; K]; names.len()];
    for time in 0..lessons.times {
        let learnt = descend::<K>(&placed, names.len(), time * lessons.rounds, lessons);
        let pairs = average.iter_mut().flatten().zip(learnt.iter().flatten());
        pairs.for_each(|(sum, weight)| *sum += weight / lessons.times as f32);
    }
    write(&names, &average, heads)
}

/// A [`Choice`] whose features are known by their places.
struct Placed<'a> {
    lists: Vec<Vec<usize>>,
    right: &'a [usize],
}

/// Learns once; `salt` makes its order and what is held back differ from those of another time.
fn descend<const K: usize>(examples: &[Placed<'_>], features: usize, salt: usize, lessons: Lessons) -> Vec<[f32; K]> {
    let (mut weights, mut squares) = (vec![[0.0; K]; features], vec![[0.0_f32; K]; features]);
    let (mut sums, mut looks) = (vec![[0.0_f32; K]; features], 0_u8);
    // What is left of an example counts for what was held back.
    let scale = 1.0 / (1.0 - lessons.dropout);
    for round in 0..lessons.rounds {
        // A stride that has no factor in common with most sizes: mails of one writer do not come in a row.
        for step in 0..examples.len() {
            let Some(example) = examples.get((step * 7919 + round + salt * 31) % examples.len()) else { continue };
            let shown = |feature: &usize| chance(round + salt, step, *feature) >= lessons.dropout;
            let lists: Vec<Vec<usize>> =
                example.lists.iter().map(|list| list.iter().copied().filter(shown).collect()).collect();
            let mut scores: Vec<f32> = Vec::with_capacity(K + lists.len());
            for (number, list) in lists.iter().enumerate() {
                let mut sum = [0.0; K];
                for weight in list.iter().filter_map(|feature| weights.get(*feature)) {
                    sum.iter_mut().zip(weight).for_each(|(sum, weight)| *sum += weight * scale);
                }
                scores.extend(sum.into_iter().take(if number == 0 { K } else { 1 }));
            }
            let errors = errors(scores, example.right);
            for (number, list) in lists.iter().enumerate() {
                let (from, kinds) = if number == 0 { (0, K) } else { (K + number - 1, 1) };
                let errors = errors.get(from..from + kinds).unwrap_or_default();
                for feature in list {
                    let (Some(weight), Some(square)) = (weights.get_mut(*feature), squares.get_mut(*feature)) else {
                        continue;
                    };
                    for ((weight, square), error) in weight.iter_mut().zip(square).zip(errors) {
                        let gradient = error * scale + lessons.shrink * *weight;
                        *square += gradient * gradient;
                        *weight -= lessons.rate * gradient / (square.sqrt() + 1e-6);
                    }
                }
            }
            if round >= lessons.settled && step % (examples.len() / LOOKS + 1) == 0 {
                looks = looks.saturating_add(1);
                let pairs = sums.iter_mut().flatten().zip(weights.iter().flatten());
                pairs.for_each(|(sum, weight)| *sum += weight);
            }
        }
    }
    sums.iter_mut().flatten().for_each(|sum| *sum /= f32::from(looks.max(1)));
    sums
}

/// What was wrong with scores of which those are right: with several, each as far as it was thought to be.
fn errors(mut scores: Vec<f32>, right: &[usize]) -> Vec<f32> {
    share_out(&mut scores);
    let chances = scores.clone();
    let of = |place: &usize| chances.get(*place).copied().unwrap_or(0.0);
    let together: f32 = right.iter().map(of).sum::<f32>().max(f32::MIN_POSITIVE);
    for place in right {
        scores.iter_mut().skip(*place).take(1).for_each(|score| *score -= of(place) / together);
    }
    scores
}

/// A number from 0 to 1 that looks random and is always the same: SplitMix64's way of mixing (Steele, Lea and Flood 2014).
pub(super) fn chance(round: usize, step: usize, feature: usize) -> f32 {
    let salt = (step as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (round as u64).wrapping_mul(0xd1b5_4a32_d192_ed03);
    let mut mixed = salt ^ (feature as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 29;
    (mixed >> 40) as f32 / (1_u64 << 24) as f32
}

fn write<const K: usize>(names: &[&str], weights: &[[f32; K]], heads: &str) -> String {
    let mut text = heads.to_owned();
    for (name, weights) in names.iter().zip(weights) {
        let letters: String = weights.iter().map(|weight| letter((weight / STEP).round() as i32)).collect();
        if letters.bytes().any(|letter| letter != b'.') {
            let _ = writeln!(text, "{name}\t{letters}");
        }
    }
    text
}

/// The letter for so many steps. The largest are cut off: there are hardly any.
fn letter(steps: i32) -> char {
    let after = |letter: u8| char::from(letter + (steps.unsigned_abs().min(26) - 1) as u8);
    match steps {
        0 => '.',
        1.. => after(b'a'),
        _ => after(b'A'),
    }
}

#[cfg(test)]
mod tests {
    use super::super::packed::hash;
    use super::*;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    const LESSONS: Lessons =
        Lessons { rounds: 20, rate: 0.1, shrink: 2e-4, seen: 1, dropout: 0.0, times: 1, settled: 15 };

    #[test]
    fn it_learns_what_it_is_shown() {
        let example = |names: &[&str], kind| Choice::of_kind(owned(names), kind);
        let examples = [
            example(&["kom"], 0),
            example(&["graag", "kom"], 0),
            example(&["helaas"], 1),
            example(&["graag", "helaas"], 1),
        ];
        let file = train::<2>(&examples, LESSONS, "# two kinds\n");
        assert_eq!(file, train::<2>(&examples, LESSONS, "# two kinds\n"));
        let model = Model::<2>::parse(&file);
        let chance = |feature: &str| model.chances(&mut vec![hash(&[feature])]);
        assert!(chance("kom")[0] > 0.8 && chance("helaas")[1] > 0.8, "{file}");
        assert_eq!(chance("nieuw"), [0.5, 0.5]);
    }

    #[test]
    fn it_learns_to_choose_among_things_and_when_none_is_right() {
        let choice = |lists: &[&[&str]], right: &[usize]| Choice {
            lists: lists.iter().map(|list| owned(list)).collect(),
            right: right.to_vec(),
        };
        // Kind 1 is "none of them".
        let examples = [
            choice(&[&["good", "of two"], &["bad", "of two"]], &[0]),
            choice(&[&["bad", "of two"], &["good", "of two"]], &[2]),
            choice(&[&["bad", "of one"]], &[1]),
            choice(&[&["good", "of one"]], &[0]),
        ];
        let model = Model::<2>::parse(&train::<2>(&examples, LESSONS, "# one of them, or none\n"));
        let sums = |names: &[&str]| model.sums(&mut names.iter().map(|name| hash(&[name])).collect());
        assert!(sums(&["good", "of two"])[0] > sums(&["bad", "of two"])[0] + 1.0);
        assert!(sums(&["bad", "of one"])[1] > sums(&["bad", "of one"])[0] + 1.0);
    }

    #[test]
    fn what_is_held_back_is_a_fair_share() {
        let held = (0..10_000).filter(|feature| chance(3, 17, *feature) < 0.4).count();
        assert!((3_800..4_200).contains(&held), "{held} of 10000");
    }

    #[test]
    fn the_parts_of_a_name_hash_as_the_name() {
        assert_eq!(hash(&["b:", "ik", " ", "kom"]), hash(&["b:ik kom"]));
    }
}
