//! Mails that are not where they were: in the spam, archived, deleted, and mailboxes that cannot be changed.

use crate::line::Line;
use crate::support::dovecot::SPAM_AND_ARCHIVE;
use crate::support::mail::plain;
use crate::support::mailbox::{Client, folder};
use crate::support::settings::BOT;
use crate::support::wire::{Fault, Moment};
use crate::support::world::{World, kind, settled};
use crate::support::{exim::PROVIDER, until};
use std::os::unix::fs::chown;

const SPAM: &str = "Ongewenst";
const ARCHIVE: &str = "Archief";

fn world_with_folders() -> World {
    let mut world = World::start();
    world.dovecot.reconfigure(SPAM_AND_ARCHIVE);
    world
}

/// A mail as the provider leaves it in a folder, with its verdict on the sender.
fn judged(verdict: &str, from: &str, id: &str, text: &str) -> String {
    let domain = from.split('@').nth(1).unwrap();
    let mail = plain(from, BOT, "Bijeenkomst", id, text);
    format!("Authentication-Results: {PROVIDER}; dmarc={verdict} header.from={domain}\n{mail}")
}

#[test]
fn spam_is_read_for_people_we_know_and_carried_out_only_when_somebody_vouches() {
    let world = world_with_folders();
    let _program = world.launch_ready(&[]);
    world.add_event(10, 25);
    for name in ["sanne", "piet", "kees"] {
        world.write(&format!("{name}@dewit.nl"), "Aanmelding", &format!("{name}@dewit.nl"), "Ik kom graag.");
        world.letters(&format!("{name}@dewit.nl"), 1);
    }
    let mut client = Client::log_in(&world.dovecot, BOT);
    let put = |client: &mut Client, mail: &str| client.put(SPAM, None, mail);
    put(&mut client, &judged("pass", "vreemde@elders.nl", "v@elders.nl", "Ik kom graag naar de bijeenkomst."));
    put(&mut client, &judged("fail", "piet@dewit.nl", "vals@dewit.nl", "Ik kan helaas toch niet komen, meld me af."));
    put(&mut client, &judged("fail", "kees@dewit.nl", "ook-vals@dewit.nl", "Ik ben er helaas niet bij."));
    put(&mut client, &judged("pass", "sanne@dewit.nl", "echt@dewit.nl", "Ik kan helaas toch niet komen, meld me af."));
    assert_eq!(kind(&world.letters("sanne@dewit.nl", 2)[1]), "afgemeld");
    world.bot_holds("Afgemeld", 1);
    let left = until("the spam to be looked through", || {
        let left = world.bot(SPAM);
        let listed = |name: &str| world.run(&["history", &format!("{name}@dewit.nl")]).contains("spam");
        (left.len() == 3 && listed("piet") && listed("kees")).then_some(left)
    });
    assert!(left.iter().all(|mail| !mail.is_seen()), "untouched");
    settled("piet's mailbox", || folder(&world.dovecot, "piet@dewit.nl", "INBOX").len());
    assert_eq!(folder(&world.dovecot, "piet@dewit.nl", "INBOX").len(), 1, "nobody vouched for the other mail");
    assert!(folder(&world.dovecot, "vreemde@elders.nl", "INBOX").is_empty(), "silence towards strangers");
    // She takes it out of the spam: it is handled as any mail, and he is asked.
    client.run(&format!("SELECT {SPAM}"));
    client.run("UID SEARCH HEADER Message-ID vals@dewit.nl");
    let uid = left.iter().find(|mail| mail.id() == "vals@dewit.nl").unwrap().uid;
    client.run(&format!("UID MOVE {uid} INBOX"));
    assert_eq!(kind(&world.letters("piet@dewit.nl", 2)[1]), "klopt-dit");
}

