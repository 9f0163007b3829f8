//! Mails a second through parsing, understanding, deciding and committing, 50 at a time as they are read together, against bare
//! fdatasync on the same disk: what durability costs at least.
//!
//! `cargo bench --bench commit` does both in turns and prints the ratio.

#[path = "parts/engine.rs"]
mod engine;

use engine::Program;
use std::fs::File;
use std::io::Write;
use std::time::{Duration, Instant};

const ROUNDS: usize = 20;
const SYNCS: usize = 50;

fn main() {
    let mut program = Program::new(100);
    program.live_through(1_000);
    let mut file = File::create(program.folder().join("bare")).expect("a file");
    let (mut mails, mut syncs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = Instant::now();
        program.take_batch();
        mails.push(began.elapsed() / engine::BATCH as u32);
        let began = Instant::now();
        for _ in 0..SYNCS {
            file.write_all(&[7; 4096]).expect("room");
            file.sync_data().expect("a disk");
        }
        syncs.push(began.elapsed() / SYNCS as u32);
    }
    let rate = |mut times: Vec<Duration>| {
        times.sort();
        1.0 / times[times.len() / 2].as_secs_f64()
    };
    let (mails, syncs) = (rate(mails), rate(syncs));
    println!("{mails:.0} mails a second understood and committed; {syncs:.0} bare fdatasyncs a second");
    println!("ratio {:.2}", mails / syncs);
}
