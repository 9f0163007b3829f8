//! One IMAP session, one command at a time: the command goes out, every line of its answer is read, and a refusal is a refusal.
//!
//! async_imap's own calls take a refused FETCH, STORE or SEARCH for an empty answer and a closed connection for the end of a
//! list. Here an answer counts only with its tagged line, a goodbye or a closed connection is an error, and after a timeout, an
//! error or a dropped call the session is broken and says so, since later answers would belong to earlier commands.

use super::InboxError;
use super::names::quoted;
use super::rows::Row;
use crate::mail::tls::Stream;
use async_imap::imap_proto::{Outcome, RequestId, Response, ResponseCode, Status};
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

/// A session after the login.
#[derive(Debug)]
pub struct Session {
    imap: async_imap::Session<Stream>,
    limit: Duration,
    broken: bool,
    exists: u32,
    news: bool,
}

/// The whole answer to one command.
#[derive(Debug)]
pub struct Answer {
    /// What the server sent before its verdict, other clients' changes included.
    pub rows: Vec<Row>,
    /// Its verdict.
    pub verdict: Verdict,
}

/// The tagged line.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// OK.
    Ok {
        /// With the code READ-ONLY.
        read_only: bool,
    },
    /// NO or BAD, with the server's words.
    No(String),
}

/// What ended an IDLE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The server told of a change, or the time was over: look again.
    Look,
    /// The server does not do it after all.
    Refused,
}

impl Answer {
    /// The rows, when the verdict is good.
    pub fn ok(self, command: &str) -> Result<Vec<Row>, InboxError> {
        match self.verdict {
            Verdict::Ok { .. } => Ok(self.rows),
            Verdict::No(why) => Err(InboxError::Refused { command: command.to_owned(), why }),
        }
    }
}

impl Session {
    /// Takes over a session; each command may take `limit`.
    pub fn new(imap: async_imap::Session<Stream>, limit: Duration) -> Self {
        Self { imap, limit, broken: false, exists: 0, news: false }
    }

    /// Sends a command and reads its whole answer within the usual time.
    pub async fn command(&mut self, text: &str) -> Result<Answer, InboxError> {
        self.command_within(text, self.limit).await
    }

    /// The same for an answer of about so many bytes: a slow line (8 kB a second) gets the time that it needs.
    pub async fn command_for(&mut self, text: &str, bytes: u64) -> Result<Answer, InboxError> {
        self.command_within(text, self.limit + slow_line(bytes)).await
    }

    /// Puts a mail with a flag into a folder in the server's spelling (RFC 3501, 6.3.11).
    pub async fn append(&mut self, folder: &str, flag: &str, mail: &[u8]) -> Result<(), InboxError> {
        let text = format!("APPEND {} ({flag}) {{{}}}", quoted(folder)?, mail.len());
        self.command_with_literal(&text, mail).await?.ok("APPEND").map(|_| ())
    }

    /// Sends a command and one literal (RFC 3501, 4.3) when the server is ready for it. `text` ends with the literal's size.
    async fn command_with_literal(&mut self, text: &str, literal: &[u8]) -> Result<Answer, InboxError> {
        let bytes = u64::try_from(literal.len()).unwrap_or(u64::MAX);
        let limit = self.limit + slow_line(bytes);
        self.whole(name_of(text), limit, async |session| {
            let tag = session.send(text).await?;
            let mut rows = Vec::new();
            match session.read_until(&tag, &mut rows, Stop::AtContinue).await? {
                Some(verdict) => return Ok(Answer { rows, verdict }),
                None => {
                    let stream: &mut Stream = session.imap.as_mut();
                    let sent = async {
                        stream.write_all(literal).await?;
                        stream.write_all(b"\r\n").await?;
                        stream.flush().await
                    };
                    sent.await.map_err(|error| unheard(&error))?;
                }
            }
            session.finish(&tag, rows, name_of(text)).await
        })
        .await
    }

    /// Waits in IDLE (RFC 2177) until the server tells of a change or `until` is ready.
    pub async fn idle(&mut self, until: impl Future<Output = ()>) -> Result<Ended, InboxError> {
        let limit = self.limit;
        let mut rows = Vec::new();
        let begun = self
            .whole("IDLE", limit, async |session| {
                let tag = session.send("IDLE").await?;
                let refused = session.read_until(&tag, &mut rows, Stop::AtContinue).await?.is_some();
                Ok((tag, refused))
            })
            .await?;
        let (tag, refused) = begun;
        if refused {
            return Ok(Ended::Refused);
        }
        self.broken = true;
        let ended = self.listen(&tag, until).await?;
        self.broken = false;
        if !ended {
            self.whole("DONE", limit, async |session| {
                session.imap.run_command_untagged("DONE").await.map_err(|error| lost(&error))?;
                session.finish(&tag, Vec::new(), "DONE").await
            })
            .await?;
        }
        Ok(Ended::Look)
    }

    /// Has the server told of new mail since this was last asked?
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// How many mails the selected folder holds, by what the server told last.
    pub fn set_exists(&mut self, exists: u32) {
        self.exists = exists;
        self.news = false;
    }

    /// Says goodbye and does not wait for long.
    pub async fn logout(mut self) {
        if !self.broken {
            let patience = self.limit.min(Duration::from_secs(2));
            let _ = timeout(patience, self.imap.logout()).await;
        }
    }

    async fn command_within(&mut self, text: &str, limit: Duration) -> Result<Answer, InboxError> {
        self.whole(name_of(text), limit, async |session| {
            let tag = session.send(text).await?;
            session.finish(&tag, Vec::new(), name_of(text)).await
        })
        .await
    }

