//! Commands: what the coordinator asks on the command line, carried out by the same rules as mails.
//!
//! Called for a [`Request`] that came over the socket, or directly when no daemon runs.

use super::control::{
    Circumstances, Done, HistoryOf, LetterTo, Listing, NewEvent, Overview, Party, Request, Response, Status, Which,
};
use super::engine::{Engine, EngineError};
use crate::backup;
use crate::ids::{Address, EventId, MailKey, PersonKey};
use crate::outcome::{Letter, Outcome};
use crate::registration::{
    self, Authority, Change, Decision, Event, EventState, EventStatus, Person, Registration, State, Wish,
};
use crate::store::Scope;
use crate::understanding::{self, Language, Mode};
use jiff::Timestamp;

impl Engine {
    /// Carries out a command. What goes wrong comes back as one plain sentence.
    pub fn execute(&self, request: &Request, now: Timestamp) -> Response {
        match self.answer(request, now) {
            Ok(response) => response,
            Err(error) => Response::Refused(error.to_string()),
        }
    }

    fn answer(&self, request: &Request, now: Timestamp) -> Result<Response, EngineError> {
        match request {
            Request::EventList(which) => Ok(Response::Events(overviews(&self.state(), *which, now))),
            Request::EventShow { event } => {
                let state = self.state();
                Ok(match state.events.get(event) {
                    Some(found) => Response::Event(Box::new(listing(&state, found))),
                    None => unknown_event(&state, event),
                })
            }
            Request::List { event } => Ok(listings(&self.state(), event.as_ref(), now)),
            Request::History(of) => self.history(of),
            Request::Status => Ok(Response::Status(Box::new(self.status()?))),
            Request::Circumstances => {
                let circumstances = Circumstances { state: self.state(), secret: self.secret().bytes() };
                Ok(Response::Circumstances(Box::new(circumstances)))
            }
            Request::Backup => self.backup(now),
            Request::EventAdd(_)
            | Request::EventEdit { .. }
            | Request::EventCancel { .. }
            | Request::LetThrough { .. }
            | Request::Register { .. }
            | Request::Cancel { .. } => {
                let words = in_words(request);
                let decided = self.carry_out(|state| self.decide(request, &words, state, now), &words, now)?;
                Ok(decided.map_or_else(|refused| refused, |outcome| Response::Done(done(&outcome))))
            }
        }
    }

    /// What a command comes to, or why it cannot be carried out. Questions come to nothing.
    fn decide(&self, request: &Request, words: &str, state: &State, now: Timestamp) -> Result<Decision, Response> {
        let decided = match request {
            Request::EventAdd(new) => registration::create_event(state, self.event_from(new)),
            Request::EventEdit { event, edit } => registration::edit_event(state, event, edit.clone(), now),
            Request::EventCancel { event, .. } => registration::cancel_event(state, event, now),
            Request::LetThrough { event, address, reason } => {
                if let Some(refusal) = not_registered(state, event, address) {
                    return Err(refusal);
                }
                registration::let_through(state, event, &address.person(), reason, now)
            }
            Request::Register { event, address, name, seats, names, let_through, .. } => {
                let wish = understanding::Request::Register {
                    event: event.clone(),
                    seats: *seats,
                    mode: Mode::Set,
                    names: names.clone(),
                };
                let authority = match let_through {
                    Some(reason) => Authority::Coordinator { reason: reason.clone() },
                    None => Authority::Person,
                };
                Ok(by_hand(state, address, name, wish, authority, now))
            }
            Request::Cancel { event, address, seats, .. } => {
                if let Some(refusal) = not_registered(state, event, address) {
                    return Err(refusal);
                }
                let wish = understanding::Request::Cancel { event: event.clone(), seats: *seats, names: Vec::new() };
                Ok(by_hand(state, address, "", wish, Authority::Coordinator { reason: words.to_owned() }, now))
            }
            Request::EventList(_)
            | Request::EventShow { .. }
            | Request::List { .. }
            | Request::History(_)
            | Request::Status
            | Request::Circumstances
            | Request::Backup => Ok(Decision::default()),
        };
        match decided {
            Ok(Decision { ask: Some(why), .. }) => Err(Response::Refused(why)),
            Ok(decision) => Ok(decision),
            Err(refusal) => Err(Response::Refused(refusal.to_string())),
        }
    }

