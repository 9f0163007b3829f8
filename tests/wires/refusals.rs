//! Servers that refuse, babble, say goodbye or fall silent, at every command: each is got over, once.

use crate::cuts::{is_of_the_first_time, seams};
use crate::line::{Line, Side, person};
use crate::support::mailbox::folder;
use crate::support::until;
use crate::support::wire::{Fault, Moment};

/// The commands of a clean run on one side.
fn commands(line: &mut Line, side: Side) -> Vec<Moment> {
    let seams = seams(line).into_iter().filter(|(found, moment)| *found == side && !is_of_the_first_time(moment));
    seams.map(|(_, moment)| moment).filter(|moment| matches!(moment, Moment::Command(_))).collect()
}

#[test]
fn refusals_goodbyes_and_babble_of_the_mailbox() {
    let mut line = Line::start(20, "");
    let commands = commands(&mut line, Side::Imap);
    assert!(commands.len() >= 11, "{commands:?}");
    for command in &commands {
        for fault in [
            Fault::Say("TAG NO [UNAVAILABLE] try again later\r\n"),
            Fault::SayAndCut("* BYE Internal error, closing\r\n"),
            Fault::SayAndCut("\u{1}\u{2} ((((( what {99\r\n"),
        ] {
            line.survive(Side::Imap, command, fault);
        }
    }
    line.assert_everybody_heard_once();
}

#[test]
fn refusals_goodbyes_and_babble_of_the_submission_server() {
    let mut line = Line::start(20, "");
    let commands = commands(&mut line, Side::Smtp);
    let commands = commands.iter().filter(|command| **command != Moment::Command("QUIT".to_owned()));
    let mut count = 0;
    for command in commands {
        for fault in [
            Fault::Say("451 4.3.0 try again later\r\n"),
            Fault::SayAndCut("421 4.3.2 shutting down\r\n"),
            Fault::SayAndCut("\u{1}\u{2} what\r\n"),
        ] {
            line.survive(Side::Smtp, command, fault);
            count += 1;
        }
    }
    assert!(count >= 18);
    line.assert_everybody_heard_once();
}

#[test]
fn silence_is_given_up_in_time() {
    let mut line = Line::start(3, "");
    let command = |name: &str| Moment::Command(name.to_owned());
    let answer = |name: &str| Moment::Answer(name.to_owned());
    for moment in [
        Moment::Greeting,
        command("LOGIN"),
        answer("SELECT \"INBOX\""),
        answer("UID FETCH n (UID INTERNALDATE BODY.PEEK[])"),
        command("IDLE"),
        command("DONE"),
        answer("UID MOVE n \"Aangemeld\""),
        answer("UID MOVE n \"Sent\""),
    ] {
        line.survive(Side::Imap, &moment, Fault::Silence);
    }
    for moment in [Moment::Greeting, answer("EHLO"), answer("RCPT"), command("."), answer(".")] {
        line.survive(Side::Smtp, &moment, Fault::Silence);
    }
    line.assert_everybody_heard_once();
}

#[test]
fn a_refused_login_is_told_and_not_repeated() {
    let mut line = Line::start(20, "");
    line.sign_up();
    line.all_filed();
    let login = Moment::Command("LOGIN".to_owned());
    line.imap.always(&login, Fault::Say("TAG NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n"));
    let before = line.imap.count(&login);
    line.imap.cut_all();
    let told = until("the status to tell", || {
        line.status()["inbox"]["trouble"].as_str().filter(|told| told.contains("niet in")).map(str::to_owned)
    });
    assert!(told.contains("Invalid credentials") && told.contains("app-wachtwoord"), "{told}");
    line.sign_up();
    // The letters of somebody registered by hand go out; their copies and the logbook do not knock at the shut door.
    line.world.run(&["register", "met.de.hand@voorbeeld.nl", "--event", "b16"]);
    line.world.letters("met.de.hand@voorbeeld.nl", 1);
    until("the logbook to find it shut", || {
        line.world.log().contains("the logbook cannot be brought to the mailbox now").then_some(())
    });
    assert_eq!(line.imap.count(&login), before + 1, "one login was refused, and nobody knocked again");
    assert!(line.world.log().contains("niet in"), "the log tells of it");
    line.imap.mend();
    line.restart();
    line.all_filed();
}

