//! What the demo says: each mail with what was understood, by which words, and what was answered; at the end who comes.
//!
//! Texts with colours in them; `anstream` takes those out where there is no terminal. Names and words come from mails, so
//! they are made harmless here.

use super::page::Page;
use crate::cli::ask::letter_name;
use crate::coordinator::digest;
use crate::coordinator::due::DigestKind;
use crate::daemon::engine::Engine;
use crate::dates_nl;
use crate::explain::Explanation;
use crate::mail::{Origin, sanitize};
use crate::outcome::{Letter, Outcome};
use crate::registration::{Change, EventState, Note, NoteKind, State};
use crate::understanding::Disposition;
use jiff::{Timestamp, ZonedDateTime};
use owo_colors::OwoColorize;
use std::fmt::Write as _;
use std::path::Path;

/// How much of a mail is shown.
const FIRST_WORDS: usize = 78;
/// The seats, one sign each.
const TAKEN: &str = "●";
const FREE: &str = "○";

/// The head of the demo.
pub fn opening(event: &EventState) -> String {
    let event = &event.event;
    format!(
        "\n  {}\n  {}\n  {}, {} · {} plaatsen\n\n  De post van twee weken, zoals die binnenkwam:\n",
        event.title.bold(),
        dates_nl::show_span(&event.start, &event.end),
        event.venue,
        event.address,
        event.capacity
    )
}

/// One mail.
pub fn mail(
    when: &ZonedDateTime,
    explanation: &Explanation,
    outcome: &Outcome,
    engine: &Engine,
    event: &EventState,
) -> String {
    let state = engine.state();
    let mut text = String::new();
    let _ = writeln!(text, "\n{}", head(when, explanation));
    let words = first_words(&explanation.typed);
    if !words.is_empty() {
        let _ = writeln!(text, "    {}", format!("“{words}”").italic());
    }
    for line in understood(explanation, outcome, &engine.config().coordinator.name) {
        let _ = writeln!(text, "  {line}");
    }
    let author = outcome.entry.as_ref().and_then(|entry| entry.person.as_ref());
    let mut letters: Vec<&Letter> = outcome.letters.iter().collect();
    letters.sort_by_key(|letter| letter.head.person.as_ref() != author);
    for letter in letters {
        let _ = writeln!(text, "  {} {}", "✉".cyan(), letter_line(letter, &state));
    }
    if outcome.changes.iter().any(moves_seats) {
        let _ = writeln!(text, "  {}", seats(event).dimmed());
    }
    text
}

fn moves_seats(change: &Change) -> bool {
    matches!(change, Change::PutRegistration(..) | Change::RemoveRegistration(..))
}

fn head(when: &ZonedDateTime, explanation: &Explanation) -> String {
    let day = dates_nl::day_name(when.date().weekday()).get(..2).unwrap_or_default();
    let moment = format!("{day} {:>2}-{:02} {}", when.day(), when.month(), dates_nl::show_time(when.time()));
    let author = explanation.author.split(" <").next().unwrap_or_default();
    format!(
        "{}  {}  {}",
        moment.dimmed(),
        sanitize::line(author, 40).bold(),
        sanitize::line(&explanation.subject, 56).dimmed()
    )
}

fn first_words(typed: &str) -> String {
    sanitize::line(&typed.split_whitespace().collect::<Vec<_>>().join(" "), FIRST_WORDS)
}

/// What the mail came to, its author's part first, and the words that led to it.
fn understood(explanation: &Explanation, outcome: &Outcome, coordinator: &str) -> Vec<String> {
    let author = outcome.entry.as_ref().and_then(|entry| entry.person.as_ref());
    let mut notes: Vec<&Note> = outcome.entry.iter().flat_map(|entry| &entry.notes).collect();
    notes.sort_by_key(|note| note.person.as_ref() != author || is_for_coordinator(note));
    let mut lines: Vec<String> = notes.into_iter().map(|note| note_line(note, coordinator)).collect();
    if lines.is_empty() && outcome.letters.is_empty() {
        return vec![format!("{} {}", "·".dimmed(), left_alone(explanation).dimmed())];
    }
    if lines.is_empty() {
        lines.push(format!("{} {}", "✓".green().bold(), "Dat stond al zo; er verandert niets."));
    }
    if let Some(words) = words(&explanation.reading.evidence) {
        lines.insert(1, format!("  {}", words.dimmed()));
    }
    lines
}

/// The words that led to it, each once, as far as they fit on a line.
fn words(evidence: &[String]) -> Option<String> {
    let mut told: Vec<String> = Vec::new();
    for words in evidence {
        let words = format!("“{}”", sanitize::line(words, 48));
        let room = told.iter().map(|told| told.chars().count() + 1).sum::<usize>() + words.chars().count() <= 96;
        if words.chars().any(char::is_alphabetic) && !told.contains(&words) && (told.is_empty() || room) {
            told.push(words);
        }
    }
    (!told.is_empty()).then(|| format!("door {}", told.join(" ")))
}

fn is_for_coordinator(note: &Note) -> bool {
    use NoteKind::{HeldBack, Pitch, Question, Undeliverable, Unreadable};
    matches!(note.kind, Question | Pitch | Undeliverable | Unreadable | HeldBack)
}

