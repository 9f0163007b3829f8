//! A calendar reply as a reading: the button with the words beside it.
//!
//! `calendar_reply` says what was pressed; the comment and what was typed can say more, or the opposite, and then a
//! person has to look. Called by `understand` for mail that carries an iCalendar part.

use super::calendar_reply::{self, Answer, CalendarReply};
use super::{Disposition, Input, Mode, Reading, Request, Situation};

/// The reading of a mail with a calendar part; `None` when that part is no answer and the words alone count.
pub fn read(input: &Input<'_>, situation: &Situation, understand: impl Fn(&Input<'_>) -> Reading) -> Option<Reading> {
    let reply = calendar_reply::read(input.calendar?, situation)?;
    let words = |typed: &str| understand(&Input { typed, subject: "", quoted: "", calendar: None, ..input.clone() });
    let comment = Some(reply.comment.as_str()).filter(|text| !text.trim().is_empty()).map(words);
    let request = request(&reply)?;
    let mut reading = comment.clone().unwrap_or_else(|| words(""));
    reading.evidence = reply.evidence.clone();
    reading.doubts.clear();
    match request {
        Ok(_) if comment.as_ref().is_some_and(|said| said.disposition == Disposition::Ask) => {
            doubt(&mut reading, "de opmerking bij het agenda-antwoord vraagt om een mens");
        }
        Ok(request) if comment.as_ref().is_some_and(|said| opposes(said, &request)) => {
            doubt(&mut reading, "de opmerking zegt iets anders dan de knop");
        }
        Ok(request) => {
            let said = comment.map(|said| said.requests).unwrap_or_default();
            reading.requests = if said.is_empty() { vec![request] } else { said };
            reading.disposition = Disposition::Act;
            "het agenda-antwoord zegt het".clone_into(&mut reading.reason);
        }
        Err("") => {
            reading.requests.clear();
            reading.disposition = Disposition::Ignore;
            "de agenda-afspraak is van een ander".clone_into(&mut reading.reason);
        }
        Err(reason) => doubt(&mut reading, reason),
    }
    Some(reading)
}

/// What the button asks; an error says why a person has to look, an empty one that it is none of ours.
fn request(reply: &CalendarReply) -> Option<Result<Request, &'static str>> {
    let others = matches!(reply.answer, Answer::OthersEvent);
    let Some(event) = reply.event.clone() else {
        return Some(Err(if others { "" } else { "het agenda-antwoord hoort bij geen open bijeenkomst" }));
    };
    let names = Some(reply.name.clone()).filter(|name| !name.is_empty()).into_iter().collect();
    Some(match reply.answer {
        _ if reply.other_time => Err("het agenda-antwoord is op een ouder tijdstip gegeven"),
        Answer::Accepted { guests } => Ok(Request::Register { event, seats: 1 + guests, mode: Mode::Set, names }),
        Answer::Declined => Ok(Request::Cancel { event, seats: None, names: Vec::new() }),
        Answer::Tentative => Err("in de agenda staat misschien"),
        Answer::Delegated => Err("in de agenda is het aan een ander doorgegeven"),
        Answer::Counter => Err("in de agenda is een ander tijdstip voorgesteld"),
        Answer::Unanswered => Err("het agenda-antwoord is niet te lezen"),
        Answer::OthersEvent => Err(""),
    })
}

fn opposes(said: &Reading, pressed: &Request) -> bool {
    let registers = |request: &Request| matches!(request, Request::Register { .. });
    said.disposition == Disposition::Act && said.requests.iter().any(|request| registers(request) != registers(pressed))
}

fn doubt(reading: &mut Reading, reason: &str) {
    reading.requests.clear();
    reading.disposition = Disposition::Ask;
    reading.reason = reason.to_owned();
    reading.doubts = vec![reason.to_owned()];
}
