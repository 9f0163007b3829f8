//! A new machine: how fast `aanmelder rebuild` reads 10,000 mails back out of the mailbox, against a bare client that only fetches
//! them. `cargo bench --bench rebuild`; it should be within a minute, and come to the very state that the old machine had.

#[path = "parts/mod.rs"]
mod parts;
#[path = "../tests/support/mod.rs"]
mod support;

use aanmelder::store::Store;
use parts::{Daemon, Sink, busy_mail, command};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use support::dovecot::Dovecot;
use support::mailbox::mailbox;
use support::settings::BOT;

const MAILS: usize = 10_000;

fn main() {
    let dovecot = Dovecot::start();
    let sink = Sink::start();
    let daemon = Daemon::start(&dovecot, &sink, 60);
    dovecot.drop_into(BOT, (0..MAILS).map(busy_mail));
    let end = Instant::now() + Duration::from_secs(900);
    while daemon.done() < MAILS {
        assert!(Instant::now() < end, "{} mails were done", daemon.done());
        std::thread::sleep(Duration::from_millis(200));
    }
    let home = daemon.end();
    let (before, sent) = (fingerprint(&home), sink.taken());
    std::fs::remove_dir_all(home.join("store")).expect("the store");

    let began = Instant::now();
    let fetched: usize = mailbox(&dovecot, BOT).values().map(Vec::len).sum();
    let bare = began.elapsed();
    let began = Instant::now();
    let output = command(&home, &["rebuild"]).stdout(Stdio::piped()).output().expect("the program");
    let took = began.elapsed();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fingerprint(&home), before, "the same state");
    assert_eq!(sink.taken(), sent, "nothing is sent");
    println!(
        "{fetched} mails rebuilt in {took:.1?}, {:.0} a second; only to fetch them takes {bare:.1?}",
        fetched as f64 / took.as_secs_f64()
    );
    println!("ratio {:.2} (10,000 mails in a minute are wanted)", took.as_secs_f64() / bare.as_secs_f64());
}

/// What the store remembers, while no program runs.
fn fingerprint(home: &Path) -> String {
    let store = Store::open(&home.join("store"), aanmelder::clock::now()).expect("the store");
    store.fingerprint().expect("a sound store")
}
