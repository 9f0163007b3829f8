//! Tables and texts that several commands print.

use crate::daemon::control::{Listing, Overview, Party};
use crate::dates_nl::{show_short, show_span};
use crate::mail::sanitize;
use crate::registration::{EventStatus, WaitlistRule};
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, Cell, CellAlignment, ContentArrangement, Table};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A table without lines; its heading is bold on a terminal, and it is as wide as that.
pub fn table(heading: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(heading.iter().map(|text| Cell::new(text).add_attribute(Attribute::Bold)));
    table
}

/// The table as text, without blanks at the ends of lines.
pub fn shown(table: &Table) -> String {
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end().strip_prefix(' ').unwrap_or(line.trim_end()));
        text.push('\n');
    }
    text
}

/// A cell with a text of any origin.
pub fn cell(text: &str) -> Cell {
    Cell::new(sanitize::line(text, 200))
}

/// A cell with a number.
pub fn number(number: impl ToString) -> Cell {
    Cell::new(number).set_alignment(CellAlignment::Right)
}

/// Events in short, one a line.
pub fn overviews(events: &[Overview]) -> String {
    if events.is_empty() {
        return "Er zijn geen bijeenkomsten.\n".to_owned();
    }
    let mut table = table(&["naam", "wanneer", "waar", "bezet", "plaatsen", "wachten", ""]);
    for overview in events {
        let event = &overview.event;
        let remark = match event.status {
            EventStatus::Open => "",
            EventStatus::Cancelled => "gaat niet door",
        };
        table.add_row(vec![
            cell(event.id.as_str()),
            cell(&show_short(&event.start)),
            cell(&event.venue),
            number(overview.confirmed + overview.offered),
            number(event.capacity),
            number(overview.waiting),
            cell(remark),
        ]);
    }
    shown(&table)
}

/// An event with its place, figures and rules, as one block of text.
pub fn event(overview: &Overview) -> String {
    let event = &overview.event;
    let place: Vec<&str> =
        [event.venue.as_str(), event.address.as_str()].into_iter().filter(|p| !p.is_empty()).collect();
    let offered = match overview.offered {
        0 => String::new(),
        offered => format!(" en {offered} aangeboden"),
    };
    let rule = match event.rules.waitlist {
        WaitlistRule::Fill => "naar de eerste groep die erin past",
        WaitlistRule::Strict => "alleen naar wie vooraan staat",
    };
    let mut lines = vec![
        format!("{} ({})", sanitize::line(&event.title, 200), event.id),
        show_span(&event.start, &event.end),
        sanitize::line(&place.join(", "), 300),
        format!("{} van {} plaatsen bezet{offered}, {} wachten.", overview.confirmed, event.capacity, overview.waiting),
        format!("Hoogstens {} per aanmelding; een vrije plaats gaat {rule}.", event.rules.max_party),
    ];
    if event.status == EventStatus::Cancelled {
        lines.insert(1, "GAAT NIET DOOR".to_owned());
    }
    lines.retain(|line| !line.is_empty());
    lines.join("\n") + "\n"
}

/// Who comes and who waits.
pub fn people(listing: &Listing, zone: &TimeZone) -> String {
    let mut text = String::new();
    if listing.coming.is_empty() {
        text.push_str("Er heeft zich nog niemand aangemeld.\n");
    } else {
        let mut table = table(&["komen", "adres", "plaatsen", "samen met", "sinds", ""]);
        for party in &listing.coming {
            table.add_row(vec![
                cell(&party.name),
                cell(party.address.as_str()),
                number(party.confirmed),
                cell(&company(party)),
                cell(&moment(party.since, zone)),
                cell(&remark(party, zone)),
            ]);
        }
        text.push_str(&shown(&table));
    }
    if !listing.waiting.is_empty() {
        let mut table = table(&["", "wachten", "adres", "plaatsen", "samen met", "sinds", ""]);
        for (place, party) in listing.waiting.iter().enumerate() {
            table.add_row(vec![
                number(place + 1),
                cell(&party.name),
                cell(party.address.as_str()),
                number(party.waiting),
                cell(&company(party)),
                cell(&moment(party.since, zone)),
                cell(&remark(party, zone)),
            ]);
        }
        text.push('\n');
        text.push_str(&shown(&table));
    }
    text
}

/// The names of a party but for the one who wrote.
fn company(party: &Party) -> String {
    let others: Vec<&str> = party.names.iter().map(String::as_str).filter(|name| *name != party.name).collect();
    others.join(", ")
}

fn remark(party: &Party, zone: &TimeZone) -> String {
    let mut remarks = Vec::new();
    if let Some(offer) = &party.offer {
        remarks.push(format!("{} aangeboden tot {}", offer.seats, moment(offer.until, zone)));
    }
    if let Some(reason) = &party.let_through {
        remarks.push(format!("toegelaten: {reason}"));
    }
    if let Some(report) = &party.undeliverable {
        remarks.push(format!("onbestelbaar: {report}"));
    }
    remarks.join("; ")
}

/// A moment in the network's zone.
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    show_short(&at.to_zoned_datetime(zone.clone()))
}
