//! The waiting list: seats given, offered, or left to the coordinator, by the time that is left.

use super::*;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

#[test]
fn more_than_48_hours_before_a_seat_is_given_and_at_48_it_is_offered() {
    for (left, given) in [(hours(48) + SECOND, true), (hours(48), false)] {
        let mut evening = Evening::full(1, &["an"]);
        evening.at_before(left);
        let decision = evening.mail("vol1", &[cancel_all()]);
        assert_eq!(evening.seats("an"), if given { (1, 0) } else { (0, 1) });
        let kind = if given { LetterKind::Promoted } else { LetterKind::Offered };
        assert_eq!(letter(&decision, "an").kind, kind);
    }
}

#[test]
fn at_12_hours_before_a_seat_is_offered_and_under_12_nobody_is_moved_unasked() {
    for (left, asked) in [(hours(12), true), (hours(12) - SECOND, false)] {
        let mut evening = Evening::full(1, &["an", "bea"]);
        evening.at_before(left);
        let decision = evening.mail("vol1", &[cancel_all()]);
        assert_eq!(evening.party("an").offer.is_some(), asked);
        assert_eq!(letters(&decision).len(), if asked { 3 } else { 1 });
        assert_eq!(notes(&decision, NoteKind::NotPromoted).len(), usize::from(!asked));
    }
}

#[test]
fn under_12_hours_the_coordinator_gets_the_names_once() {
    let mut evening = Evening::full(2, &["an", "bea"]);
    evening.hours_before(5);
    let decision = evening.mail("vol1", &[cancel_all()]);
    insta::assert_snapshot!(notes(&decision, NoteKind::NotPromoted).join("\n"), @"Er is 1 plaats vrij en niemand is doorgeschoven: binnen 12 uur voor het begin schuift niemand ongevraagd door. In de rij: an (1), bea (1).");
    assert_eq!(evening.tick(), Decision::default());
    let other = evening.mail("vol2", &[set(1)]);
    assert_eq!(notes(&other, NoteKind::NotPromoted).len(), 0);
}

#[test]
fn under_12_hours_a_newcomer_does_not_take_the_seat_of_those_who_wait() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(5);
    evening.mail("vol1", &[cancel_all()]);
    evening.mail("bea", &[set(1)]);
    assert_eq!((evening.seats("an"), evening.seats("bea")), ((0, 1), (0, 1)));
    // But who waits and says that he still comes takes it.
    evening.mail("an", &[set(1)]);
    assert_eq!((evening.seats("an"), evening.seats("bea")), ((1, 0), (0, 1)));
}

#[test]
fn the_first_party_that_fits_moves_up() {
    let mut evening = Evening::full(2, &[]);
    evening.mail("groep", &[set(3)]);
    evening.mail("an", &[set(1)]);
    let decision = evening.mail("vol1", &[cancel_all()]);
    assert_eq!((evening.seats("groep"), evening.seats("an")), ((0, 3), (1, 0)));
    assert_eq!(notes(&decision, NoteKind::NotPromoted).len(), 0);
}

#[test]
fn in_strict_order_only_the_first_in_line_moves_up_and_nobody_passes_him() {
    let mut evening = Evening::strict(2);
    evening.mail("vol1", &[set(1)]);
    evening.mail("vol2", &[set(1)]);
    evening.mail("groep", &[set(2)]);
    evening.mail("an", &[set(1)]);
    let decision = evening.mail("vol1", &[cancel_all()]);
    assert_eq!((evening.seats("groep"), evening.seats("an")), ((0, 2), (0, 1)));
    insta::assert_snapshot!(notes(&decision, NoteKind::NotPromoted).join("\n"), @"Er is 1 plaats vrij en niemand is doorgeschoven: groep wacht op 2 plaatsen, an is nog niet aan de beurt. In de rij: groep (2), an (1).");
    evening.mail("nieuw", &[set(1)]);
    assert_eq!(evening.seats("nieuw"), (0, 1));
    evening.mail("vol2", &[cancel_all()]);
    assert_eq!((evening.seats("groep"), evening.seats("an")), ((2, 0), (0, 1)));
}

