//! Changing bytes at random, in the ways in which mails go wrong: bits, lines, numbers, words of the trade, pieces of another one.

/// A cheap source of chance that can be repeated (xorshift).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A length of up to `2^power` bytes, short ones as likely as long ones.
    fn length(&mut self, power: usize) -> usize {
        let power = self.below(power);
        self.below(1 << power)
    }

    /// Anything below `limit`; 0 when that is 0.
    fn below(&mut self, limit: usize) -> usize {
        (self.next() >> 11) as usize % limit.max(1)
    }
}

/// No input grows beyond this.
const LONGEST: usize = 300_000;

/// What means something to some parser.
const WORDS: &[&str] = &[
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\t",
    " ",
    "\r\n\r\n",
    "--",
    "=",
    "=3D",
    "=\r\n",
    "=?utf-8?b?",
    "?=",
    "=?q?",
    "\"",
    "\\",
    "<",
    ">",
    "(",
    ")",
    "@",
    ",",
    ";",
    ":",
    "[",
    "]",
    "{",
    "}",
    "é",
    "\u{feff}",
    "\u{202e}",
    "\u{fffd}",
    "\u{1f389}",
    "\u{200b}",
    "0",
    "-1",
    "1",
    "4294967295",
    "4294967296",
    "18446744073709551616",
    "99999999999999999999999999",
    "1e400",
    "NaN",
    "null",
    "true",
    "0000-00-00",
    "9999-12-31",
    "20171115T141500Z",
    "99999999T999999Z",
    "25:61",
    "29 februari",
    "31 september",
    "Europe/Amsterdam",
    "boundary=",
    "boundary=\"b\"",
    "--b",
    "--b--",
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    "Content-Type: text/html\r\n\r\n",
    "Content-Type: message/rfc822\r\n\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "charset=utf-16",
    "charset=utf-7",
    "charset=iso-2022-jp",
    "From: ",
    "To: ",
    "Subject: ",
    "Message-ID: <",
    "References: ",
    "BEGIN:VCALENDAR\r\n",
    "END:VEVENT\r\n",
    "RRULE:FREQ=SECONDLY",
    "METHOD:REPLY",
    "PARTSTAT=ACCEPTED",
    "X-NUM-GUESTS=4294967295",
    "DTSTART",
    "UID:",
    "<div class=\"gmail_quote\">",
    "<blockquote>",
    "</p>",
    "<style>",
    "<!--",
    "-->",
    "&#x110000;",
    "&amp;",
    "> ",
    "Op 1-1-2017 schreef x:",
    "-- \r\n",
    "ik kom",
    "niet",
    "met z'n",
    "tweeën",
    "of",
    "behalve",
    "en",
    "honderd",
    "ja",
    "nee",
    "afmelden",
    "15 november",
    "[network]\n",
    "host = ",
    "\"\"\"",
    "= { env = \"X\" }",
    "{\"",
    "\":",
    "],[",
    "\\u0000",
    "\\ud800",
];

/// One of the seeds, changed a few times.
pub fn changed(seeds: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = pick(seeds, chance).to_vec();
    let times = 1 + chance.below(8) * chance.below(4);
    for _ in 0..times {
        change(&mut bytes, seeds, chance);
        bytes.truncate(LONGEST);
    }
    bytes
}

fn pick<'a>(seeds: &'a [Vec<u8>], chance: &mut Chance) -> &'a [u8] {
    &seeds[chance.below(seeds.len())]
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(bytes.len() + 1);
    let end = (at + chance.length(12)).min(bytes.len());
    match chance.below(12) {
        0 if at < bytes.len() => bytes[at] ^= 1 << chance.below(8),
        1 if at < bytes.len() => bytes[at] = chance.next() as u8,
        2 => drop(bytes.drain(at..end)),
        3 => {
            let piece = bytes[at..end].to_vec();
            let times = 1 + chance.length(8);
            bytes.splice(at..at, piece.repeat(times).into_iter().take(LONGEST));
        }
        4..=6 => drop(bytes.splice(at..at, WORDS[chance.below(WORDS.len())].bytes())),
        7 => drop(bytes.splice(at..end, WORDS[chance.below(WORDS.len())].bytes())),
        8 => {
            let other = pick(seeds, chance);
            let from = chance.below(other.len());
            let to = (from + chance.below(2_000)).min(other.len());
            bytes.splice(at..end, other[from..to].iter().copied());
        }
        9 => swap_lines(bytes, chance),
        10 => number(bytes, at, chance),
        _ => bytes.truncate(at),
    }
}

fn swap_lines(bytes: &mut Vec<u8>, chance: &mut Chance) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let (one, other) = (chance.below(lines.len()), chance.below(lines.len()));
    if chance.below(2) == 0 {
        lines.swap(one, other)
    } else {
        lines.insert(other, lines[one].clone())
    }
    *bytes = lines.concat();
}

/// Puts another number where the next one stands.
fn number(bytes: &mut Vec<u8>, at: usize, chance: &mut Chance) {
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|offset| at + offset) else { return };
    let end =
        bytes[start..].iter().position(|byte| !byte.is_ascii_digit()).map_or(bytes.len(), |length| start + length);
    let new = match chance.below(4) {
        0 => chance.below(100).to_string(),
        1 => (chance.next() % 10_000).to_string(),
        2 => chance.next().to_string(),
        _ => "9".repeat(chance.below(400)),
    };
    bytes.splice(start..end, new.bytes());
}
