//! A linear model: multinomial logistic regression over named features, its weights in a file that people can read.
//!
//! Used by the clause reader and the verdict. [`train`] makes the file from labelled examples, and the tests hold the file to
//! them. The weights are whole steps of 1/16, a letter each, so that the file and the model are the same thing.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Weights are kept in steps of this size.
const STEP: f32 = 1.0 / 16.0;

/// A trained model that tells `K` kinds apart.
#[derive(Debug)]
pub(super) struct Model<const K: usize> {
    /// By hash, in order.
    weights: Vec<(u64, [i8; K])>,
    /// Where in them the hashes begin whose first [`BUCKET_BITS`] bits are so and so.
    buckets: Vec<u32>,
}

/// A bucket holds less than one weight on average, so that looking one up is two looks into memory.
const BUCKET_BITS: u32 = 15;

impl<const K: usize> Model<K> {
    /// Reads a weights file: on each line a feature, a tab, and a letter for each kind, `a` for one step towards it and `z` for
    /// 26, `A` for one away from it, `.` for none. Lines with `#` say what it is.
    pub(super) fn parse(file: &str) -> Self {
        let parse = |line: &str| {
            let (feature, letters) = line.split_once('\t')?;
            let mut weights = [0; K];
            for (weight, letter) in weights.iter_mut().zip(letters.bytes()) {
                *weight = steps(letter);
            }
            Some((hash(&[feature]), weights))
        };
        let mut weights: Vec<_> = file.lines().filter(|line| !line.starts_with('#')).filter_map(parse).collect();
        weights.sort_unstable_by_key(|(hash, _)| *hash);
        weights.shrink_to_fit();
        let mut buckets = vec![0_u32; (1 << BUCKET_BITS) + 1];
        for (hash, _) in &weights {
            buckets.iter_mut().skip(bucket(*hash) + 1).take(1).for_each(|size| *size += 1);
        }
        let mut start = 0;
        for size in &mut buckets {
            start += *size;
            *size = start;
        }
        Self { weights, buckets }
    }

    fn weight(&self, feature: u64) -> Option<&[i8; K]> {
        let at = bucket(feature);
        let (start, end) = (*self.buckets.get(at)? as usize, *self.buckets.get(at + 1)? as usize);
        self.weights.get(start..end)?.iter().find(|(hash, _)| *hash == feature).map(|(_, weights)| weights)
    }

    /// The chance of each kind for these features, together 1. A feature counts once, however often it is named.
    pub(super) fn chances(&self, features: &mut Vec<u64>) -> [f32; K] {
        features.sort_unstable();
        features.dedup();
        let mut sums = [0_i32; K];
        for feature in features {
            if let Some(weights) = self.weight(*feature) {
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight));
            }
        }
        softmax(sums.map(|sum| sum as f32 * STEP))
    }
}

fn bucket(hash: u64) -> usize {
    (hash >> (u64::BITS - BUCKET_BITS)) as usize
}

/// FNV-1a (RFC 9923) of the parts of a name put together: fast on short texts, and the same on every machine.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

fn softmax<const K: usize>(mut scores: [f32; K]) -> [f32; K] {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    scores.iter_mut().for_each(|score| *score = (*score - most).exp());
    let sum: f32 = scores.iter().sum();
    scores.map(|score| score / sum)
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
}

/// Learns from labelled examples, each its features and its kind; gives the text of the weights file under these `heads`.
///
/// Stochastic gradient descent with AdaGrad steps (Duchi, Hazan and Singer 2011); the same examples in the same order give
/// the same text.
pub(super) fn train<const K: usize>(examples: &[(Vec<String>, usize)], lessons: Lessons, heads: &str) -> String {
    let mut seen = BTreeMap::<&str, usize>::new();
    for name in examples.iter().flat_map(|(names, _)| names) {
        *seen.entry(name).or_default() += 1;
    }
    let names: Vec<&str> = seen.into_iter().filter(|(_, times)| *times >= lessons.seen).map(|(name, _)| name).collect();
    let place = |name: &String| names.binary_search(&name.as_str()).ok();
    let placed: Vec<(Vec<usize>, usize)> =
        examples.iter().map(|(names, kind)| (names.iter().filter_map(place).collect(), *kind)).collect();
    write(&names, &descend::<K>(&placed, names.len(), lessons), heads)
}

fn descend<const K: usize>(examples: &[(Vec<usize>, usize)], features: usize, lessons: Lessons) -> Vec<[f32; K]> {
    let (mut weights, mut squares) = (vec![[0.0; K]; features], vec![[0.0_f32; K]; features]);
    for round in 0..lessons.rounds {
        // A stride that has no factor in common with most sizes: mails of one writer do not come in a row.
        for step in 0..examples.len() {
            let Some((present, kind)) = examples.get((step * 7919 + round) % examples.len()) else { continue };
            let mut sum = [0.0; K];
            for weight in present.iter().filter_map(|feature| weights.get(*feature)) {
                sum.iter_mut().zip(weight).for_each(|(sum, weight)| *sum += weight);
            }
            let mut errors = softmax(sum);
            errors.iter_mut().skip(*kind).take(1).for_each(|error| *error -= 1.0);
            for feature in present {
                let (Some(weight), Some(square)) = (weights.get_mut(*feature), squares.get_mut(*feature)) else {
                    continue;
                };
                for ((weight, square), error) in weight.iter_mut().zip(square).zip(&errors) {
                    let gradient = error + lessons.shrink * *weight;
                    *square += gradient * gradient;
                    *weight -= lessons.rate * gradient / (square.sqrt() + 1e-6);
                }
            }
        }
    }
    weights
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

fn steps(letter: u8) -> i8 {
    match letter {
        b'a'..=b'z' => (letter - b'a' + 1) as i8,
        b'A'..=b'Z' => -((letter - b'A' + 1) as i8),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSONS: Lessons = Lessons { rounds: 20, rate: 0.1, shrink: 2e-4, seen: 1 };

    #[test]
    fn it_learns_what_it_is_shown() {
        let example = |names: &[&str], kind| (names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), kind);
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
    fn the_parts_of_a_name_hash_as_the_name() {
        assert_eq!(hash(&["b:", "ik", " ", "kom"]), hash(&["b:ik kom"]));
    }
}
