//! Letters: from what a letter must tell to the final bytes that leave.
//!
//! Pure: an order and its occasion in, a [`Letter`] out, the same bytes for the same input. The words stand in `templates/`,
//! one folder a language, built into the binary; `templates` fills them in from the plain facts of `view`, `compose` makes a
//! mail of them, `calendar` its calendar entry. Called by `handle`, `coordinator` and the daemon's timers.

mod alarm;
pub mod calendar;
pub mod compose;
mod digest;
pub mod greeting;
mod mailto;
mod party;
pub mod samples;
mod subject;
mod templates;
mod view;
mod words;

pub use alarm::AlarmOccasion;
pub use calendar::event_uid;
pub use digest::DigestOccasion;
pub use templates::{BUILT_IN, Words};

use crate::config::{Coordinator, Network};
use crate::coordinator::alarm::Alarm;
use crate::coordinator::digest::Digest;
use crate::ids::{Address, MessageId};
use crate::outcome::{Letter, LetterHead};
use crate::registration::{Event, LetterOrder};
use crate::understanding::Language;
use alarm::AlarmView;
use compose::{Attachment, AutoSubmitted, Parts, compose};
use digest::DigestView;
use jiff::Timestamp;
use std::collections::BTreeMap;
use templates::Templates;
use view::LetterView;

/// The digest's templates.
const DIGEST: &str = "overzicht";
/// The templates of an alarm.
const ALARM: &str = "storing";

/// Writes letters.
#[derive(Clone, Debug)]
pub struct Letters {
    templates: Templates,
}

/// What a letter is written upon, beside its order.
#[derive(Clone, Debug)]
pub struct Occasion<'a> {
    /// Who sends it.
    pub network: &'a Network,
    /// Who answers questions.
    pub coordinator: &'a Coordinator,
    /// The event that the order names, as it is after the decision.
    pub event: Option<&'a Event>,
    /// The letter's Message-ID.
    pub id: MessageId,
    /// Its Date, and the DTSTAMP of its calendar entry.
    pub written_at: Timestamp,
    /// The mail that it answers. `None` for what comes by itself: promotions, offers, moved or cancelled events.
    pub answering: Option<Answering<'a>>,
}

/// The mail that a letter answers, as `mail::Message` tells it.
#[derive(Clone, Copy, Debug)]
pub struct Answering<'a> {
    /// Its Message-ID; without one the letter begins a thread of its own.
    pub message_id: Option<&'a MessageId>,
    /// The References of an answer to it (RFC 5322, 3.6.4), oldest first, without its own Message-ID.
    pub references: &'a [MessageId],
    /// Its subject as it came.
    pub subject: &'a str,
    /// The words in it that were understood.
    pub evidence: &'a [String],
}

/// Why a letter could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// A template does not compile, or uses something that there is not.
    #[error("het sjabloon `{name}` deugt niet{}: {detail}; verbeter het of haal het weg uit de map met sjablonen", at_line(*.line))]
    Template {
        /// Its name.
        name: String,
        /// In which line; 0 when unknown.
        line: usize,
        /// What is wrong, as the template engine puts it.
        detail: String,
    },
    /// A template gives no subject or no text.
    #[error(
        "het sjabloon `{0}` mist een onderwerp op de eerste regel of een tekst daaronder; vul het aan of haal het weg uit de map met sjablonen"
    )]
    Empty(String),
    /// There is no template of that name.
    #[error("`{0}` is geen naam van een sjabloon; `aanmelder letters templates MAP` schrijft ze allemaal uit")]
    Unknown(String),
    /// An address that no mail can be sent to.
    #[error("aan `{0}` kan geen mail worden gestuurd; verbeter het adres of schrijf deze persoon zelf")]
    Address(Address),
    /// The mail could not be put together.
    #[error("de brief kon niet worden samengesteld: {0}; meld dit met de mail waar hij een antwoord op is")]
    Compose(String),
}

fn at_line(line: usize) -> String {
    if line == 0 { String::new() } else { format!(" (regel {line})") }
}