    fn event_from(&self, new: &NewEvent) -> Event {
        let mut rules = self.config().rules.clone();
        rules.max_party = new.max_party.unwrap_or(rules.max_party);
        rules.waitlist = new.waitlist.unwrap_or(rules.waitlist);
        Event {
            id: new.id.clone(),
            title: new.title.clone(),
            start: new.start.clone(),
            end: new.end.clone(),
            venue: new.venue.clone(),
            address: new.address.clone(),
            capacity: new.capacity,
            rules,
            status: EventStatus::Open,
            sequence: 0,
        }
    }

    fn history(&self, of: &HistoryOf) -> Result<Response, EngineError> {
        let entries = match of {
            HistoryOf::Person(address) => self.store().journal_of_person(&address.person())?,
            HistoryOf::Event(event) => self.store().journal_of_event(event)?,
        };
        Ok(Response::History(entries.into_iter().map(|(_, entry)| entry).collect()))
    }

    fn backup(&self, now: Timestamp) -> Result<Response, EngineError> {
        let mut text = Vec::new();
        Ok(match backup::write(self.store(), Scope::Whole, now, &mut text) {
            Ok(_) => Response::Backup(String::from_utf8_lossy(&text).into_owned()),
            Err(backup::WriteError::Store(error)) => return Err(error.into()),
            Err(error) => Response::Refused(error.to_string()),
        })
    }

    /// How the daemon fares.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn status(&self) -> Result<Status, EngineError> {
        let figures = self.health.figures();
        let counts = self.store().counts()?;
        Ok(Status {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            running_since: figures.running_since,
            inbox: figures.inbox,
            outbox: figures.outbox,
            mails_done: figures.mails_done,
            letters_sent: figures.letters_sent,
            queued: counts.queued,
            oldest_queued: counts.oldest_queued,
            oldest_unanswered: figures.oldest_unanswered,
            unlogged: counts.unlogged,
            set_aside: figures.set_aside,
            last_error: figures.last_error,
        })
    }
}

/// A registration or cancellation that the coordinator makes for somebody.
fn by_hand(
    state: &State,
    address: &Address,
    name: &str,
    wish: understanding::Request,
    authority: Authority,
    now: Timestamp,
) -> Decision {
    let key = address.person();
    let person = match state.people.get(&key) {
        Some(known) if name.is_empty() => known.clone(),
        Some(known) => Person { name: name.to_owned(), ..known.clone() },
        None => Person::new(address.clone(), name.to_owned(), Language::Nl),
    };
    let change = Change::PutPerson(key.clone(), person);
    let mut with_person = state.clone();
    with_person.apply(&change);
    let wish = Wish {
        person: &key,
        requests: &[wish],
        said_at: now,
        // Each command is one of its own, as each mail is: only a repeated mail changes nothing.
        mail: &MailKey::from_hex(format!("{:032x}", now.as_nanosecond())),
        authority,
    };
    let mut decision = registration::decide(&with_person, &wish, now);
    if decision.ask.is_none() {
        decision.changes.insert(0, change);
    }
    decision
}

/// What a command led to, for who gave it.
fn done(outcome: &Outcome) -> Done {
    let notes: Vec<_> = outcome.entry.iter().flat_map(|entry| &entry.notes).map(|note| note.text.clone()).collect();
    let letter_to = |Letter { head, .. }: &Letter| Some(LetterTo { kind: head.kind?, to: head.to.clone() });
    Done {
        notes: if notes.is_empty() { vec!["Er veranderde niets.".to_owned()] } else { notes },
        letters: outcome.letters.iter().filter_map(letter_to).collect(),
    }
}

/// The refusal of what can only be done for who is registered. A letter about it would only puzzle him.
fn not_registered(state: &State, event: &EventId, address: &Address) -> Option<Response> {
    let Some(found) = state.events.get(event) else { return Some(unknown_event(state, event)) };
    let registered = found.registrations.contains_key(&address.person());
    (!registered).then(|| Response::Refused(format!("{address} is niet aangemeld voor {}.", found.event.title)))
}

