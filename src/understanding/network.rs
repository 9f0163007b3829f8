//! Two small neural networks: the chance of each kind for every clause of a mail, by its own features and by its neighbours,
//! and what kind of mail it is on the whole.
//!
//! The linear model (`linear`) adds up what each feature says by itself; the hidden layers learn what features mean together,
//! and what a clause means beside those around it. They err in different ways, so the clause reader asks both. Features that
//! are known are hashed into rows without keeping their names (Weinberger and others 2009): what two share, the layers tell
//! apart, and the other network, which begins by other chances and hashes otherwise. What is not known says nothing.

mod known;
mod lanes;
mod learn;

use known::Known;
pub(super) use learn::{Lessons, Mail, learn};
use std::borrow::Cow;

/// So many bits of a feature's hash say which row is its own.
const ROW_BITS: u32 = 14;
/// So many networks learn the same, each by itself: they err in different ways, and together less.
const TOGETHER: usize = 2;
/// The numbers of a row, and of each hidden layer.
const WIDTH: usize = 96;
/// The bytes of a row: two numbers in each.
const PACKED: usize = WIDTH / 2;
/// What a clause and its surroundings are told by: itself, the one before, the one after, the most of all.
const AROUND: usize = 4 * WIDTH;
/// Rows are added up in parts of this size, so that a long clause does not drown what it says.
const SHARE: f32 = 1.0 / 6.0;

type Hidden = [f32; WIDTH];

/// A clause as the network sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    /// The hashes of its features, each once.
    features: Vec<u64>,
    /// Do those around it look at it? Not at a greeting that closes a mail.
    seen: bool,
}

impl Clause {
    /// Of the hashes of its features.
    pub(super) fn new(mut features: Vec<u64>, seen: bool) -> Self {
        features.sort_unstable();
        features.dedup();
        Self { features, seen }
    }

    /// Those of its features that are known.
    fn known<'a>(&'a self, known: &'a Known) -> impl Iterator<Item = u64> + 'a {
        self.features.iter().copied().filter(|hash| known.holds(*hash))
    }
}

