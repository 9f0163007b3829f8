//! Somebody's newsletter runs wild while people sign up: they do not wait behind it, nobody is lost, and memory stays bounded.
//!
//! 500 mails here; `AANMELDER_BURST=5000` tries more, and prints how long people waited.

use crate::support::mail::plain;
use crate::support::settings::BOT;
use crate::support::smtp::deliver;
use crate::support::until_within;
use crate::support::world::{World, kind};
use std::time::{Duration, Instant};

/// Long enough for thousands of mails on a slow machine.
const PATIENCE: Duration = Duration::from_secs(600);
/// The most memory that the program may hold, in KiB: a batch of mails, and not the burst.
const MEMORY: u64 = 80 << 10;

fn newsletter(number: usize) -> String {
    let text = "Dit is de nieuwsbrief van deze week, met aanbiedingen voor wie graag komt winkelen.\n".repeat(40);
    let mail = plain("Winkel <nieuws@winkel.example>", BOT, "Kom ook!", &format!("n{number}@winkel.example"), &text);
    mail.replacen("MIME-Version", "List-Id: <nieuws.winkel.example>\nPrecedence: bulk\nMIME-Version", 1)
}

/// A program that answers itself, without a word in its headers that says so.
fn loop_mail(number: usize) -> String {
    let text = format!("Uw bericht is in goede orde ontvangen onder nummer {number}.");
    plain("Balie <balie@winkel.example>", BOT, "Ontvangen", &format!("l{number}@winkel.example"), &text)
}

fn enormous() -> String {
    let text = "Een foto van de vakantie, zo groot als hij uit het toestel kwam.\n".repeat((50 << 20) / 64);
    plain("Oom Jan <jan@voorbeeld.nl>", BOT, "Foto's", "foto@voorbeeld.nl", &text)
}

fn many_recipients() -> String {
    let all: Vec<String> = (0..10_000).map(|number| format!("naam{number}@voorbeeld.nl")).collect();
    let mail = plain("Kees <kees@voorbeeld.nl>", "IEDEREEN", "Verhuisd", "kees@voorbeeld.nl", "Wij zijn verhuisd.");
    mail.replacen("IEDEREEN", &all.join(",\n "), 1)
}

fn nested() -> String {
    let parts: String =
        (0..1_000).map(|depth| format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n")).collect();
    format!(
        "From: Lies <lies@voorbeeld.nl>\nTo: {BOT}\nSubject: Diep\nMessage-ID: <diep@voorbeeld.nl>\nMIME-Version: 1.0\n{parts}\ndiep\n"
    )
}

/// How many letters came of each mail that is done, by the log; our own copies of letters are no mails of others.
fn done(world: &World) -> Vec<usize> {
    let letters = |line: &str| {
        let list = line.split_once("letters=[")?.1.split_once(']')?.0.to_owned();
        Some(list.split(',').filter(|id| !id.trim().is_empty()).count())
    };
    let log = world.log();
    let others = log.lines().filter(|line| line.contains("mail done") && !line.contains("filing=Sent"));
    others.filter_map(letters).collect()
}

#[test]
fn people_do_not_wait_behind_a_newsletter_that_runs_wild() {
    let mails: usize = std::env::var("AANMELDER_BURST").map_or(500, |many| many.parse().unwrap());
    let world = World::start();
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    program.stop();
    let person = |number: usize| format!("deelnemer{number}@voorbeeld.nl");
    let sign_up = |number: usize| {
        let mail = plain(&person(number), BOT, "Aanmelding", &format!("d{number}@voorbeeld.nl"), "Ik kom graag.");
        deliver(world.dovecot.lmtp_port(), BOT, &mail);
    };
    // While nobody looked, all of it came in, and ten people last.
    let odd = [enormous(), many_recipients(), nested()].into_iter();
    let flood = (0..mails).map(|number| if number % 5 == 0 { loop_mail(number) } else { newsletter(number) });
    world.dovecot.drop_into(BOT, odd.chain(flood));
    (0..10).for_each(sign_up);
    let began = Instant::now();
    let program = world.launch_ready(&[]);
    let begun = until_within(PATIENCE, "the first newsletters to be done", || {
        let done = done(&world);
        (done.iter().filter(|letters| **letters == 0).count() > 60).then_some(done)
    });
    // The mails that look as if people wrote them come first, the loop's first twenty with them.
    let last_person = begun.iter().rposition(|letters| *letters > 0).map_or(0, |place| place + 1);
    assert!(last_person <= 10 + 20 + 2, "a sign-up waited behind {last_person} mails");
    eprintln!("ten people were answered {:?} after the start", began.elapsed());
    // Somebody signs up while the rest is worked through.
    let came = Instant::now();
    sign_up(10);
    let letters = until_within(PATIENCE, "the letter to who came in between", || {
        let letters = crate::support::mailbox::folder(&world.dovecot, &person(10), "INBOX");
        (!letters.is_empty()).then_some(letters)
    });
    eprintln!(
        "who came in between was answered after {:?}, with {} of {mails} mails done",
        came.elapsed(),
        done(&world).len()
    );
    assert_eq!(kind(&letters[0]), "bevestiging");
    let all =
        until_within(PATIENCE, "all to be done", || Some(done(&world)).filter(|done| done.len() == mails + 2 + 11));
    let last_person = all.iter().rposition(|letters| *letters > 0).unwrap();
    assert!(last_person < all.len() - 1, "who came in between waited for the last newsletter");
    eprintln!(
        "all {} mails were done after {:?}; at most {} MB",
        all.len(),
        began.elapsed(),
        program.peak_memory() >> 10
    );
    assert!(program.peak_memory() < MEMORY, "it held {} KiB", program.peak_memory());
    world.bot_holds("Aangemeld", 11);
    for number in 0..11 {
        assert_eq!(world.letters(&person(number), 1).len(), 1);
    }
    // The rest lies unread where it lay, the mail of 50 MB too, and the coordinator will hear of that one.
    let left = [world.bot("INBOX"), world.bot("Vraag")].concat();
    assert_eq!(left.len(), mails + 3);
    assert!(left.iter().all(|mail| !mail.is_seen()));
    let status: serde_json::Value = serde_json::from_str(&world.run(&["status", "--json"])).unwrap();
    assert_eq!(status["set_aside"], 1, "{status}");
}
