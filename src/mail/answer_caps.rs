//! How many answers may go out: the only thing that stops a loop when headers lie. Pure; asked by `handle` before it writes.
//!
//! Only answers are capped, never what a mail asks for: over a cap the mail is carried out and the coordinator told. The
//! provider's limit of letters a day is none of these: what goes over it waits in the queue.

use crate::config::Caps;
use crate::ids::{MessageId, PersonKey};
use crate::registration::Answered;
use jiff::{SignedDuration, Timestamp};

/// Which cap an answer would exceed. Shown to the coordinator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Capped {
    /// Too many to this person within an hour.
    #[error("Geen antwoord gestuurd: deze persoon kreeg dit uur al {0} antwoorden, en meer sturen we er niet.")]
    PersonHour(u32),
    /// Too many to this person within a day.
    #[error("Geen antwoord gestuurd: deze persoon kreeg vandaag al {0} antwoorden, en meer sturen we er niet.")]
    PersonDay(u32),
    /// Too many in this thread within a day.
    #[error(
        "Geen antwoord gestuurd: in deze mailwisseling gingen vandaag al {0} antwoorden uit, en meer sturen we er niet."
    )]
    ThreadDay(u32),
    /// Too many to everybody within an hour.
    #[error("Geen antwoord gestuurd: dit uur gingen er al {0} antwoorden uit, en meer sturen we er niet.")]
    TotalHour(u32),
}

/// Whether one more answer may go to a person. `recent` are the answers of at least the last day, in any order; `thread` is
/// the first Message-ID of the mail's References.
///
/// # Errors
/// When it would be one too many.
pub fn check(
    recent: &[Answered],
    person: &PersonKey,
    thread: Option<&MessageId>,
    now: Timestamp,
    caps: &Caps,
) -> Result<(), Capped> {
    // Answers from the future were given before the clock was set back: near ones count, far ones would silence us for as long.
    let within =
        |answer: &Answered, hours: i64| now.duration_since(answer.at).abs() < SignedDuration::from_hours(hours);
    let reached = |cap: u32, counts: &dyn Fn(&Answered) -> bool| {
        let count = recent.iter().filter(|answer| counts(answer)).count();
        u32::try_from(count).unwrap_or(u32::MAX) >= cap
    };
    let to_person = |answer: &Answered| answer.person == *person;
    let in_thread = |answer: &Answered| thread.is_some() && answer.thread.as_ref() == thread;
    if reached(caps.person_hour, &|answer| to_person(answer) && within(answer, 1)) {
        return Err(Capped::PersonHour(caps.person_hour));
    }
    if reached(caps.person_day, &|answer| to_person(answer) && within(answer, 24)) {
        return Err(Capped::PersonDay(caps.person_day));
    }
    if reached(caps.thread_day, &|answer| in_thread(answer) && within(answer, 24)) {
        return Err(Capped::ThreadDay(caps.thread_day));
    }
    if reached(caps.total_hour, &|answer| within(answer, 1)) {
        return Err(Capped::TotalHour(caps.total_hour));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Address;

    fn person(name: &str) -> PersonKey {
        Address::new(format!("{name}@x.nl")).unwrap().person()
    }

    fn answers(count: u32, to: &str, thread: &str, minutes_ago: i64) -> Vec<Answered> {
        let at = now() - SignedDuration::from_mins(minutes_ago);
        (0..count).map(|_| Answered { at, person: person(to), thread: Some(MessageId::new(thread)) }).collect()
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_510_000_000).unwrap()
    }

    #[test]
    fn each_cap_holds() {
        let caps = Caps { person_hour: 3, person_day: 5, thread_day: 4, total_hour: 7, letters_day: 9 };
        let thread = MessageId::new("t@x");
        let check = |recent: &[Answered]| check(recent, &person("a"), Some(&thread), now(), &caps);
        for (recent, expected) in [
            (answers(2, "a", "u@x", 59), Ok(())),
            (answers(3, "a", "u@x", 59), Err(Capped::PersonHour(3))),
            (answers(4, "a", "u@x", 61), Ok(())),
            (answers(5, "a", "u@x", 61), Err(Capped::PersonDay(5))),
            (answers(5, "a", "u@x", 24 * 60), Ok(())),
            (answers(3, "b", "t@x", 61), Ok(())),
            (answers(4, "b", "t@x", 61), Err(Capped::ThreadDay(4))),
            (answers(7, "b", "u@x", 1), Err(Capped::TotalHour(7))),
        ] {
            assert_eq!(check(&recent), expected, "{recent:?}");
        }
    }

    #[test]
    fn a_mail_outside_any_thread_has_no_thread_cap() {
        let caps = Caps { person_hour: 9, person_day: 9, thread_day: 1, total_hour: 9, letters_day: 9 };
        let recent = vec![Answered { at: now(), person: person("b"), thread: None }; 2];
        assert_eq!(check(&recent, &person("a"), None, now(), &caps), Ok(()));
    }

    #[test]
    fn a_clock_that_was_ahead_for_a_year_silences_nobody() {
        let caps = Caps { person_hour: 1, person_day: 1, thread_day: 1, total_hour: 1, letters_day: 1 };
        let check = |minutes_ago| {
            let recent = answers(1, "a", "t@x", minutes_ago);
            check(&recent, &person("a"), Some(&MessageId::new("t@x")), now(), &caps)
        };
        assert_eq!(check(-365 * 24 * 60), Ok(()));
        assert_eq!(check(-59), Err(Capped::PersonHour(1)));
    }

    #[test]
    fn the_coordinator_reads_which_cap_it_was() {
        assert!(Capped::PersonHour(3).to_string().contains("dit uur al 3"));
    }
}
