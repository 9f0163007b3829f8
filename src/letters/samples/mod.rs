//! Sample letters: every letter in both languages, in the cases that its words differ in.
//!
//! Made-up people at the sixteenth meeting. Used by `letters preview` to look at, by `Letters::with_overrides` to try a
//! template before it is taken, and by the tests.

mod digest;

use crate::config::{Coordinator, Network};
use crate::ids::{Address, EventId, MessageId};
use crate::letters::{Answering, LetterError, Letters, Occasion};
use crate::outcome::Letter;
use crate::registration::{Event, EventStatus, Facts, LetterKind, LetterOrder, Rules, WaitlistRule};
use crate::understanding::{Language, Mode, Request};
use jiff::civil::{DateTime, date, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// One sample: what a letter is written from.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Its name: the letter's file and the case, `wachtlijst-strikt`.
    pub name: String,
    /// The order.
    pub order: LetterOrder,
    /// The event as the letter tells it.
    pub event: Option<Event>,
    /// The subject of the mail that it answers; `None` when it comes by itself.
    pub answers: Option<&'static str>,
    /// The words of that mail that were understood.
    pub evidence: Vec<String>,
}

/// The network of the samples.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Who sends.
    pub network: Network,
    /// Who answers questions.
    pub coordinator: Coordinator,
    /// The meeting.
    pub event: Event,
    /// When the letters are written.
    pub written_at: Timestamp,
}

/// The setting of all samples; `None` never, unless its own constants are wrong.
pub fn setting() -> Option<Setting> {
    let time_zone = TimeZone::get("Europe/Amsterdam").ok()?;
    let at = |at: DateTime| at.to_zoned_datetime(time_zone.clone()).ok();
    let day = date(2017, 11, 15);
    Some(Setting {
        network: Network {
            name: "ZZP Loosduinen".to_owned(),
            address: Address::new("zzploosduinen@gmail.com").ok()?,
            aliases: Vec::new(),
            time_zone: time_zone.clone(),
        },
        coordinator: Coordinator {
            name: "Marijke Bos".to_owned(),
            address: Address::new("marijke@zzploosduinen.example").ok()?,
            digest_at: time(18, 0, 0, 0),
            eve_digest_at: time(20, 0, 0, 0),
        },
        event: Event {
            id: EventId::new("b16").ok()?,
            title: "16e bijeenkomst ZZP Loosduinen".to_owned(),
            start: at(day.at(14, 15, 0, 0))?,
            end: at(day.at(17, 0, 0, 0))?,
            venue: "Wijk- en dienstencentrum De Geest".to_owned(),
            address: "Georges Bizetstraat 25, Den Haag".to_owned(),
            capacity: 25,
            rules: Rules::default(),
            status: EventStatus::Open,
            sequence: 0,
        },
        written_at: at(date(2017, 11, 2).at(9, 30, 0, 0))?.timestamp(),
    })
}

/// The Message-ID of the mail that the samples answer.
pub fn asked() -> MessageId {
    MessageId::new("CAF-vraag-1@mail.example")
}

impl Setting {
    /// The letter of a sample.
    ///
    /// # Errors
    /// When a template fails on it.
    pub fn write(&self, letters: &Letters, sample: &Sample) -> Result<Letter, LetterError> {
        letters.write(&sample.order, &self.occasion(sample, &asked()))
    }

