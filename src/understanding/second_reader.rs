//! A second reader: it knows no grammar, only which words labelled mails of each kind have held, and it has a veto.
//!
//! Two readers who err in different ways err together seldom. Where the grammar would book or cancel and this one finds that
//! unlikely, a person looks instead; where the grammar sees nothing for us and this one sees a wish, likewise. It never makes
//! anybody come or stay away. It is a linear model (multinomial logistic regression over words, pairs of words and what is
//! known of the author); [`train`] makes its weights from the labelled mails, and a test holds the file in this folder to
//! them. Called by `mod` for each mail after it was judged.

use super::{Disposition, Input, Reading, Request, Situation};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::sync::LazyLock;

/// The grammar's act is doubted when this reader gives it less than this chance.
const DOUBT: f32 = 0.2;
/// A mail that the grammar leaves alone is shown to a person when this reader gives a wish more than this chance.
const WISH: f32 = 0.6;
/// A mail of fewer words shows too little to contradict the grammar by: "cancel", "ik ben erbij".
const FEW_WORDS: usize = 25;
/// So many words of a mail are looked at; nobody's wish comes later.
const MOST_WORDS: usize = 220;
/// Weights are kept in steps of this size.
const STEP: f32 = 1.0 / 16.0;

/// The kinds of mail that it tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// None of our business.
    Ignore,
    /// A person has to look.
    Ask,
    /// Somebody comes.
    Register,
    /// Somebody does not.
    Cancel,
    /// Both: a move to another event, a swap.
    Both,
    /// The mailing list, or being forgotten.
    List,
}

const KINDS: [Kind; 6] = [Kind::Ignore, Kind::Ask, Kind::Register, Kind::Cancel, Kind::Both, Kind::List];

impl Kind {
    /// The kind of a reading.
    pub fn of(disposition: Disposition, requests: &[Request]) -> Self {
        let register = requests.iter().any(|request| matches!(request, Request::Register { .. }));
        let cancel = requests.iter().any(|request| matches!(request, Request::Cancel { .. }));
        match disposition {
            Disposition::Ignore => Self::Ignore,
            Disposition::Ask => Self::Ask,
            Disposition::Act if register && cancel => Self::Both,
            Disposition::Act if register => Self::Register,
            Disposition::Act if cancel => Self::Cancel,
            Disposition::Act => Self::List,
        }
    }
}

type Scores = [f32; KINDS.len()];

static WEIGHTS: LazyLock<HashMap<u64, Scores>> = LazyLock::new(|| {
    let parse = |line: &str| {
        let (feature, weights) = line.split_once('\t')?;
        let mut scores = Scores::default();
        for (score, weight) in scores.iter_mut().zip(weights.split(' ')) {
            *score = weight.parse::<f32>().ok()? * STEP;
        }
        Some((hash(feature), scores))
    };
    include_str!("second_reader/weights.tsv").lines().filter(|line| !line.starts_with('#')).filter_map(parse).collect()
});

/// The reading with this reader's veto: an act that it finds unlikely becomes a question for a person.
pub(super) fn veto(reading: &mut Reading, input: &Input<'_>, situation: &Situation) {
    if input.calendar.is_some()
        || reading.plain_answer.is_some()
        || words(input.typed).take(FEW_WORDS).count() < FEW_WORDS
    {
        return;
    }
    let chances = chances(&features(input, situation));
    let chance = |kind: Kind| KINDS.iter().zip(chances).find(|(known, _)| **known == kind).map_or(0.0, |(_, p)| p);
    match reading.disposition {
        Disposition::Act => {
            let kind = Kind::of(reading.disposition, &reading.requests);
            let kin = match kind {
                Kind::Register | Kind::Cancel => chance(Kind::Both) / 2.0,
                Kind::Both => (chance(Kind::Register) + chance(Kind::Cancel)) / 2.0,
                Kind::List | Kind::Ask | Kind::Ignore => 0.0,
            };
            // Words of a question beside a wish are no reason to doubt the wish: somebody answers them anyhow.
            let half_of_ask = if reading.question { chance(Kind::Ask) / 2.0 } else { 0.0 };
            if chance(kind) + kin + half_of_ask < DOUBT {
                reading.disposition = Disposition::Ask;
                reading.requests.clear();
                reading.doubts.push("wie alleen op de woorden let, leest de mail anders".to_owned());
                "het staat er, maar in woorden die daar zelden bij horen: een mens moet kijken"
                    .clone_into(&mut reading.reason);
            }
        }
        Disposition::Ignore if chance(Kind::Register) + chance(Kind::Cancel) > WISH => {
            reading.disposition = Disposition::Ask;
            reading.doubts.push("de woorden lijken op een aanmelding of afmelding".to_owned());
            "er staat geen wens die te lezen is, maar de woorden lijken er wel op".clone_into(&mut reading.reason);
        }
        Disposition::Ignore | Disposition::Ask => {}
    }
}

