//! The machine is lost: a new one with nothing but the configuration puts the list together again from the mailbox.

use crate::support::mail::plain;
use crate::support::mailbox::{Client, folder};
use crate::support::settings::BOT;
use crate::support::smtp::deliver;
use crate::support::until;
use crate::support::world::{World, day_from_now, kind, settled};
use aanmelder::clock;
use aanmelder::daemon::engine::Engine;
use aanmelder::store::Store;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::fs;

const PEOPLE: [&str; 6] =
    ["anna@dewit.nl", "bas@rood.nl", "carla@groen.nl", "dirk@blauw.nl", "eva@paars.nl", "frits@geel.nl"];

/// The store is gone, as with the disk that it was on.
fn lose_the_machine(world: &World) {
    fs::remove_dir_all(world.home().join("store")).unwrap();
}

/// What the store remembers, while no program runs.
fn fingerprint(world: &World) -> String {
    Store::open(&world.home().join("store"), clock::now()).unwrap().fingerprint().unwrap()
}

/// How many letters lie in people's mailboxes, and how many the bot has sent.
fn letters_out(world: &World) -> BTreeMap<String, usize> {
    let count = |person: &&str| (person.to_string(), folder(&world.dovecot, person, "INBOX").len());
    let sent = ("Sent".to_owned(), world.bot("Sent").len());
    PEOPLE.iter().map(count).chain([sent]).collect()
}

/// Waits until every line of the logbook is in the mailbox.
fn all_logged(world: &World) {
    until("the logbook to be in the mailbox", || {
        let status: serde_json::Value = serde_json::from_str(&world.run(&["status", "--json"])).unwrap();
        (status["unlogged"] == 0).then_some(())
    });
}

/// An offer's time passes while nobody looks: what the clock decides then stands in no mail.
fn let_an_offer_lapse(world: &World) {
    let config = aanmelder::config::load(&world.config_path()).unwrap();
    let (engine, _) = Engine::open(config, clock::now()).unwrap();
    let lapses = engine.tick(clock::now()).unwrap().expect("an open offer");
    engine.tick(lapses).unwrap();
    let state = engine.state();
    let parties = state.events.values().flat_map(|event| event.registrations.values());
    assert!(parties.filter(|party| party.silent_since.is_some()).count() == 1, "nobody let an offer lapse");
}

/// Puts a mail into the bot's inbox as if it had come in earlier.
fn arrive_late(world: &World, mail: &str, at: Timestamp) {
    let mail = mail.replace('\n', "\r\n");
    let date = at.strftime("%d-%b-%Y %H:%M:%S +0000");
    let mut client = Client::log_in(&world.dovecot, BOT);
    client.append("INBOX", &date.to_string(), &mail);
}

