//! Mail going in, as the outside world sends it: SMTP to Exim, or LMTP straight into a mailbox.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Hands a mail to Exim; it is in the mailbox some moments later.
pub fn send(port: u16, from: &str, to: &str, mail: &str) {
    hand_over(port, "EHLO client.example", from, to, mail);
}

/// Puts a mail into a mailbox over LMTP: it is there when this returns.
pub fn deliver(lmtp_port: u16, to: &str, mail: &str) {
    hand_over(lmtp_port, "LHLO client.example", "sender@client.example", to, mail);
}

/// Puts mails into a mailbox over one connection, each from the address that stands in its From.
pub fn deliver_all(lmtp_port: u16, to: &str, mails: &[String]) {
    let mut talk = Talk::begin(lmtp_port, "LHLO client.example");
    for mail in mails {
        let from = mail.lines().find_map(|line| line.strip_prefix("From: ")).unwrap();
        let from = from.rsplit('<').next().unwrap().trim_end_matches('>');
        talk.hand_over(from, to, mail);
    }
    talk.expect("2", Some("QUIT"));
}

fn hand_over(port: u16, hello: &str, from: &str, to: &str, mail: &str) {
    let mut talk = Talk::begin(port, hello);
    talk.hand_over(from, to, mail);
    talk.expect("2", Some("QUIT"));
}

struct Talk {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
}

impl Talk {
    fn begin(port: u16, hello: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut talk = Self { reader: BufReader::new(stream.try_clone().unwrap()), stream };
        talk.expect("2", None);
        talk.expect("2", Some(hello));
        talk
    }

    fn hand_over(&mut self, from: &str, to: &str, mail: &str) {
        self.expect("2", Some(&format!("MAIL FROM:<{from}>")));
        self.expect("2", Some(&format!("RCPT TO:<{to}>")));
        self.expect("3", Some("DATA"));
        let lines: Vec<String> =
            mail.lines().map(|line| if line.starts_with('.') { format!(".{line}") } else { line.to_owned() }).collect();
        self.expect("2", Some(&format!("{}\r\n.", lines.join("\r\n"))));
    }

    fn expect(&mut self, code: &str, command: Option<&str>) {
        if let Some(command) = command {
            self.stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
        }
        loop {
            let mut line = String::new();
            self.reader.read_line(&mut line).unwrap();
            assert!(line.starts_with(code), "after {command:?} the server said {line:?}");
            if line.as_bytes().get(3) != Some(&b'-') {
                return;
            }
        }
    }
}
