use super::*;
use jiff::civil::date;

fn at(received: &str) -> ZonedDateTime {
    format!("{received}T10:00[Europe/Amsterdam]").parse().unwrap()
}

/// What is found, as `words=meaning` with the first possible day.
fn found(text: &str, received: &str) -> Vec<String> {
    find(text, &at(received))
        .iter()
        .map(|mention| {
            let words = mention.words(text);
            match &mention.meaning {
                Meaning::Date(day) => format!("{words}={day}"),
                Meaning::DayOfMonth(days) | Meaning::Weekday(days) | Meaning::Relative(days) => {
                    format!("{words}={}", days[0])
                }
                Meaning::Period(first, last) => format!("{words}={first}..{last}"),
                Meaning::MeetingOrdinal(number) => format!("{words}=#{number}"),
            }
        })
        .collect()
}

#[track_caller]
fn expect(received: &str, cases: &[(&str, &[&str])]) {
    for (text, want) in cases {
        assert_eq!(found(text, received), *want, "{text}");
    }
}

#[test]
fn a_day_with_its_month() {
    expect(
        "2017-11-02",
        &[
            ("Ik kom op 15 november.", &["15 november=2017-11-15"]),
            ("woensdag 15 november a.s. graag", &["woensdag 15 november=2017-11-15"]),
            ("aanstaande woensdag 15 nov.", &["aanstaande woensdag 15 nov.=2017-11-15"]),
            ("wo 15/11", &["wo 15/11=2017-11-15"]),
            ("15-11-'17 om 14.15 uur", &["15-11-'17=2017-11-15"]),
            ("Datum: 15-11-2017", &["15-11-2017=2017-11-15"]),
            ("2017-11-15", &["2017-11-15=2017-11-15"]),
            ("op 15.11.", &["15.11.=2017-11-15"]),
            ("vijftien november", &["vijftien november=2017-11-15"]),
            ("de vijftiende november", &["vijftiende november=2017-11-15"]),
            ("de 15e van november", &["15e van november=2017-11-15"]),
            ("15 novenber en 24 januarie", &["15 novenber=2017-11-15", "24 januarie=2018-01-24"]),
            ("nov kan ik wel, jan niet", &["nov=2017-11-01..2017-11-30", "jan=2018-01-01..2018-01-31"]),
            ("nov kom ik met Jan", &["nov=2017-11-01..2017-11-30"]),
            ("de januarieditie sla ik over", &["januarieditie=2018-01-01..2018-01-31"]),
            ("one spot for me on 11/15 please", &["11/15=2017-11-15"]),
            ("we scored 11/15 on that test", &[]),
            ("24 jan allebei", &["24 jan=2018-01-24"]),
            ("15 december 2016 was leuk", &["15 december 2016=2016-12-15"]),
            ("op 14, 15 en 16 november", &["14=2017-11-14", "15=2017-11-15", "16 november=2017-11-16"]),
            ("Wednesday, November 15th", &["Wednesday, November 15th=2017-11-15"]),
            ("the 15th of November", &["15th of November=2017-11-15"]),
            ("Nov 15, 2017", &["Nov 15, 2017=2017-11-15"]),
            ("am Mittwoch, den 15. November", &["Mittwoch, den 15. November=2017-11-15"]),
            ("am 15.11. um 14 Uhr", &["15.11.=2017-11-15"]),
            ("le mercredi 15 novembre", &["mercredi 15 novembre=2017-11-15"]),
        ],
    );
}

#[test]
fn a_day_alone_is_the_nearest() {
    expect(
        "2017-11-02",
        &[
            ("De 15e kan ik niet", &["15e=2017-11-15"]),
            ("de 15de", &["15de=2017-11-15"]),
            ("den 24ste", &["24ste=2017-11-24"]),
            ("de vijftiende.", &["vijftiende=2017-11-15"]),
            ("de vèftiende", &["vèftiende=2017-11-15"]),
            ("woensdag de 15e", &["woensdag de 15e=2017-11-15"]),
            ("den 15den", &["15den=2017-11-15"]),
            ("présente le 15. Hélène", &["15=2017-11-15"]),
            ("the 15th", &["15th=2017-11-15"]),
            ("de 1e is geen datum, de eerste ook niet", &[]),
        ],
    );
    let mentions = find("de 24e", &at("2017-11-20"));
    assert_eq!(mentions[0].fits(date(2017, 11, 24)), Fit::Yes);
    assert_eq!(mentions[0].fits(date(2018, 1, 24)), Fit::Possibly);
    assert_eq!(mentions[0].fits(date(2018, 1, 25)), Fit::No);
}

