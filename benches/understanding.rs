//! What parsing and understanding a mail cost together, against what mail-parser alone costs on the same mails.
//!
//! `cargo bench --bench understanding` prints one ratio, taken within one run over the corpus's mails in their dress, the two
//! in turns so that a busy machine slows both. The aim is at most 4.

#[path = "../tests/corpus/dress.rs"]
mod dress;
#[path = "../tests/corpus/encode.rs"]
mod encode;
#[path = "../tests/corpus/labels.rs"]
#[allow(dead_code)]
mod labels;

use aanmelder::explain::{Circumstances, MadeUp};
use aanmelder::handle;
use aanmelder::mail::{Location, RawMail};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often all mails are gone through; the fastest round of each counts.
const ROUNDS: usize = 7;

fn main() {
    let world = labels::world();
    let mails = labels::mails(include_str!("../tests/corpus/dev.jsonl"));
    let made_up: Vec<MadeUp> = mails
        .iter()
        .map(|mail| MadeUp::from_json(&labels::situation(mail, "bench.eml", &world)).expect("a sound situation"))
        .collect();
    let raw = |mail, now: &Circumstances<'_>| RawMail {
        location: Location::Maildir { name: String::new() },
        received_at: now.situation.received.timestamp(),
        bytes: dress::eml(mail, &world),
    };
    let circumstances = made_up.iter().map(MadeUp::circumstances);
    let dressed: Vec<(RawMail, Circumstances<'_>)> =
        mails.iter().zip(circumstances).map(|(mail, now)| (raw(mail, &now), now)).collect();
    let (mut whole, mut alone) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        alone = alone.min(timed(|| {
            for (raw, _) in &dressed {
                black_box(mail_parser::MessageParser::default().parse(raw.bytes.as_slice()));
            }
        }));
        whole = whole.min(timed(|| {
            for (raw, now) in &dressed {
                let _ = black_box(handle::interpret(raw, &now.identities, |_, _| now.situation.clone()));
            }
        }));
    }
    let each = |time: Duration| time.as_secs_f64() * 1e6 / dressed.len() as f64;
    println!(
        "{} mails: mail-parser alone {:.1} µs a mail, parse and understand {:.1} µs",
        dressed.len(),
        each(alone),
        each(whole)
    );
    println!("ratio {:.2}", whole.as_secs_f64() / alone.as_secs_f64());
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}
