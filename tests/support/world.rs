//! The world of a journey: both servers, a configuration, and the program as it is built, started and killed at will.

use super::dovecot::Dovecot;
use super::exim::{Exim, PROVIDER};
use super::mail::{Mail, plain};
use super::mailbox::{folder, mailbox};
use super::settings::{BOT, PASSWORD};
use super::{DEADLINE, smtp, until};
use aanmelder::crash_points::CrashPoint;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// The coordinator's address.
pub const COORDINATOR: &str = "marijke@voorbeeld.nl";

/// Both servers, the configuration, and what the program left behind.
pub struct World {
    /// Outermost first: a server goes before what it leans on.
    pub exim: Exim,
    /// All mailboxes.
    pub dovecot: Dovecot,
    config: String,
}

/// A running program.
pub struct Program {
    child: Child,
}

impl World {
    /// Starts the servers and writes a configuration for them.
    pub fn start() -> Self {
        Self::start_on(Dovecot::start())
    }

    /// The same on this Dovecot.
    pub fn start_on(dovecot: Dovecot) -> Self {
        let exim = Exim::start(&dovecot);
        let mut world = Self { exim, dovecot, config: String::new() };
        world.configure("", "23:59");
        world
    }

    /// Writes the configuration, with more lines at its end, and the time of day for the digest.
    pub fn configure(&mut self, more: &str, digest_at: &str) {
        let (imaps, submission) = (self.dovecot.imaps_port(), self.exim.port());
        let certificate = self.dovecot.certificate().display().to_string();
        self.config = format!(
            "[network]
name = \"ZZP Loosduinen\"
address = \"{BOT}\"

[coordinator]
name = \"Marijke\"
address = \"{COORDINATOR}\"
digest_at = \"{digest_at}\"

[imap]
host = \"localhost\"
port = {imaps}
tls = \"implicit\"
ca_file = \"{certificate}\"
user = \"{BOT}\"
password = {{ env = \"AANMELDER_TEST_PASSWORD\" }}
poll_seconds = 5
timeout_seconds = 20

[smtp]
own_copy_seconds = 20
host = \"localhost\"
port = {submission}
tls = \"starttls\"
ca_file = \"{certificate}\"
user = \"{BOT}\"
password = {{ env = \"AANMELDER_TEST_PASSWORD\" }}
timeout_seconds = 30

[store]
path = \"store\"

[trust]
authserv_id = \"{PROVIDER}\"

[log]
filter = \"info,aanmelder=debug\"
full_addresses = true
{more}"
        );
        fs::write(self.config_path(), &self.config).unwrap();
    }

    /// The configuration.
    pub fn config_path(&self) -> PathBuf {
        self.home().join("aanmelder.toml")
    }

    /// The folder with the configuration and the store.
    pub fn home(&self) -> PathBuf {
        let home = self.dovecot.folder().join("home");
        fs::create_dir_all(&home).unwrap();
        home
    }

    /// The program with this configuration, ready to be started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_with(arguments, &self.config_path())
    }

    /// The program with another configuration.
    pub fn command_with(&self, arguments: &[&str], config: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aanmelder"));
        command
            .args(arguments)
            .arg("--config")
            .arg(config)
            .current_dir(self.home())
            .env("AANMELDER_TEST_PASSWORD", PASSWORD)
            .env_remove("RUST_LOG")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command that must go well and gives what it printed.
    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> String {
        let output = self.try_run(arguments);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "aanmelder {arguments:?}: {}\n{out}\n{err}", output.status);
        out.into_owned()
    }

    /// Runs a command.
    pub fn try_run(&self, arguments: &[&str]) -> Output {
        let output = self.command(arguments).output().unwrap();
        self.note_log(&output.stderr);
        output
    }

    /// Starts `aanmelder run` with these options; its log goes to a file.
    pub fn launch(&self, options: &[&str]) -> Program {
        let log = self.log_file();
        let arguments: Vec<&str> = ["run"].iter().chain(options).copied().collect();
        let child = self.command(&arguments).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Program { child }
    }

    /// Starts it with its log as a stream, to see what it says the moment that it says it.
    pub fn launch_logging(&self) -> Program {
        Program { child: self.command(&["run"]).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap() }
    }

    /// Starts `aanmelder run`, told to end itself by SIGKILL where it first passes this point.
    pub fn launch_to_die_at(&self, point: CrashPoint) -> Program {
        let log = self.log_file();
        let child = self
            .command(&["run"])
            .env(aanmelder::crash_points::VARIABLE, point.name())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Program { child }
    }

    /// Starts it and waits until it takes commands.
    pub fn launch_ready(&self, options: &[&str]) -> Program {
        let before = self.log().len();
        let mut program = self.launch(options);
        until("the program to be ready", || {
            assert!(program.child.try_wait().unwrap().is_none(), "the program ended");
            self.log()[before..].contains("aanmelder is running").then_some(())
        });
        program
    }

    /// Makes the event `b16` so many days from now, at eight in the evening.
    pub fn add_event(&self, days: i64, seats: u32) {
        let when = day_from_now(days);
        let (seats, when) = (seats.to_string(), format!("{when} 20:00-22:00"));
        self.run(&event_add(&when, &seats));
    }

    /// Sends the bot a mail over SMTP, as the person himself.
    pub fn write(&self, person: &str, subject: &str, id: &str, text: &str) {
        let name = person.split('@').next().unwrap_or_default();
        self.send(person, &plain(&format!("{name} <{person}>"), BOT, subject, id, text));
    }

    /// Answers a letter.
    pub fn answer(&self, person: &str, letter: &Mail, id: &str, text: &str) {
        let mail = plain(person, BOT, &format!("Re: {}", letter.subject()), id, text);
        let thread = format!("In-Reply-To: <{0}>\nReferences: <{0}>\nMIME-Version", letter.id());
        self.send(person, &mail.replacen("MIME-Version", &thread, 1));
    }

    /// Sends the bot a mail as it is.
    pub fn send(&self, person: &str, mail: &str) {
        smtp::send(self.exim.port(), person, BOT, mail);
    }

    /// The letters in a person's inbox, once there are so many.
    #[track_caller]
    pub fn letters(&self, person: &str, count: usize) -> Vec<Mail> {
        until(&format!("{count} letters to {person}"), || {
            let letters = distinct(folder(&self.dovecot, person, "INBOX"));
            (letters.len() >= count).then_some(letters)
        })
    }

    /// The mails of one of the bot's folders.
    pub fn bot(&self, name: &str) -> Vec<Mail> {
        folder(&self.dovecot, BOT, name)
    }

    /// Stops the mailbox server when nothing is on its way to it: a delivery that it has no time to acknowledge comes again.
    pub fn stop_mailbox(&mut self) {
        until("all mail to be delivered", || self.exim.has_delivered_all().then_some(()));
        self.dovecot.stop();
    }

    /// Waits until one of the bot's folders holds so many mails.
    #[track_caller]
    pub fn bot_holds(&self, name: &str, count: usize) -> Vec<Mail> {
        let mut last = 0;
        until(&format!("{count} mails in {name}"), || {
            let mails = self.bot(name);
            last = mails.len();
            (last == count).then_some(mails)
        })
    }

    /// How many mails each of the bot's folders holds.
    pub fn bot_counts(&self) -> Vec<(String, usize)> {
        mailbox(&self.dovecot, BOT).into_iter().map(|(name, mails)| (name, mails.len())).collect()
    }

    /// What the program logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.home().join("log")).unwrap_or_default()
    }

    fn note_log(&self, text: &[u8]) {
        use std::io::Write;
        self.log_file().write_all(text).unwrap();
    }

    fn log_file(&self) -> fs::File {
        fs::OpenOptions::new().create(true).append(true).open(self.home().join("log")).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("--- what aanmelder logged last ---\n{}", super::last_lines(&self.log()));
            // AANMELDER_KEEP names a folder for all that a failed journey left: mailboxes, store and logs.
            if let Some(kept) = std::env::var_os("AANMELDER_KEEP") {
                fs::create_dir_all(&kept).ok();
                Command::new("cp").arg("-a").args([self.dovecot.folder(), kept.as_ref()]).status().ok();
            }
        }
    }
}

impl Program {
    /// Kills it as a power cut would: no farewell.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end and waits; how it ended, and how long that took.
    pub fn stop(mut self) -> (ExitStatus, Duration) {
        let began = Instant::now();
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        let status = until("the program to end", || self.child.try_wait().unwrap());
        (status, began.elapsed())
    }