    /// What a sample is written upon; it answers the mail of this id, if any.
    pub fn occasion<'a>(&'a self, sample: &'a Sample, asked: &'a MessageId) -> Occasion<'a> {
        Occasion {
            network: &self.network,
            coordinator: &self.coordinator,
            event: sample.event.as_ref(),
            id: MessageId::new(&format!("{}.voorbeeld@gmail.com", sample.name)),
            written_at: self.written_at,
            answering: sample.answers.map(|subject| Answering {
                message_id: Some(asked),
                references: &[],
                subject,
                evidence: &sample.evidence,
            }),
        }
    }

    /// All samples in a language.
    pub fn samples(&self, language: Language) -> Vec<Sample> {
        cases(self).into_iter().filter_map(|case| self.sample(case, language)).collect()
    }

    fn sample(&self, case: Case, language: Language) -> Option<Sample> {
        let stem = crate::letters::templates::stem(case.kind);
        let name = if case.variant.is_empty() { stem.to_owned() } else { format!("{stem}-{}", case.variant) };
        let to = Address::new("sanne@dewit.example").ok()?;
        let mut event = self.event.clone();
        if case.variant.contains("strikt") {
            event.rules.waitlist = WaitlistRule::Strict;
        }
        let about_list = matches!(case.kind, LetterKind::Subscribed | LetterKind::Forgotten);
        let about_event = !about_list && !case.variant.contains("zonder");
        if case.kind == LetterKind::EventCancelled {
            event.status = EventStatus::Cancelled;
            event.sequence = 1;
        }
        if case.kind == LetterKind::EventMoved {
            event.start = event.start.checked_add(7.days()).ok()?;
            event.end = event.end.checked_add(7.days()).ok()?;
            event.venue = "Stadsboerderij Pluk".to_owned();
            event.address = "Bosjes van Pex, Den Haag".to_owned();
            event.sequence = 1;
        }
        Some(Sample {
            name: format!("{name}.{}", crate::letters::view::folder(language)),
            order: LetterOrder {
                kind: case.kind,
                person: to.person(),
                to,
                name: if case.variant.contains("zonder") { String::new() } else { "Sanne de Wit".to_owned() },
                language,
                event: about_event.then(|| event.id.clone()),
                facts: case.facts,
            },
            event: about_event.then_some(event),
            answers: answers(case.kind, language),
            evidence: if case.kind == LetterKind::PassedOn { vec![asks(language).to_owned()] } else { Vec::new() },
        })
    }
}

/// The mail that a letter of this kind answers in the samples.
fn answers(kind: LetterKind, language: Language) -> Option<&'static str> {
    let (nl, en) = match kind {
        LetterKind::Promoted
        | LetterKind::Offered
        | LetterKind::OfferEnded
        | LetterKind::EventMoved
        | LetterKind::EventCancelled => return None,
        LetterKind::Cancelled | LetterKind::NothingToCancel => ("RE: Uitnodiging 15 november", "Re: Invitation"),
        _ => ("Aanmelding 15 november", "Meeting of 15 November"),
    };
    Some(match language {
        Language::Nl => nl,
        Language::En => en,
    })
}

/// What he asks in the mail that is passed on.
fn asks(language: Language) -> &'static str {
    match language {
        Language::Nl => "kan mijn zoon van twaalf ook mee?",
        Language::En => "can my son of twelve come along?",
    }
}

struct Case {
    kind: LetterKind,
    variant: &'static str,
    facts: Facts,
}

