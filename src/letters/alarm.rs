//! What the template of an alarm sees: that mail does not get through, or does again. It goes to the coordinator alone and is Dutch.

use super::greeting::salutation;
use super::view::{NetworkView, Tone, coordinator};
use super::words::moment;
use crate::config::{Coordinator, Network};
use crate::coordinator::alarm::{Alarm, AlarmState, Way};
use crate::ids::MessageId;
use crate::mail::sanitize;
use crate::understanding::Language::Nl;
use jiff::Timestamp;
use serde::Serialize;

/// What an alarm is written upon, beside its facts.
#[derive(Clone, Debug)]
pub struct AlarmOccasion<'a> {
    /// Who sends it.
    pub network: &'a Network,
    /// Who gets it.
    pub coordinator: &'a Coordinator,
    /// Its Message-ID.
    pub id: MessageId,
    /// Its Date.
    pub written_at: Timestamp,
}

/// Everything that the alarm's template may use.
#[derive(Debug, Serialize)]
pub struct AlarmView {
    /// Always `nl`.
    language: &'static str,
    tone: Tone,
    salutation: String,
    network: NetworkView,
    /// Who answers questions: the reader herself.
    coordinator: String,
    /// `in` or `out`: which way it is about.
    way: &'static str,
    /// Does it work again?
    over: bool,
    /// `woensdag 1 november 2017, 18.00 uur`.
    since: String,
    /// Until when; empty while it lasts.
    until: String,
    /// What the mail server said; empty when it is over.
    why: String,
}

impl AlarmView {
    /// The view of an alarm.
    pub fn of(alarm: &Alarm, occasion: &AlarmOccasion<'_>) -> Self {
        let zone = &occasion.network.time_zone;
        let at = |at: Timestamp| moment(&at.to_zoned_datetime(zone.clone()), Nl);
        let (tone, until, why) = match &alarm.state {
            AlarmState::Fails(why) => (Tone::Attention, String::new(), sanitize::line(why, 300)),
            AlarmState::WorksAgain(until) => (Tone::Yes, at(*until), String::new()),
        };
        Self {
            language: "nl",
            tone,
            salutation: salutation(&occasion.coordinator.name, Nl),
            network: NetworkView::of(occasion.network),
            coordinator: coordinator(&occasion.coordinator.name, Nl),
            way: match alarm.way {
                Way::In => "in",
                Way::Out => "out",
            },
            over: !until.is_empty(),
            since: at(alarm.since),
            until,
            why,
        }
    }
}
