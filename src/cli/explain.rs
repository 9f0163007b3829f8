//! `aanmelder explain`: what would be done with these mails, and why; nothing is changed.

use super::ask;
use crate::config::Config;
use crate::daemon::control::Response;
use crate::explain::{self, Circumstances, Explanation, MadeUp};
use crate::mail::letter_ids::LetterSecret;
use crate::mail::safety::Identities;
use crate::mail::{Location, Origin, RawMail, message};
use crate::understanding::{Disposition, Gist, Mode, Request, Says, TracedClause};
use crate::{clock, daemon, handle};
use anyhow::{Context, bail};
use serde_json::json;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// `aanmelder explain BESTAND.eml…`
#[derive(clap::Args)]
pub struct Args {
    /// De mails, als .eml-bestanden; met --situations mogen ze weg, dan geldt elke mail die daarin staat
    #[arg(value_name = "MAIL.eml")]
    mails: Vec<PathBuf>,
    /// Eén JSON-object per regel, voor een programma
    #[arg(long)]
    json: bool,
    /// Bedachte omstandigheden in plaats van de echte: een JSON-object per regel, {"mail", "inbox", "received", "events",
    /// "registered"}; een configuratie is dan niet nodig
    #[arg(long, value_name = "BESTAND.jsonl")]
    situations: Option<PathBuf>,
}

/// Explains the mails, in the order given, and gives back what is to be printed.
///
/// # Errors
/// When the situations cannot be read. A mail that cannot be read is told about in its place.
pub fn run(args: Args, config: Option<&Path>) -> anyhow::Result<String> {
    let Some(situations) = &args.situations else {
        return live(&args, &ask::config(config)?);
    };
    let text = std::fs::read_to_string(situations)
        .with_context(|| format!("het situatiebestand {} is niet te lezen", situations.display()))?;
    let folder = situations.parent().unwrap_or(Path::new(""));
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let wanted = |line: &&str| {
        args.mails.is_empty()
            || MadeUp::from_json(line).is_ok_and(|made_up| {
                args.mails.iter().any(|mail| mail.ends_with(&made_up.mail) || *mail == folder.join(&made_up.mail))
            })
    };
    let lines: Vec<&str> = lines.into_iter().filter(wanted).collect();
    let told = in_parallel(&lines, |line| tell(line, folder, args.json));
    Ok(told.concat())
}

/// The mails as they would be judged now, by the list as it stands.
fn live(args: &Args, config: &Config) -> anyhow::Result<String> {
    if args.mails.is_empty() {
        bail!("noem een of meer mails, als .eml-bestanden");
    }
    let now = match ask::ask(config, &daemon::control::Request::Circumstances)? {
        Response::Circumstances(now) => *now,
        other => bail!("de draaiende aanmelder gaf een onverwacht antwoord: {other:?}"),
    };
    let told = in_parallel(&args.mails, |path| {
        let mail = path.display().to_string();
        match live_one(path, &now, config) {
            Ok(explanation) if args.json => format!("{}\n", explanation.json(&mail)),
            Ok(explanation) => page(&mail, &explanation),
            Err(why) if args.json => format!("{}\n", json!({ "mail": mail, "error": why })),
            Err(why) => format!("{mail}\n  {why}\n\n"),
        }
    });
    Ok(told.concat())
}

fn live_one(path: &Path, now: &daemon::control::Circumstances, config: &Config) -> Result<Explanation, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{} is niet te lezen: {error}", path.display()))?;
    let author = message::author(&bytes).map(|address| address.person());
    let secret = LetterSecret::new(now.secret);
    let who = Identities {
        own: &config.network.address,
        aliases: &config.network.aliases,
        coordinator: &config.coordinator.address,
        authserv_id: config.trust.authserv_id.as_deref(),
        secret: &secret,
        known: author.as_ref().is_some_and(|author| now.state.people.contains_key(author)),
    };
    let location = Location::Maildir { name: String::new() };
    let raw = RawMail { location, received_at: clock::now(), bytes };
    let mut seen = None;
    let interpreted = handle::interpret(&raw, &who, |_, screened| {
        let situation = handle::situation(&now.state, author.as_ref(), screened, &config.network, raw.received_at);
        seen = Some(situation.clone());
        situation
    });
    let interpreted = interpreted.map_err(|error| error.to_string())?;
    Ok(explain::conclude(interpreted, &who, seen.as_ref()))
}

