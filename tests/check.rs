//! `aanmelder check` on real servers: what is right, and each thing that can be wrong, said in one line.

mod support;

use aanmelder::config::{Server, Tls};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use support::dovecot::Dovecot;
use support::exim::Exim;
use support::settings::PASSWORD;

/// A section of the configuration for a server.
fn section(name: &str, server: &Server, password_file: &str) -> String {
    let tls = match server.tls {
        Tls::Implicit => "implicit",
        Tls::StartTls => "starttls",
        Tls::Plain => "plain",
    };
    let mut text = format!(
        "[{name}]\nhost = {:?}\nport = {}\ntls = {tls:?}\nuser = {:?}\npassword = {{ file = {password_file:?} }}\n",
        server.host, server.port, server.user
    );
    if let Some(ca) = &server.ca_file {
        let _ = writeln!(text, "ca_file = {ca:?}");
    }
    text
}

/// What `check` prints for a configuration with these sections, ports left out, and whether it is content.
fn checked(folder: &Path, sections: &[String]) -> (bool, String) {
    let config = format!(
        "[network]\nname = \"ZZP Loosduinen\"\naddress = \"zzploosduinen@gmail.com\"\n\
         [coordinator]\nname = \"Marijke\"\naddress = \"marijke@voorbeeld.nl\"\n{}",
        sections.concat()
    );
    std::fs::write(folder.join("aanmelder.toml"), config).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_aanmelder")).arg("check").current_dir(folder).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains(PASSWORD) && !said.contains("verkeerd123"), "{said}");
    (output.status.success(), said)
}

#[test]
fn both_logins_are_tried() {
    let dovecot = Dovecot::start();
    let mut exim = Exim::start(&dovecot);
    let folder = tempfile::tempdir().unwrap();
    for (name, password) in [("goed", PASSWORD), ("fout", "verkeerd123")] {
        std::fs::write(folder.path().join(name), format!("{password}\n")).unwrap();
    }
    Command::new("chmod").arg("600").arg(folder.path().join("goed")).status().unwrap();
    let imap = |password| section("imap", &dovecot.server(), password);
    let smtp = section("smtp", &exim.server(), "goed");

    let (content, said) = checked(folder.path(), &[imap("goed"), smtp.clone()]);
    assert!(content && said.matches("in orde").count() == 5, "{said}");
    assert!(!folder.path().join("aanmelder.store").exists(), "check makes nothing");

    let (content, said) = checked(folder.path(), &[imap("fout"), smtp.clone()]);
    assert!(!content && said.contains("post binnen   FOUT") && said.contains("post uit      in orde"), "{said}");
    assert!(said.contains("let op        anderen kunnen") && said.contains("chmod 600"), "{said}");

    let (content, said) = checked(folder.path(), &[imap("weg"), smtp.clone()]);
    assert!(!content && said.contains("maar dat bestaat niet"), "{said}");

    let unknown_authority = Server { ca_file: None, ..dovecot.server() };
    let (content, said) = checked(folder.path(), &[section("imap", &unknown_authority, "goed"), smtp.clone()]);
    assert!(!content && said.contains("post binnen   FOUT"), "{said}");

    exim.stop();
    let (content, said) = checked(folder.path(), &[imap("goed"), smtp]);
    assert!(!content && said.contains("post binnen   in orde") && said.contains("post uit      FOUT"), "{said}");
}
