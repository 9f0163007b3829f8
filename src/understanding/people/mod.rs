//! People: who is spoken of, as rows of persons that stand together ("mijn man Theo, Els en ik").
//!
//! A person is a pronoun, a relation (`mijn compagnon`, `twee collega's`), a first name, or a capital that is nobody's
//! word. A row carries the preposition before it, for "van mijn buurvrouw gehoord" brings no neighbour. Called by `frames`.

pub(super) mod first_names;
mod names;

use super::clauses::Parsed;
use super::concepts::number_of;
use super::lexicon::{Lexicon, Role, Tongue};
use super::words::{Kind, Token};
use std::ops::Range;

/// Somebody besides the author.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    /// How he is called: first name and relation, folded; empty for a pronoun.
    pub labels: Vec<String>,
    /// His name as it was written, if he has one.
    pub name: Option<String>,
    /// How many people this is; `None` when it cannot be told.
    pub count: Option<u32>,
    /// Is it only a pronoun, for somebody named before?
    pub pronoun: bool,
}

impl Person {
    fn is_unnamed_one(&self) -> bool {
        self.name.is_none() && self.count == Some(1) && !self.pronoun
    }

    fn is_full_name(&self) -> bool {
        self.name.as_deref().is_some_and(|name| name.contains(' '))
    }
}

/// A row of persons.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Its tokens.
    pub tokens: Range<usize>,
    /// Is the author in it?
    pub me: bool,
    /// Is the author in it as the object: mij, mezelf?
    pub me_object: bool,
    /// "wij", "ons".
    pub us: bool,
    /// "ons", which can be an object.
    pub us_object: bool,
    /// "u", "jullie".
    pub you: bool,
    /// The others.
    pub others: Vec<Person>,
    /// The preposition before it.
    pub before: Option<Role>,
}

/// Whose names are known before the mail is read, folded.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The author's own: whoever bears his first name is himself.
    pub author: &'a [String],
    /// Of those whom he has registered: they are names however they are written.
    pub known: &'a [String],
}

/// The rows of persons among these tokens.
pub fn find(parsed: &Parsed, tokens: Range<usize>, tongue: Tongue, names: Names<'_>, lexicon: &Lexicon) -> Vec<Row> {
    let reader = Reader {
        tokens: &parsed.tokens,
        text: &parsed.text,
        author: names.author,
        known: names.known,
        lexicon,
        end: tokens.end,
        capitals_name: tongue != Tongue::De,
    };
    let mut rows: Vec<Row> = Vec::new();
    let mut at = reader.past_greeting(tokens.start);
    while at < tokens.end {
        match reader.row(at, tokens.start) {
            Some(row) => {
                at = row.tokens.end.max(at + 1);
                rows.push(row);
            }
            None => at += 1,
        }
    }
    rows
}

struct Reader<'a> {
    tokens: &'a [Token],
    text: &'a str,
    author: &'a [String],
    known: &'a [String],
    lexicon: &'a Lexicon,
    end: usize,
    /// In German every noun has a capital.
    capitals_name: bool,
}

enum Member {
    Me { object: bool },
    Us { object: bool },
    You,
    Other(Person),
}

