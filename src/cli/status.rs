//! `aanmelder status`: how the daemon fares.

use super::{ask, tables};
use crate::clock;
use crate::daemon::control::{Contact, Request, Response, Status};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::path::Path;

/// What the two ways are called.
const IN: &str = "Post binnen";
const OUT: &str = "Post uit";

#[derive(clap::Args)]
pub struct Args {
    /// Als JSON, voor een programma
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let status = match ask::ask(&config, &Request::Status)? {
        Response::Status(status) => status,
        other => return ask::unexpected(&other),
    };
    if args.json {
        return Ok(serde_json::to_string_pretty(&status)? + "\n");
    }
    Ok(told(&status, clock::now(), &config.network.time_zone))
}

pub fn told(status: &Status, now: Timestamp, zone: &TimeZone) -> String {
    let since = |at: Timestamp| format!("{} ({} geleden)", tables::moment(at, zone), ago(at, now));
    let mut lines = vec![match status.running_since {
        Some(at) => format!("aanmelder {} draait sinds {}.", status.version, since(at)),
        None => format!("aanmelder {}: er draait nu geen; dit staat in de lijst.", status.version),
    }];
    if status.running_since.is_some() {
        lines.push(contact(IN, &status.inbox, &since));
        lines.push(contact(OUT, &status.outbox, &since));
        lines.push(format!("Gedaan sinds de start: {} mails, {} brieven.", status.mails_done, status.letters_sent));
    }
    lines.push(match (status.queued, status.oldest_queued) {
        (0, _) => "Er wachten geen brieven op verzending.".to_owned(),
        (queued, Some(at)) => format!("Er {} op verzending, de oudste van {}.", letters(queued), since(at)),
        (queued, None) => format!("Er {} op verzending.", letters(queued)),
    });
    if let Some(at) = status.oldest_unanswered {
        lines.push(format!("De oudste mail die nog niet gedaan is kwam {}.", since(at)));
    }
    if status.unlogged > 0 {
        lines.push(format!("Nog niet in het logboek van de mailbox: {} regels.", status.unlogged));
    }
    match status.set_aside {
        0 => {}
        1 => lines.push("Er is 1 mail opzij gelegd omdat hij niet te lezen was.".to_owned()),
        mails => lines.push(format!("Er zijn {mails} mails opzij gelegd omdat ze niet te lezen waren.")),
    }
    if let Some((at, error)) = &status.last_error {
        lines.push(format!("Laatste fout, {}: {error}", since(*at)));
    }
    lines.join("\n") + "\n"
}

fn contact(what: &str, contact: &Contact, since: &impl Fn(Timestamp) -> String) -> String {
    let last = contact.last_ok.map_or_else(|| "nog niet".to_owned(), since);
    match contact.failing_since {
        None => format!("{what}: {}, laatste contact {last}.", contact.place),
        Some(at) => {
            let trouble = contact.trouble.as_deref().unwrap_or("onbekend waarom");
            let halts = if what == IN { "komt niets binnen" } else { "gaat niets uit" };
            format!("{what}: er {halts} via {} sinds {}: {trouble}; laatste contact {last}.", contact.place, since(at))
        }
    }
}

fn letters(queued: u64) -> String {
    if queued == 1 { "wacht 1 brief".to_owned() } else { format!("wachten {queued} brieven") }
}

/// How long ago, in the largest unit that says something.
fn ago(at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs().max(0);
    match (seconds / 86_400, seconds / 3600, seconds / 60) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, _) => format!("{hours} uur"),
        (1, ..) => "1 dag".to_owned(),
        (days, ..) => format!("{days} dagen"),
    }
}
