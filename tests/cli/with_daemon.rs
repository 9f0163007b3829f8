//! The same commands while the daemon runs and holds the store.

use crate::home::Home;
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a thing that must happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The daemon of a folder; killed when the test ends.
struct Daemon {
    process: Child,
}

impl Daemon {
    fn start(home: &Home) -> Self {
        let process = Command::new(env!("CARGO_BIN_EXE_aanmelder"))
            .arg("run")
            .current_dir(home.path(""))
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let daemon = Self { process };
        let answers =
            || home.aanmelder(&["status"]).output().unwrap().stdout.starts_with(b"aanmelder 0.1.0 draait sinds");
        until("the daemon to answer", answers);
        daemon
    }

    fn tell(&self, signal: &str) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn add_event(home: &Home) -> String {
    home.prints(&["event", "add", "b16", "--title", "16e", "--when", "15-11-2090 14:15-17:00", "--seats", "3"])
}

#[test]
fn commands_go_to_the_daemon_that_runs() {
    let home = Home::new();
    let mut daemon = Daemon::start(&home);
    let socket = home.path("aanmelder.store.sock");
    assert_eq!(std::fs::metadata(&socket).unwrap().permissions().mode() & 0o777, 0o600);
    add_event(&home);
    home.prints(&["register", "anna@voorbeeld.nl", "--name", "Anna de Wit"]);
    assert!(home.prints(&["list"]).contains("anna@voorbeeld.nl"));
    assert!(home.refuses(&["event", "show", "b17"]).contains("Er is geen bijeenkomst `b17`"));
    until("the letter to go out", || std::fs::read_dir(home.path("uit")).is_ok_and(|files| files.count() == 1));
    assert!(home.refuses(&["run"]).contains("aanmelder"), "a second daemon must not start");

    daemon.tell("-TERM");
    assert!(daemon.process.wait().unwrap().success());
    assert!(!socket.exists());
    assert!(home.prints(&["list"]).contains("anna@voorbeeld.nl"));
}

#[test]
fn a_killed_daemon_is_no_hindrance() {
    let home = Home::new();
    let mut daemon = Daemon::start(&home);
    add_event(&home);
    daemon.tell("-KILL");
    daemon.process.wait().unwrap();
    assert!(home.path("aanmelder.store.sock").exists());
    assert!(home.prints(&["event", "list"]).contains("b16"));
    drop(daemon);
    let _next = Daemon::start(&home);
    assert!(home.prints(&["event", "list"]).contains("b16"));
}

#[test]
fn once_works_through_what_lies_there_and_ends() {
    let home = Home::new();
    add_event(&home);
    let mail = "From: Anna de Wit <anna@voorbeeld.nl>\r\nTo: zzploosduinen@gmail.com\r\nSubject: 16e\r\n\
                Message-ID: <1@voorbeeld.nl>\r\nReturn-Path: <anna@voorbeeld.nl>\r\n\r\nIk kom graag naar de bijeenkomst.\r\n";
    std::fs::write(home.path("in/new/1.eml"), mail).unwrap();
    home.prints(&["run", "--once", "--since", "1 januari 2020"]);
    assert!(home.prints(&["list"]).contains("anna@voorbeeld.nl"), "{}", home.prints(&["list"]));
    assert_eq!(std::fs::read_dir(home.path("uit")).unwrap().count(), 1);
    let again = home.prints(&["run", "--once"]);
    assert_eq!((again.as_str(), std::fs::read_dir(home.path("uit")).unwrap().count()), ("", 1));
}

#[test]
fn explain_judges_by_the_list_as_it_stands_and_changes_nothing() {
    let home = Home::new();
    add_event(&home);
    home.prints(&["register", "sanne@dewit.nl", "--event", "b16", "--seats", "2"]);
    let mail = "From: Sanne <sanne@dewit.nl>\r\nTo: zzploosduinen@gmail.com\r\nSubject: Afmelding\r\n\
                Message-ID: <a@dewit.nl>\r\n\r\nIk kan er helaas niet bij zijn, meld mij maar af.\r\n";
    std::fs::write(home.path("mail.eml"), mail).unwrap();
    let before = home.prints(&["list", "b16"]);
    let alone = home.prints(&["explain", "--json", "mail.eml"]);
    let answer: serde_json::Value = serde_json::from_str(&alone).unwrap();
    assert_eq!((answer["disposition"].as_str(), answer["actions"][0]["event"].as_str()), (Some("act"), Some("b16")));
    assert_eq!(answer["actions"][0]["do"], "cancel");
    let daemon = Daemon::start(&home);
    assert_eq!(home.prints(&["explain", "--json", "mail.eml"]), alone, "the daemon is asked and says the same");
    assert!(home.prints(&["explain", "mail.eml"]).contains("helaas"));
    let gone = home.prints(&["explain", "--json", "nergens.eml"]);
    assert!(gone.contains("\"error\""), "{gone}");
    assert_eq!(home.prints(&["list", "b16"]), before);
    drop(daemon);
}
