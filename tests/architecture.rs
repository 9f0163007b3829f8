//! The structure of the source, read as text: what is pure stays pure, and foreign crates stay in the files that name them.
//!
//! A rule that fails here is either broken by mistake, or has changed: then its row below changes with it.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files without I/O, clock, randomness, logging and `async`.
const PURE: &[&str] = &[
    "understanding/",
    "registration/",
    "coordinator/",
    "letters/",
    "handle",
    "mail/message/",
    "mail/reply_text/",
    "mail/safety/",
    "mail/authenticity.rs",
    "mail/sanitize.rs",
    "mail/letter_ids.rs",
    "mail/answer_caps.rs",
    "ids.rs",
    "subject_prefix.rs",
    "logbook/",
    "outcome.rs",
];

/// What a pure file never names.
const IMPURE: &[&str] = &[
    "async fn",
    "async move",
    ".await",
    "tokio::",
    "tracing::",
    "rand::",
    "std::net",
    "std::process",
    "SystemTime::now",
    "Timestamp::now",
    "Instant::now",
    "crate::clock",
    "crate::daemon",
    "crate::store",
    "crate::cli",
];

/// Each foreign crate and where it may be named.
const FOREIGN: &[(&str, &[&str])] = &[
    ("sled", &["store/"]),
    ("async_imap", &["mail/inbox"]),
    ("mail_parser", &["mail/message/"]),
    ("lettre", &["mail/outbox", "letters/"]),
    ("minijinja", &["letters/"]),
    ("mrml", &["letters/"]),
    ("calcard", &["understanding/calendar_reply", "letters/"]),
    ("tokio_rustls", &["mail/tls.rs", "mail/inbox", "mail/outbox"]),
    ("clap", &["cli/", "main.rs"]),
    ("comfy_table", &["cli/"]),
    ("indicatif", &["cli/"]),
];

/// Modules that do not know of each other: who, and whom he may not import.
const STRANGERS: &[(&str, &[&str])] = &[
    ("registration/", &["crate::mail", "crate::letters", "crate::coordinator", "crate::handle"]),
    (
        "understanding/",
        &["crate::mail", "crate::registration", "crate::letters", "crate::coordinator", "crate::handle"],
    ),
    ("mail/inbox", &["mail::outbox", "super::outbox"]),
    ("mail/outbox", &["mail::inbox", "super::inbox"]),
];

/// Only the command line prints.
const PRINTING: &[&str] = &["println!", "print!(", "eprintln!", "dbg!", "io::stdout", "io::stderr"];

struct Source {
    /// The path below `src/`, with `/`.
    name: String,
    /// Its lines with their numbers, without comments and without its tests.
    code: Vec<(usize, String)>,
    opens_with_head: bool,
    is_test: bool,
}

#[test]
fn pure_files_stay_pure() {
    let broken = violations(|name| PURE.iter().any(|pure| name.starts_with(pure)), IMPURE);
    assert!(broken.is_empty(), "a pure file names what only the shell may:\n{}", broken.join("\n"));
}

#[test]
fn foreign_crates_stay_in_their_files() {
    let mut broken = Vec::new();
    for (name, allowed) in FOREIGN {
        let naming = [format!("{name}::"), format!("use {name};"), format!("extern crate {name}")];
        let naming: Vec<&str> = naming.iter().map(String::as_str).collect();
        broken.extend(violations(|file| !allowed.iter().any(|place| file.starts_with(place)), &naming));
    }
    assert!(broken.is_empty(), "a foreign crate is named outside its files:\n{}", broken.join("\n"));
}

#[test]
fn strangers_stay_strangers() {
    let mut broken = Vec::new();
    for (who, others) in STRANGERS {
        broken.extend(violations(|file| file.starts_with(who), others));
    }
    assert!(broken.is_empty(), "a module imports what it must not know:\n{}", broken.join("\n"));
}

#[test]
fn only_the_command_line_and_the_build_script_print() {
    let prints = |file: &str| file.starts_with("cli/") || matches!(file, "main.rs" | "build.rs");
    let broken = violations(|file| !prints(file), PRINTING);
    assert!(broken.is_empty(), "something else prints:\n{}", broken.join("\n"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let bare: Vec<String> =
        sources().into_iter().filter(|file| !file.opens_with_head && !file.is_test).map(|file| file.name).collect();
    assert!(bare.is_empty(), "these files do not open with a `//!` head: {bare:?}");
}

#[test]
fn the_reader_of_sources_sees_what_it_should() {
    let read = source(
        "x.rs".to_owned(),
        "//! Head.\nuse sled::Db; // sled::no\n/// sled::doc\n#[cfg(test)]\nmod tests {\n    use tokio::x;\n}\n",
    );
    assert!(read.opens_with_head);
    assert_eq!(read.code, [(2, "use sled::Db; ".to_owned())]);
}

/// The lines that name one of `words` as words of their own, in files that `concerns`.
fn violations(concerns: impl Fn(&str) -> bool, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in sources().iter().filter(|file| concerns(&file.name)) {
        for (number, line) in &file.code {
            for word in words.iter().filter(|word| names(line, word)) {
                found.push(format!("src/{}:{number}: {word}", file.name));
            }
        }
    }
    found
}

/// Does the word stand in the line, not as the end of a longer one?
fn names(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        word.starts_with('.') || !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    assert!(files.len() > 20, "the sources were not found");
    files
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            source(name, &fs::read_to_string(&path).unwrap())
        })
        .collect()
}

fn source(name: String, text: &str) -> Source {
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let is_test = name.ends_with("tests.rs") || name.contains("/tests/");
    let code = body
        .lines()
        .enumerate()
        .filter(|_| !is_test)
        .map(|(at, line)| (at + 1, line.split("//").next().unwrap_or_default().to_owned()))
        .filter(|(number, line)| !line.trim().is_empty() && *number > 0 && !line.starts_with("#["))
        .collect();
    Source { name, code, opens_with_head: text.starts_with("//!"), is_test }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
