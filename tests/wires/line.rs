//! The program between both servers with a faulty wire to each, and people who sign up one by one while something goes wrong.

use crate::support::mailbox::folder;
use crate::support::settings::BOT;
use crate::support::wire::{Fault, Moment, Protocol, Wire};
use crate::support::world::{Program, World, kind, settled};
use crate::support::{until, until_within};
use std::collections::BTreeMap;
use std::time::Duration;

/// Everything that a test on bad wires needs.
pub struct Line {
    /// Goes first, so that no log is written to while its folder goes.
    pub program: Option<Program>,
    /// The wire to the mailbox.
    pub imap: Wire,
    /// The wire to the submission server.
    pub smtp: Wire,
    /// Both servers.
    pub world: World,
    people: usize,
}

/// Which wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// To the mailbox.
    Imap,
    /// To the submission server.
    Smtp,
}

impl Line {
    /// Starts servers and wires, and the program with so many seconds of patience; one event is open.
    pub fn start(timeout_secs: u32, more: &str) -> Self {
        let world = World::start();
        let imap = Wire::to(world.dovecot.imap_port(), Protocol::Imap);
        let smtp = Wire::to(world.exim.open_port(), Protocol::Smtp);
        let mut line = Self { program: None, imap, smtp, world, people: 0 };
        line.configure(timeout_secs, more);
        line.program = Some(line.world.launch_ready(&[]));
        line.world.add_event(10, 500);
        line
    }

    /// Writes the configuration: over the wires, in the open, with shortened addresses in the log unless `more` says otherwise.
    pub fn configure(&mut self, timeout_secs: u32, more: &str) {
        self.world.configure(more, "23:59");
        let path = self.world.config_path();
        let config = std::fs::read_to_string(&path).unwrap();
        let certificate = format!("ca_file = \"{}\"\n", self.world.dovecot.certificate().display());
        let config = config
            .replace(&certificate, "")
            .replace("tls = \"implicit\"", "tls = \"plain\"")
            .replace("tls = \"starttls\"", "tls = \"plain\"")
            .replace(&format!("port = {}", self.world.dovecot.imaps_port()), &format!("port = {}", self.imap.port()))
            .replace(&format!("port = {}", self.world.exim.port()), &format!("port = {}", self.smtp.port()))
            .replace("timeout_seconds = 20", &format!("timeout_seconds = {timeout_secs}"))
            .replace("timeout_seconds = 30", &format!("timeout_seconds = {timeout_secs}"))
            .replace("poll_seconds = 5", "poll_seconds = 3")
            .replace("full_addresses = true", "full_addresses = false");
        std::fs::write(path, config).unwrap();
    }

    /// The wire on this side.
    pub fn wire(&self, side: Side) -> &Wire {
        match side {
            Side::Imap => &self.imap,
            Side::Smtp => &self.smtp,
        }
    }

    /// The next person signs up; gives who it is.
    pub fn sign_up(&mut self) -> String {
        let person = person(self.people);
        self.world.write(&person, "Aanmelding", &format!("aanmelding.{}@voorbeeld.nl", self.people), "Ik kom graag.");
        self.people += 1;
        person
    }

    /// Waits until all who signed up are filed as such.
    #[track_caller]
    pub fn all_filed(&self) {
        until_within(Duration::from_secs(180), "all mails to be filed", || {
            (folder(&self.world.dovecot, BOT, "Aangemeld").len() == self.people).then_some(())
        });
    }

    /// The next person signs up while this goes wrong, once; comes back when it went wrong and his mail is filed all the same.
    #[track_caller]
    pub fn survive(&mut self, side: Side, moment: &Moment, fault: Fault) {
        let wire = self.wire(side);
        let before = wire.fired();
        wire.once(moment, fault.clone());
        if is_opening(moment) {
            wire.cut_all();
        }
        self.sign_up();
        until(&format!("{moment:?} on {side:?}, where there is {fault:?}"), || {
            (self.wire(side).fired() > before).then_some(())
        });
        self.all_filed();
        if side == Side::Smtp {
            // Somebody else's letter goes out meanwhile, and shows that the way is open again.
            let taken = Moment::Answer(".".to_owned());
            let sent = self.smtp.count(&taken);
            self.sign_up();
            until("another letter to go out", || (self.smtp.count(&taken) > sent).then_some(()));
        }
    }

