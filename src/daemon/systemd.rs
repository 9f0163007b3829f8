//! Telling systemd how the daemon fares (sd_notify(3)): that it is ready, that it lives, that it ends.
//!
//! All of it does nothing where no systemd asked for it. Called by `daemon`.

use sd_notify::NotifyState;
use std::future::Future;
use tokio_util::sync::CancellationToken;

/// The daemon has opened its store and socket and starts to work.
pub fn ready() {
    tell(NotifyState::Ready);
}

/// The daemon ends.
pub fn stopping() {
    tell(NotifyState::Stopping);
}

/// Shows a sign of life three times within the unit's WatchdogSec, each time after `pulse` came back; until `stop`.
///
/// `pulse` is to go through whatever could hang, so that a daemon that hangs is started anew.
pub async fn watchdog<F, Fut>(pulse: F, stop: CancellationToken)
where
    F: Fn() -> Fut,
    Fut: Future<Output = ()>,
{
    let Some(within) = sd_notify::watchdog_enabled() else { return };
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(within / 3) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = pulse() => tell(NotifyState::Watchdog),
        }
    }
}

fn tell(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::debug!(%error, "systemd does not hear us");
    }
}
