//! Events and registrations made on the command line, without a daemon.

use crate::home::Home;

const ADD: [&str; 13] = [
    "event",
    "add",
    "b16",
    "--title",
    "16e bijeenkomst",
    "--when",
    "wo 15 november 2090 14:15-17:00",
    "--seats",
    "3",
    "--venue",
    "De Geest",
    "--address",
    "Hoofdstraat 1, Den Haag",
];

fn with_event() -> Home {
    let home = Home::new();
    home.prints(&ADD);
    home
}

#[test]
fn an_event_from_beginning_to_end() {
    let home = Home::new();
    let mut said = String::new();
    for words in [
        &["event", "list"][..],
        &ADD,
        &["event", "list"],
        &["event", "show", "b16"],
        &["event", "edit", "b16", "--seats", "20", "--waitlist", "strict"],
        &["event", "edit", "b16", "--when", "22-11-2090"],
        &["event", "show", "b16"],
        &["event", "edit", "b16", "--when", "22-11-2090 20:00"],
        &["event", "show", "b16"],
        &["event", "cancel", "b16", "--reason", "de zaal is dicht"],
        &["event", "list"],
        &["list"],
    ] {
        said.push_str(&format!("$ aanmelder {}\n{}\n", words.join(" "), home.prints(words)));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn people_come_wait_and_go() {
    let home = with_event();
    let mut said = String::new();
    for words in [
        &["register", "anna@voorbeeld.nl", "--name", "Anna de Wit", "--with", "Piet"][..],
        &["register", "bas@voorbeeld.nl", "--name", "Bas Rood", "--seats", "2"],
        &["list"],
        &["register", "bas@voorbeeld.nl", "--let-through", "--reason", "is de spreker"],
        &["cancel", "anna@voorbeeld.nl", "--seats", "1"],
        &["cancel", "anna@voorbeeld.nl", "--reason", "belde af"],
        &["register", "eva@voorbeeld.nl", "--name", "Eva", "--let-through", "--reason", "bracht de taart mee"],
        &["list", "b16"],
        &["history", "anna@voorbeeld.nl"],
        &["history", "b16"],
        &["export", "b16", "--csv"],
        &["status"],
    ] {
        said.push_str(&format!("$ aanmelder {}\n{}\n", words.join(" "), home.prints(words)));
    }
    insta::with_settings!({ filters => vec![
        (r"(ma|di|wo|do|vr|za|zo) \d\d-\d\d-20[2-7]\d \d\d\.\d\d", "[toen]"),
        (r"20[2-7]\d-\d\d-\d\d \d\d:\d\d", "[toen]"),
        (r"\(\d+ (s|min) geleden\)", "([net])"),
        (r"aanmelder \d+\.\d+\.\d+", "aanmelder [versie]"),
    ] }, { insta::assert_snapshot!(said) });
}

#[test]
fn json_for_programs() {
    let home = with_event();
    home.prints(&["register", "anna@voorbeeld.nl"]);
    for words in [
        &["event", "list", "--json"][..],
        &["event", "show", "b16", "--json"],
        &["list", "--json"],
        &["history", "b16", "--json"],
        &["status", "--json"],
        &["export", "b16", "--json"],
    ] {
        let text = home.prints(words);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(value.is_object() || value.is_array(), "{words:?}");
    }
    let export: serde_json::Value = serde_json::from_str(&home.prints(&["export", "b16", "--json"])).unwrap();
    assert_eq!(export["coming"][0]["address"], "anna@voorbeeld.nl");
    assert_eq!(export["overview"]["confirmed"], 1);
}

#[test]
fn what_cannot_be_done_is_said() {
    let home = with_event();
    let mut said = String::new();
    for words in [
        &ADD[..],
        &["event", "show", "b17"],
        &["event", "edit", "b16"],
        &["event", "edit", "b16", "--when", "do 15 november 2090"],
        &["event", "add", "b17", "--title", "x", "--when", "31 november", "--seats", "3"],
        &["event", "add", "b17", "--title", "x", "--when", "15 november", "--seats", "3"],
        &["event", "add", "b17", "--title", "x", "--when", "15 november 2017 14:00-15:00", "--seats", "3"],
        &["register", "anna@voorbeeld.nl", "--event", "b17"],
        &["register", "anna@voorbeeld.nl", "--let-through", "--reason", "x"],
        &["register", "anna@voorbeeld.nl", "--seats", "5"],
        &["cancel", "anna@voorbeeld.nl"],
        &["cancel", "anna@voorbeeld.nl", "--event", "b17"],
        &["list", "b17"],
    ] {
        said.push_str(&format!("$ aanmelder {}\n{}\n", words.join(" "), home.refuses(words)));
    }
    insta::assert_snapshot!(said);
    home.prints(&["event", "add", "b17", "--title", "17e", "--when", "1-1-2091 10:00-11:00", "--seats", "3"]);
    assert!(home.refuses(&["register", "anna@voorbeeld.nl"]).contains("(b16, b17)"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = with_event();
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("{} list; echo $? >&2", env!("CARGO_BIN_EXE_aanmelder"))])
        .current_dir(home.path(""))
        .stdout(closed_pipe())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "0\n");
}

/// The writing end of a pipe that nobody reads.
fn closed_pipe() -> std::process::Stdio {
    let (_, to) = std::io::pipe().unwrap();
    to.into()
}
