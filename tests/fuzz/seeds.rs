//! What is changed: the labelled mails as real programs would send them, calendar replies, a configuration, commands, and the
//! files of `corpus/`, whose endings tell for which target they are.

use super::targets::Target;
use super::{dress, labels};
use aanmelder::daemon::control::Request;
use std::path::Path;

/// The seeds of each target.
pub struct Seeds([Vec<Vec<u8>>; Target::ALL.len()]);

impl Seeds {
    /// All there are.
    pub fn gather() -> Self {
        let mut seeds = Self(Default::default());
        let world = labels::world();
        let mails = labels::mails(include_str!("../corpus/dev.jsonl"));
        seeds.0[Target::Mail as usize].extend(mails.iter().map(|mail| dress::eml(mail, &world)));
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        seeds.read(&root.join("src/understanding/calendar_reply/fixtures"));
        seeds.read(&root.join("tests/fuzz/corpus"));
        seeds.read(&root.join("config"));
        for request in [
            r#"{"event-add":{"id":"b17","title":"17e bijeenkomst","start":"2017-12-13T20:00:00+01:00[Europe/Amsterdam]","end":"2017-12-13T22:00:00+01:00[Europe/Amsterdam]","venue":"De Geest","address":"Den Haag","capacity":25,"max_party":4,"waitlist":"strict"}}"#,
            r#"{"event-edit":{"event":"b16","edit":{"title":"Anders","start":null,"end":null,"venue":null,"address":null,"capacity":30,"max_party":null,"waitlist":"fill"}}}"#,
            r#"{"event-cancel":{"event":"b16","reason":"ziek"}}"#,
            r#"{"event-show":{"event":"b16"}}"#,
            r#"{"event-list":"all"}"#,
            r#"{"list":{"event":null}}"#,
            r#"{"register":{"event":"b16","address":"piet@voorbeeld.nl","name":"Piet","seats":2,"names":["Piet","Kees"],"reason":null,"let_through":"mag"}}"#,
            r#"{"cancel":{"event":"b16","address":"an@voorbeeld.nl","seats":1,"reason":null}}"#,
            r#"{"let-through":{"event":"b16","address":"an@voorbeeld.nl","reason":"mag"}}"#,
            r#"{"history":{"person":"an@voorbeeld.nl"}}"#,
            r#""status""#,
            r#""circumstances""#,
        ] {
            serde_json::from_str::<Request>(request).expect("a sound request");
            seeds.0[Target::Socket as usize].push(request.as_bytes().to_vec());
        }
        // Of the store itself: which bytes of its file are changed, and to what.
        seeds.0[Target::Store as usize].extend((0..64_u8).map(|number| vec![number; 40]));
        for target in Target::ALL {
            assert!(!seeds.of(target).is_empty(), "{target:?} has no seeds");
        }
        seeds
    }

    /// The seeds of a target.
    pub fn of(&self, target: Target) -> &[Vec<u8>] {
        &self.0[target as usize]
    }

    fn read(&mut self, folder: &Path) {
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if let Some(target) = Target::ALL.into_iter().find(|target| target.ending() == ending) {
                self.0[target as usize].push(std::fs::read(&path).unwrap());
            }
        }
    }
}
