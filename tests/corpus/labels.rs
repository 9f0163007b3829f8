//! The labelled mails and the world that they are written in, as `dev.jsonl`, `own.jsonl` and `world.json` hold them.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// One labelled mail.
#[derive(Clone, Debug, Deserialize)]
pub struct Mail {
    pub id: String,
    /// When it arrived (RFC 3339 with the local offset).
    pub received: String,
    /// The events that could be signed up for.
    pub open_events: Vec<String>,
    /// The sender's standing: names by event.
    #[serde(default)]
    pub registered: Map<String, Value>,
    pub from: Sender,
    pub subject: String,
    /// What the person typed, greeting and signature included.
    pub body: String,
    /// The mail client whose dress it wears.
    pub client: String,
    /// What is quoted along: nothing, the name of a letter, or `{"text": …}`.
    #[serde(default)]
    pub quote: Value,
    /// Header fields besides the usual ones.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    pub expected: Answer,
}

/// Who wrote it.
#[derive(Clone, Debug, Deserialize)]
pub struct Sender {
    #[serde(default)]
    pub name: String,
    pub address: String,
}

/// What a mail asks: as it is labelled, or as the program read it.
#[derive(Clone, Debug, Deserialize)]
pub struct Answer {
    pub disposition: String,
    #[serde(default)]
    pub actions: Vec<Action>,
    #[serde(default)]
    pub question: bool,
    #[serde(default)]
    pub pitch: bool,
}

/// One thing asked.
#[derive(Clone, Debug, Deserialize)]
pub struct Action {
    #[serde(rename = "do")]
    pub verb: String,
    #[serde(default)]
    pub event: Option<String>,
    #[serde(default)]
    pub seats: Option<u32>,
    #[serde(default)]
    pub mode: Option<String>,
}

/// The network, its events and its letters.
#[derive(Clone, Debug, Deserialize)]
pub struct World {
    pub events: BTreeMap<String, Map<String, Value>>,
    pub letters: BTreeMap<String, Letter>,
    network: Network,
}

/// A letter that people answer.
#[derive(Clone, Debug, Deserialize)]
pub struct Letter {
    pub date: String,
    pub subject: String,
    pub text: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Network {
    address: String,
}

/// The world that all labelled mails live in.
pub fn world() -> World {
    serde_json::from_str(include_str!("world.json")).expect("world.json is sound")
}

/// The mails of one file.
pub fn mails(jsonl: &str) -> Vec<Mail> {
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    jsonl.lines().filter(|line| !line.trim().is_empty()).map(line).collect()
}

/// What a reader may know besides the mail: a line for `explain --situations`.
pub fn situation(mail: &Mail, file: &str, world: &World) -> String {
    let event = |id: &String| {
        let mut event = world.events[id].clone();
        event.insert("id".to_owned(), json!(id));
        event
    };
    let events: Vec<_> = mail.open_events.iter().map(event).collect();
    json!({
        "mail": file, "inbox": world.network.address, "received": mail.received,
        "events": events, "registered": mail.registered,
    })
    .to_string()
}
