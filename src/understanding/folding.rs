//! Folding: a word without what people do not mean by its spelling: case, accents, curly quotes.
//!
//! A part of the build script too (`src/build.rs`); so it names nothing else of this crate.

/// Lower case without accents, apostrophes straight.
pub fn fold(written: &str) -> String {
    let mut folded = String::with_capacity(written.len());
    for c in written.chars() {
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
            continue;
        }
        match c.to_lowercase().next().unwrap_or(c) {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' => folded.push('a'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => folded.push('e'),
            'ì' | 'í' | 'î' | 'ï' | 'ı' | 'İ' => folded.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => folded.push('o'),
            'ù' | 'ú' | 'û' | 'ü' | 'ů' => folded.push('u'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ş' | 'ś' | 'š' | 'ș' => folded.push('s'),
            'ñ' | 'ń' => folded.push('n'),
            'ğ' => folded.push('g'),
            'ł' => folded.push('l'),
            'ý' | 'ÿ' => folded.push('y'),
            'ž' | 'ź' | 'ż' => folded.push('z'),
            'ß' => folded.push_str("ss"),
            'œ' => folded.push_str("oe"),
            'æ' => folded.push_str("ae"),
            'ĳ' => folded.push_str("ij"),
            '’' | '‘' | '´' => folded.push('\''),
            '\u{300}'..='\u{36f}' => {}
            other => folded.push(other),
        }
    }
    folded
}
