//! Time that does not go as it should: a machine that slept, a mail server that was away for days, a clock that ran ahead.
//!
//! The engine with a real store, and time as a value: nothing waits. What counts is which letters lie in the queue.

use aanmelder::config;
use aanmelder::daemon::control::{NewEvent, Request, Response};
use aanmelder::daemon::engine::Engine;
use aanmelder::ids::{Address, EventId};
use aanmelder::mail::{Location, RawMail, SendResult};
use aanmelder::outcome::Letter;
use jiff::{SignedDuration, Timestamp, ZonedDateTime};
use tempfile::TempDir;

const CONFIG: &str = r#"
[network]
name = "ZZP Loosduinen"
address = "zzploosduinen@gmail.com"

[coordinator]
name = "Marijke"
address = "marijke@voorbeeld.nl"
digest_at = "18:00"

[maildir]
path = "."

[letters]
folder = "brieven"

[store]
path = "store"

[rules]
offers_at_once = 1
"#;

/// The program without its servers, at a moment that the test sets.
struct Program {
    engine: Engine,
    now: Timestamp,
    mails: u32,
    _folder: TempDir,
}

/// A moment of November 2017 in the Netherlands: `15T19:30`.
fn at(text: &str) -> Timestamp {
    format!("2017-11-{text}[Europe/Amsterdam]").parse::<ZonedDateTime>().unwrap().timestamp()
}

impl Program {
    /// With a meeting of three seats on the 15th at 19:30.
    fn at(now: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aanmelder.toml");
        std::fs::write(&path, CONFIG).unwrap();
        let (engine, _) = Engine::open(config::load(&path).unwrap(), at(now)).unwrap();
        let start: ZonedDateTime = "2017-11-15T19:30[Europe/Amsterdam]".parse().unwrap();
        let event = NewEvent {
            id: EventId::new("b16").unwrap(),
            title: "16e bijeenkomst".to_owned(),
            end: start.checked_add(SignedDuration::from_hours(3)).unwrap(),
            start,
            venue: "De Geest".to_owned(),
            address: String::new(),
            capacity: 3,
            max_party: None,
            waitlist: None,
        };
        let response = engine.execute(&Request::EventAdd(event), at(now));
        assert!(matches!(response, Response::Done(_)), "{response:?}");
        Self { engine, now: at(now), mails: 0, _folder: folder }
    }

    /// A mail of somebody is read now.
    fn mail(&mut self, who: &str, text: &str) {
        self.mails += 1;
        let bytes = format!(
            "From: {who} <{who}@voorbeeld.nl>\r\nTo: zzploosduinen@gmail.com\r\nSubject: bijeenkomst\r\nMessage-ID: <{}@voorbeeld.nl>\r\n\r\n{text}\r\n",
            self.mails
        );
        let location = Location::Maildir { name: self.mails.to_string() };
        let mail = RawMail { location, received_at: self.now, bytes: bytes.into_bytes() };
        self.engine.take(&[mail], self.now).unwrap();
    }

    /// The machine wakes at that moment, or it has just become that time: what is due is carried out.
    fn wakes(&mut self, at: Timestamp) {
        self.now = at;
        self.engine.tick(at).unwrap();
        self.engine.write_digest_if_due(at).unwrap();
    }

    /// It runs until that moment, looking at the clock every quarter of an hour.
    fn runs_until(&mut self, end: Timestamp) {
        while self.now < end {
            self.wakes((self.now + SignedDuration::from_mins(15)).min(end));
        }
    }

    /// Everything that waits, taken by the mail server.
    fn sends(&self) -> Vec<Letter> {
        let due = self.engine.store().due_letters(self.now, 1000).unwrap();
        for queued in &due {
            self.engine.store().note_letter_try(&queued.letter.head.id, self.now).unwrap();
            self.engine.letter_fared(&queued.letter, &SendResult::Accepted, self.now).unwrap();
        }
        due.into_iter().map(|queued| queued.letter).collect()
    }

    fn sends_people(&self) -> Vec<Letter> {
        self.sends().into_iter().filter(|letter| letter.head.person.is_some()).collect()
    }

    /// The letters to people that wait.
    fn waiting(&self) -> Vec<String> {
        let due = self.engine.store().due_letters(self.now, 1000).unwrap();
        let letters: Vec<_> =
            due.into_iter().map(|queued| queued.letter).filter(|letter| letter.head.person.is_some()).collect();
        names(&letters)
    }

    /// The coordinator takes somebody off the list.
    fn cancel(&self, who: &str) {
        let (event, address) = (EventId::new("b16").unwrap(), address(who));
        self.engine.execute(&Request::Cancel { event, address, seats: None, reason: None }, self.now);
    }

