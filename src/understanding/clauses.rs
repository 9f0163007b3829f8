//! Sentences and clauses: where one thought ends and the next begins, and in which part of the mail each stands.
//!
//! The author's subject line and what he typed are read as one text. Clauses are cut at punctuation, at words that
//! always open a clause (`want`, `omdat`) and at those that do when a subject or verb follows (`en ik neem`). Words in
//! parentheses are a clause of their own. Called by `mod`; knows no concepts.

mod languages;
mod zones;

use super::lexicon::{Lexicon, Role, Tongue};
use super::words::{Kind, Token, tokenise};
use languages::tell_languages;
use std::ops::Range;

/// In which part of the mail a clause stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// The subject line.
    Subject,
    /// The text.
    Text,
    /// After "PS".
    Postscript,
    /// From the closing on: groet, name, signature.
    Closing,
}

/// One clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// The number of its sentence.
    pub sentence: usize,
    /// In which part of the mail.
    pub zone: Zone,
    /// Does its sentence end in a question mark?
    pub asks: bool,
    /// Does it stand in parentheses?
    pub aside: bool,
    /// Is it an item of a list?
    pub bullet: bool,
    /// Does a line start with it?
    pub opens_line: bool,
    /// The language of its sentence.
    pub tongue: Tongue,
    /// Has its sentence no word that tells the language?
    pub any_tongue: bool,
}

/// A mail taken apart.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The subject, a blank line, and what was typed.
    pub text: String,
    /// Its tokens.
    pub tokens: Vec<Token>,
    /// Its clauses, in order.
    pub clauses: Vec<Clause>,
    /// How many sentences it has.
    pub sentences: usize,
}

impl Parsed {
    /// The words of a clause as they were written.
    pub fn written(&self, tokens: &Range<usize>) -> &str {
        let part = self.tokens.get(tokens.clone()).unwrap_or_default();
        match (part.first(), part.last()) {
            (Some(first), Some(last)) => self.text.get(first.span.start..last.span.end).unwrap_or_default(),
            _ => "",
        }
    }
}

/// Takes a mail apart. `subject` is empty when it is not the author's own; `author` is his display name.
pub fn parse(subject: &str, typed: &str, author: &str, lexicon: &Lexicon) -> Parsed {
    let text = format!("{}\n\n{}", subject.trim(), typed.trim());
    let tokens = tokenise(&text, lexicon);
    let author: Vec<String> = tokenise(author, lexicon).into_iter().map(|token| token.fold).collect();
    let mut cutter = Cutter { tokens: &tokens, lexicon, author, clauses: Vec::new(), sentence: 0 };
    cutter.cut();
    let (clauses, sentences) = (cutter.clauses, cutter.sentence);
    let mut parsed = Parsed { text, tokens, clauses, sentences };
    tell_languages(&mut parsed, lexicon);
    parsed
}

struct Cutter<'a> {
    tokens: &'a [Token],
    lexicon: &'a Lexicon,
    author: Vec<String>,
    clauses: Vec<Clause>,
    sentence: usize,
}

/// A clause may not be longer, so that a mail without any punctuation is still read in pieces.
const LONGEST: usize = 60;

