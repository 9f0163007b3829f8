//! Answers from calendars: "ja", "nee" and "misschien" pressed in Gmail, Outlook, Apple or Android (iTIP, RFC 5546).
//!
//! Pure. Says what the button meant and for which event; whether the answerer is who he says is not known here, so the
//! caller compares [`CalendarReply::attendee`] with the author. The comment is free text and is read like any other.
//! Of the program's files only this one and `letters` know calcard.

use super::{EventInfo, Situation};
use crate::ids::{Address, EventId};
use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarParameterName, ICalendarProperty,
    ICalendarValue,
};
use jiff::civil::DateTime;
use jiff::{SignedDuration, tz::TimeZone};

/// The largest number of guests that is believed.
const MOST_GUESTS: u32 = 99;

/// What a calendar part says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarReply {
    /// What was answered.
    pub answer: Answer,
    /// The open event that it is about; `None` when it is none of ours.
    pub event: Option<EventId>,
    /// Who answers, by the ATTENDEE property; `None` when it names none that is a mail address.
    pub attendee: Option<Address>,
    /// His name there (CN); may be empty.
    pub name: String,
    /// Which version of the invitation he answers (SEQUENCE) and when (DTSTAMP, as written): of two answers to the same
    /// event the larger pair counts (RFC 5546, 2.1.5).
    pub version: (i64, String),
    /// What he wrote beside the button; empty when he wrote nothing.
    pub comment: String,
    /// Does it name another start than the event has now? Then an older invitation was answered.
    pub other_time: bool,
    /// The properties that it was read from, as `NAME=value`.
    pub evidence: Vec<String>,
}

/// What was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// He comes, with so many guests: his party is `1 + guests`.
    Accepted {
        /// Besides himself (X-NUM-GUESTS).
        guests: u32,
    },
    /// He does not come.
    Declined,
    /// Perhaps.
    Tentative,
    /// Somebody else comes in his place.
    Delegated,
    /// He proposes another time.
    Counter,
    /// It asks or says something that no rule covers: a person has to look.
    Unanswered,
    /// An invitation, publication or cancellation of somebody else's event: none of our business.
    OthersEvent,
}

impl CalendarReply {
    /// The seats that an acceptance asks for, the answerer counted in.
    pub fn seats(&self) -> Option<u32> {
        match self.answer {
            Answer::Accepted { guests } => Some(1 + guests),
            _ => None,
        }
    }
}

/// Reads an iCalendar text (RFC 5545). `None` when it holds no event.
///
/// The METHOD inside counts, whatever the MIME part said. Of several events the one of ours counts, and of several
/// versions of it the newest.
pub fn read(ics: &str, situation: &Situation) -> Option<CalendarReply> {
    let calendar = ICalendar::parse(ics.trim_start_matches('\u{feff}').trim_start()).ok()?;
    let method = calendar.components.iter().find_map(|component| text(component, &ICalendarProperty::Method));
    let method = method.map(|method| method.trim().to_uppercase());
    let found = |component: &'_ ICalendarComponent| {
        let event = event_of(component, situation);
        (event.is_some(), version(component))
    };
    let component = calendar
        .components
        .iter()
        .filter(|component| component.component_type == ICalendarComponentType::VEvent)
        .max_by_key(|component| found(component))?;
    let event = event_of(component, situation);
    let attendee = answering(component);
    let part_stat = attendee.and_then(|entry| parameter(entry, &ICalendarParameterName::Partstat));
    let part_stat = part_stat.map(|value| value.to_uppercase());
    let guests = attendee.map_or(0, guests);
    let answer = answer(method.as_deref(), part_stat.as_deref(), event.is_some(), guests);
    let mut evidence: Vec<String> = method.iter().map(|method| format!("METHOD={method}")).collect();
    evidence.extend(part_stat.iter().map(|value| format!("PARTSTAT={value}")));
    if guests > 0 {
        evidence.push(format!("X-NUM-GUESTS={guests}"));
    }
    Some(CalendarReply {
        answer,
        other_time: event.zip(start(component, situation)).is_some_and(|(event, start)| event.start != start),
        event: event.map(|event| event.id.clone()),
        attendee: attendee.and_then(ICalendarEntry::calendar_address).and_then(|text| Address::new(text.trim()).ok()),
        name: attendee.and_then(|entry| parameter(entry, &ICalendarParameterName::Cn)).unwrap_or_default(),
        version: version(component),
        comment: comment(component, attendee),
        evidence,
    })
}

fn answer(method: Option<&str>, part_stat: Option<&str>, ours: bool, guests: u32) -> Answer {
    match method {
        Some("COUNTER") => return Answer::Counter,
        Some("REPLY") => {}
        // Some clients leave the METHOD out of an answer; it is one when it is about our own event.
        None if ours && part_stat.is_some() => {}
        Some("REFRESH") if ours => return Answer::Unanswered,
        _ => return Answer::OthersEvent,
    }
    match part_stat {
        Some("ACCEPTED") => Answer::Accepted { guests },
        Some("DECLINED") => Answer::Declined,
        Some("TENTATIVE") => Answer::Tentative,
        Some("DELEGATED") => Answer::Delegated,
        _ => Answer::Unanswered,
    }
}

