//! `aanmelder rebuild`: the list put together again from the mailbox.

use super::{ask, run, tables};
use crate::clock;
use crate::daemon::rebuild::{self, Options, Progress, Report};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use std::path::Path;

#[derive(clap::Args)]
#[command(after_help = "Er gaat niets de deur uit en er wordt niets weggegooid.\n\
    Daarna gaat het verder met `aanmelder run`; brieven die al verstuurd zijn, gaan niet nog eens.")]
pub struct Args {
    /// Zet de lijst die er nu is opzij, ook al is hij heel
    #[arg(long)]
    set_aside: bool,
    /// Kijk alleen naar mail vanaf deze dag, zoals "1 november 2017"
    #[arg(long, value_name = "DATUM")]
    since: Option<String>,
}

pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let zone = config.network.time_zone.clone();
    let since = args.since.as_deref().map(|text| run::since(text, &config)).transpose()?;
    let options = Options { set_aside: args.set_aside, since };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut bar = Bar::new();
    let report = runtime.block_on(rebuild::rebuild(config, options, clock::now(), &mut |step| bar.show(step)));
    bar.finish();
    Ok(told(&report?, &zone))
}

/// The bar on a terminal, with how fast it goes and how long it still takes; nothing where there is none.
struct Bar {
    bar: ProgressBar,
    mails: bool,
}

impl Bar {
    fn new() -> Self {
        Self { bar: ProgressBar::new(0), mails: false }
    }

    fn show(&mut self, step: Progress) {
        let (what, done, of) = match step {
            Progress::Logbook { done, of } => ("Logboek", done, of),
            Progress::Mails { done, of } => ("Mails", done, of),
        };
        if !self.mails && what == "Mails" {
            self.mails = true;
            self.bar.reset();
        }
        let template = "{prefix:7} {bar:30} {pos} van {len}, {per_sec}, nog {eta}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_prefix(what);
        self.bar.set_length(of as u64);
        self.bar.set_position(done as u64);
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// What came of it, for whoever did it.
pub fn told(report: &Report, zone: &TimeZone) -> String {
    let mut lines = Vec::new();
    let from = match report.snapshot {
        Some(at) => format!("de stand van {} en {} van het logboek", tables::moment(at, zone), rules(report.lines)),
        None if report.lines > 0 => format!("{} van het logboek", rules(report.lines)),
        None => "de mails alleen: er is geen logboek".to_owned(),
    };
    lines.push(format!("Opgebouwd uit {from}."));
    if report.mails_read > 0 {
        lines.push(format!(
            "{} nagekeken waar het logboek niet van wist; {} daarvan {} meegenomen.",
            mails(report.mails_read),
            report.mails_taken,
            if report.mails_taken == 1 { "is" } else { "zijn" }
        ));
    }
    let (events, people, registrations) = report.known;
    lines.push(format!("Bekend: {events} bijeenkomsten, {people} mensen, {registrations} aanmeldingen."));
    if !report.missing.is_empty() {
        let runs: Vec<String> = report.missing.iter().map(|(first, last)| format!("{first}-{last}")).collect();
        lines.push(format!(
            "Let op: van het logboek ontbreken de regels {}; wat daarin stond komt uit de mails, of is er niet.",
            runs.join(", ")
        ));
    }
    if report.damaged > 0 {
        lines.push(format!("Let op: {} van het logboek niet te gebruiken.", mails(report.damaged)));
    }
    if report.mails_refused > 0 {
        lines.push(format!(
            "Let op: {} door de mailserver niet gegeven; probeer het later nog eens met `aanmelder rebuild --set-aside`.",
            mails(report.mails_refused)
        ));
    }
    if report.left > 0 {
        lines.push(format!("{} nog in de inbox; `aanmelder run` beantwoordt die.", lie(report.left)));
    }
    if report.waiting > 0 {
        lines.push(format!(
            "Wachtende brieven: {}; ze worden eerst bij de verzonden post gezocht, zodat niets dubbel gaat.",
            report.waiting
        ));
    }
    if let Some(kept) = &report.kept {
        lines.push(format!("Wat er stond, is bewaard in {}.", kept.display()));
    }
    lines.push(format!("Kenmerk van de lijst: {}", report.fingerprint));
    lines.join("\n") + "\n"
}

fn rules(count: usize) -> String {
    if count == 1 { "1 regel".to_owned() } else { format!("{count} regels") }
}

fn mails(count: usize) -> String {
    if count == 1 { "1 mail is".to_owned() } else { format!("{count} mails zijn") }
}

fn lie(count: usize) -> String {
    if count == 1 { "1 mail ligt".to_owned() } else { format!("{count} mails liggen") }
}
