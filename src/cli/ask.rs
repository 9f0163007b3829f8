//! Finding the configuration, and having a request carried out: by the running daemon, or here when none runs.

use crate::clock;
use crate::config::{self, Config};
use crate::daemon::control::{Done, LetterTo, Request, Response, Which};
use crate::daemon::engine::{Engine, EngineError};
use crate::daemon::socket;
use crate::ids::EventId;
use crate::registration::{EventStatus, LetterKind};
use crate::store::StoreError;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// So long a command waits for another one that has the store.
const PATIENCE: Duration = Duration::from_secs(5);

/// The configuration: the file that was named, or the first that is there.
pub fn config(named: Option<&Path>) -> anyhow::Result<Config> {
    Ok(config::load(&find(named)?)?)
}

/// The file of the configuration.
pub fn find(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let places = places(std::env::var_os("HOME").map(PathBuf::from));
    places.iter().find(|path| path.exists()).cloned().with_context(|| {
        let places: Vec<String> = places.iter().map(|path| path.display().to_string()).collect();
        format!("er is geen configuratie in {}; noem hem met --config BESTAND", places.join(", "))
    })
}

fn places(home: Option<PathBuf>) -> Vec<PathBuf> {
    let file = "aanmelder.toml";
    let mut places = vec![PathBuf::from(file)];
    places.extend(home.map(|home| home.join(".config/aanmelder").join(file)));
    places.push(Path::new("/etc/aanmelder").join(file));
    places
}

/// Has a request carried out. A refusal is an error with the sentence that says why.
pub fn ask(config: &Config, request: &Request) -> anyhow::Result<Response> {
    match answer(config, request)? {
        Response::Refused(why) => bail!(why),
        response => Ok(response),
    }
}

/// The answer of the daemon, or of the store in our own hands.
fn answer(config: &Config, request: &Request) -> anyhow::Result<Response> {
    let socket = socket::path_beside(&config.store);
    let start = Instant::now();
    loop {
        if let Some(response) = socket::ask(&socket, request)? {
            return Ok(response);
        }
        let now = clock::now();
        match Engine::open(config.clone(), now) {
            // A template that cannot be used is told by `check` and by the daemon; the built-in one does as well.
            Ok((engine, _)) => return Ok(engine.execute(request, now)),
            // Another command has the store, or a daemon that starts and does not listen yet.
            Err(EngineError::Store(StoreError::Locked { .. })) if start.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(100));
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Has something done and tells what came of it.
pub fn act(config: &Config, request: &Request) -> anyhow::Result<String> {
    match ask(config, request)? {
        Response::Done(done) => Ok(told(&done)),
        other => unexpected(&other),
    }
}

/// The event that is meant when none is named: the only one that is still to come.
pub fn event_or_only(config: &Config, named: Option<EventId>) -> anyhow::Result<EventId> {
    if let Some(event) = named {
        return Ok(event);
    }
    let mut open = match ask(config, &Request::EventList(Which::Coming))? {
        Response::Events(events) => events,
        other => return unexpected(&other),
    };
    open.retain(|overview| overview.event.status == EventStatus::Open);
    match open.as_slice() {
        [only] => Ok(only.event.id.clone()),
        [] => bail!("er is geen bijeenkomst op komst; maak er een met `aanmelder event add`"),
        several => {
            let names: Vec<&str> = several.iter().map(|overview| overview.event.id.as_str()).collect();
            bail!("er zijn meer bijeenkomsten op komst ({}); noem er een met --event", names.join(", "))
        }
    }
}

/// The error for an answer of the wrong kind.
pub fn unexpected<T>(response: &Response) -> anyhow::Result<T> {
    tracing::debug!(?response, "an answer of the wrong kind");
    bail!("de draaiende aanmelder gaf een ander antwoord dan verwacht; draait daar een andere versie?")
}

fn told(done: &Done) -> String {
    let mut text = String::new();
    for note in &done.notes {
        text.push_str(&format!("{note}\n"));
    }
    for LetterTo { kind, to } in &done.letters {
        text.push_str(&format!("Brief aan {to}: {}.\n", letter_name(*kind)));
    }
    text
}

/// What a letter is called.
pub fn letter_name(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Confirmed => "bevestiging",
        LetterKind::Waitlisted => "wachtlijst",
        LetterKind::Changed => "gewijzigd",
        LetterKind::AlreadyRegistered => "dubbel aangemeld",
        LetterKind::Cancelled => "afgemeld",
        LetterKind::NothingToCancel => "was niet aangemeld",
        LetterKind::Promoted => "doorgeschoven",
        LetterKind::Offered => "aanbod",
        LetterKind::OfferEnded => "aanbod voorbij",
        LetterKind::PleaseConfirm => "klopt dit",
        LetterKind::PassedOn => "doorgegeven aan de coördinator",
        LetterKind::EventMoved => "bijeenkomst verplaatst",
        LetterKind::EventCancelled => "bijeenkomst gaat niet door",
        LetterKind::Subscribed => "op de mailinglijst",
        LetterKind::Unsubscribed => "van de mailinglijst",
        LetterKind::Forgotten => "vergeten",
    }
}

/// Today, in the network's zone.
pub fn today(config: &Config) -> jiff::civil::Date {
    clock::now().to_zoned_datetime(config.network.time_zone.clone()).date()
}
