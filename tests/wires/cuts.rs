//! The line cut at every seam: before each command reached the server, after each answer left it, and in the middle of both.

use crate::line::{Line, Side};
use crate::support::wire::{Fault, Moment};
use std::collections::BTreeMap;

/// The commands that a session has only while there is no folder for what is done.
pub fn is_of_the_first_time(moment: &Moment) -> bool {
    match moment {
        Moment::Greeting => false,
        Moment::Command(name) | Moment::Answer(name) => name.starts_with("CREATE") || name.starts_with("SUBSCRIBE"),
    }
}

/// The seams of a clean run that each sign-up has: a connection that begins, a mail, its letter, and the wait for the next.
pub fn seams(line: &mut Line) -> Vec<(Side, Moment)> {
    let mut rounds = Vec::new();
    for _ in 0..4 {
        let before: BTreeMap<(Side, Moment), usize> = line.moments();
        line.imap.cut_all();
        line.sign_up();
        line.all_filed();
        let idle_ended = Moment::Answer("DONE".to_owned());
        let idled = line.imap.count(&idle_ended);
        crate::support::until("an IDLE to end", || (line.imap.count(&idle_ended) > idled).then_some(()));
        let after = line.moments();
        let came = |(moment, count): (&(Side, Moment), &usize)| {
            (before.get(moment).is_none_or(|before| before < count)).then(|| moment.clone())
        };
        rounds.push(after.iter().filter_map(came).collect::<Vec<_>>());
    }
    let last = rounds.pop().unwrap_or_default();
    last.into_iter().filter(|moment| rounds.iter().skip(1).all(|round| round.contains(moment))).collect()
}

#[test]
fn cut_at_every_seam() {
    let mut line = Line::start(20, "");
    for moment in ["CREATE \"Aangemeld\"", "SUBSCRIBE \"Aangemeld\""] {
        line.imap.once(&Moment::Command(moment.to_owned()), Fault::Cut);
        line.imap.once(&Moment::Answer(moment.to_owned()), Fault::Cut);
    }
    let seams = seams(&mut line);
    let (imap, smtp) = seams.iter().partition::<Vec<_>, _>(|(side, _)| *side == Side::Imap);
    eprintln!("{} seams over IMAP, {} over SMTP: {seams:#?}", imap.len(), smtp.len());
    assert!(imap.len() >= 22 && smtp.len() >= 13, "a conversation has more seams than that");
    for (side, moment) in seams.iter().filter(|(_, moment)| !is_of_the_first_time(moment)) {
        line.survive(*side, moment, Fault::Cut);
    }
    line.assert_everybody_heard_once();
}

#[test]
fn cut_in_the_middle_of_what_passes() {
    let mut line = Line::start(20, "");
    let seams = seams(&mut line);
    let halves = seams.iter().filter(|(_, moment)| {
        let (Moment::Command(name) | Moment::Answer(name)) = moment else { return true };
        ["UID FETCH", "APPEND", "LOGIN", "LIST", ".", "RCPT", "AUTH"].iter().any(|long| name.starts_with(long))
    });
    let mut count = 0;
    for (side, moment) in halves {
        line.survive(*side, moment, Fault::CutMidway);
        count += 1;
    }
    assert!(count >= 12, "{count} halves");
    line.assert_everybody_heard_once();
}
