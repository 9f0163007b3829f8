//! A wire with faults: a proxy between the program and a server that speaks IMAP or SMTP in the open, which cuts, keeps silent,
//! breaks off midway or answers in the server's place at the moment that a test names. What passes is written down, moment by
//! moment, so that a clean run tells where all the seams are.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};

/// What is spoken over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// RFC 3501.
    Imap,
    /// RFC 5321.
    Smtp,
}

/// A seam in a conversation. Commands are named by what they ask, numbers written as `n`: `UID FETCH n:* (UID …)`, `RCPT`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// The server has greeted, and nobody has heard it.
    Greeting,
    /// The command has been given, and the server has not got it.
    Command(String),
    /// The server has carried it out and answered, and nobody has heard it.
    Answer(String),
}

/// What goes wrong then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection ends.
    Cut,
    /// Half of what was to pass passes, and the connection ends: in the middle of a literal or of a letter.
    CutMidway,
    /// Nothing passes any more, and the connection stays.
    Silence,
    /// The server did not get the command, and this is the answer; `TAG` stands for the command's tag.
    Say(&'static str),
    /// The same, and then the connection ends.
    SayAndCut(&'static str),
}

/// A proxy to one port.
pub struct Wire {
    port: u16,
    inside: Arc<Inside>,
}

struct Inside {
    protocol: Protocol,
    to: u16,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    faults: Vec<(Moment, Fault, Times)>,
    fired: usize,
    passed: Vec<Moment>,
    open: Vec<(TcpStream, TcpStream)>,
    down: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Times {
    Once,
    Always,
}

/// What both directions of one connection know.
#[derive(Default)]
struct Talk {
    /// The tag and name of the command that waits for its answer.
    pending: Option<(String, String)>,
    in_text: bool,
}

impl Wire {
    /// Starts one to a port of this machine.
    pub fn to(port: u16, protocol: Protocol) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let own = listener.local_addr().unwrap().port();
        let inside = Arc::new(Inside { protocol, to: port, state: Mutex::default() });
        let shared = Arc::clone(&inside);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(client) = client else { return };
                let Ok(server) = TcpStream::connect(("127.0.0.1", shared.to)) else { continue };
                if !shared.state().down {
                    shared.connect(client, server);
                }
            }
        });
        Self { port: own, inside }
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// At this moment, the next time it comes, this goes wrong.
    pub fn once(&self, moment: &Moment, fault: Fault) {
        self.inside.state().faults.push((moment.clone(), fault, Times::Once));
    }

    /// The same, each time.
    pub fn always(&self, moment: &Moment, fault: Fault) {
        self.inside.state().faults.push((moment.clone(), fault, Times::Always));
    }

    /// Nothing goes wrong any more.
    pub fn mend(&self) {
        let mut state = self.inside.state();
        state.faults.clear();
        state.down = false;
    }

    /// Nobody gets through until it is mended.
    pub fn take_down(&self) {
        self.inside.state().down = true;
        self.cut_all();
    }

    /// Ends all connections, this once.
    pub fn cut_all(&self) {
        for (client, server) in std::mem::take(&mut self.inside.state().open) {
            cut(&client, &server);
        }
    }

    /// How often something has gone wrong.
    pub fn fired(&self) -> usize {
        self.inside.state().fired
    }

    /// How often this moment has come.
    pub fn count(&self, moment: &Moment) -> usize {
        self.inside.state().passed.iter().filter(|passed| *passed == moment).count()
    }

    /// Every moment that has come, each once.
    pub fn moments(&self) -> BTreeSet<Moment> {
        self.inside.state().passed.iter().cloned().collect()
    }
}

impl Inside {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn connect(self: &Arc<Self>, client: TcpStream, server: TcpStream) {
        let copy = |stream: &TcpStream| stream.try_clone().unwrap();
        self.state().open.push((copy(&client), copy(&server)));
        let talk = Arc::new(Mutex::new(Talk::default()));
        let (one, other) = ((copy(&client), copy(&server)), (client, server));
        let (inside, said) = (Arc::clone(self), Arc::clone(&talk));
        std::thread::spawn(move || {
            let _ = inside.commands(&one.0, &one.1, &said);
            cut(&one.0, &one.1);
        });
        let inside = Arc::clone(self);
        std::thread::spawn(move || {
            let _ = inside.answers(&other.0, &other.1, &talk);
            cut(&other.0, &other.1);
        });
    }

