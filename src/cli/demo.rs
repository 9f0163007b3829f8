//! `aanmelder demo`: an inbox full of made-up mail taken through the daemon's own code, at the clock of that time.
//!
//! No account, no network, no configuration of one's own: mails are put into a Maildir, letters go out into a folder. `mails`
//! holds the inbox, `show` says what becomes of each mail, `page` makes the letters ready for a browser.

mod mails;
mod page;
mod show;

use crate::config;
use crate::daemon::control::{NewEvent, Request, Response};
use crate::daemon::engine::Engine;
use crate::explain::{self, Explanation};
use crate::handle;
use crate::ids::EventId;
use crate::mail::inbox::Inbox;
use crate::mail::outbox::Outbox;
use crate::mail::safety::Identities;
use crate::mail::{Cursor, RawMail, maildir, message};
use crate::outcome::{Letter, Outcome};
use crate::registration::EventState;
use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(
    after_help = "Alles wat de demo maakt komt in één map, die je weg mag gooien. De volgende keer begint hij daar opnieuw."
)]
pub struct Args {
    /// De map waar mails, brieven en overzichten komen; anders een map voor tijdelijke bestanden
    #[arg(long, value_name = "MAP")]
    out: Option<PathBuf>,
}

/// Names the folder as ours, so that no other is ever emptied.
const MARK: &str = ".aanmelder-demo";
/// The meeting's name.
const EVENT: &str = "b16";
/// When the meeting is made, before the first mail.
const BEGIN: &str = "2017-10-29T20:30:00+01:00";
/// The evening before the meeting, when the coordinator has got her list.
const END: &str = "2017-11-14T19:30:00+01:00";

/// Plays the demo, and prints as it goes.
pub fn run(args: &Args) -> anyhow::Result<()> {
    let folder = args.out.clone().unwrap_or_else(|| std::env::temp_dir().join("aanmelder-demo"));
    play(&folder, &mut anstream::stdout().lock())
}

fn play(folder: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    prepare(folder)?;
    let mut demo = Demo::open(folder)?;
    write!(out, "{}", show::opening(&demo.event()?))?;
    for mail in mails::MAILS {
        let at: Timestamp = mail.received.parse()?;
        demo.clock_to(at)?;
        let (explanation, outcome) = demo.take(mail, at)?;
        let when = at.to_zoned_datetime(demo.zone());
        write!(out, "{}", show::mail(&when, &explanation, &outcome, &demo.engine, &demo.event()?))?;
        out.flush()?;
    }
    demo.clock_to(END.parse()?)?;
    let letters = page::write(folder, &demo.sent)?;
    write!(out, "{}", show::closing(&demo.event()?, &demo.engine, &letters, folder)?)?;
    Ok(())
}

/// Makes an empty folder; empties one only when an earlier demo made it.
fn prepare(folder: &Path) -> anyhow::Result<()> {
    let failed = || format!("kan de map {} niet maken", folder.display());
    if folder.join(MARK).exists() {
        fs::remove_dir_all(folder).with_context(failed)?;
    } else if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{} is niet leeg en niet van een eerdere demo; noem een andere map met --out MAP", folder.display());
    }
    for part in ["brieven", "inbox/cur", "inbox/new", "inbox/tmp"] {
        fs::create_dir_all(folder.join(part)).with_context(failed)?;
    }
    fs::write(folder.join(MARK), "Deze map is van `aanmelder demo` en mag weg.\n").with_context(failed)?;
    fs::write(folder.join("geheim"), "de demo heeft geen geheimen\n").with_context(failed)?;
    fs::write(folder.join("aanmelder.toml"), CONFIG).with_context(failed)
}

const CONFIG: &str = r#"# De configuratie van de demo: post uit een Maildir, brieven als bestanden in een map.
[network]
name = "ZZP Loosduinen"
address = "zzploosduinen@gmail.com"

[coordinator]
name = "Marijke"
address = "marijke@zzploosduinen.example"

[maildir]
path = "inbox"

[letters]
folder = "brieven"

[store]
path = "store"

[trust]
authserv_id = "mx.google.com"
secret = { file = "geheim" }
"#;

/// The daemon's parts, and its clock.
struct Demo {
    engine: Engine,
    inbox: Inbox,
    outbox: Outbox,
    runtime: tokio::runtime::Runtime,
    cursor: Option<Cursor>,
    folder: PathBuf,
    now: Timestamp,
    /// The letters that went out, in order.
    sent: Vec<Letter>,
}

