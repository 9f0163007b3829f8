//! What a death of the process does to the mails that were being handled.

use super::*;
use crate::daemon::control::{NewEvent, Request, Response};
use crate::ids::{Address, EventId};
use crate::mail::{Filing, Location};
use jiff::ZonedDateTime;

const CONFIG: &str = "[network]\nname = \"ZZP\"\naddress = \"bot@zzp.example\"\n[coordinator]\nname = \"Marijke\"\n\
                      address = \"marijke@zzp.example\"\n[maildir]\npath = \".\"\n[letters]\nfolder = \"uit\"\n";

/// An engine with a meeting of so many seats.
fn with_seats(capacity: u32) -> (Engine, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("aanmelder.toml");
    std::fs::write(&path, CONFIG).unwrap();
    let (engine, _) = Engine::open(config::load(&path).unwrap(), now()).unwrap();
    let start: ZonedDateTime = "2017-11-15T19:30[Europe/Amsterdam]".parse().unwrap();
    let event = NewEvent {
        id: EventId::new("b16").unwrap(),
        title: "16e bijeenkomst".to_owned(),
        end: start.checked_add(jiff::SignedDuration::from_hours(2)).unwrap(),
        start,
        venue: "De Geest".to_owned(),
        address: String::new(),
        capacity,
        max_party: None,
        waitlist: None,
    };
    let made = engine.execute(&Request::EventAdd(event), now());
    assert!(matches!(made, Response::Done(_)), "{made:?}");
    (engine, folder)
}

fn now() -> Timestamp {
    "2017-11-01T10:00:00Z".parse().unwrap()
}

fn sign_up(who: &str) -> RawMail {
    let bytes = format!(
        "From: {who}@voorbeeld.nl\r\nTo: bot@zzp.example\r\nSubject: Aanmelding\r\nMessage-ID: <{who}@voorbeeld.nl>\r\n\r\n\
         Ik kom graag naar de bijeenkomst.\r\n"
    );
    RawMail { location: Location::Maildir { name: who.to_owned() }, received_at: now(), bytes: bytes.into_bytes() }
}

fn seats(engine: &Engine, who: &str) -> u32 {
    let person = Address::new(format!("{who}@voorbeeld.nl")).unwrap().person();
    let state = engine.state();
    let event = state.events.values().next().unwrap();
    event.registrations.get(&person).map_or(0, |mine| mine.confirmed)
}

#[test]
fn mails_that_a_death_interrupted_keep_their_turn() {
    let (engine, _folder) = with_seats(2);
    let mails = ["an", "bea", "cor"].map(sign_up);
    // An and Bea were being handled when the power went.
    let keys: Vec<MailKey> = mails[..2].iter().map(|mail| message::key(&mail.bytes)).collect();
    engine.store().note_tries(&keys, now(), SignedDuration::ZERO).unwrap();
    let outcomes = engine.take(&mails, now()).unwrap();
    assert_eq!(outcomes.len(), 3);
    assert_eq!(["an", "bea", "cor"].map(|who| seats(&engine, who)), [1, 1, 0]);
}

#[test]
fn a_few_deaths_cost_a_mail_nothing_and_many_set_it_aside() {
    let (engine, _folder) = with_seats(2);
    let (an, bea) = (sign_up("an"), sign_up("bea"));
    let after = |seconds: i64| now() + SignedDuration::from_secs(seconds);
    // The program dies while it handles a mail, so many times, so many seconds apart.
    let die = |mail: &RawMail, times: i64, seconds: i64| {
        for time in 0..times {
            let key = message::key(&mail.bytes);
            engine.store().note_tries(&[key], after(time * seconds), DEATHS_APART).unwrap();
        }
    };
    die(&an, 5, 30);
    engine.take(&[an], after(150)).unwrap();
    assert_eq!(seats(&engine, "an"), 1);
    die(&bea, 6, 30);
    let outcomes = engine.take(&[bea], after(180)).unwrap();
    assert_eq!(outcomes[0].mail.as_ref().unwrap().filing, Filing::Untouched);
    assert!(outcomes[0].entry.is_some(), "the coordinator hears of it");
    assert_eq!(seats(&engine, "bea"), 0);
    // Something kills the program every second: no mail does that.
    let cor = sign_up("cor");
    die(&cor, 50, 1);
    engine.take(&[cor], after(50)).unwrap();
    assert_eq!(seats(&engine, "cor"), 1);
}