    /// Until when a seat is on offer to him.
    fn offer(&self, who: &str) -> Option<Timestamp> {
        let state = self.engine.state();
        let party = state.registration(&EventId::new("b16").unwrap(), &address(who).person()).unwrap();
        party.offer.as_ref().map(|offer| offer.until)
    }

    fn sends_digests(&self) -> Vec<String> {
        let digests = self.sends().into_iter().filter(|letter| letter.head.kind.is_none());
        digests.map(|letter| String::from_utf8(letter.bytes).unwrap()).collect()
    }
}

fn address(who: &str) -> Address {
    Address::new(format!("{who}@voorbeeld.nl")).unwrap()
}

/// Which letters, and to whom.
fn names(letters: &[Letter]) -> Vec<String> {
    let name = |letter: &Letter| {
        let text = String::from_utf8_lossy(&letter.bytes);
        let kind = text.lines().find_map(|line| line.strip_prefix("X-Aanmelder: ")).unwrap_or_default();
        format!("{kind} {}", letter.head.to.local())
    };
    letters.iter().map(name).collect()
}

#[test]
fn after_a_week_asleep_there_is_one_digest_and_no_more() {
    let mut program = Program::at("01T09:00");
    program.mail("an", "Ik kom graag naar de bijeenkomst.");
    program.wakes(at("01T09:05"));
    assert_eq!(program.sends_digests().len(), 0);
    program.wakes(at("08T03:00"));
    program.runs_until(at("09T23:00"));
    let digests = program.sends_digests();
    assert_eq!(digests.len(), 1);
    assert!(digests[0].contains("- an "), "{}", digests[0]);
}

#[test]
fn after_a_week_without_the_mail_server_one_digest_tells_all_of_it() {
    let mut program = Program::at("01T09:00");
    for (day, who) in [(2, "an"), (3, "bea"), (4, "cor"), (6, "dirk")] {
        program.runs_until(at(&format!("0{day}T10:00")));
        program.mail(who, "Ik kom graag naar de bijeenkomst.");
    }
    program.runs_until(at("08T12:00"));
    let digests = program.sends_digests();
    assert_eq!(digests.len(), 1, "not one for each day");
    for who in ["an", "bea", "cor", "dirk"] {
        assert!(digests[0].contains(&format!(" {who} ")), "{who}");
    }
    // What was told is told; what comes after it is told on its own.
    program.mail("els", "Ik kom graag naar de bijeenkomst.");
    program.runs_until(at("09T12:00"));
    assert_eq!(program.sends_digests().len(), 1);
    program.runs_until(at("11T12:00"));
    assert_eq!(program.sends_digests().len(), 0);
}

#[test]
fn a_digest_that_may_have_gone_is_never_told_again() {
    let mut program = Program::at("01T09:00");
    program.mail("an", "Ik kom graag naar de bijeenkomst.");
    program.runs_until(at("01T18:00"));
    let digest = program.engine.store().due_letters(program.now, 10).unwrap().pop().unwrap().letter;
    assert_eq!(digest.head.kind, None);
    program.engine.store().note_letter_try(&digest.head.id, program.now).unwrap();
    program.engine.letter_fared(&digest, &SendResult::Unknown("verbroken".to_owned()), program.now).unwrap();
    program.mail("bea", "Ik kom graag naar de bijeenkomst.");
    program.runs_until(at("02T18:00"));
    assert_eq!(program.sends_digests().len(), 2);
}

#[test]
fn an_offer_that_the_machine_slept_through_leads_to_no_letters_after_the_meeting() {
    let mut program = Program::at("01T09:00");
    for who in ["an", "bea", "cor", "dirk"] {
        program.mail(who, "Ik kom graag naar de bijeenkomst.");
    }
    program.runs_until(at("14T10:00"));
    program.sends();
    program.cancel("an");
    assert_eq!(program.sends().len(), 2, "a cancellation and an offer");
    program.wakes(at("21T10:00"));
    program.runs_until(at("22T10:00"));
    let letters = program.sends();
    assert!(letters.iter().all(|letter| letter.head.kind.is_none()), "{letters:?}");
    assert!(letters.len() <= 1, "{letters:?}");
}

/// A full meeting with Dirk and Els in line, and Dirk asked at that moment because An cancelled; the mail server takes nothing.
fn dirk_is_asked(now: &str) -> Program {
    let mut program = Program::at("01T09:00");
    for who in ["an", "bea", "cor", "dirk", "els"] {
        program.mail(who, "Ik kom graag naar de bijeenkomst.");
        program.now += SignedDuration::from_secs(1);
    }
    program.runs_until(at("13T12:00"));
    program.sends();
    program.now = at(now);
    program.cancel("an");
    assert_eq!(program.waiting(), ["afgemeld an", "aanbod dirk"]);
    program
}