/// The chance of each kind, together 1.
fn chances(features: &[u64]) -> Scores {
    softmax(features.iter().filter_map(|feature| WEIGHTS.get(feature)).fold(Scores::default(), |mut sum, weights| {
        sum.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
        sum
    }))
}

fn softmax(mut scores: Scores) -> Scores {
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    scores.iter_mut().for_each(|score| *score = (*score - most).exp());
    let sum: f32 = scores.iter().sum();
    scores.map(|score| score / sum)
}

/// What this reader sees of a mail, hashed, each once.
fn features(input: &Input<'_>, situation: &Situation) -> Vec<u64> {
    let mut found = Vec::new();
    each_feature(input, situation, |name| found.push(hash(name)));
    found.sort_unstable();
    found.dedup();
    found
}

/// The same by name, to learn from.
pub fn feature_names(input: &Input<'_>, situation: &Situation) -> Vec<String> {
    let mut found = Vec::new();
    each_feature(input, situation, |name| found.push(name.to_owned()));
    found.sort_unstable();
    found.dedup();
    found
}

fn each_feature(input: &Input<'_>, situation: &Situation, mut see: impl FnMut(&str)) {
    let mut name = String::new();
    let mut tell = |kind: &str, parts: [&str; 2]| {
        name.clear();
        name.push_str(kind);
        name.push_str(parts[0]);
        if !parts[1].is_empty() {
            name.push(' ');
            name.push_str(parts[1]);
        }
        see(&name);
    };
    let typed: Vec<String> = words(input.typed).take(MOST_WORDS).collect();
    let mut before = "^";
    for word in &typed {
        tell("w:", [word, ""]);
        tell("b:", [before, word]);
        let letters = word.chars().count();
        if letters >= 5 {
            let cut = |at: usize| word.char_indices().nth(at).map_or(word.len(), |(index, _)| index);
            tell("p:", [word.get(..cut(4)).unwrap_or_default(), ""]);
            tell("s:", [word.get(cut(letters - 4)..).unwrap_or_default(), ""]);
        }
        before = word;
    }
    tell("b:", [before, "$"]);
    for word in words(input.subject).take(40) {
        tell("j:", [&word, ""]);
    }
    let seats = situation.registered.values().map(Vec::len).max().unwrap_or(0);
    tell("registered:", [&seats.min(3).to_string(), ""]);
    tell("events:", [&situation.events.len().min(2).to_string(), ""]);
    tell("quotes:", [if input.quoted.is_empty() { "no" } else { "yes" }, ""]);
    tell("addressed:", [if input.addressed { "yes" } else { "no" }, ""]);
    tell("length:", [&(usize::BITS - typed.len().leading_zeros()).to_string(), ""]);
}

/// The words of a text: lower case, without accents, numbers as `#`, question and exclamation marks as words.
fn words(text: &str) -> impl Iterator<Item = String> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let in_word = |c: char| c.is_alphanumeric() || c == '\'';
        let start = rest.find(|c: char| in_word(c) || c == '?' || c == '!')?;
        rest = rest.get(start..)?;
        let end = match rest.chars().next()? {
            mark @ ('?' | '!') => mark.len_utf8(),
            _ => rest.find(|c: char| !in_word(c)).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(if word.bytes().all(|b| b.is_ascii_digit()) { "#".to_owned() } else { super::words::fold(word) })
    })
}

