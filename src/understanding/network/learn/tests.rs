//! What the network learns, and that its gradients are the slopes of what is wrong.

use super::super::Networks;
use super::*;

const LESSONS: Lessons =
    Lessons { rounds: 60, rate: 0.01, warm: 10, seen: 1, batch: 2, features_held: 0.0, hidden_held: 0.0, whole: 0.5 };

fn clause(features: &[u64]) -> Clause {
    Clause::new(features.to_vec(), true)
}

#[test]
fn it_learns_what_a_clause_means_beside_another() {
    let (yes, no, then) = (clause(&[1]), clause(&[2]), clause(&[3]));
    let mail = |first, kind| Mail { clauses: vec![(first, Some(kind)), (&then, Some(kind))], kind: Some(kind) };
    let mails = [mail(&yes, 0), mail(&no, 1)];
    let bytes = learn::<2, 2>(&mails, LESSONS);
    assert_eq!(bytes, learn::<2, 2>(&mails, LESSONS));
    let network = Networks::<2, 2>::of(bytes);
    let chances = |mail: &[Clause]| {
        let (clauses, whole) = network.chances(mail);
        (*clauses.last().unwrap(), whole)
    };
    let (yes, no) = (chances(&[yes, then.clone()]), chances(&[no, then]));
    assert!(yes.0[0] > 0.9 && no.0[1] > 0.9);
    assert!(yes.1[0] > 0.9 && no.1[1] > 0.9);
}

#[test]
fn it_learns_what_features_mean_together_that_mean_nothing_apart() {
    let clauses = [clause(&[1]), clause(&[2]), clause(&[1, 2]), clause(&[3])];
    let mail = |(clause, kind)| Mail { clauses: vec![(clause, Some(kind))], kind: Some(kind) };
    let mails: Vec<Mail<'_>> = clauses.iter().zip([1, 1, 0, 0]).map(mail).collect();
    let network = Networks::<2, 2>::of(learn::<2, 2>(&mails, LESSONS));
    let best = |clause: &Clause| usize::from(network.chances(std::slice::from_ref(clause)).0[0][0] < 0.5);
    assert_eq!(clauses.each_ref().map(best), [1, 1, 0, 0]);
}

#[test]
fn what_too_few_clauses_had_says_nothing() {
    let clauses = [clause(&[1]), clause(&[1]), clause(&[2]), clause(&[2]), clause(&[3])];
    let mail = |(clause, kind)| Mail { clauses: vec![(clause, Some(kind))], kind: Some(kind) };
    let mails: Vec<Mail<'_>> = clauses.iter().zip([0, 0, 1, 1, 1]).map(mail).collect();
    let network = Networks::<2, 2>::of(learn::<2, 2>(&mails, Lessons { seen: 2, ..LESSONS }));
    let chances = |features: &[u64]| network.chances(&[clause(features)]);
    assert_ne!(chances(&[1, 2]), chances(&[1]));
    assert_eq!(chances(&[1, 3]), chances(&[1]));
}

#[test]
fn what_shares_a_row_in_one_network_has_its_own_in_the_other() {
    let row = |feature: u64, number| rows([feature.wrapping_mul(0x0000_0100_0000_01b3)].into_iter(), number);
    let features: Vec<u64> = (0..1000).collect();
    let pairs = features.iter().flat_map(|one| features.iter().map(move |other| (*one, *other)));
    let sharing: Vec<(u64, u64)> = pairs.filter(|(one, other)| one < other && row(*one, 0) == row(*other, 0)).collect();
    let in_both = sharing.iter().filter(|(one, other)| row(*one, 1) == row(*other, 1)).count();
    assert!(sharing.len() > 10 && in_both * 10 < sharing.len(), "{in_both} of {}", sharing.len());
}

/// What is wrong with a mail in one number: how little the labels were expected.
fn surprise(student: &Student<2, 2>, mail: &Placed) -> f32 {
    let bag = |rows: &Vec<u16>| {
        let rows = rows.iter().map(|row| (usize::from(*row), SHARE));
        student.rows.weighed(student.rows.nothing(), rows).map(rectified)
    };
    let bags = mail.rows.iter().map(bag).collect();
    let pass = Pass::new(&student.layers, bags, &mail.seen, |_| ());
    let of = |(sums, kind): (&[f32; 2], &Option<usize>)| kind.map_or(0.0, |kind| -softmax(*sums)[kind].ln());
    pass.sums.iter().zip(&mail.kinds).map(of).sum::<f32>() - softmax(pass.whole)[mail.kind.unwrap()].ln()
}

#[test]
fn every_gradient_is_the_slope_of_what_is_wrong() {
    // None of these is near the bend of a hidden part, where a slope has two sides.
    let clauses = [clause(&[11, 12]), clause(&[13]), Clause::new(vec![14], false), clause(&[12, 15])];
    let mail = Mail { clauses: clauses.iter().zip([Some(0), None, Some(1), Some(1)]).collect(), kind: Some(1) };
    let known = Known::of(clauses.iter().map(|clause| clause.features.as_slice()), 1);
    let mail = Placed::of(&mail, &known, 0);
    let mut student = Student::<2, 2>::new(0);
    let mut held = Held { round: 0, number: 0, drawn: 0 };
    student.read(&mail, Shares { clause: 1.0, mail: 1.0 }, LESSONS, &mut held);
    type Weights = fn(&mut Student<2, 2>, usize) -> &mut [f32];
    type Wrong = fn(&Student<2, 2>, usize) -> &[f32];
    let parts: [(&str, &Vec<usize>, Weights, Wrong); 5] = [
        ("rows", &student.on_rows.touched.clone(), |s, row| &mut s.rows.0[row], |s, row| &s.on_rows.wrong[row]),
        ("own", &student.on_own.touched.clone(), |s, row| &mut s.layers.own.0[row], |s, row| &s.on_own.wrong[row]),
        (
            "around",
            &student.on_around.touched.clone(),
            |s, row| &mut s.layers.around.0[row],
            |s, row| &s.on_around.wrong[row],
        ),
        (
            "output",
            &student.on_output.touched.clone(),
            |s, row| &mut s.layers.output.0[row],
            |s, row| &s.on_output.wrong[row],
        ),
        (
            "whole",
            &student.on_whole.touched.clone(),
            |s, row| &mut s.layers.whole.0[row],
            |s, row| &s.on_whole.wrong[row],
        ),
    ];
    const NUDGE: f32 = 1e-3;
    for (name, touched, weights, wrong) in parts {
        for &row in touched {
            let expected = wrong(&student, row)[1];
            let mut nudged = |by: f32| {
                weights(&mut student, row)[1] += by;
                let wrong = surprise(&student, &mail);
                weights(&mut student, row)[1] -= by;
                wrong
            };
            let slope = (nudged(NUDGE) - nudged(-NUDGE)) / (2.0 * NUDGE);
            assert!((slope - expected).abs() < 2e-3, "{name} {row}: {slope} is not {expected}");
        }
    }
}

#[test]
fn what_is_missing_counts_for_nothing() {
    let half = |chances: (Vec<[f32; 2]>, [f32; 2])| assert_eq!(chances, (vec![[0.5, 0.5]], [0.5, 0.5]));
    half(Networks::<2, 2>::of(Vec::new()).chances(&[clause(&[1])]));
    half(Networks::<2, 2>::of(vec![1; 1000]).chances(&[clause(&[1])]));
}
