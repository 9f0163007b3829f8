//! Gist: what a mail wants on the whole, in a word.
//!
//! The network that reads the clauses tells it beside them (`clause_reader`), and the verdict hears it: what no clause says
//! plainly is often plain from all of them.

use super::{Disposition, Request};

/// What a mail wants on the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Gist {
    /// It is not for us.
    Nothing,
    /// A person has to look.
    Ask,
    /// Somebody comes.
    Comes,
    /// Somebody stays away.
    StaysAway,
    /// Somebody comes and somebody stays away.
    Both,
    /// The mailing list, or to be forgotten.
    List,
}

/// How many there are.
pub const GISTS: usize = 6;

impl Gist {
    /// Of what is done with a mail.
    pub fn of(disposition: Disposition, requests: &[Request]) -> Self {
        let comes = requests.iter().any(|request| matches!(request, Request::Register { .. }));
        let stays = requests.iter().any(|request| matches!(request, Request::Cancel { .. }));
        match (disposition, comes, stays) {
            (Disposition::Ignore, ..) => Self::Nothing,
            (Disposition::Ask, ..) => Self::Ask,
            (Disposition::Act, true, false) => Self::Comes,
            (Disposition::Act, false, true) => Self::StaysAway,
            (Disposition::Act, true, true) => Self::Both,
            (Disposition::Act, false, false) => Self::List,
        }
    }

    /// Its name among the features of a verdict.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "idle",
            Self::Ask => "ask",
            Self::Comes => "come",
            Self::StaysAway => "stay",
            Self::Both => "both",
            Self::List => "list",
        }
    }

    /// All of them, in the order of [`Gists`].
    pub(super) const ALL: [Self; GISTS] =
        [Self::Nothing, Self::Ask, Self::Comes, Self::StaysAway, Self::Both, Self::List];
}

/// The chance of each.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gists(pub [f32; GISTS]);

impl Gists {
    /// Of one.
    pub(super) fn of(&self, gist: Gist) -> f32 {
        self.0.get(gist as usize).copied().unwrap_or(0.0)
    }

    /// Of one, when no person has to look.
    pub(super) fn but_ask(&self, gist: Gist) -> f32 {
        self.of(gist) / (1.0 - self.of(Gist::Ask)).max(f32::MIN_POSITIVE)
    }

    /// The likeliest, when no person has to look.
    pub(super) fn best_but_ask(&self) -> Gist {
        let others = Gist::ALL.into_iter().filter(|gist| *gist != Gist::Ask);
        others.fold(Gist::Nothing, |best, gist| if self.of(gist) > self.of(best) { gist } else { best })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::EventId;

    #[test]
    fn it_is_told_by_what_is_done() {
        let event = || EventId::new("b16").unwrap();
        let come = Request::Register { event: event(), seats: 2, mode: super::super::Mode::Set, names: Vec::new() };
        let stay = Request::Cancel { event: event(), seats: None, names: Vec::new() };
        let act = |requests: &[Request]| Gist::of(Disposition::Act, requests);
        assert_eq!(act(std::slice::from_ref(&come)), Gist::Comes);
        assert_eq!(act(std::slice::from_ref(&stay)), Gist::StaysAway);
        assert_eq!(act(&[stay, come]), Gist::Both);
        assert_eq!(act(&[Request::Unsubscribe]), Gist::List);
        assert_eq!(Gist::of(Disposition::Ask, &[]), Gist::Ask);
        assert_eq!(Gist::of(Disposition::Ignore, &[]), Gist::Nothing);
    }

    #[test]
    fn what_is_likeliest_but_for_a_person_looking() {
        let mut chances = [0.0; GISTS];
        chances[Gist::Ask as usize] = 0.6;
        chances[Gist::StaysAway as usize] = 0.4;
        assert_eq!(Gists(chances).best_but_ask(), Gist::StaysAway);
        assert!((Gists(chances).but_ask(Gist::StaysAway) - 1.0).abs() < 1e-6);
        assert!(Gist::ALL.iter().enumerate().all(|(place, gist)| *gist as usize == place));
    }
}
