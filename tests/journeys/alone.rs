//! One program, one store, one mailbox: a second one says so and ends, one that cannot go on ends and is started anew, and the
//! clock waits for the inbox.

use crate::flow;
use crate::support::mail::plain;
use crate::support::mailbox::folder;
use crate::support::settings::BOT;
use crate::support::smtp::deliver;
use crate::support::world::{World, day_from_now, kind, settled};
use crate::support::{until, until_within};
use aanmelder::mail::maildir;
use jiff::SignedDuration;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// A second configuration for the same mailbox, with a store of its own, as on another machine.
fn second(world: &World) -> PathBuf {
    let config = fs::read_to_string(world.config_path()).unwrap();
    let path = world.home().join("tweede.toml");
    fs::write(&path, config.replace("path = \"store\"", "path = \"tweede\"")).unwrap();
    path
}

fn run_second(world: &World) -> Command {
    world.command_with(&["run"], &second(world))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn of_two_on_one_mailbox_the_second_says_so_and_ends() {
    let world = World::start();
    let first = world.launch_ready(&[]);
    world.add_event(10, 25);
    world.bot_holds("Aanmelder/Dienst", 1);

    let output = run_second(&world).output().unwrap();
    assert_eq!(output.status.code(), Some(78), "systemd leaves it");
    assert!(said(&output).contains("een andere aanmelder leest deze mailbox al"), "{}", said(&output));

    // The first one has noticed nothing.
    world.write("een@voorbeeld.nl", "Aanmelding", "een@voorbeeld.nl", "Ik kom graag.");
    world.letters("een@voorbeeld.nl", 1);

    // Killed and started again it goes on at once.
    first.kill();
    let first = world.launch_ready(&[]);
    world.write("twee@voorbeeld.nl", "Aanmelding", "twee@voorbeeld.nl", "Ik kom graag.");
    world.letters("twee@voorbeeld.nl", 1);
    assert!(!world.log().contains("looking whether it is alive"), "it knows itself");
    world.bot_holds("Aanmelder/Dienst", 1);

    // The first machine dies. The second one sees that nobody is there any more, and takes over.
    first.kill();
    let log = fs::File::create(world.home().join("log2")).unwrap();
    let mut program = run_second(&world).stdout(Stdio::null()).stderr(log).spawn().unwrap();
    until("the second one to take over", || {
        assert!(program.try_wait().unwrap().is_none(), "it ended");
        let log = fs::read_to_string(world.home().join("log2")).unwrap();
        log.contains("reads the mailbox from now on").then_some(())
    });
    world.bot_holds("Aanmelder/Dienst", 2);

    // The first one comes back: its list is out of date, whether the other one lives or not.
    for _ in 0..2 {
        let output = world.command(&["run"]).output().unwrap();
        assert!(!output.status.success());
        let said = said(&output);
        assert!(said.contains("heeft deze mailbox overgenomen") && said.contains("rebuild"), "{said}");
        program.kill().unwrap();
        program.wait().unwrap();
    }
}

#[test]
fn after_a_clean_stop_another_machine_goes_on_at_once() {
    let world = World::start();
    let first = world.launch_ready(&[]);
    world.add_event(10, 25);
    world.bot_holds("Aanmelder/Dienst", 1);
    first.stop();
    assert!(world.log().contains("reads the mailbox no more"));

    // Started again it holds the mailbox as before: a second one ends.
    let first = world.launch_ready(&[]);
    world.write("een@voorbeeld.nl", "Aanmelding", "een@voorbeeld.nl", "Ik kom graag.");
    world.letters("een@voorbeeld.nl", 1);
    let output = run_second(&world).output().unwrap();
    assert!(said(&output).contains("een andere aanmelder leest deze mailbox al"), "{}", said(&output));
    first.stop();

    let log = || fs::read_to_string(world.home().join("log2")).unwrap();
    let file = fs::File::create(world.home().join("log2")).unwrap();
    let mut program = run_second(&world).stdout(Stdio::null()).stderr(file).spawn().unwrap();
    until("the second one to take over", || log().contains("reads the mailbox from now on").then_some(()));
    assert!(!log().contains("looking whether it is alive"), "it need not wait");

    // It ends in good order too. The first one's list is out of date all the same.
    assert!(Command::new("kill").args(["-TERM", &program.id().to_string()]).status().unwrap().success());
    assert!(program.wait().unwrap().success());
    assert!(log().contains("reads the mailbox no more"));
    let output = world.command(&["run"]).output().unwrap();
    assert!(said(&output).contains("heeft deze mailbox overgenomen"), "{}", said(&output));
}

#[test]
fn a_second_one_on_the_same_store_says_so_and_ends() {
    let world = World::start();
    let mut first = world.launch_ready(&[]);
    let output = world.command(&["run"]).output().unwrap();
    assert!(!output.status.success());
    assert!(said(&output).contains("een andere aanmelder gebruikt"), "{}", said(&output));
    assert!(!first.has_ended());
}

#[test]
fn when_the_disk_takes_no_more_it_ends_with_a_sentence_and_the_next_start_goes_on() {
    let world = World::start();
    let program = world.launch_ready(&[]);
    world.add_event(10, 200);
    program.stop();
    // No file may grow much past the size that the database has: a write breaks off in the middle.
    let size = fs::metadata(world.home().join("store/db/db")).unwrap().len();
    let blocks = size / 512 + 2048;
    let inner = world.command(&["run"]);
    let mut limited = Command::new("sh");
    limited
        .args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""), "sh"])
        .arg(inner.get_program())
        .args(inner.get_args())
        .current_dir(world.home())
        .envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut program = limited.spawn().unwrap();
    let mut people = Vec::new();
    until_within(Duration::from_secs(300), "the program to end by itself", || {
        if program.try_wait().unwrap().is_some() {
            return Some(());
        }
        if people.len() < 400 {
            let person = format!("d{}@voorbeeld.nl", people.len());
            let mail = plain(&person, BOT, "Aanmelding", &format!("m.{person}"), "Ik kom graag.");
            deliver(world.dovecot.lmtp_port(), BOT, &mail);
            people.push(person);
        }
        None
    });
    let output = program.wait_with_output().unwrap();
    let said = said(&output);
    let last = said.lines().last().unwrap_or_default();
    assert!(!output.status.success());
    assert!(last.starts_with("aanmelder: schrijven in") && last.contains("start aanmelder opnieuw"), "{last}");

    // With room again, all goes on where it was.
    let _program = world.launch_ready(&[]);
    for person in &people {
        let letters = world.letters(person, 1);
        assert_eq!(letters.len(), 1, "{person}");
    }
}

