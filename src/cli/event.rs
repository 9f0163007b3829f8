//! `aanmelder event`: making, looking at, changing and calling off events.

use super::{ask, tables};
use crate::clock;
use crate::config::Config;
use crate::daemon::control::{Listing, NewEvent, Request, Response, Which};
use crate::dates_nl::{self, When};
use crate::ids::EventId;
use crate::registration::{EventEdit, WaitlistRule};
use anyhow::{Context, bail};
use jiff::ZonedDateTime;
use std::path::Path;

#[derive(clap::Subcommand)]
pub enum Command {
    /// Maak een bijeenkomst waar mensen zich voor kunnen aanmelden
    Add(Add),
    /// Toon de bijeenkomsten die nog komen
    List(List),
    /// Toon een bijeenkomst, met wie er komt en wie er wacht
    Show(Show),
    /// Verander een bijeenkomst; wie is aangemeld hoort het als de tijd of de plek verandert
    Edit(Edit),
    /// Zeg een bijeenkomst af; iedereen die is aangemeld krijgt bericht
    Cancel(Cancel),
}

#[derive(clap::Args)]
#[command(
    after_help = "Bijvoorbeeld:\n  aanmelder event add b16 --title \"16e bijeenkomst\" --when \"15 november 14:15-17:00\" \\\n    --seats 25 --venue \"De Geest\" --address \"Loosduinse Hoofdstraat 1, Den Haag\""
)]
pub struct Add {
    /// Een korte naam, zoals b16: kleine letters, cijfers en streepjes
    #[arg(value_name = "NAAM", value_parser = event_id)]
    event: EventId,
    /// Hoe de bijeenkomst in de brieven heet
    #[arg(long, value_name = "TITEL")]
    title: String,
    /// Wanneer, met begin en eind: "15 november 14:15-17:00"
    #[arg(long, value_name = "WANNEER")]
    when: String,
    /// Hoeveel plaatsen er zijn
    #[arg(long, value_name = "AANTAL", value_parser = seats)]
    seats: u32,
    /// De naam van de plek
    #[arg(long, value_name = "PLEK", default_value = "")]
    venue: String,
    /// Straat en plaats
    #[arg(long, value_name = "ADRES", default_value = "")]
    address: String,
    #[command(flatten)]
    rules: RuleArgs,
}

#[derive(clap::Args)]
struct RuleArgs {
    /// De grootste groep die zonder vragen een plaats krijgt
    #[arg(long, value_name = "AANTAL", value_parser = seats)]
    max_party: Option<u32>,
    /// Wie een vrije plaats krijgt: fill (de eerste groep die past) of strict (wie vooraan staat)
    #[arg(long, value_name = "REGEL")]
    waitlist: Option<WaitlistArg>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum WaitlistArg {
    Fill,
    Strict,
}

impl From<WaitlistArg> for WaitlistRule {
    fn from(arg: WaitlistArg) -> Self {
        match arg {
            WaitlistArg::Fill => Self::Fill,
            WaitlistArg::Strict => Self::Strict,
        }
    }
}

#[derive(clap::Args)]
pub struct List {
    /// Ook die voorbij zijn
    #[arg(long)]
    all: bool,
    /// Als JSON, voor een programma
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
pub struct Show {
    /// De naam van de bijeenkomst
    #[arg(value_name = "NAAM", value_parser = event_id)]
    event: EventId,
    /// Als JSON, voor een programma
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args)]
#[command(
    after_help = "Wat je niet noemt blijft zoals het was. Bijvoorbeeld:\n  aanmelder event edit b16 --seats 30\n  aanmelder event edit b16 --when \"22 november\"       (dezelfde tijd, een andere dag)"
)]
pub struct Edit {
    /// De naam van de bijeenkomst
    #[arg(value_name = "NAAM", value_parser = event_id)]
    event: EventId,
    /// Hoe de bijeenkomst in de brieven heet
    #[arg(long, value_name = "TITEL")]
    title: Option<String>,
    /// Wanneer: "22 november 14:15-17:00", of alleen de dag
    #[arg(long, value_name = "WANNEER")]
    when: Option<String>,
    /// Hoeveel plaatsen er zijn; komen er bij, dan schuift de wachtlijst door
    #[arg(long, value_name = "AANTAL", value_parser = seats)]
    seats: Option<u32>,
    /// De naam van de plek
    #[arg(long, value_name = "PLEK")]
    venue: Option<String>,
    /// Straat en plaats
    #[arg(long, value_name = "ADRES")]
    address: Option<String>,
    #[command(flatten)]
    rules: RuleArgs,
}