/// A template of one's own that is not used, and why: one sentence. The built-in one is used in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}; zolang geldt het ingebouwde sjabloon")]
pub struct TemplateProblem {
    /// Its name in the templates folder: `nl/bevestiging.txt`.
    pub name: String,
    /// What is wrong with it.
    pub error: LetterError,
}

impl Letters {
    /// Letters with the built-in templates.
    pub fn built_in() -> Self {
        Self { templates: Templates::built_in() }
    }

    /// Letters with some templates replaced: by name (`nl/bevestiging.txt`) their source.
    ///
    /// Each is tried with sample letters before it is taken; those that fail are told and left out.
    pub fn with_overrides(sources: &BTreeMap<String, String>) -> (Self, Vec<TemplateProblem>) {
        let mut letters = Self::built_in();
        let mut problems = Vec::new();
        for (name, source) in sources {
            if let Err(error) = letters.take(name, source) {
                problems.push(TemplateProblem { name: name.clone(), error });
            }
        }
        (letters, problems)
    }

    fn take(&mut self, name: &str, source: &str) -> Result<(), LetterError> {
        if !BUILT_IN.iter().any(|(known, _)| *known == name) {
            return Err(LetterError::Unknown(name.to_owned()));
        }
        let mut tried = self.clone();
        tried.templates.replace(name, source)?;
        tried.try_samples()?;
        *self = tried;
        Ok(())
    }

    /// Fills every sample in with the current templates, the built-in ones not standing in.
    fn try_samples(&self) -> Result<(), LetterError> {
        let Some(setting) = samples::setting() else { return Ok(()) };
        let asked = samples::asked();
        for language in [Language::Nl, Language::En] {
            for sample in setting.samples(language) {
                let view = LetterView::of(&sample.order, &setting.occasion(&sample, &asked));
                self.templates.render(&format!("{}/{}", view.language, templates::stem(sample.order.kind)), &view)?;
                self.templates.fill(&format!("{}/_agenda.txt", view.language), &view)?;
            }
        }
        for (name, digest) in setting.digests() {
            let view = DigestView::of(&digest, &setting.digest_occasion(name));
            self.templates.render(&format!("nl/{DIGEST}"), &view)?;
        }
        for (name, alarm) in setting.alarms() {
            self.templates.render(&format!("nl/{ALARM}"), &AlarmView::of(&alarm, &setting.alarm_occasion(name)))?;
        }
        Ok(())
    }

    /// Writes one letter.
    ///
    /// A replaced template that fails on this letter, though it did not on the samples, gives way to the built-in one.
    ///
    /// # Errors
    /// When the address cannot stand in a mail.
    pub fn write(&self, order: &LetterOrder, occasion: &Occasion<'_>) -> Result<Letter, LetterError> {
        let view = LetterView::of(order, occasion);
        let name = format!("{}/{}", view.language, templates::stem(order.kind));
        let words = self.filled(&name, &view)?;
        let subject = match occasion.answering {
            Some(answering) => subject::answering(answering.subject, &words.subject),
            None => words.subject,
        };
        let calendar = occasion.event.and_then(|event| {
            let method = view::calendar_method(order)?;
            let attendee = calendar::Attendee { address: &order.to, name: &order.name };
            let description = self.agenda(&view);
            let entry = calendar::entry(method, event, occasion.network, attendee, &description, occasion.written_at);
            Some((method, entry))
        });
        let bytes = compose(&Parts {
            id: &occasion.id,
            written_at: occasion.written_at,
            from: (&occasion.network.name, &occasion.network.address),
            to: (&order.name, &order.to),
            subject: &subject,
            thread: occasion.answering.map(thread).unwrap_or_default(),
            origin: if occasion.answering.is_some() { AutoSubmitted::Replied } else { AutoSubmitted::Generated },
            mark: templates::stem(order.kind),
            text: words.text,
            html: words.html,
            calendar,
            attachments: Vec::new(),
        })?;
        Ok(Letter {
            head: LetterHead {
                id: occasion.id.clone(),
                kind: Some(order.kind),
                person: Some(order.person.clone()),
                to: order.to.clone(),
                event: order.event.clone(),
                written_at: occasion.written_at,
            },
            bytes,
        })
    }