    /// Runs one exchange as a whole: within the time, and with the session broken unless it ends well.
    async fn whole<T>(
        &mut self,
        command: &str,
        limit: Duration,
        exchange: impl AsyncFnOnce(&mut Self) -> Result<T, InboxError>,
    ) -> Result<T, InboxError> {
        if self.broken {
            return Err(InboxError::Lost("een eerdere opdracht was afgebroken".to_owned()));
        }
        self.broken = true;
        let done = timeout(limit, exchange(self))
            .await
            .map_err(|_| InboxError::Timeout { command: command.to_owned(), seconds: limit.as_secs() })??;
        self.broken = false;
        Ok(done)
    }

    async fn send(&mut self, text: &str) -> Result<RequestId, InboxError> {
        self.imap.run_command(text).await.map_err(|error| lost(&error))
    }

    async fn finish(&mut self, tag: &RequestId, mut rows: Vec<Row>, command: &str) -> Result<Answer, InboxError> {
        match self.read_until(tag, &mut rows, Stop::AtVerdict).await? {
            Some(verdict) => Ok(Answer { rows, verdict }),
            None => Err(InboxError::Protocol { command: command.to_owned(), why: "hij vroeg om meer".to_owned() }),
        }
    }

    /// Reads rows until the verdict on the tag, or `None` when the server asks to go on and that is awaited.
    async fn read_until(
        &mut self,
        tag: &RequestId,
        rows: &mut Vec<Row>,
        stop: Stop,
    ) -> Result<Option<Verdict>, InboxError> {
        loop {
            match self.read(tag).await? {
                Line::Verdict(verdict) => return Ok(Some(verdict)),
                Line::GoOn if stop == Stop::AtContinue => return Ok(None),
                Line::GoOn => {}
                Line::Row(row) => rows.push(row),
            }
        }
    }

    async fn read(&mut self, tag: &RequestId) -> Result<Line, InboxError> {
        let line = match self.imap.read_response().await {
            Ok(Some(line)) => line,
            Ok(None) => return Err(InboxError::Lost("hij zei niets meer".to_owned())),
            Err(error) => return Err(unheard(&error)),
        };
        match line.parsed() {
            Response::Data { status: Status::Bye, outcome } => return Err(InboxError::Lost(words(outcome))),
            Response::Done { tag: theirs, status, outcome } if theirs == tag => {
                return verdict(status, outcome).map(Line::Verdict);
            }
            Response::Continue(_) => return Ok(Line::GoOn),
            _ => {}
        }
        let row = Row::from_response(line.parsed())?;
        match &row {
            Row::Exists(count) => {
                self.news |= *count > self.exists;
                self.exists = *count;
            }
            Row::Expunge => self.exists = self.exists.saturating_sub(1),
            _ => {}
        }
        Ok(Line::Row(row))
    }

    /// Reads in IDLE. `false`: it is to be ended with DONE. `true`: the server has ended it.
    async fn listen(&mut self, tag: &RequestId, until: impl Future<Output = ()>) -> Result<bool, InboxError> {
        tokio::pin!(until);
        loop {
            let line = tokio::select! {
                line = self.read(tag) => line?,
                () = &mut until => return Ok(false),
            };
            match line {
                Line::Verdict(_) => return Ok(true),
                Line::GoOn | Line::Row(Row::Alive) => {}
                Line::Row(_) => return Ok(false),
            }
        }
    }
}

/// One line of an answer.
enum Line {
    Row(Row),
    GoOn,
    Verdict(Verdict),
}

/// Where reading stops.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    AtVerdict,
    AtContinue,
}

fn verdict(status: &Status, outcome: &Outcome<'_>) -> Result<Verdict, InboxError> {
    match status {
        Status::Ok => Ok(Verdict::Ok { read_only: outcome.code == Some(ResponseCode::ReadOnly) }),
        Status::No | Status::Bad => Ok(Verdict::No(words(outcome))),
        Status::Bye | Status::PreAuth => Err(InboxError::Lost(words(outcome))),
    }
}

fn words(outcome: &Outcome<'_>) -> String {
    on_one_line(outcome.information.as_deref().unwrap_or("hij zei niet waarom"))
}

/// A server's words on one line: without controls, without a code for machines before them, cut to a sensible length.
pub fn on_one_line(text: &str) -> String {
    let plain = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, words)) if !words.trim().is_empty() => words,
        _ => text,
    };
    plain.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect::<String>().trim().to_owned()
}

/// The end of a session, in plain words. What could not be read is not repeated: it may be anybody's mail.
pub fn lost(error: &async_imap::error::Error) -> InboxError {
    match error {
        async_imap::error::Error::Io(error) => unheard(error),
        async_imap::error::Error::ConnectionLost => InboxError::Lost("hij zei niets meer".to_owned()),
        _ => InboxError::Lost("wat hij zei was niet te begrijpen".to_owned()),
    }
}

/// The same for an answer that could not be read.
pub fn unheard(error: &std::io::Error) -> InboxError {
    InboxError::Lost(match error.kind() {
        ErrorKind::Other | ErrorKind::InvalidData => "wat hij zei was niet te begrijpen".to_owned(),
        ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof => {
            "hij zei niets meer".to_owned()
        }
        _ => error.to_string(),
    })
}

fn slow_line(bytes: u64) -> Duration {
    Duration::from_secs(bytes / 8_000)
}

/// The command's name without its arguments, which may be somebody's data.
fn name_of(text: &str) -> &str {
    match text.strip_prefix("UID ") {
        Some(rest) => rest.split(' ').next().unwrap_or(rest),
        None => text.split(' ').next().unwrap_or(text),
    }
}
