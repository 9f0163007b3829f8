//! The clause reader: what each clause says, by what labelled clauses of each kind have in common.
//!
//! The grammar names what it knows: concepts, persons, times, frames. Which of it decides, among all that people write
//! beside, is learnt: a linear model weighs the words, their order, what the grammar found, and the clauses around; a small
//! network beside it knows words by their parts, and what they mean together. Names, numbers, days and relations are told to
//! both by their kind alone, so that they learn language and not people. They make nobody come by themselves: `intent` puts
//! together what the clauses say, and `verdict` asks what else they may mean.

use super::clauses::Zone;
use super::frames::Sight;
use super::lexicon::{LEXICON, Role};
use super::linear::{self, Lessons, Model};
use super::network::{self, Network};
use super::page::Page;
use super::words::{Kind, Token};
use std::sync::LazyLock;

/// A clause reader that has learnt for longer knows its own clauses better and those of others no better.
const LESSONS: Lessons = Lessons { rounds: 5, rate: 0.05, shrink: 1e-3, seen: 8, dropout: 0.0, times: 1, settled: 3 };

/// What the network learns by. Most of it is held back at a time: it could know all of these clauses by heart.
const NETWORK_LESSONS: network::Lessons =
    network::Lessons { rounds: 14, rate: 4e-3, warm: 100, batch: 32, features_held: 0.6, hidden_held: 0.2 };

/// Reads clauses by weights that were learnt: by a linear model and by a network, each heard for half.
#[derive(Debug)]
pub struct ClauseReader {
    model: Model<LABELS>,
    network: Network<LABELS>,
}

/// The clause reader whose weights are built in.
pub(super) static BUILT_IN: LazyLock<ClauseReader> = LazyLock::new(|| ClauseReader {
    model: Model::packed(include_bytes!(concat!(env!("OUT_DIR"), "/clause_reader.weights"))),
    network: Network::of(after_heading(include_bytes!("clause_reader/network.bin"))),
});

/// The weights of a clause reader, as they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseWeights {
    /// The text of the linear model's file.
    pub model: String,
    /// The bytes of the network's, without a first line that tells what they are.
    pub network: Vec<u8>,
}

/// What follows the first line of a file, which tells what it is.
fn after_heading(file: &[u8]) -> &[u8] {
    let end = file.iter().position(|byte| *byte == b'\n');
    end.and_then(|end| file.get(end + 1..)).unwrap_or_default()
}

impl ClauseReader {
    /// The reader with such weights as [`train`] makes.
    pub fn new(weights: &ClauseWeights) -> Self {
        Self { model: Model::parse(&weights.model), network: Network::of(weights.network.clone()) }
    }

    /// How likely each clause of a mail says what.
    pub(super) fn read(&self, page: &Page) -> Vec<Chances> {
        let shapes: Vec<Vec<String>> = page.sights.iter().map(|sight| shapes(page, sight)).collect();
        let mut features = Vec::new();
        let mut clauses = Vec::with_capacity(shapes.len());
        let mut linear = Vec::with_capacity(shapes.len());
        for number in 0..shapes.len() {
            features.clear();
            own_features(page, &shapes, number, |parts| features.push(linear::hash(parts)));
            clauses.push(network_clause(page, &shapes, number, &features));
            more_features(page, &shapes, number, |parts| features.push(linear::hash(parts)));
            linear.push(self.model.chances(&mut features));
        }
        let networked = self.network.chances(&clauses);
        linear.into_iter().zip(networked).map(|(one, other)| Chances::between(one, other)).collect()
    }
}

/// A clause as it was written, with what the clause reader learns from it.
#[derive(Clone, Debug)]
pub struct Lesson {
    /// Its words.
    pub written: String,
    /// The linear model's features by name, each once.
    features: Vec<String>,
    /// What the network sees of it.
    clause: network::Clause,
}

/// The clauses of a mail as what the weights are learnt from.
pub(super) fn lessons(page: &Page) -> Vec<Lesson> {
    let shapes: Vec<Vec<String>> = page.sights.iter().map(|sight| shapes(page, sight)).collect();
    let lesson = |(number, sight): (usize, &Sight)| {
        let (mut features, mut hashes) = (Vec::new(), Vec::new());
        own_features(page, &shapes, number, |parts| {
            hashes.push(linear::hash(parts));
            features.push(parts.concat());
        });
        more_features(page, &shapes, number, |parts| features.push(parts.concat()));
        features.sort_unstable();
        features.dedup();
        let written = page.parsed.written(&sight.clause.tokens).to_owned();
        Lesson { written, features, clause: network_clause(page, &shapes, number, &hashes) }
    };
    page.sights.iter().enumerate().map(lesson).collect()
}