#[test]
fn after_a_sleep_the_inbox_is_read_before_the_clock_decides() {
    let mut world = World::start();
    // Xander's offer lapsed while the program was off; his yes, that came in time, lies in the inbox.
    let offer = flow::prepare(&mut world);
    let yes = plain("Xander <xander@voorbeeld.nl>", BOT, "Re: Wandeling", "ja@x.nl", "Ja, graag!");
    let thread = format!("In-Reply-To: <{}>\nMIME-Version", offer.as_str());
    let inbox = world.dovecot.mailbox_folder(BOT);
    // An hour and a half after the offer: one that would lapse at night has lapsed at nine in the evening before.
    let in_time = aanmelder::clock::now() - SignedDuration::from_mins(23 * 60 + 30);
    maildir::deliver(&inbox, "xander", yes.replacen("MIME-Version", &thread, 1).as_bytes(), in_time).unwrap();
    assert!(Command::new("chown").args(["-R", "65534:65534"]).arg(&inbox).status().unwrap().success());
    let _program = world.launch(&["--since", &day_from_now(-1)]);
    let list = until("Xander's answer", || {
        let list = String::from_utf8(world.try_run(&["export", "wandeling", "--json"]).stdout).unwrap();
        let list: serde_json::Value = serde_json::from_str(&list).ok()?;
        (world.bot("Aangemeld").len() + world.bot("Wachtlijst").len() == 1).then_some(list)
    });
    assert_eq!(list["coming"][0]["address"], "xander@voorbeeld.nl", "{list}");
    assert!(list["waiting"][0]["offer"].is_null(), "nobody else was asked: {list}");
    let kinds: Vec<String> = folder(&world.dovecot, "yvonne@voorbeeld.nl", "INBOX").iter().map(kind).collect();
    assert!(!kinds.contains(&"aanbod".to_owned()), "{kinds:?}");
}

#[test]
fn an_offer_that_could_not_go_before_it_was_over_is_made_anew() {
    let mut world = World::start();
    drop(flow::prepare_unsent(&mut world));
    let _program = world.launch_ready(&[]);
    let kinds = |person: &str| folder(&world.dovecot, person, "INBOX").iter().map(kind).collect::<Vec<_>>();
    world.letters("xander@voorbeeld.nl", 2);
    settled("the letters", || (kinds("xander@voorbeeld.nl"), kinds("yvonne@voorbeeld.nl")));
    // Both go out in the same moment, and Exim may deliver the second one first.
    let mut his = kinds("xander@voorbeeld.nl");
    his.sort_unstable();
    assert_eq!(his, ["aanbod", "wachtlijst"]);
    assert_eq!(kinds("yvonne@voorbeeld.nl"), ["wachtlijst"], "it is not her turn");
    let list: serde_json::Value = serde_json::from_str(&world.run(&["export", "wandeling", "--json"])).unwrap();
    let until: jiff::Timestamp = list["waiting"][0]["offer"]["until"].as_str().unwrap().parse().unwrap();
    assert!(until > aanmelder::clock::now(), "{list}");
}
