//! The program killed as by a power cut, at every named point and at random instants, and mail servers that go down: nobody is
//! lost, nothing happens twice, and the end is that of a run that nothing disturbed.
//!
//! `AANMELDER_KILLS=200 tests/run killed_at_random` kills so often instead of 10 times; `AANMELDER_SEED` repeats the instants of a
//! run that failed.

use crate::flow::{self, Flow, MAILS, SIGN_UPS};
use crate::support::dovecot::Dovecot;
use crate::support::mail::{Mail, plain};
use crate::support::mailbox::{Client, folder, internal_date};
use crate::support::settings::BOT;
use crate::support::world::{Program, World, settled};
use crate::support::{DEADLINE, until, until_within};
use aanmelder::crash_points::CrashPoint;
use jiff::SignedDuration;
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// The points that any sign-up passes.
const ON_EVERY_WAY: [CrashPoint; 12] = [
    CrashPoint::AfterFetch,
    CrashPoint::BeforeCommit,
    CrashPoint::AfterCommit,
    CrashPoint::BeforeCursor,
    CrashPoint::BeforeSend,
    CrashPoint::BeforeFinalDot,
    CrashPoint::AfterFinalDot,
    CrashPoint::BeforeSentMark,
    CrashPoint::AfterSentMark,
    CrashPoint::BeforeFiling,
    CrashPoint::HalfFiled,
    CrashPoint::AfterFiling,
];
/// Those at which something must come first: what was due before the start, a refusal, a command.
const AT_THE_START: [CrashPoint; 4] =
    [CrashPoint::BeforeTick, CrashPoint::AfterTick, CrashPoint::BeforeDigest, CrashPoint::AfterDigest];

#[test]
fn killed_at_every_point_it_comes_to_the_same_end() {
    comes_to_the_same_end(killed_at_every_point);
}

#[test]
fn killed_at_random_instants_it_comes_to_the_same_end() {
    comes_to_the_same_end(killed_at_random);
}

/// Is the end of a disturbed run that of one that nothing disturbed?
fn comes_to_the_same_end(disturbed: fn() -> (World, Program)) {
    std::thread::scope(|scope| {
        let (undisturbed, disturbed) = (scope.spawn(undisturbed), scope.spawn(disturbed));
        let wanted = undisturbed.join().unwrap();
        let (world, _program) = disturbed.join().unwrap();
        flow::assert_same_end(&world, &wanted);
        flow::assert_each_letter_once(&world);
    });
}

fn undisturbed() -> flow::End {
    let mut world = World::start();
    flow::prepare(&mut world);
    let _program = world.launch_ready(&[]);
    let mut flow = Flow::new(&world, |_| {});
    flow.unreachable_one();
    flow.sign_up(1..SIGN_UPS);
    flow.by_hand();
    flow.rest();
    let end = flow::end(&world);
    flow::assert_each_letter_once(&world);
    end
}

fn killed_at_every_point() -> (World, Program) {
    let mut world = World::start();
    flow::prepare(&mut world);
    let mut flow = Flow::new(&world, |_| {});
    let mut reached = Vec::new();
    let mut dies = |point: CrashPoint, what_leads_to_it: &mut dyn FnMut()| {
        let program = world.launch_to_die_at(point);
        what_leads_to_it();
        let ended = program.ends();
        assert_eq!(ended.signal(), Some(9), "it was to be killed {}, and ended with {ended}", point.name());
        reached.push(point.name());
    };
    for point in AT_THE_START {
        dies(point, &mut || {});
    }
    dies(CrashPoint::RefusalCommitted, &mut || flow.unreachable_one());
    let mut next = 1;
    for point in ON_EVERY_WAY {
        dies(point, &mut || flow.sign_up(next..next + 2));
        next += 2;
    }
    let before = world.log().len();
    dies(CrashPoint::CommandCommitted, &mut || {
        // Without a daemon the command would do it all by itself.
        let runs = || world.log()[before..].contains("aanmelder is running").then_some(());
        until("the program to take commands", runs);
        flow.by_hand();
    });
    reached.sort_unstable();
    let mut all = CrashPoint::ALL.map(CrashPoint::name);
    all.sort_unstable();
    assert_eq!(reached, all, "every point was reached");
    let program = world.launch_ready(&[]);
    flow.sign_up(next..SIGN_UPS);
    flow.rest();
    drop(flow);
    (world, program)
}

