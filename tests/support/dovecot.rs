//! A Dovecot of one's own: any address is a mailbox, the password is `geheim`, everything lies in one temporary folder.
//!
//! Root-safe and apart from the system's own servers. Stopped, and waited for, when dropped.

use super::certificates::write_certificate;
use super::ports::own_port;
use super::processes::{greets, need, need_root, terminate};
use super::settings::{BOT, PASSWORD, imap, open_to_all};
use super::until;
use aanmelder::config::{SecretSource, Server, Source, Tls};
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// A running Dovecot.
pub struct Dovecot {
    folder: TempDir,
    child: Option<Child>,
    ports: Ports,
    capability: Option<String>,
    more: String,
    sent: SentFolder,
}

/// Has a mailbox a folder for sent mail?
#[derive(Clone, Copy, PartialEq, Eq)]
enum SentFolder {
    Marked,
    Missing,
}

#[derive(Clone, Copy)]
struct Ports {
    imap: u16,
    imaps: u16,
    lmtp: u16,
}

impl Ports {
    fn own() -> Self {
        Self { imap: own_port(), imaps: own_port(), lmtp: own_port() }
    }
}

impl Dovecot {
    /// Starts one with all that it can do.
    pub fn start() -> Self {
        Self::start_saying(None, "", SentFolder::Marked)
    }

    /// Starts one with more lines in its configuration, in which `{folder}` is its temporary folder.
    pub fn start_with(more: &str) -> Self {
        Self::start_saying(None, more, SentFolder::Marked)
    }

    /// Starts one whose mailboxes have no folder for sent mail.
    pub fn start_without_sent_folder() -> Self {
        Self::start_saying(None, "", SentFolder::Missing)
    }

    /// Starts one that names only these abilities, such as `IMAP4rev1 UIDPLUS`: a program that heeds them does without the rest.
    pub fn start_able_to(capability: &str) -> Self {
        Self::start_saying(Some(capability.to_owned()), "", SentFolder::Marked)
    }

    fn start_saying(capability: Option<String>, more: &str, sent: SentFolder) -> Self {
        need("dovecot", "dovecot-imapd dovecot-lmtpd");
        need_root();
        let folder = tempfile::Builder::new().prefix("aan").tempdir_in("/tmp").unwrap();
        open_to_all(folder.path());
        write_certificate(folder.path());
        for part in ["mail", "log"] {
            fs::create_dir(folder.path().join(part)).unwrap();
            chown(folder.path().join(part), Some(65534), Some(65534)).unwrap();
        }
        let ports = Ports::own();
        let mut dovecot = Self { folder, child: None, ports, capability, more: String::new(), sent };
        dovecot.more = more.replace("{folder}", &dovecot.folder.path().display().to_string());
        for attempt in 1.. {
            if dovecot.try_launch() {
                break;
            }
            assert!(attempt < 5, "dovecot does not start:\n{}", dovecot.log());
            dovecot.ports = Ports::own();
        }
        dovecot
    }

    /// Stops it, as a server that goes down for a while.
    pub fn stop(&mut self) {
        if let Some(child) = self.child.take() {
            terminate(child);
        }
    }

    /// Starts it again on the same ports with the same mailboxes.
    pub fn launch(&mut self) {
        until("dovecot to start again", || self.try_launch().then_some(()));
    }

    /// Starts it again with this at the end of its configuration; what stood there before is gone.
    pub fn reconfigure(&mut self, more: &str) {
        self.stop();
        self.more = more.to_owned();
        self.launch();
    }