#[test]
fn three_at_most_are_asked_for_one_seat_and_the_first_yes_has_it() {
    let mut evening = Evening::full(1, &["an", "bea", "cor", "dirk"]);
    evening.hours_before(40);
    let decision = evening.mail("vol1", &[cancel_all()]);
    let asked: Vec<_> = ["an", "bea", "cor", "dirk"].map(|who| evening.offered(who)).to_vec();
    assert_eq!(asked, [1, 1, 1, 0]);
    assert_eq!(decision.letters.len(), 4);
    assert_eq!(evening.event().free_seats(), 0);
    let decision = evening.mail("bea", &[set(1)]);
    assert_eq!((evening.seats("an"), evening.seats("bea"), evening.seats("cor")), ((0, 1), (1, 0), (0, 1)));
    assert_eq!(
        notes(&decision, NoteKind::Changed),
        ["bea zei ja op het aanbod en komt nu; nu 1 van de 1 plaatsen bezet."]
    );
    assert_eq!(
        letters(&decision),
        [
            ("an".to_owned(), LetterKind::OfferEnded),
            ("bea".to_owned(), LetterKind::Confirmed),
            ("cor".to_owned(), LetterKind::OfferEnded)
        ]
    );
    assert_eq!(letter(&decision, "an").facts.position, Some(1));
    // Those who were overtaken are asked again for the next seat.
    evening.mail("bea", &[cancel_all()]);
    assert_eq!(evening.offered("an"), 1);
}

#[test]
fn add_one_says_yes_as_well_as_set_one() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    evening.mail("an", &[add(1)]);
    assert_eq!(evening.seats("an"), (1, 0));
}

#[test]
fn every_free_seat_is_offered_to_somebody_of_its_own() {
    let mut evening = Evening::full(4, &["a", "b", "c", "d", "e"]);
    evening.hours_before(40);
    evening.coordinator("a", &[cancel_all()], "");
    evening.edit(EventEdit { capacity: Some(8), ..EventEdit::default() });
    let asked: u32 = ["b", "c", "d", "e"].map(|who| evening.offered(who)).iter().sum();
    assert_eq!(asked, 4);
    assert_eq!(evening.event().offered_seats(), 4);
}

#[test]
fn no_newcomer_takes_a_seat_that_is_on_offer() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    let decision = evening.mail("nieuw", &[set(1)]);
    assert_eq!(evening.seats("nieuw"), (0, 1));
    assert_eq!(letters(&decision), [("nieuw".to_owned(), LetterKind::Waitlisted)]);
}

#[test]
fn a_no_leaves_the_line_and_the_next_one_is_asked() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    evening.mail("bea", &[set(1)]);
    let decision = evening.mail("an", &[cancel_all()]);
    assert_eq!(letters(&decision), [("an".to_owned(), LetterKind::Cancelled), ("bea".to_owned(), LetterKind::Offered)]);
    assert_eq!(evening.event().offered_seats(), 1);
}

