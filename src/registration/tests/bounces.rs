//! Letters that do not arrive.

use super::*;

fn bounced(evening: &mut Evening, who: &str, letter: LetterKind, status: &str) -> Decision {
    let decision = letter_bounced(&evening.state, &key(who), Some(&b16()), Some(letter), status, evening.now);
    evening.apply(&decision);
    decision
}

#[test]
fn an_offer_that_does_not_arrive_releases_its_seat_exactly_once() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    evening.mail("bea", &[set(1)]);
    let decision = bounced(&mut evening, "an", LetterKind::Offered, "5.7.1");
    assert_eq!((evening.offered("an"), evening.offered("bea")), (0, 1));
    assert_eq!(letter(&decision, "bea").kind, LetterKind::Offered);
    assert_eq!(evening.state.people[&key("an")].undeliverable, None);
    let again = bounced(&mut evening, "an", LetterKind::Offered, "5.7.1");
    assert_eq!((again.changes, again.letters), (vec![], vec![]));
    assert_eq!(evening.event().position(&key("an")), Some(1));
}

#[test]
fn an_address_that_does_not_exist_is_marked_and_the_seat_stays() {
    let mut evening = Evening::full(1, &[]);
    let decision = bounced(&mut evening, "vol1", LetterKind::Confirmed, "5.1.1");
    assert_eq!(evening.seats("vol1"), (1, 0));
    assert_eq!(evening.state.people[&key("vol1")].undeliverable.as_ref().unwrap().1, "5.1.1");
    insta::assert_snapshot!(notes(&decision, NoteKind::Undeliverable).join("\n"), @"Een brief aan vol1 kon niet worden bezorgd (5.1.1).");
}

#[test]
fn who_cannot_be_reached_is_passed_over_until_he_writes() {
    let mut evening = Evening::full(2, &["an", "bea"]);
    bounced(&mut evening, "an", LetterKind::Waitlisted, "5.1.1");
    evening.mail("vol1", &[cancel_all()]);
    assert_eq!((evening.seats("an"), evening.seats("bea")), ((0, 1), (1, 0)));
    evening.mail("an", &[set(1)]);
    evening.mail("vol2", &[cancel_all()]);
    assert_eq!(evening.seats("an"), (1, 0));
}

#[test]
fn who_turns_out_not_to_be_reached_makes_way_at_once() {
    let mut evening = Evening::strict(2);
    evening.mail("vol", &[set(1)]);
    evening.mail("groep", &[set(2)]);
    evening.mail("an", &[set(1)]);
    assert_eq!(evening.seats("an"), (0, 1));
    let decision = bounced(&mut evening, "groep", LetterKind::Waitlisted, "5.1.1");
    assert_eq!(letters(&decision), [("an".to_owned(), LetterKind::Promoted)]);
}

#[test]
fn another_letter_that_does_not_arrive_leaves_the_offer_alone_and_one_of_unknown_kind_does_not() {
    let mut evening = Evening::full(1, &["an"]);
    evening.hours_before(40);
    evening.mail("vol1", &[cancel_all()]);
    bounced(&mut evening, "an", LetterKind::Waitlisted, "5.7.1");
    assert_eq!(evening.offered("an"), 1);
    // Given up after days of trying (RFC 3463, 3.5): failed for good, though its status begins with a 4.
    let decision = letter_bounced(&evening.state, &key("an"), Some(&b16()), None, "4.4.7", evening.now);
    evening.apply(&decision);
    assert_eq!(evening.offered("an"), 0);
    assert_eq!(notes(&decision, NoteKind::Undeliverable).len(), 1);
}
