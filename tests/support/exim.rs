//! An Exim of one's own: takes mail from anybody, submission with STARTTLS and a login too, and hands all of it to a Dovecot.
//!
//! Nobody whose address begins with `weg` is there, and those with `later` are not there yet.

use super::dovecot::Dovecot;
use super::ports::own_port;
use super::processes::{greets, need, terminate};
use super::settings::{BOT, PASSWORD};
use super::until;
use aanmelder::config::{Server, Sink, Tls};
use std::fs;
use std::os::unix::fs::chown;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The name under which it writes down that a sender is who he says, as a provider does.
pub const PROVIDER: &str = "mail.example";
/// The envelope senders whom it does not vouch for.
pub const UNPROVEN: &str = "nergens.example";

/// A running Exim. Lives in the folder of its Dovecot and must go before it.
pub struct Exim {
    folder: PathBuf,
    child: Option<Child>,
    port: u16,
    open_port: u16,
    lmtp: u16,
}

impl Exim {
    /// Starts one that delivers to this Dovecot.
    pub fn start(dovecot: &Dovecot) -> Self {
        need("exim4", "exim4-daemon-heavy");
        let folder = dovecot.folder().to_owned();
        let spool = folder.join("exim");
        fs::create_dir_all(spool.join("spool")).unwrap();
        fs::copy(folder.join("key.pem"), folder.join("exim-key.pem")).unwrap();
        let (user, group) = (id_of("-u"), id_of("-g"));
        for path in [&spool, &spool.join("spool"), &folder.join("exim-key.pem")] {
            chown(path, Some(user), Some(group)).unwrap();
        }
        let mut exim = Self { folder, child: None, port: own_port(), open_port: own_port(), lmtp: dovecot.lmtp_port() };
        for attempt in 1.. {
            if exim.try_launch() {
                break;
            }
            assert!(attempt < 5, "exim does not start:\n{}", exim.log());
            (exim.port, exim.open_port) = (own_port(), own_port());
        }
        exim
    }

    /// Stops it, as a server that goes down for a while.
    pub fn stop(&mut self) {
        if let Some(child) = self.child.take() {
            terminate(child);
        }
    }

    /// Has it handed over all that it took in?
    pub fn has_delivered_all(&self) -> bool {
        let queue = fs::read_dir(self.folder.join("exim/spool/input"));
        queue.map_or(true, |mut files| files.next().is_none())
    }

    /// Starts it again on the same port.
    pub fn launch(&mut self) {
        until("exim to start again", || self.try_launch().then_some(()));
    }

    fn try_launch(&mut self) -> bool {
        self.stop();
        let path = self.folder.join("exim.conf");
        fs::write(&path, self.config()).unwrap();
        let mut child = Command::new("exim4")
            .arg("-C")
            .arg(&path)
            .args(["-bdf", "-q1s"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.folder.join("exim-stderr")).unwrap())
            .spawn()
            .unwrap();
        let up = until("exim to greet or to end", || {
            if child.try_wait().unwrap().is_some() {
                return Some(false);
            }
            greets(self.port).then_some(true)
        });
        self.child = Some(child);
        up
    }

    /// Its port, for mail from anybody and for submission.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// A port where it lets people log in without TLS too: for a test that listens on the wire.
    pub fn open_port(&self) -> u16 {
        self.open_port
    }

    /// The program's settings to send as the bot.
    pub fn server(&self) -> Server {
        Server {
            host: "localhost".to_owned(),
            port: self.port,
            tls: Tls::StartTls,
            ca_file: Some(self.folder.join("cert.pem")),
            user: BOT.to_owned(),
            password: aanmelder::config::SecretSource::Env("AANMELDER_TEST_PASSWORD".to_owned()),
            login: aanmelder::config::Login::Password,
            timeout_secs: 20,
        }
    }

    /// The same as a sink.
    pub fn sink(&self) -> Sink {
        Sink::Smtp(self.server())
    }

    /// What it logged, for a failing test.
    pub fn log(&self) -> String {
        let logs = ["exim-stderr", "exim/mainlog", "exim/paniclog", "exim/rejectlog"]
            .map(|file| fs::read_to_string(self.folder.join(file)).unwrap_or_default());
        // It says so of each of its processes, since the configuration is not its usual one.
        let telling = |line: &&str| !line.contains("exim user lost privilege");
        logs.iter().flat_map(|log| log.lines()).filter(telling).collect::<Vec<_>>().join("\n")
    }

    fn config(&self) -> String {
        let (t, port, open_port, lmtp) = (self.folder.display(), self.port, self.open_port, self.lmtp);
        format!(
            "primary_hostname = mail.example
spool_directory = {t}/exim/spool
log_file_path = {t}/exim/%slog
pid_file_path = {t}/exim/exim.pid
daemon_smtp_ports = {port} : {open_port}
local_interfaces = 127.0.0.1
daemon_startup_retries = 0
tls_advertise_hosts = *
tls_certificate = {t}/cert.pem
tls_privatekey = {t}/exim-key.pem
auth_advertise_hosts = ${{if and{{{{eq{{$tls_in_cipher}}{{}}}}{{!eq{{$received_port}}{{{open_port}}}}}}}{{}}{{*}}}}
acl_smtp_rcpt = rcpt
acl_smtp_data = data
qualify_domain = example
never_users =
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
begin acl
rcpt:
  deny message = 5.1.1 No such person here
    local_parts = ^weg
  defer message = 4.2.0 Try again later
    local_parts = ^later
  accept
data:
  warn !senders = *@{UNPROVEN}
    add_header = :at_start:Authentication-Results: {PROVIDER}; dmarc=pass header.from=${{domain:$h_from:}}
  accept
begin routers
all:
  driver = accept
  transport = dovecot
begin transports
dovecot:
  driver = smtp
  protocol = lmtp
  hosts = 127.0.0.1
  port = {lmtp}
  hosts_override
  allow_localhost
begin retry
* * F,1h,1s
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{{BOT}}}}}{{eq{{$auth3}}{{{PASSWORD}}}}}}}}}
  server_set_id = $auth2
token:
  driver = plaintext
  public_name = XOAUTH2
  server_prompts = :
  server_condition = ${{if eq{{$auth1}}{{user={BOT}\\x01auth=Bearer {PASSWORD}\\x01\\x01}}}}
  server_set_id = {BOT}
"
        )
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            eprintln!("--- what exim logged last ---\n{}", super::last_lines(&self.log()));
        }
    }
}

fn id_of(what: &str) -> u32 {
    let output = Command::new("id").args([what, "Debian-exim"]).output().unwrap();
    String::from_utf8_lossy(&output.stdout)
        .trim()
        .parse()
        .expect("exim runs as the user Debian-exim, made by its package")
}
