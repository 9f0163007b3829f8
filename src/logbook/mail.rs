//! A mail of the logbook: what it says to people, and the lines or the snapshot that it carries, sealed. Pure.
//!
//! The seal is an HMAC under the secret of our Message-IDs, so that nobody but we can have written it. Where the configuration
//! does not name that secret it stands in the logbook itself; then the seal only tells a whole mail from a damaged one.

use super::{Line, What};
use crate::config::Network;
use crate::ids::MessageId;
use crate::letters::LetterError;
use crate::letters::compose::{Attachment, AutoSubmitted, Parts, compose};
use crate::mail::letter_ids::LetterSecret;
use crate::mail::message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::io::{Read as _, Write as _};

/// How a mail with lines is marked.
pub const LINES_MARK: &str = "logboek";
/// How a mail with a snapshot is marked.
pub const SNAPSHOT_MARK: &str = "logboek-stand";

const LINES_FILE: &str = "logboek.jsonl";
const SNAPSHOT_FILE: &str = "stand.jsonl.gz";
/// The most events that are told in words; the rest is counted.
const MOST_TOLD: usize = 12;
/// No snapshot unpacks to more: what does is none.
const MOST_BYTES: u64 = 1 << 30;

/// The last line of what a mail carries.
#[derive(Serialize, Deserialize)]
struct Seal {
    hmac: String,
}

/// What a mail of the logbook carries, before its seal is looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Carried {
    /// Lines, one JSON object each.
    Lines(Sealed),
    /// A snapshot, unpacked.
    Snapshot(Sealed),
}

/// Bytes with their seal.
#[derive(Clone, Debug, PartialEq)]
pub struct Sealed {
    body: Vec<u8>,
    hmac: String,
}

impl Sealed {
    /// The bytes, when this secret sealed them.
    pub fn open(&self, secret: &LetterSecret) -> Option<&[u8]> {
        (secret.seal(&self.body) == self.hmac).then_some(&self.body)
    }

    /// The bytes, whoever sealed them.
    pub fn unproven(&self) -> &[u8] {
        &self.body
    }
}

/// A mail with lines; `None` when there are none.
///
/// # Errors
/// When the network's address cannot stand in a mail.
pub fn of_lines(
    lines: &[Line],
    network: &Network,
    secret: &LetterSecret,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, LetterError> {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Ok(None) };
    let mut body = Vec::new();
    for line in lines {
        body.extend(serde_json::to_vec(line).map_err(|error| LetterError::Compose(error.to_string()))?);
        body.push(b'\n');
    }
    let told = told(lines, network);
    let subject = match told.as_slice() {
        [] => "aanmelder logboek".to_owned(),
        [only] => format!("aanmelder logboek: {only}"),
        [one, rest @ ..] => format!("aanmelder logboek: {one} (en nog {})", rest.len()),
    };
    let mut text =
        "Hier staat wat aanmelder heeft bijgehouden. Bewaar deze map: uit deze mails maakt een nieuwe computer de \
                    lijst weer op. Er hoeft niets mee te gebeuren; stuur ze niet door.\n\n"
            .to_owned();
    for sentence in told.iter().take(MOST_TOLD) {
        text.push_str(&format!("- {sentence}\n"));
    }
    if told.len() > MOST_TOLD {
        text.push_str(&format!("- en nog {} dingen\n", told.len() - MOST_TOLD));
    }
    text.push_str(&format!(
        "\nRegels {} tot en met {} van het logboek, deel {}.\n",
        first.number, last.number, last.book
    ));
    let id = format!("logboek.{}.{}.{}", last.book, first.number, last.number);
    let file = Attachment { name: LINES_FILE, mime: "application/jsonl", bytes: &sealed(body, secret) };
    mail(&id, &subject, text, LINES_MARK, file, network, now).map(Some)
}

/// A mail with a snapshot: the text of a backup.
///
/// # Errors
/// When the network's address cannot stand in a mail.
pub fn of_snapshot(
    backup: Vec<u8>,
    next: u64,
    network: &Network,
    secret: &LetterSecret,
    now: Timestamp,
) -> Result<Vec<u8>, LetterError> {
    let day = now.to_zoned_datetime(network.time_zone.clone()).strftime("%d-%m-%Y").to_string();
    let text = format!(
        "Dit is alles wat aanmelder op {day} wist: de bijeenkomsten, wie er komen en wie er wachten. Bewaar deze map: hieruit \
         maakt een nieuwe computer de lijst weer op. Er hoeft niets mee te gebeuren; stuur hem niet door.\n\nDe nieuwste drie \
         blijven bewaard; oudere worden vanzelf opgeruimd.\n"
    );
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let packed = packer.write_all(&sealed(backup, secret)).and_then(|()| packer.finish());
    let packed = packed.map_err(|error| LetterError::Compose(error.to_string()))?;
    let file = Attachment { name: SNAPSHOT_FILE, mime: "application/gzip", bytes: &packed };
    let id = format!("logboek-stand.{next}.{}", now.as_second());
    mail(&id, &format!("aanmelder logboek: de stand van {day}"), text, SNAPSHOT_MARK, file, network, now)
}

fn mail(
    id: &str,
    subject: &str,
    text: String,
    mark: &str,
    file: Attachment<'_>,
    network: &Network,
    now: Timestamp,
) -> Result<Vec<u8>, LetterError> {
    let html = format!("<pre style=\"white-space:pre-wrap;font:inherit\">{}</pre>", escaped(&text));
    compose(&Parts {
        id: &MessageId::new(&format!("{id}@{}", network.address.domain())),
        written_at: now,
        from: (&network.name, &network.address),
        to: ("", &network.address),
        subject,
        thread: Vec::new(),
        origin: AutoSubmitted::Generated,
        mark,
        text,
        html,
        calendar: None,
        attachments: vec![file],
    })
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What happened, one plain sentence each.
fn told(lines: &[Line], network: &Network) -> Vec<String> {
    let mut told = Vec::new();
    for line in lines {
        let What::Outcome(logged) = &line.what else { continue };
        let Some((_, entry)) = &logged.entry else { continue };
        let at = entry.at.to_zoned_datetime(network.time_zone.clone()).strftime("%d-%m %H:%M").to_string();
        told.extend(entry.notes.iter().map(|note| format!("{at} {}", note.text)));
    }
    told
}

fn sealed(mut body: Vec<u8>, secret: &LetterSecret) -> Vec<u8> {
    let seal = format!("{{\"hmac\":\"{}\"}}\n", secret.seal(&body));
    body.extend_from_slice(seal.as_bytes());
    body
}

/// What a mail carries; `None` when it is no mail of the logbook, or too damaged to tell.
pub fn read(mail: &[u8]) -> Option<Carried> {
    if let Some(bytes) = message::attachment(mail, LINES_FILE) {
        return unsealed(bytes).map(Carried::Lines);
    }
    let packed = message::attachment(mail, SNAPSHOT_FILE)?;
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    unsealed(bytes).map(Carried::Snapshot)
}

fn unsealed(mut bytes: Vec<u8>) -> Option<Sealed> {
    let whole = bytes.strip_suffix(b"\n")?;
    let end = whole.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
    let seal: Seal = serde_json::from_slice(whole.get(end..)?).ok()?;
    bytes.truncate(end);
    Some(Sealed { body: bytes, hmac: seal.hmac })
}

/// The lines; `None` when one of them cannot be read.
pub fn lines(body: &[u8]) -> Option<Vec<Line>> {
    let lines = body.split(|&b| b == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).ok()).collect()
}