fn killed_at_random() -> (World, Program) {
    let kills = number_in("AANMELDER_KILLS").unwrap_or(10);
    let seed = number_in("AANMELDER_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    eprintln!("{kills} kills, seed {seed}");
    let mut world = World::start();
    flow::prepare(&mut world);
    // What came before the first start is old mail, which is left alone.
    world.launch_ready(&[]).kill();
    let (killed, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let program = std::thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let mut chance = Chance(seed);
            for _ in 0..kills {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let program = world.launch(&[]);
                std::thread::sleep(Duration::from_millis(50 + chance.below(1450)));
                program.kill();
                killed.fetch_add(1, Ordering::SeqCst);
            }
            world.launch(&[])
        });
        // The mails are spread over the kills.
        let mut flow = Flow::new(&world, |sent| {
            let due = usize::try_from(kills).unwrap() * sent / MAILS;
            until_within(Duration::from_secs(3600), "the next kill", || {
                (killed.load(Ordering::SeqCst) >= due || killer.is_finished()).then_some(())
            });
        });
        flow.unreachable_one();
        flow.sign_up(1..SIGN_UPS);
        flow.by_hand();
        flow.rest();
        drop(flow);
        over.store(true, Ordering::SeqCst);
        killer.join().unwrap()
    });
    eprintln!("killed {} times", killed.load(Ordering::SeqCst));
    (world, program)
}

