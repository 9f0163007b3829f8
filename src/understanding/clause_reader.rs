//! The clause reader: what each clause says, by what labelled clauses of each kind have in common.
//!
//! The grammar names what it knows: concepts, persons, times, frames. Which of it decides, among all that people write
//! beside, is learnt: a linear model weighs the words, their order, what the grammar found, and the clauses around. Names,
//! numbers, days and relations are told to it by their kind alone, so that it learns language and not people. It makes
//! nobody come by itself: `intent` puts together what the clauses say, and `verdict` asks what else they may mean.

use super::clauses::Zone;
use super::frames::Sight;
use super::lexicon::{LEXICON, Role};
use super::linear::{self, Lessons, Model};
use super::page::Page;
use super::words::{Kind, Token};
use std::sync::LazyLock;

/// A clause reader that has learnt for longer knows its own clauses better and those of others no better.
const LESSONS: Lessons = Lessons { rounds: 5, rate: 0.05, shrink: 1e-3, seen: 8, dropout: 0.0, times: 1, settled: 3 };

/// Reads clauses by weights that were learnt.
#[derive(Debug)]
pub struct ClauseReader {
    model: Model<LABELS>,
}

/// The clause reader whose weights are built in.
pub(super) static BUILT_IN: LazyLock<ClauseReader> = LazyLock::new(|| ClauseReader {
    model: Model::packed(include_bytes!(concat!(env!("OUT_DIR"), "/clause_reader.weights"))),
});

impl ClauseReader {
    /// The reader with the weights of such a file as [`train`] makes.
    pub fn parse(file: &str) -> Self {
        Self { model: Model::parse(file) }
    }

    /// How likely each clause of a mail says what.
    pub(super) fn read(&self, page: &Page) -> Vec<Chances> {
        let shapes: Vec<Vec<String>> = page.sights.iter().map(|sight| shapes(page, sight)).collect();
        let mut features = Vec::new();
        let mut chances = |number| {
            features.clear();
            each_feature(page, &shapes, number, |parts| features.push(linear::hash(parts)));
            Chances(self.model.chances(&mut features))
        };
        (0..page.sights.len()).map(&mut chances).collect()
    }
}

/// The features of each clause by name, each once: what the weights are learnt from.
pub(super) fn feature_names(page: &Page) -> Vec<Vec<String>> {
    let shapes: Vec<Vec<String>> = page.sights.iter().map(|sight| shapes(page, sight)).collect();
    (0..page.sights.len())
        .map(|number| {
            let mut found = Vec::new();
            each_feature(page, &shapes, number, |parts| found.push(parts.concat()));
            found.sort_unstable();
            found.dedup();
            found
        })
        .collect()
}

fn each_feature(page: &Page, all_shapes: &[Vec<String>], number: usize, mut tell: impl FnMut(&[&str])) {
    let (Some(sight), Some(shapes)) = (page.sights.get(number), all_shapes.get(number)) else { return };
    let at = |index: usize| shapes.get(index).map_or("$", String::as_str);
    let mut before = "^";
    for index in 0..shapes.len() {
        let word = at(index);
        tell(&["w:", word]);
        tell(&["b:", before, " ", word]);
        tell(&["t:", before, " ", word, " ", at(index + 1)]);
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
                if let (Some(first), Some(last)) = (theirs.first(), theirs.last()) {
                    if side == "+" {
                        tell(&["n+", same, "b:", before, " ", first]);
                    } else {
                        tell(&["n-", same, "b:", last, " ", at(0)]);
                    }
                }
            }
        }
    }
    let standing = page.registered.min(2).to_string();
    let ours = if page.topic.is_our_thread() { "ours" } else { "" };
    tell(&["m:", &standing, ours]);
    for hit in &sight.hits {
        tell(&["mc:", &standing, ours, " ", hit.concept.name()]);
    }
    let text = page.sights.iter().filter(|sight| matches!(sight.clause.zone, Zone::Text)).count();
    tell(&["ml:", &(usize::BITS - text.leading_zeros()).to_string()]);
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

/// The text of the weights file, learnt from labelled clauses: the features of each, and what it says.
pub fn train(clauses: &[(Vec<String>, Says)]) -> String {
    let examples: Vec<(Vec<String>, usize)> =
        clauses.iter().map(|(features, says)| (features.clone(), *says as usize)).collect();
    let mut heads = "# The clause reader's weights, learnt from the labelled clauses; made by `tests/corpus`, not by hand.\n# A feature, then a letter for its weight towards each of:".to_owned();
    for says in Says::ALL {
        heads.push(' ');
        heads.push_str(says.letter());
    }
    heads.push('\n');
    linear::train::<LABELS>(&examples, LESSONS, &heads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_in_is_the_weights_file() {
        let file = ClauseReader::parse(include_str!("clause_reader/weights.tsv"));
        assert!(BUILT_IN.model == file.model, "the build script packs so many kinds of it as there are");
    }
}
