//! A hundred mails about three meetings, and the end to which they come: the same whatever happens on the way.
//!
//! What is ordered by arrival comes in order; the rest may overtake each other and comes to the same.
//! Meetings and people that a mail alone cannot bring about (an offer that lapses now, a meeting in a few hours) are there
//! before the program starts, made by its own rules with an earlier time.

use crate::support::exim::PROVIDER;
use crate::support::mail::{Mail, plain};
use crate::support::mailbox::{Client, folder, internal_date, mailbox};
use crate::support::settings::BOT;
use crate::support::until_within;
use crate::support::world::{COORDINATOR, World, kind, settled};
use aanmelder::daemon::control::{NewEvent, Request, Response};
use aanmelder::daemon::engine::Engine;
use aanmelder::ids::{Address, EventId, MessageId};
use aanmelder::mail::SendResult;
use aanmelder::registration::LetterKind;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

/// How many mails there are in all.
pub const MAILS: usize = 100;
/// Those who sign up and get a seat each; the last of them cannot be reached.
pub const SIGN_UPS: usize = 46;
/// What strangers ask.
const QUESTION: &str = "Hoi, hoe laat begint de 16e bijeenkomst eigenlijk?";
/// How long the slowest step may take: letters that were cut off wait for their copy, and machines are slow.
const PATIENCE: Duration = Duration::from_secs(240);

/// The hundred mails on their way.
pub struct Flow<'a> {
    world: &'a World,
    before: Box<dyn FnMut(usize) + 'a>,
    sent: usize,
}

/// Where everything ended.
#[derive(Debug, PartialEq)]
pub struct End {
    /// By meeting: who comes, in the order of the alphabet, and who waits, in line.
    lists: BTreeMap<String, (Vec<String>, Vec<String>)>,
    /// By person the kinds of the letters in his mailbox.
    letters: BTreeMap<String, Vec<String>>,
    /// By folder of the program's mailbox the mails that came in, and whether they are read.
    folders: BTreeMap<String, BTreeSet<(String, bool)>>,
}

/// The configuration and the meetings, before the first start. Gives the letter by which Xander was asked: he has got it.
pub fn prepare(world: &mut World) -> MessageId {
    let engine = prepare_unsent(world);
    let now = aanmelder::clock::now();
    let letters = engine.store().due_letters(now, 100).unwrap().into_iter().map(|queued| queued.letter);
    let offer = letters.into_iter().find(|letter| letter.head.kind == Some(LetterKind::Offered)).unwrap();
    engine.store().note_letter_try(&offer.head.id, now).unwrap();
    engine.letter_fared(&offer, &SendResult::Accepted, now).unwrap();
    offer.head.id
}

/// The same, and no letter has gone yet.
pub fn prepare_unsent(world: &mut World) -> Engine {
    world.configure("\n[rules]\noffers_at_once = 1\n\n[caps]\ntotal_hour = 10000\nletters_day = 10000\n", "23:59");
    let config = fs::read_to_string(world.config_path()).unwrap();
    // The evening before is over at any hour of the day, so that a digest is due at the start.
    fs::write(world.config_path(), config.replacen("[imap]", "eve_digest_at = \"00:00\"\n\n[imap]", 1)).unwrap();
    let now = aanmelder::clock::now();
    let config = aanmelder::config::load(&world.config_path()).unwrap();
    let (engine, _) = Engine::open(config, now).unwrap();
    let ask = |request: Request, at: Timestamp| match engine.execute(&request, at) {
        Response::Done(_) => {}
        other => panic!("{request:?}: {other:?}"),
    };
    let after = |hours: i64| now + SignedDuration::from_hours(hours);
    ask(event("b16", "16e bijeenkomst", 47, after(240)), now);
    ask(event("borrel", "Borrel", 2, after(6)), now);
    for person in ["borrel1", "borrel2", "borrel3"] {
        ask(register("borrel", person), now);
    }
    // A seat that came free twenty-five hours ago was offered to Xander for a day.
    let then = after(-25);
    ask(event("wandeling", "Wandeling", 1, after(22)), then);
    for person in ["anna", "xander", "yvonne"] {
        ask(register("wandeling", person), then);
    }
    let event = EventId::new("wandeling").unwrap();
    ask(Request::Cancel { event, address: address("anna"), seats: None, reason: None }, then);
    engine
}

