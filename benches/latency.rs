//! How long somebody waits: from the arrival of his mail to the acceptance of the answer, against a bare client that waits in IDLE,
//! fetches what comes and answers blindly.
//!
//! `cargo bench --bench latency` sends mails to both in turns, on the same Dovecot and the same Exim with STARTTLS and login, and
//! prints the ratio of the middle times; it should be at most 1.5.

#[path = "parts/mod.rs"]
mod parts;
#[path = "../tests/support/mod.rs"]
mod support;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use parts::{median, sign_up};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::mpsc;
use std::time::{Duration, Instant};
use support::settings::{BOT, PASSWORD};
use support::smtp::deliver;
use support::world::World;

const MAILS: usize = 40;
/// The mailbox of the bare client.
const BARE: &str = "bare@voorbeeld.nl";

fn main() {
    let mut world = World::start();
    world.configure("[caps]\ntotal_hour = 1000\n", "23:59");
    let mut program = world.launch_logging();
    let (said, log) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(program.log()).lines().map_while(Result::ok) {
            if line.contains("letter sent") || line.contains("aanmelder is running") {
                said.send(Instant::now()).ok();
            }
        }
    });
    log.recv_timeout(Duration::from_secs(60)).expect("the program to run");
    world.add_event(20, MAILS as u32 + 10);
    let bare = Bare::start(&world);
    let (mut ours, mut blind) = (Vec::new(), Vec::new());
    for number in 0..MAILS {
        let came = deliver_to(&world, BOT, number);
        ours.push(log.recv_timeout(Duration::from_secs(60)).expect("an answer") - came);
        let came = deliver_to(&world, BARE, number);
        blind.push(bare.recv_timeout(Duration::from_secs(60)).expect("an answer") - came);
    }
    let (ours, blind) = (median(ours), median(blind));
    println!("from arrival to answer accepted: {ours:.1?}, a bare client that answers blindly {blind:.1?}");
    println!("ratio {:.2} (at most 1.5 is wanted)", ours.as_secs_f64() / blind.as_secs_f64());
}

/// Puts a mail into a mailbox; gives when it was there.
fn deliver_to(world: &World, mailbox: &str, number: usize) -> Instant {
    // Exim still delivers the answer before this one.
    std::thread::sleep(Duration::from_millis(300));
    deliver(world.dovecot.lmtp_port(), mailbox, &sign_up(number));
    Instant::now()
}

/// A client with nothing but a socket: IDLE, FETCH, an answer, DONE, and again. Tells when each answer was accepted.
struct Bare;

impl Bare {
    fn start(world: &World) -> mpsc::Receiver<Instant> {
        let certificate = std::fs::read(world.dovecot.certificate()).expect("a certificate");
        let tls = TlsParameters::builder("localhost".to_owned())
            .add_root_certificate(Certificate::from_pem(&certificate).expect("a certificate"))
            .build()
            .expect("TLS");
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("localhost")
            .port(world.exim.port())
            .tls(Tls::Required(tls))
            .credentials(Credentials::new(BOT.to_owned(), PASSWORD.to_owned()));
        let (tell, told) = mpsc::channel();
        let (ready, is_ready) = mpsc::channel();
        let port = world.dovecot.imap_port();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            let mut talk = Talk::log_in(port);
            let mut known = talk.exists;
            loop {
                talk.say("IDLE");
                talk.hear_until("+ ");
                ready.send(()).ok();
                talk.hear_until(" EXISTS");
                talk.raw("DONE\r\n");
                talk.hear_until("OK");
                known += 1;
                let mail = talk.fetch(known);
                let to = mail.lines().find_map(|line| line.strip_prefix("From: ")).expect("an author").to_owned();
                let letter = lettre::Message::builder()
                    .from(BOT.parse().expect("an address"))
                    .to(to.parse().expect("an address"))
                    .subject("Je bent erbij")
                    .body("Je staat op de lijst.".to_owned())
                    .expect("a letter");
                // A connection for each answer, as a client has that waits for hours in between.
                runtime.block_on(smtp.clone().build::<Tokio1Executor>().send(letter)).expect("accepted");
                if tell.send(Instant::now()).is_err() {
                    return;
                }
            }
        });
        is_ready.recv().expect("the bare client to wait");
        told
    }
}

struct Talk {
    reader: BufReader<TcpStream>,
    stream: TcpStream,
    exists: u32,
}

impl Talk {
    fn log_in(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("Dovecot");
        stream.set_nodelay(true).expect("a socket");
        let mut talk = Self { reader: BufReader::new(stream.try_clone().expect("a socket")), stream, exists: 0 };
        talk.hear_until("* OK");
        talk.say(&format!("LOGIN {BARE} {PASSWORD}"));
        talk.hear_until("a OK");
        talk.say("SELECT INBOX");
        talk.hear_until("a OK");
        talk
    }

    fn say(&mut self, command: &str) {
        self.raw(&format!("a {command}\r\n"));
    }

    fn raw(&mut self, text: &str) {
        self.stream.write_all(text.as_bytes()).expect("Dovecot");
    }

    fn hear_until(&mut self, what: &str) {
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line).expect("Dovecot");
            if line.contains(what) {
                return;
            }
        }
    }

    fn fetch(&mut self, number: u32) -> String {
        self.say(&format!("FETCH {number} (BODY.PEEK[])"));
        let mut line = String::new();
        while !line.contains("BODY[]") {
            line.clear();
            self.reader.read_line(&mut line).expect("Dovecot");
        }
        let size = line.trim_end().trim_end_matches('}').rsplit('{').next().and_then(|size| size.parse().ok());
        let mut mail = vec![0; size.expect("a literal")];
        self.reader.read_exact(&mut mail).expect("the mail");
        self.hear_until("a OK");
        String::from_utf8_lossy(&mail).replace("\r\n", "\n")
    }
}