    /// Every seam that has come on either wire, and how often.
    pub fn moments(&self) -> BTreeMap<(Side, Moment), usize> {
        let of = |side: Side| {
            let wire = self.wire(side);
            wire.moments().into_iter().map(move |moment| (side, moment)).collect::<Vec<_>>()
        };
        let all = [of(Side::Imap), of(Side::Smtp)].concat();
        all.into_iter().map(|(side, moment)| ((side, moment.clone()), self.wire(side).count(&moment))).collect()
    }

    /// Nobody is lost and nobody hears twice: everybody has one letter and no more, and is filed and on the list once.
    #[track_caller]
    pub fn assert_everybody_heard_once(&mut self) {
        self.all_filed();
        for number in 0..self.people {
            let person = person(number);
            let mails = until_within(Duration::from_secs(240), &format!("the letter to {person}"), || {
                let mails = folder(&self.world.dovecot, &person, "INBOX");
                (!mails.is_empty()).then_some(mails)
            });
            assert_eq!(kind(&mails[0]), "bevestiging");
            assert_eq!(mails[0].header("In-Reply-To"), format!("<aanmelding.{number}@voorbeeld.nl>"));
        }
        // What the server refused to move is tried again later and later.
        until_within(Duration::from_secs(180), "the inbox to be empty", || {
            self.world.bot("INBOX").is_empty().then_some(())
        });
        let counts = settled("the bot's mailbox", || self.world.bot_counts());
        let count = |name: &str| counts.iter().find(|(known, _)| known == name).map_or(0, |(_, count)| *count);
        assert_eq!((count("INBOX"), count("Aangemeld")), (0, self.people), "{counts:?}");
        let heard = |number| folder(&self.world.dovecot, &person(number), "INBOX").len();
        let twice: Vec<usize> = (0..self.people).filter(|number| heard(*number) != 1).collect();
        assert_eq!(twice, Vec::<usize>::new(), "these heard twice");
        eprintln!("{} people, each with one letter", self.people);
        let list: serde_json::Value = serde_json::from_str(&self.world.run(&["export", "b16", "--json"])).unwrap();
        assert_eq!(list["coming"].as_array().unwrap().len(), self.people);
        assert!(!self.program.as_mut().unwrap().has_ended(), "it goes on");
    }

    /// Restarts the mailbox with this at the end of its configuration. A process of the old one serves those who are connected
    /// for as long as they stay, so they do not.
    pub fn reconfigure_mailbox(&mut self, more: &str) {
        self.world.stop_mailbox();
        self.world.dovecot.reconfigure(more);
        self.imap.cut_all();
    }

    /// Ends the program and starts it again.
    pub fn restart(&mut self) {
        self.program.take().unwrap().stop();
        self.program = Some(self.world.launch_ready(&[]));
    }

    /// How many people have signed up.
    pub fn people(&self) -> usize {
        self.people
    }

    /// What `status --json` says.
    pub fn status(&self) -> serde_json::Value {
        serde_json::from_str(&self.world.run(&["status", "--json"])).unwrap()
    }
}

/// The address of a person.
pub fn person(number: usize) -> String {
    format!("deelnemer.nummer{number}@voorbeeld.nl")
}

/// Does this happen only when a connection begins? Or, as with IDLE, no more on one where it was refused?
fn is_opening(moment: &Moment) -> bool {
    match moment {
        Moment::Greeting => true,
        Moment::Command(name) | Moment::Answer(name) => ["LOGIN", "CAPABILITY", "LIST", "AUTHENTICATE", "IDLE", "DONE"]
            .iter()
            .any(|opening| name.starts_with(opening)),
    }
}