impl<'a> Flow<'a> {
    /// Before each mail `before` is called with the number of those that went.
    pub fn new(world: &'a World, before: impl FnMut(usize) + 'a) -> Self {
        Self { world, before: Box::new(before), sent: 0 }
    }

    /// The one whose letters are refused.
    pub fn unreachable_one(&mut self) {
        self.write("weg1", "Aanmelding", "aan.weg", "Ik meld me graag aan voor de 16e bijeenkomst.");
    }

    /// People who sign up and get a seat.
    pub fn sign_up(&mut self, numbers: Range<usize>) {
        const YES: [&str; 4] = [
            "Hallo,\n\nIk kom graag naar de 16e bijeenkomst.\n\nGroet",
            "Hoi, ik meld me aan voor de 16e bijeenkomst. Tot dan!",
            "Goedemorgen,\n\nGraag wil ik me aanmelden voor de 16e bijeenkomst.",
            "Ik ben erbij, bij de 16e bijeenkomst!",
        ];
        for number in numbers {
            let (person, id) = (format!("d{number:02}"), format!("aan.{number:02}"));
            self.write(&person, "Aanmelding 16e bijeenkomst", &id, YES[number % YES.len()]);
        }
    }

    /// All who come after those with a seat, until nobody says anything any more.
    pub fn rest(&mut self) {
        let sign_ups = (1..SIGN_UPS).map(|number| format!("aan.{number:02}"));
        await_arrival(self.world, sign_ups.chain(["aan.weg".to_owned()]));
        let mut inbox = Client::log_in(&self.world.dovecot, BOT);
        for number in 1..=10 {
            (self.before)(self.sent);
            self.sent += 1;
            let (person, id) = (format!("w{number:02}@voorbeeld.nl"), format!("wacht.{number:02}@voorbeeld.nl"));
            let mail = plain(&person, BOT, "Aanmelding", &id, "Ik kom ook graag naar de 16e bijeenkomst.");
            let proven = format!("Authentication-Results: {PROVIDER}; dmarc=pass header.from=voorbeeld.nl\n{mail}");
            // Each in another second, so that the line is the same each time.
            let arrived = aanmelder::clock::now() - SignedDuration::from_secs(10 - number);
            inbox.put("INBOX", Some(&internal_date(arrived)), &proven);
        }
        for number in 1..=20 {
            self.answer(&format!("d{number:02}"), 0, &format!("af.{number:02}"), "Ik kan helaas toch niet komen.");
        }
        for number in 1..=20 {
            self.letters(&format!("d{number:02}"), 2);
        }
        for number in 21..=30 {
            self.answer(&format!("d{number:02}"), 0, &format!("meer.{number:02}"), "We komen met 2 personen.");
        }
        for number in 1..=5 {
            let (person, id) = (format!("vraag{number}"), format!("vraag.{number}"));
            self.write(&person, "Vraagje", &id, QUESTION);
            let news =
                plain("Bank <nieuws@bank.example>", BOT, "Webinar", &format!("n{number}@bank.example"), "Kom nu!")
                    .replacen("MIME-Version", "List-Unsubscribe: <mailto:af@bank.example>\nMIME-Version", 1);
            self.send("nieuws@bank.example", &news);
        }
        // Two mails come a second time, the very same.
        for number in [1, 2] {
            let id = format!("vraag.{number}");
            self.write(&format!("vraag{number}"), "Vraagje", &id, QUESTION);
        }
        self.answer("borrel1", 0, "af.borrel", "Ik kan helaas toch niet komen.");
        self.answer("yvonne", 1, "ja.wandeling", "Ja, graag!");
    }

