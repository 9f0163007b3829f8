use super::read::{read, whole};
use super::sheet::Sheet;
use super::values::Paths;
use super::*;
use proptest::prelude::*;

fn paths() -> Paths {
    Paths { base: PathBuf::from("/etc/aanmelder"), home: Some(PathBuf::from("/home/jan")) }
}

const GMAIL: &str = r#"
[network]
name = "ZZP Loosduinen"
address = "zzploosduinen@gmail.com"

[coordinator]
name = "Marijke"
address = "marijke@voorbeeld.nl"

[imap]
password = { file = "wachtwoord" }
"#;

fn complaints(toml: &str) -> String {
    let complaints = read(toml, &paths()).unwrap_err();
    complaints.iter().map(|complaint| format!("{complaint}\n")).collect()
}

#[test]
fn a_gmail_account_takes_ten_lines() {
    insta::assert_debug_snapshot!(read(GMAIL, &paths()).unwrap());
}

#[test]
fn everything_wrong_is_named_at_once() {
    insta::assert_snapshot!(complaints(
        r#"
[network]
name = "ZZP Loosduinen"
address = "zzploosduinen"
time_zone = "Europe/Loosduinen"

[coordinator]
name = "Marijke
digest_at = "25:00"

[imap]
pasword = "geheim"
host = "mail.voorbeeld.nl"
tls = "plain"
port = 99999
max_party = 3

[smpt]
host = "smtp.voorbeeld.nl"

[rules]
waitlist = "loten"
offer_above_hours = 72

[filing]
mode = "keywords"
question = "Vraag voor mij"

[log]
format = "xml"
full_addresses = "ja"
zwiep = 1
"#
    ));
}

#[test]
fn an_empty_file_says_what_is_needed() {
    insta::assert_snapshot!(complaints(""));
}

#[test]
fn plain_connections_stay_on_this_machine() {
    let with = |host: &str| format!("{GMAIL}host = \"{host}\"\ntls = \"plain\"\n");
    for host in ["localhost", "127.0.0.1", "::1"] {
        assert!(read(&with(host), &paths()).is_ok(), "{host}");
    }
    for host in ["mail.voorbeeld.nl", "192.168.1.2", "localhost.voorbeeld.nl"] {
        assert!(complaints(&with(host)).contains("alleen naar localhost"), "{host}");
    }
}

#[test]
fn no_complaint_repeats_a_password() {
    for line in ["password = \"geheim123\"", "password = geheim123", "password = { fil = \"geheim123\" }", "geheim123"]
    {
        let toml = GMAIL.replace("password = { file = \"wachtwoord\" }", line);
        assert!(!complaints(&toml).contains("geheim123"), "{}", complaints(&toml));
    }
}

#[test]
fn paths_start_at_the_file_or_at_home() {
    let toml = format!("{GMAIL}[store]\npath = \"~/lijst\"\n");
    let config = read(&toml, &paths()).unwrap();
    assert_eq!(config.store, PathBuf::from("/home/jan/lijst"));
    let password = config.source.server().map(|server| &server.password);
    assert_eq!(password, Some(&SecretSource::File(PathBuf::from("/etc/aanmelder/wachtwoord"))));
}

#[test]
fn a_maildir_and_a_folder_need_no_server() {
    let toml = GMAIL.replace(
        "[imap]\npassword = { file = \"wachtwoord\" }",
        "[maildir]\npath = \"in\"\n[letters]\nfolder = \"uit\"",
    );
    let config = read(&toml, &paths()).unwrap();
    assert_eq!(config.source, Source::Maildir(PathBuf::from("/etc/aanmelder/in")));
    assert_eq!(config.sink, Sink::Folder(PathBuf::from("/etc/aanmelder/uit")));
}

const EXPLAINED: &str = include_str!("../../config/aanmelder.toml");

#[test]
fn the_explained_file_names_every_key() {
    let mut sheet = Sheet::new("");
    assert!(whole(&mut sheet, &paths()).is_none());
    for (section, keys) in sheet.known() {
        let part = EXPLAINED.split(&format!("[{section}]\n")).nth(1).unwrap_or_else(|| panic!("[{section}]"));
        let part = part.split("\n[").next().unwrap().split("\n# [").next().unwrap();
        for key in keys {
            assert!(part.contains(&format!("{key} = ")), "[{section}] {key}");
        }
    }
}

#[test]
fn the_explained_defaults_are_the_defaults() {
    let is_default = |line: &str| line.starts_with('#') && line[1..].starts_with(|c: char| c.is_ascii_lowercase());
    let spelt_out: String = EXPLAINED
        .lines()
        .map(|line| if is_default(line) { format!("{}\n", &line[1..]) } else { format!("{line}\n") })
        .collect();
    assert!(spelt_out.matches("\nport = ").count() == 2);
    let as_written = read(EXPLAINED, &paths()).unwrap();
    let as_spelt_out = read(&spelt_out, &paths()).unwrap();
    assert_eq!(format!("{as_written:?}"), format!("{as_spelt_out:?}"));
}

proptest! {
    #[test]
    fn any_text_is_read_or_complained_about(toml in any::<String>()) {
        prop_assert!(read(&toml, &paths()).is_ok() || !complaints(&toml).is_empty());
    }

    #[test]
    fn a_mangled_config_is_read_or_complained_about(at in 0..GMAIL.len(), with in "[\\[\\]{}=\"'\\n#.a-z0-9é]{0,6}", cut in 0..8usize) {
        let end = (at + cut).min(GMAIL.len());
        let toml = format!("{}{with}{}", &GMAIL[..at], &GMAIL[end..]);
        prop_assert!(read(&toml, &paths()).is_ok() || !complaints(&toml).is_empty());
    }
}
