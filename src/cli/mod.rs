//! The command line: what can be typed, and which file carries it out. The only part that prints.
//!
//! One file a command, each with its `Args` and a `run` that gives back what is to be printed, or prints as it goes when
//! that takes long. Data goes to standard output, all else to standard error. Called by `main`.

mod ask;
mod backup;
mod cancel;
mod check;
mod demo;
mod event;
mod explain;
mod export;
mod history;
mod letters;
mod list;
mod logging;
mod rebuild;
mod register;
mod restore;
mod run;
mod status;
mod tables;
#[cfg(test)]
mod tests;
mod usage;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::io::Write;
use std::path::PathBuf;

/// What was typed.
#[derive(Parser)]
#[command(
    name = "aanmelder",
    version,
    about = "Regelt de aanmeldingen voor bijeenkomsten, helemaal per mail.",
    after_help = "Meer over een opdracht:  aanmelder OPDRACHT --help\n\
                  De configuratie wordt gezocht in ./aanmelder.toml, ~/.config/aanmelder/ en /etc/aanmelder/."
)]
pub struct Cli {
    /// Het bestand met de configuratie
    #[arg(long, global = true, value_name = "BESTAND", display_order = 998)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Laat zien wat het doet: een inbox vol voorbeelden, zonder account of netwerk
    Demo(demo::Args),
    /// Lees de mail en beantwoord hem, tot het programma gestopt wordt
    Run(run::Args),
    /// Bijeenkomsten maken, bekijken, veranderen en afzeggen
    #[command(subcommand)]
    Event(event::Command),
    /// Toon wie er komen en wie er wachten
    List(list::Args),
    /// Meld iemand met de hand aan
    Register(register::Args),
    /// Meld iemand met de hand af
    Cancel(cancel::Args),
    /// Toon wat er besloten is over een persoon of een bijeenkomst, en waarom
    History(history::Args),
    /// Vertel wat er met een mail gedaan zou worden, en waarom
    Explain(explain::Args),
    /// Geef de deelnemers als CSV of JSON
    Export(export::Args),
    /// Bekijk de brieven, of verander hun sjablonen
    #[command(subcommand)]
    Letters(letters::Command),
    /// Toon hoe het gaat: verbindingen, wachtende brieven, de laatste fout
    Status(status::Args),
    /// Bewaar alles wat het weet in een bestand
    Backup(backup::Args),
    /// Zet een bestand van `backup` terug
    Restore(restore::Args),
    /// Bouw de lijst opnieuw op uit de mailbox, op een nieuwe computer of na schade
    Rebuild(rebuild::Args),
    /// Kijk de configuratie na en probeer of beide mailservers ons binnenlaten
    Check(check::Args),
}

/// Reads what was typed; shows help and ends the program when that was asked, or when it makes no sense.
pub fn parse() -> Cli {
    let matches = usage::in_dutch(Cli::command()).try_get_matches();
    match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => usage::end_with(&error),
    }
}

impl Cli {
    /// Carries out what was typed.
    ///
    /// # Errors
    /// Whatever kept it from being done, for `main` to print as one sentence.
    pub fn run(self) -> anyhow::Result<()> {
        let config = self.config.as_deref();
        let text = match self.command {
            Command::Demo(args) => return demo::run(&args),
            Command::Run(args) => return run::run(&args, config),
            Command::Event(command) => event::run(command, config)?,
            Command::List(args) => list::run(args, config)?,
            Command::Register(args) => register::run(args, config)?,
            Command::Cancel(args) => cancel::run(args, config)?,
            Command::History(args) => history::run(args, config)?,
            Command::Explain(args) => explain::run(args, config)?,
            Command::Export(args) => export::run(args, config)?,
            Command::Letters(command) => letters::run(command, config)?,
            Command::Status(args) => status::run(&args, config)?,
            Command::Backup(args) => backup::run(&args, config)?,
            Command::Restore(args) => restore::run(&args, config)?,
            Command::Rebuild(args) => rebuild::run(&args, config)?,
            Command::Check(args) => return check::run(&args, config),
        };
        Ok(anstream::stdout().write_all(text.as_bytes())?)
    }
}

/// An error as one sentence: what went wrong and what was behind it, each said once.
pub fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if text.is_empty() {
            text = cause;
        } else if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}
