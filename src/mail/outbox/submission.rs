//! One letter over SMTP submission (RFC 6409): connect, protect, log in, hand over, each step within its time.
//!
//! The only place that names lettre's transport, and of it only single commands: a letter that was refused, one that was not
//! sent and one that may have been taken are three different things, and lettre's own `send` tells them apart no more than it
//! knows timeouts. Only a connection that has taken a letter is used for the next, so no late answer can be taken for its answer.

use super::limits::is_sending_limit;
use super::starttls::{Wire, ask_start_tls};
use super::{OutboxError, OwnCopy};
use crate::config::{Login, Server, Tls};
use crate::crash_points::{CrashPoint, pass};
use crate::ids::Address;
use crate::mail::connect_error::ConnectError;
use crate::mail::tls;
use crate::mail::{Halt, SendResult};
use crate::outcome::Letter;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Code, Severity};
use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// The server may take so many times the usual to answer after the whole letter: ten minutes, unless the configuration has it
/// otherwise (RFC 5321, 4.5.3.2.6).
const AFTER_DATA: u32 = 2;

/// A connection takes so many letters (Gmail ends it after about a hundred), and is not kept idle for longer.
const MOST_LETTERS: u32 = 50;
const LONGEST_IDLE: Duration = Duration::from_secs(10);

/// A submission server and how to log in to it.
pub struct Submission {
    server: Server,
    password: Option<SecretString>,
    after_data: Duration,
    kept: Mutex<Option<Kept>>,
}

impl fmt::Debug for Submission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Submission").field("host", &self.server.host).finish_non_exhaustive()
    }
}

/// A connection that has taken a letter and is ready for the next.
struct Kept {
    connection: AsyncSmtpConnection,
    letters: u32,
    idle_since: Instant,
}

/// Whom a letter comes from and goes to, as the server is told.
#[derive(Clone)]
struct Envelope {
    sender: lettre::Address,
    recipient: lettre::Address,
    copy_to: Option<lettre::Address>,
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
    /// Takes a server with its password; without one there is no login.
    pub(super) fn new(server: Server, password: Option<SecretString>) -> Self {
        let after_data = Duration::from_secs(server.timeout_secs.max(1)) * AFTER_DATA;
        Self { server, password, after_data, kept: Mutex::default() }
    }

    /// The same with another patience after the text, so that tests need not wait ten minutes.
    #[doc(hidden)]
    pub fn patient_for(mut self, after_data: Duration) -> Self {
        self.after_data = after_data;
        self
    }

    /// Connects, logs in and goes again.
    pub(super) async fn check(&self) -> Result<(), OutboxError> {
        let mut connection = self.open().await?;
        self.goodbye(&mut connection).await;
        Ok(())
    }

    /// Sends one letter, and with `copy_to` a copy of it there.
    pub(super) async fn send(
        &self,
        from: &Address,
        letter: &Letter,
        copy_to: Option<&Address>,
    ) -> (SendResult, OwnCopy) {
        match self.send_whole(from, letter, copy_to).await {
            Ok(copy) => (SendResult::Accepted, copy),
            Err(result) => (result, OwnCopy::Missing),
        }
    }

