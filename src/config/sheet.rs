//! A TOML text laid out as sections and keys, which gathers every complaint about it with its line.
//!
//! It knows TOML and nothing of what the keys mean: `read` asks for each key, with a function that checks its value. What
//! was asked for is what is known, so that the list of known keys cannot fall behind.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use toml_edit::{Document, Item, Table, Value};

/// After so many lines that are no TOML the file is something else altogether.
const MOST_SYNTAX_ERRORS: usize = 20;
/// How much of a wrongly spelt key must be right for a suggestion (Jaro-Winkler, 0 to 1).
const NEAR_ENOUGH: f64 = 0.8;

/// One thing that is wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Complaint {
    /// The line, from 1; `None` when it is about something that is not there.
    pub line: Option<usize>,
    /// What is wrong and what to do, in one plain Dutch sentence.
    pub text: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "regel {line}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

/// A text under examination.
pub struct Sheet {
    text: String,
    root: Table,
    sound: bool,
    known: BTreeMap<String, BTreeSet<String>>,
    complaints: Vec<Complaint>,
}

impl Sheet {
    /// Lays a text out; lines that are no TOML are complained about and left out.
    pub fn new(text: &str) -> Self {
        let mut sheet = Self {
            text: text.to_owned(),
            root: Table::new(),
            sound: true,
            known: BTreeMap::new(),
            complaints: Vec::new(),
        };
        let mut rest = text.to_owned();
        for _ in 0..MOST_SYNTAX_ERRORS {
            match Document::parse(rest.clone()) {
                Ok(document) => {
                    sheet.root = document.into_table();
                    break;
                }
                Err(error) => {
                    sheet.sound = false;
                    let at = error.span().map_or(0, |span| span.start);
                    sheet.complain(Some(at), syntax_in_dutch(error.message()));
                    let Some(shorter) = without_line_at(&rest, at) else { break };
                    rest = shorter;
                }
            }
        }
        sheet
    }

    /// The value of a key, checked by `check`. `None` when it is not there, or wrong, which is then complained about.
    pub fn get<T>(&mut self, section: &str, key: &str, check: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
        self.known.entry(section.to_owned()).or_default().insert(key.to_owned());
        let item = self.root.get(section)?.as_table_like()?.get(key)?.clone();
        let at = item.span().map(|span| span.start);
        let checked = match item.as_value() {
            Some(value) => check(value),
            None => Err("hier hoort een waarde, geen deel met eigen regels".to_owned()),
        };
        match checked {
            Ok(value) => Some(value),
            Err(why) => {
                self.complain(at, format!("`{key}` in [{section}]: {why}"));
                None
            }
        }
    }

    /// The same, with a complaint when the key is not there; `what` tells in Dutch what it is for.
    pub fn need<T>(
        &mut self,
        section: &str,
        key: &str,
        what: &str,
        check: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.get(section, key, check);
        if value.is_none() && self.sound && !self.has_key(section, key) {
            match self.section_at(section) {
                Some(at) => self.complain(Some(at), format!("in [{section}] ontbreekt `{key}`: {what}")),
                None => self.complain(None, format!("er ontbreekt een deel [{section}] met `{key}`: {what}")),
            }
        }
        value
    }

    /// Is there such a section?
    pub fn has(&self, section: &str) -> bool {
        self.root.contains_key(section)
    }

    /// Complains about the value of a key, or about its section when the key is not there.
    pub fn complain_about(&mut self, section: &str, key: &str, text: impl Into<String>) {
        let at = self
            .root
            .get(section)
            .and_then(Item::as_table_like)
            .and_then(|table| table.get(key))
            .and_then(Item::span)
            .map(|span| span.start)
            .or_else(|| self.section_at(section));
        self.complain(at, text);
    }

    /// Everything that is wrong, by line; to be asked when every key was asked for.
    pub fn complaints(mut self) -> Vec<Complaint> {
        self.complain_about_unknown();
        self.complaints.sort();
        self.complaints.dedup();
        self.complaints
    }

    /// Every section and key that was asked for.
    #[cfg(test)]
    pub fn known(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.known
    }

    fn complain(&mut self, at: Option<usize>, text: impl Into<String>) {
        let line = at.map(|at| 1 + self.text.bytes().take(at).filter(|&b| b == b'\n').count());
        self.complaints.push(Complaint { line, text: text.into() });
    }

