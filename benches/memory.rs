//! Memory: what the program holds after 10,000 mails, its answers sent. `cargo bench --bench memory`; it should be at most 25 MB.
//!
//! A hundred people who sign up and cancel again and again, and as many newsletters, 500 mails at a time.

#[path = "parts/mod.rs"]
mod parts;
#[path = "../tests/support/mod.rs"]
mod support;

use parts::{Daemon, Sink, busy_mail};
use std::time::{Duration, Instant};
use support::dovecot::Dovecot;
use support::settings::BOT;

const MAILS: usize = 10_000;
const AT_ONCE: usize = 500;

fn main() {
    let dovecot = Dovecot::start();
    let sink = Sink::start();
    let daemon = Daemon::start(&dovecot, &sink, 60);
    let idle = daemon.memory("VmRSS");
    for first in (0..MAILS).step_by(AT_ONCE) {
        dovecot.drop_into(BOT, (first..first + AT_ONCE).map(busy_mail));
        let end = Instant::now() + Duration::from_secs(600);
        while daemon.done() < first + AT_ONCE {
            assert!(Instant::now() < end, "{} mails were done", daemon.done());
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    let megabytes = |kib: u64| kib as f64 / 1024.0;
    println!(
        "after {MAILS} mails and {} answers: {:.1} MB resident, at most {:.1} MB, {:.1} MB before the first",
        sink.taken(),
        megabytes(daemon.memory("VmRSS")),
        megabytes(daemon.memory("VmHWM")),
        megabytes(idle)
    );
    println!("ratio {:.2} of the 25 MB that it may be", megabytes(daemon.memory("VmRSS")) / 25.0);
}