/// The event that a VEVENT is about: by UID without case; by its start where our entry's UID is not known.
fn event_of<'s>(component: &ICalendarComponent, situation: &'s Situation) -> Option<&'s EventInfo> {
    let uid = text(component, &ICalendarProperty::Uid).unwrap_or_default().trim().to_lowercase();
    let known = |event: &&EventInfo| event.uid.as_ref().is_some_and(|own| own.trim().to_lowercase() == uid);
    let start = start(component, situation);
    let same_start = |event: &&EventInfo| event.uid.is_none() && start == Some(event.start);
    situation.events.iter().find(known).or_else(|| situation.events.iter().find(same_start))
}

/// The ATTENDEE who answers: the only one, or the only one who said anything.
fn answering(component: &ICalendarComponent) -> Option<&ICalendarEntry> {
    let attendees: Vec<&ICalendarEntry> = component.properties(&ICalendarProperty::Attendee).collect();
    if let [only] = attendees.as_slice() {
        return Some(only);
    }
    let organizer = component.property(&ICalendarProperty::Organizer).and_then(ICalendarEntry::calendar_address);
    let spoke = |entry: &&ICalendarEntry| {
        let silent = parameter(entry, &ICalendarParameterName::Partstat)
            .is_none_or(|value| value.eq_ignore_ascii_case("NEEDS-ACTION"));
        let host = organizer.zip(entry.calendar_address()).is_some_and(|(host, own)| host.eq_ignore_ascii_case(own));
        !silent && !host
    };
    let mut speaking = attendees.into_iter().filter(spoke);
    let first = speaking.next()?;
    speaking.next().is_none().then_some(first)
}

fn guests(attendee: &ICalendarEntry) -> u32 {
    other_parameter(attendee, "X-NUM-GUESTS").and_then(|value| value.trim().parse().ok()).unwrap_or(0).min(MOST_GUESTS)
}

/// COMMENT, and what Google puts into X-RESPONSE-COMMENT.
fn comment(component: &ICalendarComponent, attendee: Option<&ICalendarEntry>) -> String {
    let values = component.properties(&ICalendarProperty::Comment).flat_map(|entry| &entry.values);
    let comments = values.filter_map(ICalendarValue::as_text).map(|text| text.trim().to_owned());
    let beside = attendee.and_then(|entry| other_parameter(entry, "X-RESPONSE-COMMENT"));
    let mut lines: Vec<String> = Vec::new();
    for line in comments.chain(beside.map(|text| text.replace("\\n", "\n").trim().to_owned())) {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// SEQUENCE and DTSTAMP. Outlook's own sequence counts where the standard one is 0 or missing.
fn version(component: &ICalendarComponent) -> (i64, String) {
    let integer = |name: &ICalendarProperty| {
        let value = component.property(name)?.values.first()?;
        value.as_integer().or_else(|| value.as_text()?.trim().parse().ok())
    };
    let outlook = || integer(&ICalendarProperty::Other("X-MICROSOFT-CDO-APPT-SEQUENCE".to_owned()));
    let sequence =
        integer(&ICalendarProperty::Sequence).filter(|&sequence| sequence != 0).or_else(outlook).unwrap_or(0);
    let stamp = component.property(&ICalendarProperty::Dtstamp).and_then(|entry| entry.values.first());
    let stamp = stamp.and_then(ICalendarValue::as_partial_date_time).and_then(civil);
    (sequence, stamp.map_or_else(String::new, |stamp| stamp.to_string()))
}

/// DTSTART in the network's time. A time without `Z` is taken as local, whatever zone it names: the zones of clients have
/// names of their own, and our meetings have one.
fn start(component: &ICalendarComponent, situation: &Situation) -> Option<DateTime> {
    let value = component.property(&ICalendarProperty::Dtstart)?.values.first()?.as_partial_date_time()?;
    let written = civil(value)?;
    let Some(hours) = value.tz_hour else { return Some(written) };
    let offset = SignedDuration::from_mins(i64::from(hours) * 60 + i64::from(value.tz_minute.unwrap_or(0)));
    let utc = written.checked_sub(if value.tz_minus { -offset } else { offset }).ok()?;
    let instant = utc.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp();
    Some(instant.to_zoned_datetime(situation.received.time_zone().clone()).datetime())
}

fn civil(value: &PartialDateTime) -> Option<DateTime> {
    let part = |value: Option<u8>| i8::try_from(value.unwrap_or(0)).ok();
    let year = i16::try_from(value.year?).ok()?;
    let (month, day) = (part(value.month)?, part(value.day)?);
    DateTime::new(year, month, day, part(value.hour)?, part(value.minute)?, part(value.second)?, 0).ok()
}

fn text(component: &ICalendarComponent, name: &ICalendarProperty) -> Option<String> {
    component.property(name)?.values.first()?.as_text().map(str::to_owned)
}

fn parameter(entry: &ICalendarEntry, name: &ICalendarParameterName) -> Option<String> {
    entry.parameter(name)?.as_text().map(str::to_owned)
}

fn other_parameter(entry: &ICalendarEntry, name: &str) -> Option<String> {
    let named = |known: &ICalendarParameterName| matches!(known, ICalendarParameterName::Other(other) if other.eq_ignore_ascii_case(name));
    let value = &entry.params.iter().find(|param| named(&param.name))?.value;
    value.as_text().map(str::to_owned).or_else(|| value.as_integer().map(|number| number.to_string()))
}

#[cfg(test)]
mod tests;