    async fn send_whole(
        &self,
        from: &Address,
        letter: &Letter,
        copy_to: Option<&Address>,
    ) -> Result<OwnCopy, SendResult> {
        let Ok(recipient) = lettre::Address::try_from(letter.head.to.as_str().to_owned()) else {
            return Err(SendResult::Refused(format!("naar {} kan geen mail gestuurd worden", letter.head.to)));
        };
        let Ok(sender) = lettre::Address::try_from(from.as_str().to_owned()) else {
            let why = format!("vanaf {from} kan geen mail gestuurd worden; kijk `address` bij [network] na");
            return Err(SendResult::Halted { halt: Halt::Unreachable, why });
        };
        let copy_to = copy_to.filter(|address| *address != &letter.head.to);
        let copy_to = copy_to.and_then(|address| lettre::Address::try_from(address.as_str().to_owned()).ok());
        let envelope = Envelope { sender, recipient, copy_to };
        let kept = self.kept.lock().await.take().filter(|kept| kept.idle_since.elapsed() < LONGEST_IDLE);
        if let Some(mut kept) = kept {
            let result = self.hand_over(&mut kept.connection, envelope.clone(), &letter.bytes).await;
            // Servers end a connection after a while or after so many letters. Nothing went out on it: a fresh one will tell.
            if !matches!(result, Err(SendResult::Halted { halt: Halt::Broken, .. })) {
                self.keep_after(&result, kept.connection, kept.letters).await;
                return result;
            }
        }
        let opened = self.open().await;
        let mut connection =
            opened.map_err(|error| SendResult::Halted { halt: error.halt(), why: error.to_string() })?;
        let result = self.hand_over(&mut connection, envelope, &letter.bytes).await;
        self.keep_after(&result, connection, 0).await;
        result
    }

    /// Ends the connection that is kept.
    pub(super) async fn hang_up(&self) {
        if let Some(mut kept) = self.kept.lock().await.take() {
            self.goodbye(&mut kept.connection).await;
        }
    }

    /// Keeps a connection for the next letter, when every answer on it was read and it has not taken many yet.
    async fn keep_after(&self, result: &Result<OwnCopy, SendResult>, mut connection: AsyncSmtpConnection, before: u32) {
        if result.is_err() {
            return;
        }
        let letters = before + 1;
        if letters < MOST_LETTERS {
            *self.kept.lock().await = Some(Kept { connection, letters, idle_since: Instant::now() });
        } else {
            self.goodbye(&mut connection).await;
        }
    }

