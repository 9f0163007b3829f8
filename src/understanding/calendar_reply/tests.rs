use super::*;
use std::collections::BTreeMap;

fn situation(uid: Option<&str>) -> Situation {
    let event = EventInfo {
        id: EventId::new("b16").unwrap(),
        title: "16e bijeenkomst ZZP Loosduinen".into(),
        start: "2017-11-15T14:15".parse().unwrap(),
        end: "2017-11-15T17:00".parse().unwrap(),
        venue: "De Geest".into(),
        address: "Den Haag".into(),
        capacity: 25,
        uid: uid.map(str::to_owned),
    };
    Situation {
        received: "2017-11-10T10:00[Europe/Amsterdam]".parse().unwrap(),
        events: vec![event],
        registered: BTreeMap::new(),
        offered: BTreeMap::new(),
        thread_event: None,
        asked: false,
    }
}

fn answered(ics: &str) -> CalendarReply {
    read(ics, &situation(Some("b16@zzploosduinen.example"))).unwrap()
}

#[test]
fn each_client_is_understood() {
    let accepted = |guests| Answer::Accepted { guests };
    for (ics, answer, attendee) in [
        (include_str!("fixtures/gmail_accepted.ics"), accepted(1), "mirjam@naaiatelier.example"),
        (include_str!("fixtures/gmail_valarm.ics"), Answer::Declined, "mirjam@naaiatelier.example"),
        (include_str!("fixtures/gmail_counter.ics"), Answer::Counter, "mirjam@naaiatelier.example"),
        (include_str!("fixtures/outlook_accepted.ics"), accepted(0), "Jan.Wiersma@wiersmabouw.example"),
        (include_str!("fixtures/exchange_declined.ics"), Answer::Declined, "kees@vermeulenadvies.example"),
        (include_str!("fixtures/apple_accepted.ics"), accepted(0), "sanne@dewitfotografie.example"),
        (include_str!("fixtures/ios_tentative.ics"), Answer::Tentative, "els@ramakerbloemen.example"),
        (include_str!("fixtures/android_accepted.ics"), accepted(2), "omar@elidrissi.example"),
        (include_str!("fixtures/delegated.ics"), Answer::Delegated, "sanne@dewitfotografie.example"),
    ] {
        for ics in [ics.to_owned(), ics.replace("\r\n", "\n"), format!("\u{feff}{ics}")] {
            let reply = answered(&ics);
            assert_eq!(reply.answer, answer, "{ics}");
            assert_eq!(reply.event.as_ref().map(EventId::as_str), Some("b16"), "{ics}");
            assert_eq!(reply.attendee.as_ref().map(Address::as_str), Some(attendee), "{ics}");
            assert_eq!(reply.other_time, answer == Answer::Counter, "{ics}");
        }
    }
}

#[test]
fn guests_comment_name_and_version_are_kept() {
    let gmail = answered(include_str!("fixtures/gmail_accepted.ics"));
    assert_eq!(gmail.seats(), Some(2));
    assert_eq!(gmail.comment, "mijn zus komt mee, \nleuk!");
    assert_eq!(gmail.name, "Mirjam van Dijk");
    assert_eq!(gmail.evidence, ["METHOD=REPLY", "PARTSTAT=ACCEPTED", "X-NUM-GUESTS=1"]);
    let exchange = answered(include_str!("fixtures/exchange_declined.ics"));
    assert_eq!(exchange.comment, "Helaas, ik zit die dag in Zwolle.");
    let outlook = answered(include_str!("fixtures/outlook_accepted.ics"));
    assert_eq!(outlook.version, (2, "2017-11-07T13:00:00".to_owned()));
}

#[test]
fn what_others_organise_is_none_of_ours() {
    let request = include_str!("fixtures/others_request.ics");
    assert_eq!(answered(request).answer, Answer::OthersEvent);
    assert_eq!(answered(request).event, None);
    // An answer to somebody else's invitation stays an answer, to no event of ours.
    let stray = answered(&request.replace("METHOD:REQUEST", "METHOD:REPLY").replace("NEEDS-ACTION", "ACCEPTED"));
    assert_eq!((stray.answer, stray.event), (Answer::Accepted { guests: 0 }, None));
    assert_eq!(answered(&request.replace("METHOD:REQUEST\r\n", "")).answer, Answer::OthersEvent);
}

#[test]
fn without_a_known_uid_the_start_tells_which_event() {
    let ics = include_str!("fixtures/apple_accepted.ics");
    let event = |ics: &str, uid| read(ics, &situation(uid)).unwrap().event;
    assert!(event(ics, None).is_some());
    assert!(event(ics, Some("another@zzploosduinen.example")).is_none());
    assert!(event(&ics.replace("T141500", "T151500"), None).is_none());
}

#[test]
fn an_answer_without_method_or_organizer_counts_when_it_is_about_our_event() {
    let ics = include_str!("fixtures/exchange_declined.ics").replace("METHOD:REPLY\r\n", "");
    assert_eq!(answered(&ics).answer, Answer::Declined);
}

#[test]
fn the_newest_version_counts() {
    let first = include_str!("fixtures/ios_tentative.ics");
    let event = first.split_once("BEGIN:VEVENT").unwrap().1.split_once("END:VEVENT").unwrap().0;
    let later = event.replace("SEQUENCE:1", "SEQUENCE:2").replace("TENTATIVE", "ACCEPTED");
    let both = first.replace("END:VCALENDAR", &format!("BEGIN:VEVENT{later}END:VEVENT\r\nEND:VCALENDAR"));
    assert_eq!(answered(&both).answer, Answer::Accepted { guests: 0 });
}

#[test]
fn what_is_no_calendar_gives_nothing() {
    for text in ["", "hallo", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nEND:VCALENDAR", "BEGIN:VCARD\r\nEND:VCARD"] {
        assert_eq!(read(text, &situation(None)), None, "{text:?}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_survived(
        text in "(BEGIN:VCALENDAR\r\n)?(METHOD:REPLY\n)?(BEGIN:VEVENT\n)?((UID|ATTENDEE|DTSTART|SEQUENCE|DTSTAMP|COMMENT|RRULE|DURATION)(;[A-Z-]{1,8}=\"?\\PC{0,8}\"?)?:\\PC{0,24}\r\n ?){0,6}(END:VEVENT)?\\PC{0,20}",
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200),
    ) {
        let _ = read(&text, &situation(None));
        let _ = read(&format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{}", String::from_utf8_lossy(&bytes)), &situation(None));
    }

    #[test]
    fn a_cut_or_changed_answer_is_survived(cut in 0usize..1500, at in 0usize..1500, with in "\\PC{0,3}") {
        let whole = include_str!("fixtures/outlook_accepted.ics");
        let kept: String = whole.chars().take(cut).collect();
        let changed: String = whole.chars().take(at).chain(with.chars()).chain(whole.chars().skip(at + 1)).collect();
        let _ = read(&kept, &situation(None));
        let _ = read(&changed, &situation(None));
    }
}
