//! Concepts: what the words and idioms of a clause speak of, by the phrases of the lexicon.
//!
//! Every phrase that fits is found; of those that overlap the one with more words wins, so that "kan niet wachten" is
//! not read as "kan niet". Negation is a concept like any other: an idiom that carries its own leaves none over.
//! Called by `frames`.

use super::clauses::{Clause, Parsed};
use super::lexicon::{self, Item, Lexicon, Step};
use super::words::{Kind, Token};

macro_rules! concepts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What a phrase means. The name is the section's in the lexicon files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Concept { $($(#[$doc])* $variant,)* }
        impl Concept {
            /// The concept with this section name.
            pub fn named(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)* _ => None }
            }
            /// Its section name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

concepts! {
    /// Coming, being there; a negation turns it round.
    Come = "come",
    /// Being able, the date suiting; a negation turns it round.
    Can = "can",
    /// An idiom for coming that no negation touches.
    Surely = "surely",
    /// Signing up, or asking for a seat.
    Enrol = "enrol",
    /// A bare heading that signs up, as in a subject line.
    EnrolNoun = "enrol-noun",
    /// Standing on the list already.
    Enrolled = "enrolled",
    /// Somebody else has signed up by himself.
    Already = "already",
    /// Signing off; a negation turns it round.
    Withdraw = "withdraw",
    /// A bare heading that signs off.
    WithdrawNoun = "withdraw-noun",
    /// Staying away; a negation turns it round.
    Absent = "absent",
    /// An idiom for staying away that no negation touches.
    SurelyNot = "surely-not",
    /// A seat given back.
    SeatFree = "seat-free",
    /// What keeps people away: work, illness, travel.
    Busy = "busy",
    /// Being somewhere else, unless a word of coming says otherwise.
    Elsewhere = "elsewhere",
    /// Coming later or leaving earlier.
    Late = "late",
    /// Not sure.
    Maybe = "maybe",
    /// Not decided yet; he will let it be known.
    Undecided = "undecided",
    /// If, depends on.
    Condition = "condition",
    /// A condition that is none: if there is room, God willing.
    Proviso = "proviso",
    /// Taking somebody along.
    Bring = "bring",
    /// In somebody's place.
    Instead = "instead",
    /// Asking leave for what a person decides.
    Permission = "permission",
    /// A time gone by, an earlier meeting.
    Past = "past",
    /// A later time.
    NextTime = "next-time",
    /// Some other occasion or thing that is cancelled or attended.
    OtherThing = "other-thing",
    /// What somebody says, thinks or asked.
    Told = "told",
    /// That was a joke.
    Joke = "joke",
    /// On second thoughts.
    Correction = "correction",
    /// Yes.
    Yes = "yes",
    /// No.
    No = "no",
    /// Thanks, see you, well received.
    Thanks = "thanks",
    /// See you then: from somebody who is not registered it says that he comes.
    Farewell = "farewell",
    /// Sorry, alas.
    Regret = "regret",
    /// Have fun without me.
    Wish = "wish",
    /// A question that needs no question mark.
    Ask = "ask",
    /// A question that wants no answer.
    Rhetoric = "rhetoric",
    /// Onto the mailing list.
    ListOn = "list-on",
    /// Staying on the mailing list, for who is on it.
    Keep = "keep",
    /// Off the mailing list.
    ListOff = "list-off",
    /// Remove what you keep about me.
    Forget = "forget",
    /// Giving a pitch or presentation.
    Pitch = "pitch",
    /// Words of wanting and offering, beside a pitch.
    Want = "want",
    /// Not.
    Not = "not",
    /// Words that look like one of the others and are not.
    Void = "void",
    /// So many people or seats in all.
    Total = "total",
    /// So many in all, the last number of the phrase.
    TotalLast = "total-last",
    /// One person.
    Alone = "alone",
    /// Two people.
    Pair = "pair",
    /// Both: people or events.
    Both = "both",
    /// All of the events.
    EveryEvent = "every-event",
    /// So many more.
    More = "more",
    /// So many fewer.
    Fewer = "fewer",
    /// People without a number.
    Some = "some",
    /// Needs a person: complaints, changes of address, access to data.
    Human = "human",
    /// Advertising, newsletters, invoices, phishing.
    Ad = "ad",
    /// Written by a machine.
    Automatic = "automatic",
    /// Family and friends.
    Private = "private",
    /// The network, its meetings and letters.
    Network = "network",
    /// A heading of a list of participants.
    Participants = "participants",
}

