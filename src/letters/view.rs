//! What the templates see of a letter: plain words and numbers, nothing to compute.
//!
//! The names of the fields are the names in the templates; `templates/LEESMIJ.md` explains them to whoever changes one.

use super::Occasion;
use super::calendar::Method;
use super::party::{Mood, clause, looks_like_a_link, shown};
use super::words::{capitalised, clock, day, day_and_year, hours, moment, month, month_short, weekday};
use super::{greeting, mailto};
use crate::config::Network;
use crate::mail::sanitize;
use crate::registration::{Event, EventStatus, LetterKind, LetterOrder, WaitlistRule};
use crate::understanding::{Language, Request};
use jiff::ZonedDateTime;
use serde::Serialize;

/// Everything that a letter's template may use.
#[derive(Debug, Serialize)]
pub struct LetterView {
    /// The language's folder: `nl`.
    pub language: &'static str,
    /// The colour of the letter's news: see [`Tone`].
    pub tone: Tone,
    /// `Beste Sanne,`.
    pub salutation: String,
    /// The network.
    pub network: NetworkView,
    /// The coordinator within a sentence: her first name, else `de coördinator`.
    pub coordinator: String,
    /// The event, when the letter is about one.
    pub event: Option<EventView>,
    /// Who comes, as a clause: `je komt met z'n tweeën, jij en Piet`.
    pub coming: String,
    /// The same as a wish: `je komt graag met z'n tweeën, jij en Piet`.
    pub wish: String,
    /// Seats that are his now.
    pub confirmed: u32,
    /// Seats that he waits for now.
    pub waiting: u32,
    /// Both together.
    pub total: u32,
    /// Both together before this.
    pub before: u32,
    /// Were seats his before this, rather than a place in line alone?
    pub had_seat: bool,
    /// The names of the party as far as known.
    pub names: Vec<String>,
    /// His place in line, from 1; 0 when not told.
    pub position: u32,
    /// Seats still free that are too few for all of his party; 0 when there are none.
    pub seats_left: u32,
    /// Seats offered.
    pub offered: u32,
    /// May others have been asked about the same seats?
    pub offered_to_others: bool,
    /// Until when the offer stands: `dinsdag 14 november 2017, 18.00 uur`; empty when not told.
    pub until: String,
    /// `fill` or `strict`: who gets a freed seat.
    pub waitlist_rule: &'static str,
    /// When and where the event was before it was moved: empty when not told.
    pub moved_from: Vec<String>,
    /// What waits for his yes, one clause each: `je aanmelden met 2 personen`.
    pub pending: Vec<String>,
    /// The words of his mail that matter, on one short line; empty when there are none that can be repeated.
    pub quote: String,
    /// His mail also asks something.
    pub question: bool,
    /// He offered a pitch.
    pub pitch: bool,
    /// Is a calendar entry with the letter?
    pub calendar: bool,
    /// The mail that cancels, as a link.
    pub cancel_link: String,
    /// The mail that takes an offer, as a link.
    pub yes_link: String,
    /// The mail that declines an offer, as a link.
    pub no_link: String,
}

/// The colour of the news.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// Good news: he is in.
    Yes,
    /// He waits.
    Waiting,
    /// He is to do something, or should look closely.
    Attention,
    /// Noted, no more.
    Plain,
}

/// The network, as templates see it.
#[derive(Debug, Serialize)]
pub struct NetworkView {
    /// Its name.
    pub name: String,
    /// Its address.
    pub address: String,
}

/// An event, as templates see it.
#[derive(Debug, Serialize)]
pub struct EventView {
    /// Its title.
    pub title: String,
    /// `woensdag 15 november`.
    pub day: String,
    /// `woensdag 15 november 2017`.
    pub date: String,
    /// `14.15–17.00 uur`.
    pub time: String,
    /// The start alone: `14.15`.
    pub start: String,
    /// `woensdag`.
    pub weekday: &'static str,
    /// `wo`, `Wed`.
    pub weekday_short: String,
    /// `15`.
    pub day_of_month: i8,
    /// `15 november`.
    pub day_and_month: String,
    /// `nov`.
    pub month_short: String,
    /// The name of the place; may be empty.
    pub venue: String,
    /// Street and town; may be empty.
    pub address: String,
    /// How many seats there are.
    pub capacity: u32,
    /// Has it been called off?
    pub called_off: bool,
}

