//! `aanmelder export`: the people of an event for a spreadsheet or a program.

use super::{ask, event, tables};
use crate::daemon::control::{Listing, Party};
use crate::ids::EventId;
use crate::mail::sanitize;
use jiff::tz::TimeZone;
use std::path::Path;

#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("format").required(true))]
#[command(after_help = "Bijvoorbeeld:  aanmelder export b16 --csv > b16.csv")]
pub struct Args {
    /// Van welke bijeenkomst
    #[arg(value_name = "BIJEENKOMST", value_parser = event::event_id)]
    event: EventId,
    /// Als CSV, voor een rekenblad
    #[arg(long, group = "format")]
    csv: bool,
    /// Als JSON, voor een programma
    #[arg(long, group = "format")]
    json: bool,
}

pub fn run(args: Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let listing = event::listing(&config, args.event)?;
    if args.json {
        Ok(serde_json::to_string_pretty(&listing)? + "\n")
    } else {
        csv(&listing, &config.network.time_zone)
    }
}

/// One line a party; who has seats and waits for more has two.
pub fn csv(listing: &Listing, zone: &TimeZone) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["status", "naam", "adres", "plaatsen", "namen", "sinds"])?;
    let mut write = |status: &str, seats: u32, party: &Party| {
        writer.write_record([
            status,
            &harmless(&party.name),
            &harmless(party.address.as_str()),
            &seats.to_string(),
            &harmless(&party.names.join(", ")),
            &tables::moment(party.since, zone),
        ])
    };
    for party in &listing.coming {
        write("komt", party.confirmed, party)?;
    }
    for party in &listing.waiting {
        write("wacht", party.waiting, party)?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// A field on one line that no spreadsheet takes for a formula (owasp.org/www-community/attacks/CSV_Injection).
fn harmless(text: &str) -> String {
    let text = sanitize::line(text, 500);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}
