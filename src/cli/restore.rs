//! `aanmelder restore`: a file of `backup` put back.

use super::ask;
use crate::backup;
use crate::clock;
use crate::config::why_unreadable;
use crate::daemon::control::Request;
use crate::daemon::socket;
use crate::store::{Store, StoreError};
use anyhow::bail;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_help = "Er gaat geen brief dubbel uit: wat nog wachtte, wordt eerst bij de verzonden post gezocht.\n\
    Wat na de reservekopie gebeurde, weet het niet meer. Staat het logboek in de mailbox, dan is\n\
    `aanmelder rebuild` beter.")]
pub struct Args {
    /// Welk bestand
    #[arg(value_name = "BESTAND")]
    file: PathBuf,
    /// Zet de lijst die er nu is opzij; er wordt niets weggegooid
    #[arg(long)]
    set_aside: bool,
}

pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let file = args.file.display();
    let text = match std::fs::read(&args.file) {
        Ok(text) => text,
        Err(error) => bail!("{file} {}", why_unreadable(&error)),
    };
    let backup = match backup::read(&text) {
        Ok(backup) => backup,
        Err(why) => bail!("{file} {why}; er is niets veranderd"),
    };
    if socket::ask(&socket::path_beside(&config.store), &Request::Status)?.is_some() {
        bail!(crate::daemon::rebuild::RebuildError::Running);
    }
    let now = clock::now();
    match Store::open(&config.store, now) {
        Ok(store) if store.is_empty() || args.set_aside => {}
        Ok(_) => bail!(
            "in {} staat al een lijst; geef --set-aside mee om die opzij te zetten, er wordt niets weggegooid",
            config.store.display()
        ),
        Err(StoreError::Corrupt { .. }) => {}
        Err(other) => return Err(other.into()),
    }
    let (kept, fingerprint) = backup::restore(&backup, &config.store, now)?;
    let mut told = format!("{} gegevens teruggezet uit {file}.\n", backup.head.count);
    if let Some(kept) = kept {
        told.push_str(&format!("Wat er stond, is bewaard in {}.\n", kept.display()));
    }
    told.push_str(&format!("Kenmerk van de lijst: {fingerprint}\n"));
    Ok(told)
}
