//! How the network learns: from labelled mails to the bytes of its weights.
//!
//! Gradient descent with Adam steps (Kingma and Ba 2015), taken only where a batch has something to say. Features and parts of
//! the hidden layers are held back at random, others each time, so that none leans on another (Srivastava and others 2014).
//! The same mails in the same order give the same bytes.

#[cfg(test)]
mod tests;

use super::super::linear::{chance, softmax};
use super::{
    AROUND, Clause, Hidden, Known, Layer, Layers, PACKED, Pass, ROW_BITS, SHARE, TOGETHER, WIDTH, added, rectified,
    rows,
};

/// How a network learns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lessons {
    /// How often it goes through the mails.
    pub rounds: usize,
    /// The size of its steps when it is warm; from there they shrink to nothing.
    pub rate: f32,
    /// After so many steps it is warm.
    pub warm: usize,
    /// Features that fewer clauses have are left out.
    pub seen: usize,
    /// It takes a step after so many mails.
    pub batch: usize,
    /// This share of a clause's features is held back each time it is shown.
    pub features_held: f32,
    /// And this share of each hidden layer.
    pub hidden_held: f32,
    /// So much counts what was wrong with a mail beside what was wrong with a clause.
    pub whole: f32,
}

/// A clause of a labelled mail, and its kind where it has one.
pub(crate) type Taught<'a> = (&'a Clause, Option<usize>);

/// A labelled mail.
pub(crate) struct Mail<'a> {
    pub clauses: Vec<Taught<'a>>,
    /// The kind of the whole mail, where it has one.
    pub kind: Option<usize>,
}

/// A labelled mail whose features are known by their rows.
struct Placed {
    /// The rows of each clause.
    rows: Vec<Vec<u16>>,
    /// Which clauses those around them look at.
    seen: Vec<bool>,
    /// The kinds of the clauses that have one.
    kinds: Vec<Option<usize>>,
    /// The kind of the mail.
    kind: Option<usize>,
}

impl Placed {
    /// In the network of this number.
    fn of(mail: &Mail<'_>, known: &Known, number: usize) -> Self {
        Self {
            rows: mail.clauses.iter().map(|(clause, _)| rows(clause.known(known), number)).collect(),
            seen: mail.clauses.iter().map(|(clause, _)| clause.seen).collect(),
            kinds: mail.clauses.iter().map(|(_, kind)| *kind).collect(),
            kind: mail.kind,
        }
    }
}

/// The largest that a whole number of steps may be.
const MOST_STEPS: f32 = 127.0;
/// The same in half a byte.
const MOST_STEPS_OF_HALF: f32 = 7.0;
/// The size of such a step, beside how large a weight usually is: few are so large that they are cut, and the others lose as
/// little as they can.
const HALF_STEP: f32 = 0.42;
/// How much of the past the means of gradients and of their squares remember.
const REMEMBERED: (f32, f32) = (0.9, 0.99);
/// Gradients that are longer together are cut to this length.
const LONGEST: f32 = 1.0;

