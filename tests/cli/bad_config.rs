//! A configuration that is wrong or not there.

use crate::home::Home;

#[test]
fn every_mistake_is_named_at_once() {
    let home = Home::with(
        r#"[network]
name = "ZZP Loosduinen"
adress = "zzp@voorbeeld.nl"

[coordinator]
name = "Marijke"
address = marijke@voorbeeld.nl

[imap]
pasword = "geheim123"
tls = "plain"
host = "mail.voorbeeld.nl"
"#,
    );
    let said = home.refuses(&["list"]);
    insta::assert_snapshot!(said);
    assert!(!said.contains("geheim123"));
}

#[test]
fn a_configuration_that_is_not_there() {
    let home = Home::new();
    let said = home.refuses(&["list", "--config", "weg.toml"]);
    assert_eq!(said, "aanmelder: de configuratie weg.toml bestaat niet\n");
    std::fs::remove_file(home.path("aanmelder.toml")).unwrap();
    assert!(home.refuses(&["list"]).contains("er is geen configuratie in aanmelder.toml, "));
}

#[test]
fn one_that_lies_in_the_home_folder_is_found() {
    let home = Home::with("geen TOML");
    std::fs::create_dir_all(home.path(".config/aanmelder")).unwrap();
    std::fs::rename(home.path("aanmelder.toml"), home.path(".config/aanmelder/aanmelder.toml")).unwrap();
    assert!(home.refuses(&["list"]).contains(".config/aanmelder/aanmelder.toml klopt niet"));
}

#[test]
fn nonsense_on_the_command_line_is_one_dutch_sentence() {
    let home = Home::new();
    let mut said = String::new();
    for words in [
        &["evnt"][..],
        &["event", "ad"],
        &["event", "add", "b16", "--titel", "x"],
        &["event", "add", "b16"],
        &["event", "add", "B16", "--title", "x", "--when", "morgen", "--seats", "3"],
        &["event", "edit", "b16", "--seats", "nul"],
        &["event", "edit", "b16", "--seats"],
        &["event", "edit", "b16", "--waitlist", "loten"],
        &["register", "jan"],
        &["register", "jan@voorbeeld.nl", "--let-through"],
        &["export", "b16"],
        &["export", "b16", "--csv", "--json"],
        &["history", "jan@@voorbeeld.nl"],
    ] {
        said.push_str(&format!("$ aanmelder {}\n{}\n", words.join(" "), home.refuses(words)));
    }
    insta::assert_snapshot!(said);
}
