//! Does it slow down over the years? The time of one mail, understood and committed, with 100,000 mails of history against 1,000.
//!
//! `cargo bench --bench history` makes both histories and then gives mails to both in turns; the ratio of the middle times should
//! be at most 1.2. The history is that of a network of a hundred people; with `HISTORY_PEOPLE=10000` each writes ten mails in all.

#[path = "parts/engine.rs"]
mod engine;

use engine::Program;
use std::time::{Duration, Instant};

const MEASURED: usize = 400;

fn main() {
    let people = std::env::var("HISTORY_PEOPLE").ok().and_then(|people| people.parse().ok()).unwrap_or(100);
    let mut young = Program::new(people);
    let mut old = Program::new(people);
    young.live_through(1_000);
    old.live_through(100_000);
    let (mut young_times, mut old_times) = (Vec::new(), Vec::new());
    for _ in 0..MEASURED {
        young_times.push(timed(|| young.take_one()));
        old_times.push(timed(|| old.take_one()));
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    let (young, old) = (middle(young_times), middle(old_times));
    println!("{people} people: a mail takes {young:.1?} after 1,000 mails, {old:.1?} after 100,000");
    println!("ratio {:.2} (at most 1.2 is wanted)", old.as_secs_f64() / young.as_secs_f64());
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}