/// A clause as the network sees it: what it is by itself, and the parts of its words, by which it knows words that it never saw.
fn network_clause(page: &Page, shapes: &[Vec<String>], number: usize, own: &[u64]) -> network::Clause {
    let mut parts = Vec::new();
    let words = shapes.get(number).into_iter().flatten().filter(|word| !word.starts_with('@'));
    for word in words.filter(|word| word.chars().nth(2).is_some()) {
        let word = format!("<{word}>");
        let starts: Vec<usize> = word.char_indices().map(|(start, _)| start).chain([word.len()]).collect();
        for letters in [3, 4] {
            let pairs = starts.iter().zip(starts.iter().skip(letters));
            parts.extend(pairs.filter_map(|(start, end)| Some(linear::hash(&["y:", word.get(*start..*end)?]))));
        }
    }
    let seen = page.sights.get(number).is_some_and(|sight| sight.clause.zone != Zone::Closing);
    network::Clause::new(own.iter().copied().chain(parts), seen)
}

/// The features of a clause by itself.
fn own_features(page: &Page, all_shapes: &[Vec<String>], number: usize, mut tell: impl FnMut(&[&str])) {
    let (Some(sight), Some(shapes)) = (page.sights.get(number), all_shapes.get(number)) else { return };
    let at = |index: usize| shapes.get(index).map_or("$", String::as_str);
    let mut before = "^";
    for index in 0..shapes.len() {
        let word = at(index);
        tell(&["w:", word]);
        tell(&["b:", before, " ", word]);
        for gap in 2..=4 {
            if index + gap < shapes.len() {
                tell(&["g:", word, " ", at(index + gap)]);
            }
        }
        let letters = word.chars().count();
        if letters >= 6 && !word.starts_with('@') {
            let cut = |at: usize| word.char_indices().nth(at).map_or(word.len(), |(index, _)| index);
            tell(&["p:", word.get(..cut(5)).unwrap_or_default()]);
            tell(&["x:", word.get(cut(letters - 5)..).unwrap_or_default()]);
        }
        before = word;
    }
    tell(&["b:", before, " $"]);
    let not = sight.has(super::concepts::Concept::Not);
    for (index, hit) in sight.hits.iter().enumerate() {
        tell(&["c:", hit.concept.name(), if not { "-" } else { "" }]);
        for other in sight.hits.iter().skip(index + 1) {
            tell(&["cc:", hit.concept.name(), " ", other.concept.name()]);
        }
    }
    let mut framed = false;
    for frame in page.frames.iter().filter(|frame| frame.clause == number) {
        framed = true;
        let who = match (frame.who.me, frame.who.us, frame.who.others.is_empty()) {
            (true, _, true) => "me",
            (_, true, true) => "us",
            (false, false, false) => "others",
            (_, _, false) => "with",
            _ => "none",
        };
        let way = if frame.coming { "come" } else { "stay" };
        tell(&["f:", way, " ", who]);
        tell(&["f:", way, " ", frame.by.name()]);
        tell(&["f:", way, " ", who, &format!(" {:?} {:?}", frame.strength, frame.certainty)]);
    }
    if !framed {
        tell(&["f:none"]);
    }
    let clause = &sight.clause;
    tell(&["z:", &format!("{:?}", clause.zone), if clause.asks { " asks" } else { "" }]);
    tell(&["z:", if clause.aside { "aside" } else { "" }, if clause.bullet { " bullet" } else { "" }]);
    if clause.asks {
        tell(&["asks:", at(0), " ", at(1)]);
    }
    tell(&["l:", &(usize::BITS - shapes.len().leading_zeros()).to_string()]);
    let standing = page.registered.min(2).to_string();
    let ours = if page.topic.is_our_thread() { "ours" } else { "" };
    tell(&["m:", &standing, ours]);
    for hit in &sight.hits {
        tell(&["mc:", &standing, ours, " ", hit.concept.name()]);
    }
    let text = page.sights.iter().filter(|sight| matches!(sight.clause.zone, Zone::Text)).count();
    tell(&["ml:", &(usize::BITS - text.leading_zeros()).to_string()]);
}

