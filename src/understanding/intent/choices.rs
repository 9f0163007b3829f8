//! Choices: a clause that names more than one meeting, and whether it means them all, one of them, or contradicts itself.
//!
//! Called by `steps`, once a clause.

use super::super::lexicon::Role;
use super::super::occasions::Occasion;
use super::super::words::{Kind, Token};
use super::*;

/// Does the clause name a day of one meeting and the place of another: "de 15e op de boerderij"?
pub(super) fn mixes_day_and_place(case: &Case<'_>, sight: &Sight) -> bool {
    // "Van de 15e naar de boerderij"; not "de bijeenkomst van de 15e op de boerderij".
    let left = |occasion: &Occasion| {
        let before = before(case, sight, occasion);
        let meeting = |token: &&Token| case.lexicon.is(token.word, Role::Meetings);
        before.last().is_some_and(|token| token.is("van")) && !before.iter().rev().nth(1).is_some_and(meeting)
    };
    let events = |venue: bool| -> Vec<&EventId> {
        sight
            .occasions
            .iter()
            .filter(|occasion| occasion.venue == venue && !left(occasion))
            .flat_map(|occasion| &occasion.events)
            .collect()
    };
    let (days, places) = (events(false), events(true));
    !days.is_empty() && !places.is_empty() && !days.iter().any(|day| places.contains(day))
}

/// Does the clause name the place of a meeting and a day, still to come, on which there is none: "15 december bij Pluk"?
pub(super) fn mixes_place_and_another_day(sight: &Sight) -> bool {
    sight.other_day() && sight.occasions.iter().all(|occasion| !occasion.loose) && !sight.events().is_empty()
}

/// "De 15e en de 24e november": does it list a day on which there is no meeting beside one on which there is?
pub(super) fn lists_another_day(case: &Case<'_>, sight: &Sight) -> bool {
    let days: Vec<&Occasion> =
        sight.occasions.iter().filter(|occasion| !occasion.venue && !occasion.all && !occasion.loose).collect();
    let other = |occasion: &Occasion| occasion.exact && occasion.events.is_empty();
    let joins = |tokens: &[Token]| {
        tokens.iter().any(|token| case.lexicon.is(token.word, Role::And))
            && tokens.iter().all(|token| is_joint(case, token))
    };
    days.windows(2).any(|pair| match pair {
        [one, next] => other(one) != other(next) && joins(tokens_between(case, one, next)),
        _ => false,
    })
}

/// A word that may stand between two days of a list.
fn is_joint(case: &Case<'_>, token: &Token) -> bool {
    let small = matches!(token.fold.as_str(), "ook" | "in" | "op" | "aan" | "voor" | "," | "van");
    small || [Role::And, Role::Definite].iter().any(|role| case.lexicon.is(token.word, *role))
}

/// "In november of in januari": one of the two, and not which.
pub(super) fn leaves_open(case: &Case<'_>, sight: &Sight) -> bool {
    between(case, sight).any(|(one, tokens, other)| {
        one.events != other.events && tokens.iter().any(|token| token.is("of") || token.is("or"))
    })
}

/// The meetings that the clause sets aside for another: "niet november maar januari", "januari in plaats van november",
/// "van 15 november naar 24 januari".
pub(super) fn set_aside(case: &Case<'_>, sight: &Sight) -> Vec<EventId> {
    let meetings: Vec<&Occasion> = meetings(sight).collect();
    let mut aside: Vec<EventId> = Vec::new();
    for (index, occasion) in meetings.iter().enumerate() {
        let before = before(case, sight, occasion);
        let denied = before
            .iter()
            .rev()
            .take(2)
            .any(|token| token.is("niet") || token.is("not") || token.is("ipv") || token.is("i.p.v"))
            || before.iter().rev().take(3).any(|token| token.is("plaats") || token.is("instead"));
        let left = before.last().is_some_and(|token| token.is("van") || token.is("from"));
        let towards = meetings.get(index + 1).is_some_and(|next| {
            self::before(case, sight, next).iter().rev().take(2).any(|token| token.is("naar") || token.is("to"))
        });
        if denied || left && towards || refused(case, sight).contains(occasion) {
            aside.extend(occasion.events.iter().cloned());
        }
    }
    let kept = meetings.iter().flat_map(|occasion| &occasion.events).any(|event| !aside.contains(event));
    if kept { aside } else { Vec::new() }
}

