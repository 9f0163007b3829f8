//! Zones: in which part of the mail a line stands, the text or what closes it.
//!
//! A closing begins with a word of leave or with the author's name. Neither is one at the top, where nothing was said yet,
//! nor where the name opens a list of those who come: what stands in a closing is not read as a wish. Called by `clauses`,
//! once a line.

use super::super::lexicon::Role;
use super::super::people::first_names;
use super::super::words::{Kind, Token};
use super::{Cutter, Zone};

/// A line of leave has at most so many words.
const LEAVE: usize = 9;
/// A line that is hardly more than a name has at most so many.
const NAME: usize = 5;
/// So many lines below a name tell whether it opens a list.
const BELOW: usize = 6;

impl Cutter<'_> {
    /// The zone of the line that starts here, after a line of this zone.
    pub(super) fn zone_of_line(&self, start: usize, zone: Zone) -> Zone {
        let line = self.line(start);
        let words = words(line);
        let (Some(first), true) = (words.first(), zone != Zone::Subject) else { return zone };
        if self.lexicon.is(first.word, Role::Postscript) || first.is("p.s") {
            return Zone::Postscript;
        }
        let greets = words.len() <= NAME && self.lexicon.is(first.word, Role::Greeting) && line.len() > 1;
        if zone == Zone::Closing && greets {
            return Zone::Text;
        }
        if self.takes_leave(start, &words) || self.is_signature(start, &words) { Zone::Closing } else { zone }
    }

    fn line(&self, start: usize) -> &[Token] {
        let rest = self.tokens.get(start..).unwrap_or_default();
        let end = rest.iter().position(|token| token.kind == Kind::Break).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }

    fn is_said(&self) -> bool {
        self.clauses.iter().any(|clause| clause.zone == Zone::Text)
    }

    fn is_any(&self, tokens: &[Token], role: Role) -> bool {
        tokens.iter().any(|token| self.lexicon.is(token.word, role))
    }

    /// "Groetjes van Els", "met vriendelijke groet". At the top the same words greet, or say something: there only a mail
    /// that says nothing else takes leave.
    fn takes_leave(&self, start: usize, words: &[&Token]) -> bool {
        let (Some(first), true) = (words.first(), words.len() <= LEAVE) else { return false };
        let leaves = |word: &Token| self.lexicon.is(word.word, Role::Closing);
        let speaks = [Role::Verb, Role::Subject].iter().any(|&role| self.lexicon.is(first.word, role));
        // "Nee. Groet": another sentence.
        let together = |second: &Token| {
            let from = first.span.end..second.span.start;
            !self.tokens.iter().any(|token| token.kind == Kind::Mark && from.contains(&token.span.start))
        };
        let second = words.get(1).is_some_and(|second| leaves(second) && together(second));
        let opens = leaves(first) || second && !speaks && words.len() <= NAME;
        let acts = self.is_any(self.line(start), Role::Verb);
        let alone = || !self.is_any(self.tokens.get(start..).unwrap_or_default(), Role::Verb);
        opens && !acts && (self.is_said() || !self.lexicon.is(first.word, Role::Greeting) && alone())
    }

    /// The author's name, alone or with what he is: "Jan Bakker, timmerman". Not where others are named beside it.
    fn is_signature(&self, start: usize, words: &[&Token]) -> bool {
        if self.author.is_empty() || start <= 1 || !self.is_said() {
            return false;
        }
        let own = |word: &&Token| self.author.contains(&word.fold);
        let only_name = words.len() <= NAME && words.iter().all(own) && words.iter().any(|word| word.fold.len() > 2);
        let full = words.iter().take(4).any(|word| self.author.last() == Some(&word.fold))
            || words.len() <= 3 && words.iter().all(|word| word.capital);
        let tells = |word: &&Token| {
            let in_name = own(word) || [Role::Particle, Role::And].iter().any(|&role| self.lexicon.is(word.word, role));
            self.lexicon.is(word.word, Role::Verb) || self.lexicon.is(word.word, Role::Function) && !in_name
        };
        let name_first = self.author.len() >= 2
            && words.len() <= LEAVE
            && words.first().is_some_and(|word| self.author.first() == Some(&word.fold))
            && full
            && !words.iter().any(tells);
        (only_name || name_first) && !self.opens_a_list(start)
    }

    /// Does somebody else's name open one of the next lines?
    fn opens_a_list(&self, start: usize) -> bool {
        let mut at = start;
        for _ in 0..BELOW {
            at += self.line(at).len() + 1;
            let words = words(self.line(at));
            let Some(first) = words.first() else { return false };
            let named = first.capital && (self.lexicon.is(first.word, Role::Name) || first_names::is(&first.fold));
            let numbered = words.iter().any(|word| word.kind == Kind::Number);
            if named && !numbered && !self.author.contains(&first.fold) {
                return true;
            }
            if self.lexicon.is(first.word, Role::Closing) {
                return false;
            }
        }
        false
    }
}

/// The words and numbers of a line.
fn words(line: &[Token]) -> Vec<&Token> {
    line.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Number)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::lexicon::LEXICON;
    use super::super::{Zone, parse};

    /// What of a mail by Els Bos stands in its closing.
    fn closing(typed: &str) -> Vec<String> {
        let parsed = parse("", typed, "Els Bos", &LEXICON);
        let closing = parsed.clauses.iter().filter(|clause| clause.zone == Zone::Closing);
        closing.map(|clause| parsed.written(&clause.tokens).to_owned()).collect()
    }

    #[test]
    fn a_closing_takes_leave_or_signs() {
        for (typed, want) in [
            ("Ik kom graag.\nGroeten,\nEls", vec!["Groeten", "Els"]),
            ("Ik kom graag.\nMet vriendelijke groet, Els Bos", vec!["Met vriendelijke groet", "Els Bos"]),
            ("Ik kom graag.\nEls Bos\nkapper\n06 12345678", vec!["Els Bos", "kapper", "06 12345678"]),
            ("Ik kom graag.\nEls Bos, kapper in Monster", vec!["Els Bos", "kapper in Monster"]),
            ("Groetjes, Els", vec!["Groetjes", "Els"]),
        ] {
            assert_eq!(closing(typed), want, "{typed}");
        }
    }

    #[test]
    fn what_says_something_is_no_closing() {
        for typed in [
            "Gegroet! Ik kom graag.",
            "Hartelijk gegroet allemaal,\nik kom de vijftiende.",
            "Nee. Groet",
            "Wij mit vier",
            "Dag,\nEls Bos komt ook.",
            "Hoi,\nhou mij vrij.\nEls Bos erbij aub",
            "Ik lees het nu.\nGroeten van de markt, ik kom.",
        ] {
            assert_eq!(closing(typed), Vec::<String>::new(), "{typed}");
        }
    }

    #[test]
    fn the_authors_name_may_open_a_list() {
        assert!(closing("Wij komen:\nEls Bos\nRia Bos\nKees Vos").is_empty());
        assert!(closing("Wij komen:\nEls Bos\nkapper\nRia Bos\nvisagist").is_empty());
        assert!(closing("Wij komen:\nEls + Ria\nKees").is_empty());
        assert_eq!(closing("Ik kom.\nEls Bos\nMaria Stuartstraat 12"), ["Els Bos", "Maria Stuartstraat 12"]);
        assert_eq!(closing("Ik kom.\nEls Bos\nGroeten\nKees"), ["Els Bos", "Groeten", "Kees"]);
    }
}
