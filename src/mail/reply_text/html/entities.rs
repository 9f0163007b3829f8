//! Character references (HTML 13.2.5.72): the numeric ones and those that mail programs write by name.

/// Hands on the characters of a text, its references resolved. What is none is handed on as it stands.
pub(super) fn decode(text: &str, out: &mut impl FnMut(char)) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (clear, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        clear.chars().for_each(&mut *out);
        rest = match reference(tail) {
            Some((c, after)) => {
                out(c);
                after
            }
            None => {
                out('&');
                tail.get(1..).unwrap_or_default()
            }
        };
    }
    rest.chars().for_each(out);
}

/// The character that a text beginning with `&` names, and what follows.
fn reference(text: &str) -> Option<(char, &str)> {
    let body = text.strip_prefix('&')?;
    let end = body.bytes().take(10).position(|b| !(b.is_ascii_alphanumeric() || b == b'#'))?;
    let (name, tail) = body.split_at_checked(end)?;
    let after = tail.strip_prefix(';').unwrap_or(tail);
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return Some((from_code(code)?, after));
    }
    // Without its semicolon a name counts only when it is one that was always allowed so.
    let known = NAMED.iter().find(|(word, _)| *word == name)?;
    (tail.starts_with(';') || known.1 < '\u{100}').then_some((known.1, after))
}

/// Codes 128-159 mean windows-1252 (HTML 13.2.5.80).
fn from_code(code: u32) -> Option<char> {
    const C1: [char; 32] = [
        '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
    ];
    match code {
        128..=159 => C1.get(usize::try_from(code - 128).ok()?).copied(),
        _ => char::from_u32(code),
    }
}

#[rustfmt::skip]
const NAMED: &[(&str, char)] = &[
    ("nbsp", '\u{a0}'), ("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("euro", '€'), ("rsquo", '’'), ("lsquo", '‘'),
    ("ldquo", '“'), ("rdquo", '”'), ("sbquo", '‚'), ("bdquo", '„'), ("hellip", '…'), ("ndash", '–'), ("mdash", '—'), ("bull", '•'), ("middot", '·'),
    ("shy", '\u{ad}'), ("zwnj", '\u{200c}'), ("zwj", '\u{200d}'), ("ensp", ' '), ("emsp", ' '), ("thinsp", ' '), ("copy", '©'), ("reg", '®'), ("trade", '™'),
    ("laquo", '«'), ("raquo", '»'), ("deg", '°'), ("times", '×'), ("divide", '÷'), ("plusmn", '±'), ("frac12", '½'), ("frac14", '¼'), ("frac34", '¾'), ("sup2", '²'), ("sup3", '³'),
    ("sect", '§'), ("para", '¶'), ("pound", '£'), ("yen", '¥'), ("cent", '¢'), ("curren", '¤'), ("iexcl", '¡'), ("iquest", '¿'), ("larr", '←'), ("rarr", '→'), ("uarr", '↑'), ("darr", '↓'), ("hearts", '♥'), ("check", '✓'),
    ("agrave", 'à'), ("aacute", 'á'), ("acirc", 'â'), ("atilde", 'ã'), ("auml", 'ä'), ("aring", 'å'), ("aelig", 'æ'), ("ccedil", 'ç'),
    ("egrave", 'è'), ("eacute", 'é'), ("ecirc", 'ê'), ("euml", 'ë'), ("igrave", 'ì'), ("iacute", 'í'), ("icirc", 'î'), ("iuml", 'ï'),
    ("ntilde", 'ñ'), ("ograve", 'ò'), ("oacute", 'ó'), ("ocirc", 'ô'), ("otilde", 'õ'), ("ouml", 'ö'), ("oslash", 'ø'), ("ugrave", 'ù'), ("uacute", 'ú'), ("ucirc", 'û'), ("uuml", 'ü'), ("yacute", 'ý'), ("yuml", 'ÿ'), ("szlig", 'ß'),
    ("Agrave", 'À'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Auml", 'Ä'), ("Aring", 'Å'), ("AElig", 'Æ'), ("Ccedil", 'Ç'), ("Egrave", 'È'), ("Eacute", 'É'), ("Ecirc", 'Ê'), ("Euml", 'Ë'), ("Iacute", 'Í'), ("Icirc", 'Î'), ("Iuml", 'Ï'),
    ("Ntilde", 'Ñ'), ("Oacute", 'Ó'), ("Ocirc", 'Ô'), ("Ouml", 'Ö'), ("Oslash", 'Ø'), ("Uacute", 'Ú'), ("Ucirc", 'Û'), ("Uuml", 'Ü'), ("oelig", 'œ'), ("OElig", 'Œ'), ("scaron", 'š'), ("Scaron", 'Š'), ("acute", '´'), ("uml", '¨'), ("circ", 'ˆ'), ("tilde", '˜'),
];
