use super::*;
use crate::understanding::EventInfo;
use std::collections::BTreeMap;

fn event(id: &str, title: &str, start: &str, venue: &str, address: &str) -> EventInfo {
    EventInfo {
        id: EventId::new(id).unwrap(),
        title: title.into(),
        start: start.parse().unwrap(),
        end: start.parse().unwrap(),
        venue: venue.into(),
        address: address.into(),
        capacity: 25,
        uid: None,
    }
}

fn autumn() -> EventInfo {
    event(
        "b16",
        "16e bijeenkomst ZZP Loosduinen",
        "2017-11-15T14:15",
        "Wijk- en dienstencentrum De Geest",
        "Georges Bizetstraat 25, Den Haag",
    )
}

fn winter() -> EventInfo {
    event("b17", "17e bijeenkomst ZZP Loosduinen", "2018-01-24T14:15", "Stadsboerderij Pluk", "Den Haag")
}

fn situation(received: &str, events: Vec<EventInfo>) -> Situation {
    Situation {
        received: format!("{received}T10:00[Europe/Amsterdam]").parse().unwrap(),
        events,
        registered: BTreeMap::new(),
        offered: BTreeMap::new(),
        thread_event: None,
        asked: false,
    }
}

/// What is meant, when `asked` is what the words name: that, else what the mail answers.
fn choose(asked: &Named, around: Around<'_>, situation: &Situation) -> Choice {
    if asked.contradicts() {
        return other_event(asked);
    }
    if asked.hits.is_empty() {
        return answered(around, situation);
    }
    let first = asked.hits.iter().rev().max_by_key(|hit| hit.strength).map_or(By::OnlyOne, |hit| hit.by);
    by(first, asked)
}

/// The names of the events meant, "?" when it is unclear, "!" when something contradicts.
fn chosen(typed: &str, around: Around<'_>, situation: &Situation) -> String {
    match choose(&named_in(typed, situation), around, situation) {
        Choice::Meant { events, .. } => events.iter().map(EventId::as_str).collect::<Vec<_>>().join("+"),
        Choice::Contradiction { .. } => "!".into(),
        Choice::Unclear { .. } => "?".into(),
    }
}

#[test]
fn two_days_that_are_told_of_one_must_be_the_same() {
    let open = situation("2017-11-14", vec![autumn()]);
    for (typed, want) in [
        ("morgen, de 16e", "!"),
        ("morgen 16 november", "!"),
        ("morgen, de 15e", "b16"),
        ("morgen de 15e op de fiets, en de 16e naar zee", "b16"),
    ] {
        assert_eq!(chosen(typed, Around::default(), &open), want, "{typed}");
    }
}

#[test]
fn a_short_name_that_opens_a_line_may_be_another_word() {
    let both = situation("2017-11-09", vec![autumn(), winter()]);
    for (typed, want) in [("Pluk past mij wel beter", "b17"), ("Pluk de dag zeg ik maar", "?")] {
        assert_eq!(chosen(typed, Around::default(), &both), want, "{typed}");
    }
}

#[test]
fn two_are_open_and_the_words_say_which() {
    let both = situation("2017-11-09", vec![autumn(), winter()]);
    for (typed, want) in [
        ("Ik kom graag", "?"),
        ("de 15e", "b16"),
        ("woensdag red ik niet", "b16"),
        ("volgende week woensdag ben ik er", "b16"),
        ("op 24 januari", "b17"),
        ("in januari", "b17"),
        ("in het nieuwe jaar", "b17"),
        ("die van november", "b16"),
        ("bij Pluk, graag", "b17"),
        ("de stadboerderij", "b17"),
        ("naar de boerderij", "b17"),
        ("the farm is a no-go", "b17"),
        ("in de Geest", "b16"),
        ("de Bizetstraat", "b16"),
        ("de 16e bijeenkomst", "b16"),
        ("de zeventiende bijeenkomst", "b17"),
        ("beide keren", "b16+b17"),
        ("voor allebei", "b16+b17"),
        ("mijn man en ik komen allebei, op de 15e", "b16"),
        ("15 nov en 24 jan", "b16+b17"),
        ("15/11 en 24-1-2018", "b16+b17"),
        ("voor de eerstvolgende bijeenkomst", "b16"),
        ("de volgende bijeenkomst", "?"),
        ("op 22 november", "!"),
        ("woensdag 24 november", "!"),
        ("de 15e bijeenkomst", "!"),
        ("pluk de dag", "?"),
        ("in de geest van de wet", "?"),
        ("jullie mail van 30 oktober", "?"),
    ] {
        assert_eq!(chosen(typed, Around::default(), &both), want, "{typed}");
    }
}

