//! What the coordinator does: making, changing and calling off events, and letting people through.

use super::*;

#[test]
fn more_seats_move_the_line() {
    let mut evening = Evening::full(1, &["an", "bea"]);
    let decision = evening.edit(EventEdit { capacity: Some(2), ..EventEdit::default() });
    assert_eq!((evening.seats("an"), evening.seats("bea")), ((1, 0), (0, 1)));
    assert_eq!(letters(&decision), [("an".to_owned(), LetterKind::Promoted)]);
    assert_eq!(evening.event().event.sequence, 0);
}

#[test]
fn fewer_seats_throw_nobody_out_and_end_what_was_offered() {
    let mut evening = Evening::full(2, &["an"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    let decision = evening.edit(EventEdit { capacity: Some(1), ..EventEdit::default() });
    assert_eq!((evening.seats("vol2"), evening.offered("an")), ((1, 0), 0));
    assert_eq!(letters(&decision), [("an".to_owned(), LetterKind::OfferEnded)]);
    let mut full = Evening::full(3, &[]);
    let decision = full.edit(EventEdit { capacity: Some(2), ..EventEdit::default() });
    assert_eq!(full.event().confirmed_seats(), 3);
    insta::assert_snapshot!(notes(&decision, NoteKind::Event).join("\n"), @"De bijeenkomst heeft nu 2 plaatsen (was 3), 3 bezet; er wordt niemand afgemeld.");
    full.mail("vol1", &[cancel_all()]);
    full.mail("nieuw", &[set(1)]);
    assert_eq!(full.seats("nieuw"), (0, 1));
}

#[test]
fn another_time_or_place_is_told_to_everybody_once() {
    let mut evening = Evening::full(1, &["an"]);
    let old = evening.event().event.start.clone();
    let start = old.checked_add(SignedDuration::from_hours(24)).unwrap();
    let decision =
        evening.edit(EventEdit { start: Some(start), venue: Some("De Kern".into()), ..EventEdit::default() });
    assert_eq!(
        letters(&decision),
        [("an".to_owned(), LetterKind::EventMoved), ("vol1".to_owned(), LetterKind::EventMoved)]
    );
    assert_eq!(letter(&decision, "an").facts.moved_from, Some((old, "De Geest".to_owned())));
    let event = &evening.event().event;
    assert_eq!((event.sequence, event.start.duration_until(&event.end)), (1, SignedDuration::from_hours(3)));
    assert_eq!(letters(&evening.edit(EventEdit { title: Some("Borrel".into()), ..EventEdit::default() })), []);
}

#[test]
fn who_moves_up_because_of_a_change_hears_both_in_one_letter() {
    let mut evening = Evening::full(1, &["an"]);
    let edit = EventEdit { capacity: Some(2), venue: Some("De Kern".into()), ..EventEdit::default() };
    let decision = evening.edit(edit);
    assert_eq!(
        letters(&decision),
        [("an".to_owned(), LetterKind::Promoted), ("vol1".to_owned(), LetterKind::EventMoved)]
    );
    assert!(letter(&decision, "an").facts.moved_from.is_some());
}

#[test]
fn when_it_is_moved_far_ahead_an_offered_seat_is_given() {
    let mut evening = Evening::full(1, &["an", "bea"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    let start = evening.event().event.start.checked_add(SignedDuration::from_hours(7 * 24)).unwrap();
    let decision = evening.edit(EventEdit { start: Some(start), ..EventEdit::default() });
    assert_eq!((evening.seats("an"), evening.seats("bea")), ((1, 0), (0, 1)));
    assert_eq!(
        letters(&decision),
        [("an".to_owned(), LetterKind::Promoted), ("bea".to_owned(), LetterKind::OfferEnded)]
    );
}

#[test]
fn when_it_is_called_off_everybody_hears_it_once() {
    let mut evening = Evening::full(1, &["an"]);
    let decision = cancel_event(&evening.state, &b16(), evening.now).unwrap();
    evening.apply(&decision);
    assert_eq!(
        letters(&decision),
        [("an".to_owned(), LetterKind::EventCancelled), ("vol1".to_owned(), LetterKind::EventCancelled)]
    );
    assert_eq!(evening.event().event.sequence, 1);
    assert_eq!(cancel_event(&evening.state, &b16(), evening.now), Err(Refusal::CalledOff(b16())));
    assert!(evening.try_mail("nieuw", &[set(1)]).ask.unwrap().contains("gaat niet door"));
    assert_eq!(evening.tick(), Decision::default());
}

#[test]
fn the_coordinator_lets_somebody_through_over_capacity_and_the_reason_is_kept() {
    let mut evening = Evening::full(1, &["an", "bea"]);
    let decision = let_through(&evening.state, &b16(), &key("bea"), "houdt een praatje", evening.now).unwrap();
    evening.apply(&decision);
    assert_eq!((evening.seats("bea"), evening.seats("an")), ((1, 0), (0, 1)));
    assert_eq!(evening.party("bea").let_through.as_deref(), Some("houdt een praatje"));
    assert_eq!(letters(&decision), [("bea".to_owned(), LetterKind::Promoted)]);
    let again = let_through(&evening.state, &b16(), &key("bea"), "nog eens", evening.now);
    assert!(matches!(again, Err(Refusal::NotWaiting(_))));
    // Two are in for one seat: the first to go makes no room.
    evening.mail("vol1", &[cancel_all()]);
    assert_eq!(evening.seats("an"), (0, 1));
}

#[test]
fn the_coordinator_registers_past_every_rule_and_the_reason_is_kept_when_it_was_needed() {
    let mut evening = Evening::with_seats(3);
    evening.coordinator("gast", &[set(2)], "belde");
    assert_eq!(evening.party("gast").let_through, None);
    evening.mails -= 1;
    evening.coordinator("gast", &[set(1)], "belde weer");
    assert_eq!(evening.seats("gast"), (1, 0));
    let decision = evening.coordinator("groep", &[set(6)], "hele vereniging");
    assert_eq!(evening.seats("groep"), (6, 0));
    assert_eq!(evening.party("groep").let_through.as_deref(), Some("hele vereniging"));
    assert_eq!(letters(&decision), [("groep".to_owned(), LetterKind::Confirmed)]);
    evening.hours_before(-1);
    let decision = evening.coordinator("laat", &[set(1)], "kwam aan de deur");
    assert_eq!((evening.seats("laat"), letters(&decision)), ((1, 0), vec![]));
}

#[test]
fn an_unsound_event_is_refused() {
    let state = State::default();
    let none = evening("b16", 0);
    assert_eq!(create_event(&state, none), Err(Refusal::NoSeats(b16())));
    let mut backwards = evening("b16", 1);
    backwards.end = backwards.start.clone();
    assert_eq!(create_event(&state, backwards), Err(Refusal::EndsBeforeStart(b16())));
    let mut world = Evening::with_seats(1);
    assert_eq!(create_event(&world.state, evening("b16", 1)), Err(Refusal::Exists(b16())));
    let past = world.now.to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let edit = EventEdit { start: Some(past), ..EventEdit::default() };
    assert_eq!(edit_event(&world.state, &b16(), edit, world.now), Err(Refusal::StartsInPast(b16())));
    world.hours_before(0);
    let edit = EventEdit { capacity: Some(9), ..EventEdit::default() };
    assert_eq!(edit_event(&world.state, &b16(), edit, world.now), Err(Refusal::Started(b16())));
}