    /// One try: `false` when it ended at once, as when a port was taken meanwhile.
    fn try_launch(&mut self) -> bool {
        self.stop();
        let path = self.folder.path().join("dovecot.conf");
        fs::write(&path, self.config()).unwrap();
        let mut child = Command::new("dovecot")
            .args(["-F", "-c"])
            .arg(&path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.folder.path().join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let up = until("dovecot to greet or to end", || {
            if child.try_wait().unwrap().is_some() {
                return Some(false);
            }
            let greeted = greets(self.ports.imap) && TcpStream::connect(("127.0.0.1", self.ports.lmtp)).is_ok();
            greeted.then_some(true)
        });
        self.child = Some(child);
        up
    }

    /// Forgets the UIDs of a mailbox's inbox, so that it gets another UIDVALIDITY. Only while it is stopped.
    pub fn renumber(&self, address: &str) {
        assert!(self.child.is_none(), "stop dovecot first");
        let inbox = self.mailbox_folder(address);
        for entry in fs::read_dir(inbox).unwrap().map(Result::unwrap) {
            if entry.file_name().to_string_lossy().starts_with("dovecot") && entry.file_type().unwrap().is_file() {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }

    /// The Maildir of a mailbox.
    pub fn mailbox_folder(&self, address: &str) -> PathBuf {
        self.folder.path().join("mail").join(address)
    }

    /// Puts mails into a mailbox, as many at once as if the server had taken them in together.
    pub fn drop_into(&self, address: &str, mails: impl Iterator<Item = String>) {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let inbox = self.mailbox_folder(address);
        until("somebody to have logged in to it", || inbox.join("new").is_dir().then_some(()));
        for mail in mails {
            let name = format!("{:08x}.{:08}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
            let (written, there) = (inbox.join("tmp").join(&name), inbox.join("new").join(&name));
            fs::write(&written, mail.replace('\n', "\r\n")).unwrap();
            chown(&written, Some(65534), Some(65534)).unwrap();
            fs::rename(&written, &there).unwrap();
        }
    }

    /// Where its certificate lies.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("cert.pem")
    }

    /// Its temporary folder, gone when it is dropped.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The port for IMAP, with STARTTLS or without TLS.
    pub fn imap_port(&self) -> u16 {
        self.ports.imap
    }

    /// The port for IMAP in TLS.
    pub fn imaps_port(&self) -> u16 {
        self.ports.imaps
    }

    /// The port for LMTP.
    pub fn lmtp_port(&self) -> u16 {
        self.ports.lmtp
    }

    /// The program's settings to reach the bot's mailbox over TLS.
    pub fn server(&self) -> Server {
        Server {
            host: "localhost".to_owned(),
            port: self.ports.imaps,
            tls: Tls::Implicit,
            ca_file: Some(self.certificate()),
            user: BOT.to_owned(),
            password: SecretSource::Env("AANMELDER_TEST_PASSWORD".to_owned()),
            login: aanmelder::config::Login::Password,
            timeout_secs: 20,
        }
    }

    /// The same as a source.
    pub fn source(&self) -> Source {
        imap(self.server())
    }

    /// What it logged, for a failing test.
    pub fn log(&self) -> String {
        ["stderr", "log/dovecot.log"]
            .map(|file| fs::read_to_string(self.folder.path().join(file)).unwrap_or_default())
            .join("\n")
    }

    fn config(&self) -> String {
        let t = self.folder.path().display();
        let Ports { imap, imaps, lmtp } = self.ports;
        let capability = match &self.capability {
            Some(names) => format!("protocol imap {{\n  imap_capability = {names}\n}}\n"),
            None => String::new(),
        };
        let more = &self.more;
        let sent = match self.sent {
            SentFolder::Marked => "mailbox Sent {\n    auto = create\n    special_use = \\Sent\n  }",
            SentFolder::Missing => "",
        };
        format!(
            "base_dir = {t}/run
state_dir = {t}/state
log_path = {t}/log/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
first_valid_uid = 0
ssl = yes
ssl_cert = <{t}/cert.pem
ssl_key = <{t}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{t}/mail/%u
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = 50
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={t}/mail/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
  {sent}
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
{capability}{more}
"
        )
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
        if std::thread::panicking() {
            eprintln!("--- what dovecot logged last ---\n{}", super::last_lines(&self.log()));
        }
    }
}

/// With this in its configuration there are a folder of spam and an archive, marked as such (RFC 6154).
pub const SPAM_AND_ARCHIVE: &str = "namespace inbox {
  mailbox Ongewenst {
    auto = create
    special_use = \\Junk
  }
  mailbox Archief {
    auto = create
    special_use = \\Archive
  }
}";
