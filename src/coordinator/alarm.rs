//! When the coordinator hears that mail no longer gets through, by the way that still works, and when it does again.
//!
//! Pure: how both ways fare and what was known of an outage go in, what is due comes out. `daemon::alarms` asks on each of its
//! rounds, keeps the outage and brings the alarm to her.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// So long mail may not get through before she hears of it.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);

/// One of the two ways of mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The inbox is read.
    In,
    /// Letters go out.
    Out,
}

/// How a way fares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fares {
    /// Nobody knows yet.
    Unknown,
    /// It works.
    Works,
    /// It does not.
    Fails {
        /// Since when.
        since: Timestamp,
        /// Why, in one plain sentence.
        why: String,
    },
}

/// A way that does not work; kept until it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    /// Since when.
    pub since: Timestamp,
    /// When she was told.
    pub told: Option<Timestamp>,
}

/// What she is to hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Which way.
    pub way: Way,
    /// Since when it did not work.
    pub since: Timestamp,
    /// What is the matter with it.
    pub state: AlarmState,
}

/// What is the matter with a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AlarmState {
    /// It does not work: why, in one plain sentence.
    Fails(String),
    /// It works again, since then.
    WorksAgain(Timestamp),
}

/// Looks at one way: the outage as it is known now, and the alarm that is due. The outage that comes with an alarm is the one to
/// keep once she got it; until then the alarm is due again.
///
/// `other` is how the other way fares: that letters do not go out, she is told in the inbox, and all else by letter. So an
/// alarm waits until its way works.
pub fn look(
    way: Way,
    known: Option<Outage>,
    fares: &Fares,
    other: &Fares,
    now: Timestamp,
) -> (Option<Outage>, Option<Alarm>) {
    match fares {
        Fares::Unknown => (known, None),
        Fares::Works => {
            let Some(Outage { since, told: Some(_) }) = known else { return (None, None) };
            let letters_go_out = way == Way::Out || *other == Fares::Works;
            match letters_go_out {
                true => (None, Some(Alarm { way, since, state: AlarmState::WorksAgain(now) })),
                false => (known, None),
            }
        }
        Fares::Fails { since, why } => {
            let outage = known.unwrap_or(Outage { since: *since, told: None });
            let due = outage.told.is_none() && now.duration_since(outage.since) >= PATIENCE && *other == Fares::Works;
            match due {
                true => {
                    let alarm = Alarm { way, since: outage.since, state: AlarmState::Fails(why.clone()) };
                    (Some(Outage { told: Some(now), ..outage }), Some(alarm))
                }
                false => (Some(outage), None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_510_000_000 + 3600 * hour).unwrap()
    }

    fn fails(since: i64) -> Fares {
        Fares::Fails { since: at(since), why: "geen antwoord".to_owned() }
    }

    /// Looks every hour, and gives at which hours what was due.
    fn alarms(way: Way, hours: i64, fares: impl Fn(i64) -> (Fares, Fares)) -> Vec<(i64, AlarmState)> {
        let mut known = None;
        let mut due = Vec::new();
        for hour in 0..hours {
            let (mine, other) = fares(hour);
            let (outage, alarm) = look(way, known, &mine, &other, at(hour));
            known = outage;
            due.extend(alarm.map(|alarm| (hour, alarm.state)));
        }
        due
    }

    #[test]
    fn she_hears_once_after_a_day_and_once_when_it_works_again() {
        for way in [Way::In, Way::Out] {
            let due = alarms(way, 100, |hour| {
                let mine = if (3..80).contains(&hour) { fails(3) } else { Fares::Works };
                (mine, Fares::Works)
            });
            let fails = AlarmState::Fails("geen antwoord".to_owned());
            assert_eq!(due, [(27, fails), (80, AlarmState::WorksAgain(at(80)))]);
        }
    }

    #[test]
    fn what_lasts_less_than_a_day_she_never_hears_of() {
        let due = alarms(Way::In, 100, |hour| {
            let since = hour - hour % 24;
            (if hour % 24 == 23 { Fares::Works } else { fails(since) }, Fares::Works)
        });
        assert_eq!(due, []);
    }

    #[test]
    fn with_neither_way_working_the_alarm_waits_for_the_first_that_does() {
        let due = alarms(Way::In, 100, |hour| (fails(0), if hour < 50 { fails(0) } else { Fares::Works }));
        assert_eq!(due.iter().map(|(hour, _)| *hour).collect::<Vec<_>>(), [50]);
        // Both work again before she could be told: there is nothing left to tell.
        let due =
            alarms(Way::In, 100, |hour| if hour < 50 { (fails(0), fails(0)) } else { (Fares::Works, Fares::Works) });
        assert_eq!(due, []);
    }

    #[test]
    fn a_restart_neither_forgets_an_outage_nor_tells_of_it_twice() {
        let due = alarms(Way::Out, 100, |hour| match hour {
            10..12 | 30..32 => (Fares::Unknown, Fares::Works),
            0..60 => (fails(if hour < 10 { 0 } else { 12 }), Fares::Works),
            _ => (Fares::Works, Fares::Works),
        });
        assert_eq!(due.iter().map(|(hour, _)| *hour).collect::<Vec<_>>(), [24, 60]);
    }
}
