//! What the tests on real servers share: Dovecot and Exim in a temporary folder, mail going in over SMTP, people's mailboxes
//! read over IMAP, scripted servers for faults that real ones do not show, and waiting with a deadline.
//!
//! Nothing here uses the program's own network code: it is the other side.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod certificates;
pub mod dovecot;
pub mod exim;
pub mod mail;
pub mod mailbox;
pub mod ports;
pub mod processes;
pub mod scripted;
pub mod settings;
pub mod smtp;
pub mod wire;
pub mod world;

use std::time::{Duration, Instant};

/// How long anything may take before a test gives up: far more than it needs, for slow machines.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// Looks again and again until there is something, and fails with `what` after the deadline.
#[track_caller]
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    until_within(DEADLINE, what, look)
}

/// The same with another deadline.
#[track_caller]
pub fn until_within<T>(deadline: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + deadline;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < end, "waited {} seconds in vain for: {what}", deadline.as_secs());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The end of a log, for a failing test.
pub fn last_lines(log: &str) -> String {
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(60)..].join("\n")
}