#[test]
fn a_yes_for_fewer_takes_those_and_gives_the_rest_on() {
    let mut evening = Evening::full(2, &[]);
    evening.mail("an", &[set(2)]);
    evening.mail("bea", &[set(1)]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    evening.mail("bea", &[cancel_all()]);
    evening.mail("vol2", &[cancel_all()]);
    assert_eq!(evening.offered("an"), 2);
    let decision = evening.mail("an", &[set(1)]);
    assert_eq!(evening.seats("an"), (1, 0));
    assert_eq!(evening.event().free_seats(), 1);
    assert_eq!(letters(&decision), [("an".to_owned(), LetterKind::Confirmed)]);
}

#[test]
fn an_offer_stands_a_whole_day_of_waking_hours_at_most_until_nobody_is_asked_any_more() {
    let event = evening("b16", 1);
    let by = |made: &str| {
        let made: ZonedDateTime = format!("{made}[Europe/Amsterdam]").parse().unwrap();
        waitlist::answer_by(&event, made.timestamp()).to_zoned_datetime(made.time_zone().clone()).datetime().to_string()
    };
    // Made by day: until the same time the next day. Made in the night: until the next evening.
    assert_eq!(by("2017-11-13T19:30"), "2017-11-14T19:30:00");
    assert_eq!(by("2017-11-13T23:30"), "2017-11-14T21:00:00");
    assert_eq!(by("2017-11-14T03:00"), "2017-11-14T21:00:00");
    // The start is on the 15th at 19:30; twelve hours before it the asking ends, but nobody has to answer before nine.
    assert_eq!(by("2017-11-14T20:00"), "2017-11-15T09:00:00");
    // Two hours are left to answer also just before that.
    assert_eq!(by("2017-11-15T07:30"), "2017-11-15T09:30:00");
}

#[test]
fn an_offer_never_ends_in_the_night() {
    let by = |start: &str, made: &str| {
        let mut event = evening("b16", 1);
        event.start = format!("2017-11-{start}[Europe/Amsterdam]").parse().unwrap();
        let made: ZonedDateTime = format!("2017-11-{made}[Europe/Amsterdam]").parse().unwrap();
        let end = waitlist::answer_by(&event, made.timestamp()).to_zoned_datetime(made.time_zone().clone());
        format!("{:02}T{:02}:{:02}", end.day(), end.hour(), end.minute())
    };
    // In the afternoon, where twelve hours before is two at night: the morning is soon enough.
    assert_eq!(by("15T14:15", "14T16:00"), "15T09:00");
    assert_eq!(by("15T14:15", "15T01:30"), "15T09:00");
    // In the morning there would be nobody left to ask: the evening before.
    assert_eq!(by("15T10:30", "14T15:00"), "14T21:00");
    // And late in that evening two hours would not be left: until it begins.
    assert_eq!(by("15T10:30", "14T20:15"), "15T10:30");
    assert_eq!(by("15T11:00", "14T20:15"), "15T09:00");
    // A meeting at midnight is of the evening before; the clock went back in the night to the 29th of October.
    assert_eq!(by("15T00:00", "14T10:30"), "14T12:30");
    assert_eq!(by("15T00:00", "12T22:30"), "13T21:00");
}

#[test]
fn an_offer_lapses_at_its_very_end_and_releases_its_seat_once() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    evening.mail("bea", &[set(1)]);
    let until = evening.party("an").offer.as_ref().unwrap().until;
    assert_eq!(next_tick(&evening.state, evening.now), Some(until));
    evening.now = until - SECOND;
    assert_eq!(evening.tick(), Decision::default());
    evening.now = until;
    let decision = evening.tick();
    assert_eq!(
        letters(&decision),
        [("an".to_owned(), LetterKind::OfferEnded), ("bea".to_owned(), LetterKind::Offered)]
    );
    assert_eq!((evening.seats("an"), evening.event().offered_seats()), ((0, 1), 1));
    assert_eq!(evening.event().position(&key("an")), Some(1));
}

