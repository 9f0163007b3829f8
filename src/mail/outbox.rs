//! The outbox: one letter to one recipient, over SMTP submission (RFC 6409) or into a folder.
//!
//! The only place that names lettre's transport, and of it only single commands: a letter that was refused, one that was not
//! sent and one that may have been taken are three different things, and lettre's own `send` tells them apart no more than it
//! knows timeouts. Each letter has a connection of its own, so no late answer can be taken for the next one's. Nothing is tried
//! again here: `daemon`, the only caller, does that.

use crate::config::{Server, Sink, Tls};
use crate::ids::{Address, MessageId};
use crate::mail::SendResult;
use crate::mail::tls::{self, ConnectError, Stream};
use crate::outcome::Letter;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Severity;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::time::timeout;

/// How long the server may take to answer after the whole letter (RFC 5321, 4.5.3.2.6: ten minutes).
const AFTER_DATA: Duration = Duration::from_secs(600);

/// Where letters go out.
#[derive(Debug)]
pub enum Outbox {
    /// An SMTP submission server.
    Smtp(Submission),
    /// A folder, one `.eml` file a letter.
    Folder(PathBuf),
}

/// A submission server and how to log in to it.
#[derive(Debug)]
pub struct Submission {
    server: Server,
    password: Option<SecretString>,
    after_data: Duration,
}

/// Why letters cannot go out at all.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// No connection.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The server does not accept the name and password.
    #[error(
        "{host} refuses the login of {user} ({why}); check the user name and the password, at Gmail an app password"
    )]
    LoginRefused {
        /// The server.
        host: String,
        /// The login name.
        user: String,
        /// What the server said.
        why: String,
    },
    /// The server does not offer STARTTLS.
    #[error("{0} does not offer STARTTLS; set `tls` to `implicit` and the port to 465")]
    NoStartTls(String),
    /// No password is configured.
    #[error("there is no password for {0}; set it in the configuration")]
    NoPassword(String),
    /// Something else between here and there went wrong.
    #[error("sending over {host} failed at {step}: {why}")]
    Failed {
        /// The server.
        host: String,
        /// How far it came.
        step: &'static str,
        /// What the server or the system said.
        why: String,
    },
    /// The folder cannot be written.
    #[error("{path}: {why}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
}

impl OutboxError {
    /// Is the login wrong, so that trying again at once is of no use?
    pub fn is_login_refused(&self) -> bool {
        matches!(self, Self::LoginRefused { .. })
    }
}

impl Outbox {
    /// Takes a sink with its password. Does not connect.
    ///
    /// # Errors
    /// When a server has no password, or the folder cannot be made.
    pub fn new(sink: &Sink, password: Option<SecretString>) -> Result<Self, OutboxError> {
        match sink {
            Sink::Smtp(server) if password.is_none() && !server.user.is_empty() => {
                Err(OutboxError::NoPassword(server.host.clone()))
            }
            Sink::Smtp(server) => {
                Ok(Self::Smtp(Submission { server: server.clone(), password, after_data: AFTER_DATA }))
            }
            Sink::Folder(path) => {
                std::fs::create_dir_all(path)
                    .map_err(|error| OutboxError::File { path: path.clone(), why: error.to_string() })?;
                Ok(Self::Folder(path.clone()))
            }
        }
    }

    /// Sends one letter to its one recipient. `from` is the envelope sender: where reports about it go.
    pub async fn send(&self, from: &Address, letter: &Letter) -> SendResult {
        match self {
            Self::Smtp(submission) => submission.send(from, letter).await,
            Self::Folder(path) => match write_letter(path, letter) {
                Ok(_) => SendResult::Accepted,
                Err(error) => SendResult::Later(error.to_string()),
            },
        }
    }

    /// Could a letter be sent now? Connects and logs in, or looks at the folder.
    ///
    /// # Errors
    /// See [`OutboxError`].
    pub async fn check(&self) -> Result<(), OutboxError> {
        match self {
            Self::Smtp(submission) => {
                let mut connection = submission.open().await?;
                submission.goodbye(&mut connection).await;
                Ok(())
            }
            Self::Folder(path) if path.is_dir() => Ok(()),
            Self::Folder(path) => {
                Err(OutboxError::File { path: path.clone(), why: "there is no such folder".to_owned() })
            }
        }
    }
}

/// Where in a letter's way an error came, and so what it means for the letter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Before its recipient was named: a refusal is about us.
    Sender,
    /// Its recipient, or the beginning of its text: a refusal is about the letter.
    Recipient,
    /// After its text went out: without an answer nobody knows.
    Text,
}

impl Submission {
    /// The same with another patience after the text, so that tests need not wait ten minutes.
    #[doc(hidden)]
    pub fn patient_for(mut self, after_data: Duration) -> Self {
        self.after_data = after_data;
        self
    }