impl NetworkView {
    /// The network as templates see it.
    pub fn of(network: &Network) -> Self {
        Self { name: sanitize::line(&network.name, 100), address: network.address.to_string() }
    }
}

impl EventView {
    /// The event as templates see it.
    pub fn of(event: &Event, language: Language) -> Self {
        let date = event.start.date();
        let short = match language {
            Language::Nl => 2,
            Language::En => 3,
        };
        Self {
            title: sanitize::line(&event.title, 150),
            day: day(date, language),
            date: day_and_year(date, language),
            time: hours(&event.start, &event.end, language),
            start: clock(event.start.time(), language),
            weekday: weekday(date.weekday(), language),
            weekday_short: weekday(date.weekday(), language).chars().take(short).collect(),
            day_of_month: date.day(),
            day_and_month: format!("{} {}", date.day(), month(date, language)),
            month_short: month_short(date, language),
            venue: sanitize::line(&event.venue, 150),
            address: sanitize::line(&event.address, 150),
            capacity: event.capacity,
            called_off: event.status == EventStatus::Cancelled,
        }
    }
}

impl LetterView {
    /// The view of one letter.
    pub fn of(order: &LetterOrder, occasion: &Occasion<'_>) -> Self {
        let (facts, language) = (&order.facts, order.language);
        let total = facts.confirmed.saturating_add(facts.waiting);
        let event = occasion.event.map(|event| EventView::of(event, language));
        let zoned = |at: jiff::Timestamp| at.to_zoned_datetime(occasion.network.time_zone.clone());
        let party = |mood| clause(total, &facts.names, &order.name, mood, language);
        let links = Links::of(occasion.network, event.as_ref(), language);
        Self {
            language: folder(language),
            tone: tone(order),
            salutation: greeting::salutation(&order.name, language),
            network: NetworkView::of(occasion.network),
            coordinator: coordinator(&occasion.coordinator.name, language),
            coming: party(Mood::Comes),
            wish: party(Mood::Wishes),
            confirmed: facts.confirmed,
            waiting: facts.waiting,
            total,
            before: facts.before,
            had_seat: facts.confirmed_before > 0,
            names: shown(&facts.names),
            position: facts.position.unwrap_or(0),
            seats_left: if facts.seats_left < facts.waiting { facts.seats_left } else { 0 },
            offered: facts.offered,
            offered_to_others: occasion.event.is_some_and(|event| event.rules.offers_at_once > 1),
            until: facts.until.map(|at| moment(&zoned(at), language)).unwrap_or_default(),
            waitlist_rule: match occasion.event.map(|event| event.rules.waitlist) {
                Some(WaitlistRule::Strict) => "strict",
                Some(WaitlistRule::Fill) | None => "fill",
            },
            moved_from: facts
                .moved_from
                .as_ref()
                .map(|(at, venue)| moved_from(at, venue, language))
                .unwrap_or_default(),
            pending: facts.pending.iter().map(|request| wish(request, language)).collect(),
            quote: occasion.answering.map(|answering| quote(answering.evidence)).unwrap_or_default(),
            question: facts.question_passed_on,
            pitch: facts.pitch_noted,
            calendar: calendar_method(order) == Some(Method::Request) && occasion.event.is_some(),
            cancel_link: links.cancel,
            yes_link: links.yes,
            no_link: links.no,
            event,
        }
    }
}

/// The folder of a language's templates.
pub fn folder(language: Language) -> &'static str {
    match language {
        Language::Nl => "nl",
        Language::En => "en",
    }
}

/// What the letter does in its reader's calendar, by the seats that are his and were his. Nothing while he only waits.
pub fn calendar_method(order: &LetterOrder) -> Option<Method> {
    let (now, before) = (order.facts.confirmed > 0, order.facts.confirmed_before > 0);
    match order.kind {
        LetterKind::Confirmed | LetterKind::Promoted | LetterKind::EventMoved if now => Some(Method::Request),
        LetterKind::Changed if now && !before => Some(Method::Request),
        LetterKind::Changed if before && !now => Some(Method::Cancel),
        LetterKind::Cancelled if before => Some(Method::Cancel),
        LetterKind::EventCancelled if before || now => Some(Method::Cancel),
        _ => None,
    }
}

/// The coordinator's first name when her name is a person's, else `de coördinator`.
pub fn coordinator(name: &str, language: Language) -> String {
    let first = greeting::first_name(name).filter(|first| !first.to_lowercase().starts_with("co"));
    first.unwrap_or_else(|| match language {
        Language::Nl => "de coördinator".to_owned(),
        Language::En => "the coordinator".to_owned(),
    })
}

