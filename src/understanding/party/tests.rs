use super::*;
use crate::ids::EventId;
use proptest::prelude::*;

fn named(name: &str) -> Person {
    let labels = name.split_whitespace().map(str::to_lowercase).collect();
    Person { labels, name: Some(name.to_owned()), count: Some(1), pronoun: false }
}

fn relation(word: &str, count: Option<u32>) -> Person {
    Person { labels: vec![word.to_owned()], name: None, count, pronoun: false }
}

fn says(deed: Deed, others: &[Person], counts: &[Count]) -> Line {
    let me = if matches!(deed, Deed::Comes | Deed::StaysAway) { Me::Counted } else { Me::Unnamed };
    Line { me, others: others.to_vec(), counts: counts.to_vec(), ..Line::of(deed) }
}

fn wish(registered: &[&str], lines: &[Line]) -> Wish {
    let split = |name: &&str| name.split_whitespace().map(str::to_lowercase).collect();
    let registered: Vec<Vec<String>> = registered.iter().map(split).collect();
    settle(EventId::new("b16").unwrap(), lines, &Standing { registered: &registered, authors: 1, elsewhere: 0 }).wish
}

fn is_asked(wish: &Wish) -> bool {
    matches!(wish, Wish::Unclear(_) | Wish::Uncounted(_))
}

use Deed::{Comes, Counts, Excuse, Instead, OtherComes, OtherStaysAway, StaysAway, Unsure};

#[test]
fn who_comes_with_whom() {
    let els = || named("Els Bakker");
    let listed = Line { me: Me::Counted, ..says(Counts, &[els()], &[]) };
    let stagiaires = || relation("stagiaires", Some(2));
    let table: Vec<(&str, Vec<&str>, Vec<Line>, Wish)> = vec![
        ("ik kom", vec![], vec![says(Comes, &[], &[])], Wish::Set(1)),
        ("ik kom met Els", vec![], vec![says(Comes, &[els()], &[])], Wish::Set(2)),
        (
            "Els komt, Els Bakker dus",
            vec![],
            vec![says(Comes, &[named("Els")], &[]), says(Counts, &[els()], &[])],
            Wish::Set(2),
        ),
        ("Els komt ook", vec!["Piet"], vec![says(OtherComes, &[els()], &[])], Wish::Add(1)),
        ("Els komt nog steeds", vec!["Piet", "Els"], vec![says(OtherComes, &[els()], &[])], Wish::Set(2)),
        (
            "twee stagiaires, Floor en Yara",
            vec![],
            vec![says(Comes, &[stagiaires()], &[]), says(Counts, &[named("Floor"), named("Yara")], &[])],
            Wish::Set(3),
        ),
        ("nu alleen Els en ik", vec!["Piet", "Els Bakker", "Bo"], vec![listed.clone()], Wish::Set(2)),
        ("met z'n vieren", vec![], vec![says(Comes, &[], &[Count::Total(4)])], Wish::Set(4)),
        ("een erbij", vec!["Piet", "Bo"], vec![says(OtherComes, &[], &[Count::More(1)])], Wish::Add(1)),
        ("een minder", vec!["Piet", "Bo"], vec![says(OtherStaysAway, &[], &[Count::Fewer(1)])], Wish::Drop(Some(1))),
        ("ik kan niet", vec!["Piet"], vec![says(StaysAway, &[], &[])], Wish::Drop(None)),
        (
            "ik kan niet, Els wel",
            vec!["Piet", "Els"],
            vec![says(StaysAway, &[], &[]), says(OtherComes, &[els()], &[])],
            Wish::Drop(Some(1)),
        ),
        (
            "Bo ziek, ik kom",
            vec!["Piet", "Bo"],
            vec![says(Excuse, &[named("Bo")], &[]), says(OtherStaysAway, &[], &[]), says(Comes, &[], &[])],
            Wish::Drop(Some(1)),
        ),
        (
            "in plaats van Bo komt Els",
            vec!["Piet", "Bo"],
            vec![says(Instead, &[named("Bo"), els()], &[])],
            Wish::Set(2),
        ),
        (
            "wij tweeën niet, Gerrit en Olga wel",
            vec!["Piet", "Els", "Gerrit", "Olga"],
            vec![says(StaysAway, &[], &[Count::Fewer(2)]), says(OtherComes, &[named("Gerrit"), named("Olga")], &[])],
            Wish::Drop(Some(2)),
        ),
        ("Els komt in mijn plaats", vec!["Piet"], vec![says(Instead, &[els()], &[])], Wish::Set(1)),
    ];
    for (text, registered, lines, want) in table {
        assert_eq!(wish(&registered, &lines), want, "{text}");
    }
}

