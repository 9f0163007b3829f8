//! `aanmelder check`: is the configuration right, and do both servers let us in? Changes nothing and sends nothing.

use super::ask;
use crate::config::{self, Config, ImapAccount, Login, SecretSource, Server, Sink, Source};
use crate::letters::Letters;
use crate::mail::inbox::Inbox;
use crate::mail::outbox::Outbox;
use crate::secret;
use anyhow::{Context, bail};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

#[derive(clap::Args)]
#[command(after_help = "Er verandert niets en er gaat geen post uit.")]
pub struct Args {}

/// Prints as it goes: a server may take its time.
pub fn run(_args: &Args, named: Option<&Path>) -> anyhow::Result<()> {
    let path = ask::find(named)?;
    let config = config::load(&path)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut out = anstream::stdout();
    let mut failed = false;
    let mut say = |what: &str, found: anyhow::Result<String>| {
        failed |= found.is_err();
        match found {
            Ok(text) => writeln!(out, "{what:<12}  in orde: {text}"),
            Err(error) => writeln!(out, "{what:<12}  FOUT: {}", super::sentence(&error)),
        }
    };
    say("configuratie", Ok(path.display().to_string()))?;
    say("post binnen", runtime.block_on(inbox(&config)))?;
    say("post uit", runtime.block_on(outbox(&config)))?;
    say("brieven", templates(&config))?;
    say("lijst", store(&config))?;
    for source in secrets(&config) {
        if let Some(path) = readable_by_others(source) {
            writeln!(
                out,
                "let op        anderen kunnen {} lezen; maak dat dicht met: chmod 600 {}",
                path.display(),
                path.display()
            )?;
        }
    }
    if failed {
        bail!("niet alles is in orde; zie hierboven");
    }
    Ok(())
}

async fn inbox(config: &Config) -> anyhow::Result<String> {
    let (place, password) = match &config.source {
        Source::Imap(ImapAccount { server, .. }) => (login(server), secret::for_login(server)?),
        Source::Maildir(path) => (path.display().to_string(), None),
    };
    let inbox = Inbox::open(&config.source, &config.filing, password).await?;
    let may_file = inbox.may_file();
    inbox.close().await;
    may_file?;
    Ok(place)
}

async fn outbox(config: &Config) -> anyhow::Result<String> {
    let (place, password) = match &config.sink {
        Sink::Smtp(server) => (login(server), secret::for_login(server)?),
        // The daemon makes the folder; nothing is made here.
        Sink::Folder(path) => return Ok(path.display().to_string()),
    };
    Outbox::new(&config.sink, password)?.check().await?;
    Ok(place)
}

fn login(server: &Server) -> String {
    match server.login {
        Login::Password | Login::Xoauth2 => {
            format!("ingelogd bij {}:{} als {}", server.host, server.port, server.user)
        }
        Login::Nothing => format!("verbonden met {}:{}, zonder in te loggen", server.host, server.port),
    }
}

fn templates(config: &Config) -> anyhow::Result<String> {
    let Some(folder) = &config.templates else { return Ok("de ingebouwde".to_owned()) };
    let (_, problems) = Letters::with_overrides(&config::template_files(folder)?);
    if problems.is_empty() {
        return Ok(folder.display().to_string());
    }
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    bail!(problems.join("\n              "))
}

fn store(config: &Config) -> anyhow::Result<String> {
    let parent =
        config.store.parent().context("de lijst kan niet de hoofdmap zelf zijn; kies bij [store] een andere `path`")?;
    if !config.store.is_dir() && !parent.is_dir() {
        bail!("de map {} is er niet; maak hem, of kies bij [store] een andere `path`", parent.display());
    }
    Ok(config.store.display().to_string())
}

fn secrets(config: &Config) -> Vec<&SecretSource> {
    let mut sources = Vec::new();
    let servers = config.source.server().into_iter().chain(config.sink.server());
    sources.extend(servers.filter(|server| server.login != Login::Nothing).map(|server| &server.password));
    sources.extend(&config.trust.secret);
    sources.dedup();
    sources
}

fn readable_by_others(source: &SecretSource) -> Option<&Path> {
    match source {
        SecretSource::File(path) => {
            let mode = std::fs::metadata(path).ok()?.permissions().mode();
            (mode & 0o077 != 0).then_some(path)
        }
        _ => None,
    }
}
