//! The way from the command line to a running daemon: a Unix socket beside the store, one JSON line each way.
//!
//! It carries [`Request`] and [`Response`] and knows nothing of what they do. `daemon` binds and serves, `cli` asks. Whoever
//! may open the socket may do all that the coordinator may: its mode is 0600 from the moment that it has its name.

use super::control::{Request, Response};
use std::future::Future;
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream as Client;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// No request is longer than this many bytes.
const LONGEST_REQUEST: u64 = 1_000_000;
/// No answer is longer than this many bytes.
const LONGEST_RESPONSE: u64 = 256_000_000;
/// Whoever connects has so long to say what he wants.
const ASKING_TIMEOUT: Duration = Duration::from_secs(10);
/// The daemon has so long to answer.
const ANSWERING_TIMEOUT: Duration = Duration::from_secs(60);
/// So many may ask at once; the others wait.
const MOST_AT_ONCE: usize = 16;
/// At the end running requests have so long to finish.
const FINISHING_TIME: Duration = Duration::from_secs(2);

/// Why the socket does not work. The texts are Dutch: the installer reads them.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Somebody answers at it already.
    #[error("er draait al een aanmelder op deze lijst ({} antwoordt)", .0.display())]
    AlreadyServed(PathBuf),
    /// Something else has its name.
    #[error("{} is geen socket; haal dat bestand weg en begin opnieuw", .0.display())]
    NoSocket(PathBuf),
    /// The system refused.
    #[error("de socket {} werkt niet: {source}", path.display())]
    Io {
        /// Which socket.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The daemon took the request and gave nothing that can be read.
    #[error("de draaiende aanmelder gaf geen leesbaar antwoord; draait daar een andere versie?")]
    NoAnswer,
}

/// Where the socket of a store is.
pub fn path_beside(store: &Path) -> PathBuf {
    let mut name = store.as_os_str().to_owned();
    name.push(".sock");
    PathBuf::from(name)
}

/// Makes the socket; one that nobody answers at is replaced. Needs a tokio runtime.
///
/// # Errors
/// When somebody answers at it already, or it cannot be made.
pub fn bind(path: &Path) -> Result<UnixListener, SocketError> {
    let failed = |source| SocketError::Io { path: path.to_owned(), source };
    match std::fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => return Err(SocketError::NoSocket(path.to_owned())),
        Ok(_) if Client::connect(path).is_ok() => return Err(SocketError::AlreadyServed(path.to_owned())),
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    // Made in a folder that only we may enter, so that it never stands there with a wider mode.
    let mut private = path.as_os_str().to_owned();
    private.push(".d");
    let private = PathBuf::from(private);
    let _ = std::fs::remove_dir_all(&private);
    std::fs::DirBuilder::new().mode(0o700).create(&private).map_err(failed)?;
    let made = bind_and_move(&private.join("s"), path).map_err(failed);
    let _ = std::fs::remove_dir_all(&private);
    made
}

fn bind_and_move(from: &Path, to: &Path) -> io::Result<UnixListener> {
    let listener = UnixListener::bind(from)?;
    std::fs::set_permissions(from, std::fs::Permissions::from_mode(0o600))?;
    std::fs::rename(from, to)?;
    Ok(listener)
}

/// Answers whoever asks, until `stop`; then finishes what runs, for two seconds at most, and removes the socket.
pub async fn serve<F, Fut>(listener: UnixListener, path: &Path, execute: F, stop: CancellationToken)
where
    F: Fn(Request) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Response> + Send + 'static,
{
    let mut running = JoinSet::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(_) = running.join_next(), if !running.is_empty() => {}
            accepted = listener.accept(), if running.len() < MOST_AT_ONCE => match accepted {
                Ok((stream, _)) => {
                    let execute = execute.clone();
                    running.spawn(async move {
                        if let Err(error) = answer(stream, execute).await {
                            tracing::debug!(%error, "the command line went away");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "the control socket accepts nobody");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            },
        }
    }
    let _ = tokio::time::timeout(FINISHING_TIME, async { while running.join_next().await.is_some() {} }).await;
    let _ = std::fs::remove_file(path);
}

async fn answer<F, Fut>(stream: UnixStream, execute: F) -> io::Result<()>
where
    F: Fn(Request) -> Fut,
    Fut: Future<Output = Response>,
{
    let (from, mut to) = stream.into_split();
    let mut line = Vec::new();
    let mut from = BufReader::new(from.take(LONGEST_REQUEST));
    tokio::time::timeout(ASKING_TIMEOUT, from.read_until(b'\n', &mut line)).await??;
    if line.is_empty() {
        return Ok(());
    }
    let response = match serde_json::from_slice(&line) {
        Ok(request) => execute(request).await,
        Err(_) => {
            Response::Refused("de draaiende aanmelder kent deze opdracht niet; draait daar een andere versie?".into())
        }
    };
    let mut bytes = serde_json::to_vec(&response)?;
    bytes.push(b'\n');
    tokio::time::timeout(ANSWERING_TIMEOUT, to.write_all(&bytes)).await?
}

/// Asks the running daemon; `None` when none runs. Blocks, for a minute at most.
///
/// # Errors
/// When the daemon is there but cannot be asked or gives no answer.
pub fn ask(path: &Path, request: &Request) -> Result<Option<Response>, SocketError> {
    let failed = |source| SocketError::Io { path: path.to_owned(), source };
    let mut stream = match Client::connect(path) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    stream.set_read_timeout(Some(ANSWERING_TIMEOUT)).map_err(failed)?;
    stream.set_write_timeout(Some(ASKING_TIMEOUT)).map_err(failed)?;
    let mut bytes = serde_json::to_vec(request).map_err(|error| failed(error.into()))?;
    bytes.push(b'\n');
    stream.write_all(&bytes).map_err(failed)?;
    let mut answer = Vec::new();
    stream.take(LONGEST_RESPONSE).read_to_end(&mut answer).map_err(failed)?;
    serde_json::from_slice(&answer).map(Some).map_err(|_| SocketError::NoAnswer)
}

#[cfg(test)]
mod tests;