/// Everything that can happen to a list, with the daemon running and without.
fn live_through_much(world: &World) {
    let [anna, bas, carla, dirk, eva, frits] = PEOPLE;
    let program = world.launch_ready(&[]);
    world.add_event(20, 2);
    let tomorrow = format!("{} 20:00-22:00", day_from_now(1));
    let borrel =
        ["event", "add", "borrel", "--title", "Borrel", "--when", &tomorrow, "--seats", "1", "--venue", "De Kroon"];
    world.run(&borrel);
    // Two come, one waits; one drops out, and the one who waits moves up.
    for (number, person) in [anna, bas, carla].into_iter().enumerate() {
        let id = format!("a{number}@dewit.nl");
        world.write(person, "16e bijeenkomst", &id, "Ik kom graag naar de 16e bijeenkomst.");
        world.letters(person, 1);
    }
    let letter = &world.letters(anna, 1)[0];
    world.answer(anna, letter, "af@dewit.nl", "Ik kan helaas toch niet komen, graag afmelden.");
    assert_eq!(kind(&world.letters(carla, 2)[1]), "doorgeschoven");
    world.letters(anna, 2);
    // By hand; and who waits is asked when that seat comes free.
    world.run(&["register", eva, "--event", "borrel", "--name", "Eva"]);
    world.run(&["register", dirk, "--event", "borrel", "--name", "Dirk"]);
    assert_eq!(kind(&world.letters(dirk, 1)[0]), "wachtlijst");
    world.run(&["cancel", eva, "--event", "borrel", "--reason", "belde af"]);
    assert_eq!(kind(&world.letters(dirk, 2)[1]), "aanbod");
    world.letters(eva, 2);
    // None of our business, and a question.
    let lees = plain("krant@nieuws.nl", BOT, "Nieuwsbrief", "krant@nieuws.nl", "Het nieuws van deze week.");
    deliver(
        world.dovecot.lmtp_port(),
        BOT,
        &lees.replacen("MIME-Version", "List-Id: <krant.nieuws.nl>\nMIME-Version", 1),
    );
    world.write(carla, "Vraag", "vraag@groen.nl", "Is er bij de 16e bijeenkomst een lift?");
    world.bot_holds("Vraag", 1);
    program.stop();

    let_an_offer_lapse(world);
    let mail = plain(
        &format!("Frits <{frits}>"),
        BOT,
        "16e bijeenkomst",
        "laat@geel.nl",
        "Ik kom graag naar de 16e bijeenkomst.",
    );
    arrive_late(world, &mail, clock::now() - SignedDuration::from_hours(72));
    let program = world.launch_ready(&[]);
    assert_eq!(kind(&world.letters(frits, 1)[0]), "wachtlijst");
    // Somebody wants to be forgotten, which gives the one who came late his seat.
    let letter = &world.letters(bas, 1)[0];
    world.answer(bas, letter, "weg@rood.nl", "Ik meld me af voor de 16e bijeenkomst. Wil je al mijn gegevens wissen?");
    assert_eq!(kind(&world.letters(frits, 2)[1]), "doorgeschoven");
    world.letters(bas, 2);
    world.run(&["event", "edit", "b16", "--seats", "12"]);
    settled("the bot's mailbox", || (world.bot("INBOX").len(), letters_out(world)));
    all_logged(world);
    program.stop();
}

#[test]
fn a_new_machine_knows_all_that_the_old_one_did() {
    let world = World::start();
    live_through_much(&world);
    let (before, out) = (fingerprint(&world), letters_out(&world));
    let logbook = world.bot("Aanmelder/Logboek");
    assert!(
        !logbook.iter().any(|mail| mail.body().contains("Bas") || mail.text.contains("bas@rood.nl")),
        "he is forgotten"
    );
    lose_the_machine(&world);

    let said = world.run(&["rebuild"]);
    assert!(said.contains(&before), "{said}\nbefore: {before}");
    assert_eq!(fingerprint(&world), before, "{said}");
    assert_eq!(letters_out(&world), out, "nothing was sent");

    let program = world.launch_ready(&[]);
    assert_eq!(settled("everybody's mailboxes", || letters_out(&world)), out, "old mail is not answered again");
    world.write("gerda@wit.nl", "16e bijeenkomst", "g@wit.nl", "Ik kom graag naar de 16e bijeenkomst.");
    assert_eq!(kind(&world.letters("gerda@wit.nl", 1)[0]), "bevestiging");
    // And an answer to a letter of the old machine is known as one.
    let letter = &world.letters(PEOPLE[5], 2)[1];
    world.answer(PEOPLE[5], letter, "f.af@geel.nl", "Ik kan toch niet, graag afmelden.");
    assert_eq!(kind(&world.letters(PEOPLE[5], 3)[2]), "afgemeld");
    all_logged(&world);
    program.stop();

    // And once more, from what the second machine has written down.
    let before = fingerprint(&world);
    lose_the_machine(&world);
    let said = world.run(&["rebuild"]);
    assert!(said.contains(&before), "{said}");
}