#[test]
fn counted_from_the_day_of_receipt() {
    // A Thursday.
    expect(
        "2017-11-09",
        &[
            ("woensdag red ik niet", &["woensdag=2017-11-15"]),
            ("aanstaande woensdag", &["aanstaande woensdag=2017-11-15"]),
            ("woensdag aanstaande", &["woensdag aanstaande=2017-11-15"]),
            ("woensdag a.s. ben ik er", &["woensdag a.s=2017-11-15"]),
            ("komende woensdagmiddag", &["komende woensdagmiddag=2017-11-15"]),
            ("volgende week woensdag", &["volgende week woensdag=2017-11-15"]),
            ("woensdag volgende week", &["woensdag volgende week=2017-11-15"]),
            ("Woensdag over een week", &["Woensdag over een week=2017-11-22"]),
            ("volgende woensdag", &["volgende woensdag=2017-11-15"]),
            ("vorige week woensdag", &["vorige week woensdag=2017-11-01"]),
            ("afgelopen woensdag", &["afgelopen woensdag=2017-11-08"]),
            ("morgen en overmorgen", &["morgen=2017-11-10", "overmorgen=2017-11-11"]),
            (
                "vanavond, morgenmiddag of gisteravond",
                &["vanavond=2017-11-09", "morgenmiddag=2017-11-10", "gisteravond=2017-11-08"],
            ),
            ("over twee weken", &["over twee weken=2017-11-23"]),
            ("over 10 dagen", &["over 10 dagen=2017-11-19"]),
            ("volgende week", &["volgende week=2017-11-13..2017-11-19"]),
            ("in week 46", &["week 46=2017-11-13..2017-11-19"]),
            ("drie dagen geleden", &["drie dagen geleden=2017-11-06"]),
            ("in januari", &["januari=2018-01-01..2018-01-31"]),
            ("begin november", &["november=2017-11-01..2017-11-12"]),
            ("Piet en Jan komen", &[]),
            ("half november", &["november=2017-11-10..2017-11-20"]),
            ("eind november", &["november=2017-11-18..2017-11-30"]),
            ("de derde woensdag van januari", &["derde woensdag van januari=2018-01-17"]),
            ("de laatste vrijdag in november", &["laatste vrijdag in november=2017-11-24"]),
            ("de middelste woensdag van januari 2018", &["middelste woensdag van januari 2018=2018-01-17"]),
            ("the 2nd Wednesday of January", &["2nd Wednesday of January=2018-01-10"]),
            ("de middelste woensdag van februari", &["woensdag=2017-11-15", "februari=2018-02-01..2018-02-28"]),
            ("next Wednesday or tomorrow", &["next Wednesday=2017-11-15", "tomorrow=2017-11-10"]),
            ("kommenden Mittwoch", &["kommenden Mittwoch=2017-11-15"]),
            ("mercredi prochain", &["mercredi prochain=2017-11-15"]),
            ("volgend jaar", &["volgend jaar=2018-01-01..2018-12-31"]),
            ("in jannewoari", &["jannewoari=2018-01-01..2018-01-31"]),
            ("de najaarsbijeenkomst", &["najaarsbijeenkomst=2017-09-01..2017-11-30"]),
            (
                "die in de winter, en die van het voorjaar",
                &["winter=2017-12-01..2018-02-28", "voorjaar=2018-03-01..2018-05-31"],
            ),
            ("de winter komt, mijn winterjas hangt klaar", &[]),
        ],
    );
    let next = find("volgende woensdag", &at("2017-11-13"));
    assert_eq!(next[0].meaning, Meaning::Relative(vec![date(2017, 11, 22), date(2017, 11, 15)]));
    assert!(find("gisteren", &at("2017-11-13"))[0].past);
}