#[test]
fn a_refused_submission_login_and_the_days_limit_keep_the_queue_waiting() {
    let mut line = Line::start(20, "");
    let cases = [
        ("AUTH", "535 5.7.8 Username and Password not accepted\r\n", "niet in"),
        ("RCPT", "550 5.4.5 Daily user sending limit exceeded\r\n", "sending limit"),
        ("MAIL", "421 4.7.28 rate limit, try again later\r\n", "4.7.28"),
    ];
    for (verb, words, told) in cases {
        let moment = Moment::Command(verb.to_owned());
        let before = line.smtp.count(&moment);
        line.smtp.always(&moment, Fault::Say(words));
        let people: Vec<String> = (0..3).map(|_| line.sign_up()).collect();
        line.all_filed();
        let status = until("the status to tell", || {
            let status = line.status();
            let trouble = status["outbox"]["trouble"].as_str().unwrap_or_default().to_owned();
            trouble.contains(told).then_some(status)
        });
        assert_eq!(status["queued"], 3, "{status}");
        assert!(status["oldest_queued"].is_string() && status["inbox"]["failing_since"].is_null(), "{status}");
        std::thread::sleep(std::time::Duration::from_secs(5));
        assert_eq!(line.smtp.count(&moment), before + 1, "{verb}: it was tried once, and not again with each letter");
        assert!(people.iter().all(|person| folder(&line.world.dovecot, person, "INBOX").is_empty()));
        line.smtp.mend();
        line.restart();
        until("all letters to go out", || (line.status()["queued"] == 0).then_some(()));
    }
    line.assert_everybody_heard_once();
    let status = line.status();
    assert!(status["outbox"]["failing_since"].is_null() && status["queued"] == 0, "{status}");
}

#[test]
fn our_own_limit_of_the_day_holds_and_the_rest_follows() {
    let mut line = Line::start(20, "\n[caps]\nletters_day = 3\n");
    let people: Vec<String> = (0..5).map(|_| line.sign_up()).collect();
    line.all_filed();
    let got =
        |line: &Line| people.iter().filter(|person| !folder(&line.world.dovecot, person, "INBOX").is_empty()).count();
    until("three letters", || (got(&line) == 3).then_some(()));
    let status = until("the status to tell", || {
        let status = line.status();
        status["outbox"]["trouble"].as_str().is_some_and(|told| told.contains("letters_day")).then_some(status)
    });
    assert_eq!((status["queued"].as_u64(), got(&line)), (Some(2), 3), "{status}");
    line.configure(20, "\n[caps]\nletters_day = 100\n");
    line.restart();
    line.assert_everybody_heard_once();
}

#[test]
fn one_reader_who_cannot_be_reached_holds_up_nobody() {
    let line = Line::start(20, "");
    line.world.write("weg.ermee@voorbeeld.nl", "Aanmelding", "weg@voorbeeld.nl", "Ik kom graag.");
    line.world.write("later.maar@voorbeeld.nl", "Aanmelding", "later@voorbeeld.nl", "Ik kom graag.");
    line.world.bot_holds("Aangemeld", 2);
    line.smtp.once(&Moment::Command("RCPT".to_owned()), Fault::Say("450 4.2.0 greylisted, come back\r\n"));
    for number in 0..3 {
        let somebody = person(100 + number);
        line.world.write(&somebody, "Aanmelding", &format!("zomaar.{number}@voorbeeld.nl"), "Ik kom graag.");
        if number > 0 {
            line.world.letters(&somebody, 1);
        }
    }
    line.world.letters(&person(100), 1);
    let history = line.world.run(&["history", "weg.ermee@voorbeeld.nl"]);
    assert!(history.contains("No such person here"), "{history}");
    let list = line.world.run(&["list", "b16", "--json"]);
    assert!(list.contains("5.1.1"), "he is marked: {list}");
    let status = line.status();
    assert!(status["outbox"]["failing_since"].is_null(), "the server is well: {status}");
    assert_eq!(status["queued"], 1, "the one who is not there yet: {status}");
}
