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

use aanmelder::explain::{self, MadeUp};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often all mails are gone through; the fastest round of each counts.
const ROUNDS: usize = 7;

fn main() {
    let world = labels::world();
    let mails = labels::mails(include_str!("../tests/corpus/dev.jsonl"));
    let dressed: Vec<(Vec<u8>, MadeUp)> = mails
        .iter()
        .map(|mail| {
            let line = labels::situation(mail, "bench.eml", &world);
            (dress::eml(mail, &world), MadeUp::from_json(&line).expect("a sound situation"))
        })
        .collect();
    let (mut whole, mut alone) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        alone = alone.min(timed(|| {
            for (bytes, _) in &dressed {
                black_box(mail_parser::MessageParser::default().parse(bytes.as_slice()));
            }
        }));
        whole = whole.min(timed(|| {
            for (bytes, made_up) in &dressed {
                let _ = black_box(explain::explain(bytes, &made_up.circumstances()));
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