#[test]
fn what_was_archived_before_it_was_read_counts_and_old_mail_that_is_archived_does_not() {
    let world = world_with_folders();
    let program = world.launch_ready(&[]);
    world.add_event(10, 25);
    world.write("een@voorbeeld.nl", "Aanmelding", "een@voorbeeld.nl", "Ik kom graag.");
    world.letters("een@voorbeeld.nl", 1);
    program.stop();
    let mut client = Client::log_in(&world.dovecot, BOT);
    let mail =
        |name: &str| judged("pass", &format!("{name}@voorbeeld.nl"), &format!("{name}@voorbeeld.nl"), "Ik kom graag.");
    client.put(ARCHIVE, None, &mail("twee"));
    client.put(ARCHIVE, Some("01-Jan-2016 10:00:00 +0100"), &mail("oud"));
    // And one that was done long ago is archived now.
    client.run("SELECT Aangemeld");
    client.run(&format!("UID MOVE 1 {ARCHIVE}"));
    let _program = world.launch_ready(&[]);
    world.letters("twee@voorbeeld.nl", 1);
    client.put(ARCHIVE, None, &mail("drie"));
    world.letters("drie@voorbeeld.nl", 1);
    settled("the archive", || world.bot_counts());
    assert_eq!(world.bot(ARCHIVE).len(), 4, "what she archived stays where she put it");
    assert!(world.bot(ARCHIVE).iter().all(|mail| !mail.is_seen() || mail.id() == "een@voorbeeld.nl"));
    assert!(folder(&world.dovecot, "oud@voorbeeld.nl", "INBOX").is_empty());
    assert_eq!(folder(&world.dovecot, "een@voorbeeld.nl", "INBOX").len(), 1);
}

#[test]
fn moved_archived_or_deleted_between_reading_and_filing() {
    let mut line = Line::start(20, "");
    line.reconfigure_mailbox(SPAM_AND_ARCHIVE);
    // The filing is cut off each time, so that there is time to interfere.
    let filing = Moment::Command("UID FETCH n (UID FLAGS)".to_owned());
    line.imap.always(&filing, Fault::Cut);
    let people: Vec<String> = (0..4).map(|_| line.sign_up()).collect();
    for person in &people {
        line.world.letters(person, 1);
    }
    let mut client = Client::log_in(&line.world.dovecot, BOT);
    client.run("CREATE Bewaard");
    client.run("SELECT INBOX");
    let inbox = line.world.bot("INBOX");
    let uid =
        |number: usize| inbox.iter().find(|mail| mail.id() == format!("aanmelding.{number}@voorbeeld.nl")).unwrap().uid;
    client.run(&format!("UID MOVE {} {ARCHIVE}", uid(0)));
    client.run(&format!("UID MOVE {} Bewaard", uid(1)));
    client.run(&format!("UID STORE {} +FLAGS (\\Deleted)", uid(2)));
    client.run("EXPUNGE");
    line.imap.mend();
    line.world.bot_holds("Aangemeld", 1);
    let counts = settled("the bot's mailbox", || line.world.bot_counts());
    let count = |name: &str| counts.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count);
    assert_eq!((count("INBOX"), count(ARCHIVE), count("Bewaard")), (0, 1, 1), "{counts:?}");
    for person in &people {
        assert_eq!(folder(&line.world.dovecot, person, "INBOX").len(), 1, "{person}");
    }
    let list: serde_json::Value = serde_json::from_str(&line.world.run(&["export", "b16", "--json"])).unwrap();
    assert_eq!(list["coming"].as_array().unwrap().len(), 4, "all of them count");
}

#[test]
fn numbered_anew_in_the_middle_of_it_nothing_is_answered_twice() {
    let mut line = Line::start(20, "");
    let filing = Moment::Command("UID FETCH n (UID FLAGS)".to_owned());
    line.imap.always(&filing, Fault::Cut);
    let people: Vec<String> = (0..3).map(|_| line.sign_up()).collect();
    for person in &people {
        line.world.letters(person, 1);
    }
    line.world.stop_mailbox();
    line.world.dovecot.renumber(BOT);
    // UIDVALIDITY is made of the time in seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    line.world.dovecot.launch();
    line.imap.mend();
    line.assert_everybody_heard_once();
}

#[test]
fn a_full_mailbox_holds_up_no_answer() {
    let mut line = Line::start(20, "");
    line.sign_up();
    line.all_filed();
    // Nothing more fits in: no copy of a letter, no folder. What is there can be read and moved.
    let full = "mail_plugins = quota\nprotocol imap {\n  mail_plugins = quota imap_quota\n}\nplugin {\n  quota = maildir:User quota\n  \
                quota_rule = *:messages=1\n  quota_rule2 = INBOX:ignore\n}\nprotocol lmtp {\n  mail_plugins =\n}\n";
    line.reconfigure_mailbox(full);
    let people: Vec<String> = (0..3).map(|_| line.sign_up()).collect();
    for person in &people {
        line.world.letters(person, 1);
    }
    let told = until("the status to tell", || {
        let status = line.status();
        status["last_error"][1].as_str().filter(|told| told.to_lowercase().contains("quota")).map(str::to_owned)
    });
    assert!(told.contains("de mailserver weigert"), "{told}");
    assert!(line.status()["inbox"]["failing_since"].is_null(), "the inbox is read all the same");
    line.reconfigure_mailbox("");
    line.assert_everybody_heard_once();
}

