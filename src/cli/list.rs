//! `aanmelder list`: who comes and who waits.

use super::{ask, event, tables};
use crate::daemon::control::{Request, Response};
use crate::ids::EventId;
use std::path::Path;

#[derive(clap::Args)]
pub struct Args {
    /// Van welke bijeenkomst; zonder naam van alle die nog komen
    #[arg(value_name = "BIJEENKOMST", value_parser = event::event_id)]
    event: Option<EventId>,
    /// Als JSON, voor een programma
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let listings = match ask::ask(&config, &Request::List { event: args.event })? {
        Response::Listings(listings) => listings,
        other => return ask::unexpected(&other),
    };
    if args.json {
        return Ok(serde_json::to_string_pretty(&listings)? + "\n");
    }
    if listings.is_empty() {
        return Ok("Er is geen bijeenkomst op komst.\n".to_owned());
    }
    let zone = &config.network.time_zone;
    let texts = listings
        .iter()
        .map(|listing| format!("{}\n{}", tables::event(&listing.overview), tables::people(listing, zone)))
        .collect::<Vec<_>>();
    Ok(texts.join("\n\n"))
}
