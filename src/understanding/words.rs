//! Words: a text cut into tokens with a folded form, once for every later step.
//!
//! Which word a token is, is the lexicon's business; this file knows no language. Called by `clauses`.

pub use super::folding::fold;
use super::lexicon::{Lexicon, WordId};
use std::ops::Range;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters, with apostrophes and inner dashes.
    Word,
    /// A number with what belongs to it: `15`, `14.15`, `15-11-2017`, `15e`, `2x`.
    Number,
    /// One punctuation mark or a run of the same one.
    Mark,
    /// An emoji or other sign.
    Sign,
    /// The end of a line, or of several.
    Break,
}

/// One token of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Where it stands, in bytes of the text.
    pub span: Range<usize>,
    /// Lower case, without accents, straight apostrophes.
    pub fold: String,
    /// Of what kind.
    pub kind: Kind,
    /// Does it start with a capital, and not stand in capitals altogether?
    pub capital: bool,
    /// Has it an accent? `één` is a number, `een` most often an article.
    pub accent: bool,
    /// The word in the lexicon, after spelling repair, if it is one.
    pub word: Option<WordId>,
}

impl Token {
    /// Is it the mark or word with this folded form?
    pub fn is(&self, form: &str) -> bool {
        self.fold == form
    }

    /// The whole number that it writes in digits, such as 3 for `3`, `3x` or `3e`.
    pub fn digits(&self) -> Option<u32> {
        if self.kind != Kind::Number {
            return None;
        }
        let end = self.fold.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.fold.len());
        let (head, tail) = self.fold.split_at_checked(end)?;
        matches!(tail, "" | "x" | "en" | "tjes" | "p" | "pers").then(|| head.parse().ok()).flatten()
    }
}

/// Cuts a text into tokens and looks each one up.
pub fn tokenise(text: &str, lexicon: &Lexicon) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 4);
    let mut chars = text.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        if first == '\n' {
            let mut end = start + 1;
            let mut lines = 1;
            while let Some(&(at, c)) = chars.peek() {
                if !c.is_whitespace() {
                    break;
                }
                lines += usize::from(c == '\n');
                end = at + c.len_utf8();
                chars.next();
            }
            let fold = if lines > 1 { "\n\n" } else { "\n" };
            tokens.push(plain(start..end, fold, Kind::Break));
            continue;
        }
        if first.is_whitespace() || is_invisible(first) {
            continue;
        }
        let kind = kind_of(first);
        let mut end = start + first.len_utf8();
        let mut last = first;
        let mut letters = 1;
        while let Some(&(at, c)) = chars.peek() {
            let after = text.get(at + c.len_utf8()..).and_then(|rest| rest.chars().next());
            let initials = kind == Kind::Word && c == '.' && letters == 1 && after.is_some_and(char::is_alphabetic);
            if !initials && !continues(kind, last, c, after) {
                break;
            }
            letters = if c == '.' { 0 } else { letters + 1 };
            last = c;
            end = at + c.len_utf8();
            chars.next();
        }
        let written = text.get(start..end).unwrap_or_default();
        let fold = fold(written);
        let word =
            (kind != Kind::Mark || matches!(fold.as_str(), "+" | "&" | "%")).then(|| lexicon.word(&fold)).flatten();
        let shouted = written.chars().nth(1).is_some() && !written.chars().any(char::is_lowercase);
        let (capital, accent) = (first.is_uppercase() && !shouted, !written.is_ascii());
        tokens.push(Token { span: start..end, fold, kind, capital, accent, word });
    }
    tokens
}

fn plain(span: Range<usize>, fold: &str, kind: Kind) -> Token {
    Token { span, fold: fold.to_owned(), kind, capital: false, accent: false, word: None }
}

fn kind_of(c: char) -> Kind {
    if c.is_alphabetic() || is_apostrophe(c) {
        Kind::Word
    } else if c.is_ascii_digit() {
        Kind::Number
    } else if c.is_ascii_punctuation() || "…–—‘’“”„«»•·¿¡".contains(c) {
        Kind::Mark
    } else {
        Kind::Sign
    }
}

/// Does `c` go on with a token of this kind that ends in `last`, when `after` follows it?
fn continues(kind: Kind, last: char, c: char, after: Option<char>) -> bool {
    match kind {
        Kind::Word => {
            c.is_alphabetic()
                || (is_apostrophe(c) && after.is_some_and(char::is_alphabetic))
                || (c == '-' && last.is_alphabetic() && after.is_some_and(char::is_alphabetic))
                || (is_apostrophe(last) && c.is_ascii_digit())
        }
        Kind::Number => {
            c.is_alphanumeric()
                || (matches!(c, '.' | ',' | ':' | '/' | '-') && after.is_some_and(|a| a.is_ascii_digit()))
        }
        Kind::Mark => c == last && !matches!(c, '(' | ')' | '>'),
        Kind::Sign | Kind::Break => kind_of(c) == Kind::Sign && !c.is_whitespace() && !is_invisible(c) && c == last,
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´')
}

/// Zero-width and direction marks, variation selectors, skin tones: nothing that anybody reads.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{1f3fb}'..='\u{1f3ff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folds(text: &str) -> Vec<String> {
        tokenise(text, &Lexicon::empty()).into_iter().map(|token| token.fold).collect()
    }

    #[test]
    fn words_keep_their_apostrophes_and_dashes() {
        assert_eq!(folds("Zzp’er m'n Jan-Willem, 's avonds"), ["zzp'er", "m'n", "jan-willem", ",", "'s", "avonds"]);
    }

    #[test]
    fn numbers_keep_what_belongs_to_them() {
        assert_eq!(folds("15-11-2017 om 14.15, de 15e."), ["15-11-2017", "om", "14.15", ",", "de", "15e", "."]);
    }

    #[test]
    fn accents_and_case_fold_away() {
        assert_eq!(folds("ÉÉN vèftiende Yıldız"), ["een", "veftiende", "yildiz"]);
    }

    #[test]
    fn digits_count_people() {
        let digits = |text: &str| tokenise(text, &Lexicon::empty()).first().and_then(Token::digits);
        assert_eq!(digits("3x"), Some(3));
        assert_eq!(digits("14.15"), None);
        assert_eq!(digits("15e"), None);
    }
}
