//! `aanmelder register`: somebody is signed up by hand, because he phoned or came by.

use super::{ask, event};
use crate::daemon::control::Request;
use crate::ids::{Address, EventId};
use std::path::Path;

#[derive(clap::Args)]
#[command(
    after_help = "Het gaat volgens dezelfde regels als een mail: is het vol, dan komt hij op de wachtlijst, en hij krijgt een brief.\n\
    Met --let-through krijgt wie wacht meteen zijn plaatsen, ook boven het aantal.\n\
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
    #[arg(long, value_name = "NAAM", default_value = "", conflicts_with = "let_through")]
    name: String,
    /// Met hoeveel mensen hij komt, hijzelf meegeteld; zonder dit zoveel als er namen zijn
    #[arg(long, value_name = "AANTAL", value_parser = event::seats, conflicts_with = "let_through")]
    seats: Option<u32>,
    /// Wie hij meeneemt; mag vaker
    #[arg(long, value_name = "NAAM", conflicts_with = "let_through")]
    with: Vec<String>,
    /// Geef wie wacht zijn plaatsen, voor zijn beurt en ook als het vol is
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

fn request(args: Args, event: EventId) -> Request {
    match args.reason {
        Some(reason) if args.let_through => Request::LetThrough { event, address: args.address, reason },
        reason => {
            let named = u32::try_from(args.with.len()).unwrap_or(u32::MAX).saturating_add(1);
            let own = Some(args.name.clone()).filter(|name| !name.is_empty());
            Request::Register {
                event,
                address: args.address,
                name: args.name,
                seats: args.seats.unwrap_or(named),
                names: own.into_iter().chain(args.with).collect(),
                reason,
            }
        }
    }
}
