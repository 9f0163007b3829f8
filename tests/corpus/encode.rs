//! Header words and body encodings as mail clients write them (RFC 2045, 2047, 3676).

/// Text in windows-1252, which holds ISO-8859-1 but for rarely used controls; `None` when it does not fit.
pub fn windows_1252(text: &str) -> Option<Vec<u8>> {
    const HIGH: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";
    let byte = |c: char| match u32::from(c) {
        code @ (0..=0x7f | 0xa0..=0xff) => u8::try_from(code).ok(),
        _ => HIGH.chars().position(|high| high == c).and_then(|at| u8::try_from(0x80 + at).ok()),
    };
    text.chars().map(byte).collect()
}

/// The bytes of a text in a charset; what does not fit becomes a character reference in HTML and "?" elsewhere.
pub fn bytes(text: &str, charset: &str) -> Vec<u8> {
    if charset.eq_ignore_ascii_case("utf-8") {
        return text.as_bytes().to_vec();
    }
    let html = text.contains("<html") || text.contains("<div");
    let one = |c: char| {
        windows_1252(&c.to_string())
            .unwrap_or_else(|| if html { format!("&#{};", u32::from(c)).into_bytes() } else { vec![b'?'] })
    };
    text.chars().flat_map(one).collect()
}

/// Base64 in lines of 76 characters.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |chunk: &[u8]| {
        let bits = chunk.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        let digit = |at: usize| {
            if at <= chunk.len() { char::from(DIGITS[(bits >> (18 - 6 * at)) as usize & 63]) } else { '=' }
        };
        [digit(0), digit(1), digit(2), digit(3)]
    };
    let digits: Vec<char> = bytes.chunks(3).flat_map(group).collect();
    digits.chunks(76).map(|line| line.iter().collect::<String>() + "\r\n").collect()
}

/// Quoted-printable, lines of at most 76 characters.
pub fn quoted_printable(bytes: &[u8]) -> String {
    let mut out = String::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut width = 0;
        for (at, &byte) in line.iter().enumerate() {
            let last = at + 1 == line.len();
            let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~') || (matches!(byte, b' ' | b'\t') && !last);
            let piece = if plain { char::from(byte).to_string() } else { format!("={byte:02X}") };
            if width + piece.len() > 75 {
                out.push_str("=\r\n");
                width = 0;
            }
            width += piece.len();
            out.push_str(&piece);
        }
        out.push_str("\r\n");
    }
    out
}

/// A header value as encoded words where it is not plain ASCII. `kind` is `B` (always UTF-8) or `Q`.
pub fn header(text: &str, charset: &str, kind: char) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let charset = if kind == 'B' || windows_1252(text).is_none() { "utf-8" } else { charset };
    let mut pieces: Vec<String> = vec![String::new()];
    for c in text.chars() {
        if pieces.last().is_some_and(|piece| bytes(piece, charset).len() > 18) {
            pieces.push(String::new());
        }
        pieces.last_mut().expect("never empty").push(c);
    }
    let word = |piece: &String| {
        let raw = bytes(piece, charset);
        if kind == 'B' {
            return format!("=?{charset}?B?{}?=", base64(&raw).trim());
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric();
        let digits = |&byte: &u8| if plain(byte) { char::from(byte).to_string() } else { format!("={byte:02X}") };
        format!("=?{charset}?Q?{}?=", raw.iter().map(digits).collect::<String>())
    };
    pieces.iter().map(word).collect::<Vec<_>>().join("\r\n ")
}

/// format=flowed (RFC 3676): long lines broken with a space before the break, quoted lines as they are.
pub fn flowed(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        if line.starts_with('>') {
            lines.push(line.to_owned());
            continue;
        }
        let mut current = String::new();
        for word in line.split(' ') {
            if !current.is_empty() && current.chars().count() + 1 + word.chars().count() > 72 {
                lines.push(current + " ");
                current = word.to_owned();
            } else if current.is_empty() {
                current = word.to_owned();
            } else {
                current = current + " " + word;
            }
        }
        lines.push(if current == "--" { "-- ".to_owned() } else { current });
    }
    lines.join("\n")
}
