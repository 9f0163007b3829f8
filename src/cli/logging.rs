//! Setting up the log: to standard error, as text or JSON, as the configuration has it.

use crate::config::Log;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::io::{self, IsTerminal, Write, stderr};
use std::sync::LazyLock;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::fmt::writer::BoxMakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// These write passwords, whole mails or much noise below this level, whatever the configuration asks.
const PINNED: [&str; 3] = ["async_imap", "lettre", "sled"];

/// Starts the log. To be called once.
pub fn start(log: &Log) {
    let filter = filter(&log.filter);
    // Under systemd the journal puts the time before each line.
    let timed = std::env::var_os("JOURNAL_STREAM").is_none();
    let writer = if log.full_addresses { BoxMakeWriter::new(stderr) } else { BoxMakeWriter::new(|| Shortening) };
    let layer = fmt::layer().with_writer(writer).with_ansi(stderr().is_terminal());
    let registry = tracing_subscriber::registry().with(filter);
    let started = match (log.json, timed) {
        (true, _) => registry.with(layer.json().flatten_event(true)).try_init(),
        (false, true) => registry.with(layer).try_init(),
        (false, false) => registry.with(layer.without_time()).try_init(),
    };
    if let Err(error) = started {
        tracing::debug!(%error, "the log was set up before");
    }
}

/// Writes to standard error with the addresses shortened: a server's answer can hold one as well as a text of ours.
struct Shortening;

impl Write for Shortening {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        stderr().write_all(shortened(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        stderr().flush()
    }
}

/// `an…@voorbeeld.nl` for `anna@voorbeeld.nl`; our own Message-IDs stay whole, by them a letter is found again.
fn shortened(line: &str) -> Cow<'_, str> {
    static ADDRESS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"([^\s@<>"'(),:;=\\]+)@([A-Za-z0-9.-]+\.[A-Za-z]{2,})"#).ok());
    let Some(address) = &*ADDRESS else { return Cow::Borrowed(line) };
    address.replace_all(line, |found: &Captures<'_>| {
        let (local, domain) = (&found[1], &found[2]);
        if local.starts_with("aanmelder.") {
            return found[0].to_owned();
        }
        format!("{}…@{domain}", local.chars().take(2).collect::<String>())
    })
}

fn filter(wanted: &str) -> Targets {
    let wanted: Targets = wanted.parse().unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
    PINNED.iter().fold(wanted, |filter, target| {
        let level = filter.iter().find(|(name, _)| name == target).map_or(LevelFilter::WARN, |(_, level)| level);
        filter.with_target(*target, level.min(LevelFilter::WARN))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn what_could_show_a_password_stays_quiet() {
        for wanted in ["trace", "info,async_imap=trace", "async_imap=trace,lettre=debug,sled=info"] {
            let filter = filter(wanted);
            for target in PINNED {
                assert!(!filter.would_enable(target, &Level::INFO), "{wanted} {target}");
                assert!(!filter.would_enable(&format!("{target}::client"), &Level::TRACE), "{wanted} {target}");
            }
        }
        assert!(filter("trace").would_enable("aanmelder::daemon", &Level::TRACE));
        assert!(!filter("sled=off").would_enable("sled", &Level::ERROR));
    }

    #[test]
    fn addresses_are_shortened_and_our_own_ids_are_not() {
        for (line, expected) in [
            ("to=anna.de.wit@voorbeeld.nl gone", "to=an…@voorbeeld.nl gone"),
            ("550 5.1.1 <a@kpn-mail.nl>: unknown", "550 5.1.1 <a…@kpn-mail.nl>: unknown"),
            (r#"{"why":"anna@voorbeeld.nl","x":1}"#, r#"{"why":"an…@voorbeeld.nl","x":1}"#),
            ("letter=aanmelder.b16.00ff@gmail.com", "letter=aanmelder.b16.00ff@gmail.com"),
            ("josé@voorbeeld.nl, 3@4", "jo…@voorbeeld.nl, 3@4"),
            ("2026-11-26 running", "2026-11-26 running"),
        ] {
            assert_eq!(shortened(line), expected);
        }
    }
}
