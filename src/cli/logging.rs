//! Setting up the log: to standard error, as text or JSON, as the configuration has it.

use crate::config::Log;
use std::io::{IsTerminal, stderr};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// These write passwords, whole mails or much noise below this level, whatever the configuration asks.
const PINNED: [&str; 3] = ["async_imap", "lettre", "sled"];

/// Starts the log. To be called once.
pub fn start(log: &Log) {
    let filter = filter(&log.filter);
    // Under systemd the journal puts the time before each line.
    let timed = std::env::var_os("JOURNAL_STREAM").is_none();
    let layer = fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal());
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
}