#[test]
fn stretches_and_their_ends() {
    expect(
        "2017-10-30",
        &[
            ("van 10-11 t/m 2-12 weg", &["10-11 t/m 2-12=2017-11-10..2017-12-02"]),
            ("30 oktober t/m 3 november", &["30 oktober t/m 3 november=2017-10-30..2017-11-03"]),
            ("van 13 tot 17 november", &["13 tot 17 november=2017-11-13..2017-11-17"]),
            ("23-25 November", &["23-25 November=2017-11-23..2017-11-25"]),
        ],
    );
    for (text, bound) in [
        ("tot 28/11", Bound::Until),
        ("vóór 10 november", Bound::Until),
        ("voor 10 november", Bound::On),
        ("vanaf 2 januari", Bound::From),
        ("na de 15e", Bound::From),
        ("tot de 20e", Bound::Until),
        ("op de 15e", Bound::On),
    ] {
        assert_eq!(find(text, &at("2017-11-02"))[0].bound, bound, "{text}");
    }
}

#[test]
fn meetings_by_number_are_no_days() {
    expect(
        "2017-11-02",
        &[
            ("de 16e bijeenkomst", &["16e bijeenkomst=#16"]),
            ("de zestiende bijeenkomst", &["zestiende bijeenkomst=#16"]),
            ("de 16e en de 17e bijeenkomst", &["16e=#16", "17e bijeenkomst=#17"]),
            ("bijeenkomst 16", &["bijeenkomst 16=#16"]),
            ("bijeenkomst nr. 16.", &["bijeenkomst nr. 16=#16"]),
            ("bijeenkomst 15 november", &["15 november=2017-11-15"]),
            ("bijeenkomst 14.15 uur", &[]),
            ("de 16e gezellige bijeenkomst", &["16e gezellige bijeenkomst=#16"]),
            ("the 16th meeting", &["16th meeting=#16"]),
            ("Voor de 16e meld ik mij aan", &["16e=2017-11-16"]),
            ("de 15e een bijeenkomst", &["15e=2017-11-15"]),
            ("dit wordt mijn eerste bijeenkomst", &[]),
        ],
    );
}

#[test]
fn what_is_no_date() {
    for text in [
        "om 14.15 uur, half drie, 14:15, 14.15-17.00",
        "06-55501471 of 070 - 012 34 56, 0412-15-11",
        "KvK 99104417, BTW NL099104417B01",
        "Georges Bizetstraat 25, Den Haag",
        "€ 15,50 of 15.50 euro",
        "17-20 jaar, 2 begeleiders",
        "elke woensdag, woensdags, op woensdagen",
        "goedemorgen, goede morgen!\nMorgen Sanne,\nMorgen!",
        "mijn vierde kopje op de 3e verdieping",
        "24/7 bereikbaar ma t/m do 9-12 en 9.00-12.30",
        "met 2-3 personen, 1/2 liter",
        "ik mag niet, maar Jan 2 komt, zo ben ik do ut des",
        "versie 2.11 van 3.15.11",
    ] {
        assert_eq!(found(text, "2017-11-02"), [""; 0], "{text}");
    }
}

#[test]
fn a_weekday_that_contradicts_is_told() {
    for (text, certainty) in [
        ("donderdag 15 november", Certainty::Conflicting),
        ("woensdag 15 november", Certainty::Sure),
        ("donderdag 16 november", Certainty::Sure),
        ("Friday, November 15", Certainty::Conflicting),
        ("do 15/11", Certainty::Conflicting),
    ] {
        assert_eq!(find(text, &at("2017-11-02"))[0].certainty, certainty, "{text}");
    }
}

#[test]
fn of_several_days_with_that_number_the_weekday_tells_which() {
    expect(
        "2018-01-13",
        &[("zondag de 24e", &["zondag de 24e=2017-12-24"]), ("woensdag de 24e", &["woensdag de 24e=2018-01-24"])],
    );
    // "Do" is Thursday, and English.
    expect("2018-01-13", &[("I can't do the 24th", &["24th=2018-01-24"]), ("do de 25e", &["do de 25e=2018-01-25"])]);
    expect(
        "2018-01-13",
        &[("hou iets vrij op de 24e", &["24e=2018-01-24"]), ("vr 26 januari", &["vr 26 januari=2018-01-26"])],
    );
}

proptest::proptest! {
    #[test]
    fn any_text_gives_mentions_in_order_and_inside_it(text in "([a-z0-9éë ./'-]|15|e|en|november|woensdag|t/m|over|week|volgende|\\PC){0,60}") {
        let mut last = 0;
        for mention in find(&text, &at("2017-11-02")) {
            proptest::prop_assert!(mention.span.start >= last && mention.span.end > mention.span.start);
            proptest::prop_assert!(text.get(mention.span.clone()).is_some());
            last = mention.span.end;
        }
    }
}
