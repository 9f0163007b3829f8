//! An evening for which thirty people sign up and that has twenty-five places; some cancel, and the waiting list moves.

use crate::support::mail::{Mail, plain};
use crate::support::mailbox::folder;
use crate::support::settings::BOT;
use crate::support::smtp;
use crate::support::world::{World, kind, settled};
use std::collections::{BTreeMap, BTreeSet};

/// The people, in the order in which they write.
pub fn people(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("deelnemer{number:02}@voorbeeld.nl")).collect()
}

/// How people say that they come.
const YES: [&str; 6] = [
    "Hallo,\n\nIk kom graag naar de volgende bijeenkomst.\n\nGroet",
    "Hoi, ik meld me aan voor de bijeenkomst. Tot dan!",
    "Goedemorgen,\n\nGraag wil ik me aanmelden.\n\nMet vriendelijke groet",
    "Ik ben erbij!",
    "Zet je mij op de lijst? Ik kom.",
    "Dag Marijke, ik kom ook graag.",
];

/// Everybody signs up.
pub fn sign_up(world: &World, people: &[String]) {
    for (number, person) in people.iter().enumerate() {
        let text = YES[number % YES.len()];
        world.write(person, "Aanmelding bijeenkomst", &format!("aanmelding.{number}@voorbeeld.nl"), text);
    }
}

/// The people whose only letter is of each kind.
pub fn by_kind(world: &World, people: &[String]) -> BTreeMap<String, Vec<String>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for person in people {
        let letters = world.letters(person, 1);
        assert_eq!(letters.len(), 1, "{person} got {:?}", letters.iter().map(kind).collect::<Vec<_>>());
        found.entry(kind(&letters[0])).or_default().push(person.clone());
    }
    found
}

/// Is the letter a proper answer to the mail with this Message-ID?
pub fn assert_answers(letter: &Mail, id: &str) {
    let text = &letter.text;
    assert_eq!(letter.header("In-Reply-To"), format!("<{id}>"), "{text}");
    assert!(letter.header("References").contains(&format!("<{id}>")), "{text}");
    assert_eq!(letter.header("Auto-Submitted"), "auto-replied", "{text}");
    assert!(letter.subject().starts_with("Re: "), "{text}");
    assert!(letter.header("From").contains(BOT), "{text}");
    assert!(letter.id().starts_with("aanmelder."), "{text}");
}

#[test]
fn thirty_people_and_twenty_five_places() {
    let world = World::start();
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    let people = people(30);
    sign_up(&world, &people);
    let kinds = by_kind(&world, &people);
    let (coming, waiting) = (&kinds["bevestiging"], &kinds["wachtlijst"]);
    assert_eq!((coming.len(), waiting.len()), (25, 5), "{kinds:?}");
    for (number, person) in people.iter().enumerate() {
        let letter = &world.letters(person, 1)[0];
        assert_answers(letter, &format!("aanmelding.{number}@voorbeeld.nl"));
        assert!(letter.header("To").contains(person.as_str()));
        assert_eq!(coming.contains(person), letter.text.contains("text/calendar"), "a calendar entry for who comes");
    }
    world.bot_holds("Aangemeld", 25);
    let in_line = line(&world, waiting);

    // Three cancel by answering their letter; the first three in line move up, in that order.
    for (number, person) in coming.iter().take(3).enumerate() {
        let letter = &world.letters(person, 1)[0];
        let id = format!("afmelding.{number}@voorbeeld.nl");
        world.answer(person, letter, &id, "Helaas, ik kan toch niet komen. Graag afmelden.");
        let letters = world.letters(person, 2);
        assert_eq!(kind(&letters[1]), "afgemeld");
        assert_answers(&letters[1], &id);
        let next = world.letters(&in_line[number], 2);
        assert_eq!(kind(&next[1]), "doorgeschoven");
        assert_eq!(next[1].header("Auto-Submitted"), "auto-generated");
        assert!(next[1].text.contains("text/calendar"));
    }
    // One in line gives up: nobody hears of it but he.
    let person = &in_line[3];
    let letter = &world.letters(person, 1)[0];
    world.answer(person, letter, "uit.de.rij@voorbeeld.nl", "Haal me maar van de wachtlijst, ik kan niet meer.");
    assert_eq!(kind(&world.letters(person, 2)[1]), "afgemeld");

    world.bot_holds("Afgemeld", 4);
    let counts = settled("the bot's mailbox", || world.bot_counts());
    let counts: BTreeMap<_, _> = counts.into_iter().collect();
    assert_eq!(counts["INBOX"], 0, "{counts:?}");
    assert_eq!(counts["Aangemeld"], 25, "{counts:?}");
    assert_eq!(counts["Wachtlijst"], 5, "{counts:?}");
    assert_eq!(counts["Sent"], 30 + 3 + 3 + 1, "{counts:?}");
    for name in ["Aangemeld", "Wachtlijst", "Afgemeld"] {
        assert!(world.bot(name).iter().all(Mail::is_seen), "{name} is read");
    }
    let last = &in_line[4];
    assert_eq!(world.letters(last, 1).len(), 1, "the last in line still waits");

    let list: serde_json::Value = serde_json::from_str(&world.run(&["export", "b16", "--json"])).unwrap();
    assert_eq!(list["coming"].as_array().unwrap().len(), 25, "{list}");
    assert_eq!(list["waiting"].as_array().unwrap().len(), 1, "{list}");
    let (status, _) = program.stop();
    assert!(status.success(), "{status}");
    assert!(!world.log().contains("geheim"), "the password is in the log");
}