#[test]
fn a_day_that_is_no_event_contradicts_even_when_one_is_open() {
    let one = situation("2017-11-05", vec![autumn()]);
    for (typed, want) in [
        ("ik kom", "b16"),
        ("op donderdag 16 november", "!"),
        ("donderdag 15 november", "!"),
        ("inschrijven voor donderdag 16 november, want op woensdag kan ik nooit", "!"),
        ("tot de 20e in Portugal", "b16"),
        ("volgende keer beter", "b16"),
        ("zondag", "!"),
    ] {
        assert_eq!(chosen(typed, Around::default(), &one), want, "{typed}");
    }
    let later = situation("2017-11-18", vec![winter()]);
    assert_eq!(chosen("de bijeenkomst van 15 november", Around::default(), &later), "!");
    assert_eq!(chosen("aanstaande woensdag", Around::default(), &later), "!");
}

#[test]
fn the_letter_that_is_answered_speaks_where_the_words_do_not() {
    let mut both = situation("2017-11-09", vec![autumn(), winter()]);
    let invitation = Around {
        subject: "Re: Uitnodiging: 16e bijeenkomst ZZP Loosduinen op woensdag 15 november",
        quoted: "Op woensdag 15 november is de 16e bijeenkomst, in De Geest.",
    };
    let quote = Around { subject: "Re: leuk", quoted: "Op 24 januari zijn we bij Pluk." };
    assert_eq!(chosen("leuk", invitation, &both), "b16");
    assert_eq!(chosen("leuk", quote, &both), "b17");
    assert_eq!(chosen("zet me vast op 24 januari", invitation, &both), "b17");
    let list = Around { subject: "Re: welke?", quoted: "Bedoel je 15 november of 24 januari?" };
    assert_eq!(chosen("leuk", list, &both), "?");
    both.thread_event = Some(EventId::new("b17").unwrap());
    assert_eq!(chosen("leuk", invitation, &both), "b17");
    assert_eq!(chosen("de 15e", invitation, &both), "b16");

    let later = situation("2017-11-20", vec![winter()]);
    assert_eq!(chosen("leuk, ik kom", invitation, &later), "!");
    let older = Around { subject: "Re: Uitnodiging: 15e bijeenkomst op donderdag 14 september", quoted: "" };
    assert_eq!(chosen("ik kom", older, &situation("2017-11-05", vec![autumn()])), "!");
}

#[test]
fn the_words_are_kept_as_evidence() {
    let both = situation("2017-11-09", vec![autumn(), winter()]);
    let Choice::Meant { by, evidence, .. } =
        choose(&named_in("Woensdag 24 januari, bij Pluk", &both), Around::default(), &both)
    else {
        panic!("should be meant");
    };
    assert_eq!((by, evidence), (By::Date, vec!["Woensdag 24 januari".to_owned(), "Pluk".to_owned()]));
}

#[test]
fn this_time_is_what_the_quoted_letter_is_about() {
    let both = situation("2017-11-09", vec![autumn(), winter()]);
    let pointed =
        |typed, quoted| pointed_at(typed, quoted, &both).iter().map(|(event, _)| event.to_string()).collect::<Vec<_>>();
    let invitation = "Op 24 januari zijn we bij Pluk.";
    for typed in ["Nu niet, later wel.", "deze keer niet", "Ditmaal ben ik er.", "dit keer"] {
        assert_eq!(pointed(typed, invitation), vec!["b17"], "{typed}");
        assert_eq!(pointed(typed, ""), Vec::<String>::new(), "{typed}");
    }
    assert_eq!(pointed("Nu schijnt de zon.", invitation), Vec::<String>::new());
    assert_eq!(pointed("de eerstvolgende", ""), vec!["b16"]);
    let list = "Bedoel je 24 januari of 15 november?";
    assert_eq!(in_order(list, &both), in_order("", &both).into_iter().rev().collect::<Vec<_>>());
}

#[test]
fn beiden_are_people_and_beide_may_be_meetings() {
    let both = situation("2017-11-09", vec![autumn(), winter()]);
    let hits = |text| named_in(text, &both).hits.len();
    assert_eq!([hits("Voor beiden graag."), hits("Voor beide graag."), hits("Voor beiden data graag.")], [0, 2, 2]);
}