#[derive(clap::Args)]
pub struct Cancel {
    /// De naam van de bijeenkomst
    #[arg(value_name = "NAAM", value_parser = event_id)]
    event: EventId,
    /// Waarom; het wordt bewaard in de geschiedenis
    #[arg(long, value_name = "REDEN")]
    reason: Option<String>,
}

/// Checks the name of an event.
pub fn event_id(text: &str) -> Result<EventId, String> {
    EventId::new(text).map_err(|_| {
        format!("`{text}` kan geen naam van een bijeenkomst zijn; gebruik 1 tot 32 kleine letters, cijfers of streepjes, zoals b16")
    })
}

/// Checks a number of seats.
pub fn seats(text: &str) -> Result<u32, String> {
    let seats = text.parse().ok().filter(|seats| (1..=10_000).contains(seats));
    seats.ok_or_else(|| format!("`{text}` is geen aantal; noem een getal van 1 tot en met 10000"))
}

pub fn run(command: Command, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    match command {
        Command::Add(args) => ask::act(&config, &Request::EventAdd(new_event(args, &config)?)),
        Command::List(args) => list(&args, &config),
        Command::Show(args) => show(&args, &config),
        Command::Edit(args) => edit(args, &config),
        Command::Cancel(args) => ask::act(&config, &Request::EventCancel { event: args.event, reason: args.reason }),
    }
}

fn new_event(args: Add, config: &Config) -> anyhow::Result<NewEvent> {
    let when = dates_nl::read(&args.when, ask::today(config))?;
    let zone = &config.network.time_zone;
    let (Some(_), Some(start), Some(end)) = (when.start, when.start_in(zone), when.end_in(zone)) else {
        bail!("zeg bij --when ook hoe laat het begint en eindigt, zoals \"15 november 14:15-17:00\"");
    };
    if start.timestamp() < clock::now() {
        bail!("{} is al voorbij", dates_nl::show_date(start.date()));
    }
    Ok(NewEvent {
        id: args.event,
        title: args.title,
        start,
        end,
        venue: args.venue,
        address: args.address,
        capacity: args.seats,
        max_party: args.rules.max_party,
        waitlist: args.rules.waitlist.map(WaitlistRule::from),
    })
}

fn list(args: &List, config: &Config) -> anyhow::Result<String> {
    let which = if args.all { Which::All } else { Which::Coming };
    match ask::ask(config, &Request::EventList(which))? {
        Response::Events(events) if args.json => Ok(serde_json::to_string_pretty(&events)? + "\n"),
        Response::Events(events) => Ok(tables::overviews(&events)),
        other => ask::unexpected(&other),
    }
}

fn show(args: &Show, config: &Config) -> anyhow::Result<String> {
    let listing = listing(config, args.event.clone())?;
    if args.json {
        return Ok(serde_json::to_string_pretty(&listing)? + "\n");
    }
    Ok(format!("{}\n{}", tables::event(&listing.overview), tables::people(&listing, &config.network.time_zone)))
}

/// One event with its people.
pub fn listing(config: &Config, event: EventId) -> anyhow::Result<Listing> {
    match ask::ask(config, &Request::EventShow { event })? {
        Response::Event(listing) => Ok(*listing),
        other => ask::unexpected(&other),
    }
}

fn edit(args: Edit, config: &Config) -> anyhow::Result<String> {
    let (start, end) = match &args.when {
        Some(when) => {
            let when = dates_nl::read(when, ask::today(config))?;
            let event = listing(config, args.event.clone())?.overview.event;
            moved(&when, &event.start, &event.end, config)?
        }
        None => (None, None),
    };
    let edit = EventEdit {
        title: args.title,
        start,
        end,
        venue: args.venue,
        address: args.address,
        capacity: args.seats,
        max_party: args.rules.max_party,
        waitlist: args.rules.waitlist.map(WaitlistRule::from),
    };
    if edit == EventEdit::default() {
        bail!("zeg wat er anders wordt, zoals --seats 30; --help vertelt wat er kan");
    }
    ask::act(config, &Request::EventEdit { event: args.event, edit })
}

/// The new start and end. Only a day keeps the times, only a start keeps the length.
fn moved(
    when: &When,
    start: &ZonedDateTime,
    end: &ZonedDateTime,
    config: &Config,
) -> anyhow::Result<(Option<ZonedDateTime>, Option<ZonedDateTime>)> {
    let zone = &config.network.time_zone;
    let whole = When { start: when.start.or(Some(start.time())), ..*when };
    let new_start = whole.start_in(zone).context("die dag bestaat niet")?;
    let new_end = match whole.end_in(zone) {
        Some(end) => end,
        None => new_start.checked_add(start.duration_until(end)).context("die dag bestaat niet")?,
    };
    Ok((Some(new_start), Some(new_end)))
}
