//! A party: how it shrinks, and how its names keep step with its seats.
//!
//! Knows one registration and nothing of the event around it. Used by `register` and `cancel`.

use super::Registration;

/// What somebody is called whom nobody named.
pub(super) const UNNAMED: &str = "gast";

/// Takes `seats` away: from the waiting ones first, then from the confirmed ones. An offer shrinks with what is waited for.
pub(super) fn shrink(party: &mut Registration, seats: u32) {
    let from_waiting = seats.min(party.waiting);
    party.waiting -= from_waiting;
    party.confirmed = party.confirmed.saturating_sub(seats - from_waiting);
    settle_line(party);
}

/// Gives him every seat that he waits for.
pub(super) fn seat_all(party: &mut Registration) {
    party.confirmed = party.confirmed.saturating_add(party.waiting);
    party.waiting = 0;
    settle_line(party);
}

/// Brings offer and place in line in step with the seats waited for.
pub(super) fn settle_line(party: &mut Registration) {
    if party.waiting == 0 {
        party.in_line_since = None;
        party.offer = None;
        party.silent_since = None;
    } else if let Some(offer) = &mut party.offer {
        offer.seats = offer.seats.min(party.waiting);
    }
}

/// The names of a party that is now `seats` large, when its author names `said` (at a set, the whole party as far as named).
///
/// `author` is what he calls himself. Those whom he names come first; those known before stay while it is not certain that
/// they are the ones who dropped out.
pub(super) fn names_after_set(known: &[String], said: &[String], author: &str, before: u32, seats: u32) -> Vec<String> {
    let limit = usize::try_from(seats).unwrap_or(usize::MAX);
    if said.is_empty() {
        return if seats < before { names_after_unnamed_loss(known, limit) } else { cut(known.to_vec(), limit) };
    }
    let news = said.iter().any(|name| !has(known, name));
    let mut names = cut(merged(known, said), limit);
    let rest = known.iter().filter(|name| !has(said, name));
    if seats > before || (seats == before && !news) {
        names.extend(rest.cloned());
    } else {
        // A swap or a loss: of those not named again only the author is sure to come.
        names.extend(rest.filter(|name| same_person(name, author)).cloned());
    }
    cut(names, limit)
}

/// The names of a party that `said` came to beside those known.
pub(super) fn names_after_add(known: &[String], said: &[String], seats: u32) -> Vec<String> {
    let mut names = known.to_vec();
    names.extend(said.iter().filter(|name| !has(known, name)).cloned());
    cut(names, usize::try_from(seats).unwrap_or(usize::MAX))
}

/// The names of a party of `seats` after some dropped out: those `said`, or nobody knows who.
pub(super) fn names_after_loss(known: &[String], said: &[String], seats: u32) -> Vec<String> {
    let limit = usize::try_from(seats).unwrap_or(usize::MAX);
    let left: Vec<String> = known.iter().filter(|name| !has(said, name)).cloned().collect();
    names_after_unnamed_loss(&left, limit)
}

/// When more names are known than seats are left and nobody said who drops out, only the first one, who registered, stays.
fn names_after_unnamed_loss(known: &[String], limit: usize) -> Vec<String> {
    if known.len() <= limit { known.to_vec() } else { cut(known.to_vec(), limit.min(1)) }
}

/// One name a seat: those known, then the author where there is room, then "gast" for each who is not named.
pub(super) fn members(party: &Registration, author: &str) -> Vec<String> {
    let limit = usize::try_from(party.seats()).unwrap_or(usize::MAX).min(10_000);
    let mut names = cut(party.names.clone(), limit);
    if names.len() < limit && !author.trim().is_empty() && !has(&names, author) {
        names.insert(0, author.to_owned());
    }
    names.resize(limit, UNNAMED.to_owned());
    names
}

/// Is that name among them?
pub(super) fn has(names: &[String], name: &str) -> bool {
    names.iter().any(|each| same_person(each, name))
}

/// Can two names be one person's? "Mo" and "Mo Aydin" can, "R.F. Quant" and "Rogier Quant" too; "Els Donker" and "Wim Donker" cannot.
pub(super) fn same_person(one: &str, other: &str) -> bool {
    let words = |name: &str| -> Vec<String> {
        name.to_lowercase()
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if short.is_empty() {
        return false;
    }
    let initial = |name: &[String]| name.first().and_then(|word| word.chars().next());
    short.iter().all(|word| long.contains(word))
        || (short.len() > 1 && short.last() == long.last() && initial(short) == initial(long) && initials(short, long))
}

/// Is one of two first names a mere initial?
fn initials(one: &[String], other: &[String]) -> bool {
    [one, other].iter().any(|name| name.first().is_some_and(|word| word.chars().count() == 1))
}

/// The said names, each in the longer of its two spellings.
fn merged(known: &[String], said: &[String]) -> Vec<String> {
    said.iter()
        .map(|name| {
            known.iter().find(|old| same_person(old, name) && old.len() > name.len()).cloned().unwrap_or(name.clone())
        })
        .collect()
}

fn cut(mut names: Vec<String>, limit: usize) -> Vec<String> {
    names.truncate(limit);
    names
}
