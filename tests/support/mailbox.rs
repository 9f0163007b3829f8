//! A person's mailbox, read over IMAP with a client of the tests' own.

use super::dovecot::Dovecot;
use super::mail::Mail;
use super::settings::PASSWORD;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Everything in a mailbox: by folder its mails, oldest first. Empty folders are there too.
pub fn mailbox(dovecot: &Dovecot, address: &str) -> BTreeMap<String, Vec<Mail>> {
    let mut client = Client::log_in(dovecot, address);
    let folders = client.folders();
    folders.into_iter().map(|folder| (folder.clone(), client.mails(&folder))).collect()
}

/// The mails of one folder; none when there is no such folder.
pub fn folder(dovecot: &Dovecot, address: &str, name: &str) -> Vec<Mail> {
    mailbox(dovecot, address).remove(name).unwrap_or_default()
}

/// A client that is logged in.
pub struct Client {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    count: u32,
}

/// One answer: each line with the literals that it holds, and the tagged line last.
pub struct Reply {
    lines: Vec<(String, Vec<Vec<u8>>)>,
    tagged: String,
}

impl Client {
    /// Logs in to somebody's mailbox.
    pub fn log_in(dovecot: &Dovecot, address: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", dovecot.imap_port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut client = Self { reader: BufReader::new(stream.try_clone().unwrap()), stream, count: 0 };
        client.line();
        client.run(&format!("LOGIN {address} {PASSWORD}"));
        client
    }

    /// Runs a command that must be accepted.
    pub fn run(&mut self, command: &str) -> Reply {
        let reply = self.try_run(command);
        assert!(reply.tagged.contains(" OK"), "{command}: {}", reply.tagged);
        reply
    }

    /// Puts a mail into a folder as if it had come in at that time.
    pub fn append(&mut self, folder: &str, internal_date: &str, mail: &str) {
        self.count += 1;
        let tag = format!("t{}", self.count);
        let command = format!("{tag} APPEND \"{folder}\" \"{internal_date}\" {{{}+}}\r\n{mail}\r\n", mail.len());
        self.stream.write_all(command.as_bytes()).unwrap();
        loop {
            let (line, _) = self.line();
            if line.starts_with(&format!("{tag} ")) {
                assert!(line.contains(" OK"), "{line}");
                return;
            }
        }
    }

    /// Puts a mail into a folder, unread, as if it had come in at `arrived` (RFC 3501, 9: `date-time`), or now.
    pub fn put(&mut self, folder: &str, arrived: Option<&str>, mail: &str) {
        let mail = mail.replace("\r\n", "\n").replace('\n', "\r\n");
        let arrived = arrived.map_or(String::new(), |date| format!("\"{date}\" "));
        self.run(&format!("APPEND \"{folder}\" {arrived}{{{}+}}\r\n{mail}", mail.len()));
    }

    fn try_run(&mut self, command: &str) -> Reply {
        self.count += 1;
        let tag = format!("t{}", self.count);
        self.stream.write_all(format!("{tag} {command}\r\n").as_bytes()).unwrap();
        let mut lines = Vec::new();
        loop {
            let (line, literals) = self.line();
            if line.starts_with(&format!("{tag} ")) {
                return Reply { lines, tagged: line };
            }
            lines.push((line, literals));
        }
    }

    fn folders(&mut self) -> Vec<String> {
        let reply = self.run("LIST \"\" \"*\"");
        let lines = reply.lines.iter().filter(|(line, _)| !line.to_lowercase().contains("\\noselect"));
        lines.map(|(line, _)| line.split_once("\"/\" ").unwrap().1.trim_matches('"').to_owned()).collect()
    }

    fn mails(&mut self, folder: &str) -> Vec<Mail> {
        self.run(&format!("EXAMINE \"{folder}\""));
        let reply = self.try_run("UID FETCH 1:* (FLAGS BODY.PEEK[])");
        reply
            .lines
            .into_iter()
            .filter(|(line, literals)| line.contains(" FETCH ") && !literals.is_empty())
            .map(|(line, mut literals)| Mail {
                uid: number_after(&line, "UID "),
                flags: line
                    .split_once("FLAGS (")
                    .and_then(|(_, rest)| rest.split_once(')'))
                    .map(|(flags, _)| flags.split(' ').filter(|f| !f.is_empty()).map(str::to_owned).collect())
                    .unwrap_or_default(),
                text: String::from_utf8_lossy(&literals.remove(0)).into_owned(),
            })
            .collect()
    }

    /// Reads one line with its literals, each of which leaves a `{n}` in the text.
    fn line(&mut self) -> (String, Vec<Vec<u8>>) {
        let (mut text, mut literals) = (String::new(), Vec::new());
        loop {
            let mut part = String::new();
            let read = self.reader.read_line(&mut part).unwrap();
            assert!(read > 0, "the connection ended after {text:?}");
            text.push_str(part.trim_end());
            let size = part.trim_end().strip_suffix('}').and_then(|rest| rest.rsplit_once('{')).map(|(_, n)| n.parse());
            let Some(Ok(size)) = size else { return (text, literals) };
            let mut literal = vec![0; size];
            self.reader.read_exact(&mut literal).unwrap();
            literals.push(literal);
        }
    }
}

/// A moment as IMAP writes it (RFC 3501, 9: `date-time`).
pub fn internal_date(at: jiff::Timestamp) -> String {
    at.strftime("%d-%b-%Y %H:%M:%S +0000").to_string()
}

fn number_after(line: &str, word: &str) -> u32 {
    let rest = line.split_once(word).unwrap().1;
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
}