    /// The log of a program that was started for it.
    pub fn log(&mut self) -> std::process::ChildStderr {
        self.child.stderr.take().unwrap()
    }

    /// The most memory that it has held at once, in KiB.
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// Waits until it ends by itself.
    pub fn ends(mut self) -> ExitStatus {
        until("the program to end by itself", || self.child.try_wait().unwrap())
    }

    /// Has it ended?
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The mails without repeats. A letter may come twice when its sender was killed between handing it over and writing that
/// down, but then it is the very same letter.
pub fn distinct(mails: Vec<Mail>) -> Vec<Mail> {
    let mut kept: Vec<Mail> = Vec::new();
    for mail in mails {
        match kept.iter().find(|other| other.id() == mail.id()) {
            None => kept.push(mail),
            Some(other) => assert_eq!(own_part(&other.text), own_part(&mail.text), "one Message-ID, two letters"),
        }
    }
    kept
}

/// A letter without what the servers on its way wrote above it.
fn own_part(text: &str) -> &str {
    text.find("\r\nFrom: ").map_or(text, |start| &text[start..])
}

/// The command that makes the event `b16`.
pub fn event_add<'a>(when: &'a str, seats: &'a str) -> [&'a str; 13] {
    [
        "event",
        "add",
        "b16",
        "--title",
        "16e bijeenkomst",
        "--when",
        when,
        "--seats",
        seats,
        "--venue",
        "De Geest",
        "--address",
        "Loosduinse Hoofdstraat 1, Den Haag",
    ]
}

/// A day as a person writes it, such as `15-11-2017`, in the Netherlands.
pub fn day_from_now(days: i64) -> String {
    let today = aanmelder::clock::now().in_tz("Europe/Amsterdam").unwrap().date();
    let day = today.checked_add(jiff::Span::new().days(days)).unwrap();
    day.strftime("%d-%m-%Y").to_string()
}

/// The kind of a letter, as it says itself.
pub fn kind(letter: &Mail) -> String {
    letter.header("X-Aanmelder")
}

/// Nothing may change any more: waits until two looks some time apart are the same.
pub fn settled<T: PartialEq>(what: &str, mut look: impl FnMut() -> T) -> T {
    let end = Instant::now() + DEADLINE;
    let mut before = look();
    loop {
        std::thread::sleep(Duration::from_secs(3));
        let now = look();
        if now == before {
            return now;
        }
        assert!(Instant::now() < end, "{what} does not come to rest");
        before = now;
    }
}