/// What kind of thing a concept tells, for a phrase hides only those of its own kind.
#[derive(PartialEq, Eq)]
enum Layer {
    /// Who comes, and whether.
    Act,
    /// How many.
    Count,
    /// What the mail is about.
    Theme,
}

impl Concept {
    fn layer(self) -> Layer {
        match self {
            Self::Total
            | Self::Alone
            | Self::Pair
            | Self::Both
            | Self::EveryEvent
            | Self::More
            | Self::Fewer
            | Self::Some => Layer::Count,
            Self::Network
            | Self::Private
            | Self::Ad
            | Self::Automatic
            | Self::Want
            | Self::Participants
            | Self::Keep
            | Self::Permission
            | Self::Pitch => Layer::Theme,
            Self::Human | Self::Ask | Self::Thanks | Self::Wish | Self::Regret => Layer::Theme,
            _ => Layer::Act,
        }
    }

    /// Does a fuller phrase of this hide a shorter one of the other?
    fn hides(self, other: Self) -> bool {
        self.layer() == other.layer() || matches!(self, Self::Void | Self::TotalLast) && other.layer() != Layer::Theme
    }
}

/// One phrase found in a clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// What it means.
    pub concept: Concept,
    /// The first and last token.
    pub first: usize,
    /// The last token.
    pub last: usize,
    /// The numbers in it.
    pub numbers: Vec<u32>,
    words: u64,
}

impl Hit {
    /// Has it a word in common with the other?
    pub fn overlaps(&self, other: &Self) -> bool {
        self.words & other.words != 0
    }

    /// How many words it is made of.
    pub fn weight(&self) -> u32 {
        self.words.count_ones()
    }
}

/// The concepts of a clause, in order.
pub fn find(parsed: &Parsed, clause: &Clause, lexicon: &Lexicon) -> Vec<Hit> {
    let content = content(parsed, clause);
    let bits = content.iter().filter_map(|(_, token)| token.word).fold(0, |bits, word| bits | lexicon::bit(word));
    let mut found: Vec<Hit> = Vec::new();
    for at in 0..content.len().min(64) {
        let Some(&(index, token)) = content.get(at) else { break };
        let by_word = token.word.into_iter().flat_map(|word| lexicon.starting_with(word, bits));
        let number = number_or_article(token, lexicon).is_some();
        let by_number = number.then(|| lexicon.starting_with_number(bits)).into_iter().flatten();
        for phrase in by_word.chain(by_number) {
            if phrase.tongue != clause.tongue && !clause.any_tongue {
                continue;
            }
            let mut fit = Fit { words: 0, last: at, numbers: Vec::new() };
            if fits(phrase.steps, &content, at, lexicon, &mut fit) && fit.words != 0 {
                let last = content.get(fit.last).map_or(index, |&(last, _)| last);
                found.push(Hit { concept: phrase.concept, first: index, last, numbers: fit.numbers, words: fit.words });
            }
        }
    }
    keep_the_fullest(found)
}

/// The tokens that phrases are made of: no punctuation but `+` and `&`.
fn content<'a>(parsed: &'a Parsed, clause: &Clause) -> Vec<(usize, &'a Token)> {
    let tokens = parsed.tokens.get(clause.tokens.clone()).unwrap_or_default();
    (clause.tokens.start..)
        .zip(tokens)
        .filter(|(_, token)| match token.kind {
            Kind::Mark => matches!(token.fold.as_str(), "+" | "&" | "%"),
            kind => kind != Kind::Break,
        })
        .collect()
}

