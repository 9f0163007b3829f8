//! Page: a mail taken apart for the readers: its clauses with their concepts, persons, times, and the grammar's frames.
//!
//! Made once a mail by `mod`; nothing is decided here.

use super::anchor::{self, Tie};
use super::clauses::{self, Parsed};
use super::frames::{self, Frame, Sight};
use super::lexicon::{LEXICON, Lexicon, Role, Tongue};
use super::people::Names;
use super::rolls::Rolls;
use super::topic::Topic;
use super::words::{self, Kind, fold};
use super::{Input, Language, Situation, concepts, occasions, people, shapes};
use crate::subject_prefix;

/// A mail of at most so many words and marks is short.
const SHORT: usize = 30;

/// A mail taken apart.
#[derive(Debug)]
pub(super) struct Page {
    /// Its words and clauses.
    pub parsed: Parsed,
    /// What is known of each clause.
    pub sights: Vec<Sight>,
    /// The words of each clause, as the readers learn them.
    pub shapes: Vec<Vec<String>>,
    /// Which clauses are lines of names.
    pub rolls: Rolls,
    /// What the grammar sees said about coming, in order.
    pub frames: Vec<Frame>,
    /// Which event is meant where nothing says so.
    pub topic: Topic,
    /// How many people the author has registered for it.
    pub registered: usize,
    /// What ties it to our meetings.
    pub tie: Tie,
    /// The language to answer in.
    pub language: Language,
}

impl Page {
    /// Takes a mail apart.
    pub(super) fn of(input: &Input<'_>, situation: &Situation) -> Self {
        let lexicon = &*LEXICON;
        let own_subject = if subject_prefix::repeats(input.subject) { "" } else { input.subject };
        let parsed = clauses::parse(own_subject, input.typed, input.author, lexicon);
        let occasions = occasions::find(&parsed.text, input.quoted, situation);
        let topic = Topic::of(input, situation, &occasions);
        let author = words::tokenise(input.author, lexicon);
        let author = author.into_iter().filter(|token| token.kind == Kind::Word || token.is("&"));
        let author: Vec<String> = author.map(|token| token.fold).collect();
        let names = Names { author: &author, known: &companions(situation, &author) };
        let sights = sights(&parsed, &occasions, names, lexicon);
        let shapes = sights.iter().map(|sight| shapes::of(&parsed, sight, names)).collect();
        let rolls = Rolls::of(&parsed, &sights, lexicon);
        let frames = frames::all(&sights, &parsed, lexicon);
        let registered = topic.registered(situation);
        let language = language(&parsed);
        let plainly_dutch = parsed.tokens.iter().any(|token| lexicon.is(token.word, Role::Function));
        let tie = anchor::tie(input, language, plainly_dutch, situation);
        Self { parsed, sights, shapes, rolls, frames, topic, registered, tie, language }
    }

    /// Does a clause speak of its author, or of what is his?
    pub(super) fn speaks_of_author(&self, sight: &Sight) -> bool {
        let tokens = self.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
        sight.rows.iter().any(|row| row.me || row.us) || tokens.iter().any(|token| LEXICON.is(token.word, Role::My))
    }

    /// Is it so short that what the grammar reads is most of what it says?
    pub(super) fn is_short(&self) -> bool {
        self.parsed.tokens.len() <= SHORT
    }
}

fn language(parsed: &Parsed) -> Language {
    let dutch = parsed.clauses.iter().filter(|clause| clause.tongue == Tongue::Nl).count();
    if dutch * 2 >= parsed.clauses.len() { Language::Nl } else { Language::En }
}

/// The folded first and last names of those whom the author has registered beside himself, but for what he is called too.
fn companions(situation: &Situation, author: &[String]) -> Vec<String> {
    let beside_him = situation.registered.values().flat_map(|names| names.iter().skip(1));
    let parts = |name: &String| {
        let mut words = name.split_whitespace().map(fold);
        [words.next(), words.next_back()]
    };
    let named = |name: &String| name.chars().count() > 1 && !name.contains('.') && !author.contains(name);
    beside_him.flat_map(parts).flatten().filter(named).collect()
}

fn sights(parsed: &Parsed, occasions: &[occasions::Occasion], names: Names<'_>, lexicon: &Lexicon) -> Vec<Sight> {
    let mut sights: Vec<Sight> = parsed
        .clauses
        .iter()
        .map(|clause| {
            let bytes = |at: usize| parsed.tokens.get(at).map_or(0, |token| token.span.start);
            let (from, to) =
                (bytes(clause.tokens.start), parsed.tokens.get(clause.tokens.end).map_or(usize::MAX, |t| t.span.start));
            Sight {
                clause: clause.clone(),
                hits: concepts::find(parsed, clause, lexicon),
                rows: Vec::new(),
                occasions: occasions.iter().filter(|o| o.span.start >= from && o.span.start < to).cloned().collect(),
            }
        })
        .collect();
    let mut start = 0;
    while start < sights.len() {
        let sentence = sights.get(start).map_or(0, |sight| sight.clause.sentence);
        let end = sights.iter().position(|sight| sight.clause.sentence > sentence).unwrap_or(sights.len());
        let first = sights.get(start).map_or(0, |sight| sight.clause.tokens.start);
        let last = sights.get(end - 1).map_or(0, |sight| sight.clause.tokens.end);
        let tongue = sights.get(start).map_or(Tongue::Nl, |sight| sight.clause.tongue);
        for row in people::find(parsed, first..last, tongue, names, lexicon) {
            let at = row.tokens.end.saturating_sub(1);
            if let Some(sight) = sights.iter_mut().find(|sight| sight.clause.tokens.contains(&at)) {
                sight.rows.push(row);
            }
        }
        start = end;
    }
    name_asides(&mut sights);
    sights
}

/// "Gerard (mijn man)": the words in parentheses say who the one before them is.
fn name_asides(sights: &mut [Sight]) {
    for at in 1..sights.len() {
        let Some((before, rest)) = sights.split_at_mut_checked(at) else { return };
        let (Some(before), Some(aside)) = (before.last_mut(), rest.first_mut()) else { return };
        let named = before.rows.last_mut().and_then(|row| row.others.last_mut()).filter(|person| person.name.is_some());
        let explained = aside.rows.first().and_then(|row| row.others.first()).filter(|person| person.name.is_none());
        if let (true, Some(named), Some(explained)) = (aside.clause.aside, named, explained) {
            named.labels.extend(explained.labels.iter().cloned());
            aside.rows.remove(0);
        }
    }
}