impl Demo {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        let config = config::load(&folder.join("aanmelder.toml"))?;
        let now: Timestamp = BEGIN.parse()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let inbox = runtime.block_on(Inbox::open(&config.source, &config.filing, None))?;
        let outbox = Outbox::new(&config.sink, None)?;
        let (engine, _) = Engine::open(config, now)?;
        let demo =
            Self { engine, inbox, outbox, runtime, cursor: None, folder: folder.to_owned(), now, sent: Vec::new() };
        let at = |hour, minute| DateTime::constant(2017, 11, 15, hour, minute, 0, 0).to_zoned_datetime(demo.zone());
        let meeting = NewEvent {
            id: EventId::new(EVENT)?,
            title: "16e bijeenkomst ZZP Loosduinen".to_owned(),
            start: at(14, 15)?,
            end: at(17, 0)?,
            venue: "De Geest".to_owned(),
            address: "Georges Bizetstraat 25, Den Haag".to_owned(),
            capacity: 12,
            max_party: None,
            waitlist: None,
        };
        match demo.engine.execute(&Request::EventAdd(meeting), now) {
            Response::Refused(why) => bail!(why),
            _ => Ok(demo),
        }
    }

    fn zone(&self) -> TimeZone {
        self.engine.config().network.time_zone.clone()
    }

    fn event(&self) -> anyhow::Result<EventState> {
        let state = self.engine.state();
        state.event(&EventId::new(EVENT)?).cloned().context("de bijeenkomst is weg")
    }

    /// Lets the time pass: whatever it brings, offers that lapse and digests that are due, comes at its own moment.
    fn clock_to(&mut self, at: Timestamp) -> anyhow::Result<()> {
        while self.now < at {
            let next = self.engine.tick(self.now)?.filter(|next| *next > self.now);
            self.engine.write_digest_if_due(self.now)?;
            self.send()?;
            let moments = self.digest_moments()?.into_iter().chain(next).chain([at]);
            self.now = moments.filter(|moment| *moment > self.now).min().unwrap_or(at).min(at);
        }
        self.engine.tick(at)?;
        self.engine.write_digest_if_due(at)?;
        self.send()
    }

    /// The moments of today and tomorrow at which the coordinator may get a digest.
    fn digest_moments(&self) -> anyhow::Result<Vec<Timestamp>> {
        let coordinator = &self.engine.config().coordinator;
        let today = self.now.to_zoned_datetime(self.zone()).date();
        let mut moments = Vec::new();
        for day in [today, today.tomorrow()?] {
            for time in [coordinator.digest_at, coordinator.eve_digest_at] {
                moments.push(day.to_datetime(time).to_zoned_datetime(self.zone())?.timestamp());
            }
        }
        Ok(moments)
    }

    /// One mail arrives, is read, answered and filed; what was understood, and what came of it.
    fn take(&mut self, mail: &mails::Mail, at: Timestamp) -> anyhow::Result<(Explanation, Outcome)> {
        let bytes = mails::filled_in(mail.bytes, &self.sent, &self.engine.config().network);
        maildir::deliver(&self.folder.join("inbox"), mail.name, &bytes, at)?;
        let new = self.runtime.block_on(self.inbox.list_new(self.cursor.as_ref(), at))?;
        let fetched = self.runtime.block_on(self.inbox.fetch(&new.mails))?;
        self.cursor = Some(new.cursor);
        let raw = fetched.mails.first().context("een mail van de demo is niet aangekomen")?;
        let explanation = self.explain(raw)?;
        let outcome = self.engine.take(&fetched.mails, at)?.pop().context("een mail van de demo is al gedaan")?;
        self.send()?;
        for done in self.engine.store().unfiled()? {
            self.runtime.block_on(self.inbox.file(&done))?;
            self.engine.store().mark_filed(&[done.key])?;
        }
        Ok((explanation, outcome))
    }

    /// What is understood of a mail, as `aanmelder explain` tells it.
    fn explain(&self, raw: &RawMail) -> anyhow::Result<Explanation> {
        let (state, setting) = (self.engine.state(), self.engine.setting());
        let author = message::author(&raw.bytes).map(|address| address.person());
        let known = author.as_ref().is_some_and(|person| state.people.contains_key(person));
        let who = Identities {
            own: &setting.network.address,
            aliases: &setting.network.aliases,
            coordinator: &setting.coordinator.address,
            authserv_id: setting.authserv_id,
            secret: setting.secret,
            known,
        };
        let interpreted = handle::interpret(raw, &who, |_, screened| {
            handle::situation(&state, author.as_ref(), screened, setting.network, raw.received_at)
        })?;
        Ok(explain::conclude(interpreted, &who, None))
    }

    /// Sends what waits.
    fn send(&mut self) -> anyhow::Result<()> {
        for queued in self.engine.store().due_letters(self.now, usize::MAX)? {
            let letter = queued.letter;
            self.engine.store().note_letter_try(&letter.head.id, self.now)?;
            let from = &self.engine.config().network.address;
            let result = self.runtime.block_on(self.outbox.send(from, &letter));
            self.engine.letter_fared(&letter, &result, self.now)?;
            self.sent.push(letter);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(folder: &Path) -> String {
        let mut out = Vec::new();
        play(folder, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        anstream::adapter::strip_str(&text).to_string().replace(&folder.display().to_string(), "MAP")
    }

    #[test]
    fn the_demo_tells_its_story() {
        let folder = tempfile::tempdir().unwrap();
        let told = played(&folder.path().join("demo"));
        insta::assert_snapshot!("demo", told);
        assert_eq!(played(&folder.path().join("demo")), told, "played again, it is another story");
    }

    #[test]
    fn all_that_is_promised_lies_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("demo");
        played(&folder);
        let page = fs::read_to_string(folder.join("index.html")).unwrap();
        let shown: Vec<&str> = page.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let letters = fs::read_dir(folder.join("brieven")).unwrap().count();
        assert!(letters > 25, "only {letters} letters");
        assert_eq!(shown.len(), letters);
        assert!(shown.iter().all(|name| folder.join(name).exists()));
        assert!(folder.join("inbox/.Aangemeld/cur").read_dir().unwrap().count() > 5);
        // Newsletter, out-of-office and thanks stay where they came in, unread.
        assert!(folder.join("inbox/new").read_dir().unwrap().count() >= 3);
    }

    #[test]
    fn nobody_elses_folder_is_emptied() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("scriptie.txt"), b"bijna af").unwrap();
        let error = play(folder.path(), &mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("niet leeg"), "{error}");
        assert!(folder.path().join("scriptie.txt").exists());
    }
}
