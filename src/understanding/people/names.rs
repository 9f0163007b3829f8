//! Names: who is called by a name, from a first name in small letters to "dhr. P.J. van den Berg".
//!
//! A capital is a name when it is nobody's word; the author's own name is himself. Called by `people` where a row may go on.

use super::super::lexicon::{Lexicon, Role};
use super::super::words::{Kind, Token};
use super::{Member, Person, Reader, first_names};

impl Reader<'_> {
    /// A first name that stands in parentheses: `mijn man (Theo)`.
    pub(super) fn name_in_parentheses(&self, at: usize) -> (Option<Person>, usize) {
        if self.get(at).is_some_and(|token| token.is("("))
            && self.get(at + 2).is_some_and(|token| token.is(")"))
            && let Some((Member::Other(person), _)) = self.name(at + 1, false)
        {
            return (Some(person), at + 3);
        }
        (None, at)
    }

    /// `Piet`, `dhr. Van Ommeren`, `mr. A. Bol`, `Marijke van den Berg`.
    pub(super) fn name(&self, start: usize, opens: bool) -> Option<(Member, usize)> {
        let mut at = start;
        let mut titled = false;
        while self.is(at, Role::Title) {
            titled = true;
            at += 1 + usize::from(self.get(at + 1).is_some_and(|token| token.is(".")));
        }
        let first = self.get(at)?;
        let dotted =
            self.is_initials(at) && self.get(at + 1).is_some_and(|t| t.capital || self.is(at + 1, Role::Particle));
        let initial = dotted
            || first.capital
                && first.fold.len() == 1
                && self.get(at + 1).is_some_and(|t| t.is("."))
                && self.get(at + 2).is_some_and(|t| t.capital || self.is(at + 2, Role::Particle));
        if first.kind != Kind::Word || !(initial || self.names(at, titled, opens)) {
            return None;
        }
        let begin = at;
        let mut labels = Vec::new();
        let mut end = at;
        while let Some(token) = self.get(at) {
            let initial = (token.capital || self.is_initials(at))
                && token.fold.trim_end_matches('.').chars().filter(|c| *c != '.').count() <= 2
                && token.kind == Kind::Word;
            let particle = at > begin && self.is(at, Role::Particle) && self.leads_to_surname(at);
            // "Lieke de Boer": whatever "boer" means elsewhere.
            let surname = at > begin && token.capital && token.kind == Kind::Word && self.is(at - 1, Role::Particle);
            let point = token.is(".")
                && at > begin
                && self.get(at - 1).is_some_and(|before| before.fold.len() <= 2 || before.fold.contains('.'));
            let names = self.names(at, titled, opens && at == start) && (at == begin || token.capital);
            if !(names
                || particle
                || surname
                || point
                || initial
                    && (at == begin
                        || self.is_initials(at)
                        || token.capital && (token.word.is_none() || token.fold.len() == 1)))
            {
                break;
            }
            if names && !(self.is(at, Role::Particle) && self.get(at + 1).is_some_and(|next| next.capital)) {
                labels.push(token.fold.clone());
            }
            at += 1;
            if !point {
                end = at;
            }
        }
        if labels.is_empty() && !titled {
            return None;
        }
        let end = end.max(begin + 1);
        let called = !titled && self.follows_me(start);
        let pair = self.author.iter().any(|word| matches!(word.as_str(), "&" | "en" | "and"));
        let own = |label: &String| !pair && !titled && label.len() > 2 && self.author.contains(label);
        if called
            || !initial && labels.first().is_some_and(own)
            || !initial && labels.first().is_some_and(|first| self.author.first() == Some(first))
            || (!labels.is_empty()
                && !titled
                && labels.last() == self.author.last()
                && self.author.len() > 1
                && self.same_initial(begin))
        {
            return Some((Member::Me { object: true }, end));
        }
        let span = self.tokens.get(begin)?.span.start..self.tokens.get(end - 1)?.span.end;
        let name = self.text.get(span).map(str::to_owned);
        Some((Member::Other(Person { labels, name, count: Some(1), pronoun: false }), end))
    }

    /// "Van den": does a capital follow, after more such words or at once?
    fn leads_to_surname(&self, at: usize) -> bool {
        let next = (at + 1..self.tokens.len()).find(|&at| !self.is(at, Role::Particle));
        (at + 1..=next.unwrap_or(at)).any(|at| self.get(at).is_some_and(|token| token.capital))
    }

    /// "P.J.": capitals with points.
    fn is_initials(&self, at: usize) -> bool {
        let Some(token) = self.get(at).filter(|token| token.kind == Kind::Word && token.fold.contains('.')) else {
            return false;
        };
        let upper =
            self.text.get(token.span.clone()).and_then(|text| text.chars().next()).is_some_and(char::is_uppercase);
        upper && token.fold.split('.').all(|part| part.chars().count() <= 2)
    }

    /// "Ondergetekende Cees", "ik (Fatma)": the author by his name.
    fn follows_me(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).and_then(|at| self.tokens.get(at));
        let me = |token: &Token| self.lexicon.is(token.word, Role::Me);
        before(1).is_some_and(|token| token.is("ondergetekende"))
            || before(1).is_some_and(|token| token.is("(")) && before(2).is_some_and(me)
    }

    fn same_initial(&self, at: usize) -> bool {
        let initial = |word: &str| word.chars().next();
        self.get(at).and_then(|token| initial(&token.fold)) == self.author.first().and_then(|name| initial(name))
    }

    /// "bo en Wil kunnen niet": one whom the author has registered. What may be another word must have a capital, and not one that
    /// a sentence gives it.
    fn is_registered(&self, at: usize, opens: bool) -> bool {
        let Some(token) = self.get(at) else { return false };
        let of = at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_some_and(|before| before.is("van"));
        let common = [Role::Verb, Role::Function, Role::Kin, Role::Subject, Role::Greeting];
        let common = common.iter().any(|&role| self.lexicon.is(token.word, role));
        token.kind == Kind::Word && !of && self.known.contains(&token.fold) && (!common || token.capital && !opens)
    }

    fn names(&self, at: usize, titled: bool, opens: bool) -> bool {
        let Some(token) = self.get(at) else { return false };
        if self.is_registered(at, opens) {
            return true;
        }
        // "Jan" is a month in small letters only.
        let of_month = token.capital && self.lexicon.is(token.word, Role::Name);
        if token.kind != Kind::Word || self.lexicon.is(token.word, Role::NoName) && !of_month {
            return false;
        }
        if self.lexicon.is(token.word, Role::Name) && (token.word_is_only_name(self.lexicon) || token.capital && !opens)
        {
            return true;
        }
        if token.capital && !opens && self.is(at + 1, Role::And) && self.is(at + 2, Role::Me) {
            return true;
        }
        let unknown = self.capitals_name && token.word.is_none() && token.capital && token.fold.len() > 1;
        let place = at.checked_sub(1).and_then(|before| self.tokens.get(before)).is_some_and(|before| {
            matches!(
                before.fold.as_str(),
                "in" | "naar"
                    | "uit"
                    | "te"
                    | "op"
                    | "bij"
                    | "van"
                    | "vanuit"
                    | "het"
                    | "de"
                    | "den"
                    | "tot"
                    | "rond"
                    | "aan"
                    | "onze"
                    | "ons"
                    | "from"
                    | "to"
                    | "at"
                    | "om"
            )
        });
        if titled {
            return token.capital;
        }
        let of_a_firm = at
            .checked_sub(1)
            .and_then(|before| self.tokens.get(before))
            .is_some_and(|before| before.capital && self.lexicon.is(before.word, Role::NoName));
        if of_a_firm || unknown && token.fold.ends_with("se") {
            return false;
        }
        if !unknown || place {
            return false;
        }
        // The first word of a sentence has a capital anyhow: it is a name when its own verb or another name follows.
        let token_at = |at: usize| self.get(at).map_or("", |token| token.fold.as_str());
        let inverted = self.is(at + 2, Role::Me)
            || self.is(at + 2, Role::Us)
            || self.is(at + 2, Role::You)
            || matches!(token_at(at + 2), "het" | "er" | "dat" | "dit");
        let next_names = |at: usize| {
            self.is(at, Role::Me)
                || self.is(at, Role::Name)
                || self.get(at).is_some_and(|t| t.capital && t.word.is_none())
        };
        !opens
            || first_names::is(&token.fold)
            || self.is(at + 1, Role::Verb) && !inverted
            || self.is(at + 1, Role::And) && next_names(at + 2)
            || self
                .get(at + 1)
                .is_some_and(|next| next.capital && next.kind == Kind::Word && next.word.is_none() || next.is("("))
    }
}

impl Token {
    /// Is it a first name and nothing else, so that it needs no capital?
    fn word_is_only_name(&self, lexicon: &Lexicon) -> bool {
        ![Role::Verb, Role::Function, Role::Kin, Role::Subject].iter().any(|&role| lexicon.is(self.word, role))
            && self.fold.len() > 2
            || self.capital
    }
}