fn number_in(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Numbers that look like chance and come again with the same seed (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

#[test]
fn who_gets_the_seats_does_not_depend_on_how_long_it_was_off() {
    const SEATS: u32 = 31;
    let world = World::start();
    let program = world.launch_ready(&[]);
    world.add_event(10, SEATS);
    world.write("piet@voorbeeld.nl", "Aanmelding", "piet@voorbeeld.nl", "Ik kom graag.");
    world.bot_holds("Aangemeld", 1);
    program.stop();
    // More than are taken together, with arrival times that run against the order in which the inbox gets them.
    let mut client = Client::log_in(&world.dovecot, BOT);
    let people: Vec<String> = (0..60).map(|number| format!("d{number:02}@voorbeeld.nl")).collect();
    for (person, minutes) in people.iter().zip(0..) {
        let arrived = aanmelder::clock::now() - SignedDuration::from_mins(minutes);
        let mail = plain(person, BOT, "Aanmelding", person, "Ik kom graag.");
        client.put("INBOX", Some(&internal_date(arrived)), &mail);
    }
    for point in [CrashPoint::AfterCommit, CrashPoint::BeforeCursor] {
        assert_eq!(world.launch_to_die_at(point).ends().signal(), Some(9));
    }
    let _program = world.launch_ready(&[]);
    world.bot_holds("Wachtlijst", 30);
    let list: serde_json::Value = serde_json::from_str(&world.run(&["export", "b16", "--json"])).unwrap();
    let mut coming: Vec<_> = list["coming"].as_array().unwrap().iter().map(|party| &party["address"]).collect();
    coming.sort_by_key(|address| address.as_str());
    // As if it had seen each of them come.
    assert_eq!(coming, people[..30].iter().chain(["piet@voorbeeld.nl".to_owned()].iter()).collect::<Vec<_>>());
}

#[test]
fn without_a_folder_of_sent_mail_the_copy_in_the_inbox_is_the_witness() {
    let world = World::start_on(Dovecot::start_without_sent_folder());
    one_sign_up_killed_after_the_final_dot(&world);
    let _program = world.launch_ready(&[]);
    let copies = until("the copy to be looked at", || {
        let copies = world.bot("INBOX");
        (copies.len() == 1 && copies[0].is_seen()).then_some(copies)
    });
    settled("the letters", || folder(&world.dovecot, "sanne@dewit.nl", "INBOX").len());
    let letters = folder(&world.dovecot, "sanne@dewit.nl", "INBOX");
    assert_eq!(letters.iter().map(Mail::id).collect::<Vec<_>>(), [copies[0].id()]);
}

#[test]
fn with_neither_copies_nor_that_folder_a_letter_that_may_have_gone_comes_again_as_the_same() {
    let world = World::start_on(Dovecot::start_without_sent_folder());
    let config = std::fs::read_to_string(world.config_path()).unwrap();
    std::fs::write(world.config_path(), config.replace("own_copy_seconds = 20", "own_copy_seconds = 0")).unwrap();
    one_sign_up_killed_after_the_final_dot(&world);
    let _program = world.launch_ready(&[]);
    let letters = until("the second one", || {
        let letters = folder(&world.dovecot, "sanne@dewit.nl", "INBOX");
        (letters.len() == 2).then_some(letters)
    });
    // Better twice than never; a mail program that heeds the Message-ID shows one.
    assert_eq!(letters[0].id(), letters[1].id());
    assert!(world.bot("INBOX").is_empty());
}

fn one_sign_up_killed_after_the_final_dot(world: &World) {
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    program.stop();
    let program = world.launch_to_die_at(CrashPoint::AfterFinalDot);
    world.write("sanne@dewit.nl", "Aanmelding", "s@dewit.nl", "Ik kom graag.");
    assert_eq!(program.ends().signal(), Some(9));
    world.letters("sanne@dewit.nl", 1);
}

#[test]
fn a_mail_server_that_goes_down_and_comes_back_loses_nothing() {
    let mut world = World::start();
    let mut program = world.launch_ready(&[]);
    world.add_event(10, 25);
    world.write("een@voorbeeld.nl", "Aanmelding", "een@voorbeeld.nl", "Ik kom graag.");
    world.letters("een@voorbeeld.nl", 1);

    // The way out is shut: the mail is done and its letter waits.
    world.exim.stop();
    let mail = crate::support::mail::plain(
        "twee@voorbeeld.nl",
        crate::support::settings::BOT,
        "Aanmelding",
        "twee@voorbeeld.nl",
        "Ik kom graag.",
    );
    crate::support::smtp::deliver(world.dovecot.lmtp_port(), crate::support::settings::BOT, &mail);
    world.bot_holds("Aangemeld", 2);
    assert!(folder(&world.dovecot, "twee@voorbeeld.nl", "INBOX").is_empty());
    assert!(!program.has_ended(), "it goes on");
    world.exim.launch();
    until_within(Duration::from_secs(240), "the letter that waited", || {
        (!folder(&world.dovecot, "twee@voorbeeld.nl", "INBOX").is_empty()).then_some(())
    });

    // The way in is shut for a while.
    world.stop_mailbox();
    std::thread::sleep(Duration::from_secs(2));
    assert!(!program.has_ended(), "it goes on");
    world.dovecot.launch();
    world.write("drie@voorbeeld.nl", "Aanmelding", "drie@voorbeeld.nl", "Ik kom graag.");
    world.letters("drie@voorbeeld.nl", 1);

    // And the mailbox is numbered anew meanwhile, with all its old mail in it.
    world.stop_mailbox();
    world.dovecot.renumber(crate::support::settings::BOT);
    std::thread::sleep(Duration::from_millis(1100));
    world.dovecot.launch();
    world.write("vier@voorbeeld.nl", "Aanmelding", "vier@voorbeeld.nl", "Ik kom graag.");
    world.letters("vier@voorbeeld.nl", 1);
    world.bot_holds("Aangemeld", 4);
    for person in ["een", "twee", "drie", "vier"] {
        assert_eq!(folder(&world.dovecot, &format!("{person}@voorbeeld.nl"), "INBOX").len(), 1, "{person}");
    }
    let (status, took) = program.stop();
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(5).min(DEADLINE), "it took {took:?} to end");
}
