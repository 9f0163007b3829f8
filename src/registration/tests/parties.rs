//! Parties: growing, shrinking, their names.

use super::*;

#[test]
fn growing_takes_free_seats_and_the_rest_waits_beside() {
    let mut evening = Evening::with_seats(3);
    evening.mail("sanne", &[set(2)]);
    let decision = evening.mail("sanne", &[add(2)]);
    assert_eq!(evening.seats("sanne"), (3, 1));
    assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::Changed)]);
    let facts = &letter(&decision, "sanne").facts;
    assert_eq!((facts.confirmed, facts.waiting, facts.before, facts.position), (3, 1, 2, Some(1)));
}

#[test]
fn set_makes_the_party_so_large_and_add_makes_it_so_many_more() {
    let mut evening = Evening::with_seats(9);
    evening.mail("sanne", &[set(2)]);
    evening.mail("sanne", &[add(1)]);
    assert_eq!(evening.seats("sanne"), (3, 0));
    evening.mail("sanne", &[set(4)]);
    assert_eq!(evening.seats("sanne"), (4, 0));
    evening.mail("bea", &[add(2)]);
    assert_eq!(evening.seats("bea"), (2, 0));
}

#[test]
fn shrinking_gives_back_waiting_seats_first_then_confirmed_ones() {
    let mut evening = Evening::with_seats(2);
    evening.mail("sanne", &[set(2)]);
    evening.mail("sanne", &[set(4)]);
    assert_eq!(evening.seats("sanne"), (2, 2));
    evening.mail("an", &[set(1)]);
    evening.mail("sanne", &[set(3)]);
    assert_eq!(evening.seats("sanne"), (2, 1));
    let decision = evening.mail("sanne", &[set(1)]);
    assert_eq!((evening.seats("sanne"), evening.seats("an")), ((1, 0), (1, 0)));
    assert_eq!(
        letters(&decision),
        [("an".to_owned(), LetterKind::Promoted), ("sanne".to_owned(), LetterKind::Changed)]
    );
}

#[test]
fn one_seat_of_a_party_is_cancelled_and_the_others_stay() {
    let mut evening = Evening::with_seats(9);
    evening.mail("sanne", &[set_named(&["sanne", "Piet Bos", "Kees"])]);
    let decision = evening.mail("sanne", &[cancel_some(1, &["Piet"])]);
    assert_eq!(evening.seats("sanne"), (2, 0));
    assert_eq!(evening.party("sanne").names, ["sanne", "Kees"]);
    assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::Changed)]);
}

#[test]
fn who_stays_away_himself_leaves_his_guest_in_place() {
    let mut evening = Evening::with_seats(9);
    evening.mail("els", &[set_named(&["Els", "Wim"])]);
    evening.mail("els", &[cancel_some(1, &["Els"])]);
    assert_eq!(evening.party("els").names, ["Wim"]);
}

#[test]
fn as_many_as_there_are_or_more_is_everybody() {
    let mut evening = Evening::with_seats(9);
    for seats in [2, 3, u32::MAX] {
        evening.mail("sanne", &[set(2)]);
        let decision = evening.mail("sanne", &[cancel_some(seats, &[])]);
        assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::Cancelled)]);
    }
}

#[test]
fn nobody_is_cancelled_who_does_not_belong_to_the_party() {
    let mut evening = Evening::with_seats(9);
    evening.mail("els", &[set_named(&["Els Donker", "Wim Donker"])]);
    evening.mail("bea", &[set_named(&["bea"])]);
    assert!(evening.try_mail("els", &[cancel_some(1, &["Karin Boot"])]).ask.unwrap().contains("Karin Boot"));
    assert!(evening.try_mail("bea", &[cancel_some(1, &["Kees"])]).ask.is_some());
    assert_eq!((evening.seats("els"), evening.seats("bea")), ((2, 0), (1, 0)));
}

#[test]
fn when_nobody_says_who_drops_out_no_guest_is_named_any_more() {
    let mut evening = Evening::with_seats(9);
    evening.mail("gerda", &[set_named(&["Gerda Poot", "Hanny", "Loes", "Dinie"])]);
    evening.mail("gerda", &[cancel_some(2, &[])]);
    assert_eq!(evening.party("gerda").names, ["Gerda Poot"]);
    assert_eq!(evening.state.party(&b16(), &key("gerda")), ["Gerda Poot", "gast"]);
}