    /// What goes wrong at this moment, if anything does.
    fn fault_at(&self, moment: Moment) -> Option<Fault> {
        let mut state = self.state();
        let found = state.faults.iter().position(|(at, ..)| *at == moment);
        state.passed.push(moment);
        let at = found?;
        state.fired += 1;
        let (_, fault, times) = state.faults[at].clone();
        if times == Times::Once {
            state.faults.remove(at);
        }
        Some(fault)
    }

    /// From the program to the server. `None` ends the connection.
    fn commands(&self, client: &TcpStream, server: &TcpStream, talk: &Mutex<Talk>) -> Option<()> {
        let mut from = BufReader::new(client.try_clone().ok()?);
        let mut text = Vec::new();
        loop {
            let line = whole_line(&mut from)?;
            if talk.lock().unwrap().in_text {
                text.extend_from_slice(&line);
                if line.trim_ascii_end() != b"." {
                    continue;
                }
                let mut talk = talk.lock().unwrap();
                talk.in_text = false;
                talk.pending = Some((String::new(), ".".to_owned()));
            } else {
                let (tag, name) = self.named(&String::from_utf8_lossy(&line));
                let mut talk = talk.lock().unwrap();
                // DONE has no tag: its answer is that of the IDLE that it ends.
                let tag =
                    if name == "DONE" { talk.pending.take().map(|(tag, _)| tag).unwrap_or_default() } else { tag };
                talk.pending = Some((tag, name));
                text = line;
            }
            let (tag, name) = talk.lock().unwrap().pending.clone()?;
            let literal = if self.protocol == Protocol::Imap { literal_after(&text) } else { None };
            match self.fault_at(Moment::Command(name)) {
                None => pass(server, &text)?,
                Some(Fault::Cut) => return None,
                Some(Fault::CutMidway) if literal.is_none() => {
                    pass(server, &text[..text.len() / 2])?;
                    return None;
                }
                Some(Fault::CutMidway) => {
                    pass(server, &text)?;
                    let mut half = vec![0; literal? / 2];
                    from.read_exact(&mut half).ok()?;
                    pass(server, &half)?;
                    return None;
                }
                Some(Fault::Silence) => return swallow(from),
                Some(Fault::Say(words)) => {
                    pass(client, words.replace("TAG", &tag).as_bytes())?;
                    talk.lock().unwrap().pending = None;
                    text.clear();
                    continue;
                }
                Some(Fault::SayAndCut(words)) => {
                    pass(client, words.replace("TAG", &tag).as_bytes())?;
                    return None;
                }
            }
            text.clear();
            if let Some(size) = literal {
                let mut literal = vec![0; size];
                from.read_exact(&mut literal).ok()?;
                pass(server, &literal)?;
                pass(server, &whole_line(&mut from)?)?;
            }
        }
    }

