//! What the digest's template sees: the facts of [`Digest`], made harmless and put into words.
//!
//! The digest goes to the coordinator alone and is Dutch. What waits for her comes first, then each meeting at a glance.

use super::compose::Attachment;
use super::greeting::{salutation, same_first_name};
use super::view::{NetworkView, Tone};
use super::words::{clock, day, day_and_year, listed, moment, month_short, weekday};
use crate::config::{Coordinator, Network};
use crate::coordinator::digest::{Digest, EventDigest, Item, PartyDigest};
use crate::coordinator::due::DigestKind;
use crate::ids::MessageId;
use crate::mail::sanitize;
use crate::understanding::Language::Nl;
use jiff::Timestamp;
use serde::Serialize;

/// What a digest is written upon, beside its facts.
#[derive(Clone, Debug)]
pub struct DigestOccasion<'a> {
    /// Who sends it.
    pub network: &'a Network,
    /// Who gets it.
    pub coordinator: &'a Coordinator,
    /// Its Message-ID.
    pub id: MessageId,
    /// Its Date.
    pub written_at: Timestamp,
    /// Files that go along: the participants of each meeting as CSV.
    pub attachments: Vec<Attachment<'a>>,
}

/// Everything that the digest's template may use.
#[derive(Debug, Serialize)]
pub struct DigestView {
    /// Always `nl`.
    language: &'static str,
    /// Something waits for her, or nothing does.
    tone: Tone,
    /// `daily`, `eve` or `urgent`.
    kind: &'static str,
    salutation: String,
    network: NetworkView,
    /// Who answers questions: the reader herself.
    coordinator: String,
    /// `donderdag 2 november`.
    today: String,
    /// Since when it tells news: `woensdag 1 november 2017, 18.00 uur`.
    since: String,
    /// The meeting of which she must know now: the next one that takes place.
    next: Option<EventRow>,
    events: Vec<EventRow>,
    questions: Vec<ItemRow>,
    pitches: Vec<ItemRow>,
    undeliverable: Vec<ItemRow>,
    unreadable: Vec<ItemRow>,
    held_back: Vec<ItemRow>,
    list: Vec<ItemRow>,
    other: Vec<ItemRow>,
    /// Is a list of participants attached?
    attached: bool,
}

/// One meeting.
#[derive(Clone, Debug, Serialize)]
struct EventRow {
    title: String,
    day: String,
    date: String,
    start: String,
    weekday_short: String,
    day_of_month: i8,
    month_short: String,
    venue: String,
    called_off: bool,
    capacity: u32,
    confirmed: u32,
    free: u32,
    offered: u32,
    waiting: u32,
    /// How full it is, from 0 to 100.
    percent: u32,
    coming: Vec<PartyRow>,
    line: Vec<PartyRow>,
    dropped_out: Vec<ItemRow>,
    not_promoted: Vec<ItemRow>,
    news: Vec<ItemRow>,
}

/// One party.
#[derive(Clone, Debug, Serialize)]
struct PartyRow {
    name: String,
    seats: u32,
    /// Whom he brings: `Piet en gast`; empty when he comes alone.
    others: String,
    /// His place in line, from 1; 0 when he has none.
    position: u32,
    /// Until when an offer to him stands; empty when there is none.
    offered_until: String,
    new: bool,
    /// Why he was let through; empty when he was not.
    let_through: String,
    unreachable: bool,
}

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
struct ItemRow {
    who: String,
    address: String,
    text: String,
    subject: String,
    /// The words of the mail: `ik kom graag … is er parkeerplek?`; empty when there are none.
    words: String,
    /// `2 november, 09.30 uur`.
    at: String,
}