fn unknown_event(state: &State, event: &EventId) -> Response {
    let known: Vec<_> = state.events.keys().map(EventId::as_str).collect();
    Response::Refused(match known.is_empty() {
        true => format!("Er is geen bijeenkomst `{event}`; maak er een met `aanmelder event add`."),
        false => format!("Er is geen bijeenkomst `{event}`; wel: {}.", known.join(", ")),
    })
}

fn overviews(state: &State, which: Which, now: Timestamp) -> Vec<Overview> {
    by_start(state).filter(|found| which == Which::All || found.event.end.timestamp() > now).map(overview).collect()
}

fn listings(state: &State, event: Option<&EventId>, now: Timestamp) -> Response {
    match event {
        Some(event) => match state.events.get(event) {
            Some(found) => Response::Listings(vec![listing(state, found)]),
            None => unknown_event(state, event),
        },
        None => {
            let coming = by_start(state).filter(|found| found.event.end.timestamp() > now);
            Response::Listings(coming.map(|found| listing(state, found)).collect())
        }
    }
}

fn by_start(state: &State) -> impl Iterator<Item = &EventState> {
    let mut events: Vec<_> = state.events.values().collect();
    events.sort_by_key(|found| found.event.start.timestamp());
    events.into_iter()
}

/// An event with its figures.
fn overview(found: &EventState) -> Overview {
    let sum = |seats: fn(&Registration) -> u32| found.registrations.values().map(seats).fold(0u32, u32::saturating_add);
    Overview {
        event: found.event.clone(),
        confirmed: sum(|mine| mine.confirmed),
        offered: found.offered_seats(),
        waiting: sum(|mine| mine.waiting),
    }
}

/// An event with its people: those with seats by when they came, those who wait by their place in line.
pub fn listing(state: &State, found: &EventState) -> Listing {
    let mut coming: Vec<_> = found.registrations.iter().filter(|(_, mine)| mine.confirmed > 0).collect();
    coming.sort_by_key(|(_, mine)| mine.since);
    let mut waiting: Vec<_> = found.registrations.iter().filter(|(_, mine)| mine.waiting > 0).collect();
    waiting.sort_by(|(_, a), (_, b)| a.in_line_since.cmp(&b.in_line_since));
    let party = |(key, mine): (&PersonKey, &Registration)| {
        let person = state.people.get(key)?;
        Some(Party {
            address: person.address.clone(),
            name: person.name.clone(),
            confirmed: mine.confirmed,
            waiting: mine.waiting,
            names: mine.names.clone(),
            since: mine.since,
            offer: mine.offer.clone(),
            let_through: mine.let_through.clone(),
            undeliverable: person.undeliverable.as_ref().map(|(_, what)| what.clone()),
        })
    };
    Listing {
        overview: overview(found),
        coming: coming.into_iter().filter_map(party).collect(),
        waiting: waiting.into_iter().filter_map(party).collect(),
    }
}

/// A command in the words of the journal.
fn in_words(request: &Request) -> String {
    let because = |reason: Option<&String>| reason.map_or(String::new(), |why| format!(" ({why})"));
    match request {
        Request::EventAdd(new) => format!("bijeenkomst {} gemaakt", new.id),
        Request::EventEdit { event, .. } => format!("bijeenkomst {event} gewijzigd"),
        Request::EventCancel { event, reason } => format!("bijeenkomst {event} afgelast{}", because(reason.as_ref())),
        Request::Register { event, address, seats, reason, let_through, .. } => {
            let because = because(let_through.as_ref().or(reason.as_ref()));
            format!("{address} met de hand aangemeld voor {event}, {seats} pers.{because}")
        }
        Request::Cancel { event, address, reason, .. } => {
            format!("{address} met de hand afgemeld voor {event}{}", because(reason.as_ref()))
        }
        Request::LetThrough { event, address, reason } => format!("{address} doorgelaten bij {event} ({reason})"),
        Request::EventList(_)
        | Request::EventShow { .. }
        | Request::List { .. }
        | Request::History(_)
        | Request::Status
        | Request::Circumstances
        | Request::Backup => String::new(),
    }
}