/// The number that a token writes; the article "een" writes none.
pub fn number_of(token: &Token, lexicon: &Lexicon) -> Option<u32> {
    let article =
        !token.accent && matches!(token.fold.as_str(), "een" | "a" | "an" | "ein" | "eine" | "einen" | "un" | "une");
    number_or_article(token, lexicon).filter(|_| !article)
}

/// The number that a word writes before this tail: "tal" in "viertal", "maal" in "tweemaal".
pub fn number_before(tail: &str, token: &Token, lexicon: &Lexicon) -> Option<u32> {
    token.fold.strip_suffix(tail).and_then(|stem| lexicon.number(lexicon.word(stem)))
}

/// The number in "tweemaal" and "4x".
pub fn multiple_of(token: &Token, lexicon: &Lexicon) -> Option<u32> {
    number_before("maal", token, lexicon).or_else(|| token.digits().filter(|_| token.fold.ends_with('x')))
}

fn number_or_article(token: &Token, lexicon: &Lexicon) -> Option<u32> {
    token.digits().or_else(|| lexicon.number(token.word))
}

struct Fit {
    words: u64,
    last: usize,
    numbers: Vec<u32>,
}

const GAP: usize = 6;

fn fits(steps: &[Step], content: &[(usize, &Token)], at: usize, lexicon: &Lexicon, fit: &mut Fit) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    match step.item {
        Item::Start => at == 0 && fits(rest, content, at, lexicon, fit),
        Item::End => at == content.len() && fits(rest, content, at, lexicon, fit),
        Item::Gap => {
            (0..=GAP).any(|skip| at + skip < content.len() + 1 && fits(rest, content, at + skip, lexicon, fit))
        }
        item @ (Item::Word(_) | Item::AnyOf(_) | Item::Number(_)) => {
            let here = content.get(at).filter(|_| at < 64).and_then(|&(_, token)| matches_item(item, token, lexicon));
            if let Some(number) = here {
                let before = (fit.words, fit.last, fit.numbers.len());
                fit.words |= 1 << at;
                fit.last = fit.last.max(at);
                fit.numbers.extend(number);
                if fits(rest, content, at + 1, lexicon, fit) {
                    return true;
                }
                (fit.words, fit.last) = (before.0, before.1);
                fit.numbers.truncate(before.2);
            }
            step.optional && fits(rest, content, at, lexicon, fit)
        }
    }
}

fn matches_item(item: Item, token: &Token, lexicon: &Lexicon) -> Option<Option<u32>> {
    match item {
        Item::Number(false) => number_of(token, lexicon).map(Some),
        Item::Number(true) => number_or_article(token, lexicon).map(Some),
        Item::Word(word) => (token.word == Some(word)).then_some(None),
        Item::AnyOf(set) => lexicon.in_set(token.word?, set).then_some(None),
        Item::Gap | Item::Start | Item::End => None,
    }
}

/// Drops every hit whose words all belong to a hit that has more of them.
fn keep_the_fullest(mut found: Vec<Hit>) -> Vec<Hit> {
    found.sort_by_key(|hit| std::cmp::Reverse(hit.words.count_ones()));
    let mut kept: Vec<Hit> = Vec::new();
    for hit in found {
        let covered = kept.iter().any(|other| {
            let inside = hit.words & other.words == hit.words;
            inside && (hit.words != other.words || hit.concept == other.concept) && other.concept.hides(hit.concept)
        });
        if !covered {
            kept.push(hit);
        }
    }
    // "niet alleen" leaves nothing of "ik kom alleen".
    let voids: Vec<u64> = kept.iter().filter(|hit| hit.concept == Concept::Void).map(|hit| hit.words).collect();
    kept.retain(|hit| {
        !matches!(hit.concept, Concept::Alone | Concept::Pair) || voids.iter().all(|void| hit.words & void == 0)
    });
    kept.sort_by_key(|hit| (hit.first, hit.last));
    kept
}
