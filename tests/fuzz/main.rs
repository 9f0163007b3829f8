//! Bytes that nobody would send, on every way in: mails and calendar replies, the configuration, the socket, the store.
//!
//! Real inputs (`seeds`, and the files of `corpus/`) are changed at random (`mutate`) and given to the program (`targets`): it must
//! end with a value, in time, whatever they have become. In the suite a fixed number of inputs; `tests/fuzz/run SECONDS` goes on
//! for longer, on all cores, and puts what made the program panic or dawdle into `tests/fuzz/found`, whence it goes to `corpus/`.

mod mutate;
mod seeds;
mod targets;

#[path = "../corpus/dress.rs"]
mod dress;
#[path = "../corpus/encode.rs"]
mod encode;
#[path = "../corpus/labels.rs"]
#[allow(dead_code, reason = "the labels are for the score, here only the mails count")]
mod labels;

use mutate::Chance;
use seeds::Seeds;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use targets::Target;

/// No input may keep a core busy for longer than this. Far more than any needs, for slow machines.
const LONGEST: Duration = Duration::from_secs(20);

/// What came of a run.
#[derive(Default)]
struct Tally {
    inputs: [AtomicU64; Target::ALL.len()],
    panics: AtomicU64,
    slow: AtomicU64,
    slowest: Mutex<Duration>,
}

#[test]
fn no_input_brings_the_program_down() {
    std::panic::set_hook(Box::new(|_| {}));
    let seeds = Seeds::gather();
    let tally = Tally::default();
    match std::env::var("FUZZ_SECONDS") {
        Ok(seconds) => {
            let end = Instant::now() + Duration::from_secs(seconds.parse().expect("a number of seconds"));
            let threads = std::thread::available_parallelism().map_or(1, usize::from);
            std::thread::scope(|scope| {
                for thread in 0..threads {
                    let (seeds, tally) = (&seeds, &tally);
                    scope.spawn(move || {
                        let chance = Chance::new(rand::random::<u64>() ^ thread as u64);
                        go_on(seeds, tally, chance, |_, _| Instant::now() < end);
                    });
                }
            });
        }
        Err(_) => {
            known(&seeds, &tally);
            go_on(&seeds, &tally, Chance::new(1), |target, done| done < target.inputs_in_the_suite());
        }
    }
    let _ = std::panic::take_hook();
    for (target, inputs) in Target::ALL.iter().zip(&tally.inputs) {
        eprintln!("{target:?}: {} inputs", inputs.load(Ordering::Relaxed));
    }
    let (panics, slow) = (tally.panics.load(Ordering::Relaxed), tally.slow.load(Ordering::Relaxed));
    eprintln!("panics {panics}, longer than {LONGEST:?} {slow}, the slowest took {:?}", tally.slowest.lock().unwrap());
    assert_eq!((panics, slow), (0, 0), "what did it lies in tests/fuzz/found");
}

/// Every file that was ever found, and every seed as it is.
fn known(seeds: &Seeds, tally: &Tally) {
    let mut world = targets::World::new();
    for target in Target::ALL {
        for seed in seeds.of(target).iter().step_by(target.seeds_apart_in_the_suite()) {
            try_one(target, seed, &mut world, tally);
        }
    }
}

/// Changes seeds and tries them, the targets in turns, as long as `more` says so of a target and the inputs that it had.
fn go_on(seeds: &Seeds, tally: &Tally, mut chance: Chance, more: impl Fn(Target, u64) -> bool) {
    let mut world = targets::World::new();
    let mut had = [0; Target::ALL.len()];
    loop {
        let mut any = false;
        for (target, had) in Target::ALL.into_iter().zip(&mut had) {
            for _ in 0..target.inputs_a_turn() {
                if more(target, *had) {
                    any = true;
                    *had += 1;
                    let input = mutate::changed(seeds.of(target), &mut chance);
                    try_one(target, &input, &mut world, tally);
                }
            }
        }
        if !any {
            return;
        }
    }
}

fn try_one(target: Target, input: &[u8], world: &mut targets::World, tally: &Tally) {
    let began = busy();
    let panicked = catch_unwind(AssertUnwindSafe(|| world.try_on(target, input))).is_err();
    let took = busy().saturating_sub(began);
    tally.inputs[target as usize].fetch_add(1, Ordering::Relaxed);
    let mut slowest = tally.slowest.lock().unwrap();
    *slowest = took.max(*slowest);
    drop(slowest);
    if panicked {
        tally.panics.fetch_add(1, Ordering::Relaxed);
        *world = targets::World::new();
    }
    if took > LONGEST {
        tally.slow.fetch_add(1, Ordering::Relaxed);
    }
    if panicked || took > LONGEST {
        let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/found");
        std::fs::create_dir_all(&found).unwrap();
        std::fs::write(found.join(format!("{:016x}.{}", rand::random::<u64>(), target.ending())), input).unwrap();
    }
}

/// How long this thread has kept a core busy: on a machine that does other things too, its clock says little.
fn busy() -> Duration {
    let ran = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(ran.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).unwrap_or_default())
}