/// The linear model's other features of a clause: three words in a row, and what stands around it.
fn more_features(page: &Page, all_shapes: &[Vec<String>], number: usize, mut tell: impl FnMut(&[&str])) {
    let (Some(sight), Some(shapes)) = (page.sights.get(number), all_shapes.get(number)) else { return };
    let clause = &sight.clause;
    let first = shapes.first().map_or("$", String::as_str);
    let last = shapes.last().map_or("^", String::as_str);
    let ends = ["^"].into_iter().chain(shapes.iter().map(String::as_str)).chain(["$"]);
    let words: Vec<&str> = ends.collect();
    for three in words.windows(3) {
        if let [before, word, after] = three {
            tell(&["t:", before, " ", word, " ", after]);
        }
    }
    let neighbours = [("-", number.checked_sub(1)), ("+", Some(number + 1))];
    for (side, place) in neighbours {
        match place.and_then(|place| page.sights.get(place)) {
            None => tell(&["e", side]),
            Some(other) => {
                let same = if other.clause.sentence == clause.sentence { "s" } else { "" };
                if same.is_empty() {
                    tell(&["e", side, "s"]);
                }
                for hit in &other.hits {
                    tell(&["n", side, same, ":", hit.concept.name()]);
                }
                let theirs = place.and_then(|place| all_shapes.get(place)).map_or(&[][..], Vec::as_slice);
                for word in theirs {
                    tell(&["n", side, same, "w:", word]);
                }
                if let (Some(theirs_first), Some(theirs_last)) = (theirs.first(), theirs.last()) {
                    if side == "+" {
                        tell(&["n+", same, "b:", last, " ", theirs_first]);
                    } else {
                        tell(&["n-", same, "b:", theirs_last, " ", first]);
                    }
                }
            }
        }
    }
    for concept in
        page.sights.iter().filter(|s| s.clause.zone != Zone::Closing).flat_map(|s| &s.hits).map(|h| h.concept)
    {
        tell(&["mm:", concept.name()]);
    }
    for frame in page.frames.iter().filter(|frame| frame.clause != number) {
        let side = if frame.clause < number { "<" } else { ">" };
        let way = if frame.coming { "come" } else { "stay" };
        let who = if frame.who.me || frame.who.us { "me" } else { "others" };
        tell(&["mf:", side, way, who]);
    }
}

/// The words of a clause, with names, numbers, days and persons told by their kind alone.
pub(super) fn shapes(page: &Page, sight: &Sight) -> Vec<String> {
    let tokens = page.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
    let mut shapes: Vec<String> = Vec::with_capacity(tokens.len());
    for (index, token) in (sight.clause.tokens.start..).zip(tokens) {
        let shape = shape(sight, index, token);
        if shape.is_empty() || shape.starts_with('@') && shapes.last() == Some(&shape) {
            continue;
        }
        shapes.push(shape);
        if shapes.len() >= 40 {
            break;
        }
    }
    shapes
}

fn shape(sight: &Sight, index: usize, token: &Token) -> String {
    let is = |role| LEXICON.is(token.word, role);
    match token.kind {
        Kind::Break => return String::new(),
        Kind::Mark if !matches!(token.fold.as_str(), "+" | "&" | "!" | "?" | "!!") => return String::new(),
        _ => {}
    }
    let occasion = sight.occasions.iter().find(|o| o.span.start <= token.span.start && token.span.end <= o.span.end);
    if let Some(occasion) = occasion {
        let shape = match (occasion.venue, occasion.events.is_empty()) {
            (true, _) => "@place",
            (_, true) => "@otherday",
            (_, false) => "@day",
        };
        return shape.to_owned();
    }
    if token.digits().is_some() || token.kind == Kind::Number {
        return if token.digits().is_some_and(|n| n <= 12) { "@few" } else { "@number" }.to_owned();
    }
    if is(Role::Kin) {
        return "@kin".to_owned();
    }
    if is(Role::Kins) {
        return "@kins".to_owned();
    }
    if is(Role::Name) && token.capital {
        return "@name".to_owned();
    }
    let named = sight.rows.iter().any(|row| row.tokens.contains(&index) && row.others.iter().any(|p| p.name.is_some()));
    if named && token.capital {
        return "@name".to_owned();
    }
    match token.word {
        Some(word) => LEXICON.spelling(word).to_owned(),
        None => token.fold.clone(),
    }
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

/// The weights, learnt from labelled mails: of each its clauses, with what they say where that is known.
pub fn train<'a>(mails: &[&'a [(Lesson, Option<Says>)]]) -> ClauseWeights {
    let labelled = mails.iter().copied().flatten();
    let examples: Vec<(Vec<String>, usize)> =
        labelled.filter_map(|(lesson, says)| Some((lesson.features.clone(), (*says)? as usize))).collect();
    let mut heads = "# The clause reader's weights, learnt from the labelled clauses; made by `tests/corpus`, not by hand.\n# A feature, then a letter for its weight towards each of:".to_owned();
    for says in Says::ALL {
        heads.push(' ');
        heads.push_str(says.letter());
    }
    heads.push('\n');
    let taught = |(lesson, says): &'a (Lesson, Option<Says>)| (&lesson.clause, says.map(|says| says as usize));
    let mails: Vec<Vec<network::Taught<'_>>> = mails.iter().map(|mail| mail.iter().map(taught).collect()).collect();
    ClauseWeights {
        model: linear::train::<LABELS>(&examples, LESSONS, &heads),
        network: network::learn::<LABELS>(&mails, NETWORK_LESSONS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_the_weights_file() {
        let file = Model::parse(include_str!("clause_reader/weights.tsv"));
        assert!(BUILT_IN.model == file, "the build script packs so many kinds of it as there are");
        assert!(BUILT_IN.network.is_whole(), "it has as many rows and layers as this network");
    }
}