/// The meetings beside another that are said no to: "november doe ik, januari zeker niet", "ja tegen de 15e, nee tegen
/// januari", "nov nee, jan ja".
fn refused<'a>(case: &Case<'_>, sight: &'a Sight) -> Vec<&'a Occasion> {
    let meetings: Vec<&Occasion> = meetings(sight).collect();
    let word = |token: &&Token| token.kind == Kind::Word;
    let no = |token: &Token| ["niet", "nee", "not", "no"].iter().any(|no| token.is(no));
    let yes = |token: &Token| ["wel", "ja", "yes"].iter().any(|yes| token.is(yes));
    let joins = |token: &Token| case.lexicon.is(token.word, Role::And) || token.is("maar");
    let refused = |(index, occasion): (usize, &&Occasion)| {
        let behind = meetings.get(index + 1).map_or(usize::MAX, |next| next.span.start);
        let tokens = case.tokens(sight).iter().filter(word);
        let after = tokens.skip_while(|token| token.span.start < occasion.span.end);
        let last = behind == usize::MAX;
        let denied = if last {
            index > 0 && after.last().is_some_and(no)
        } else {
            let mut own = after.take_while(|token| token.span.start < behind && !joins(token));
            own.find(|token| no(token) || yes(token)).is_some_and(no)
        };
        // "Nee tegen januari"; the "nee" right before it is said of the one before.
        let led = before(case, sight, occasion).into_iter().rev().nth(1).is_some_and(|token| token.is("nee"));
        denied || led && index > 0
    };
    let others = meetings.len() > 1;
    meetings
        .iter()
        .enumerate()
        .filter(|_| others)
        .filter(|told| refused(*told))
        .map(|(_, occasion)| *occasion)
        .collect()
}

/// Is a meeting that the clause names beside another said no to?
pub(super) fn refuses(case: &Case<'_>, sight: &Sight, event: &EventId) -> bool {
    refused(case, sight).iter().any(|occasion| occasion.events.contains(event))
}

/// "Nov en jan allebei niet", "niet in november en niet in januari", "in november niet en in januari evenmin", "beide
/// middagen": does it speak of all the meetings that it names?
pub(super) fn means_all(case: &Case<'_>, sight: &Sight) -> bool {
    let tokens = case.tokens(sight);
    let joins = |token: &Token| matches!(token.fold.as_str(), "niet" | "noch" | "nor" | "not") || is_joint(case, token);
    let listed = between(case, sight).all(|(_, tokens, _)| tokens.iter().all(joins));
    let either = |pair: &[Token]| match pair {
        [one, other] => one.is("zo") && other.is("min") || one.is("ook") && (other.is("niet") || other.is("al")),
        _ => false,
    };
    let neither = tokens.iter().any(|token| token.is("evenmin")) || tokens.windows(2).any(either);
    neither
        || sight.occasions.iter().any(|occasion| occasion.all)
        || tokens.iter().any(|token| case.lexicon.is(token.word, Role::All))
        || listed && meetings(sight).count() > 1
}

/// Does it come, until a day of no meeting: "tot 24 februari!"?
pub(super) fn until_another_day(case: &Case<'_>, sight: &Sight) -> bool {
    let tokens = case.tokens(sight);
    let mut others = sight.occasions.iter().filter(|occasion| occasion.events.is_empty());
    let dated = others.any(|occasion| {
        case.page
            .parsed
            .text
            .get(occasion.span.clone())
            .is_some_and(|words| words.contains(|c: char| c.is_ascii_digit()))
    });
    let until = tokens.first().is_some_and(|token| token.is("tot"));
    until && dated && sight.occasions.iter().all(|occasion| occasion.events.is_empty() || occasion.venue)
}

fn meetings(sight: &Sight) -> impl Iterator<Item = &Occasion> {
    sight.occasions.iter().filter(|occasion| !occasion.events.is_empty() && !occasion.all)
}

/// The meetings that follow one another in a clause, with the words between.
fn between<'a>(
    case: &'a Case<'_>,
    sight: &'a Sight,
) -> impl Iterator<Item = (&'a Occasion, &'a [Token], &'a Occasion)> {
    meetings(sight).zip(meetings(sight).skip(1)).map(|(one, other)| (one, tokens_between(case, one, other), other))
}

/// The words between two mentions.
fn tokens_between<'a>(case: &'a Case<'_>, one: &Occasion, other: &Occasion) -> &'a [Token] {
    let tokens = &case.page.parsed.tokens;
    let start = tokens.partition_point(|token| token.span.start < one.span.end);
    let end = tokens.partition_point(|token| token.span.start < other.span.start);
    tokens.get(start..end).unwrap_or_default()
}

/// The words of the clause before a mention, articles left out.
fn before<'a>(case: &'a Case<'_>, sight: &Sight, occasion: &Occasion) -> Vec<&'a Token> {
    let tokens = case.tokens(sight);
    let before = tokens.iter().take_while(|token| token.span.end <= occasion.span.start);
    before.filter(|token| !case.lexicon.is(token.word, Role::Definite)).collect()
}