/// The rows of features in the network of this number, each once.
fn rows(features: impl Iterator<Item = u64>, number: usize) -> Vec<u16> {
    // Odd numbers whose bits are well mixed spread what is multiplied by them (Knuth's way), each otherwise.
    const SPREADS: [u64; TOGETHER] = [0x9e37_79b9_7f4a_7c15, 0xd1b5_4a32_d192_ed03];
    let spread = SPREADS.get(number).copied().unwrap_or(1);
    let row = |hash: u64| (hash.wrapping_mul(spread) >> (u64::BITS - ROW_BITS)) as u16;
    let mut rows: Vec<u16> = features.map(row).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Trained networks that tell `K` kinds of clauses apart, and `G` kinds of mails.
#[derive(Debug, PartialEq)]
pub(super) struct Networks<const K: usize, const G: usize> {
    /// The features that they learnt something of.
    known: Known,
    each: [Network<K, G>; TOGETHER],
}

/// One of them.
#[derive(Debug, PartialEq)]
struct Network<const K: usize, const G: usize> {
    /// The rows of features, in whole steps, two in a byte.
    rows: Cow<'static, [u8]>,
    /// The size of such a step.
    step: f32,
    /// Added to every sum of rows.
    bias: Hidden,
    layers: Layers<K, G>,
}

/// The layers above the rows.
#[derive(Clone, Debug, PartialEq)]
struct Layers<const K: usize, const G: usize> {
    own: Layer<WIDTH>,
    around: Layer<WIDTH>,
    output: Layer<K>,
    whole: Layer<G>,
}

/// One layer: the weights from each of its inputs to its `O` outputs, and last what is added to them.
#[derive(Clone, Debug, PartialEq)]
struct Layer<const O: usize>(Vec<[f32; O]>);

impl<const O: usize> Layer<O> {
    fn of(&self, inputs: &[f32]) -> [f32; O] {
        self.and(self.nothing(), 0, inputs)
    }

    /// Of inputs that are all zero.
    fn nothing(&self) -> [f32; O] {
        self.0.last().copied().unwrap_or([0.0; O])
    }

    /// Adds to `sums` what comes of the inputs from this place on.
    fn and(&self, sums: [f32; O], from: usize, inputs: &[f32]) -> [f32; O] {
        self.weighed(sums, (from..).zip(inputs.iter().copied()).filter(|(_, input)| *input != 0.0))
    }

    /// Adds to `sums` what comes of the inputs at these places.
    fn weighed(&self, mut sums: [f32; O], inputs: impl Iterator<Item = (usize, f32)>) -> [f32; O] {
        for (place, input) in inputs {
            let Some(weights) = self.0.get(place) else { continue };
            lanes::add(&mut sums, weights, input);
        }
        sums
    }
}

impl<const K: usize, const G: usize> Networks<K, G> {
    /// The networks of such bytes as [`learn`] gives: what they know, then of each the rows and the layers, as the size of a
    /// step and then whole steps, two in a byte or one. What is missing counts for nothing.
    pub(super) fn of(bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        let bytes = Bytes(bytes.into());
        let mut at = Known::BYTES;
        let each = std::array::from_fn(|_| Network::of(&bytes, &mut at));
        Self { known: Known::from(bytes.cut(0..Known::BYTES)), each }
    }

    /// Are all their rows and layers there?
    #[cfg(test)]
    pub(super) fn is_whole(&self) -> bool {
        self.known.is_whole() && self.each.iter().all(Network::is_whole)
    }

    /// The chances of each kind, together 1: for each clause of a mail, and for the mail. What the networks take for likely is
    /// averaged in the sense that multiplies.
    pub(super) fn chances(&self, mail: &[Clause]) -> (Vec<[f32; K]>, [f32; G]) {
        let known: Vec<Vec<u64>> = mail.iter().map(|clause| clause.known(&self.known).collect()).collect();
        let seen: Vec<bool> = mail.iter().map(|clause| clause.seen).collect();
        let (mut clauses, mut whole) = (vec![[0.0; K]; mail.len()], [0.0; G]);
        let share = 1.0 / TOGETHER as f32;
        for (number, network) in self.each.iter().enumerate() {
            let rows = known.iter().map(|features| rows(features.iter().copied(), number));
            let pass = network.pass(rows, &seen);
            clauses.iter_mut().zip(&pass.sums).for_each(|(sums, more)| lanes::add(sums, more, share));
            lanes::add(&mut whole, &pass.whole, share);
        }
        (clauses.into_iter().map(super::linear::softmax).collect(), super::linear::softmax(whole))
    }
}

impl<const K: usize, const G: usize> Network<K, G> {
    fn of(bytes: &Bytes, at: &mut usize) -> Self {
        let (rows, step) = part(&bytes.0, at, (1 << ROW_BITS) * PACKED);
        let bias = layer(&bytes.0, at, 0).0.first().copied().unwrap_or([0.0; WIDTH]);
        let layers = Layers {
            own: layer(&bytes.0, at, WIDTH),
            around: layer(&bytes.0, at, AROUND),
            output: layer(&bytes.0, at, WIDTH),
            whole: layer(&bytes.0, at, WIDTH),
        };
        Self { rows: bytes.cut(rows), step, bias, layers }
    }

    #[cfg(test)]
    fn is_whole(&self) -> bool {
        let Layers { own, around, output, whole } = &self.layers;
        let layers = [own.0.len(), around.0.len(), output.0.len(), whole.0.len()];
        self.rows.len() == (1 << ROW_BITS) * PACKED && layers == [WIDTH + 1, AROUND + 1, WIDTH + 1, WIDTH + 1]
    }

    /// What the clauses of a mail come to, each by the rows of its features.
    fn pass(&self, clauses: impl Iterator<Item = Vec<u16>>, seen: &[bool]) -> Pass<K, G> {
        let (rows, _) = self.rows.as_chunks::<PACKED>();
        let bag = |features: Vec<u16>| {
            let sums = lanes::sums_of_steps(features.into_iter().filter_map(|row| rows.get(usize::from(row))));
            let mut bag = self.bias;
            bag.iter_mut().zip(sums).for_each(|(bag, sum)| *bag = rectified(*bag + sum as f32 * self.step * SHARE));
            bag
        };
        Pass::new(&self.layers, clauses.map(bag).collect(), seen, |_| ())
    }
}

/// Weights as bytes, built in or learnt just now.
struct Bytes(Cow<'static, [u8]>);

impl Bytes {
    /// A part of them, left where it is if it is built in.
    fn cut(&self, range: std::ops::Range<usize>) -> Cow<'static, [u8]> {
        match &self.0 {
            Cow::Borrowed(bytes) => Cow::Borrowed(bytes.get(range).unwrap_or_default()),
            Cow::Owned(bytes) => Cow::Owned(bytes.get(range).unwrap_or_default().to_vec()),
        }
    }
}

/// Where the next part of so many weights lies, and the size of its steps.
fn part(bytes: &[u8], at: &mut usize, weights: usize) -> (std::ops::Range<usize>, f32) {
    let step = bytes.get(*at..).and_then(|rest| rest.first_chunk()).map_or(0.0, |step| f32::from_le_bytes(*step));
    let start = *at + size_of::<f32>();
    *at = start + weights;
    (start..*at, step)
}

fn layer<const O: usize>(bytes: &[u8], at: &mut usize, inputs: usize) -> Layer<O> {
    let (range, step) = part(bytes, at, (inputs + 1) * O);
    let (weights, _) = bytes.get(range).unwrap_or_default().as_chunks::<O>();
    Layer(weights.iter().map(|steps| steps.map(|steps| f32::from(steps.cast_signed()) * step)).collect())
}

/// What the clauses of a mail come to, layer by layer.
struct Pass<const K: usize, const G: usize> {
    /// Each clause by its features.
    bags: Vec<Hidden>,
    /// Each clause by itself.
    own: Vec<Hidden>,
    /// Each clause and its surroundings.
    around: Vec<[f32; AROUND]>,
    /// What it means among them.
    among: Vec<Hidden>,
    /// The sum of these two.
    both: Vec<Hidden>,
    /// What speaks for each kind.
    sums: Vec<[f32; K]>,
    /// The most of all clauses that are looked at, in each part of [`both`](Self::both).
    most: Hidden,
    /// What speaks for each kind of mail.
    whole: [f32; G],
}

impl<const K: usize, const G: usize> Pass<K, G> {
    /// Through the layers. `hold_back` may put parts of a hidden layer to zero, which is how the network learns.
    fn new(layers: &Layers<K, G>, bags: Vec<Hidden>, seen: &[bool], mut hold_back: impl FnMut(&mut Hidden)) -> Self {
        let mut hidden = |sums: Hidden| {
            let mut outputs = sums.map(rectified);
            hold_back(&mut outputs);
            outputs
        };
        let own: Vec<Hidden> = bags.iter().map(|bag| hidden(layers.own.of(bag))).collect();
        let most = most_of(&own, seen);
        let nothing = [0.0; WIDTH];
        let around: Vec<[f32; AROUND]> = (0..own.len())
            .map(|number| {
                let at = |number: Option<usize>| number.and_then(|number| own.get(number)).unwrap_or(&nothing);
                let sides = [at(Some(number)), at(number.checked_sub(1)), at(Some(number + 1)), &most];
                let mut around = [0.0; AROUND];
                around.as_chunks_mut().0.iter_mut().zip(sides).for_each(|(around, side)| *around = *side);
                around
            })
            .collect();
        // What comes of the most of all is the same for every clause.
        let (sides, shared) = (AROUND - WIDTH, layers.around.and(layers.around.nothing(), AROUND - WIDTH, &most));
        let with_sides = |around: &[f32; AROUND]| layers.around.and(shared, 0, around.get(..sides).unwrap_or_default());
        let among: Vec<Hidden> = around.iter().map(|around| hidden(with_sides(around))).collect();
        let both: Vec<Hidden> = own.iter().zip(&among).map(|(own, among)| added(own, among)).collect();
        let sums = both.iter().map(|both| layers.output.of(both)).collect();
        let most = most_of(&both, seen);
        let whole = layers.whole.of(&most);
        Self { bags, own, around, among, both, sums, most, whole }
    }
}

/// The most that any clause has that is looked at, in each part.
fn most_of(clauses: &[Hidden], seen: &[bool]) -> Hidden {
    let mut most = [0.0; WIDTH];
    for (clause, _) in clauses.iter().zip(seen).filter(|(_, seen)| **seen) {
        most.iter_mut().zip(clause).for_each(|(most, part)| *most = part.max(*most));
    }
    most
}

fn rectified(sum: f32) -> f32 {
    sum.max(0.0)
}

fn added(one: &Hidden, other: &Hidden) -> Hidden {
    let mut sum = *one;
    sum.iter_mut().zip(other).for_each(|(sum, other)| *sum += other);
    sum
}
