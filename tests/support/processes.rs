//! Server programs as child processes: are they installed, do they greet, how do they end.

use super::DEADLINE;
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Fails with a plain sentence when a server is not installed: such a test never passes by doing nothing.
pub fn need(program: &str, packages: &str) {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    assert!(found.is_ok(), "{program} is not installed; `tests/run` does that, or: apt-get install {packages}");
}

/// Fails with a plain sentence unless the servers can be started: they take on users of their own, which only root may do.
pub fn need_root() {
    let output = Command::new("id").arg("-u").output().unwrap();
    assert!(
        output.stdout.trim_ascii() == b"0",
        "the mail servers are started as root; run `tests/run`, which sees to that"
    );
}

/// Asks a process to end and waits until it has.
pub fn terminate(mut child: Child) {
    let asked = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    if asked.is_ok_and(|status| status.success()) {
        let end = std::time::Instant::now() + DEADLINE;
        while std::time::Instant::now() < end {
            if child.try_wait().ok().flatten().is_some() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    child.kill().ok();
    child.wait().ok();
}

/// Does a server greet on this port?
pub fn greets(port: u16) -> bool {
    let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) else { return false };
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).is_ok() && (line.starts_with("* OK") || line.starts_with("220"))
}
