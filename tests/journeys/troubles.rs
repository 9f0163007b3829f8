//! When something is wrong: the login, an address, a mail, the word of a stranger; and what the coordinator hears.

use crate::support::exim::UNPROVEN;
use crate::support::mail::plain;
use crate::support::mailbox::{Client, folder, internal_date};
use crate::support::settings::BOT;
use crate::support::world::{COORDINATOR, World, day_from_now, kind, settled};
use crate::support::{smtp, until, until_within};
use std::time::Duration;

#[test]
fn a_refused_login_is_told_plainly_and_does_not_give_the_password_away() {
    let world = World::start();
    let mut command = world.command(&["run", "--once"]);
    let output = command.env("AANMELDER_TEST_PASSWORD", "verkeerd").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(!output.status.success());
    assert!(said.contains(BOT) && !said.contains("verkeerd"), "{said}");
    let output = world.command(&["run", "--once"]).env_remove("AANMELDER_TEST_PASSWORD").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("AANMELDER_TEST_PASSWORD"), "{said}");
}

#[test]
fn a_log_of_everything_holds_no_password() {
    let mut world = World::start();
    world.configure("", "23:59");
    let config = std::fs::read_to_string(world.config_path()).unwrap();
    std::fs::write(world.config_path(), config.replace("info,aanmelder=debug", "trace")).unwrap();
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    world.write("sanne@dewit.nl", "Aanmelding", "s@dewit.nl", "Ik kom graag.");
    world.letters("sanne@dewit.nl", 1);
    program.stop();
    let log = world.log();
    // As it is, and as AUTH PLAIN sends it (RFC 4616): base64 of \0user\0password.
    let plain = "AHp6cGxvb3NkdWluZW5AZ21haWwuY29tAGdlaGVpbQ==";
    assert!(log.contains("TRACE"), "everything is logged");
    assert!(!log.contains("geheim") && !log.contains(plain));
}

#[test]
fn a_mail_that_is_too_large_is_left_unread_and_the_rest_goes_on() {
    let world = World::start();
    let config = std::fs::read_to_string(world.config_path()).unwrap();
    std::fs::write(world.config_path(), config.replace("poll_seconds = 5", "poll_seconds = 5\nmax_mail_mb = 1"))
        .unwrap();
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    let much = "Ik kom graag, met een grote bijlage.\n".repeat(50_000);
    world.write("kees@werk.nl", "Aanmelding", "groot@werk.nl", &much);
    world.write("sanne@dewit.nl", "Aanmelding", "s@dewit.nl", "Ik kom graag.");
    world.letters("sanne@dewit.nl", 1);
    let inbox = world.bot_holds("INBOX", 1);
    assert_eq!(inbox[0].id(), "groot@werk.nl");
    assert!(!inbox[0].is_seen());
    program.stop();
}

#[test]
fn an_unproven_cancellation_is_asked_back_and_nothing_is_taken_away() {
    let world = World::start();
    let _program = world.launch_ready(&[]);
    world.add_event(10, 25);
    let person = "sanne@dewit.nl";
    world.write(person, "Aanmelding", "a@dewit.nl", "Ik kom graag.");
    let first = world.letters(person, 1);
    // Somebody writes in her name, over a server that nobody vouches for.
    let forged =
        crate::support::mail::plain(person, BOT, "Afmelding", "f@nergens.example", "Ik kom toch niet, meld me af.");
    smtp::send(world.exim.port(), &format!("iemand@{UNPROVEN}"), BOT, &forged);
    let letters = world.letters(person, 2);
    assert_eq!(kind(&letters[1]), "klopt-dit");
    let list: serde_json::Value = serde_json::from_str(&world.run(&["export", "b16", "--json"])).unwrap();
    assert_eq!(list["coming"].as_array().unwrap().len(), 1, "{list}");
    // She did not ask for it: nothing happens. She did: she says yes to the letter that only she has.
    world.answer(person, &letters[1], "ja@dewit.nl", "Ja, dat klopt.");
    assert_eq!(kind(&world.letters(person, 3)[2]), "afgemeld");
    assert_ne!(first[0].id(), letters[1].id());
}