impl DigestView {
    /// The view of a digest.
    pub fn of(digest: &Digest, occasion: &DigestOccasion<'_>) -> Self {
        let zone = &occasion.network.time_zone;
        let at = |at: Timestamp| at.to_zoned_datetime(zone.clone());
        let row = |item: &Item| item_row(item, &at(item.at));
        let rows = |items: &[Item]| items.iter().map(row).collect::<Vec<_>>();
        let events: Vec<EventRow> =
            digest.events.iter().map(|event| event_row(event, |items: &[Item]| rows(items))).collect();
        let waits = !digest.questions.is_empty() || digest.kind == DigestKind::Urgent;
        Self {
            language: "nl",
            tone: if waits { Tone::Attention } else { Tone::Yes },
            kind: match digest.kind {
                DigestKind::Daily => "daily",
                DigestKind::Eve => "eve",
                DigestKind::Urgent => "urgent",
            },
            salutation: salutation(&occasion.coordinator.name, Nl),
            network: NetworkView::of(occasion.network),
            coordinator: super::view::coordinator(&occasion.coordinator.name, Nl),
            today: day(at(digest.at).date(), Nl),
            // The first digest has nothing before it.
            since: if digest.since == jiff::Timestamp::UNIX_EPOCH {
                "het begin".to_owned()
            } else {
                moment(&at(digest.since), Nl)
            },
            next: events.iter().find(|event| !event.called_off).cloned(),
            events,
            questions: rows(&digest.questions),
            pitches: rows(&digest.pitches),
            undeliverable: rows(&digest.undeliverable),
            unreadable: rows(&digest.unreadable),
            held_back: rows(&digest.held_back),
            list: rows(&digest.list),
            other: rows(&digest.other),
            attached: !occasion.attachments.is_empty(),
        }
    }
}

fn event_row(event: &EventDigest, rows: impl Fn(&[Item]) -> Vec<ItemRow>) -> EventRow {
    let date = event.start.date();
    let percent = event.confirmed.saturating_mul(100).checked_div(event.capacity).unwrap_or(100).min(100);
    EventRow {
        title: sanitize::line(&event.title, 150),
        day: day(date, Nl),
        date: day_and_year(date, Nl),
        start: clock(event.start.time(), Nl),
        weekday_short: weekday(date.weekday(), Nl).chars().take(2).collect(),
        day_of_month: date.day(),
        month_short: month_short(date, Nl),
        venue: sanitize::line(&event.venue, 150),
        called_off: event.called_off,
        capacity: event.capacity,
        confirmed: event.confirmed,
        free: event.free,
        offered: event.offered,
        waiting: event.waiting,
        percent,
        coming: event.coming.iter().map(party_row).collect(),
        line: event.line.iter().map(party_row).collect(),
        dropped_out: rows(&event.dropped_out),
        not_promoted: rows(&event.not_promoted),
        news: rows(&event.news),
    }
}

fn party_row(party: &PartyDigest) -> PartyRow {
    let names: Vec<String> = party.names.iter().map(|name| sanitize::line(name, 60)).collect();
    let mut others: Vec<&String> = names.iter().collect();
    if let Some(own) = others.iter().position(|name| same_first_name(name, &party.name)) {
        others.remove(own);
    }
    let others = if party.names.len() > 1 || others.len() < names.len() { others } else { Vec::new() };
    PartyRow {
        name: sanitize::line(&party.name, 60),
        seats: party.seats,
        others: listed(&others, Nl),
        position: party.position.unwrap_or(0),
        offered_until: party.offered_until.as_ref().map(|at| moment(at, Nl)).unwrap_or_default(),
        new: party.new,
        let_through: sanitize::line(party.let_through.as_deref().unwrap_or_default(), 200),
        unreachable: party.unreachable,
    }
}

fn item_row(item: &Item, at: &jiff::ZonedDateTime) -> ItemRow {
    let words: Vec<String> = item.words.iter().map(|words| sanitize::line(words, 160)).collect();
    ItemRow {
        who: sanitize::line(item.who.as_deref().unwrap_or_default(), 60),
        address: item.address.as_ref().map(ToString::to_string).unwrap_or_default(),
        text: sanitize::line(&item.text, 400),
        subject: sanitize::line(item.subject.as_deref().unwrap_or_default(), 120),
        words: sanitize::line(&words.join(" … "), 400),
        at: format!("{}, {} uur", day(at.date(), Nl), clock(at.time(), Nl)),
    }
}
