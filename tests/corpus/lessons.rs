//! The mails that were written to learn from, clause by clause with what each says: the files in `lessons/`, whose README tells
//! their form.

use crate::labels::{Action, Answer, Mail, Sender, World};
use serde_json::{Map, Value, json};
use std::ops::Range;
use std::path::Path;

/// Where a clause of the program takes in several clauses of the file, it says the weightiest of what they say: the first of
/// these.
const WEIGHTIEST: [&str; 21] =
    ["C", "N", "S", "c", "n", "M", "X", "w", "k", "L", "U", "F", "H", "q", "B", "P", "T", "A", "b", "g", "o"];
/// The clients whose dress they wear.
const CLIENTS: [&str; 7] = ["gmail", "outlook", "ios", "samsung", "apple", "thunderbird", "webmail"];

/// One mail with what its clauses say.
#[derive(Debug)]
pub struct Lesson {
    pub mail: Mail,
    /// The file it stands in, without ending: its writer.
    pub file: String,
    /// The label of a subject of its own.
    subject: Option<String>,
    /// Where each clause stands in the mail's body, with its label.
    clauses: Vec<(Range<usize>, String)>,
}

/// All of them, in the order of the files' names.
pub fn all(world: &World) -> Vec<Lesson> {
    files().into_iter().flat_map(|(name, text)| parse(&name, &text, world)).collect()
}

/// The files by name, in order.
pub fn files() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/lessons");
    let files = std::fs::read_dir(folder).expect("the lessons").map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("a readable file"))
    };
    files.into_iter().map(read).collect()
}

fn parse(name: &str, file: &str, world: &World) -> Vec<Lesson> {
    let mut all: Vec<Lesson> = Vec::new();
    let mut between = "";
    for line in file.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(header) = line.strip_prefix("## ") {
            all.push(head(name, all.len(), header, world));
            between = "";
            continue;
        }
        let lesson = all.last_mut().unwrap_or_else(|| panic!("{name}: {line} before a header"));
        if line == "-" {
            between = "\n";
        } else if let Some((label, subject)) = line.strip_prefix("S|").and_then(|rest| rest.split_once('|')) {
            lesson.subject = Some(label.to_owned());
            if lesson.mail.quote.is_null() {
                lesson.mail.subject = one_line(subject);
            }
        } else {
            let (label, text) =
                line.split_once('|').unwrap_or_else(|| panic!("{}: no label in {line}", lesson.mail.id));
            let body = &mut lesson.mail.body;
            if !body.is_empty() {
                body.push_str(if between.is_empty() { " " } else { between });
            }
            between = "";
            let start = body.len();
            body.push_str(&one_line(text));
            lesson.clauses.push((start..body.len(), label.to_owned()));
        }
    }
    all
}

fn head(name: &str, number: usize, header: &str, world: &World) -> Lesson {
    let fields: Vec<&str> = header.split('|').map(str::trim).collect();
    let [_, received, author, answers, registered, open, wanted] = fields[..] else {
        panic!("{name}: seven fields in {header}")
    };
    let open: Vec<String> = open.trim_start_matches("open").split(',').map(|event| event.trim().to_owned()).collect();
    let registered: Map<String, Value> = registered
        .trim_start_matches("reg")
        .split(';')
        .filter_map(|standing| standing.split_once(':'))
        .map(|(event, names)| (event.trim().to_owned(), json!(names.split(',').map(str::trim).collect::<Vec<_>>())))
        .collect();
    let january = open == ["b17"] || answers == "conf" && registered.keys().eq(["b17"]);
    let letter = match answers {
        "inv" => Some(&world.letters["invitation"]),
        "conf" => Some(&world.letters["confirmation"]),
        _ => None,
    };
    let about = |text: &str| if january { in_january(text) } else { text.to_owned() };
    let first: String = author.to_lowercase().chars().filter(char::is_ascii_lowercase).collect();
    let mail = Mail {
        id: format!("{name}{number:03}"),
        received: format!("{}:00+01:00", received.replace(' ', "T")),
        open_events: open,
        registered,
        from: Sender { name: author.to_owned(), address: format!("{first}{number}@post.example") },
        subject: letter.map_or_else(String::new, |letter| format!("Re: {}", about(&letter.subject))),
        body: String::new(),
        client: CLIENTS[number % CLIENTS.len()].to_owned(),
        quote: letter.map_or(Value::Null, |letter| json!({ "text": about(&letter.text) })),
        headers: std::collections::BTreeMap::new(),
        expected: answer(wanted),
    };
    Lesson { mail, file: name.to_owned(), subject: None, clauses: Vec::new() }
}

/// A letter as it is for the meeting in January.
fn in_january(letter: &str) -> String {
    let letter = letter.replace("15 november", "24 januari").replace("16e", "17e");
    letter.replace("De Geest, Georges Bizetstraat 25", "Stadsboerderij Pluk")
}

/// What is wanted: `act register b16 2 add; cancel b17 +q`.
fn answer(wanted: &str) -> Answer {
    let flag = |flag: &str| wanted.split_whitespace().any(|word| word == flag);
    let plain = wanted.replace("+q", "").replace("+p", "");
    let (disposition, actions) = plain.trim().split_once(' ').unwrap_or((plain.trim(), ""));
    let action = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let seats = words.get(2).map(|seats| seats.parse().expect("a number of seats"));
        let mode = (words.first() == Some(&"register")).then(|| (*words.get(3).unwrap_or(&"set")).to_owned());
        Action { verb: words[0].to_owned(), event: words.get(1).map(|event| (*event).to_owned()), seats, mode }
    };
    Answer {
        disposition: disposition.to_owned(),
        actions: actions.split(';').filter(|text| !text.trim().is_empty()).map(action).collect(),
        question: flag("+q") && disposition != "ignore",
        pitch: flag("+p") && disposition != "ignore",
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Lesson {
    /// The label of each clause as the program cuts it; `None` where its words are not found.
    pub fn labels<'a>(&'a self, clauses: impl Iterator<Item = &'a str>) -> Vec<Option<String>> {
        let mut read = 0;
        let own_subject = self.subject.as_ref().filter(|_| self.mail.quote.is_null());
        clauses
            .map(|clause| {
                let clause = one_line(clause);
                match own_subject {
                    Some(label) if read == 0 && self.mail.subject.contains(&clause) => Some(label.clone()),
                    _ => self.label(&clause, &mut read),
                }
            })
            .collect()
    }

    /// What a clause of the program says: the weightiest of the clauses that it takes in, not of those that it only touches.
    fn label(&self, clause: &str, read: &mut usize) -> Option<String> {
        let flat = self.mail.body.replace('\n', " ");
        let start = flat.get(*read..)?.find(clause)? + *read;
        let place = start..start + clause.len();
        *read = place.end;
        let letters = |of: &Range<usize>| {
            let (from, to) = (of.start.max(place.start), of.end.min(place.end));
            flat.get(from..to.max(from)).map_or(0, |text| text.chars().filter(|c| c.is_alphanumeric()).count())
        };
        let all = letters(&place);
        let taken_in = |of: &Range<usize>| letters(of) >= 3 || letters(of) > 0 && letters(of) * 3 >= all;
        let labels = self.clauses.iter().filter(|(of, _)| taken_in(of)).map(|(_, label)| label);
        let weight = |label: &&String| WEIGHTIEST.iter().position(|known| known == label);
        Some(labels.min_by_key(weight).cloned().unwrap_or_else(|| "o".to_owned()))
    }
}