/// One line of the situations, explained.
fn tell(line: &str, folder: &Path, as_json: bool) -> String {
    let explained = MadeUp::from_json(line).map_err(|error| (mail_of(line), error.to_string())).and_then(|made_up| {
        let path = folder.join(&made_up.mail);
        let failed = |why: String| (made_up.mail.clone(), why);
        let bytes =
            std::fs::read(&path).map_err(|error| failed(format!("{} is niet te lezen: {error}", path.display())))?;
        let explanation = explain_bytes(&bytes, &made_up.circumstances()).map_err(failed)?;
        Ok((made_up.mail, explanation))
    });
    match explained {
        Ok((mail, explanation)) if as_json => format!("{}\n", explanation.json(&mail)),
        Ok((mail, explanation)) => page(&mail, &explanation),
        Err((mail, why)) if as_json => format!("{}\n", json!({ "mail": mail, "error": why })),
        Err((mail, why)) => format!("{mail}\n  {why}\n\n"),
    }
}

fn explain_bytes(bytes: &[u8], now: &Circumstances<'_>) -> Result<Explanation, String> {
    explain::explain(bytes, now).map_err(|error| error.to_string())
}

/// The name of the mail in a line that is not sound otherwise.
fn mail_of(line: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    value.get("mail").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
}

/// Does the same with each item on all cores; the results come in the order of the items.
fn in_parallel<T: Sync>(items: &[T], work: impl Fn(&T) -> String + Sync) -> Vec<String> {
    let cores = thread::available_parallelism().map_or(1, usize::from).min(items.len().max(1));
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(at) else { return done };
            done.push((at, work(item)));
        }
    };
    let mut done: Vec<(usize, String)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, told)| told).collect()
}

/// The page for people.
fn page(mail: &str, explanation: &Explanation) -> String {
    let (reading, screened) = (&explanation.reading, &explanation.screened);
    let origin = match screened.origin {
        Origin::Person => "een mens",
        Origin::Coordinator => "de coördinator",
        Origin::Automatic => "een automaat",
        Origin::Bulk => "een nieuwsbrief of lijst",
        Origin::Bounce => "een bericht over bezorging",
        Origin::Own => "wijzelf",
    };
    let verdict = match reading.disposition {
        Disposition::Act => "uitvoeren en bevestigen",
        Disposition::Ask => "een mens moet kijken",
        Disposition::Ignore => "met rust laten",
    };
    let mut page = format!("{mail}\n");
    let mut row = |name: &str, text: &str| {
        for (at, line) in text.lines().enumerate() {
            let name = if at == 0 { name } else { "" };
            let _ = writeln!(page, "  {name:<12}{line}");
        }
    };
    row("van", &explanation.author);
    row("onderwerp", &explanation.subject);
    row("geschreven", &format!("door {origin}{}", because(&screened.reason)));
    row("getypt", &explanation.typed.lines().map(|line| format!("│ {line}")).collect::<Vec<_>>().join("\n"));
    row("wat nu", &format!("{verdict}{}", because(&reading.reason)));
    for request in &reading.requests {
        row("", &format!("→ {}", asked(request)));
    }
    if reading.question {
        row("", "→ er staat ook een vraag in, voor de coördinator");
    }
    if reading.pitch {
        row("", "→ de schrijver biedt een pitch aan");
    }
    row("woorden", &reading.evidence.iter().map(|words| format!("„{words}”")).collect::<Vec<_>>().join("  "));
    row("gelezen", &explanation.trace.clauses.iter().map(clause).collect::<Vec<_>>().join("\n"));
    let whole = explanation.trace.gist;
    row(
        "als geheel",
        &whole.map_or_else(String::new, |(gist, chance)| format!("{} ({:.0} %)", wanted(gist), chance * 100.0)),
    );
    let seats = explanation.trace.seats.filter(|_| !reading.requests.is_empty());
    row("plaatsen", &seats.map_or_else(String::new, |(seats, chance)| format!("{seats} ({:.0} %)", chance * 100.0)));
    row("twijfel", &reading.doubts.join("\n"));
    row("antwoord", if explanation.answer { "er gaat een brief uit" } else { "er gaat geen brief uit" });
    page.push('\n');
    page
}

