//! `aanmelder register`: somebody is signed up by hand, because he phoned or came by.

use super::{ask, event};
use crate::daemon::control::Request;
use crate::ids::{Address, EventId};
use std::path::Path;

#[derive(clap::Args)]
#[command(
    after_help = "Het gaat volgens dezelfde regels als een mail: is het vol, dan komt hij op de wachtlijst, en hij krijgt een brief.\n\
    Met --let-through krijgt hij zijn plaatsen hoe dan ook, ook boven het aantal; ook als hij al wacht.\n\
    Bijvoorbeeld:\n  aanmelder register piet@voorbeeld.nl --name \"Piet Bakker\" --seats 2 --with \"Anna Bakker\"\n  \
    aanmelder register piet@voorbeeld.nl --let-through --reason \"is de spreker\""
)]
pub struct Args {
    /// Het mailadres; daar gaat de bevestiging heen
    #[arg(value_name = "ADRES", value_parser = address)]
    address: Address,
    /// Voor welke bijeenkomst; niet nodig als er maar een op komst is
    #[arg(long, value_name = "BIJEENKOMST", value_parser = event::event_id)]
    event: Option<EventId>,
    /// Zijn naam
    #[arg(long, value_name = "NAAM", default_value = "")]
    name: String,
    /// Met hoeveel mensen hij komt, hijzelf meegeteld; zonder dit zoveel als er namen zijn
    #[arg(long, value_name = "AANTAL", value_parser = event::seats)]
    seats: Option<u32>,
    /// Wie hij meeneemt; mag vaker
    #[arg(long, value_name = "NAAM")]
    with: Vec<String>,
    /// Geef hem zijn plaatsen voor zijn beurt, en ook als het vol is
    #[arg(long, requires = "reason")]
    let_through: bool,
    /// Waarom; het wordt bewaard in de geschiedenis
    #[arg(long, value_name = "REDEN")]
    reason: Option<String>,
}

/// Checks a mail address.
pub fn address(text: &str) -> Result<Address, String> {
    Address::new(text).map_err(|_| format!("`{text}` is geen mailadres; het hoort eruit te zien als naam@voorbeeld.nl"))
}

pub fn run(args: Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let event = ask::event_or_only(&config, args.event.clone())?;
    ask::act(&config, &request(args, event))
}

/// Whoever is let through and about whom nothing else is said waits already.
fn request(args: Args, event: EventId) -> Request {
    let new = !args.name.is_empty() || !args.with.is_empty() || args.seats.is_some();
    let let_through = args.reason.clone().filter(|_| args.let_through);
    if let (Some(reason), false) = (&let_through, new) {
        return Request::LetThrough { event, address: args.address, reason: reason.clone() };
    }
    let named = u32::try_from(args.with.len()).unwrap_or(u32::MAX).saturating_add(1);
    let own = Some(args.name.clone()).filter(|name| !name.is_empty());
    Request::Register {
        event,
        address: args.address,
        name: args.name,
        seats: args.seats.unwrap_or(named),
        names: own.into_iter().chain(args.with).collect(),
        reason: args.reason,
        let_through,
    }
}
