//! The clause reader: what each clause says, by what labelled clauses of each kind have in common.
//!
//! The grammar names what it knows: concepts, persons, times, frames. Which of it decides, among all that people write
//! beside, is learnt: a linear model weighs the words, their order, what the grammar found, and the clauses around; two small
//! networks beside it know words by their parts, and what they mean together. Names, numbers, days and relations are told to
//! all by their kind alone, so that they learn language and not people. The networks also tell what the mail wants on the
//! whole. They make nobody come by themselves: `intent` puts together what the clauses say, and `verdict` asks what else they
//! may mean, and whether that fits the whole.

mod features;

use super::clauses::Zone;
use super::frames::Sight;
use super::gist::{GISTS, Gist, Gists};
use super::linear::{self, Choice, Lessons, Model};
use super::network::{self, Networks};
use super::packed::hash;
use super::page::Page;
use features::Features;
use std::sync::LazyLock;

/// A clause reader that has learnt for longer knows its own clauses better and those of others no better.
const LESSONS: Lessons = Lessons { rounds: 5, rate: 0.05, shrink: 1e-3, seen: 20, dropout: 0.0, times: 1, settled: 3 };

/// What the networks learn by. Most of it is held back at a time: it could know all of these clauses by heart.
const NETWORK_LESSONS: network::Lessons = network::Lessons {
    rounds: 18,
    rate: 4e-3,
    warm: 100,
    seen: 20,
    batch: 32,
    features_held: 0.6,
    hidden_held: 0.2,
    whole: 0.5,
};

/// Reads clauses by weights that were learnt: by a linear model and by networks, each heard for half.
#[derive(Debug)]
pub struct ClauseReader {
    model: Model<LABELS>,
    networks: Networks<LABELS, GISTS>,
}

/// The clause reader whose weights are built in.
pub(super) static BUILT_IN: LazyLock<ClauseReader> = LazyLock::new(|| ClauseReader {
    model: Model::packed(include_bytes!(concat!(env!("OUT_DIR"), "/clause_reader.weights"))),
    networks: Networks::of(after_heading(include_bytes!("clause_reader/networks.bin"))),
});

/// The weights of a clause reader, as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseWeights {
    /// The text of the linear model's file.
    pub model: String,
    /// The bytes of the networks', without a first line that tells what they are.
    pub networks: Vec<u8>,
}

/// What follows the first line of a file, which tells what it is.
fn after_heading(file: &[u8]) -> &[u8] {
    let end = file.iter().position(|byte| *byte == b'\n');
    end.and_then(|end| file.get(end + 1..)).unwrap_or_default()
}

impl ClauseReader {
    /// The reader with such weights as [`train`] makes.
    pub fn new(weights: &ClauseWeights) -> Self {
        Self { model: Model::parse(&weights.model), networks: Networks::of(weights.networks.clone()) }
    }

    /// How likely each clause of a mail says what, and what the mail wants on the whole.
    pub(super) fn read(&self, page: &Page) -> Votes {
        let features = Features::of(page);
        let mut hashes = Vec::new();
        let (mut clauses, mut linear) = (Vec::new(), Vec::new());
        for number in 0..page.sights.len() {
            hashes.clear();
            features.own(number, |parts| hashes.push(hash(parts)));
            clauses.push(network_clause(page, &features, number, &hashes));
            features.more(number, |parts| hashes.push(hash(parts)));
            linear.push(self.model.chances(&mut hashes));
        }
        let (networked, gist) = self.networks.chances(&clauses);
        let clauses = linear.into_iter().zip(networked).map(|(one, other)| Chances::between(one, other)).collect();
        Votes { clauses, gist: Gists(gist) }
    }
}

/// A clause as it was written, with what the clause reader learns from it.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Its words.
    pub written: String,
    /// The linear model's features by name, each once.
    features: Vec<String>,
    /// What the networks see of it.
    clause: network::Clause,
}

/// The clauses of a mail as what the weights are learnt from.
pub(super) fn lessons(page: &Page) -> Vec<Lesson> {
    let features = Features::of(page);
    let lesson = |(number, sight): (usize, &Sight)| {
        let (mut names, mut hashes) = (Vec::new(), Vec::new());
        features.own(number, |parts| {
            hashes.push(hash(parts));
            names.push(parts.concat());
        });
        features.more(number, |parts| names.push(parts.concat()));
        names.sort_unstable();
        names.dedup();
        let written = page.parsed.written(&sight.clause.tokens).to_owned();
        Lesson { written, features: names, clause: network_clause(page, &features, number, &hashes) }
    };
    page.sights.iter().enumerate().map(lesson).collect()
}

/// A clause as the networks see it.
fn network_clause(page: &Page, features: &Features<'_>, number: usize, own: &[u64]) -> network::Clause {
    let mut hashes = own.to_vec();
    features.letters(number, |parts| hashes.push(hash(parts)));
    let seen = page.sights.get(number).is_some_and(|sight| sight.clause.zone != Zone::Closing);
    network::Clause::new(hashes, seen)
}

