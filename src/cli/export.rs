//! `aanmelder export`: the people of an event for a spreadsheet or a program.

use super::{ask, event};
use crate::coordinator::export;
use crate::daemon::control::{Request, Response};
use crate::ids::EventId;
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
    let listing = event::listing(&config, args.event.clone())?;
    if args.json {
        return Ok(serde_json::to_string_pretty(&listing)? + "\n");
    }
    let state = match ask::ask(&config, &Request::Circumstances)? {
        Response::Circumstances(circumstances) => circumstances.state,
        other => return ask::unexpected(&other),
    };
    let rows = export::rows(&state, &args.event, &config.network.time_zone).unwrap_or_default();
    Ok(String::from_utf8(export::csv(&rows)?)?)
}