    /// Writes the digest to the coordinator. It is Dutch, and a thread of its own.
    ///
    /// # Errors
    /// When her address cannot stand in a mail.
    pub fn digest(&self, digest: &Digest, occasion: &DigestOccasion<'_>) -> Result<Letter, LetterError> {
        let DigestOccasion { network, coordinator, id, written_at, attachments } = occasion;
        let words = self.digest_words(digest, occasion)?;
        to_coordinator(network, coordinator, id, *written_at, DIGEST, words, attachments.clone())
    }

    /// Writes to the coordinator that mail does not get through, or does again. It is Dutch, and a thread of its own.
    ///
    /// # Errors
    /// When her address cannot stand in a mail.
    pub fn alarm(&self, alarm: &Alarm, occasion: &AlarmOccasion<'_>) -> Result<Letter, LetterError> {
        let AlarmOccasion { network, coordinator, id, written_at } = occasion;
        let words = self.alarm_words(alarm, occasion)?;
        to_coordinator(network, coordinator, id, *written_at, ALARM, words, Vec::new())
    }

    /// The words of an alarm alone, to look at.
    ///
    /// # Errors
    /// When no template can be filled in, the built-in one neither.
    pub fn alarm_words(&self, alarm: &Alarm, occasion: &AlarmOccasion<'_>) -> Result<Words, LetterError> {
        self.filled(&format!("nl/{ALARM}"), &AlarmView::of(alarm, occasion))
    }

    /// The words of a digest alone, to look at.
    ///
    /// # Errors
    /// When no template can be filled in, the built-in one neither.
    pub fn digest_words(&self, digest: &Digest, occasion: &DigestOccasion<'_>) -> Result<Words, LetterError> {
        self.filled(&format!("nl/{DIGEST}"), &DigestView::of(digest, occasion))
    }

    /// The words of a letter alone, to look at.
    ///
    /// # Errors
    /// When no template can be filled in, the built-in one neither.
    pub fn words(&self, order: &LetterOrder, occasion: &Occasion<'_>) -> Result<Words, LetterError> {
        let view = LetterView::of(order, occasion);
        self.filled(&format!("{}/{}", view.language, templates::stem(order.kind)), &view)
    }

    /// What the calendar entry says below the title.
    fn agenda(&self, view: &LetterView) -> String {
        let name = format!("{}/_agenda.txt", view.language);
        let filled = self.templates.fill(&name, view).or_else(|_| Templates::built_in().fill(&name, view));
        filled.unwrap_or_default().trim().to_owned()
    }

    fn filled(&self, name: &str, view: &impl serde::Serialize) -> Result<Words, LetterError> {
        self.templates.render(name, view).or_else(|_| Templates::built_in().render(name, view))
    }
}

/// A letter to the coordinator, which is about no event and no person, and a thread of its own.
fn to_coordinator(
    network: &Network,
    coordinator: &Coordinator,
    id: &MessageId,
    written_at: Timestamp,
    mark: &str,
    words: Words,
    attachments: Vec<Attachment<'_>>,
) -> Result<Letter, LetterError> {
    let bytes = compose(&Parts {
        id,
        written_at,
        from: (&network.name, &network.address),
        to: (&coordinator.name, &coordinator.address),
        subject: &words.subject,
        thread: Vec::new(),
        origin: AutoSubmitted::Generated,
        mark,
        text: words.text,
        html: words.html,
        calendar: None,
        attachments,
    })?;
    let to = coordinator.address.clone();
    Ok(Letter { head: LetterHead { id: id.clone(), kind: None, person: None, to, event: None, written_at }, bytes })
}

/// The thread up to and with the answered mail, oldest first.
fn thread(answering: Answering<'_>) -> Vec<&MessageId> {
    match answering.message_id {
        Some(id) => answering.references.iter().chain([id]).collect(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
