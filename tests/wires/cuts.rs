//! The line cut at every seam: before each command reached the server, after each answer left it, and in the middle of both.

use crate::line::{Line, Side};
use crate::support::wire::{Fault, Moment};

/// The commands that a session has only while there is no folder for what is done.
pub fn is_of_the_first_time(moment: &Moment) -> bool {
    match moment {
        Moment::Greeting => false,
        Moment::Command(name) | Moment::Answer(name) => name.starts_with("CREATE") || name.starts_with("SUBSCRIBE"),
    }
}

/// Every seam of a clean run: a connection that begins, two mails, and the waits between them.
pub fn seams(line: &mut Line) -> Vec<(Side, Moment)> {
    for _ in 0..2 {
        line.sign_up();
        line.all_filed();
        line.imap.cut_all();
    }
    let idle_ended = Moment::Answer("DONE".to_owned());
    crate::support::until("an IDLE to end", || (line.imap.count(&idle_ended) > 0).then_some(()));
    let of = |side: Side, line: &Line| -> Vec<_> {
        line.wire(side).moments().into_iter().map(|moment| (side, moment)).collect()
    };
    [of(Side::Imap, line), of(Side::Smtp, line)].concat()
}

/// A letter whose answer is lost after its last dot has gone, and nobody knows. Where the server keeps no copy of what it
/// sends, it is sent again: the very same letter, for a second copy is better than none.
fn is_the_open_window(side: Side, moment: &Moment) -> bool {
    side == Side::Smtp && *moment == Moment::Answer(".".to_owned())
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
    assert!(imap.len() >= 26 && smtp.len() >= 14, "a conversation has more seams than that");
    for (side, moment) in seams.iter().filter(|(_, moment)| !is_of_the_first_time(moment)) {
        line.survive(*side, moment, Fault::Cut);
    }
    let windows = seams.iter().filter(|(side, moment)| is_the_open_window(*side, moment)).count();
    line.assert_everybody_heard_once(windows);
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
    line.assert_everybody_heard_once(1);
}
