//! Names and numbers in IMAP's own spelling: modified UTF-7 folder names, quoted strings, keywords, sets of UIDs.

use super::InboxError;
use std::fmt::Write as _;

/// A folder's name in modified UTF-7 (RFC 3501, 5.1.3).
pub fn encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut shifted: Vec<u8> = Vec::new();
    for c in name.chars() {
        if matches!(c, ' '..='~') {
            flush(&mut shifted, &mut out);
            out.push(c);
            if c == '&' {
                out.push('-');
            }
        } else {
            let mut units = [0_u16; 2];
            for unit in c.encode_utf16(&mut units) {
                shifted.extend(unit.to_be_bytes());
            }
        }
    }
    flush(&mut shifted, &mut out);
    out
}

/// A string in quotes. What came from [`encoded`] always fits.
///
/// # Errors
/// When it holds what no quoted string may hold: line ends, NUL, or anything that is not ASCII.
pub fn quoted(text: &str) -> Result<String, InboxError> {
    if !text.is_ascii() || text.bytes().any(|b| matches!(b, b'\r' | b'\n' | 0)) {
        return Err(InboxError::FolderName(text.chars().filter(|c| !c.is_control()).collect()));
    }
    Ok(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// A name as a keyword (RFC 3501, 9: `flag-keyword` is an atom): what an atom may not hold becomes `_`.
pub fn keyword(name: &str) -> String {
    let atom: String = name
        .chars()
        .map(|c| match c {
            '(' | ')' | '{' | '%' | '*' | '"' | '\\' | ']' => '_',
            '!'..='~' => c,
            _ => '_',
        })
        .collect();
    if atom.is_empty() { "_".to_owned() } else { atom }
}

/// UIDs as sets for commands, runs written as ranges, each set short enough for one line.
pub fn uid_sets(uids: &[u32]) -> Vec<String> {
    const MOST_CHARS: usize = 900;
    let mut sorted = uids.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in sorted {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(uid) => *last = uid,
            _ => runs.push((uid, uid)),
        }
    }
    let mut sets = vec![String::new()];
    for (first, last) in runs {
        if sets.last().is_some_and(|set| set.len() > MOST_CHARS) {
            sets.push(String::new());
        }
        if let Some(set) = sets.last_mut() {
            let comma = if set.is_empty() { "" } else { "," };
            let written =
                if first == last { write!(set, "{comma}{first}") } else { write!(set, "{comma}{first}:{last}") };
            debug_assert!(written.is_ok());
        }
    }
    sets.retain(|set| !set.is_empty());
    sets
}

fn flush(shifted: &mut Vec<u8>, out: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    if shifted.is_empty() {
        return;
    }
    out.push('&');
    for group in shifted.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..=group.len() {
            let index = usize::try_from(bits >> (18 - 6 * digit) & 63).unwrap_or(0);
            out.push(char::from(DIGITS.get(index).copied().unwrap_or(b'A')));
        }
    }
    out.push('-');
    shifted.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_names_are_spelled_as_the_standard_says() {
        assert_eq!(encoded("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(encoded("Vragen & één"), "Vragen &- &AOkA6Q-n");
        assert_eq!(encoded("feest 🎉"), "feest &2DzfiQ-");
        assert_eq!(encoded("Aangemeld"), "Aangemeld");
    }

    #[test]
    fn quotes_are_escaped_and_line_ends_refused() {
        assert_eq!(quoted(r#"a"b\c"#).unwrap(), r#""a\"b\\c""#);
        for text in ["a\r\nb", "é", "\0"] {
            assert!(quoted(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn keywords_are_atoms() {
        assert_eq!(keyword("Aanmelder/Op de wachtlijst"), "Aanmelder/Op_de_wachtlijst");
        assert_eq!(keyword("(één)"), "___n_");
        assert_eq!(keyword(""), "_");
    }

    #[test]
    fn uid_sets_hold_every_uid_in_short_lines() {
        assert_eq!(uid_sets(&[7, 1, 2, 3, 9, 9, u32::MAX]), ["1:3,7,9,4294967295"]);
        assert!(uid_sets(&[]).is_empty());
        let many: Vec<u32> = (1..2000).map(|n| n * 2).collect();
        let sets = uid_sets(&many);
        assert!(sets.len() > 5 && sets.iter().all(|set| set.len() < 1000));
        let back: usize = sets.iter().map(|set| set.split(',').count()).sum();
        assert_eq!(back, many.len());
    }
}
