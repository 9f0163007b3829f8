//! The ways into the program, each as its real caller goes it.

use aanmelder::config;
use aanmelder::daemon::control::{Request, Response};
use aanmelder::daemon::engine::Engine;
use aanmelder::handle;
use aanmelder::mail::{Location, RawMail};
use aanmelder::registration::State;
use aanmelder::store::Store;
use jiff::Timestamp;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A mail, the whole way to the letters that answer it.
    Mail,
    /// A calendar reply within a mail.
    Calendar,
    /// The configuration.
    Config,
    /// A line on the control socket, carried out.
    Socket,
    /// The store's own file, read at the start.
    Store,
}

impl Target {
    pub const ALL: [Self; 5] = [Self::Mail, Self::Calendar, Self::Config, Self::Socket, Self::Store];

    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Mail => "eml",
            Self::Calendar => "ics",
            Self::Config => "toml",
            Self::Socket => "json",
            Self::Store => "flips",
        }
    }

    /// How many changed inputs the suite tries.
    pub fn inputs_in_the_suite(self) -> u64 {
        match self {
            Self::Mail => 600,
            Self::Calendar | Self::Config => 300,
            Self::Socket => 200,
            Self::Store => 40,
        }
    }

    /// In the suite every so manieth seed is tried as it is; other tests read all mails.
    pub fn seeds_apart_in_the_suite(self) -> usize {
        if self == Self::Mail { 40 } else { 1 }
    }

    /// How many inputs it gets for each of the store, which takes longest.
    pub fn inputs_a_turn(self) -> u64 {
        match self {
            Self::Mail => 60,
            Self::Calendar | Self::Config | Self::Socket => 12,
            Self::Store => 1,
        }
    }
}

/// A program with a meeting and people, made once and used for many inputs.
pub struct World {
    engine: Engine,
    state: State,
    now: Timestamp,
    folder: TempDir,
}

const CONFIG: &str = r#"
[network]
name = "ZZP Loosduinen"
address = "zzploosduinen@gmail.com"

[coordinator]
name = "Marijke"
address = "marijke@voorbeeld.nl"

[maildir]
path = "."

[letters]
folder = "brieven"

[store]
path = "store"

[trust]
authserv_id = "mx.google.com"
"#;

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("aanmelder.toml"), CONFIG).unwrap();
        let config = config::load(&folder.path().join("aanmelder.toml")).unwrap();
        let now: Timestamp = "2017-11-08T10:00:00Z".parse().unwrap();
        let (engine, _) = Engine::open(config, now).unwrap();
        for request in [
            r#"{"event-add":{"id":"b16","title":"16e bijeenkomst ZZP Loosduinen","start":"2017-11-15T14:15:00+01:00[Europe/Amsterdam]","end":"2017-11-15T17:00:00+01:00[Europe/Amsterdam]","venue":"De Geest","address":"Den Haag","capacity":3,"max_party":null,"waitlist":null}}"#,
            r#"{"register":{"event":"b16","address":"an@voorbeeld.nl","name":"An","seats":2,"names":[],"reason":null,"let_through":null}}"#,
            r#"{"register":{"event":"b16","address":"bea@voorbeeld.nl","name":"Bea","seats":2,"names":[],"reason":null,"let_through":null}}"#,
        ] {
            let done = engine.execute(&serde_json::from_str(request).unwrap(), now);
            assert!(matches!(done, Response::Done(_)), "{done:?}");
        }
        let state = engine.state();
        Self { engine, state, now, folder }
    }

    /// Gives an input to a target.
    pub fn try_on(&mut self, target: Target, input: &[u8]) {
        match target {
            Target::Mail => self.mail(input.to_vec()),
            Target::Calendar => {
                let uid = "b16.zzploosduinen@gmail.com";
                let text = String::from_utf8_lossy(input).replace("b16@zzploosduinen.example", uid);
                let head = "From: An <an@voorbeeld.nl>\r\nTo: zzploosduinen@gmail.com\r\nSubject: Geaccepteerd\r\nMessage-ID: <a@b>\r\nMIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n";
                self.mail([head.as_bytes(), text.as_bytes()].concat());
            }
            Target::Config => {
                let path = self.folder.path().join("other.toml");
                fs::write(&path, input).unwrap();
                if let Err(error) = config::load(&path) {
                    assert!(!error.to_string().is_empty());
                }
            }
            Target::Socket => {
                if let Ok(request) = serde_json::from_slice::<Request>(input) {
                    let response = self.engine.execute(&request, self.now);
                    serde_json::to_vec(&response).unwrap();
                }
            }
            Target::Store => self.damaged_store(input),
        }
    }

    fn mail(&self, bytes: Vec<u8>) {
        let mail = RawMail { location: Location::Maildir { name: "1".to_owned() }, received_at: self.now, bytes };
        let outcome = handle::handle(&mail, &self.state, &self.engine.setting(), self.now);
        assert!(outcome.mail.is_some());
        handle::may_matter(&mail, &self.state, &self.engine.setting());
    }

    /// A copy of the store's folder with bytes of its file changed is either refused, or read as it was.
    fn damaged_store(&self, flips: &[u8]) {
        let copy = tempfile::tempdir().unwrap();
        copy_all(&self.folder.path().join("store"), &copy.path().join("store"));
        let file = files_in(&copy.path().join("store"))
            .into_iter()
            .max_by_key(|path| fs::metadata(path).unwrap().len())
            .unwrap();
        let mut bytes = fs::read(&file).unwrap();
        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        for flip in flips.chunks_exact(5).take(8) {
            let at = u32::from_le_bytes([flip[0], flip[1], flip[2], flip[3]]) as usize % used.max(1);
            bytes[at] ^= flip[4];
        }
        fs::write(&file, bytes).unwrap();
        if let Ok(store) = Store::open(&copy.path().join("store"), self.now)
            && let Ok(state) = store.state()
        {
            // The socket may have changed the store since: what counts is that it is a whole state.
            assert_eq!(state, self.engine.state());
        }
    }
}

fn files_in(folder: &std::path::Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (old, new) = (entry.path(), to.join(entry.file_name()));
        if old.is_dir() { copy_all(&old, &new) } else { fs::write(new, fs::read(old).unwrap()).unwrap() }
    }
}
