//! A mail as it lies in a mailbox, and mails to put there.

/// A mail that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Its UID.
    pub uid: u32,
    /// Its flags.
    pub flags: Vec<String>,
    /// All of it, lines ended by CRLF.
    pub text: String,
}

impl Mail {
    /// Has somebody read it?
    pub fn is_seen(&self) -> bool {
        self.flags.iter().any(|flag| flag == "\\Seen")
    }

    /// A header field, unfolded; empty when it has none.
    pub fn header(&self, name: &str) -> String {
        header(&self.text, name)
    }

    /// Its subject, decoded.
    pub fn subject(&self) -> String {
        self.parsed(|mail| mail.subject().unwrap_or_default().to_owned())
    }

    /// Its plain text, decoded.
    pub fn body(&self) -> String {
        self.parsed(|mail| mail.body_text(0).unwrap_or_default().into_owned())
    }

    /// The words by which a test tells mails apart: the `Message-ID` without its brackets.
    pub fn id(&self) -> String {
        self.header("Message-ID").trim_matches(['<', '>']).to_owned()
    }

    fn parsed<T>(&self, take: impl FnOnce(mail_parser::Message<'_>) -> T) -> T {
        take(mail_parser::MessageParser::default().parse(self.text.as_bytes()).expect("a mail that can be read"))
    }
}

/// A header field of a mail, unfolded; empty when it has none.
pub fn header(text: &str, name: &str) -> String {
    let head = text.replace("\r\n", "\n");
    let head = head.split("\n\n").next().unwrap_or_default().replace("\n ", " ").replace("\n\t", " ");
    let wanted = format!("{}:", name.to_lowercase());
    head.lines()
        .find(|line| line.to_lowercase().starts_with(&wanted))
        .map(|line| line[wanted.len()..].trim().to_owned())
        .unwrap_or_default()
}

/// A plain mail of one paragraph.
pub fn plain(from: &str, to: &str, subject: &str, id: &str, text: &str) -> String {
    format!(
        "From: {from}\nTo: {to}\nSubject: {subject}\nMessage-ID: <{id}>\nDate: Wed, 01 Nov 2017 10:00:00 +0100\n\
         MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{text}\n"
    )
}
