//! Answers a second: from a mailbox on Dovecot to a mail server that takes everything, understood and durably recorded, against
//! Dovecot's own vacation (Pigeonhole), which answers blindly while it delivers.
//!
//! `cargo bench --bench answers` (needs dovecot-sieve) measures both in turns on the same machine and prints the ratio; it should be at
//! least 1. The mails lie there when the program is told of them, as after a night; vacation gets its mails over four LMTP
//! connections at once, since delivery is what it answers upon. Both have the same server to send to.

#[path = "parts/mod.rs"]
mod parts;
#[path = "../tests/support/mod.rs"]
mod support;

use parts::{Daemon, Sink, sign_up};
use std::fs;
use std::path::Path;
use std::time::Instant;
use support::dovecot::Dovecot;
use support::settings::BOT;
use support::smtp;

const ROUNDS: usize = 3;
const MAILS: usize = 600;
const CONNECTIONS: usize = 4;

fn main() {
    let plugin = Path::new("/usr/lib/dovecot/modules/lib90_sieve_plugin.so");
    assert!(plugin.exists(), "install Dovecot's Pigeonhole first: apt-get install dovecot-sieve");
    let mut ratios = Vec::new();
    for round in 1..=ROUNDS {
        let (ours, vacation) = (ours(), vacation());
        println!("round {round}: {ours:.0} answers a second, Pigeonhole's vacation {vacation:.0}");
        ratios.push(ours / vacation);
    }
    ratios.sort_by(f64::total_cmp);
    println!("ratio {:.2} (the middle one of {ROUNDS}; at least 1 is wanted)", ratios[ROUNDS / 2]);
}

fn ours() -> f64 {
    let dovecot = Dovecot::start();
    let sink = Sink::start();
    let _daemon = Daemon::start(&dovecot, &sink, MAILS as u32);
    dovecot.drop_into(BOT, (0..MAILS).map(sign_up));
    let began = Instant::now();
    let last = sink.wait_for(MAILS as u64);
    MAILS as f64 / (last - began).as_secs_f64()
}

fn vacation() -> f64 {
    let sink = Sink::start();
    let dovecot = Dovecot::start_with(&format!(
        "submission_host = 127.0.0.1:{}\nprotocol lmtp {{\n  mail_plugins = sieve\n}}\nplugin {{\n  sieve = file:/nowhere;active=/nowhere\n  sieve_before = {{folder}}/sieve/vacation.sieve\n}}\n",
        sink.port
    ));
    let scripts = dovecot.folder().join("sieve");
    fs::create_dir_all(&scripts).expect("a folder");
    let script = "require [\"vacation\"];\nvacation :days 1 :subject \"Je bent erbij\" \"Beste deelnemer,\n\nJe staat op de lijst.\n\";\n";
    fs::write(scripts.join("vacation.sieve"), script).expect("a script");
    support::settings::give_away(&scripts);
    let mails: Vec<String> = (0..MAILS).map(sign_up).collect();
    let began = Instant::now();
    std::thread::scope(|scope| {
        for part in mails.chunks(MAILS.div_ceil(CONNECTIONS)) {
            let port = dovecot.lmtp_port();
            scope.spawn(move || smtp::deliver_all(port, BOT, part));
        }
    });
    let last = sink.wait_for(MAILS as u64);
    MAILS as f64 / (last - began).as_secs_f64()
}
