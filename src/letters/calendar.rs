//! The calendar entry of a letter: one meeting as iCalendar (RFC 5545), sent by the rules of iMIP (RFC 6047).
//!
//! METHOD is REQUEST with our own address as ORGANIZER, so that a declined meeting in somebody's calendar comes back to us
//! as a mail and counts as a cancellation. He has said that he comes, so he stands in it as ACCEPTED and is not asked to
//! answer. Times are in UTC: a single moment needs no VTIMEZONE, and every calendar shows it in its own zone.

use crate::config::Network;
use crate::ids::{Address, EventId};
use crate::registration::Event;
use jiff::Timestamp;

/// What the entry does in his calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It is put there, or replaced by a newer one.
    Request,
    /// It is taken out.
    Cancel,
}

impl Method {
    /// The word for it in `METHOD` and in the Content-Type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// Who is invited: the reader of the letter, alone, since nobody needs to see who else comes.
#[derive(Clone, Copy, Debug)]
pub struct Attendee<'a> {
    /// His address.
    pub address: &'a Address,
    /// His name; may be empty.
    pub name: &'a str,
}

/// The UID of an event's entries: the same in every letter about it, and for no other network's event.
///
/// Calendar replies name the event by it; compare without case.
pub fn event_uid(event: &EventId, network: &Network) -> String {
    format!("{event}.{}", network.address).to_lowercase()
}

/// The whole iCalendar text, lines ended by CRLF and folded at 75 octets (RFC 5545, 3.1).
pub fn entry(
    method: Method,
    event: &Event,
    network: &Network,
    attendee: Attendee<'_>,
    description: &str,
    written_at: Timestamp,
) -> String {
    let place: Vec<&str> =
        [event.venue.as_str(), event.address.as_str()].into_iter().filter(|s| !s.is_empty()).collect();
    let (status, answer) = match method {
        Method::Request => ("CONFIRMED", "ACCEPTED"),
        Method::Cancel => ("CANCELLED", "DECLINED"),
    };
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "PRODID:-//aanmelder//letters//NL".to_owned(),
        "VERSION:2.0".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        format!("METHOD:{}", method.as_str()),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", text(&event_uid(&event.id, network))),
        format!("DTSTAMP:{}", utc(written_at)),
        format!("DTSTART:{}", utc(event.start.timestamp())),
        format!("DTEND:{}", utc(event.end.timestamp())),
        format!("SEQUENCE:{}", event.sequence),
        format!("STATUS:{status}"),
        format!("SUMMARY:{}", text(&event.title)),
        format!("LOCATION:{}", text(&place.join(", "))),
        format!("ORGANIZER;CN={}:mailto:{}", parameter(&network.name), network.address),
        format!(
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};RSVP=FALSE;CN={}:mailto:{}",
            parameter(if attendee.name.is_empty() { attendee.address.as_str() } else { attendee.name }),
            attendee.address
        ),
        "TRANSP:OPAQUE".to_owned(),
    ];
    if !description.is_empty() {
        lines.push(format!("DESCRIPTION:{}", text(description)));
    }
    lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
    lines.iter().map(|line| folded(line)).collect()
}

/// `20171115T131500Z`.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A TEXT value (RFC 5545, 3.3.11).
fn text(value: &str) -> String {
    let mut out = String::new();
    for c in value.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// A quoted parameter value (RFC 5545, 3.2), which may hold neither quotes nor controls.
fn parameter(value: &str) -> String {
    let clean: String = value
        .chars()
        .map(|c| {
            if c == '"' {
                '\''
            } else if c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect();
    format!("\"{clean}\"")
}

/// One content line with its CRLF, broken before 75 octets between two characters.
fn folded(line: &str) -> String {
    let mut out = String::new();
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(c);
        octets += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::samples::setting;
    use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarProperty};

    fn of(method: Method, name: &str, change: impl FnOnce(&mut Event)) -> String {
        let setting = setting().unwrap();
        let mut event = setting.event.clone();
        change(&mut event);
        let address = Address::new("sanne@dewit.example").unwrap();
        let attendee = Attendee { address: &address, name };
        entry(method, &event, &setting.network, attendee, "Kun je niet?\nMail ons; graag, dank je.", setting.written_at)
    }

    #[test]
    fn the_entry_as_it_leaves() {
        insta::assert_snapshot!(of(Method::Request, "Sanne de Wit", |_| {}).replace("\r\n", "\n"));
        let cancelled = of(Method::Cancel, "", |event| event.sequence = 3);
        for line in ["METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", "UID:b16.zzploosduinen@gmail.com"] {
            assert!(cancelled.contains(&format!("{line}\r\n")), "{line}");
        }
    }

    #[test]
    fn another_reader_of_calendars_finds_the_same_in_it() {
        let title = "Borrel, diner; en \\ \"meer\"\nélégance ".repeat(6);
        let text = of(Method::Request, "Wit, \"Sanne\": de;\r\nX", |event| event.title.clone_from(&title));
        let calendar = ICalendar::parse(&text).unwrap();
        let events: Vec<_> =
            calendar.components.iter().filter(|part| part.component_type == ICalendarComponentType::VEvent).collect();
        assert_eq!(events.len(), 1);
        let property = |name: ICalendarProperty| events[0].property(&name).unwrap();
        assert_eq!(property(ICalendarProperty::Summary).values[0].as_text(), Some(title.as_str()));
        assert_eq!(property(ICalendarProperty::Uid).values[0].as_text(), Some("b16.zzploosduinen@gmail.com"));
        assert!(property(ICalendarProperty::Attendee).params.len() >= 5);
    }

    #[test]
    fn lines_are_folded_between_characters() {
        let text = of(Method::Request, "ë", |event| event.venue = "ë日本".repeat(100));
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n']));
        assert!(text.replace("\r\n ", "").contains(&"ë日本".repeat(100)));
    }

    #[test]
    fn two_networks_never_share_a_uid() {
        let setting = setting().unwrap();
        let other = Network { address: Address::new("anders@gmail.com").unwrap(), ..setting.network.clone() };
        assert_ne!(event_uid(&setting.event.id, &setting.network), event_uid(&setting.event.id, &other));
    }
}
