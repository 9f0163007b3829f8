//! How the value of one key is checked: from a TOML value to what it means, or to what is wrong with it in plain Dutch.
//!
//! Pure; used by `read` alone. No complaint repeats a value that could be a password.

use super::{BesideFolder, FilingMode, SecretSource};
use crate::ids::Address;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use toml_edit::Value;

/// From where a path in the file is counted.
pub struct Paths {
    /// The folder of the file: where a relative path starts.
    pub base: PathBuf,
    /// What `~` stands for.
    pub home: Option<PathBuf>,
}

impl Paths {
    /// A path: absolute, from `~`, or from the folder of the file.
    pub fn path(&self, value: &Value) -> Result<PathBuf, String> {
        let path = text(value)?;
        match (path.strip_prefix("~/").or(path.strip_prefix("~").filter(|rest| rest.is_empty())), &self.home) {
            (Some(rest), Some(home)) => Ok(home.join(rest)),
            (Some(_), None) => {
                Err("`~` is hier niet te gebruiken: HOME is niet gezet; schrijf het pad voluit".to_owned())
            }
            (None, _) => Ok(self.beside(&path)),
        }
    }

    /// A path from the folder of the file.
    pub fn beside(&self, path: impl AsRef<Path>) -> PathBuf {
        self.base.join(path)
    }
}

/// A text that says something, on one line.
pub fn text(value: &Value) -> Result<String, String> {
    match value.as_str().map(str::trim) {
        None => Err("hier hoort een tekst tussen aanhalingstekens".to_owned()),
        Some("") => Err("dit mag niet leeg zijn".to_owned()),
        Some(text) if text.chars().any(char::is_control) => Err("dit moet op één regel staan".to_owned()),
        Some(text) => Ok(text.to_owned()),
    }
}

/// A mail address.
pub fn address(value: &Value) -> Result<Address, String> {
    let text = text(value)?;
    let written = text.clone();
    Address::new(text)
        .map_err(|_| format!("`{written}` is geen mailadres; het hoort eruit te zien als `naam@voorbeeld.nl`"))
}

/// A list of mail addresses.
pub fn addresses(value: &Value) -> Result<Vec<Address>, String> {
    let list = value.as_array().ok_or("hier hoort een lijst: [\"een@voorbeeld.nl\", \"twee@voorbeeld.nl\"]")?;
    list.iter().map(address).collect()
}

/// A whole number within bounds.
pub fn number(bounds: RangeInclusive<u64>) -> impl FnOnce(&Value) -> Result<u64, String> {
    move |value| {
        let number = value.as_integer().and_then(|n| u64::try_from(n).ok());
        number
            .filter(|n| bounds.contains(n))
            .ok_or_else(|| format!("hier hoort een getal van {} tot en met {}", bounds.start(), bounds.end()))
    }
}

/// Yes or no.
pub fn flag(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| "hier hoort true of false, zonder aanhalingstekens".to_owned())
}

/// A folder beside the inbox: true for the one that the server marks, false for none, or its name.
pub fn beside_folder(value: &Value) -> Result<BesideFolder, String> {
    match value.as_bool() {
        Some(true) => Ok(BesideFolder::Marked),
        Some(false) => Ok(BesideFolder::Nothing),
        None if value.is_str() => text(value).map(BesideFolder::Named),
        None => Err("hier hoort true, false of de naam van een map tussen aanhalingstekens".to_owned()),
    }
}

/// One of a few words.
pub fn choice<T: Copy>(value: &Value, choices: &[(&str, T)]) -> Result<T, String> {
    let said = value.as_str().unwrap_or_default().trim().to_lowercase();
    choices.iter().find(|(word, _)| *word == said).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        format!("kies uit {}", words.join(", "))
    })
}

/// A time of day: `"20:00"`, `"20.00"` or TOML's own `20:00:00`.
pub fn time_of_day(value: &Value) -> Result<Time, String> {
    let wrong = || "hier hoort een tijd, zoals \"20:00\"".to_owned();
    if let Some(time) = value.as_datetime().and_then(|at| at.time) {
        return small(time.hour, time.minute).ok_or_else(wrong);
    }
    let text = value.as_str().ok_or_else(wrong)?.trim();
    let (hour, minute) = text.split_once([':', '.']).unwrap_or((text, "0"));
    match (hour.parse(), minute.parse()) {
        (Ok(hour), Ok(minute)) => small(hour, minute).ok_or_else(wrong),
        _ => Err(wrong()),
    }
}

fn small(hour: u8, minute: u8) -> Option<Time> {
    Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0).ok()
}

/// A time zone by its name in the IANA database.
pub fn time_zone(value: &Value) -> Result<TimeZone, String> {
    let name = text(value)?;
    TimeZone::get(&name)
        .map_err(|_| format!("`{name}` is geen bekende tijdzone; schrijf bijvoorbeeld \"Europe/Amsterdam\""))
}

/// Where a secret is found; never the secret itself.
pub fn secret(value: &Value, paths: &Paths) -> Result<SecretSource, String> {
    let how = "schrijf { env = \"VARIABELE\" }, { file = \"bestand\" } of { command = \"opdracht\" }";
    let Some(table) = value.as_inline_table() else {
        return Err(match value.as_str() {
            Some(_) => format!("zet het wachtwoord zelf niet in dit bestand; {how}"),
            None => how.to_owned(),
        });
    };
    let mut entries = table.iter();
    match (entries.next(), entries.next()) {
        (Some(("env", name)), None) => text(name).map(SecretSource::Env),
        (Some(("file", path)), None) => paths.path(path).map(SecretSource::File),
        (Some(("command", line)), None) => text(line).map(SecretSource::Command),
        _ => Err(how.to_owned()),
    }
}

/// The name of a folder, or of a keyword, which has to be an atom (RFC 3501, 9).
pub fn mailbox_name(value: &Value, mode: FilingMode) -> Result<String, String> {
    let name = text(value)?;
    let atom = |c: char| c.is_ascii_graphic() && !matches!(c, '(' | ')' | '{' | '%' | '*' | '"' | '\\' | ']');
    if mode == FilingMode::Keywords && !name.chars().all(atom) {
        return Err("een trefwoord mag geen spaties, accenten of haakjes hebben".to_owned());
    }
    Ok(name)
}
