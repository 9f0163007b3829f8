//! The participants of a meeting as a table for a spreadsheet.
//!
//! Pure. Attached to the digest, and what `aanmelder export` prints.

use crate::ids::EventId;
use crate::mail::sanitize;
use crate::registration::State;
use jiff::tz::TimeZone;

/// One party of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Who signed it up.
    pub name: String,
    /// His address.
    pub address: String,
    /// Seats that are his.
    pub confirmed: u32,
    /// Seats that he waits for.
    pub waiting: u32,
    /// His place in line, from 1.
    pub position: Option<u32>,
    /// The people, one name a seat.
    pub names: Vec<String>,
    /// Since when he is registered, in the network's zone: `2017-11-02 09:14`.
    pub since: String,
}

/// The parties of a meeting: who comes by name, then who only waits by place in line. `None` when there is no such meeting.
pub fn rows(state: &State, event: &EventId, zone: &TimeZone) -> Option<Vec<Row>> {
    let known = state.event(event)?;
    let mut rows: Vec<Row> = known
        .registrations
        .iter()
        .map(|(person, party)| Row {
            name: state.called(person),
            address: state.people.get(person).map_or_else(|| person.to_string(), |known| known.address.to_string()),
            confirmed: party.confirmed,
            waiting: party.waiting,
            position: known.position(person),
            names: state.party(event, person),
            since: party.since.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        })
        .collect();
    rows.sort_by_cached_key(|row| {
        let place = if row.confirmed > 0 { None } else { row.position };
        (place, row.name.to_lowercase())
    });
    Some(rows)
}

/// The table as CSV (RFC 4180), with a head line and a byte order mark, by which spreadsheets know UTF-8. Fields that one
/// would take for a formula get an apostrophe before them (owasp.org/www-community/attacks/CSV_Injection).
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn csv(rows: &[Row]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".into());
    writer.write_record(["naam", "adres", "plaatsen", "wachtend", "in de rij", "namen", "sinds"])?;
    for row in rows {
        writer.write_record([
            harmless(&row.name),
            harmless(&row.address),
            row.confirmed.to_string(),
            row.waiting.to_string(),
            row.position.map(|place| place.to_string()).unwrap_or_default(),
            harmless(&row.names.join(", ")),
            row.since.clone(),
        ])?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// A field on one line that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    let text = sanitize::line(text, 500);
    if text.trim_start().starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}
