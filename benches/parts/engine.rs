//! The program without its servers: mails go in as values, and what comes of them lies in a real store.
#![allow(dead_code, reason = "each bench uses a part of it")]

use aanmelder::config;
use aanmelder::daemon::control::Response;
use aanmelder::daemon::engine::Engine;
use aanmelder::mail::{Location, RawMail, SendResult};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;
use tempfile::TempDir;

/// So many mails are read together.
pub const BATCH: usize = 50;

/// The engine, and people who write to it, one mail an hour.
pub struct Program {
    engine: Engine,
    folder: TempDir,
    people: usize,
    written: usize,
    now: Timestamp,
}

impl Program {
    /// With a meeting of sixty seats in the far future.
    pub fn new(people: usize) -> Self {
        let folder =
            tempfile::Builder::new().prefix("bench").tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let path = folder.path().join("aanmelder.toml");
        let config = "[network]\nname = \"ZZP\"\naddress = \"bot@voorbeeld.nl\"\n[coordinator]\nname = \"Marijke\"\naddress = \"marijke@voorbeeld.nl\"\n[maildir]\npath = \".\"\n[letters]\nfolder = \"brieven\"\n[store]\npath = \"store\"\n[trust]\nauthserv_id = \"mx.voorbeeld.nl\"\n";
        std::fs::write(&path, config).expect("a configuration");
        let now: Timestamp = "2017-11-01T10:00:00Z".parse().expect("a moment");
        let (engine, _) = Engine::open(config::load(&path).expect("sound"), now).expect("a store");
        let event = r#"{"event-add":{"id":"b16","title":"16e bijeenkomst","start":"2040-11-15T20:00:00+01:00[Europe/Amsterdam]","end":"2040-11-15T22:00:00+01:00[Europe/Amsterdam]","venue":"De Geest","address":"Den Haag","capacity":60,"max_party":null,"waitlist":null}}"#;
        let made = engine.execute(&serde_json::from_str(event).expect("a request"), now);
        assert!(matches!(made, Response::Done(_)), "{made:?}");
        Self { engine, folder, people, written: 0, now }
    }

    /// Where the store lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Takes so many mails, and sends what comes of them.
    pub fn live_through(&mut self, mails: usize) {
        for _ in 0..mails / BATCH {
            self.take_batch();
        }
    }

    /// Takes one batch of mails.
    pub fn take_batch(&mut self) {
        let mails: Vec<RawMail> = (0..BATCH).map(|_| self.next()).collect();
        let outcomes = self.engine.take(&mails, self.now).expect("committed");
        assert!(outcomes.iter().any(|outcome| !outcome.letters.is_empty()));
        self.send_all();
    }

    /// Takes one mail.
    pub fn take_one(&mut self) {
        let mail = self.next();
        self.engine.take(&[mail], self.now).expect("committed");
    }

    fn send_all(&self) {
        loop {
            let due = self.engine.store().due_letters(self.now, 100).expect("readable");
            if due.is_empty() {
                return;
            }
            let ids: Vec<_> = due.iter().map(|queued| queued.letter.head.id.clone()).collect();
            self.engine.store().note_letter_tries(&ids, self.now).expect("written");
            for queued in &due {
                self.engine.letter_fared(&queued.letter, &SendResult::Accepted, self.now).expect("written");
            }
        }
    }

    /// Each in turn signs up, and the next time round cancels.
    fn next(&mut self) -> RawMail {
        let number = self.written;
        self.written += 1;
        self.now += SignedDuration::from_hours(1);
        let (person, round) = (number % self.people, number / self.people);
        let text = if round % 2 == 0 { "Ik kom graag naar de bijeenkomst." } else { "Ik kan helaas toch niet komen." };
        let bytes = format!(
            "Return-Path: <p{person}@voorbeeld.nl>\r\nAuthentication-Results: mx.voorbeeld.nl; dmarc=pass header.from=voorbeeld.nl\r\n\
             From: Persoon {person} <p{person}@voorbeeld.nl>\r\nTo: bot@voorbeeld.nl\r\nSubject: bijeenkomst\r\nMessage-ID: <{number}@voorbeeld.nl>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nBeste Marijke,\r\n\r\n{text}\r\n\r\nGroet,\r\nPersoon {person}\r\n"
        );
        let location = Location::Maildir { name: number.to_string() };
        RawMail { location, received_at: self.now, bytes: bytes.into_bytes() }
    }
}