impl Cutter<'_> {
    fn cut(&mut self) {
        let mut zone = Zone::Subject;
        let mut start = 0;
        let mut opens_line = true;
        while start < self.tokens.len() {
            let (end, next) = self.sentence_end(start);
            if start == 0 || opens_line {
                zone = self.zone_of_line(start, zone);
            }
            if end > start {
                self.cut_sentence(start..end, zone, opens_line);
                self.sentence += 1;
            }
            let break_between = self.tokens.get(end..next).unwrap_or_default().iter().any(|t| t.kind == Kind::Break);
            if zone == Zone::Subject && break_between {
                zone = Zone::Text;
            }
            opens_line = break_between;
            start = next;
        }
    }

    /// Where the sentence ends that starts here, and where the next one starts.
    fn sentence_end(&self, start: usize) -> (usize, usize) {
        let mut line_start = (0..start)
            .rev()
            .find(|&at| self.tokens.get(at).is_some_and(|t| t.kind == Kind::Break))
            .map_or(0, |at| at + 1);
        for at in start..self.tokens.len() {
            let Some(token) = self.tokens.get(at) else { break };
            let next = self.tokens.get(at + 1);
            let ends = match token.kind {
                Kind::Break => {
                    let wrapped = !self.breaks_sentence(line_start, at);
                    line_start = at + 1;
                    !wrapped
                }
                Kind::Mark if token.is(".") => {
                    !self.is_abbreviation(at)
                        && next.is_none_or(|n| n.kind == Kind::Break || n.span.start > token.span.end)
                }
                Kind::Mark => matches!(token.fold.as_bytes().first(), Some(b'!' | b'?' | b'.')) || token.is("…"),
                _ => false,
            };
            if ends {
                let mut after = at + 1;
                while self
                    .tokens
                    .get(after)
                    .is_some_and(|t| t.kind == Kind::Mark && "!?.…)\"'”’".contains(t.fold.as_str()))
                {
                    after += 1;
                }
                let end = if token.kind == Kind::Break { at } else { after };
                return (end, after);
            }
        }
        (self.tokens.len(), self.tokens.len())
    }

    /// Does the line break at `at` end a sentence, or did the writer's program only wrap a long line?
    fn breaks_sentence(&self, line_start: usize, at: usize) -> bool {
        let (Some(first), Some(last)) =
            (self.tokens.get(line_start), at.checked_sub(1).and_then(|before| self.tokens.get(before)))
        else {
            return true;
        };
        let paragraph = self.tokens.get(at).is_some_and(|token| token.is("\n\n"));
        let goes_on = self.tokens.get(at + 1).is_some_and(|next| {
            matches!(next.kind, Kind::Word | Kind::Number)
                && !next.capital
                && !self.lexicon.is(next.word, Role::Closing)
                && (next.kind == Kind::Word || self.tokens.get(at + 2).is_none_or(|t| !t.is(".") && !t.is(")")))
        });
        let long = last.span.end.saturating_sub(first.span.start) >= 55;
        paragraph || !goes_on || !long
    }

    fn is_abbreviation(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_some_and(|before| {
            let touches = self.tokens.get(at).is_some_and(|point| point.span.start == before.span.end);
            let letter = before.kind == Kind::Word && before.fold.chars().count() == 1;
            let item = before.kind == Kind::Number && self.starts_line(at - 1);
            touches
                && (letter && before.capital
                    || before.fold.contains('.') && before.kind == Kind::Word
                    || item
                    || self.lexicon.is(before.word, Role::Abbreviation)
                        && self.tokens.get(at + 1).is_some_and(|next| next.kind != Kind::Break))
        })
    }

    fn starts_line(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| self.tokens.get(before).is_some_and(|token| token.kind == Kind::Break))
    }

    fn cut_sentence(&mut self, tokens: Range<usize>, zone: Zone, opens_line: bool) {
        let part = self.tokens.get(tokens.clone()).unwrap_or_default();
        let asks = part.iter().rev().take(4).any(|token| token.kind == Kind::Mark && token.fold.starts_with('?'));
        let bullet = opens_line && self.is_bullet(tokens.start);
        let (mut from, mut aside, mut first) = (tokens.start, false, true);
        for at in tokens.clone() {
            let Some(token) = self.tokens.get(at) else { break };
            let amount = token.is(":")
                && self.tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Number && next.digits().is_some());
            let mark = token.kind == Kind::Mark
                && !amount
                && (",;:()–—|/[]".contains(token.fold.as_str()) || self.is_dash(at));
            let cut =
                mark || token.kind == Kind::Sign || at - from >= LONGEST || (at > from && self.opens_clause(from, at));
            if !cut {
                continue;
            }
            first = !self.push(from..at, zone, asks, aside, bullet, opens_line && first) && first;
            from = if mark || token.kind == Kind::Sign { at + 1 } else { at };
            if token.is("(") {
                aside = true;
            } else if token.is(")") {
                aside = false;
            }
            if token.kind == Kind::Sign {
                self.push(at..at + 1, zone, asks, aside, false, false);
            }
        }
        self.push(from..tokens.end, zone, asks, aside, bullet, opens_line && first);
    }

    fn push(
        &mut self,
        tokens: Range<usize>,
        zone: Zone,
        asks: bool,
        aside: bool,
        bullet: bool,
        opens_line: bool,
    ) -> bool {
        let part = self.tokens.get(tokens.clone()).unwrap_or_default();
        let worth = part.iter().any(|token| !matches!(token.kind, Kind::Mark | Kind::Break));
        if worth {
            let sentence = self.sentence;
            self.clauses.push(Clause {
                tokens,
                sentence,
                zone,
                asks,
                aside,
                bullet,
                opens_line,
                tongue: Tongue::Nl,
                any_tongue: true,
            });
        }
        worth
    }

    fn is_dash(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.fold.chars().all(|c| c == '-') && !self.starts_line(at))
    }

    fn is_bullet(&self, start: usize) -> bool {
        let next_is = |form: &str| self.tokens.get(start + 1).is_some_and(|token| token.is(form));
        self.tokens.get(start).is_some_and(|token| match token.kind {
            Kind::Mark => matches!(token.fold.as_str(), "-" | "*" | "•" | "·" | "–" | ">" | "»" | "--"),
            Kind::Number => next_is(".") || next_is(")"),
            _ => false,
        })
    }

    /// "als er plek is | kom ik graag": where the main clause follows a condition without a comma.
    fn ends_condition(&self, from: usize, at: usize) -> bool {
        let first = self.tokens.get(from).map_or("", |token| token.fold.as_str());
        let is = |at: usize, role| self.tokens.get(at).is_some_and(|token| self.lexicon.is(token.word, role));
        matches!(first, "als" | "indien" | "wanneer" | "mits" | "zodra" | "mocht")
            && at > from + 2
            && is(at, Role::Verb)
            && (is(at + 1, Role::Me) || is(at + 1, Role::Us))
    }

    /// Does a new clause open at `at` without any punctuation?
    fn opens_clause(&self, from: usize, at: usize) -> bool {
        if self.ends_condition(from, at) {
            return true;
        }
        let Some(token) = self.tokens.get(at) else { return false };
        if self.lexicon.is(token.word, Role::Opener) {
            return !self.compares(at);
        }
        if !self.lexicon.is(token.word, Role::HalfOpener) {
            return false;
        }
        let before = self.tokens.get(at.saturating_sub(1)).filter(|_| at > from).and_then(|t| t.word);
        let next = self.tokens.get(at + 1);
        let after_next = self.tokens.get(at + 2).and_then(|t| t.word);
        let is = |word, role| self.lexicon.is(word, role);
        let Some(next) = next else { return false };
        let joins_people = is(token.word, Role::And) && self.ends_person(at);
        if joins_people && !is(next.word, Role::Verb) {
            // "mijn man en ik komen" is one clause, "ik kom met mijn man en ik neem" is two.
            return is(next.word, Role::Me)
                && is(after_next, Role::Verb)
                && self.singular(at + 2)
                && self.has_verb(from, at);
        }
        // Two finite verbs, one on each side: two clauses.
        let ahead = self.tokens.iter().skip(at + 1).take(7);
        let ahead: Vec<&Token> = ahead.take_while(|token| matches!(token.kind, Kind::Word | Kind::Number)).collect();
        let subject = |token: &&&Token| {
            let roles = [Role::Subject, Role::Me, Role::Us, Role::Kin, Role::Name, Role::Them];
            roles.iter().any(|&role| is(token.word, role)) || token.capital && token.word.is_none()
        };
        let verb_follows =
            ahead.iter().any(|token| is(token.word, Role::Verb)) && ahead.iter().any(|token| subject(&token));
        if !joins_people && verb_follows && self.has_verb(from, at) && may_part(token, next) {
            return true;
        }
        let opens = is(next.word, Role::Subject) || is(next.word, Role::Verb) || is(next.word, Role::My);
        opens && before.is_some() && self.has_verb(from, at)
            || opens && is(next.word, Role::Verb) && !is(token.word, Role::And)
    }

    /// "net als mijn buurman": an "als" that likens two things opens no clause.
    fn compares(&self, at: usize) -> bool {
        let likens = |token: &Token| {
            matches!(
                token.fold.as_str(),
                "net" | "zelfde" | "hetzelfde" | "dezelfde" | "evenals" | "anders" | "evenveel"
            )
        };
        self.tokens.get(at).is_some_and(|token| token.is("als"))
            && at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_some_and(likens)
    }

    fn has_verb(&self, from: usize, to: usize) -> bool {
        self.tokens.get(from..to).unwrap_or_default().iter().any(|token| self.lexicon.is(token.word, Role::Verb))
    }

    fn singular(&self, at: usize) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| !token.fold.ends_with("en") && !matches!(token.fold.as_str(), "zijn" | "gaan"))
    }

    fn ends_person(&self, at: usize) -> bool {
        at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_some_and(|before| {
            [Role::Me, Role::Us, Role::Kin, Role::Kins, Role::Name]
                .iter()
                .any(|&role| self.lexicon.is(before.word, role))
                || (before.capital && before.word.is_none())
        })
    }
}

/// Can this word stand between two clauses that each have a verb? "kan dus niet bij zijn" is one clause.
fn may_part(token: &Token, next: &Token) -> bool {
    let adverb = matches!(
        next.fold.as_str(),
        "niet" | "nog" | "ook" | "toch" | "maar" | "wel" | "graag" | "gewoon" | "helaas" | "nie" | "even"
    );
    matches!(token.fold.as_str(), "en" | "maar") && !(token.is("maar") && adverb) || token.is("dus") && !adverb
}