/// Those who wait, first in line first. Their letters told them a place; of mails that came within one second the later one
/// may have taken an earlier place since, for within a second the order is by the mail's key.
fn line(world: &World, waiting: &[String]) -> Vec<String> {
    for person in waiting {
        let body = world.letters(person, 1)[0].body();
        assert!((1..=5).any(|place| body.contains(&format!("op plaats {place}"))), "no place in line:\n{body}");
    }
    let list: serde_json::Value = serde_json::from_str(&world.run(&["export", "b16", "--json"])).unwrap();
    let in_line = list["waiting"].as_array().unwrap();
    in_line.iter().map(|party| party["address"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn parties_grow_shrink_and_repeat_themselves() {
    let world = World::start();
    let _program = world.launch_ready(&[]);
    world.add_event(10, 6);
    let sanne = "sanne@dewit.nl";
    world.write(sanne, "Bijeenkomst", "een@dewit.nl", "Hoi, ik kom graag en neem Piet mee.");
    let first = world.letters(sanne, 1);
    assert_eq!(kind(&first[0]), "bevestiging");
    world.answer(sanne, &first[0], "twee@dewit.nl", "We komen toch met 3 personen.");
    assert_eq!(kind(&world.letters(sanne, 2)[1]), "gewijzigd");
    world.answer(sanne, &first[0], "drie@dewit.nl", "Piet kan toch niet mee, dus we komen met 2 personen.");
    assert_eq!(kind(&world.letters(sanne, 3)[2]), "gewijzigd");
    let list: serde_json::Value = serde_json::from_str(&world.run(&["export", "b16", "--json"])).unwrap();
    assert_eq!(list["coming"][0]["confirmed"], 2, "{list}");

    // The very same mail delivered twice changes nothing and is not answered again; the second one is filed beside the first.
    let joost = "joost@dehaan.nl";
    let mail = plain(&format!("Joost <{joost}>"), BOT, "Aanmelden", "dubbel@dehaan.nl", "Ik meld me graag aan.");
    world.send(joost, &mail);
    world.letters(joost, 1);
    world.send(joost, &mail);
    world.bot_holds("Aangemeld", 5);
    settled("Joost's letters", || folder(&world.dovecot, joost, "INBOX").len());
    assert_eq!(folder(&world.dovecot, joost, "INBOX").len(), 1);
    world.bot_holds("INBOX", 0);
}

#[test]
fn what_is_none_of_its_business_lies_unread_where_it_was() {
    let world = World::start();
    let _program = world.launch_ready(&[]);
    world.add_event(10, 25);
    let newsletter =
        plain("Bank <nieuws@bank.example>", BOT, "Aanmelden voor ons webinar", "n1@bank.example", "Meld je nu aan!")
            .replacen("MIME-Version", "List-Unsubscribe: <mailto:af@bank.example>\nPrecedence: bulk\nMIME-Version", 1);
    world.send("nieuws@bank.example", &newsletter);
    let absence = plain(
        "Kees <kees@werk.nl>",
        BOT,
        "Automatisch antwoord: Bijeenkomst",
        "oof@werk.nl",
        "Ik ben er niet tot maandag.",
    )
    .replacen("MIME-Version", "Auto-Submitted: auto-replied\nMIME-Version", 1);
    world.send("kees@werk.nl", &absence);
    let others = plain(
        "An <an@x.nl>",
        "Bert <bert@x.nl>",
        "Vergadering",
        "v1@x.nl",
        "Bert, ik kom dinsdag naar de vergadering.",
    );
    world.send("an@x.nl", &others);
    let list = plain(
        "Lid <lid@lijst.example>",
        "Lijst <lijst@lijst.example>",
        "Ik kom ook",
        "l1@lijst.example",
        "Ik kom graag!",
    )
    .replacen("MIME-Version", "List-Id: <lijst.lijst.example>\nMIME-Version", 1);
    world.send("lid@lijst.example", &list);
    // A mail from the null sender is a machine's, whatever it says.
    let report = plain(
        "Mail <mailer-daemon@mx.example>",
        BOT,
        "Ik kom graag",
        "b1@mx.example",
        "Ik kom graag naar de bijeenkomst.",
    );
    smtp::send(world.exim.port(), "", BOT, &report);
    // After these, one that is: when it is answered, the others have been looked at.
    world.write("sanne@dewit.nl", "Aanmelding", "s1@dewit.nl", "Ik kom graag.");
    world.letters("sanne@dewit.nl", 1);
    world.bot_holds("Aangemeld", 1);
    let inbox = settled("the inbox", || world.bot("INBOX"));
    let ids: BTreeSet<String> = inbox.iter().map(Mail::id).collect();
    let left = ["n1@bank.example", "oof@werk.nl", "v1@x.nl", "l1@lijst.example", "b1@mx.example"];
    assert_eq!(ids, left.map(str::to_owned).into());
    assert!(inbox.iter().all(|mail| !mail.is_seen()), "they lie unread");
    for stranger in ["nieuws@bank.example", "kees@werk.nl", "an@x.nl", "lid@lijst.example", "mailer-daemon@mx.example"]
    {
        assert!(folder(&world.dovecot, stranger, "INBOX").is_empty(), "{stranger} hears nothing");
    }
}

#[test]
fn a_question_is_left_unread_for_the_coordinator() {
    let world = World::start();
    let _program = world.launch_ready(&[]);
    world.add_event(10, 25);
    world.write("sanne@dewit.nl", "Aanmelding", "s1@dewit.nl", "Ik kom graag. Is er parkeergelegenheid bij de zaal?");
    let letter = &world.letters("sanne@dewit.nl", 1)[0];
    assert_eq!(kind(letter), "bevestiging");
    assert!(letter.body().to_lowercase().contains("vraag"), "{}", letter.body());
    world.write("joost@dehaan.nl", "Vraagje", "j1@dehaan.nl", "Hoi, hoe laat begint de bijeenkomst?");
    let questions = world.bot_holds("Vraag", 2);
    assert!(questions.iter().all(|mail| !mail.is_seen()), "they are left unread");
    settled("Joost's letters", || folder(&world.dovecot, "joost@dehaan.nl", "INBOX").len());
    assert!(folder(&world.dovecot, "joost@dehaan.nl", "INBOX").is_empty(), "a stranger's question is not answered");
}
