//! A server that says what a test tells it to, on a loopback socket: for what real servers do not show on demand.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// A scripted server; each connection runs the script from its start.
pub struct Scripted {
    port: u16,
    _thread: JoinHandle<()>,
}

/// One end of a conversation, as the server sees it.
pub struct Talk {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Scripted {
    /// Starts one. The script gets the number of the connection, from 0, and ends it by returning.
    pub fn start(script: impl Fn(usize, &mut Talk) -> Option<()> + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let thread = std::thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let Ok(stream) = stream else { return };
                let Ok(copy) = stream.try_clone() else { return };
                let mut talk = Talk { stream, reader: BufReader::new(copy) };
                script(number, &mut talk);
            }
        });
        Self { port, _thread: thread }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Talk {
    /// Sends lines, each ended by CRLF. `None` when the client has gone.
    pub fn say(&mut self, lines: &str) -> Option<()> {
        for line in lines.lines() {
            self.stream.write_all(format!("{line}\r\n").as_bytes()).ok()?;
        }
        Some(())
    }

    /// Sends bytes as they are.
    pub fn say_raw(&mut self, text: &str) -> Option<()> {
        self.stream.write_all(text.as_bytes()).ok()
    }

    /// Reads one line without its end. `None` when the client has gone.
    pub fn hear(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.reader.read_line(&mut line) {
            Ok(read) if read > 0 => Some(line.trim_end().to_owned()),
            _ => None,
        }
    }

    /// Answers IMAP commands until one that holds `last`, whose tag is given back. The answer to a command is what `answer`
    /// says to its text: untagged lines, and the verdict as the last line, without its tag.
    pub fn imap(&mut self, last: &str, answer: impl Fn(&str) -> String) -> Option<String> {
        loop {
            let line = self.hear()?;
            let (tag, command) = line.split_once(' ')?;
            if command.contains(last) {
                return Some(tag.to_owned());
            }
            let said = answer(command);
            let (untagged, verdict) = said.rsplit_once('\n').unwrap_or(("", &said));
            if !untagged.is_empty() {
                self.say(untagged)?;
            }
            self.say(&format!("{tag} {verdict}"))?;
        }
    }

    /// Listens until the client goes.
    pub fn until_gone(&mut self) -> Option<()> {
        while self.hear().is_some() {}
        None
    }
}
