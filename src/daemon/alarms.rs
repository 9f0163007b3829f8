//! Bringing the coordinator the alarm that mail does not get through, and the word that it does again.
//!
//! What is due, `coordinator::alarm` says. A letter goes by the queue like any other, committed together with the outage that it
//! tells of. That letters do not go out she cannot be told by letter: that one is put into the inbox, flagged, where she works
//! too. Called by `timers` and, with its open inbox, by `reader`.

use super::control::Contact;
use super::engine::{Engine, EngineError};
use super::session_error::SessionError;
use super::{Shared, blocking};
use crate::clock;
use crate::coordinator::alarm::{self, Alarm, AlarmState, Fares, Outage, Way};
use crate::letters::{AlarmOccasion, LetterError};
use crate::mail::inbox::Inbox;
use crate::mail::letter_ids::letter_id;
use crate::outcome::{Letter, Outcome};
use jiff::Timestamp;

/// What a look at one way found.
struct Look {
    /// The outage as it was kept.
    known: Option<Outage>,
    /// As it is now.
    outage: Option<Outage>,
    /// What is due.
    alarm: Option<Alarm>,
}

impl Engine {
    /// Looks at both ways, and queues the alarms that go by letter.
    ///
    /// # Errors
    /// When the store fails.
    pub fn write_alarms_if_due(&self, now: Timestamp) -> Result<(), EngineError> {
        for way in [Way::In, Way::Out] {
            let Look { known, outage, alarm } = self.look_at(way, now)?;
            let letter = match alarm {
                // That one is not sent but put into the inbox.
                Some(Alarm { way: Way::Out, state: AlarmState::Fails(_), .. }) => continue,
                Some(alarm) => match self.alarm_letter(&alarm, now) {
                    Ok(letter) => Some(letter),
                    Err(error) => {
                        self.health.trouble(&error.to_string(), now);
                        tracing::error!(%error, "an alarm could not be written");
                        continue;
                    }
                },
                None => None,
            };
            if let Some(letter) = letter {
                tracing::warn!(letter = %letter.head.id, ?way, "the coordinator is told how mail gets through");
                let outcome = Outcome { mail: None, changes: Vec::new(), letters: vec![letter], entry: None };
                self.store().commit_with(&[outcome], name(way), &outage)?;
            } else if known != outage {
                self.store().meta_set(name(way), &outage)?;
            }
        }
        Ok(())
    }

    /// Looks at one way.
    fn look_at(&self, way: Way, now: Timestamp) -> Result<Look, EngineError> {
        let known = self.store().meta_get::<Option<Outage>>(name(way))?.flatten();
        let figures = self.health.figures();
        let (mine, other) = match way {
            Way::In => (&figures.inbox, &figures.outbox),
            Way::Out => (&figures.outbox, &figures.inbox),
        };
        let (outage, alarm) = alarm::look(way, known, &fares(mine), &fares(other), now);
        Ok(Look { known, outage, alarm })
    }

    fn alarm_letter(&self, alarm: &Alarm, now: Timestamp) -> Result<Letter, LetterError> {
        let network = &self.config().network;
        let over = matches!(alarm.state, AlarmState::WorksAgain(_));
        let seed = format!("alarm/{:?}/{}/{over}", alarm.way, alarm.since);
        let occasion = AlarmOccasion {
            network,
            coordinator: &self.config().coordinator,
            id: letter_id(self.secret(), &seed, None, None, network.address.domain()),
            written_at: now,
        };
        self.setting().letters.alarm(alarm, &occasion)
    }
}