    /// The coordinator registers somebody by hand. When she gets no answer she looks whether it was done, and does it again only
    /// when the list that she gets says that it was not.
    pub fn by_hand(&self) {
        let list = || Some(self.world.try_run(&["list", "b16"])).filter(|output| output.status.success());
        until_within(PATIENCE, "a registration by hand", || {
            let done = self.world.try_run(&["register", "piet@voorbeeld.nl", "--event", "b16"]).status.success();
            let stands = || until_within(PATIENCE, "the list", list).stdout.windows(4).any(|word| word == b"piet");
            (done || stands()).then_some(())
        });
    }

    fn write(&mut self, person: &str, subject: &str, id: &str, text: &str) {
        let person = format!("{person}@voorbeeld.nl");
        let mail = plain(&person, BOT, subject, &format!("{id}@voorbeeld.nl"), text);
        self.send(&person, &mail);
    }

    /// Answers the letter with this number that somebody got.
    fn answer(&mut self, person: &str, number: usize, id: &str, text: &str) {
        let letter = self.letters(person, number + 1).swap_remove(number);
        let person = format!("{person}@voorbeeld.nl");
        let mail = plain(&person, BOT, &format!("Re: {}", letter.subject()), &format!("{id}@voorbeeld.nl"), text);
        let thread = format!("In-Reply-To: <{}>\nMIME-Version", letter.id());
        self.send(&person, &mail.replacen("MIME-Version", &thread, 1));
    }

    fn send(&mut self, person: &str, mail: &str) {
        (self.before)(self.sent);
        self.sent += 1;
        self.world.send(person, mail);
    }

    fn letters(&self, person: &str, count: usize) -> Vec<Mail> {
        let person = format!("{person}@voorbeeld.nl");
        until_within(PATIENCE, &format!("{count} letters to {person}"), || {
            let letters = folder(&self.world.dovecot, &person, "INBOX");
            (letters.len() >= count).then_some(letters)
        })
    }
}

/// The end of a run that nothing disturbed, once nothing moves any more.
pub fn end(world: &World) -> End {
    settled("the run", || (world.bot_counts(), queued(world)));
    look(world)
}

/// The end of a run that was to come to the same; waits for that, and fails with the difference when it does not.
#[track_caller]
pub fn assert_same_end(world: &World, wanted: &End) {
    let deadline = std::time::Instant::now() + PATIENCE;
    until_within(PATIENCE, "the queue to be empty", || (queued(world) == 0).then_some(()));
    let mut found = look(world);
    while found != *wanted && std::time::Instant::now() < deadline {
        std::thread::sleep(Duration::from_secs(1));
        found = look(world);
    }
    assert_eq!(found, *wanted);
    assert_eq!(queued(world), 0);
    // What was to come twice might come late.
    settled("the letters", || letters(world));
    assert_eq!(look(world), *wanted);
}

/// No letter lies twice in anybody's mailbox. The kinds alone would not tell: one twice and another never.
#[track_caller]
pub fn assert_each_letter_once(world: &World) {
    for person in people().into_iter().chain([COORDINATOR.to_owned()]) {
        let ids: Vec<String> = folder(&world.dovecot, &person, "INBOX").iter().map(Mail::id).collect();
        let distinct: BTreeSet<&String> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len(), "{person} got a letter twice: {ids:?}");
    }
}

/// Everybody who gets letters.
pub fn people() -> Vec<String> {
    let some = |prefix: &str, count: usize| (1..=count).map(|n| format!("{prefix}{n:02}")).collect::<Vec<_>>();
    let others = ["borrel1", "borrel2", "borrel3", "anna", "xander", "yvonne", "piet"];
    let names = some("d", SIGN_UPS - 1).into_iter().chain(some("w", 10)).chain(others.map(str::to_owned));
    names.map(|name| format!("{name}@voorbeeld.nl")).collect()
}

fn letters(world: &World) -> BTreeMap<String, Vec<String>> {
    let kinds = |person: String| {
        let mut kinds: Vec<String> = folder(&world.dovecot, &person, "INBOX").iter().map(kind).collect();
        kinds.sort();
        (person, kinds)
    };
    people().into_iter().map(kinds).collect()
}