    /// From the server to the program. `None` ends the connection.
    fn answers(&self, client: &TcpStream, server: &TcpStream, talk: &Mutex<Talk>) -> Option<()> {
        let mut from = BufReader::new(server.try_clone().ok()?);
        let mut answer = Vec::new();
        let mut greeted = false;
        loop {
            let line = self.whole_row(&mut from)?;
            let pending = talk.lock().unwrap().pending.clone();
            answer.extend_from_slice(&line);
            let text = String::from_utf8_lossy(&line);
            let moment = match (self.protocol, &pending) {
                _ if !greeted && self.is_last(&text) => {
                    greeted = true;
                    Some(Moment::Greeting)
                }
                (Protocol::Smtp, Some((_, name))) if self.is_last(&text) => {
                    let mut talk = talk.lock().unwrap();
                    talk.in_text = text.starts_with("354");
                    talk.pending = None;
                    Some(Moment::Answer(name.clone()))
                }
                (Protocol::Imap, Some((tag, name))) if text.starts_with(&format!("{tag} ")) => {
                    talk.lock().unwrap().pending = None;
                    Some(Moment::Answer(name.clone()))
                }
                (Protocol::Imap, Some((_, name))) if text.starts_with('+') => Some(Moment::Answer(format!("{name} +"))),
                _ => None,
            };
            let idling = pending.is_none_or(|(_, name)| name == "IDLE" || name == "DONE");
            match moment.and_then(|moment| self.fault_at(moment)) {
                Some(Fault::Cut) => return None,
                Some(Fault::CutMidway) => {
                    pass(client, &answer[..answer.len() / 2])?;
                    return None;
                }
                Some(Fault::Silence) => return swallow(from),
                Some(Fault::Say(words)) => {
                    answer.clear();
                    pass(client, words.as_bytes())?;
                }
                Some(Fault::SayAndCut(words)) => {
                    pass(client, words.as_bytes())?;
                    return None;
                }
                None if moment_passes(self.protocol, &text, &pending_tag(talk), idling) || self.is_last(&text) => {
                    pass(client, &answer)?;
                    answer.clear();
                }
                None => {}
            }
        }
    }

    /// One line with the literals in it.
    fn whole_row(&self, from: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
        let mut row = whole_line(from)?;
        while let Some(size) = if self.protocol == Protocol::Imap { literal_after(&row) } else { None } {
            let mut literal = vec![0; size];
            from.read_exact(&mut literal).ok()?;
            row.extend_from_slice(&literal);
            row.extend_from_slice(&whole_line(from)?);
        }
        Some(row)
    }

    /// Does an answer end with this line? An IMAP answer ends with its tag, so only what stands alone does.
    fn is_last(&self, line: &str) -> bool {
        match self.protocol {
            Protocol::Smtp => line.as_bytes().get(3) != Some(&b'-'),
            Protocol::Imap => {
                !line.starts_with("* ") || line.starts_with("* OK [CAPABILITY") || line.starts_with("* BYE")
            }
        }
    }

    /// A command's tag and its name.
    fn named(&self, line: &str) -> (String, String) {
        let line = line.trim_end();
        match self.protocol {
            Protocol::Smtp => {
                let verb = line.split([' ', ':']).next().unwrap_or_default();
                (String::new(), verb.to_uppercase())
            }
            Protocol::Imap => {
                let (tag, command) = line.split_once(' ').unwrap_or(("", line));
                let name = if command.starts_with("LOGIN") { "LOGIN" } else { command };
                (tag.to_owned(), without_numbers(name))
            }
        }
    }
}

fn pending_tag(talk: &Mutex<Talk>) -> Option<String> {
    talk.lock().unwrap().pending.as_ref().map(|(tag, _)| tag.clone())
}

/// May this line pass at once? In IDLE every line does; else an answer is kept together.
fn moment_passes(protocol: Protocol, line: &str, tag: &Option<String>, idling: bool) -> bool {
    protocol == Protocol::Imap
        && (idling || line.starts_with('+') || tag.as_ref().is_some_and(|tag| line.starts_with(&format!("{tag} "))))
}

fn without_numbers(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        match c {
            _ if c.is_ascii_digit() && name.ends_with('n') && !name.ends_with("an") => {}
            _ if c.is_ascii_digit() => name.push('n'),
            _ => name.push(c),
        }
    }
    name
}

/// The size of the literal that follows a line.
fn literal_after(line: &[u8]) -> Option<usize> {
    let line = line.trim_ascii_end();
    let open = line.iter().rposition(|byte| *byte == b'{')?;
    std::str::from_utf8(&line[open + 1..]).ok()?.strip_suffix('}')?.parse().ok()
}

fn whole_line(from: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line).ok()?;
    line.ends_with(b"\n").then_some(line)
}

fn pass(mut to: &TcpStream, bytes: &[u8]) -> Option<()> {
    to.write_all(bytes).ok()
}

/// Takes everything and passes nothing on, for as long as the other side goes on.
fn swallow(mut from: BufReader<TcpStream>) -> Option<()> {
    std::io::copy(&mut from, &mut std::io::sink()).ok()?;
    None
}

fn cut(client: &TcpStream, server: &TcpStream) {
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}