    async fn send(&self, from: &Address, letter: &Letter) -> SendResult {
        let Ok(recipient) = lettre::Address::try_from(letter.to.as_str().to_owned()) else {
            return SendResult::Refused(format!("{} is no address that mail can be sent to", letter.to));
        };
        let Ok(sender) = lettre::Address::try_from(from.as_str().to_owned()) else {
            return SendResult::Later(format!("{from} is no address that mail can be sent from"));
        };
        let mut connection = match self.open().await {
            Ok(connection) => connection,
            Err(error) => return SendResult::Later(error.to_string()),
        };
        let result = self.hand_over(&mut connection, sender, recipient, &letter.bytes).await;
        if matches!(result, SendResult::Accepted) {
            self.goodbye(&mut connection).await;
        }
        result
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        sender: lettre::Address,
        recipient: lettre::Address,
        bytes: &[u8],
    ) -> SendResult {
        let mut parameters = Vec::new();
        let info = connection.server_info();
        let foreign = |address: &lettre::Address| !AsRef::<str>::as_ref(address).is_ascii();
        if foreign(&sender) || foreign(&recipient) {
            if !info.supports_feature(Extension::SmtpUtfEight) {
                return SendResult::Refused(format!("{} takes no addresses with accents", self.server.host));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() && info.supports_feature(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let limit = self.limit();
        let text = whole_lines(bytes);
        let exchange = async {
            self.step(Step::Sender, limit, connection.command(Mail::new(Some(sender), parameters))).await?;
            self.step(Step::Recipient, limit, connection.command(Rcpt::new(recipient, Vec::new()))).await?;
            self.step(Step::Recipient, limit, connection.command(Data)).await?;
            self.step(Step::Text, self.after_data, connection.message(&text)).await
        };
        exchange.await.map_or_else(|result| result, |()| SendResult::Accepted)
    }

    /// Runs one step of a letter within its time; an error says at once what it means for the letter.
    async fn step<T>(
        &self,
        step: Step,
        limit: Duration,
        exchange: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<(), SendResult> {
        let host = &self.server.host;
        match timeout(limit, exchange).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => match error.status() {
                Some(code) => {
                    let why = format!("{host} said {}", said(&error));
                    let for_good = code.severity == Severity::PermanentNegativeCompletion;
                    // 530, 535 and 538 are about the login, whatever they answer (RFC 4954, 6).
                    let about_login = matches!(u16::from(code), 530 | 535 | 538);
                    match step {
                        Step::Recipient | Step::Text if for_good && !about_login => Err(SendResult::Refused(why)),
                        _ => Err(SendResult::Later(why)),
                    }
                }
                None if step == Step::Text => {
                    Err(SendResult::Unknown(format!("{host} ended the connection before it had answered ({error})")))
                }
                None => Err(SendResult::Later(format!("the connection to {host} was lost ({error})"))),
            },
            Err(_) => {
                let why = format!("{host} did not answer within {} seconds", limit.as_secs());
                Err(if step == Step::Text { SendResult::Unknown(why) } else { SendResult::Later(why) })
            }
        }
    }

    /// Connects, protects the connection, and logs in.
    async fn open(&self) -> Result<AsyncSmtpConnection, OutboxError> {
        let server = &self.server;
        let limit = self.limit();
        let mut stream = tls::connect(server).await?;
        if server.tls == Tls::StartTls {
            let asked = timeout(limit, ask_start_tls(&mut stream)).await;
            match asked.map_err(|_| self.failed("STARTTLS", "no answer in time"))? {
                Ok(true) => {}
                Ok(false) => return Err(OutboxError::NoStartTls(server.host.clone())),
                Err(error) => return Err(self.failed("STARTTLS", &error.to_string())),
            }
            stream = tls::upgrade(stream, server).await?;
        }
        let greeted = server.tls == Tls::StartTls;
        let wire = Wire { greeting: if greeted { b"220 protected\r\n" } else { b"" }, stream };
        let name = ClientId::default();
        let hello = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &name);
        let mut connection = match timeout(limit, hello).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(self.failed("the greeting", &said(&error))),
            Err(_) => return Err(self.failed("the greeting", "no answer in time")),
        };
        if let Some(password) = &self.password {
            let credentials = Credentials::new(server.user.clone(), password.expose_secret().to_owned());
            let login = connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials);
            match timeout(limit, login).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) if error.is_permanent() => {
                    return Err(OutboxError::LoginRefused {
                        host: server.host.clone(),
                        user: server.user.clone(),
                        why: said(&error),
                    });
                }
                Ok(Err(error)) => return Err(self.failed("the login", &said(&error))),
                Err(_) => return Err(self.failed("the login", "no answer in time")),
            }
        }
        Ok(connection)
    }

    async fn goodbye(&self, connection: &mut AsyncSmtpConnection) {
        let patience = self.limit().min(Duration::from_secs(2));
        let _ = timeout(patience, connection.command(Quit)).await;
    }

    fn limit(&self) -> Duration {
        Duration::from_secs(self.server.timeout_secs.max(1))
    }

    fn failed(&self, step: &'static str, why: &str) -> OutboxError {
        OutboxError::Failed { host: self.server.host.clone(), step, why: why.to_owned() }
    }
}