/// Learns from labelled mails; gives the bytes that [`Networks::of`](super::Networks::of) reads.
pub(crate) fn learn<const K: usize, const G: usize>(mails: &[Mail<'_>], lessons: Lessons) -> Vec<u8> {
    let clauses = mails.iter().flat_map(|mail| &mail.clauses);
    let known = Known::of(clauses.map(|(clause, _)| clause.features.as_slice()), lessons.seen);
    let mut bytes = known.bytes().to_vec();
    for number in 0..TOGETHER {
        let mails: Vec<Placed> = mails.iter().map(|mail| Placed::of(mail, &known, number)).collect();
        bytes.extend(learnt_by::<K, G>(number, &mails, lessons).bytes());
    }
    bytes
}

/// The network of this number, when it has learnt.
fn learnt_by<const K: usize, const G: usize>(number: usize, mails: &[Placed], lessons: Lessons) -> Student<K, G> {
    let mut student = Student::<K, G>::new(number);
    let steps = lessons.rounds * mails.len().div_ceil(lessons.batch);
    let mut taken = 0;
    // No two networks have a round in common, and so no chance.
    for round in (0..lessons.rounds).map(|round| number * lessons.rounds + round) {
        let mut order: Vec<usize> = (0..mails.len()).collect();
        order.sort_by(|one, other| chance(round, 0, *one).total_cmp(&chance(round, 0, *other)));
        for batch in order.chunks(lessons.batch) {
            taken += 1_i32;
            let shown = batch.iter().filter_map(|number| Some((*number, mails.get(*number)?)));
            let labelled = shown.clone().flat_map(|(_, mail)| &mail.kinds).flatten().count().max(1);
            let shares = Shares { clause: 1.0 / labelled as f32, mail: lessons.whole / batch.len() as f32 };
            for (number, mail) in shown {
                student.read(mail, shares, lessons, &mut Held { round, number: number + 1, drawn: 0 });
            }
            let warmth = (taken as f32 / lessons.warm as f32).min(1.0);
            student.step(lessons.rate * warmth * (1.0 - taken as f32 / steps as f32), taken);
        }
    }
    student
}

/// How much what is wrong with one clause counts in a batch, and what is wrong with one mail.
#[derive(Clone, Copy)]
struct Shares {
    clause: f32,
    mail: f32,
}

/// Draws what is held back of a mail in a round.
struct Held {
    round: usize,
    number: usize,
    drawn: usize,
}

impl Held {
    fn holds(&mut self, share: f32) -> bool {
        self.drawn += 1;
        chance(self.round, self.number, self.drawn) < share
    }
}

/// A network that is learning.
struct Student<const K: usize, const G: usize> {
    /// The rows of features, and last what is added to every sum of them.
    rows: Layer<WIDTH>,
    layers: Layers<K, G>,
    on_rows: Gradient<WIDTH>,
    on_own: Gradient<WIDTH>,
    on_around: Gradient<WIDTH>,
    on_output: Gradient<K>,
    on_whole: Gradient<G>,
}

impl<const K: usize, const G: usize> Student<K, G> {
    /// The network of this number, before it has learnt anything.
    fn new(number: usize) -> Self {
        let (rows, own, around) = (1 << ROW_BITS, WIDTH, AROUND);
        let layer = |layer: usize| 5 * number + layer;
        // He and others (2015): sums that are neither drowned nor blown up on their way.
        let size = |inputs: usize| (6.0 / inputs as f32).sqrt();
        Self {
            rows: random(layer(0), rows, 0.17),
            layers: Layers {
                own: random(layer(1), own, size(own)),
                around: random(layer(2), around, size(around)),
                output: random(layer(3), own, 0.1),
                whole: random(layer(4), own, 0.1),
            },
            on_rows: Gradient::new(rows),
            on_own: Gradient::new(own),
            on_around: Gradient::new(around),
            on_output: Gradient::new(own),
            on_whole: Gradient::new(own),
        }
    }

    /// Reads a mail and adds to the gradients what was wrong with it, weighed by `shares`.
    fn read(&mut self, mail: &Placed, shares: Shares, lessons: Lessons, held: &mut Held) {
        let scale = SHARE / (1.0 - lessons.features_held);
        let mut shown: Vec<Vec<(usize, f32)>> = Vec::with_capacity(mail.rows.len());
        for rows in &mail.rows {
            let rows = rows.iter().map(|row| (usize::from(*row), scale));
            shown.push(rows.filter(|_| !held.holds(lessons.features_held)).collect());
        }
        let bags = shown
            .iter()
            .map(|rows| self.rows.weighed(self.rows.nothing(), rows.iter().copied()).map(rectified))
            .collect();
        let left = 1.0 / (1.0 - lessons.hidden_held);
        let pass = Pass::new(&self.layers, bags, &mail.seen, |hidden: &mut Hidden| {
            for part in hidden.iter_mut().filter(|part| **part != 0.0) {
                *part = if held.holds(lessons.hidden_held) { 0.0 } else { *part * left };
            }
        });
        // Backwards, from what was wrong with the chances to every weight that led to it.
        let mut wrong_both = vec![[0.0; WIDTH]; mail.rows.len()];
        if let Some(whole) = mail.kind {
            let wrong_whole = wrong(pass.whole, whole, shares.mail);
            let wrong_most: Hidden = self.on_whole.back(&self.layers.whole, &pass.most, &wrong_whole);
            back_to_largest(&wrong_most, &pass.both, &mail.seen, &mut wrong_both);
        }
        let mut wrong_own = vec![[0.0; WIDTH]; mail.rows.len()];
        let mut wrong_most = [0.0; WIDTH];
        let clauses = mail.kinds.iter().zip(&pass.sums).zip(pass.both.iter().zip(&pass.among).zip(&pass.around));
        for (number, (((kind, sums), ((both, among), around)), wrong_both)) in clauses.zip(wrong_both).enumerate() {
            let wrong_output = kind.map(|kind| wrong(*sums, kind, shares.clause));
            let wrong_output = wrong_output.map(|wrong| self.on_output.back(&self.layers.output, both, &wrong));
            let wrong_both = wrong_output.map_or(wrong_both, |wrong| added(&wrong, &wrong_both));
            let wrong_among = through(among, &wrong_both, left);
            let wrong_around: [f32; AROUND] = self.on_around.back(&self.layers.around, around, &wrong_among);
            let mut add = |place: Option<usize>, wrong: &[f32]| {
                let own = place.and_then(|place| wrong_own.get_mut(place));
                own.into_iter().flatten().zip(wrong).for_each(|(own, wrong)| *own += wrong);
            };
            add(Some(number), &wrong_both);
            let places = [Some(number), number.checked_sub(1), Some(number + 1)];
            let (sides, most) = wrong_around.split_at(AROUND - WIDTH);
            sides.chunks(WIDTH).zip(places).for_each(|(side, place)| add(place, side));
            wrong_most.iter_mut().zip(most).for_each(|(sum, wrong)| *sum += wrong);
        }
        back_to_largest(&wrong_most, &pass.own, &mail.seen, &mut wrong_own);
        for (((rows, bag), own), wrong) in shown.iter().zip(&pass.bags).zip(&pass.own).zip(&wrong_own) {
            let wrong_bag: Hidden = self.on_own.back(&self.layers.own, bag, &through(own, wrong, left));
            self.on_rows.add(rows.iter().copied(), &through(bag, &wrong_bag, 1.0));
        }
    }

    /// Takes a step of this size, the so many-th, against all that was wrong since the last one.
    fn step(&mut self, rate: f32, taken: i32) {
        let squares = self.on_rows.square() + self.on_own.square() + self.on_around.square() + self.on_output.square();
        let squares = squares + self.on_whole.square();
        let cut = (LONGEST / squares.sqrt()).min(1.0);
        self.on_rows.step(&mut self.rows, rate, taken, cut);
        self.on_own.step(&mut self.layers.own, rate, taken, cut);
        self.on_around.step(&mut self.layers.around, rate, taken, cut);
        self.on_output.step(&mut self.layers.output, rate, taken, cut);
        self.on_whole.step(&mut self.layers.whole, rate, taken, cut);
    }

    fn bytes(&self) -> Vec<u8> {
        let (rows, bias) = self.rows.0.split_at(self.rows.0.len() - 1);
        let Layers { own, around, output, whole } = &self.layers;
        let layers = [steps(&own.0), steps(&around.0), steps(&output.0), steps(&whole.0)];
        [half_steps(rows), steps(bias)].into_iter().chain(layers).flatten().collect()
    }
}

/// How far the chances by these sums are from the kind that is right, weighed by this share.
fn wrong<const K: usize>(sums: [f32; K], right: usize, share: f32) -> [f32; K] {
    let mut wrong = softmax(sums);
    wrong.iter_mut().skip(right).take(1).for_each(|wrong| *wrong -= 1.0);
    wrong.map(|wrong| wrong * share)
}

/// What was wrong with the most of all clauses goes back to the one that had it, in each part.
fn back_to_largest(wrong: &Hidden, clauses: &[Hidden], seen: &[bool], back: &mut [Hidden]) {
    for (part, wrong) in wrong.iter().enumerate() {
        let of = |number: usize| clauses.get(number).and_then(|clause| clause.get(part)).copied().unwrap_or(0.0);
        let looked_at = (0..clauses.len()).filter(|number| seen.get(*number) == Some(&true));
        let largest = looked_at.max_by(|one, other| of(*one).total_cmp(&of(*other)));
        let place = largest.and_then(|number| back.get_mut(number)).and_then(|clause| clause.get_mut(part));
        place.into_iter().for_each(|place| *place += wrong);
    }
}

/// What goes back through a hidden layer. Where it was zero nothing came through, and nothing goes back.
fn through(hidden: &Hidden, wrong: &Hidden, times: f32) -> Hidden {
    let mut back = [0.0; WIDTH];
    let parts = back.iter_mut().zip(hidden).zip(wrong).filter(|((_, hidden), _)| **hidden != 0.0);
    parts.for_each(|((back, _), wrong)| *back = wrong * times);
    back
}

/// The layer of this number, of so many inputs, with weights of at most this size, half of them below zero.
fn random<const O: usize>(number: usize, inputs: usize, size: f32) -> Layer<O> {
    let weight = |input: usize, output: usize| (2.0 * chance(number, input, output) - 1.0) * size;
    let mut rows: Vec<[f32; O]> =
        (0..inputs).map(|input| std::array::from_fn(|output| weight(input, output))).collect();
    rows.push([0.0; O]);
    Layer(rows)
}

/// The size of a step, in four bytes, the least first; then each weight as whole steps, a byte each.
fn steps<const O: usize>(rows: &[[f32; O]]) -> Vec<u8> {
    let largest = rows.iter().flatten().fold(0.0_f32, |largest, weight| largest.max(weight.abs()));
    let step = (largest / MOST_STEPS).max(f32::MIN_POSITIVE);
    let bytes = rows.iter().flatten().map(|weight| ((weight / step).round() as i8).cast_unsigned());
    step.to_le_bytes().into_iter().chain(bytes).collect()
}

/// The same in half a byte each: those of the first half of a row in the lower halves of the bytes.
fn half_steps(rows: &[Hidden]) -> Vec<u8> {
    let usual = (rows.iter().flatten().map(|weight| weight * weight).sum::<f32>() / (rows.len() * WIDTH) as f32).sqrt();
    let step = (usual * HALF_STEP).max(f32::MIN_POSITIVE);
    let half = |weight: &f32| {
        let steps = (weight / step).round().clamp(-MOST_STEPS_OF_HALF, MOST_STEPS_OF_HALF) as i8;
        steps.cast_unsigned() & 0b1111
    };
    let packed = |row: &Hidden| {
        let (low, high) = row.split_at(PACKED);
        low.iter().zip(high).map(|(low, high)| half(low) | half(high) << 4).collect::<Vec<u8>>()
    };
    step.to_le_bytes().into_iter().chain(rows.iter().flat_map(packed)).collect()
}

/// What was wrong with a layer's weights since the last step, and what is remembered of all steps before.
struct Gradient<const O: usize> {
    wrong: Vec<[f32; O]>,
    means: Vec<[f32; O]>,
    squares: Vec<[f32; O]>,
    /// The rows that something was wrong with, and for each row whether it is one of them.
    touched: Vec<usize>,
    is_touched: Vec<bool>,
}

impl<const O: usize> Gradient<O> {
    fn new(inputs: usize) -> Self {
        let zero = || vec![[0.0; O]; inputs + 1];
        let is_touched = vec![false; inputs + 1];
        Self { wrong: zero(), means: zero(), squares: zero(), touched: Vec::new(), is_touched }
    }

    /// Adds what was wrong with the outputs to the weights of each input that had a part in them.
    fn add(&mut self, inputs: impl Iterator<Item = (usize, f32)>, wrong: &[f32; O]) {
        let bias = self.wrong.len() - 1;
        for (row, input) in inputs.chain([(bias, 1.0)]) {
            let (Some(sums), Some(is_touched)) = (self.wrong.get_mut(row), self.is_touched.get_mut(row)) else {
                continue;
            };
            if !std::mem::replace(is_touched, true) {
                self.touched.push(row);
            }
            sums.iter_mut().zip(wrong).for_each(|(sum, wrong)| *sum += input * wrong);
        }
    }

    /// The same, and gives what was wrong with each input.
    fn back<const I: usize>(&mut self, layer: &Layer<O>, inputs: &[f32; I], wrong: &[f32; O]) -> [f32; I] {
        self.add(inputs.iter().copied().enumerate().filter(|(_, input)| *input != 0.0), wrong);
        let mut back = [0.0; I];
        for ((back, weights), _) in back.iter_mut().zip(&layer.0).zip(inputs).filter(|(_, input)| **input != 0.0) {
            *back = weights.iter().zip(wrong).map(|(weight, wrong)| weight * wrong).sum();
        }
        back
    }

    fn square(&self) -> f32 {
        let rows = self.touched.iter().filter_map(|row| self.wrong.get(*row));
        rows.flatten().map(|wrong| wrong * wrong).sum()
    }

    fn step(&mut self, layer: &mut Layer<O>, rate: f32, taken: i32, cut: f32) {
        let fresh = |remembered: f32| 1.0 - remembered.powi(taken);
        let (known_mean, known_square) = (fresh(REMEMBERED.0), fresh(REMEMBERED.1));
        for row in self.touched.drain(..) {
            let (Some(weights), Some(wrong), Some(means), Some(squares), Some(is_touched)) = (
                layer.0.get_mut(row),
                self.wrong.get_mut(row),
                self.means.get_mut(row),
                self.squares.get_mut(row),
                self.is_touched.get_mut(row),
            ) else {
                continue;
            };
            *is_touched = false;
            for (((weight, wrong), mean), square) in weights.iter_mut().zip(wrong).zip(means).zip(squares) {
                let now = std::mem::take(wrong) * cut;
                *mean = REMEMBERED.0 * *mean + (1.0 - REMEMBERED.0) * now;
                *square = REMEMBERED.1 * *square + (1.0 - REMEMBERED.1) * now * now;
                *weight -= rate * (*mean / known_mean) / ((*square / known_square).sqrt() + 1e-8);
            }
        }
    }
}