/// Puts the alarm that letters do not go out into the inbox, when it is due. Put there twice, it is there once.
///
/// # Errors
/// When the session is over, or the store fails.
pub async fn put_if_due(inbox: &mut Inbox, shared: &Shared) -> Result<(), SessionError> {
    let (engine, now) = (shared.engine.clone(), clock::now());
    let Look { outage, alarm, .. } = blocking(move || engine.look_at(Way::Out, now)).await?;
    let Some(alarm @ Alarm { state: AlarmState::Fails(_), .. }) = alarm else { return Ok(()) };
    let letter = match shared.engine.alarm_letter(&alarm, now) {
        Ok(letter) => letter,
        Err(error) => {
            shared.engine.health.trouble(&error.to_string(), now);
            tracing::error!(%error, "an alarm could not be written");
            return Ok(());
        }
    };
    match inbox.put_alarm(&letter.head.id, &letter.bytes).await {
        Ok(()) => tracing::warn!(letter = %letter.head.id, "the coordinator finds in the inbox that no letters go out"),
        Err(error) if error.is_refusal() => {
            shared.engine.health.trouble(&error.to_string(), now);
            tracing::warn!(%error, "the alarm could not be put into the inbox");
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    }
    let engine = shared.engine.clone();
    blocking(move || engine.store().meta_set(name(Way::Out), &outage)).await.map_err(EngineError::from)?;
    Ok(())
}

/// The named value of the store that keeps an outage.
fn name(way: Way) -> &'static str {
    match way {
        Way::In => "outage/inbox",
        Way::Out => "outage/outbox",
    }
}

fn fares(contact: &Contact) -> Fares {
    match (contact.failing_since, contact.last_ok) {
        (Some(since), _) => Fares::Fails { since, why: contact.trouble.clone().unwrap_or_default() },
        (None, Some(_)) => Fares::Works,
        (None, None) => Fares::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::daemon::health::Side;
    use crate::store::QueuedLetter;
    use tempfile::TempDir;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(1_510_000_000 + 3600 * hour).unwrap()
    }

    fn engine(folder: &TempDir) -> Engine {
        let path = folder.path().join("aanmelder.toml");
        let text = "[network]\nname = \"ZZP\"\naddress = \"zzp@gmail.com\"\n[coordinator]\nname = \"Marijke\"\n\
                    address = \"marijke@voorbeeld.nl\"\n[imap]\npassword = { env = \"X\" }\n";
        std::fs::write(&path, text).unwrap();
        Engine::open(crate::config::load(&path).unwrap(), at(0)).unwrap().0
    }

    fn queued(engine: &Engine) -> Vec<QueuedLetter> {
        engine.store().due_letters(at(10_000), 10).unwrap()
    }

    #[test]
    fn an_inbox_that_is_out_for_a_day_is_told_by_letter_once_and_once_again_when_it_works() {
        let folder = tempfile::tempdir().unwrap();
        let open = engine(&folder);
        open.health.answered(Side::Outbox, at(0));
        open.health.failed(Side::Inbox, "imap.gmail.com laat ons niet in", at(1));
        for hour in 1..25 {
            open.write_alarms_if_due(at(hour)).unwrap();
        }
        assert_eq!(queued(&open).len(), 0, "not within the day");
        drop(open);
        // Started anew, it knows since when.
        let open = engine(&folder);
        open.health.answered(Side::Outbox, at(25));
        open.health.failed(Side::Inbox, "imap.gmail.com laat ons niet in", at(25));
        for hour in 25..60 {
            open.write_alarms_if_due(at(hour)).unwrap();
        }
        let letters = queued(&open);
        assert_eq!(letters.len(), 1);
        let text = String::from_utf8(letters[0].letter.bytes.clone()).unwrap();
        assert_eq!(letters[0].letter.head.to.as_str(), "marijke@voorbeeld.nl");
        assert!(text.contains("X-Aanmelder: storing") && text.contains("laat ons niet in"), "{text}");
        open.health.answered(Side::Inbox, at(60));
        for hour in 60..100 {
            open.write_alarms_if_due(at(hour)).unwrap();
        }
        let letters = queued(&open);
        assert_eq!(letters.len(), 2);
        assert!(String::from_utf8_lossy(&letters[1].letter.bytes).contains("Opgelost"));
    }

    #[test]
    fn that_letters_do_not_go_out_is_not_told_by_letter() {
        let folder = tempfile::tempdir().unwrap();
        let open = engine(&folder);
        open.health.answered(Side::Inbox, at(0));
        open.health.failed(Side::Outbox, "smtp.gmail.com laat ons niet in", at(1));
        for hour in 1..60 {
            open.write_alarms_if_due(at(hour)).unwrap();
        }
        assert_eq!(queued(&open).len(), 0);
        let look = open.look_at(Way::Out, at(60)).unwrap();
        assert_eq!((look.outage.unwrap().since, look.alarm.unwrap().since), (at(1), at(1)));
    }
}