#[test]
fn an_offer_whose_letter_could_not_go_in_time_is_made_anew() {
    let mut program = dirk_is_asked("13T20:00");
    program.runs_until(at("14T19:45"));
    assert_eq!(program.offer("dirk"), Some(at("14T20:00")));
    program.runs_until(at("14T20:15"));
    assert_eq!(program.offer("dirk"), Some(at("15T09:00")), "he has time of his own");
    assert_eq!(program.offer("els"), None);
    let letters = program.sends_people();
    assert_eq!(names(&letters), ["afgemeld an", "aanbod dirk"], "one offer, nobody hears that the first one ended");
    let text = String::from_utf8_lossy(&letters[1].bytes).replace("=\r\n", "");
    assert!(text.contains("15 november") && !text.contains("14 november"), "{text}");
    // This one he got: when it ends he hears so, and it is the next one's turn.
    program.runs_until(at("15T09:15"));
    assert_eq!(names(&program.sends_people()), ["aanbod-voorbij dirk"]);
}

#[test]
fn in_the_last_hours_a_letter_that_could_not_go_is_left_to_the_coordinator() {
    let mut program = dirk_is_asked("14T10:00");
    assert_eq!(program.offer("dirk"), Some(at("15T09:00")));
    program.runs_until(at("15T09:15"));
    assert_eq!((program.offer("dirk"), program.offer("els")), (None, None));
    let letters = program.sends();
    assert_eq!(names(&letters[..1]), ["afgemeld an"]);
    let told = String::from_utf8_lossy(&letters[1].bytes);
    assert!(letters.len() == 2 && letters[1].head.kind.is_none() && told.contains("dirk"), "{told}");
}

#[test]
fn a_letter_found_not_to_have_gone_is_taken_back_after_its_offer_ended() {
    let mut program = dirk_is_asked("13T20:00");
    let due = program.engine.store().due_letters(program.now, 10).unwrap();
    let offer = due
        .into_iter()
        .map(|queued| queued.letter)
        .find(|letter| names(std::slice::from_ref(letter)) == ["aanbod dirk"]);
    let offer = offer.unwrap();
    // The line was cut in the middle of it, and for a day nobody could look whether it went.
    program.engine.store().note_letter_try(&offer.head.id, program.now).unwrap();
    program.engine.letter_fared(&offer, &SendResult::Unknown("verbroken".to_owned()), program.now).unwrap();
    program.runs_until(at("14T20:15"));
    assert_eq!(program.offer("els"), Some(at("15T09:00")), "he may have got it, and did not answer");
    assert!(program.engine.is_overdue(&offer, program.now));
    program.engine.store().give_back_letters(std::slice::from_ref(&offer.head.id), program.now).unwrap();
    program.engine.take_back_unheard(program.now).unwrap();
    assert_eq!(program.waiting(), ["afgemeld an", "aanbod els"]);
    // His place is the first again.
    program.cancel("bea");
    assert_eq!(program.offer("dirk"), Some(at("15T09:00")));
}

#[test]
fn a_clock_that_ran_ahead_for_a_while_silences_nobody() {
    let mut program = Program::at("01T09:00");
    program.mail("an", "Ik kom graag naar de bijeenkomst.");
    program.runs_until(at("01T18:00"));
    assert_eq!(program.sends_digests().len(), 1);
    // The battery of the clock is empty: for an hour it is a year later.
    let today = program.now;
    let ahead = today + SignedDuration::from_hours(365 * 24);
    program.wakes(ahead);
    program.mail("bea", "Ik kom graag naar de bijeenkomst.");
    program.wakes(ahead + SignedDuration::from_hours(24));
    program.sends();
    program.wakes(today + SignedDuration::from_hours(1));
    program.mail("cor", "Ik kom graag naar de bijeenkomst.");
    assert_eq!(program.sends().len(), 1, "the answer to cor");
    program.runs_until(at("02T18:00"));
    let digests = program.sends_digests();
    assert_eq!(digests.len(), 1);
    assert!(digests[0].contains("cor"));
}

#[test]
fn the_clock_set_back_by_an_hour_repeats_nothing() {
    let mut program = Program::at("01T09:00");
    program.mail("an", "Ik kom graag naar de bijeenkomst.");
    program.runs_until(at("01T18:10"));
    assert_eq!(program.sends_digests().len(), 1);
    program.wakes(at("01T17:10"));
    program.runs_until(at("02T17:00"));
    assert_eq!(program.sends_digests().len(), 0);
}