/// One clause and how it was read: what it says and how likely that is, then what the grammar sees in it.
fn clause(clause: &TracedClause) -> String {
    let words = clause.words.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line = format!("„{words}” {} ({:.0} %)", meaning(clause.says), clause.chance * 100.0);
    for seen in clause.frames.iter().chain(&clause.concepts) {
        let _ = write!(line, "\n    {}", seen.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    line
}

fn meaning(says: Says) -> &'static str {
    match says {
        Says::Comes => "de schrijver komt",
        Says::StaysAway => "de schrijver komt niet",
        Says::OtherComes => "een ander van hem komt",
        Says::OtherStaysAway => "een ander van hem komt niet",
        Says::Counts => "wie of hoeveel",
        Says::Unsure => "het staat nog niet vast",
        Says::Instead => "iemand in zijn plaats",
        Says::Excuse => "waarom hij niet kan",
        Says::Elsewhere => "een andere keer, of anderen",
        Says::Turns => "neemt terug wat er stond",
        Says::Asks => "een vraag",
        Says::Pitches => "een pitch",
        Says::Subscribes => "op de mailinglijst",
        Says::Unsubscribes => "van de mailinglijst af",
        Says::Forget => "gegevens wissen",
        Says::Human => "iets voor een mens",
        Says::Foreign => "andere zaken",
        Says::Courtesy => "beleefdheid",
        Says::Nothing => "beslist niets",
    }
}

fn wanted(gist: Gist) -> &'static str {
    match gist {
        Gist::Nothing => "niet voor de inschrijving",
        Gist::Ask => "iets voor een mens",
        Gist::Comes => "er komt iemand",
        Gist::StaysAway => "er komt iemand niet",
        Gist::Both => "de een komt, de ander niet",
        Gist::List => "de mailinglijst, of gegevens wissen",
    }
}

fn because(reason: &str) -> String {
    if reason.is_empty() { String::new() } else { format!(": {reason}") }
}

/// A request in plain Dutch.
fn asked(request: &Request) -> String {
    let named = |names: &[String]| if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    let people = |seats: u32| if seats == 1 { "1 persoon".to_owned() } else { format!("{seats} personen") };
    match request {
        Request::Register { event, seats, mode: Mode::Set, names } => {
            format!("aanmelden voor {event}: {}{}", people(*seats), named(names))
        }
        Request::Register { event, seats, mode: Mode::Add, names } => {
            format!("erbij voor {event}: {}{}", people(*seats), named(names))
        }
        Request::Cancel { event, seats: None, names } => format!("afmelden voor {event}: allemaal{}", named(names)),
        Request::Cancel { event, seats: Some(seats), names } => {
            format!("afmelden voor {event}: {}{}", people(*seats), named(names))
        }
        Request::Subscribe => "op de mailinglijst".to_owned(),
        Request::Unsubscribe => "van de mailinglijst af".to_owned(),
        Request::Forget => "alle gegevens wissen".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_tells_the_whole_way_of_a_mail() {
        let situation = json!({
            "mail": "mail.eml", "inbox": "bot@zzp.example", "received": "2017-11-02T09:14:00+01:00",
            "events": [{
                "id": "b16", "title": "16e bijeenkomst", "start": "2017-11-15T14:15", "end": "2017-11-15T17:00",
                "venue": "De Geest", "address": "Den Haag", "capacity": 25,
            }],
            "registered": {},
        });
        let made_up = MadeUp::from_json(&situation.to_string()).unwrap();
        let mail = "From: Sanne de Wit <sanne@voorbeeld.nl>\r\nTo: bot@zzp.example\r\nSubject: Aanmelding\r\n\
            Message-ID: <1@voorbeeld.nl>\r\n\r\nIk kom graag op 15 november, met mijn man Theo. Is er parkeergelegenheid?\r\n";
        let told = page("mail.eml", &explain_bytes(mail.as_bytes(), &made_up.circumstances()).unwrap());
        // How likely, by weights that are learnt anew now and then.
        insta::with_settings!({ filters => [(r"\d+ %", "[N] %")] }, { insta::assert_snapshot!("page", told) });
    }
}
