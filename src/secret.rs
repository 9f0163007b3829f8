//! A password or key from where the configuration says it is: the environment, a file or a command.
//!
//! It is read anew each time it is needed and kept nowhere; no error text holds any part of it. Called by whoever logs in
//! or signs: `mail::inbox`, `mail::outbox`, `daemon` and `cli::check`.

use crate::config::{Login, SecretSource, Server, why_unreadable};
use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// No secret is longer than this many bytes.
const LONGEST: u64 = 4096;
/// A command may ask a person to unlock something, but not for ever.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// Why there is no secret. The texts are Dutch: the installer reads them.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The variable is not set, empty or not text.
    #[error("het wachtwoord hoort in de omgevingsvariabele `{0}` te staan, maar die is leeg")]
    Env(String),
    /// The file cannot be read.
    #[error("het wachtwoord hoort te staan in {}, maar dat {}", path.display(), why_unreadable(cause))]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// The first line is empty or no text.
    #[error("de eerste regel van {0} is leeg of geen tekst; daar hoort het wachtwoord te staan")]
    Empty(String),
    /// The command did not start, failed or took too long.
    #[error("de opdracht `{command}` gaf geen wachtwoord: {why}")]
    Command {
        /// The command, as the configuration has it.
        command: String,
        /// Why.
        why: String,
    },
}

/// Reads a secret: the variable's value, or the first line without its line end. Blocks.
///
/// # Errors
/// When it is not there or empty; a command has 30 seconds and has to end with success.
pub fn read(source: &SecretSource) -> Result<SecretString, SecretError> {
    match source {
        SecretSource::Env(name) => match std::env::var(name) {
            Ok(value) if !value.is_empty() => Ok(value.into()),
            _ => Err(SecretError::Env(name.clone())),
        },
        SecretSource::File(path) => {
            let unreadable = |cause| SecretError::File { path: path.clone(), cause };
            let file = std::fs::File::open(path).map_err(unreadable)?;
            let line = first_line(file).map_err(unreadable)?;
            line.ok_or_else(|| SecretError::Empty(path.display().to_string()))
        }
        SecretSource::Command(command) => from_command(command, COMMAND_TIMEOUT),
    }
}

/// What to log in to a server with; `None` where nobody logs in. Blocks.
///
/// # Errors
/// As for [`read`].
pub fn for_login(server: &Server) -> Result<Option<SecretString>, SecretError> {
    match server.login {
        Login::Password | Login::Xoauth2 => read(&server.password).map(Some),
        Login::Nothing => Ok(None),
    }
}

fn from_command(command: &str, timeout: Duration) -> Result<SecretString, SecretError> {
    let failed = |why: String| SecretError::Command { command: command.to_owned(), why };
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let stdout = child.stdout.take();
    let (send, line) = mpsc::sync_channel(1);
    std::thread::spawn(move || send.send(stdout.map_or(Ok(None), |mut stdout| first_line(&mut stdout))));
    let line = match line.recv_timeout(timeout) {
        Ok(line) => line.map_err(|error| failed(error.to_string()))?,
        Err(RecvTimeoutError::Timeout) => {
            let _ = child.kill();
            let _ = child.wait();
            return Err(failed(format!("hij was na {} seconden nog bezig", timeout.as_secs())));
        }
        Err(RecvTimeoutError::Disconnected) => None,
    };
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    match line {
        _ if !status.success() => Err(failed(status.to_string())),
        Some(line) => Ok(line),
        None => Err(SecretError::Empty(format!("wat `{command}` afdrukt"))),
    }
}

/// The first line without its line end; `None` when it is empty or not UTF-8. The rest is read and dropped, so that a
/// command that prints more does not fail on a closed pipe.
fn first_line(from: impl Read) -> io::Result<Option<SecretString>> {
    let mut from = BufReader::new(from);
    let mut line = Zeroizing::new(Vec::new());
    from.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    io::copy(&mut from, &mut io::sink())?;
    let text = std::str::from_utf8(&line).unwrap_or_default().trim_end_matches(['\r', '\n']);
    Ok((!text.is_empty()).then(|| text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn shown(source: SecretSource) -> String {
        match read(&source) {
            Ok(secret) => format!("Ok({})", secret.expose_secret()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn it_comes_from_the_environment() {
        assert_eq!(shown(SecretSource::Env("CARGO_PKG_NAME".into())), "Ok(aanmelder)");
        assert!(shown(SecretSource::Env("AANMELDER_NOT_SET".into())).contains("`AANMELDER_NOT_SET`"));
    }

    #[test]
    fn it_is_the_first_line_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wachtwoord");
        for (text, expected) in [("geheim", "Ok(geheim)"), ("ge heim \r\nmeer\n", "Ok(ge heim )")] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(shown(SecretSource::File(path.clone())), expected);
        }
        for bytes in [&b""[..], b"\ngeheim", b"\xff\xfe"] {
            std::fs::write(&path, bytes).unwrap();
            assert!(shown(SecretSource::File(path.clone())).contains("is leeg of geen tekst"));
        }
        assert!(shown(SecretSource::File(folder.path().join("weg"))).contains("bestaat niet"));
    }

    #[test]
    fn it_is_the_first_line_that_a_command_prints() {
        let of = |command: &str| SecretSource::Command(command.to_owned());
        assert_eq!(shown(of("echo geheim; seq 100000")), "Ok(geheim)");
        assert_eq!(
            shown(of("true")),
            "de eerste regel van wat `true` afdrukt is leeg of geen tekst; daar hoort het wachtwoord te staan"
        );
        let failed = shown(of("echo geheim; exit 3"));
        assert_eq!(failed, "de opdracht `echo geheim; exit 3` gaf geen wachtwoord: exit status: 3");
    }

    #[test]
    fn a_command_that_hangs_is_given_up() {
        let error = from_command("exec sleep 600", Duration::from_millis(20)).unwrap_err();
        assert!(error.to_string().contains("nog bezig"), "{error}");
    }

    #[test]
    fn it_is_never_shown() {
        let secret = read(&SecretSource::Command("echo geheim".into())).unwrap();
        assert!(!format!("{secret:?}").contains("geheim"));
    }
}
