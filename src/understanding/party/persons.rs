//! Persons: who is the same under two names, how many a group is, and who was registered.

use super::super::people::Person;
use super::super::words::fold;
use super::line::{Deed, Line};

/// One or more of the author's people.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) person: Person,
    pub(super) coming: bool,
    /// How many of them have been named since.
    pub(super) named: u32,
    /// Known from the subject line only.
    pub(super) heading: bool,
    /// Only why they cannot come was said.
    pub(super) excused: bool,
    /// Known from a list.
    pub(super) listed: bool,
    /// Those who were named since.
    pub(super) filled: Vec<Person>,
}

impl Group {
    pub(super) fn of(person: Person, coming: bool, line: &Line) -> Self {
        let listed = line.deed == Deed::Counts;
        Self { person, coming, named: 0, heading: line.heading, excused: false, listed, filled: Vec::new() }
    }
}

impl Group {
    /// Is nothing said of it but that it is somebody: "er valt iemand af"? A name then tells who.
    pub(super) fn is_somebody(&self) -> bool {
        let somebody = |label: &String| matches!(label.as_str(), "iemand" | "somebody" | "someone");
        self.person.name.is_none() && self.person.count == Some(1) && self.person.labels.iter().all(somebody)
    }
}

/// Somebody of whom nothing is known.
pub(super) fn anonymous() -> Person {
    Person { labels: Vec::new(), name: None, count: Some(1), pronoun: false }
}

/// How many labels of a person are words of his name.
pub(super) fn name_words(person: &Person) -> usize {
    let name = fold(person.name.as_deref().unwrap_or_default());
    person.labels.iter().filter(|label| name.contains(label.as_str())).count()
}

pub(super) fn size(group: &Group) -> Option<u32> {
    match (group.person.count, group.named) {
        (None, 0) => None,
        (None, named) => Some(named),
        (Some(count), named) => Some(count.max(named)),
    }
}

/// Is it the same person, under this name or that?
pub(super) fn same(one: &Person, other: &Person) -> bool {
    if one.labels.is_empty() || other.labels.is_empty() {
        return false;
    }
    let shared = |a: &Person, b: &Person| a.labels.iter().any(|label| b.labels.contains(label));
    match (&one.name, &other.name) {
        (Some(_), Some(_)) => {
            let (first, second) = (given(one), given(other));
            let initial = |label: Option<&String>| label.is_none_or(|label| label.chars().count() <= 2);
            let last = one.labels.last() == other.labels.last() && (initial(first) || initial(second));
            let within = |one: &Person, other: &Person| match one.labels.as_slice() {
                [only] => other.labels.contains(only),
                _ => false,
            };
            first == second || last || within(one, other) || within(other, one)
        }
        _ => shared(one, other),
    }
}

/// The label of a named person that is his first name: relations stand before it.
pub(super) fn given(person: &Person) -> Option<&String> {
    let name = fold(person.name.as_deref().unwrap_or_default());
    person
        .labels
        .iter()
        .filter(|label| label.chars().count() > 2 || person.labels.len() == 1)
        .find(|label| name.split(|c: char| c.is_whitespace() || c == '.').any(|word| word == label.as_str()))
}

/// "J. Brouwer" for Jan Brouwer.
fn initials_fit(person: &Person, registered: &[String]) -> bool {
    let initial = |word: Option<&String>| word.and_then(|word| word.chars().next());
    let short = person.labels.first().is_some_and(|label| label.chars().count() <= 2);
    short
        && person.labels.len() > 1
        && person.labels.last() == registered.last()
        && initial(person.labels.first()) == initial(registered.first())
}

/// Is it this one of those registered?
pub(super) fn known(person: &Person, registered: &[String]) -> bool {
    let named = match (&person.name, registered.first()) {
        (Some(_), Some(first)) => {
            // "De heer Blom" for K. Blom.
            let surname = registered.len() > 1
                && person.labels.as_slice() == registered.last().map_or(&[][..], std::slice::from_ref);
            let short = |name: &String| ["tje", "je", "ke"].iter().any(|tail| name.strip_suffix(tail) == Some(first));
            given(person) == Some(first)
                || given(person).is_some_and(short)
                || surname
                || registered.len() == 1 && person.labels.contains(first)
        }
        _ => person.labels.iter().any(|label| registered.contains(label)),
    };
    named || initials_fit(person, registered)
}