macro_rules! says {
    ($($(#[$doc:meta])* $variant:ident = $letter:literal,)*) => {
        /// What a clause says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        pub enum Says { $($(#[$doc])* $variant,)* }
        impl Says {
            /// All of them, in the order of [`Chances`].
            pub const ALL: [Self; LABELS] = [$(Self::$variant,)*];
            /// Whether the author comes, where it says that.
            pub fn coming(self) -> Option<bool> {
                match self {
                    Self::Comes => Some(true),
                    Self::StaysAway => Some(false),
                    _ => None,
                }
            }
            /// Its letter in the labelled clauses.
            pub fn letter(self) -> &'static str {
                match self { $(Self::$variant => $letter,)* }
            }
        }
    };
}

says! {
    /// The author comes.
    Comes = "C",
    /// The author stays away.
    StaysAway = "N",
    /// Somebody of his comes.
    OtherComes = "c",
    /// Somebody of his stays away.
    OtherStaysAway = "n",
    /// Who or how many.
    Counts = "k",
    /// It is not sure.
    Unsure = "M",
    /// Somebody comes in his place.
    Instead = "S",
    /// Why he cannot.
    Excuse = "B",
    /// Another time or occasion, other people.
    Elsewhere = "P",
    /// Takes back or turns what was said.
    Turns = "X",
    /// Asks something that a person should answer.
    Asks = "q",
    /// Offers a pitch.
    Pitches = "w",
    /// Onto the mailing list.
    Subscribes = "L",
    /// Off the mailing list.
    Unsubscribes = "U",
    /// Wants to be forgotten.
    Forget = "F",
    /// Needs a person otherwise.
    Human = "H",
    /// Other business.
    Foreign = "A",
    /// Thanks, farewell, a polite condition.
    Courtesy = "g",
    /// Nothing that decides.
    Nothing = "o",
}

/// How many things a clause can say.
pub const LABELS: usize = 19;

/// The chance of each.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chances(pub [f32; LABELS]);

impl Chances {
    /// Of one.
    pub fn of(&self, says: Says) -> f32 {
        self.0.get(says as usize).copied().unwrap_or(0.0)
    }

    /// The mean of two, in the sense that multiplies: what one of them rules out stays unlikely.
    fn between(one: [f32; LABELS], other: [f32; LABELS]) -> Self {
        let mut means = one;
        means.iter_mut().zip(other).for_each(|(mean, other)| *mean = (*mean * other).sqrt());
        let sum: f32 = means.iter().sum();
        Self(means.map(|mean| mean / sum))
    }

    /// Makes one so many times as likely as it was, beside the others.
    pub fn scale(&mut self, says: Says, times: f32) {
        self.0.iter_mut().skip(says as usize).take(1).for_each(|chance| *chance *= times);
        let sum: f32 = self.0.iter().sum();
        self.0.iter_mut().for_each(|chance| *chance /= sum);
    }

    /// The likeliest.
    pub fn best(&self) -> Says {
        Says::ALL.into_iter().fold(Says::Nothing, |best, says| if self.of(says) > self.of(best) { says } else { best })
    }
}

/// What a mail is taken to say.
#[derive(Clone, Debug)]
pub(super) struct Votes {
    /// What each clause says.
    pub clauses: Vec<Chances>,
    /// What it wants on the whole.
    pub gist: Gists,
}

impl Votes {
    /// What each clause says likeliest.
    pub(super) fn says(&self) -> Vec<Says> {
        self.clauses.iter().map(Chances::best).collect()
    }
}

/// A labelled mail, as the weights are learnt from it.
#[derive(Clone, Copy, Debug)]
pub struct LabelledMail<'a> {
    /// Its clauses, with what they say where that is known.
    pub clauses: &'a [(Lesson, Option<Says>)],
    /// What it wants on the whole, where the words alone tell it.
    pub gist: Option<Gist>,
}

impl<'a> LabelledMail<'a> {
    fn seen_by_network(&self) -> network::Mail<'a> {
        let taught = |(lesson, says): &'a (Lesson, Option<Says>)| (&lesson.clause, says.map(|says| says as usize));
        network::Mail { clauses: self.clauses.iter().map(taught).collect(), kind: self.gist.map(|gist| gist as usize) }
    }
}

/// The weights, learnt from labelled mails.
pub fn train(mails: &[LabelledMail<'_>]) -> ClauseWeights {
    let example =
        |(lesson, says): &(Lesson, Option<Says>)| Some(Choice::of_kind(lesson.features.clone(), (*says)? as usize));
    let labelled = mails.iter().flat_map(|mail| mail.clauses);
    let examples: Vec<Choice> = labelled.filter_map(example).collect();
    let mut heads = "# The clause reader's weights, learnt from the labelled clauses; made by `tests/corpus`, not by hand.\n# A feature, then a letter for its weight towards each of:".to_owned();
    for says in Says::ALL {
        heads.push(' ');
        heads.push_str(says.letter());
    }
    heads.push('\n');
    let mails: Vec<network::Mail<'_>> = mails.iter().map(LabelledMail::seen_by_network).collect();
    ClauseWeights {
        model: linear::train::<LABELS>(&examples, LESSONS, &heads),
        networks: network::learn::<LABELS, GISTS>(&mails, NETWORK_LESSONS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_the_weights_file() {
        let file = Model::parse(include_str!("clause_reader/weights.tsv"));
        assert!(BUILT_IN.model == file, "the build script packs so many kinds of it as there are");
        assert!(BUILT_IN.networks.is_whole(), "they have as many rows and layers as these networks");
    }
}
