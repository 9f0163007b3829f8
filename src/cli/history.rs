//! `aanmelder history`: what was decided about somebody or an event, and by which words.

use super::{ask, event, register, tables};
use crate::daemon::control::{HistoryOf, Request, Response};
use crate::mail::sanitize;
use crate::outcome::{Cause, JournalEntry};
use jiff::tz::TimeZone;
use std::path::Path;

#[derive(clap::Args)]
pub struct Args {
    /// Een mailadres, of de naam van een bijeenkomst
    #[arg(value_name = "ADRES|BIJEENKOMST", value_parser = history_of)]
    of: HistoryOf,
    /// Als JSON, voor een programma
    #[arg(long)]
    json: bool,
}

fn history_of(text: &str) -> Result<HistoryOf, String> {
    if text.contains('@') {
        register::address(text).map(HistoryOf::Person)
    } else {
        event::event_id(text).map(HistoryOf::Event)
    }
}

pub fn run(args: Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let entries = match ask::ask(&config, &Request::History(args.of))? {
        Response::History(entries) => entries,
        other => return ask::unexpected(&other),
    };
    if args.json {
        return Ok(serde_json::to_string_pretty(&entries)? + "\n");
    }
    if entries.is_empty() {
        return Ok("Daar is niets over bekend.\n".to_owned());
    }
    Ok(entries.iter().map(|entry| told(entry, &config.network.time_zone)).collect())
}

pub fn told(entry: &JournalEntry, zone: &TimeZone) -> String {
    let line = |text: &str| sanitize::line(text, 300);
    let cause = match &entry.cause {
        Cause::Mail { subject, .. } => match &entry.person {
            Some(person) => format!("mail van {}: \"{}\"", line(person.as_str()), line(subject)),
            None => format!("mail: \"{}\"", line(subject)),
        },
        Cause::Command(words) => format!("opdracht: {}", line(words)),
        Cause::Clock => "de tijd".to_owned(),
    };
    let mut text = format!("{}  {cause}\n", tables::moment(entry.at, zone));
    for note in &entry.notes {
        text.push_str(&format!("    {}\n", line(&note.text)));
    }
    // A command is its own reason.
    if !matches!(entry.cause, Cause::Command(_)) && !entry.reason.is_empty() {
        text.push_str(&format!("    waarom: {}\n", line(&entry.reason)));
    }
    if !entry.evidence.is_empty() {
        let words: Vec<String> = entry.evidence.iter().map(|words| format!("\"{}\"", line(words))).collect();
        text.push_str(&format!("    woorden: {}\n", words.join(", ")));
    }
    text
}
