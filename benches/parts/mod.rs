//! What the benches share: a mail server that takes everything at once, mails, and a program between it and a real Dovecot.
#![allow(dead_code, reason = "each bench uses a part of it")]

use crate::support::dovecot::Dovecot;
use crate::support::settings::{BOT, PASSWORD};
use crate::support::world::event_add;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A mail server that accepts every letter, in clear, at once, and forgets it.
pub struct Sink {
    pub port: u16,
    taken: Arc<AtomicU64>,
    last: Arc<Mutex<Instant>>,
}

impl Sink {
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let sink = Self { port, taken: Arc::default(), last: Arc::new(Mutex::new(Instant::now())) };
        let (taken, last) = (sink.taken.clone(), sink.last.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (taken, last) = (taken.clone(), last.clone());
                std::thread::spawn(move || drop(talk(stream, &taken, &last)));
            }
        });
        sink
    }

    /// How many letters it has taken.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::SeqCst)
    }

    /// Waits until it has taken so many, and gives when it took the last one.
    pub fn wait_for(&self, letters: u64) -> Instant {
        let end = Instant::now() + Duration::from_secs(600);
        while self.taken() < letters {
            assert!(Instant::now() < end, "only {} of {letters} letters came", self.taken());
            std::thread::sleep(Duration::from_millis(2));
        }
        *self.last.lock().expect("no panic in the sink")
    }
}

fn talk(stream: TcpStream, taken: &AtomicU64, last: &Mutex<Instant>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    stream.write_all(b"220 sink\r\n")?;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.get(..4).unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => stream.write_all(b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n")?,
            "DATA" => {
                stream.write_all(b"354 go\r\n")?;
                let mut bytes = Vec::new();
                while bytes != b".\r\n" {
                    bytes.clear();
                    if reader.read_until(b'\n', &mut bytes)? == 0 {
                        return Ok(());
                    }
                }
                stream.write_all(b"250 taken\r\n")?;
                *last.lock().expect("no panic in the sink") = Instant::now();
                taken.fetch_add(1, Ordering::SeqCst);
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n"),
            _ => stream.write_all(b"250 fine\r\n")?,
        }
    }
}

/// A sign-up of one of many people, with what mails have around their words.
pub fn sign_up(number: usize) -> String {
    format!(
        "Return-Path: <deelnemer{number}@voorbeeld.nl>\nReceived: from mx.voorbeeld.nl by mail.example; Wed, 01 Nov 2017 10:00:00 +0100\n\
         From: Deelnemer {number} <deelnemer{number}@voorbeeld.nl>\nTo: {BOT}\nSubject: Aanmelding bijeenkomst\n\
         Message-ID: <s{number}@voorbeeld.nl>\nDate: Wed, 01 Nov 2017 10:00:00 +0100\nMIME-Version: 1.0\n\
         Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n\
         Beste Marijke,\n\nIk kom graag naar de bijeenkomst.\n\nMet vriendelijke groet,\nDeelnemer {number}\n"
    )
}

/// One of the mails of a busy year: a hundred people sign up and cancel again and again, and as many newsletters come.
pub fn busy_mail(number: usize) -> String {
    let person = number / 2 % 100;
    let sign_up = sign_up(person).replace(&format!("<s{person}@"), &format!("<m{number}@"));
    match number % 4 {
        0 => sign_up,
        2 => sign_up.replace("Ik kom graag naar de bijeenkomst.", "Ik kan helaas toch niet komen."),
        _ => {
            sign_up.replace("MIME-Version", "List-Id: <nieuws.example>\nPrecedence: bulk\nMIME-Version")
                + &"Aanbieding!\n".repeat(800)
        }
    }
}

/// The built program, watching the bot's mailbox of a Dovecot and sending to a sink.
pub struct Daemon {
    child: Child,
    home: PathBuf,
}

impl Daemon {
    /// Starts it, with a meeting of so many seats, and waits until it runs.
    pub fn start(dovecot: &Dovecot, sink: &Sink, seats: u32) -> Self {
        let home = dovecot.folder().join("home");
        fs::create_dir_all(&home).expect("a folder");
        let config = format!(
            "[network]\nname = \"ZZP Loosduinen\"\naddress = \"{BOT}\"\n\n[coordinator]\nname = \"Marijke\"\naddress = \"marijke@voorbeeld.nl\"\n\n\
             [imap]\nhost = \"localhost\"\nport = {}\ntls = \"implicit\"\nca_file = \"{}\"\nuser = \"{BOT}\"\npassword = {{ env = \"AANMELDER_TEST_PASSWORD\" }}\n\n\
             [smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"plain\"\nlogin = \"none\"\n\n[store]\npath = \"store\"\n\n\
             [caps]\nperson_hour = 10000\nperson_day = 10000\nthread_day = 10000\ntotal_hour = 100000\nletters_day = 100000\n\n[log]\nfilter = \"info\"\n",
            dovecot.imaps_port(),
            dovecot.certificate().display(),
            sink.port
        );
        fs::write(home.join("aanmelder.toml"), config).expect("the configuration");
        let log = fs::File::create(home.join("log")).expect("the log");
        let child = command(&home, &["run"]).stderr(log).spawn().expect("the program");
        let daemon = Self { child, home };
        daemon.wait_until("aanmelder is running");
        let day = aanmelder::clock::now().in_tz("Europe/Amsterdam").expect("a zone").date();
        let day = day.checked_add(jiff::Span::new().days(20)).expect("a day").strftime("%d-%m-%Y").to_string();
        let (when, seats) = (format!("{day} 20:00-22:00"), seats.to_string());
        let made = command(&daemon.home, &event_add(&when, &seats)).status().expect("the program");
        assert!(made.success());
        daemon
    }

    /// Waits until the log says something.
    pub fn wait_until(&self, said: &str) {
        let end = Instant::now() + Duration::from_secs(60);
        while !fs::read_to_string(self.home.join("log")).unwrap_or_default().contains(said) {
            assert!(Instant::now() < end, "the program does not say `{said}`");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// How many mails it has done.
    pub fn done(&self) -> usize {
        let log = fs::read_to_string(self.home.join("log")).unwrap_or_default();
        log.matches("mail done").count()
    }

    /// Ends it as the system does, and gives the folder where its configuration lies.
    pub fn end(mut self) -> PathBuf {
        let ended = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill");
        assert!(ended.success() && self.child.wait().expect("the program").success());
        self.home.clone()
    }

    /// A figure of /proc/PID/status, in KiB.
    pub fn memory(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a running program");
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).expect("the figure");
        line.trim().trim_end_matches(" kB").parse().expect("a number")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The built program with these words, as the service runs it.
pub fn command(home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aanmelder"));
    command.args(words).arg("--config").arg(home.join("aanmelder.toml")).current_dir(home);
    for (name, value) in service_environment() {
        command.env(name, value);
    }
    command.env("AANMELDER_TEST_PASSWORD", PASSWORD).stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// What the unit file of the service sets.
fn service_environment() -> impl Iterator<Item = (&'static str, &'static str)> {
    let settings =
        include_str!("../../config/aanmelder.service").lines().filter_map(|line| line.strip_prefix("Environment="));
    settings.flat_map(str::split_whitespace).filter_map(|setting| setting.split_once('='))
}

/// The middle one.
pub fn median(mut values: Vec<Duration>) -> Duration {
    values.sort();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
