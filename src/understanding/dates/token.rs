//! A text cut into words, numbers and marks, each with its place. Knows nothing of dates but "t/m" and "a.s.".

use std::ops::Range;

/// A piece of the text.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::understanding) struct Token {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// Does it follow the piece before it at once, without space?
    pub glued: bool,
    /// Is it the first of its line?
    pub starts_line: bool,
}

/// The kinds of piece.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::understanding) enum Kind {
    /// A word, in lower case and without accents.
    Word(String),
    /// Digits: their value and how many there are.
    Number(u32, usize),
    /// Anything else, one character at a time.
    Mark(char),
}

impl Token {
    /// The folded word, or nothing.
    pub(in crate::understanding) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    /// The value and length of a number.
    pub(in crate::understanding) fn number(&self) -> Option<(u32, usize)> {
        match self.kind {
            Kind::Number(value, digits) => Some((value, digits)),
            _ => None,
        }
    }

    /// Is it this mark?
    pub(in crate::understanding) fn is(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// Cuts a text. Numbers of more than nine digits are left out: they are phones and accounts.
pub(in crate::understanding) fn cut(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    let (mut last_end, mut starts_line) = (usize::MAX, true);
    while let Some((start, first)) = chars.next() {
        if first.is_whitespace() {
            starts_line |= first == '\n';
            continue;
        }
        let mut end = start + first.len_utf8();
        if first.is_alphabetic() || first.is_ascii_digit() {
            let same = |c: char| {
                if first.is_ascii_digit() { c.is_ascii_digit() } else { c.is_alphabetic() || is_joint(c) }
            };
            while let Some((at, c)) = chars.next_if(|&(_, c)| same(c)) {
                end = at + c.len_utf8();
            }
        }
        let Some(piece) = text.get(start..end) else { continue };
        let kind = if first.is_ascii_digit() {
            piece.parse().map_or(Kind::Mark('#'), |value| Kind::Number(value, piece.len()))
        } else if first.is_alphabetic() {
            let trimmed = piece.trim_end_matches(is_joint);
            end = start + trimmed.len();
            Kind::Word(fold(trimmed))
        } else {
            Kind::Mark(first)
        };
        tokens.push(Token { span: start..end, kind, glued: start == last_end, starts_line });
        (last_end, starts_line) = (end, false);
    }
    join_abbreviations(tokens)
}

fn is_joint(c: char) -> bool {
    matches!(c, '\'' | '’')
}

/// "a . s" becomes one word "a.s", and "t / m" one word "t/m".
fn join_abbreviations(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if let [.., before, mark] = joined.as_mut_slice()
            && let (Some(left), Some(right)) = (before.word(), token.word())
            && left.len() == 1
            && right.len() == 1
            && mark.glued
            && token.glued
            && (mark.is('.') || mark.is('/'))
        {
            let mark = if mark.is('.') { '.' } else { '/' };
            let word = format!("{left}{mark}{right}");
            before.span.end = token.span.end;
            before.kind = Kind::Word(word);
            joined.pop();
        } else {
            joined.push(token);
        }
    }
    joined
}

/// Lower case, without accents, the curly apostrophe straight.
pub(in crate::understanding) fn fold(word: &str) -> String {
    let plain = |c: char| match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        '’' => '\'',
        other => other,
    };
    word.chars().flat_map(char::to_lowercase).filter(|c| !('\u{300}'..='\u{36f}').contains(c)).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_numbers_and_marks_keep_their_places() {
        let text = "Vóór a.s. 15-11 t/m 16e";
        let tokens = cut(text);
        let pieces: Vec<&str> = tokens.iter().map(|token| &text[token.span.clone()]).collect();
        assert_eq!(pieces, ["Vóór", "a.s", ".", "15", "-", "11", "t/m", "16", "e"]);
        assert_eq!(tokens[0].word(), Some("voor"));
        assert!(tokens[8].glued && !tokens[7].glued);
    }
}
