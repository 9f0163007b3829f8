//! Signing up, repeating oneself, dropping out, and what only a person can decide.

use super::*;

#[test]
fn a_sign_up_that_fits_is_confirmed() {
    let mut evening = Evening::with_seats(3);
    let decision = evening.mail("sanne", &[set_named(&["sanne", "Piet"])]);
    assert_eq!(evening.seats("sanne"), (2, 0));
    assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::Confirmed)]);
    assert_eq!(letter(&decision, "sanne").facts.names, ["sanne", "Piet"]);
    insta::assert_snapshot!(notes(&decision, NoteKind::SignedUp).join("\n"), @"sanne komt met 2 personen (sanne, Piet); nu 2 van de 3 plaatsen bezet.");
}

#[test]
fn a_sign_up_when_it_is_full_waits_with_its_place_in_line() {
    let mut evening = Evening::full(2, &["an"]);
    let decision = evening.mail("bea", &[set(1)]);
    assert_eq!(evening.seats("bea"), (0, 1));
    assert_eq!(letters(&decision), [("bea".to_owned(), LetterKind::Waitlisted)]);
    assert_eq!(letter(&decision, "bea").facts.position, Some(2));
    insta::assert_snapshot!(notes(&decision, NoteKind::Waits).join("\n"), @"bea wacht op 1 plaats, 2e in de rij; 2 van de 2 plaatsen bezet.");
}

#[test]
fn a_party_that_does_not_fit_waits_whole_and_hears_how_many_seats_are_left() {
    let mut evening = Evening::full(1, &[]);
    evening.edit(EventEdit { capacity: Some(2), ..EventEdit::default() });
    let decision = evening.mail("sanne", &[set(2)]);
    assert_eq!(evening.seats("sanne"), (0, 2));
    assert_eq!(letter(&decision, "sanne").facts.seats_left, 1);
}

#[test]
fn then_i_come_alone_takes_the_seat_that_is_left() {
    for hours in [240, 30, 5] {
        let mut evening = Evening::full(1, &[]);
        evening.edit(EventEdit { capacity: Some(2), ..EventEdit::default() });
        evening.hours_before(hours);
        evening.mail("sanne", &[set(2)]);
        let decision = evening.mail("sanne", &[set(1)]);
        assert_eq!(evening.seats("sanne"), (1, 0), "{hours} hours before");
        assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::Confirmed)]);
    }
}

#[test]
fn his_own_repetition_changes_nothing_and_is_confirmed_again() {
    let mut evening = Evening::full(2, &["an"]);
    for who in ["vol1", "an"] {
        let before = evening.event().clone();
        let decision = evening.mail(who, &[set(1)]);
        assert_eq!(letters(&decision), [(who.to_owned(), LetterKind::AlreadyRegistered)]);
        assert_eq!(*evening.event(), before);
        assert_eq!(decision.changes, []);
    }
}

#[test]
fn the_same_mail_read_once_more_changes_nothing() {
    let mut evening = Evening::with_seats(9);
    evening.mail("sanne", &[set(3)]);
    for request in [add(1), cancel_some(1, &[])] {
        evening.mail("sanne", std::slice::from_ref(&request));
        evening.mails -= 1;
        let decision = evening.mail("sanne", &[request]);
        assert_eq!(decision.changes, []);
    }
    assert_eq!(evening.seats("sanne"), (3, 0));
}

#[test]
fn the_line_is_ordered_by_arrival_and_not_by_handling() {
    let mut evening = Evening::full(1, &["an"]);
    let earlier = evening.now - SignedDuration::from_hours(1);
    evening.mail_from("bea", &[set(1)], earlier);
    assert_eq!(evening.event().position(&key("bea")), Some(1));
    assert_eq!(evening.event().position(&key("an")), Some(2));
}

#[test]
fn who_drops_out_hears_so_and_the_next_one_moves_up_in_the_same_decision() {
    let mut evening = Evening::full(2, &["an", "bea"]);
    let decision = evening.mail("vol1", &[cancel_all()]);
    assert_eq!((evening.seats("vol1"), evening.seats("an"), evening.seats("bea")), ((0, 0), (1, 0), (0, 1)));
    assert_eq!(
        letters(&decision),
        [("an".to_owned(), LetterKind::Promoted), ("vol1".to_owned(), LetterKind::Cancelled)]
    );
    assert_eq!(letter(&decision, "vol1").facts.confirmed_before, 1);
    assert_eq!(letter(&decision, "an").facts.position, None);
}

#[test]
fn cancelling_without_a_registration_is_answered_kindly() {
    let mut evening = Evening::with_seats(2);
    let decision = evening.mail("sanne", &[cancel_all()]);
    assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::NothingToCancel)]);
    assert_eq!(decision.changes, []);
}

