//! `aanmelder cancel`: somebody's seats are given back by hand.

use super::{ask, event, register};
use crate::daemon::control::Request;
use crate::ids::{Address, EventId};
use std::path::Path;

#[derive(clap::Args)]
#[command(after_help = "Wie op de wachtlijst staat schuift door, en iedereen krijgt bericht, net als na een mail.\n\
    Een hele bijeenkomst afzeggen gaat met `aanmelder event cancel`.")]
pub struct Args {
    /// Het mailadres van wie niet komt
    #[arg(value_name = "ADRES", value_parser = register::address)]
    address: Address,
    /// Voor welke bijeenkomst; niet nodig als er maar een op komst is
    #[arg(long, value_name = "BIJEENKOMST", value_parser = event::event_id)]
    event: Option<EventId>,
    /// Hoeveel mensen er afvallen; zonder dit allemaal
    #[arg(long, value_name = "AANTAL", value_parser = event::seats)]
    seats: Option<u32>,
    /// Waarom; het wordt bewaard in de geschiedenis
    #[arg(long, value_name = "REDEN")]
    reason: Option<String>,
}

pub fn run(args: Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let event = ask::event_or_only(&config, args.event)?;
    ask::act(&config, &Request::Cancel { event, address: args.address, seats: args.seats, reason: args.reason })
}
