//! Shapes: the words of a clause as the readers learn them.
//!
//! Names, numbers, days and relations are told by their kind alone, so that what is learnt is language and not people. Called by
//! `page`.

use super::clauses::Parsed;
use super::frames::Sight;
use super::lexicon::{LEXICON, Role};
use super::people::{Names, first_names};
use super::words::{Kind, Token};

/// Of a clause so many words are told.
const MOST: usize = 40;

/// The shapes of a clause: `@self` is the author's name, `@mate` one of those whom he has registered beside himself.
pub(super) fn of(parsed: &Parsed, sight: &Sight, names: Names<'_>) -> Vec<String> {
    let tokens = parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
    let mut shapes: Vec<String> = Vec::with_capacity(tokens.len());
    for (index, token) in (sight.clause.tokens.start..).zip(tokens) {
        let shape = shape(sight, names, index, token);
        if shape.is_empty() || shape.starts_with('@') && shapes.last() == Some(&shape) {
            continue;
        }
        shapes.push(shape);
        if shapes.len() >= MOST {
            break;
        }
    }
    shapes
}

fn shape(sight: &Sight, names: Names<'_>, index: usize, token: &Token) -> String {
    let is = |role| LEXICON.is(token.word, role);
    match token.kind {
        Kind::Break => return String::new(),
        Kind::Mark if !matches!(token.fold.as_str(), "+" | "&" | "!" | "?" | "!!") => return String::new(),
        _ => {}
    }
    if let Some(occasion) = sight.occasion_of(token) {
        let shape = match (occasion.venue, occasion.events.is_empty()) {
            (true, _) => "@place",
            (_, true) => "@otherday",
            (_, false) => "@day",
        };
        return shape.to_owned();
    }
    if token.digits().is_some() || token.kind == Kind::Number {
        return if token.digits().is_some_and(|n| n <= 12) { "@few" } else { "@number" }.to_owned();
    }
    if is(Role::Kin) {
        return "@kin".to_owned();
    }
    if is(Role::Kins) {
        return "@kins".to_owned();
    }
    // The small words of a name ("van", "de") and its initials are no names by themselves.
    if token.capital && token.fold.chars().count() > 2 && names.author.contains(&token.fold) {
        return "@self".to_owned();
    }
    if names.known.contains(&token.fold) {
        return "@mate".to_owned();
    }
    if token.capital && (is(Role::Name) || token.word.is_none() && first_names::is(&token.fold)) {
        return "@name".to_owned();
    }
    let named = sight.rows.iter().any(|row| row.tokens.contains(&index) && row.others.iter().any(|p| p.name.is_some()));
    if named && token.capital {
        return "@name".to_owned();
    }
    match token.word {
        Some(word) => LEXICON.spelling(word).to_owned(),
        None => token.fold.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::page::Page;
    use super::super::tests::{input, situation};
    use crate::ids::EventId;

    #[test]
    fn whoever_writes_and_his_company_are_told_from_others() {
        let mut known = situation();
        let party = ["Wim van Dijk", "Els Tak"].map(str::to_owned).to_vec();
        known.registered.insert(EventId::new("b16").unwrap(), party);
        let mail = super::super::Input {
            author: "Wim van Dijk",
            ..input("Wim komt van de markt, Els en Kees komen later.", "", "")
        };
        let shapes = Page::of(&mail, &known).shapes.concat();
        let kinds: Vec<&str> = shapes.iter().map(String::as_str).filter(|shape| shape.starts_with('@')).collect();
        assert_eq!(kinds, ["@self", "@mate", "@name"]);
    }
}