fn look(world: &World) -> End {
    let lists = ["b16", "borrel", "wandeling"].map(|event| (event.to_owned(), list(world, event)));
    let folders = mailbox(&world.dovecot, BOT).into_iter().map(|(name, mails)| {
        let theirs = mails.iter().filter(|mail| !mail.header("From").contains(BOT));
        (name, theirs.map(|mail| (mail.id(), mail.is_seen())).collect::<BTreeSet<_>>())
    });
    let folders = folders.filter(|(_, mails)| !mails.is_empty()).collect();
    End { lists: lists.into(), letters: letters(world), folders }
}

fn list(world: &World, event: &str) -> (Vec<String>, Vec<String>) {
    let list: serde_json::Value = serde_json::from_str(&world.run(&["export", event, "--json"])).unwrap();
    let party = |party: &serde_json::Value| {
        let offered = if party["offer"].is_null() { "" } else { ", offered" };
        format!(
            "{} {} + {}{offered}, {}",
            party["address"], party["confirmed"], party["waiting"], party["undeliverable"]
        )
    };
    let parties = |which: &str| list[which].as_array().unwrap().iter().map(party).collect::<Vec<_>>();
    let mut coming = parties("coming");
    coming.sort();
    (coming, parties("waiting"))
}

fn queued(world: &World) -> u64 {
    let status: serde_json::Value = serde_json::from_str(&world.run(&["status", "--json"])).unwrap();
    status["queued"].as_u64().unwrap()
}

/// Waits until mails lie in the program's mailbox, in whatever folder, each with its UID: what comes after gets a higher one.
fn await_arrival(world: &World, ids: impl Iterator<Item = String>) {
    let ids: Vec<String> = ids.map(|id| format!("{id}@voorbeeld.nl")).collect();
    let mut seen = BTreeSet::new();
    until_within(PATIENCE, "all mails to be delivered", || {
        note_ids(&world.dovecot.mailbox_folder(BOT), &mut seen);
        ids.iter().all(|id| seen.contains(id)).then_some(())
    });
}

/// Notes the mails that Dovecot has given a UID, which is when it puts them into `cur`. One that it saves while somebody else
/// holds the list of UIDs lies in `new` without one, and of two such mails the one that came later may get the lower UID.
fn note_ids(folder: &Path, seen: &mut BTreeSet<String>) {
    // Mails are moved while this looks: what is missed is seen the next time.
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && !path.ends_with("new") && !path.ends_with("tmp") {
            note_ids(&path, seen);
        } else if folder.ends_with("cur")
            && let Ok(bytes) = fs::read(&path)
        {
            let text = String::from_utf8_lossy(&bytes);
            seen.insert(crate::support::mail::header(&text, "Message-ID").trim_matches(['<', '>']).to_owned());
        }
    }
}

fn event(id: &str, title: &str, capacity: u32, start: Timestamp) -> Request {
    let start = start.in_tz("Europe/Amsterdam").unwrap();
    Request::EventAdd(NewEvent {
        id: EventId::new(id).unwrap(),
        title: title.to_owned(),
        end: start
            .timestamp()
            .saturating_add(SignedDuration::from_hours(2))
            .unwrap()
            .in_tz("Europe/Amsterdam")
            .unwrap(),
        start,
        venue: "De Geest".to_owned(),
        address: "Loosduinse Hoofdstraat 1, Den Haag".to_owned(),
        capacity,
        max_party: None,
        waitlist: None,
    })
}

fn register(event: &str, person: &str) -> Request {
    Request::Register {
        event: EventId::new(event).unwrap(),
        address: address(person),
        name: String::new(),
        seats: 1,
        names: Vec::new(),
        reason: None,
        let_through: None,
    }
}

fn address(person: &str) -> Address {
    Address::new(format!("{person}@voorbeeld.nl")).unwrap()
}