impl Reader<'_> {
    fn get(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at).filter(|_| at < self.end)
    }

    fn is(&self, at: usize, role: Role) -> bool {
        self.get(at).is_some_and(|token| self.lexicon.is(token.word, role))
    }

    /// Where the sentence begins after "Hallo Marijke en Piet,": who is greeted does not come along.
    fn past_greeting(&self, start: usize) -> usize {
        if !self.is(start, Role::Greeting) {
            return start;
        }
        for at in start + 1..=start + 6 {
            match self.get(at) {
                Some(token) if token.is(",") || token.is("!") => return at + 1,
                Some(token) if token.capital || self.is(at, Role::And) => {}
                _ => break,
            }
        }
        start
    }

    /// The row that starts here.
    fn row(&self, start: usize, from: usize) -> Option<Row> {
        let (member, mut end) = self.member(start, start == from)?;
        let mut row = Row { tokens: start..end, before: self.preposition(start, from), ..Row::default() };
        self.add(&mut row, member);
        while let Some((member, after)) = self.next_member(end) {
            // "Mijn stagiaire, Iris Voogd": the name says who the one before it is.
            let explains = self.get(end).is_some_and(|token| token.is(","))
                && !self.is(end + 1, Role::And)
                && !self.get(after).is_some_and(|token| self.lexicon.is(token.word, Role::And) || token.is("&"));
            // "Naar de buren en ik gewoon naar jullie": who does not come is no company of the subject.
            if row.before == Some(Role::Off) && matches!(member, Member::Me { object: false }) {
                break;
            }
            match (member, row.others.last_mut()) {
                (Member::Other(named), Some(last)) if explains && last.is_unnamed_one() && named.is_full_name() => {
                    last.name = named.name;
                    last.labels.extend(named.labels);
                }
                (member, _) => self.add(&mut row, member),
            }
            end = after;
        }
        row.tokens = start..end;
        drop_appositions(&mut row.others);
        Some(row)
    }

    fn add(&self, row: &mut Row, member: Member) {
        match member {
            Member::Me { object } => {
                row.me = true;
                row.me_object |= object;
            }
            Member::Us { object } => {
                row.us = true;
                row.us_object |= object;
            }
            Member::You => row.you = true,
            Member::Other(person) => row.others.push(person),
        }
    }

    /// The member that goes on with a row after a comma, "en" or "+", skipping what stands in parentheses.
    fn next_member(&self, mut at: usize) -> Option<(Member, usize)> {
        at = self.past_parentheses(at);
        let (mut joined, mut comma) = (false, true);
        for _ in 0..4 {
            let token = self.get(at)?;
            let joins = token.is(",")
                || token.is("+")
                || token.is("&")
                || token.is("/")
                || self.lexicon.is(token.word, Role::And);
            let fills = joined
                && matches!(
                    token.fold.as_str(),
                    "ook" | "natuurlijk" | "dus" | "zelf" | "nog" | "meteen" | "waarschijnlijk"
                );
            if !joins && !fills {
                break;
            }
            joined |= joins;
            comma &= token.is(",") || !joins;
            at += 1;
        }
        if !joined {
            return None;
        }
        // "Mijn dochter, zij helpt mij": a pronoun after no more than a comma opens the next clause.
        let opens = match self.get(at)?.word {
            word if self.lexicon.is(word, Role::Me) => {
                self.is(at + 1, Role::Verb) || at.checked_sub(2).is_some_and(|before| self.is(before, Role::Us))
            }
            word => [Role::Them, Role::Us, Role::You].iter().any(|&role| self.lexicon.is(word, role)),
        };
        let owner = self.relation(at).is_some();
        if comma && opens && !owner {
            return None;
        }
        let (member, end) = self.member(at, false)?;
        // "Els komt en ik neem": the last member has a verb of its own and belongs to the next clause.
        Some((member, end))
    }

    fn past_parentheses(&self, at: usize) -> usize {
        if !self.get(at).is_some_and(|token| token.is("(")) {
            return at;
        }
        (at..self.end).find(|&at| self.get(at).is_some_and(|token| token.is(")"))).map_or(at, |close| close + 1)
    }

    fn preposition(&self, start: usize, from: usize) -> Option<Role> {
        let mut before = start.checked_sub(1).filter(|&before| before >= from)?;
        // "Met een paar collega's".
        while self.is(before, Role::Quantity) && before > from {
            before -= 1;
        }
        // "In gezelschap van mijn vrouw".
        if self.get(before).is_some_and(|token| token.is("van")) && before > from && self.is(before - 1, Role::Company)
        {
            return Some(Role::With);
        }
        let role = [Role::With, Role::For, Role::Off].into_iter().find(|&role| self.is(before, role));
        role.or_else(|| self.get(before).filter(|token| token.is("+") || token.is("&")).map(|_| Role::With))
    }

    fn member(&self, at: usize, opens: bool) -> Option<(Member, usize)> {
        let token = self.get(at)?;
        let word = token.word;
        let relation = self.relation(at);
        if let Some((person, end)) = relation {
            return Some((Member::Other(person), end));
        }
        // "K. Bontenbal" is no "'k".
        let letter = token.capital && token.fold.len() == 1 && self.get(at + 1).is_some_and(|next| next.is("."));
        if self.lexicon.is(word, Role::Me) && !letter {
            let object = matches!(
                token.fold.as_str(),
                "mij" | "me" | "mezelf" | "mijzelf" | "mich" | "myself" | "m'" | "moi" | "mn"
            );
            let end = at + 1 + usize::from(self.get(at + 1).is_some_and(|next| next.is("zelf")));
            return Some((Member::Me { object }, end));
        }
        if self.lexicon.is(word, Role::Us) {
            let object = matches!(token.fold.as_str(), "ons" | "onszelf" | "us" | "uns" | "nous");
            return Some((Member::Us { object }, at + 1));
        }
        if self.lexicon.is(word, Role::You) {
            return Some((Member::You, at + 1));
        }
        if self.lexicon.is(word, Role::Them) {
            let person = Person { labels: Vec::new(), name: None, count: Some(1), pronoun: true };
            return Some((Member::Other(person), at + 1));
        }
        self.name(at, opens)
    }

    /// `mijn man`, `twee collega's`, `een vriendin Els`, `dochter Kim`.
    fn relation(&self, start: usize) -> Option<(Person, usize)> {
        let mut at = start;
        let mut number = None;
        let mut owned = false;
        for _ in 0..5 {
            let token = self.get(at)?;
            if self.lexicon.is(token.word, Role::Kin) || self.lexicon.is(token.word, Role::Kins) {
                break;
            }
            if at > start && (owned && self.is_compound(at, number) || number.is_some() && token.is("anderen")) {
                break;
            }
            let count = number_of(token, self.lexicon);
            let article = matches!(
                token.fold.as_str(),
                "een" | "de" | "a" | "the" | "der" | "die" | "d'r" | "z'n" | "haar" | "zijn" | "het"
            );
            let owner = self.lexicon.is(token.word, Role::My);
            if count.is_some() && !article {
                number = count;
            } else if !(article
                || owner
                || (at > start && token.fold.ends_with('e') && token.kind == Kind::Word && !token.capital)
                || token.is("business")
                || token.is("van") && number.is_some())
            {
                return None;
            }
            owned |= owner;
            at += 1;
        }
        let noun = self.get(at)?;
        let strange = owned && self.is_compound(at, number);
        // "Drie anderen"; who "de anderen" are was said before.
        let strange = strange || number.is_some() && noun.is("anderen");
        let many = self.lexicon.is(noun.word, Role::Kins) || strange && number.is_some_and(|number| number > 1);
        if !many && !strange && !self.lexicon.is(noun.word, Role::Kin) {
            return None;
        }
        let count = match (many, number) {
            (_, Some(number)) => Some(number),
            (false, None) => Some(1),
            (true, None) if matches!(noun.fold.as_str(), "ouders" | "schoonouders" | "parents" | "grootouders") => {
                Some(2)
            }
            (true, None) => None,
        };
        let mut labels = vec![noun.fold.clone()];
        let mut end = at + 1;
        let mut name = None;
        if !many {
            if let Some((Member::Other(person), after)) = self.name(end, false) {
                labels.extend(person.labels);
                name = person.name;
                end = after;
            } else if let (Some(person), after) = self.name_in_parentheses(end) {
                labels.extend(person.labels);
                name = person.name;
                end = after;
            }
        }
        Some((Person { labels, name, count, pronoun: false }, end))
    }

    /// `mijn tweelingzus`, `onze twee vertegenwoordigers`: a word that ends in a relation, or that a number counts.
    fn is_compound(&self, at: usize, number: Option<u32>) -> bool {
        let Some(token) = self.get(at).filter(|token| token.kind == Kind::Word && !token.capital) else { return false };
        let ends_in_kin = || {
            let starts = token.fold.char_indices().map(|(start, _)| start).skip(3);
            let mut tails = starts.filter_map(|start| token.fold.get(start..)).filter(|tail| tail.len() >= 3);
            tails.any(|tail| self.lexicon.is(self.lexicon.word(tail), Role::Kin))
        };
        let plural = token.word.is_none() && (token.fold.ends_with('s') || token.fold.ends_with("en"));
        token.word.is_none() && ends_in_kin() || number.is_some_and(|number| number > 1) && plural
    }
}

/// "Mijn twee stagiaires, Floor en Yara": the names say who the two are, and are not two more.
fn drop_appositions(others: &mut Vec<Person>) {
    let names_after =
        |at: usize, others: &[Person]| others.iter().skip(at + 1).take_while(|person| person.name.is_some()).count();
    let at = others.iter().enumerate().position(|(at, person)| {
        let names = names_after(at, others);
        person.name.is_none()
            && !person.pronoun
            && names >= 2
            && person.count.is_none_or(|count| count as usize == names)
    });
    if let Some(at) = at {
        others.remove(at);
    }
}
