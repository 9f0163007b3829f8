//! The figures of `status` as a text file for node_exporter's textfile collector (Prometheus exposition format 0.0.4).
//!
//! [`text`] is pure; [`write`] replaces the file as a whole, so that it is never read half. Called by `daemon`.

use super::control::{Contact, Status};
use super::{Shared, blocking};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

/// How often the file is written.
const EVERY: Duration = Duration::from_secs(60);

/// Keeps the file of the configuration fresh until told to stop; does nothing when it names none.
pub async fn keep(shared: Shared) {
    let Some(path) = shared.engine.config().log.metrics_file.clone() else { return };
    while !shared.stop.is_cancelled() {
        let (engine, path) = (shared.engine.clone(), path.clone());
        let written = blocking(move || match engine.status() {
            Ok(status) => write(&path, &status).map_err(|error| format!("{}: {error}", path.display())),
            Err(error) => Err(error.to_string()),
        });
        if let Err(why) = written.await {
            tracing::warn!(why, "the figures could not be written");
        }
        shared.pause(EVERY).await;
    }
}

/// The figures, one metric after another. Times are seconds since 1970; what is not known is left out.
pub fn text(status: &Status) -> String {
    let mut text = String::new();
    let mut metric = |name: &str, kind: &str, help: &str, value: Option<f64>| {
        if let Some(value) = value {
            let _ = write!(
                text,
                "# HELP aanmelder_{name} {help}\n# TYPE aanmelder_{name} {kind}\naanmelder_{name} {value}\n"
            );
        }
    };
    metric("start_time_seconds", "gauge", "When the daemon started.", status.running_since.map(seconds));
    for (side, contact) in [("inbox", &status.inbox), ("outbox", &status.outbox)] {
        metric(&format!("{side}_up"), "gauge", "1 when the last contact went well, 0 when not.", up(contact));
        let last = contact.last_ok.map(seconds);
        metric(&format!("{side}_last_contact_seconds"), "gauge", "When it last answered as it should.", last);
    }
    metric("mails_done_total", "counter", "Mails done since the start.", count(status.mails_done));
    metric("mails_set_aside_total", "counter", "Mails that could not be read.", count(status.set_aside));
    metric("letters_sent_total", "counter", "Letters sent since the start.", count(status.letters_sent));
    metric("letters_queued", "gauge", "Letters that still have to go out.", count(status.queued));
    metric("oldest_queued_seconds", "gauge", "When the oldest of them was written.", status.oldest_queued.map(seconds));
    let oldest = status.oldest_unanswered.map(seconds);
    metric("oldest_unanswered_seconds", "gauge", "When the oldest mail came in that is not done.", oldest);
    let error = status.last_error.as_ref().map(|(at, _)| seconds(*at));
    metric("last_error_seconds", "gauge", "When something last went wrong.", error);
    text
}

/// Writes the figures beside the file and renames it into place.
///
/// # Errors
/// When the folder is not there or cannot be written.
pub fn write(path: &Path, status: &Status) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    std::fs::write(&beside, text(status))?;
    // There is nobody's name in it, and node_exporter is another user.
    std::fs::set_permissions(&beside, std::fs::Permissions::from_mode(0o644))?;
    std::fs::rename(&beside, path)
}

#[expect(clippy::cast_precision_loss, reason = "counts of mails stay far below 2^52")]
fn count(number: u64) -> Option<f64> {
    Some(number as f64)
}

fn seconds(at: Timestamp) -> f64 {
    at.as_duration().as_secs_f64()
}

fn up(contact: &Contact) -> Option<f64> {
    match (contact.failing_since, contact.last_ok) {
        (Some(_), _) => Some(0.0),
        (None, Some(_)) => Some(1.0),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Option<Timestamp> {
        Timestamp::from_second(second).ok()
    }

    #[test]
    fn figures_as_node_exporter_reads_them() {
        let status = Status {
            running_since: at(1_510_000_000),
            inbox: Contact { last_ok: at(1_510_000_100), ..Contact::default() },
            outbox: Contact { failing_since: at(1_510_000_200), ..Contact::default() },
            mails_done: 12,
            queued: 3,
            last_error: at(1_510_000_200).map(|at| (at, "de mailserver weigert".to_owned())),
            ..Status::default()
        };
        insta::assert_snapshot!(text(&status));
    }

    #[test]
    fn the_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aanmelder.prom");
        for mails_done in [1, 2] {
            write(&path, &Status { mails_done, ..Status::default() }).unwrap();
            assert!(std::fs::read_to_string(&path).unwrap().contains(&format!("mails_done_total {mails_done}\n")));
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