#[test]
fn a_letter_that_cannot_be_delivered_is_told_and_the_rest_goes_on() {
    let world = World::start();
    let _program = world.launch_ready(&[]);
    world.add_event(10, 25);
    world.write("weg@dewit.nl", "Aanmelding", "w@dewit.nl", "Ik kom graag.");
    world.write("sanne@dewit.nl", "Aanmelding", "s@dewit.nl", "Ik kom graag.");
    world.letters("sanne@dewit.nl", 1);
    world.bot_holds("Aangemeld", 2);
    let history = until("the journal to tell of it", || {
        let history = world.run(&["history", "weg@dewit.nl"]);
        history.to_lowercase().contains("bezorg").then_some(history)
    });
    assert!(history.contains("No such person here") || history.contains("550"), "{history}");
}

#[test]
fn the_coordinator_gets_her_digest_at_its_time() {
    let mut world = World::start();
    let soon = aanmelder::clock::now().checked_add(Duration::from_secs(75)).unwrap();
    let at = soon.in_tz("Europe/Amsterdam").unwrap().strftime("%H:%M").to_string();
    world.configure("", &at);
    let _program = world.launch_ready(&[]);
    world.add_event(10, 1);
    world.write("sanne@dewit.nl", "Aanmelding", "s@dewit.nl", "Ik kom graag.");
    world.letters("sanne@dewit.nl", 1);
    world.write(
        "joost@dehaan.nl",
        "Aanmelding",
        "j@dehaan.nl",
        "Ik kom graag. Kan ik een pitch houden over mijn bakkerij? Is er parkeergelegenheid bij de zaal?",
    );
    world.letters("joost@dehaan.nl", 1);
    world.write("piet@voorbeeld.nl", "Vraag", "p@voorbeeld.nl", "Hoi, hoe laat begint de bijeenkomst?");
    world.bot_holds("Vraag", 2);
    let digest = until_within(Duration::from_secs(180), "the digest", || {
        folder(&world.dovecot, COORDINATOR, "INBOX").into_iter().next()
    });
    let body = digest.body();
    for words in ["sanne", "joost", "hoe laat begint de bijeenkomst"] {
        assert!(body.to_lowercase().contains(words), "the digest does not tell of {words}:\n{body}");
    }
    assert!(!body.contains("1970"), "{body}");
    assert!(digest.text.contains("text/csv"), "the list goes along");
    assert_eq!(digest.header("Auto-Submitted"), "auto-generated");
    settled("her mailbox", || folder(&world.dovecot, COORDINATOR, "INBOX").len());
    assert_eq!(folder(&world.dovecot, COORDINATOR, "INBOX").len(), 1, "one digest");
}

#[test]
fn a_mail_that_comes_twice_is_answered_once_and_does_not_stay_in_the_inbox() {
    let world = World::start();
    let program = world.launch_ready(&["--since", &day_from_now(-1)]);
    world.add_event(10, 25);
    let mut client = Client::log_in(&world.dovecot, BOT);
    let mail = plain("sanne@dewit.nl", BOT, "Aanmelding", "s@dewit.nl", "Ik kom graag.");
    let now = aanmelder::clock::now();
    for (minutes, count) in [(2, 1), (1, 2)] {
        client.append("INBOX", &internal_date(now - jiff::SignedDuration::from_mins(minutes)), &mail);
        world.bot_holds("Aangemeld", count);
    }
    // What she puts back herself she wants there.
    client.run("SELECT Aangemeld");
    client.run("UID MOVE 1:2 INBOX");
    world.write("piet@dewit.nl", "Aanmelding", "p@dewit.nl", "Ik kom graag.");
    world.bot_holds("Aangemeld", 1);
    program.stop();
    assert_eq!(world.bot("INBOX").iter().filter(|mail| mail.id() == "s@dewit.nl").count(), 2);
    assert_eq!(folder(&world.dovecot, "sanne@dewit.nl", "INBOX").len(), 1);
}