/// FNV-1a (RFC 9923): fast on short texts, and the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// Learns from labelled mails; gives the text of the weights file. The same mails in the same order give the same text.
///
/// Logistic regression by stochastic gradient descent with AdaGrad steps; rare kinds weigh more, so that each counts as much.
/// Features seen only once are left out.
pub fn train(mails: &[(Vec<String>, Kind)]) -> String {
    let mut seen = BTreeMap::<&str, usize>::new();
    for name in mails.iter().flat_map(|(names, _)| names) {
        *seen.entry(name).or_default() += 1;
    }
    let names: Vec<&str> = seen.into_iter().filter(|(_, times)| *times > 1).map(|(name, _)| name).collect();
    let place = |name: &String| names.binary_search(&name.as_str()).ok();
    let examples: Vec<(Vec<usize>, usize)> = mails
        .iter()
        .map(|(names, kind)| {
            (names.iter().filter_map(place).collect(), KINDS.iter().position(|k| k == kind).unwrap_or(0))
        })
        .collect();
    write(&names, &descend(&examples, names.len()))
}

const ROUNDS: usize = 30;
const RATE: f32 = 0.1;
const SHRINK: f32 = 2e-4;

fn descend(examples: &[(Vec<usize>, usize)], features: usize) -> Vec<Scores> {
    let (mut weights, mut squares) = (vec![Scores::default(); features], vec![Scores::default(); features]);
    let mut counts = [0usize; KINDS.len()];
    examples.iter().for_each(|(_, kind)| counts.iter_mut().skip(*kind).take(1).for_each(|count| *count += 1));
    let share =
        |kind: usize| examples.len() as f32 / (KINDS.len() * counts.get(kind).copied().unwrap_or(1).max(1)) as f32;
    for round in 0..ROUNDS {
        // A stride that has no factor in common with most sizes: mails of one writer do not come in a row.
        for step in 0..examples.len() {
            let Some((present, kind)) = examples.get((step * 7919 + round) % examples.len()) else { continue };
            let mut sum = Scores::default();
            for weight in present.iter().filter_map(|feature| weights.get(*feature)) {
                sum.iter_mut().zip(weight).for_each(|(sum, weight)| *sum += weight);
            }
            let chances = softmax(sum);
            for feature in present {
                let (Some(weight), Some(square)) = (weights.get_mut(*feature), squares.get_mut(*feature)) else {
                    continue;
                };
                let each = weight.iter_mut().zip(square).zip(chances).enumerate();
                for (number, ((weight, square), chance)) in each {
                    let wanted = if number == *kind { 1.0 } else { 0.0 };
                    let gradient = share(*kind) * (chance - wanted) + SHRINK * *weight;
                    *square += gradient * gradient;
                    *weight -= RATE * gradient / (square.sqrt() + 1e-6);
                }
            }
        }
    }
    weights
}

fn write(names: &[&str], weights: &[Scores]) -> String {
    let mut text =
        "# The second reader's weights, learnt from the labelled mails; made by `tests/corpus`, not by hand.\n\
                    # feature, then its weight for: ignore ask register cancel both list\n"
            .to_owned();
    for (name, weights) in names.iter().zip(weights) {
        let steps = weights.map(|weight| (weight / STEP).round() as i32);
        if steps.iter().any(|step| step.abs() > 1) {
            let steps: Vec<String> = steps.iter().map(i32::to_string).collect();
            let _ = writeln!(text, "{name}\t{}", steps.join(" "));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded_and_numbers_are_one() {
        let found: Vec<String> = words("Één 15e, 06 wij tweeën! Echt?").collect();
        assert_eq!(found, ["een", "15e", "#", "wij", "tweeen", "!", "echt", "?"]);
    }

    #[test]
    fn it_learns_what_it_is_shown() {
        let mail = |names: &[&str], kind| (names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), kind);
        let mails = [
            mail(&["w:kom"], Kind::Register),
            mail(&["w:kom", "w:graag"], Kind::Register),
            mail(&["w:helaas"], Kind::Cancel),
            mail(&["w:helaas", "w:graag"], Kind::Cancel),
        ];
        let file = train(&mails);
        assert_eq!(file, train(&mails));
        let line = |feature: &str| file.lines().find(|line| line.starts_with(feature)).unwrap().to_owned();
        let weight = |feature: &str, kind: usize| -> i32 {
            line(feature).split_once('\t').unwrap().1.split(' ').nth(kind).unwrap().parse().unwrap()
        };
        assert!(weight("w:kom", 2) > 0 && weight("w:kom", 3) < 0);
        assert!(weight("w:helaas", 3) > 0 && weight("w:helaas", 2) < 0);
    }
}
