//! The same evening with the program killed in the middle, again and again: nobody is lost and nothing happens twice.

use crate::evening::{assert_answers, by_kind, people, sign_up};
use crate::support::mail::Mail;
use crate::support::mailbox::folder;
use crate::support::world::{World, distinct, kind, settled};
use crate::support::{DEADLINE, until, until_within};
use std::collections::BTreeMap;
use std::time::Duration;

/// How many mails lie in somebody's inbox, of all these people together.
fn letters_in_all(world: &World, people: &[String]) -> usize {
    people.iter().map(|person| distinct(folder(&world.dovecot, person, "INBOX")).len()).sum()
}

#[test]
fn killed_again_and_again_while_thirty_people_sign_up() {
    let world = World::start();
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    let people = people(30);
    sign_up(&world, &people);
    let mut program = Some(program);
    // At these numbers of letters, and a few times before it can have done anything.
    for (round, count) in [1, 4, 9, 15, 16, 22, 28].into_iter().enumerate() {
        until(&format!("{count} letters in all"), || (letters_in_all(&world, &people) >= count).then_some(()));
        program.take().unwrap().kill();
        for early in [40, 150, 400] {
            let starting = world.launch(&[]);
            std::thread::sleep(Duration::from_millis(early * u64::try_from(round + 1).unwrap() / 3));
            starting.kill();
        }
        program = Some(world.launch(&[]));
    }
    let kinds = by_kind(&world, &people);
    assert_eq!((kinds["bevestiging"].len(), kinds["wachtlijst"].len()), (25, 5), "{kinds:?}");
    for (number, person) in people.iter().enumerate() {
        assert_answers(&world.letters(person, 1)[0], &format!("aanmelding.{number}@voorbeeld.nl"));
    }
    let coming = &kinds["bevestiging"];
    // Two cancel, and the program is killed as soon as each has his answer: the one who moves up still hears of it, once.
    for (number, person) in coming.iter().take(2).enumerate() {
        let letter = &world.letters(person, 1)[0];
        world.answer(person, letter, &format!("af.{number}@voorbeeld.nl"), "Ik kan helaas toch niet komen.");
        assert_eq!(kind(&world.letters(person, 2)[1]), "afgemeld");
        program.take().unwrap().kill();
        program = Some(world.launch(&[]));
    }
    let waiting = &kinds["wachtlijst"];
    let promoted = until("two people to move up", || {
        let moved: Vec<&String> = waiting
            .iter()
            .filter(|person| {
                folder(&world.dovecot, person, "INBOX").iter().any(|letter| kind(letter) == "doorgeschoven")
            })
            .collect();
        (moved.len() == 2).then_some(moved)
    });
    assert!(promoted.iter().all(|person| world.letters(person, 2).len() == 2));
    world.bot_holds("Afgemeld", 2);
    let counts = settled("the bot's mailbox", || world.bot_counts());
    let counts: BTreeMap<_, _> = counts.into_iter().collect();
    assert_eq!((counts["INBOX"], counts["Aangemeld"], counts["Wachtlijst"]), (0, 25, 5), "{counts:?}");
    assert_eq!(letters_in_all(&world, &people), 30 + 2 + 2);
    assert!(world.bot("Aangemeld").iter().all(Mail::is_seen));
    let list: serde_json::Value = serde_json::from_str(&world.run(&["export", "b16", "--json"])).unwrap();
    assert_eq!(list["coming"].as_array().unwrap().len(), 25, "{list}");
    assert_eq!(list["waiting"].as_array().unwrap().len(), 3, "{list}");
    let repeats: usize =
        people.iter().map(|person| folder(&world.dovecot, person, "INBOX").len()).sum::<usize>() - (30 + 2 + 2);
    eprintln!("letters that came twice, the very same both times: {repeats}");
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
        crate::support::servers::BOT,
        "Aanmelding",
        "twee@voorbeeld.nl",
        "Ik kom graag.",
    );
    crate::support::smtp::deliver(world.dovecot.lmtp_port(), crate::support::servers::BOT, &mail);
    world.bot_holds("Aangemeld", 2);
    assert!(folder(&world.dovecot, "twee@voorbeeld.nl", "INBOX").is_empty());
    assert!(!program.has_ended(), "it goes on");
    world.exim.launch();
    until_within(Duration::from_secs(240), "the letter that waited", || {
        (!folder(&world.dovecot, "twee@voorbeeld.nl", "INBOX").is_empty()).then_some(())
    });

    // The way in is shut for a while.
    world.dovecot.stop();
    std::thread::sleep(Duration::from_secs(2));
    assert!(!program.has_ended(), "it goes on");
    world.dovecot.launch();
    world.write("drie@voorbeeld.nl", "Aanmelding", "drie@voorbeeld.nl", "Ik kom graag.");
    world.letters("drie@voorbeeld.nl", 1);

    // And the mailbox is numbered anew meanwhile, with all its old mail in it.
    world.dovecot.stop();
    world.dovecot.renumber(crate::support::servers::BOT);
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