#[test]
fn a_yes_that_came_in_before_the_end_counts_however_late_it_is_read() {
    let mut evening = Evening::full(1, &["an", "bea"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    let until = evening.party("an").offer.as_ref().unwrap().until;
    evening.now = until + hours(1);
    evening.mail_from("an", &[set(1)], until - SECOND);
    assert_eq!(evening.seats("an"), (1, 0));
}

#[test]
fn so_it_does_when_the_clock_was_quicker_as_long_as_the_seat_is_nobodys() {
    let mut evening = Evening::full(1, &["an", "bea", "cor", "dirk"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    let until = evening.party("an").offer.as_ref().unwrap().until;
    evening.now = until + SECOND;
    evening.tick();
    assert_eq!((evening.offered("an"), evening.offered("dirk")), (0, 1));
    let mut taken = Evening { state: evening.state.clone(), now: evening.now, mails: 900 };
    let decision = evening.mail_from("an", &[set(1)], until - SECOND);
    assert_eq!(evening.seats("an"), (1, 0));
    assert_eq!(letter(&decision, "dirk").kind, LetterKind::OfferEnded);

    taken.mail("dirk", &[set(1)]);
    taken.mail_from("an", &[set(1)], until - SECOND);
    assert_eq!((taken.seats("an"), taken.seats("dirk")), ((0, 1), (1, 0)));
}

#[test]
fn a_late_yes_gets_the_seat_while_nobody_else_has_it_and_else_the_place_held_before() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    evening.now = evening.party("an").offer.as_ref().unwrap().until;
    let decision = evening.tick();
    insta::assert_snapshot!(notes(&decision, NoteKind::NotPromoted).join("\n"), @"Er is 1 plaats vrij en niemand is doorgeschoven: an heeft niet geantwoord. In de rij: an (1).");
    let mut other = Evening { state: evening.state.clone(), now: evening.now, mails: 900 };
    evening.mail("an", &[set(1)]);
    assert_eq!(evening.seats("an"), (1, 0));

    other.mail("bea", &[set(1)]);
    assert_eq!(other.seats("bea"), (1, 0));
    other.mail("cor", &[set(1)]);
    other.mail("an", &[set(1)]);
    assert_eq!(other.event().position(&key("an")), Some(1));
    other.mail("bea", &[cancel_all()]);
    assert_eq!(other.offered("an"), 1);
}

#[test]
fn a_no_to_an_offer_never_takes_away_the_seats_he_has() {
    let mut evening = Evening::with_seats(2);
    evening.mail("sanne", &[set(1)]);
    evening.mail("vol", &[set(1)]);
    evening.mail("sanne", &[set(2)]);
    evening.hours_before(40);
    evening.mail("vol", &[cancel_all()]);
    assert_eq!(evening.offered("sanne"), 1);
    assert!(evening.try_mail("sanne", &[cancel_all()]).ask.is_some());
    let mut other = Evening { state: evening.state.clone(), now: evening.now, mails: 900 };
    other.coordinator("sanne", &[cancel_all()], "belde af");
    assert_eq!(other.seats("sanne"), (0, 0));
    evening.mail("sanne", &[cancel_some(1, &[])]);
    assert_eq!(evening.seats("sanne"), (1, 0));
}

#[test]
fn a_change_that_nobody_confirms_lapses_after_seven_days_and_is_told() {
    let mut evening = Evening::with_seats(2);
    evening.knows("sanne");
    let asked_at = evening.now;
    let pending = Pending { letter: MessageId::new("x@y"), requests: vec![cancel_all()], asked_at };
    evening.state.people.get_mut(&key("sanne")).unwrap().pending = Some(pending);
    let end = asked_at + hours(7 * 24);
    assert_eq!(next_tick(&evening.state, evening.now), Some(end));
    evening.now = end - SECOND;
    assert_eq!(evening.tick(), Decision::default());
    evening.now = end;
    assert_eq!(notes(&evening.tick(), NoteKind::Question).len(), 1);
    assert_eq!(next_tick(&evening.state, evening.now), None);
}

#[test]
fn who_cancels_and_signs_up_again_in_one_mail_keeps_his_place_in_line() {
    let mut evening = Evening::strict(4);
    evening.mail("els", &[set(1)]);
    evening.mail("bea", &[set(4)]);
    evening.mail("els", &[set(2)]);
    evening.mail("bea", &[cancel_all(), set(4)]);
    assert_eq!((evening.seats("bea"), evening.seats("els")), ((0, 4), (1, 1)));
    assert_eq!(evening.event().position(&key("bea")), Some(1));
}