/// The words that were understood, as far as a letter repeats them: little, and no links (RFC 3834, 3.2).
fn quote(evidence: &[String]) -> String {
    let words: Vec<&str> = evidence.iter().map(String::as_str).filter(|words| !looks_like_a_link(words)).collect();
    sanitize::line(&words.join(" … "), 120)
}

fn tone(order: &LetterOrder) -> Tone {
    match order.kind {
        LetterKind::Changed | LetterKind::AlreadyRegistered if order.facts.confirmed == 0 => Tone::Waiting,
        LetterKind::Confirmed
        | LetterKind::Changed
        | LetterKind::AlreadyRegistered
        | LetterKind::Promoted
        | LetterKind::Subscribed => Tone::Yes,
        LetterKind::Waitlisted | LetterKind::OfferEnded => Tone::Waiting,
        LetterKind::Offered | LetterKind::PleaseConfirm | LetterKind::EventMoved | LetterKind::EventCancelled => {
            Tone::Attention
        }
        LetterKind::Cancelled
        | LetterKind::NothingToCancel
        | LetterKind::PassedOn
        | LetterKind::Unsubscribed
        | LetterKind::Forgotten => Tone::Plain,
    }
}

fn moved_from(at: &ZonedDateTime, venue: &str, language: Language) -> Vec<String> {
    let mut parts = vec![moment(at, language)];
    let venue = sanitize::line(venue, 150);
    if !venue.is_empty() {
        parts.push(venue);
    }
    parts
}

/// One request as a clause that follows "je wilt" or "you want to".
fn wish(request: &Request, language: Language) -> String {
    let people = |n: u32| match language {
        Language::Nl => super::words::counted(n, "persoon", "personen"),
        Language::En => super::words::counted(n, "person", "people"),
    };
    let (nl, en) = match request {
        Request::Register { seats: 0 | 1, mode: crate::understanding::Mode::Set, .. } => {
            ("komen".to_owned(), "come".to_owned())
        }
        Request::Register { seats, mode: crate::understanding::Mode::Set, .. } => {
            (format!("komen met {}", people(*seats)), format!("come with {}", people(*seats)))
        }
        Request::Register { seats, .. } => (
            format!("{} extra meenemen", people(*seats)),
            format!("bring {}", super::words::counted(*seats, "more person", "more people")),
        ),
        Request::Cancel { seats: None, .. } => ("je afmelden".to_owned(), "cancel your registration".to_owned()),
        Request::Cancel { seats: Some(n), .. } => {
            (format!("{} afmelden", people(*n)), format!("cancel for {}", people(*n)))
        }
        Request::Subscribe => ("op de mailinglijst".to_owned(), "be on the mailing list".to_owned()),
        Request::Unsubscribe => ("van de mailinglijst af".to_owned(), "be taken off the mailing list".to_owned()),
        Request::Forget => ("dat we al je gegevens wissen".to_owned(), "have all your data removed".to_owned()),
    };
    match language {
        Language::Nl => nl,
        Language::En => en,
    }
}

/// The mails that a reader can send with one tap. They name the event, since a new mail belongs to no thread.
struct Links {
    cancel: String,
    yes: String,
    no: String,
}

impl Links {
    fn of(network: &Network, event: Option<&EventView>, language: Language) -> Self {
        let day = event.map_or("", |event| event.day_and_month.as_str());
        let link = |subject: String, body: &str| mailto::link(&network.address, subject.trim(), body);
        match language {
            Language::Nl => Self {
                cancel: link(format!("Afmelden {day}"), "Ik kan er helaas niet bij zijn."),
                yes: link(format!("Ja, graag: de vrije plek op {day}"), "Ja, graag."),
                no: link(format!("Nee: de vrije plek op {day}"), "Nee, dank je."),
            },
            Language::En => Self {
                cancel: link(format!("Cancel {}", capitalised(day)), "Unfortunately I cannot come."),
                yes: link(format!("Yes please: the free seat on {day}"), "Yes please."),
                no: link(format!("No: the free seat on {day}"), "No, thank you."),
            },
        }
    }
}

/// The language of a folder of templates.
pub fn language(folder: &str) -> Language {
    if folder == "en" { Language::En } else { Language::Nl }
}