#[test]
fn what_could_change_the_number_is_asked() {
    let sons = relation("zonen", Some(3));
    let us = Line { us: true, me: Me::Unnamed, ..says(Comes, &[], &[]) };
    let table: Vec<(&str, Vec<&str>, Vec<Line>)> = vec![
        (
            "ik en mijn drie zonen, met z'n drieën",
            vec![],
            vec![says(Comes, &[sons], &[]), says(Counts, &[], &[Count::Total(3)])],
        ),
        ("met collega's", vec![], vec![says(Comes, &[relation("collega's", None)], &[])]),
        ("wij komen", vec![], vec![us]),
        ("drie, vier", vec![], vec![says(Comes, &[], &[Count::Vague])]),
        ("misschien", vec![], vec![says(Comes, &[], &[]), Line::of(Unsure)]),
        ("ik kom, ik kom niet", vec![], vec![says(Comes, &[], &[]), says(StaysAway, &[], &[])]),
        (
            "Harm niet, dus met z'n tweeën",
            vec!["Greet", "Harm"],
            vec![says(OtherStaysAway, &[named("Harm")], &[]), says(Comes, &[], &[Count::Total(2)])],
        ),
        ("met dertig", vec![], vec![says(Comes, &[], &[Count::Total(30)])]),
    ];
    for (text, registered, lines) in table {
        assert!(is_asked(&wish(&registered, &lines)), "{text}: {:?}", wish(&registered, &lines));
    }
}

#[test]
fn totals_and_names_that_differ_are_weighed() {
    let (els, stranger) = (|| named("Els"), || named("Tom"));
    let total = |deed, count| says(deed, &[], &[Count::Total(count)]);
    // "Doe mij een plekje; Els wil ook".
    assert_eq!(wish(&[], &[total(Comes, 1), says(OtherComes, &[els()], &[])]), Wish::Set(2));
    // "Wij tweeen komen nog, en Tom ook".
    assert_eq!(wish(&["Piet", "Els"], &[total(Comes, 2), says(OtherComes, &[stranger()], &[])]), Wish::Add(1));
    // "Tom komt erbij, dan zijn we met vijf": three.
    let five = [says(OtherComes, &[stranger()], &[]), total(Counts, 5)];
    assert!(is_asked(&wish(&["Piet", "Els"], &five)));
    // "Els valt weg, samen zijn we nu met vier".
    let four = [says(OtherStaysAway, &[els()], &[]), total(Counts, 4)];
    assert!(is_asked(&wish(&["Piet", "Els", "Bo"], &four)));
    // "Els en ik komen met z'n vieren".
    let named_all = Line { joined: true, ..says(Comes, &[els()], &[Count::Total(4)]) };
    assert!(is_asked(&wish(&["Piet", "Els"], &[named_all])));
}

#[test]
fn somebody_without_a_name_is_asked_after() {
    let nobody = Line { unnamed: true, ..Line::of(OtherComes) };
    assert!(is_asked(&wish(&[], &[says(Comes, &[], &[]), nobody])));
}

#[test]
fn all_the_others_stay_away() {
    let boys = says(OtherStaysAway, &[relation("jongens", None)], &[]);
    assert_eq!(wish(&["Piet", "Bo", "Tom"], &[boys, says(Comes, &[], &[])]), Wish::Drop(Some(2)));
}

#[test]
fn only_all_by_name_sign_the_whole_party_off() {
    let away = |names: &[&str]| says(OtherStaysAway, &names.iter().map(|name| named(name)).collect::<Vec<_>>(), &[]);
    let registered = ["Piet Bos", "Els Bos"];
    assert_eq!(wish(&registered, &[away(&["Piet", "Els"])]), Wish::Drop(None));
    assert_eq!(wish(&registered, &[away(&["Els", "Tom"])]), Wish::Drop(Some(1)));
}

#[test]
fn a_turn_settles_what_was_not_sure() {
    let settled = Line { settles: true, ..says(Comes, &[], &[]) };
    assert_eq!(wish(&[], &[Line::of(Unsure), settled]), Wish::Set(1));
    assert!(is_asked(&wish(&[], &[Line::of(Unsure), says(Comes, &[], &[])])));
}

#[test]
fn a_surname_or_a_pet_name_is_enough() {
    let drop = |name| wish(&["Piet Bos", "Kees Blom", "Saar Bos"], &[says(OtherStaysAway, &[named(name)], &[])]);
    assert_eq!(drop("Blom"), Wish::Drop(Some(1)));
    assert_eq!(drop("Saartje"), Wish::Drop(Some(1)));
}

fn seats(names: &[String]) -> u32 {
    let others: Vec<Person> = names.iter().map(|name| named(name)).collect();
    match wish(&[], &[says(Comes, &others, &[])]) {
        Wish::Set(seats) => seats,
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn the_order_of_names_changes_nothing(names in proptest::collection::vec("[A-Z][a-z]{3,6}", 0..6)) {
        let turned: Vec<String> = names.iter().rev().cloned().collect();
        prop_assert_eq!(seats(&names), seats(&turned));
    }

    #[test]
    fn one_more_name_never_lowers_the_number(names in proptest::collection::vec("[A-Z][a-z]{3,6}", 0..6), one in "[A-Z][a-z]{3,6}") {
        let more: Vec<String> = names.iter().cloned().chain([one]).collect();
        prop_assert!(seats(&more) >= seats(&names));
        prop_assert!(seats(&more) <= seats(&names) + 1);
    }
}