#[test]
fn who_waits_can_leave_the_line_at_any_time() {
    let mut evening = Evening::full(1, &["an", "bea"]);
    evening.hours_before(1);
    let decision = evening.mail("an", &[cancel_all()]);
    assert_eq!(letters(&decision), [("an".to_owned(), LetterKind::Cancelled)]);
    assert_eq!(evening.event().position(&key("bea")), Some(1));
    insta::assert_snapshot!(notes(&decision, NoteKind::DroppedOut).join("\n"), @"an is uit de rij (1 plaats).");
}

#[test]
fn leaving_and_joining_again_costs_the_place_in_line() {
    let mut evening = Evening::full(1, &["an", "bea"]);
    evening.mail("an", &[cancel_all()]);
    evening.mail("an", &[set(1)]);
    assert_eq!(evening.event().position(&key("an")), Some(2));
}

#[test]
fn what_only_a_person_can_decide_is_asked_and_changes_nothing() {
    let mut evening = Evening::with_seats(20);
    evening.mail("sanne", &[set(1)]);
    let unknown = Request::Register { event: EventId::new("b99").unwrap(), seats: 1, mode: Mode::Set, names: vec![] };
    let asked: Vec<String> = [set(5), add(4), set(0), add(u32::MAX), cancel_some(0, &[]), unknown]
        .iter()
        .map(|request| evening.try_mail("sanne", &[Request::Subscribe, request.clone()]).ask.unwrap())
        .collect();
    assert_eq!(evening.state.people[&key("sanne")].listed, None);
    assert_eq!(evening.seats("sanne"), (1, 0));
    insta::assert_snapshot!(asked.join("\n"));
}

#[test]
fn a_party_of_the_largest_size_is_booked() {
    let mut evening = Evening::with_seats(20);
    evening.mail("sanne", &[set(4)]);
    assert_eq!(evening.seats("sanne"), (4, 0));
}

#[test]
fn a_party_that_is_larger_than_allowed_may_shrink_and_repeat_itself() {
    let mut evening = Evening::with_seats(20);
    evening.coordinator("sanne", &[set(8)], "hele vereniging");
    evening.mail("sanne", &[set(8)]);
    evening.mail("sanne", &[set(6)]);
    assert_eq!(evening.seats("sanne"), (6, 0));
    assert!(evening.try_mail("sanne", &[set(7)]).ask.is_some());
}

#[test]
fn after_the_start_nothing_changes_by_itself() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(0);
    assert!(evening.try_mail("vol1", &[cancel_all()]).ask.unwrap().contains("al begonnen"));
    assert!(evening.try_mail("bea", &[set(1)]).ask.is_some());
    assert_eq!(evening.tick(), Decision::default());
    assert_eq!(evening.seats("vol1"), (1, 0));
}

#[test]
fn one_mail_about_two_evenings_is_one_decision() {
    let mut evening = Evening::full(1, &["an"]);
    let other = super::evening("b17", 1);
    let made = create_event(&evening.state, other).unwrap();
    evening.apply(&made);
    let b17 = EventId::new("b17").unwrap();
    let to_other = Request::Register { event: b17.clone(), seats: 1, mode: Mode::Set, names: vec![] };
    let decision = evening.mail("vol1", &[cancel_all(), to_other]);
    assert_eq!(evening.state.registration(&b17, &key("vol1")).unwrap().confirmed, 1);
    assert_eq!(
        letters(&decision),
        [
            ("an".to_owned(), LetterKind::Promoted),
            ("vol1".to_owned(), LetterKind::Cancelled),
            ("vol1".to_owned(), LetterKind::Confirmed)
        ]
    );
}

#[test]
fn the_mailing_list_is_no_registration() {
    let mut evening = Evening::with_seats(2);
    evening.mail("sanne", &[set(1), Request::Subscribe]);
    assert_eq!(evening.state.people[&key("sanne")].listed, Some(true));
    let decision = evening.mail("sanne", &[Request::Unsubscribe]);
    assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::Unsubscribed)]);
    assert_eq!(evening.state.people[&key("sanne")].listed, Some(false));
    assert_eq!(evening.seats("sanne"), (1, 0));
    assert_eq!(notes(&evening.mail("sanne", &[Request::Unsubscribe]), NoteKind::List).len(), 0);
}

#[test]
fn who_is_forgotten_leaves_nothing_behind_and_frees_his_seat() {
    let mut evening = Evening::full(1, &["an"]);
    let decision = evening.mail("vol1", &[Request::Forget]);
    assert_eq!(
        letters(&decision),
        [("an".to_owned(), LetterKind::Promoted), ("vol1".to_owned(), LetterKind::Forgotten)]
    );
    assert!(!serde_json::to_string(&evening.state).unwrap().contains("vol1"));
    assert!(decision.notes.iter().all(|note| !note.text.contains("vol1") && note.person != Some(key("vol1"))));
}