#[test]
fn somebody_instead_of_somebody_else_is_a_change_of_names() {
    let mut evening = Evening::with_seats(2);
    evening.mail("sanne", &[set_named(&["sanne", "Kees"])]);
    let decision = evening.mail("sanne", &[set_named(&["sanne", "Piet"])]);
    assert_eq!(
        (evening.seats("sanne"), evening.party("sanne").names.clone()),
        ((2, 0), vec!["sanne".into(), "Piet".into()])
    );
    assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::Changed)]);
    // Only the new one is named: the author stays beside him, and who was swapped does not.
    let kees = Request::Register { event: b16(), seats: 2, mode: Mode::Set, names: vec!["Kees".into()] };
    evening.mail("sanne", &[kees]);
    assert_eq!(evening.party("sanne").names, ["Kees", "sanne"]);
    evening.mail("sanne", &[set_named(&["sanne", "Piet"]), cancel_some(1, &["Piet"])]);
    assert_eq!(evening.party("sanne").names, ["sanne"]);
}

#[test]
fn a_swap_in_two_steps_of_one_mail_keeps_the_seat_though_others_wait() {
    let mut evening = Evening::with_seats(2);
    evening.mail("sanne", &[set_named(&["sanne", "Kees"])]);
    evening.mail("an", &[set(1)]);
    let piet = Request::Register { event: b16(), seats: 1, mode: Mode::Add, names: vec!["Piet".into()] };
    evening.mail("sanne", &[cancel_some(1, &["Kees"]), piet]);
    assert_eq!((evening.seats("sanne"), evening.seats("an")), ((2, 0), (0, 1)));
    let decision = evening.mail("sanne", &[cancel_all(), set(2)]);
    assert_eq!((evening.seats("sanne"), evening.seats("an")), ((2, 0), (0, 1)));
    assert_eq!(letters(&decision).len(), 1);
}

#[test]
fn adding_somebody_who_is_in_already_adds_nobody() {
    let mut evening = Evening::with_seats(9);
    evening.mail("sanne", &[set_named(&["sanne", "Piet Bos"])]);
    let piet = Request::Register { event: b16(), seats: 1, mode: Mode::Add, names: vec!["Piet".into()] };
    let decision = evening.mail("sanne", &[piet]);
    assert_eq!(evening.seats("sanne"), (2, 0));
    assert_eq!(letters(&decision), [("sanne".to_owned(), LetterKind::AlreadyRegistered)]);
}

#[test]
fn names_come_and_go_with_growing_and_shrinking() {
    let mut evening = Evening::with_seats(9);
    evening.mail("vera", &[set_named(&["Vera"])]);
    evening.mail("vera", &[set_named(&["Vera", "Daan", "Stijn"])]);
    assert_eq!(evening.party("vera").names, ["Vera", "Daan", "Stijn"]);
    let named = Request::Register { event: b16(), seats: 2, mode: Mode::Set, names: vec!["Vera".into()] };
    evening.mail("vera", &[named]);
    assert_eq!(evening.party("vera").names, ["Vera"]);
    let decision = evening.mail("vera", &[set_named(&["Vera", "Ahmed"])]);
    assert_eq!(evening.party("vera").names, ["Vera", "Ahmed"]);
    assert_eq!(letters(&decision), [("vera".to_owned(), LetterKind::Changed)]);
}

#[test]
fn two_spellings_of_a_name_are_one_person() {
    for (one, other) in
        [("Mo", "Mo Aydin"), ("R.F. Quant", "Rogier Quant"), ("PIET bos", "Piet Bos"), ("Bos", "Piet Bos")]
    {
        assert!(party::same_person(one, other) && party::same_person(other, one), "{one} {other}");
    }
    for (one, other) in [("Els Donker", "Wim Donker"), ("Piet", "Pieter"), ("", "Piet"), ("Rob Quant", "Rogier Quant")]
    {
        assert!(!party::same_person(one, other) && !party::same_person(other, one), "{one} {other}");
    }
}