fn note_line(note: &Note, coordinator: &str) -> String {
    let text = sanitize::line(&note.text, 120);
    match note.kind {
        NoteKind::Question => format!("{} {}", "?".yellow().bold(), format!("voor {coordinator}: {text}").yellow()),
        NoteKind::Pitch => {
            format!("{} {}", "!".yellow().bold(), format!("een pitch, voor {coordinator}: {text}").yellow())
        }
        _ if is_for_coordinator(note) => format!("{} {}", "!".yellow().bold(), text.yellow()),
        NoteKind::DroppedOut => format!("{} {text}", "−".red().bold()),
        NoteKind::NotPromoted => format!("{} {}", "·".dimmed(), text.dimmed()),
        _ => format!("{} {text}", "✓".green().bold()),
    }
}

/// Why nothing was done.
fn left_alone(explanation: &Explanation) -> String {
    let reason = match explanation.screened.origin {
        Origin::Person | Origin::Coordinator if explanation.reading.disposition == Disposition::Act => "",
        Origin::Person | Origin::Coordinator => explanation.reading.reason.as_str(),
        _ => explanation.screened.reason.as_str(),
    };
    format!("blijft ongelezen liggen, geen antwoord: {}", sanitize::line(reason, 120))
}

fn letter_line(letter: &Letter, state: &State) -> String {
    let name = letter.head.kind.map_or("overzicht", letter_name);
    let to = letter.head.person.as_ref().map(|person| state.called(person)).filter(|name| !name.is_empty());
    format!("{} aan {}", name.cyan(), sanitize::line(&to.unwrap_or_else(|| letter.head.to.to_string()), 60))
}

/// The seats as a row of signs, with the figures.
fn seats(event: &EventState) -> String {
    let (taken, all) = (event.confirmed_seats() + event.offered_seats(), event.event.capacity);
    let mut text: String = (0..all).map(|seat| if seat < taken { TAKEN } else { FREE }).collect();
    let _ = write!(text, "  {taken} van {all}");
    match event.waiting_seats() {
        0 => {}
        waiting => {
            let _ = write!(text, ", {waiting} op de wachtlijst");
        }
    }
    text
}

/// Who comes, who waits, what is left for the coordinator, and where everything lies.
///
/// # Errors
/// When the journal cannot be read.
pub fn closing(event: &EventState, engine: &Engine, page: &Page, folder: &Path) -> anyhow::Result<String> {
    let (state, now) = (engine.state(), super::END.parse::<Timestamp>()?);
    let entries: Vec<_> = engine.store().journal_after(None)?.into_iter().map(|(_, entry)| entry).collect();
    let digest = digest::digest(&state, &entries, DigestKind::Eve, Timestamp::UNIX_EPOCH, now);
    let mut text = String::new();
    let _ = writeln!(text, "\n{}\n", "─".repeat(72).dimmed());
    let _ = writeln!(text, "  {}  {}", "Wie er komen".bold(), seats(event).green());
    for meeting in &digest.events {
        for party in &meeting.coming {
            let names: Vec<String> = party.names.iter().map(|name| sanitize::line(name, 40)).collect();
            let with: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != party.name).collect();
            let with = if with.is_empty() { String::new() } else { format!(" met {}", with.join(", ")) };
            let _ = writeln!(text, "  {TAKEN} {}{}", sanitize::line(&party.name, 60), with.dimmed());
        }
        let _ = writeln!(text, "\n  {}", "Wachtlijst".bold());
        if meeting.line.is_empty() {
            let _ = writeln!(text, "  {}", "leeg".dimmed());
        }
        for party in &meeting.line {
            let _ = writeln!(text, "  {FREE} {}, {}", sanitize::line(&party.name, 60), party.seats);
        }
    }
    let _ = writeln!(text, "\n  {}", format!("Voor {}", engine.config().coordinator.name).bold());
    let told = digest.questions.iter().map(|item| ("?", item)).chain(digest.pitches.iter().map(|item| ("pitch", item)));
    let told = told.chain(digest.undeliverable.iter().chain(&digest.unreadable).map(|item| ("!", item)));
    for (kind, item) in told {
        let who = item.who.as_ref().map(|who| format!("{}: ", sanitize::line(who, 60))).unwrap_or_default();
        let _ = writeln!(text, "  {} {who}{}", kind.yellow().bold(), sanitize::line(&item.text, 120));
    }
    let _ = writeln!(text, "\n  {}", "Om te bekijken".bold());
    let place = |name: &str| folder.join(name).display().to_string();
    let _ = writeln!(text, "  {} brieven en {} overzichten, in een browser:", page.letters, page.digests);
    let _ = writeln!(text, "    {}", place("index.html").cyan().underline());
    let _ = writeln!(text, "  als mails:       {}", place("brieven").dimmed());
    let _ = writeln!(text, "  de inbox zelf:   {}", place("inbox").dimmed());
    let ask = format!("aanmelder history {} --config {}", super::EVENT, place("aanmelder.toml"));
    let _ = writeln!(text, "  en het waarom:   {}\n", ask.dimmed());
    Ok(text)
}