/// The server's words, on one line.
fn said(error: &lettre::transport::smtp::Error) -> String {
    let text = match (error.status(), std::error::Error::source(error)) {
        (Some(code), Some(words)) => format!("{code} {words}"),
        (Some(code), None) => code.to_string(),
        (None, _) => error.to_string(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
}

/// Goes through the greeting and EHLO up to the server's agreement to STARTTLS (RFC 3207). `false`: it does not offer it.
/// What it sent beyond that agreement is dropped with the buffer, so that nobody can slip commands in before the protection.
async fn ask_start_tls(stream: &mut Stream) -> io::Result<bool> {
    read_reply(stream).await?;
    stream.write_all(b"EHLO [127.0.0.1]\r\n").await?;
    let offers = read_reply(stream).await?;
    let offered = offers.iter().any(|line| line.get(4..).is_some_and(|word| word.eq_ignore_ascii_case("STARTTLS")));
    if !offered {
        return Ok(false);
    }
    stream.write_all(b"STARTTLS\r\n").await?;
    read_reply(stream).await?;
    Ok(true)
}

/// Reads one reply of one or more lines (RFC 5321, 4.2.1), byte by byte, so that nothing beyond it is taken.
async fn read_reply(stream: &mut Stream) -> io::Result<Vec<String>> {
    const LONGEST: usize = 64 * 1024;
    let mut lines = Vec::new();
    let mut line = Vec::new();
    for _ in 0..LONGEST {
        let byte = stream.read_u8().await?;
        if byte != b'\n' {
            line.push(byte);
            continue;
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        let (good, last) = (text.starts_with('2'), text.as_bytes().get(3) != Some(&b'-'));
        lines.push(text);
        if last && good {
            return Ok(lines);
        }
        if last {
            return Err(io::Error::other(lines.join(" ")));
        }
    }
    Err(io::Error::other("its answer has no end"))
}

/// The stream as lettre takes it over. After STARTTLS a server does not greet again, but lettre waits for a greeting: it gets one.
#[derive(Debug)]
struct Wire {
    greeting: &'static [u8],
    stream: Stream,
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let (now, later) = self.greeting.split_at(self.greeting.len().min(buf.remaining()));
        buf.put_slice(now);
        self.greeting = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The letter with every line ended by CRLF and without its last line end, which the protocol adds. A lone CR or LF is where
/// one server sees the end of a mail and another does not (RUSTSEC-2026-0561).
fn whole_lines(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len() + 64);
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\r' => {
                rest.next_if_eq(&b'\n');
                text.extend(b"\r\n");
            }
            b'\n' => text.extend(b"\r\n"),
            other => text.push(other),
        }
    }
    if text.ends_with(b"\r\n") {
        text.truncate(text.len() - 2);
    }
    text
}

/// Writes a letter under a name that tells when and to whom; the same letter always gets the same name.
fn write_letter(folder: &Path, letter: &Letter) -> Result<PathBuf, OutboxError> {
    let path = folder.join(file_name(letter));
    let draft = path.with_extension("part");
    let written = std::fs::write(&draft, &letter.bytes).and_then(|()| std::fs::rename(&draft, &path));
    written.map(|()| path.clone()).map_err(|error| OutboxError::File { path, why: error.to_string() })
}

fn file_name(letter: &Letter) -> String {
    let to: String = letter
        .to
        .as_str()
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+') { c } else { '_' })
        .take(80)
        .collect();
    let when = letter.written_at.strftime("%Y-%m-%d_%H%M%S");
    format!("{when}_{to}_{}.eml", short_hash(&letter.id))
}

fn short_hash(id: &MessageId) -> String {
    Sha256::digest(id.as_str().as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn letter() -> Letter {
        Letter {
            id: MessageId::new("<b16.1@zzp.example>"),
            kind: None,
            person: None,
            to: Address::new("sanne/../x@dewit.nl").unwrap(),
            event: None,
            written_at: Timestamp::from_second(1_510_000_000).unwrap(),
            bytes: b"Subject: x\r\n\r\nhallo\r\n".to_vec(),
        }
    }

    #[test]
    fn lone_line_ends_never_leave() {
        assert_eq!(whole_lines(b"a\nb\rc\r\nd\r\n"), b"a\r\nb\r\nc\r\nd");
        assert_eq!(whole_lines(b"a\r\n.\r\nb"), b"a\r\n.\r\nb");
        assert_eq!(whole_lines(b"a\n\n"), b"a\r\n");
    }

    #[tokio::test]
    async fn a_letter_sent_twice_into_a_folder_is_one_file_inside_it() {
        let folder = tempfile::tempdir().unwrap();
        let sink = Sink::Folder(folder.path().join("letters"));
        let outbox = Outbox::new(&sink, None).unwrap();
        let from = Address::new("bot@zzp.example").unwrap();
        for _ in 0..2 {
            assert_eq!(outbox.send(&from, &letter()).await, SendResult::Accepted);
        }
        outbox.check().await.unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("letters")).unwrap().map(|f| f.unwrap()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(std::fs::read(files[0].path()).unwrap(), letter().bytes);
        let name = files[0].file_name().into_string().unwrap();
        assert!(name.starts_with("2017-11-06_202640_sanne_.._x@dewit.nl_") && name.ends_with(".eml"), "{name}");
    }
}