#[test]
fn a_mailbox_that_can_only_be_read_is_read() {
    let mut line = Line::start(20, "");
    line.sign_up();
    line.all_filed();
    let inbox = line.world.dovecot.mailbox_folder(BOT);
    let acl = inbox.join("dovecot-acl");
    std::fs::write(&acl, "owner lr\n").unwrap();
    chown(&acl, Some(65534), Some(65534)).unwrap();
    let acls = "mail_plugins = acl\nprotocol imap {\n  mail_plugins = acl imap_acl\n}\nplugin {\n  acl = vfile\n}\n\
                protocol lmtp {\n  mail_plugins =\n}\n";
    line.reconfigure_mailbox(acls);
    let people: Vec<String> = (0..3).map(|_| line.sign_up()).collect();
    for person in &people {
        line.world.letters(person, 1);
    }
    let told = until("the status to tell", || {
        let status = line.status();
        status["last_error"][1].as_str().filter(|told| told.contains("alleen te lezen")).map(str::to_owned)
    });
    assert!(told.contains("INBOX"), "{told}");
    let left = line.world.bot("INBOX");
    let theirs = left.iter().filter(|mail| mail.id().starts_with("aanmelding.")).count();
    assert_eq!(theirs, 3, "they stay where they are");
    std::fs::remove_file(&acl).unwrap();
    line.reconfigure_mailbox("");
    line.assert_everybody_heard_once();
}

#[test]
fn the_status_says_of_each_server_what_is_true_of_it() {
    let mut line = Line::start(3, "");
    line.sign_up();
    line.all_filed();
    let well = until("both servers to be well", || {
        let status = line.status();
        let ok = |side: &str| status[side]["last_ok"].is_string() && status[side]["failing_since"].is_null();
        (ok("inbox") && ok("outbox") && status["queued"] == 0).then_some(status)
    });
    assert!(well["oldest_unanswered"].is_null() && well["oldest_queued"].is_null(), "{well}");
    // The mailbox is out of reach: only that is said, and for how long.
    line.imap.take_down();
    let ill = until("the mailbox to be missed", || {
        let status = line.status();
        status["inbox"]["failing_since"].is_string().then_some(status)
    });
    assert!(ill["outbox"]["failing_since"].is_null(), "{ill}");
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert_eq!(
        line.status()["inbox"]["failing_since"],
        ill["inbox"]["failing_since"],
        "since then and not since just now"
    );
    line.imap.mend();
    until("the mailbox to be back", || line.status()["inbox"]["failing_since"].is_null().then_some(()));
    // A mail that cannot be fetched is unanswered from when it came in.
    line.imap.always(&Moment::Answer("UID FETCH n (UID INTERNALDATE BODY.PEEK[])".to_owned()), Fault::CutMidway);
    line.sign_up();
    let waiting = until("the mail that waits", || {
        let status = line.status();
        status["oldest_unanswered"].is_string().then_some(status)
    });
    assert!(waiting["inbox"]["trouble"].as_str().is_some_and(|told| told.contains("verbroken")), "{waiting}");
    line.imap.mend();
    line.all_filed();
    until("nothing to wait", || line.status()["oldest_unanswered"].is_null().then_some(()));
    // And the way out.
    line.smtp.take_down();
    line.sign_up();
    let ill = until("the letter that waits", || {
        let status = line.status();
        (status["queued"] == 1 && status["outbox"]["failing_since"].is_string()).then_some(status)
    });
    assert!(ill["inbox"]["failing_since"].is_null() && ill["oldest_queued"].is_string(), "{ill}");
    let shown = line.world.run(&["status"]);
    assert!(shown.contains("er gaat niets uit via localhost"), "{shown}");
    assert!(!shown.contains("error") && !shown.contains("Error"), "plain sentences: {shown}");
    line.smtp.mend();
    line.assert_everybody_heard_once();
}
