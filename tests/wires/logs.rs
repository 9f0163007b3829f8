//! What a log of a bad day holds: every mail by its id through all its steps, and nobody's words, password or whole address.

use crate::line::{Line, Side};
use crate::support::until;
use crate::support::wire::{Fault, Moment};

#[test]
fn the_log_of_a_bad_day_tells_what_happened_and_nothing_private() {
    for format in ["text", "json"] {
        let more = format!("\nformat = \"{format}\"\n");
        let mut line = Line::start(3, &more);
        let config = std::fs::read_to_string(line.world.config_path()).unwrap();
        std::fs::write(line.world.config_path(), config.replace("info,aanmelder=debug", "trace")).unwrap();
        line.restart();
        let command = |name: &str| Moment::Command(name.to_owned());
        for (side, moment, fault) in [
            (Side::Imap, command("LOGIN"), Fault::Cut),
            (Side::Imap, command("UID FETCH n (UID INTERNALDATE BODY.PEEK[])"), Fault::Say("TAG BAD what\r\n")),
            (Side::Imap, Moment::Answer("UID FETCH n (UID INTERNALDATE BODY.PEEK[])".to_owned()), Fault::CutMidway),
            (Side::Imap, command("SELECT \"INBOX\""), Fault::SayAndCut("* 1 FETCH ((((( Ik kom graag {99\r\n")),
            (Side::Smtp, command("AUTH"), Fault::SayAndCut("454 4.7.0 not now, zzploosduinen@gmail.com\r\n")),
            (Side::Smtp, command("RCPT"), Fault::Say("450 4.2.0 <deelnemer.nummer9@voorbeeld.nl>: greylisted\r\n")),
            (Side::Smtp, command("."), Fault::CutMidway),
        ] {
            line.survive(side, &moment, fault);
        }
        line.world.write("weg.ermee@voorbeeld.nl", "Aanmelding", "weg@voorbeeld.nl", "Ik kom graag.");
        until("the refusal", || line.world.log().contains("No such person here").then_some(()));
        line.world.bot_holds("Aangemeld", line.people() + 1);
        let log = line.world.log();
        for private in [
            "geheim",
            // base64 of \0user\0password and of the two apart, as AUTH PLAIN and LOGIN send them.
            "AHp6cGxvb3NkdWluZW5AZ21haWwuY29tAGdlaGVpbQ==",
            "Z2VoZWlt",
            "Ik kom graag",
            "73, 107, 32, 107, 111, 109",
            "Hartelijke groet",
            "deelnemer.nummer",
            "weg.ermee",
            "zzploosduinen@",
        ] {
            let found = log.lines().find(|line| line.contains(private));
            assert!(found.is_none(), "{private:?} stands in the log: {found:?}");
        }
        assert!(log.contains("de…@voorbeeld.nl"), "addresses are shortened, not left out");
        // One id tells of a mail from its fetching to its filing.
        let done = log.lines().find(|line| line.contains("mail done")).expect("a mail that was done");
        let id = id_in(done);
        for step in ["mail fetched", "mail done", "mail filed"] {
            assert!(
                log.lines().any(|line| line.contains(step) && line.contains(&id)),
                "{id} is not told of at: {step}"
            );
        }
        let letter = done.split("aanmelder.b16.").nth(1).expect("the letter that came of it");
        let letter: String = letter.chars().take_while(|c| c.is_ascii_hexdigit() || *c == '.').collect();
        assert!(log.lines().any(|line| line.contains("letter sent") && line.contains(&letter)), "{letter}");
    }
}

/// The 32 hexadecimal digits of a mail's key.
fn id_in(line: &str) -> String {
    let words = line.split(|c: char| !c.is_ascii_hexdigit());
    words.filter(|word| word.len() == 32).map(str::to_owned).next().expect("an id")
}
