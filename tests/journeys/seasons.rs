//! Starting and stopping: old mail at the first start, `--since`, `--once`, a clean end.

use crate::support::mail::plain;
use crate::support::mailbox::folder;
use crate::support::scripted::Scripted;
use crate::support::settings::BOT;
use crate::support::smtp::deliver;
use crate::support::world::{World, day_from_now, kind, settled};
use std::time::{Duration, Instant};

#[test]
fn the_first_start_leaves_old_mail_alone_unless_told_since_when() {
    let world = World::start();
    let old = plain("sanne@dewit.nl", BOT, "Aanmelding", "oud@dewit.nl", "Ik kom graag.");
    deliver(world.dovecot.lmtp_port(), BOT, &old);
    // What arrives in the very second of the first start could be either; this one came before.
    std::thread::sleep(Duration::from_millis(1100));
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    world.write("joost@dehaan.nl", "Aanmelding", "nieuw@dehaan.nl", "Ik kom graag.");
    world.letters("joost@dehaan.nl", 1);
    world.bot_holds("Aangemeld", 1);
    let inbox = settled("the inbox", || world.bot("INBOX"));
    assert_eq!(inbox.len(), 1);
    assert!(!inbox[0].is_seen());
    assert!(folder(&world.dovecot, "sanne@dewit.nl", "INBOX").is_empty());
    // Stopped and started again, it is still old.
    program.stop();
    let program = world.launch_ready(&[]);
    settled("the inbox", || world.bot("INBOX"));
    assert!(folder(&world.dovecot, "sanne@dewit.nl", "INBOX").is_empty());
    program.stop();

    let since = day_from_now(-1);
    let _program = world.launch_ready(&["--since", &since]);
    let letters = world.letters("sanne@dewit.nl", 1);
    assert_eq!(kind(&letters[0]), "bevestiging");
    world.bot_holds("INBOX", 0);
    assert_eq!(folder(&world.dovecot, "joost@dehaan.nl", "INBOX").len(), 1, "who was answered is not answered again");
}

#[test]
fn once_works_through_what_is_there_and_ends() {
    let world = World::start();
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    let (status, _) = program.stop();
    assert!(status.success(), "{status}");
    for number in 1..=3 {
        let person = format!("deelnemer{number}@voorbeeld.nl");
        let mail = plain(&person, BOT, "Aanmelding", &format!("o{number}@voorbeeld.nl"), "Ik kom graag.");
        deliver(world.dovecot.lmtp_port(), BOT, &mail);
    }
    let status = world.launch(&["--once"]).ends();
    assert!(status.success(), "{status}");
    for number in 1..=3 {
        assert_eq!(world.letters(&format!("deelnemer{number}@voorbeeld.nl"), 1).len(), 1);
    }
    assert_eq!(world.bot("Aangemeld").len(), 3);
    assert!(world.launch(&["--once"]).ends().success(), "and with nothing to do too");
}

#[test]
fn it_ends_cleanly_at_once_while_it_waits() {
    let world = World::start();
    let program = world.launch_ready(&[]);
    let (status, took) = program.stop();
    assert!(status.success(), "{status}");
    assert!(took < Duration::from_secs(5), "it took {took:?} to end");
    // The store is free again: a second start is no trouble.
    let began = Instant::now();
    let program = world.launch_ready(&[]);
    program.stop();
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[test]
fn it_ends_in_time_while_both_servers_are_silent() {
    let world = World::start();
    let mute = Scripted::start(|_, talk| talk.until_gone());
    let config = std::fs::read_to_string(world.config_path()).unwrap();
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    program.stop();
    let silent =
        |config: &str, port: u16| config.replace(&format!("port = {port}"), &format!("port = {}", mute.port()));
    // The way out is silent, with a letter to send.
    std::fs::write(world.config_path(), silent(&config, world.exim.port())).unwrap();
    let program = world.launch_ready(&[]);
    let mail = plain("sanne@dewit.nl", BOT, "Aanmelding", "s@dewit.nl", "Ik kom graag.");
    deliver(world.dovecot.lmtp_port(), BOT, &mail);
    world.bot_holds("Aangemeld", 1);
    let (status, took) = program.stop();
    assert!(status.success() && took < Duration::from_secs(6), "{status}, {took:?}");
    // The way in is silent.
    std::fs::write(world.config_path(), silent(&config, world.dovecot.imaps_port())).unwrap();
    let program = world.launch_ready(&[]);
    let (status, took) = program.stop();
    assert!(status.success() && took < Duration::from_secs(6), "{status}, {took:?}");
}