    async fn hand_over(
        &self,
        connection: &mut AsyncSmtpConnection,
        envelope: Envelope,
        bytes: &[u8],
    ) -> Result<OwnCopy, SendResult> {
        let Envelope { sender, recipient, copy_to } = envelope;
        let mut parameters = Vec::new();
        let info = connection.server_info();
        let foreign = |address: &lettre::Address| !AsRef::<str>::as_ref(address).is_ascii();
        if foreign(&sender) || foreign(&recipient) {
            if !info.supports_feature(Extension::SmtpUtfEight) {
                let why = format!("{} kan niet naar adressen met accenten sturen", self.server.host);
                return Err(SendResult::Refused(why));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() && info.supports_feature(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let limit = self.limit();
        let text = whole_lines(bytes);
        self.step(Step::Sender, limit, connection.command(Mail::new(Some(sender), parameters))).await?;
        self.step(Step::Recipient, limit, connection.command(Rcpt::new(recipient, Vec::new()))).await?;
        let copy = match copy_to {
            Some(address) => self.add_copy(connection, address).await?,
            None => OwnCopy::Missing,
        };
        self.step(Step::Recipient, limit, connection.command(Data)).await?;
        pass(CrashPoint::BeforeFinalDot);
        self.step(Step::Text, self.after_data, connection.message(&text)).await?;
        pass(CrashPoint::AfterFinalDot);
        Ok(copy)
    }

    /// Names us as a second recipient. That the server does not want that is no reason to keep the letter.
    async fn add_copy(
        &self,
        connection: &mut AsyncSmtpConnection,
        address: lettre::Address,
    ) -> Result<OwnCopy, SendResult> {
        let host = &self.server.host;
        match timeout(self.limit(), connection.command(Rcpt::new(address, Vec::new()))).await {
            Ok(Ok(_)) => Ok(OwnCopy::Underway),
            Ok(Err(error)) if error.status().is_some() => {
                tracing::debug!(reason = %said(&error), "the server takes no copy for ourselves");
                Ok(OwnCopy::Missing)
            }
            Ok(Err(error)) => {
                let why = format!("{host} verbrak de verbinding voor het een brief had aangenomen ({error})");
                Err(broken(Step::Recipient, why))
            }
            Err(_) => Err(broken(Step::Recipient, format!("{host} gaf op tijd geen antwoord op een brief"))),
        }
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
                Some(code) => Err(refused(step, code, format!("{host} zei: {}", said(&error)))),
                None => {
                    Err(broken(step, format!("{host} brak een brief af voor hij was aangenomen: {}", said(&error))))
                }
            },
            Err(_) => {
                let seconds = limit.as_secs();
                Err(broken(step, format!("{host} gaf binnen {seconds} seconden geen antwoord op een brief")))
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
            match asked.map_err(|_| self.failed("STARTTLS", "er kwam op tijd geen antwoord"))? {
                Ok(true) => {}
                Ok(false) => return Err(ConnectError::NoStartTls(server.host.clone()).into()),
                Err(error) => return Err(self.failed("STARTTLS", &error.to_string())),
            }
            stream = tls::upgrade(stream, server).await?;
        }
        let wire = Wire::new(stream, server.tls);
        let name = ClientId::default();
        let hello = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &name);
        let mut connection = match timeout(limit, hello).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(error)) => return Err(self.failed("de begroeting", &said(&error))),
            Err(_) => return Err(self.failed("de begroeting", "er kwam op tijd geen antwoord")),
        };
        if let Some(password) = &self.password {
            let credentials = Credentials::new(server.user.clone(), password.expose_secret().to_owned());
            let ways: &[Mechanism] = match server.login {
                Login::Xoauth2 => &[Mechanism::Xoauth2],
                Login::Password | Login::Nothing => &[Mechanism::Plain, Mechanism::Login],
            };
            let login = connection.auth(ways, &credentials);
            match timeout(limit, login).await {
                Ok(Ok(_)) => {}
                // A refused token comes as a challenge, at which lettre stops with an error of its own.
                Ok(Err(error)) if error.is_permanent() || server.login == Login::Xoauth2 && error.is_client() => {
                    return Err(ConnectError::login_refused(server, said(&error)).into());
                }
                Ok(Err(error)) => return Err(self.failed("het inloggen", &said(&error))),
                Err(_) => return Err(self.failed("het inloggen", "er kwam op tijd geen antwoord")),
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

/// What a refusal means for the letter.
fn refused(step: Step, code: Code, why: String) -> SendResult {
    let for_good = code.severity == Severity::PermanentNegativeCompletion;
    let halt = match u16::from(code) {
        _ if is_sending_limit(&why) => Some(Halt::Limit),
        // These are about the login, whatever they answer (RFC 4954, 6).
        530 | 535 | 538 => Some(Halt::Login),
        // The server goes down (RFC 5321, 3.8).
        421 => Some(Halt::Broken),
        _ if step == Step::Sender => Some(Halt::Unreachable),
        _ => None,
    };
    match halt {
        Some(halt) => SendResult::Halted { halt, why },
        None if for_good => SendResult::Refused(why),
        None => SendResult::Later(why),
    }
}

/// What the end of the connection means for the letter.
fn broken(step: Step, why: String) -> SendResult {
    match step {
        Step::Sender | Step::Recipient => SendResult::Halted { halt: Halt::Broken, why },
        Step::Text => SendResult::Unknown(why),
    }
}

/// The server's words, on one line.
fn said(error: &lettre::transport::smtp::Error) -> String {
    let text = match (error.status(), std::error::Error::source(error)) {
        (Some(code), Some(words)) => format!("{code} {words}"),
        (Some(code), None) => code.to_string(),
        (None, _) if error.is_response() => "het antwoord brak af of was niet te begrijpen".to_owned(),
        (None, Some(cause)) => cause.to_string(),
        (None, None) => error.to_string(),
    };
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_line_ends_never_leave() {
        assert_eq!(whole_lines(b"a\nb\rc\r\nd\r\n"), b"a\r\nb\r\nc\r\nd");
        assert_eq!(whole_lines(b"a\r\n.\r\nb"), b"a\r\n.\r\nb");
        assert_eq!(whole_lines(b"a\n\n"), b"a\r\n");
    }
}