#[test]
fn what_the_logbook_does_not_tell_comes_from_the_mails() {
    let [anna, bas, carla, ..] = PEOPLE;
    let world = World::start();
    let program = world.launch_ready(&[]);
    world.add_event(20, 12);
    all_logged(&world);
    let logged = world.bot("Aanmelder/Logboek").len();
    for (person, id) in [(anna, "a@dewit.nl"), (bas, "b@rood.nl")] {
        world.write(person, "16e bijeenkomst", id, "Ik kom graag naar de 16e bijeenkomst.");
        world.letters(person, 1);
    }
    world.bot_holds("Aangemeld", 2);
    settled("the bot's mailbox", || world.bot_counts());
    program.stop();
    let before = fingerprint(&world);
    // Everything that the logbook told of those two is gone, and while no machine runs somebody else writes.
    let uids: Vec<u32> = world.bot("Aanmelder/Logboek")[logged..].iter().map(|mail| mail.uid).collect();
    let mut client = Client::log_in(&world.dovecot, BOT);
    client.run("SELECT \"Aanmelder/Logboek\"");
    for uid in uids {
        client.run(&format!("UID STORE {uid} +FLAGS (\\Deleted)"));
    }
    client.run("EXPUNGE");
    lose_the_machine(&world);
    let mail = plain(carla, BOT, "16e bijeenkomst", "c@groen.nl", "Ik kom graag naar de 16e bijeenkomst.");
    deliver(world.dovecot.lmtp_port(), BOT, &mail);
    let out = letters_out(&world);

    let said = world.run(&["rebuild"]);
    assert!(said.contains("2 mails zijn nagekeken") && said.contains("2 daarvan zijn meegenomen"), "{said}");
    assert!(said.contains("1 mail ligt nog in de inbox"), "{said}");
    assert_eq!(letters_out(&world), out);
    let list = world.run(&["list"]);
    assert!(list.contains(anna) && list.contains(bas) && !list.contains(carla), "{list}");
    // Those mails were decided within a second of coming in, so that even the moments are nearly the same; what counts is.
    assert_ne!(fingerprint(&world), before, "the letters' dates tell when they were really written");

    let program = world.launch_ready(&[]);
    assert_eq!(kind(&world.letters(carla, 1)[0]), "bevestiging");
    settled("everybody's mailboxes", || letters_out(&world));
    assert_eq!((folder(&world.dovecot, anna, "INBOX").len(), folder(&world.dovecot, bas, "INBOX").len()), (1, 1));
    program.stop();
}

#[test]
fn a_damaged_store_is_set_aside_and_put_right() {
    let world = World::start();
    let program = world.launch_ready(&[]);
    world.add_event(20, 12);
    world.write(PEOPLE[0], "16e bijeenkomst", "a@dewit.nl", "Ik kom graag naar de 16e bijeenkomst.");
    world.letters(PEOPLE[0], 1);
    world.bot_holds("Aangemeld", 1);
    let refused = world.try_run(&["rebuild"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("draait nog"), "{refused:?}");
    settled("the bot's mailbox", || world.bot_counts());
    all_logged(&world);
    let copy = world.home().join("kopie.jsonl");
    world.run(&["backup", copy.to_str().unwrap()]);
    program.stop();
    let before = fingerprint(&world);
    let refused = world.try_run(&["rebuild"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--set-aside"), "{refused:?}");
    let refused = world.try_run(&["restore", copy.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--set-aside"), "{refused:?}");

    let log = world.home().join("store/db/db");
    let mut bytes = fs::read(&log).unwrap();
    bytes.iter_mut().step_by(7).for_each(|byte| *byte ^= 0x55);
    fs::write(&log, &bytes).unwrap();
    let refused = world.try_run(&["run", "--once"]);
    assert!(!refused.status.success(), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("aanmelder rebuild"), "{refused:?}");

    let said = world.run(&["rebuild"]);
    assert!(said.contains("Wat er stond, is bewaard in"), "{said}");
    assert_eq!(fingerprint(&world), before, "{said}");
    let kept = fs::read_dir(world.home().join("store")).unwrap().map(|entry| entry.unwrap().path());
    let kept = kept.filter(|path| path.to_string_lossy().contains("set-aside")).collect::<Vec<_>>();
    assert!(kept.len() == 1 && kept[0].join("db/db").exists(), "nothing is thrown away: {kept:?}");
    // The copy would have done as well.
    let said = world.run(&["restore", copy.to_str().unwrap(), "--set-aside"]);
    assert!(said.contains(&before), "{said}");
    let out = letters_out(&world);
    let program = world.launch_ready(&[]);
    assert_eq!(settled("everybody's mailboxes", || letters_out(&world)), out);
    program.stop();
}