    fn has_key(&self, section: &str, key: &str) -> bool {
        self.root.get(section).and_then(Item::as_table_like).is_some_and(|table| table.contains_key(key))
    }

    fn section_at(&self, section: &str) -> Option<usize> {
        let item = self.root.get(section)?;
        item.span().or_else(|| self.root.key(section).and_then(|key| key.span())).map(|span| span.start)
    }

    fn complain_about_unknown(&mut self) {
        let mut found = Vec::new();
        for (section, item) in &self.root {
            let at = self.root.key(section).and_then(|key| key.span()).or_else(|| item.span()).map(|span| span.start);
            let Some(keys) = self.known.get(section) else {
                found.push((at, self.unknown_section(section, item)));
                continue;
            };
            let Some(table) = item.as_table_like() else {
                found.push((at, format!("`{section}` is een deel: schrijf [{section}] op een eigen regel")));
                continue;
            };
            for (key, item) in table.iter() {
                if !keys.contains(key) {
                    let at = table.key(key).and_then(|key| key.span()).or_else(|| item.span()).map(|span| span.start);
                    found.push((at, self.unknown_key(section, keys, key)));
                }
            }
        }
        for (at, text) in found {
            self.complain(at, text);
        }
    }

    fn unknown_section(&self, section: &str, item: &Item) -> String {
        let shown = shown(section);
        if let Some(home) = self.home_of(section).filter(|_| !item.is_table_like()) {
            return format!("`{shown}` hoort in [{home}]");
        }
        match nearest(section, self.known.keys()) {
            Some(near) => format!("onbekend deel [{shown}]; bedoel je [{near}]?"),
            None => format!("onbekend deel [{shown}]; dit zijn ze: {}", in_brackets(self.known.keys())),
        }
    }

    fn unknown_key(&self, section: &str, keys: &BTreeSet<String>, key: &str) -> String {
        let shown = shown(key);
        let about = match (nearest(key, keys), self.home_of(key)) {
            (_, Some(home)) => format!("die hoort in [{home}]"),
            (Some(near), None) => format!("bedoel je `{near}`?"),
            (None, None) => format!("hier kan staan: {}", in_backticks(keys)),
        };
        format!("onbekende sleutel `{shown}` in [{section}]; {about}")
    }

    fn home_of(&self, key: &str) -> Option<&str> {
        self.known.iter().find(|(_, keys)| keys.contains(key)).map(|(section, _)| section.as_str())
    }
}

fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a String>) -> Option<&'a str> {
    let word: String = word.chars().take(64).flat_map(char::to_lowercase).collect();
    known
        .into_iter()
        .map(|key| (strsim::jaro_winkler(&word, key), key.as_str()))
        .filter(|(likeness, _)| *likeness >= NEAR_ENOUGH)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, key)| key)
}

fn in_backticks<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn in_brackets<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| format!("[{name}]")).collect::<Vec<_>>().join(", ")
}

/// A key may be any quoted text: shown short and without controls.
fn shown(key: &str) -> String {
    key.chars().take(40).map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// The text with the line at `at` emptied, so that the lines keep their numbers; `None` when it is empty already.
fn without_line_at(text: &str, at: usize) -> Option<String> {
    let mut seen = 0;
    let mut changed = false;
    let mut rest = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let here = (seen..seen + line.len()).contains(&at) || (at >= text.len() && seen + line.len() == text.len());
        if here && !line.trim().is_empty() {
            // Blanks of the same length keep every other byte where it was.
            rest.extend(line.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
            changed = true;
        } else {
            rest.push_str(line);
        }
        seen += line.len();
    }
    changed.then_some(rest)
}

fn syntax_in_dutch(message: &str) -> String {
    let said = |part: &str| message.contains(part);
    if said("duplicate key") {
        "deze sleutel of dit deel staat er twee keer".to_owned()
    } else if said("string values must be quoted") || said("invalid value") {
        "tekst hoort tussen aanhalingstekens: naam = \"waarde\"".to_owned()
    } else if said("assignment") || said("key with no value") || said("missing value") {
        "hier hoort te staan: naam = waarde".to_owned()
    } else if said("unclosed table") || said("unclosed array table") {
        "een deel begint met een naam tussen rechte haken: [imap]".to_owned()
    } else if said("string") || said("quote") {
        "een aanhalingsteken ontbreekt of staat verkeerd".to_owned()
    } else {
        format!("dit is geen geldige TOML ({message})")
    }
}
