//! From a calendar reply to a reading: pressed "ja" is a sign-up with its guests, pressed "nee" a cancellation, all else is asked.
//!
//! Pure. The button counts only as far as nothing beside it says otherwise: another person, another time, a comment, words that a
//! program did not write. Called by `handle`, which knows the author's address.

use super::calendar_reply::{Answer, CalendarReply};
use super::{Disposition, Mode, Reading, Request, Situation};
use crate::ids::Address;

/// What Google, Outlook, Apple and Exchange write themselves into the mail of a reply.
const WRITTEN_BY_PROGRAMS: [&str; 12] = [
    "uitnodiging",
    "geaccepteerd",
    "geweigerd",
    "afgewezen",
    "voorlopig",
    "misschien",
    "invitation",
    "accepted",
    "declined",
    "tentative",
    "when:",
    "wanneer:",
];

/// The reading of a mail with a calendar reply to an event of ours; `None` when it is about none of ours.
///
/// `words` is what its text was read as, `typed` that text.
pub fn reading(
    reply: &CalendarReply,
    situation: &Situation,
    author: &Address,
    typed: &str,
    words: &Reading,
) -> Option<Reading> {
    let event = reply.event.clone()?;
    let held = situation.registered.get(&event).map_or(0, Vec::len);
    let offered = situation.offered.contains_key(&event);
    // Who puts our confirmation into his calendar presses "ja" to what he has already.
    let known = matches!(reply.answer, Answer::Accepted { guests } if !offered && held == 1 + guests as usize);
    let (request, pressed) = match reply.answer {
        Answer::OthersEvent => return None,
        Answer::Accepted { guests } => {
            let register = Request::Register { event, seats: 1 + guests, mode: Mode::Set, names: Vec::new() };
            (Some(register), "geaccepteerd")
        }
        Answer::Declined => (Some(Request::Cancel { event, seats: None, names: Vec::new() }), "geweigerd"),
        Answer::Tentative => (None, "met misschien beantwoord"),
        Answer::Delegated => (None, "aan iemand anders doorgegeven"),
        Answer::Counter => (None, "met een ander tijdstip beantwoord"),
        Answer::Unanswered => (None, "op een ongewone manier beantwoord"),
    };
    let other_person = reply.attendee.as_ref().is_some_and(|attendee| attendee.person() != author.person());
    let doubt = if other_person {
        Some("het agenda-antwoord is van een ander dan de afzender".to_owned())
    } else if reply.other_time {
        Some("het agenda-antwoord gaat over een ander tijdstip dan dat van nu".to_owned())
    } else if !reply.comment.is_empty() {
        Some(format!("bij het agenda-antwoord staat: {}", reply.comment))
    } else if !is_by_program(typed) && words.disposition != Disposition::Ignore {
        Some("naast het agenda-antwoord staat er ook tekst".to_owned())
    } else if request.is_none() {
        Some(format!("in de agenda {pressed}"))
    } else {
        None
    };
    let disposition = match doubt {
        Some(_) => Disposition::Ask,
        None if known => Disposition::Ignore,
        None => Disposition::Act,
    };
    Some(Reading {
        disposition,
        requests: request.filter(|_| disposition == Disposition::Act).into_iter().collect(),
        question: false,
        pitch: false,
        plain_answer: None,
        language: words.language,
        reason: match disposition {
            Disposition::Ignore => "in de agenda staat wat hier al staat".to_owned(),
            Disposition::Ask | Disposition::Act => format!("de uitnodiging is in de agenda {pressed}"),
        },
        evidence: reply.evidence.iter().filter(|words| !words.starts_with("METHOD")).cloned().collect(),
        doubts: doubt.into_iter().collect(),
    })
}

/// Is there nothing but what calendars write by themselves?
fn is_by_program(typed: &str) -> bool {
    let text = typed.trim().to_lowercase();
    let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
    text.is_empty() || (lines <= 3 && WRITTEN_BY_PROGRAMS.iter().any(|word| text.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::EventId;
    use crate::understanding::Language;
    use crate::understanding::tests::situation;

    fn reply(answer: Answer) -> CalendarReply {
        CalendarReply {
            answer,
            event: Some(EventId::new("b16").unwrap()),
            attendee: Some(roel()),
            name: String::new(),
            version: (0, String::new()),
            comment: String::new(),
            other_time: false,
            evidence: vec!["METHOD=REPLY".to_owned(), "PARTSTAT=DECLINED".to_owned()],
        }
    }

    fn roel() -> Address {
        Address::new("roel@vandijkhoveniers.example").unwrap()
    }

    fn words(disposition: Disposition) -> Reading {
        Reading {
            disposition,
            requests: vec![],
            question: false,
            pitch: false,
            plain_answer: None,
            language: Language::Nl,
            reason: String::new(),
            evidence: vec![],
            doubts: vec![],
        }
    }

    fn read(reply: &CalendarReply, typed: &str) -> Reading {
        reading(reply, &situation(), &roel(), typed, &words(Disposition::Ask)).unwrap()
    }

    #[test]
    fn who_accepts_what_he_has_changes_nothing() {
        let event = || EventId::new("b16").unwrap();
        let mut held = situation();
        held.registered.insert(event(), vec!["Roel".to_owned(), "Ans".to_owned()]);
        let read = |guests, typed, situation: &Situation| {
            let words = words(Disposition::Ask);
            reading(&reply(Answer::Accepted { guests }), situation, &roel(), typed, &words).unwrap().disposition
        };
        assert_eq!(read(1, "", &held), Disposition::Ignore);
        assert_eq!(read(0, "", &held), Disposition::Act, "one fewer");
        assert_eq!(read(1, "Ans kan toch niet", &held), Disposition::Ask);
        held.offered.insert(event(), 2);
        assert_eq!(read(1, "", &held), Disposition::Act, "he takes the seats that were offered");
    }

    #[test]
    fn a_button_is_carried_out() {
        let google = "Roel van Dijk heeft deze uitnodiging geweigerd.";
        let no = read(&reply(Answer::Declined), google);
        assert_eq!(no.disposition, Disposition::Act);
        assert!(matches!(no.requests.as_slice(), [Request::Cancel { seats: None, .. }]));
        let yes = read(&reply(Answer::Accepted { guests: 2 }), "");
        assert!(matches!(yes.requests.as_slice(), [Request::Register { seats: 3, mode: Mode::Set, .. }]));
    }

    #[test]
    fn whatever_says_otherwise_is_asked() {
        let declined = || reply(Answer::Declined);
        let another = CalendarReply { attendee: Some(Address::new("an@der.example").unwrap()), ..declined() };
        let moved = CalendarReply { other_time: true, ..declined() };
        let comment = CalendarReply { comment: "mijn vrouw komt wel".to_owned(), ..declined() };
        let typed = "Ik kan niet maar stuur Piet";
        for (reply, typed) in [
            (another, ""),
            (moved, ""),
            (comment, ""),
            (declined(), typed),
            (reply(Answer::Tentative), ""),
            (reply(Answer::Delegated), ""),
            (reply(Answer::Counter), ""),
        ] {
            let reading = read(&reply, typed);
            assert_eq!(reading.disposition, Disposition::Ask, "{reply:?}");
            assert!(reading.requests.is_empty() && !reading.doubts.is_empty());
        }
    }

    #[test]
    fn what_is_not_ours_is_read_as_any_mail() {
        let elsewhere = CalendarReply { event: None, ..reply(Answer::Declined) };
        assert_eq!(reading(&elsewhere, &situation(), &roel(), "", &words(Disposition::Ignore)), None);
    }
}
