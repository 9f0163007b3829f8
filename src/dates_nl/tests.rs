use super::*;
use jiff::civil::{date, time};
use proptest::prelude::*;

const TODAY: Date = Date::constant(2017, 11, 1);

fn when(text: &str) -> When {
    read(text, TODAY).unwrap_or_else(|error| panic!("{error}"))
}

fn error(text: &str) -> String {
    read(text, TODAY).unwrap_err().to_string()
}

#[test]
fn every_way_to_write_a_day() {
    for text in [
        "15 november 2017",
        "woensdag 15 november 2017",
        "Woensdag, 15 November",
        "wo 15-11-2017",
        "wo. 15-11",
        "15/11/2017",
        "15.11.2017",
        "15-11-17",
        "15 nov '17",
        "15 nov. 2017",
        "2017-11-15",
        "  2017-11-15  ",
    ] {
        assert_eq!(when(text), When { date: date(2017, 11, 15), start: None, end: None }, "{text}");
    }
    assert_eq!(when("vandaag").date, TODAY);
    assert_eq!(when("morgen 14:00").date, date(2017, 11, 2));
    assert_eq!(when("overmorgen").date, date(2017, 11, 3));
    assert_eq!(when("1 mrt").date, date(2018, 3, 1));
    assert_eq!(when("1 nov").date, TODAY);
    assert_eq!(when("31-10").date, date(2018, 10, 31));
    assert_eq!(when("29 februari").date, date(2020, 2, 29));
}

#[test]
fn every_way_to_write_the_time() {
    let (start, end) = (Some(time(14, 15, 0, 0)), Some(time(17, 0, 0, 0)));
    for text in [
        "15 november 2017 14:15-17:00",
        "15 november 14:15-17:00",
        "15 november 2017, 14.15–17.00 uur",
        "woensdag 15 november 2017, 14.15–17.00 uur",
        "wo 15-11-2017 14.15 - 17 uur",
        "15-11 van 14u15 tot 17u",
        "15.11.2017 om 14:15 uur tot 17:00 uur",
        "2017-11-15 14:15-17:00",
        "2017-11-15T14:15-17",
    ] {
        assert_eq!(when(text), When { date: date(2017, 11, 15), start, end }, "{text}");
    }
    for text in ["2017-11-15T14:15", "2017-11-15 14:15:00", "15 nov 14.15 uur", "15 nov om 14u15"] {
        assert_eq!(when(text), When { date: date(2017, 11, 15), start, end: None }, "{text}");
    }
    assert_eq!(when("15 nov 20 uur").start, Some(time(20, 0, 0, 0)));
}

#[test]
fn what_is_not_clear_is_refused() {
    for text in [
        "",
        "binnenkort",
        "woensdag",
        "15",
        "november",
        "15 november of 16",
        "15 november 2017 14:15-",
        "15 smurf",
        "2017-11",
        "99999-1-1",
    ] {
        assert!(error(text).contains("is geen datum zoals"), "{text}: {}", error(text));
    }
    assert_eq!(error("31 november 2017"), "31-11-2017 bestaat niet");
    assert_eq!(error("30-2"), "30-2 bestaat niet");
    assert_eq!(error("15 november 25:00"), "25:00 is geen tijd");
    assert_eq!(error("do 15 november 2017"), "donderdag klopt niet: 15 november 2017 valt op een woensdag");
}

#[test]
fn an_end_before_the_start_is_after_midnight() {
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    let party = when("31 december 2017 21:00-1:00");
    let (start, end) = (party.start_in(&zone).unwrap(), party.end_in(&zone).unwrap());
    assert_eq!(end.date(), date(2018, 1, 1));
    assert_eq!(show_span(&start, &end), "zondag 31 december 2017, 21.00–01.00 uur");
}

#[test]
fn shown_as_people_read_it() {
    let zone = TimeZone::get("Europe/Amsterdam").unwrap();
    let when = when("2017-11-05 9:05-17:00");
    let (start, end) = (when.start_in(&zone).unwrap(), when.end_in(&zone).unwrap());
    assert_eq!(show_span(&start, &end), "zondag 5 november 2017, 09.05–17.00 uur");
    assert_eq!(show_short(&start), "zo 05-11-2017 09.05");
    let later = end.checked_add(2.days()).unwrap();
    assert_eq!(show_span(&start, &later), "zondag 5 november 2017, 09.05 uur – dinsdag 7 november 2017, 17.00 uur");
}

proptest! {
    #[test]
    fn what_is_shown_is_understood(days in 0..20_000i32, minute in 0..1440i16, long in 1..1440i16) {
        let zone = TimeZone::UTC;
        let at = |minute: i16| time((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        let day = date(1990, 1, 1).checked_add(days.days()).unwrap();
        let said = When { date: day, start: Some(at(minute)), end: Some(at((minute + long) % 1440)) };
        let shown = show_span(&said.start_in(&zone).unwrap(), &said.end_in(&zone).unwrap());
        prop_assert_eq!(read(&shown, TODAY), Ok(said));
    }

    #[test]
    fn no_text_makes_it_panic(text in "(wo |vandaag|15|-|/|[.]|november|nov|mei|2017|'|’|:|14|uur| |T|tot|é|–|.){0,12}") {
        let _ = read(&text, TODAY);
    }
}
