//! Bare names: a clause that is nothing but full names, which no list knows: "Emmy Blankestijn", "Saar Heuvelink en Bo de Roo".
//!
//! Elsewhere a strange word with a capital may be anything; alone in a clause that tells who comes it is somebody. Called by
//! `lines` where nobody else was found.

use super::super::lexicon::Role;
use super::super::people::Person;
use super::super::words::{Kind, Token};
use super::lines::Teller;
use super::*;
use party::Deed;

/// A clause of more words and marks than this is no list of names.
const MOST: usize = 8;

impl Teller<'_> {
    /// Whether the author is named, and who else.
    pub(super) fn bare_names(&self) -> (bool, Vec<Person>) {
        if !self.is_bare() {
            return (false, Vec::new());
        }
        let words: Vec<usize> = self.sight.clause.tokens.clone().filter(|&at| self.word(at).is_some()).collect();
        let full = |names: &&[usize]| names.iter().filter(|&&at| self.may_name(at)).count() >= 2;
        let people = words.split(|&at| self.joins(at)).filter(full).filter_map(|names| self.called(names));
        let author: Vec<String> = fold(self.case.input.author).split_whitespace().map(str::to_owned).collect();
        let initial = |name: Option<&String>| name.and_then(|name| name.chars().next());
        let own = |person: &Person| {
            person.labels.last() == author.last() && initial(person.labels.first()) == initial(author.first())
        };
        let (own, others): (Vec<Person>, Vec<Person>) = people.partition(own);
        (!own.is_empty(), others)
    }

    /// Is there nothing in the clause but what may be names?
    fn is_bare(&self) -> bool {
        let tells = matches!(self.deed, Deed::Counts | Deed::OtherComes) && self.sight.clause.zone != Zone::Subject;
        let words = self.sight.clause.tokens.clone();
        let mark = |at: usize| self.word(at).is_none() && !self.case.token(at).is_some_and(|token| token.is("="));
        let part = |at: usize| mark(at) || self.may_name(at) || self.is(at, Role::Particle) || self.joins(at);
        tells
            && self.sight.rows.is_empty()
            && self.sight.occasions.is_empty()
            && words.len() <= MOST
            && words.into_iter().all(|at| part(at) && self.number(at).is_none())
    }

    fn word(&self, at: usize) -> Option<&Token> {
        self.case.token(at).filter(|token| token.kind == Kind::Word)
    }

    fn joins(&self, at: usize) -> bool {
        self.is(at, Role::And) || self.case.token(at).is_some_and(|token| token.is("&"))
    }

    fn may_name(&self, at: usize) -> bool {
        let strange = |token: &Token| token.word.is_none() || self.is(at, Role::Name);
        self.word(at).is_some_and(|token| token.capital && strange(token))
    }

    /// The one whom these words name.
    fn called(&self, names: &[usize]) -> Option<Person> {
        let words = names.iter().filter(|&&at| self.may_name(at)).filter_map(|&at| self.word(at));
        let labels = words.map(|token| token.fold.clone()).collect();
        let first = self.case.token(*names.first()?)?;
        let last = self.case.token(*names.last()?)?;
        let name = self.case.page.parsed.text.get(first.span.start..last.span.end).map(str::to_owned);
        Some(Person { labels, name, count: Some(1), pronoun: false })
    }
}