/// The cases. A variant named `zonder` has no event and no name of the reader.
fn cases(setting: &Setting) -> Vec<Case> {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let of = |kind, variant, facts| Case { kind, variant, facts };
    let seats = |confirmed, waiting| Facts { confirmed, waiting, ..Facts::default() };
    let until = setting.event.start.checked_sub(21.hours()).ok().map(|at| at.timestamp());
    let event = setting.event.id.clone();
    let register = Request::Register { event: event.clone(), seats: 2, mode: Mode::Set, names: names(&["Piet"]) };
    vec![
        of(LetterKind::Confirmed, "", seats(1, 0)),
        of(LetterKind::Confirmed, "twee", Facts { names: names(&["Sanne", "Piet"]), ..seats(2, 0) }),
        of(
            LetterKind::Confirmed,
            "vraag",
            Facts { names: names(&["Sanne", "Piet"]), question_passed_on: true, pitch_noted: true, ..seats(3, 0) },
        ),
        of(LetterKind::Confirmed, "aanbod", Facts { before: 1, ..seats(1, 0) }),
        of(LetterKind::Waitlisted, "", Facts { position: Some(3), ..seats(0, 1) }),
        of(
            LetterKind::Waitlisted,
            "deel",
            Facts { position: Some(1), seats_left: 1, names: names(&["Piet"]), ..seats(0, 2) },
        ),
        of(LetterKind::Waitlisted, "strikt", Facts { position: Some(2), seats_left: 2, ..seats(0, 4) }),
        of(
            LetterKind::Changed,
            "meer",
            Facts { before: 1, confirmed_before: 1, names: names(&["Sanne", "Piet", "Kees"]), ..seats(3, 0) },
        ),
        of(LetterKind::Changed, "minder", Facts { before: 3, confirmed_before: 3, ..seats(1, 0) }),
        of(LetterKind::Changed, "deels", Facts { before: 1, confirmed_before: 1, position: Some(4), ..seats(1, 1) }),
        of(LetterKind::Changed, "wachtend", Facts { before: 2, position: Some(2), ..seats(0, 1) }),
        of(LetterKind::AlreadyRegistered, "", Facts { before: 2, confirmed_before: 2, ..seats(2, 0) }),
        of(LetterKind::AlreadyRegistered, "wachtend", Facts { before: 1, position: Some(5), ..seats(0, 1) }),
        of(
            LetterKind::AlreadyRegistered,
            "deels",
            Facts { before: 3, confirmed_before: 2, position: Some(1), ..seats(2, 1) },
        ),
        of(LetterKind::Cancelled, "", Facts { before: 1, confirmed_before: 1, ..Facts::default() }),
        of(LetterKind::Cancelled, "twee", Facts { before: 2, confirmed_before: 2, ..Facts::default() }),
        of(LetterKind::Cancelled, "wachtend", Facts { before: 1, ..Facts::default() }),
        of(LetterKind::NothingToCancel, "", Facts::default()),
        of(LetterKind::NothingToCancel, "zonder", Facts::default()),
        of(LetterKind::Promoted, "", Facts { before: 1, ..seats(1, 0) }),
        of(LetterKind::Promoted, "twee", Facts { before: 2, names: names(&["Piet"]), ..seats(2, 0) }),
        of(LetterKind::Promoted, "deels", Facts { before: 3, confirmed_before: 1, ..seats(2, 1) }),
        of(LetterKind::Offered, "", Facts { offered: 1, until, position: Some(1), ..seats(0, 1) }),
        of(LetterKind::Offered, "twee", Facts { offered: 2, until, position: Some(2), ..seats(0, 2) }),
        of(LetterKind::OfferEnded, "", Facts { position: Some(1), ..seats(0, 1) }),
        of(LetterKind::PleaseConfirm, "", Facts { pending: vec![register.clone()], ..Facts::default() }),
        of(
            LetterKind::PleaseConfirm,
            "afmelden",
            Facts {
                pending: vec![
                    Request::Cancel { event: event.clone(), seats: None, names: Vec::new() },
                    Request::Unsubscribe,
                ],
                ..seats(1, 0)
            },
        ),
        of(
            LetterKind::PleaseConfirm,
            "zonder",
            Facts {
                pending: vec![
                    Request::Cancel { event: event.clone(), seats: Some(1), names: Vec::new() },
                    Request::Register { event, seats: 1, mode: Mode::Add, names: Vec::new() },
                    Request::Subscribe,
                    Request::Forget,
                ],
                ..Facts::default()
            },
        ),
        of(LetterKind::PassedOn, "", Facts::default()),
        of(
            LetterKind::EventMoved,
            "",
            Facts {
                before: 1,
                confirmed_before: 1,
                moved_from: Some((setting.event.start.clone(), setting.event.venue.clone())),
                ..seats(1, 0)
            },
        ),
        of(LetterKind::EventMoved, "wachtend", Facts { before: 1, position: Some(1), ..seats(0, 1) }),
        of(LetterKind::EventCancelled, "", Facts { before: 1, confirmed_before: 1, ..Facts::default() }),
        of(LetterKind::Subscribed, "", Facts::default()),
        of(LetterKind::Unsubscribed, "", seats(1, 0)),
        of(LetterKind::Unsubscribed, "zonder", Facts::default()),
        of(LetterKind::Forgotten, "", Facts::default()),
    ]
}
