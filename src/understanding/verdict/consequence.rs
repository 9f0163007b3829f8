//! Consequence: what it comes to when one thing is done with a mail and another was wanted.

use super::super::intent::Judgement;
use super::super::{Disposition, Mode, Request, Situation};
use crate::ids::EventId;
use std::collections::BTreeMap;

/// How well what is done meets what was wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consequence {
    /// It is the same.
    Right,
    /// Somebody is registered or cancelled who did not ask for it, or the other way round.
    Harmful,
    /// Somebody wants something and hears nothing.
    Missed,
    /// The right thing is done for the wrong number of people.
    WrongSize,
    /// A person looks at what needed none.
    Bother,
}

/// What a mail is taken for when nothing that it was read to ask is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Otherwise {
    /// A person has to look.
    Look,
    /// It asks for something else.
    Other,
    /// It is not for us.
    Nothing,
}

impl Otherwise {
    /// All of them, in the order of the model's kinds.
    pub(super) const ALL: [Self; 3] = [Self::Look, Self::Other, Self::Nothing];

    /// By what is wanted of the mail.
    pub(super) fn of(wanted: Disposition) -> Self {
        match wanted {
            Disposition::Ask => Self::Look,
            Disposition::Act => Self::Other,
            Disposition::Ignore => Self::Nothing,
        }
    }
}

pub(super) fn disposition(judgement: &Judgement) -> Disposition {
    judgement.disposition.unwrap_or(Disposition::Ask)
}

/// When `done` is done and `wanted` was wanted by who stood so before.
pub(super) fn between(done: &Judgement, wanted: &Judgement, situation: &Situation) -> Consequence {
    match (disposition(done), disposition(wanted)) {
        (Disposition::Act, Disposition::Act) => {
            let (done, wanted) = (Effect::of(&done.requests, situation), Effect::of(&wanted.requests, situation));
            if done == wanted {
                Consequence::Right
            } else if done.differs_in_size_alone(&wanted) {
                Consequence::WrongSize
            } else {
                Consequence::Harmful
            }
        }
        (done, wanted) if done == wanted => Consequence::Right,
        (Disposition::Act, _) => Consequence::Harmful,
        (Disposition::Ask, _) => Consequence::Bother,
        (Disposition::Ignore, _) => Consequence::Missed,
    }
}

/// What requests come to.
#[derive(Debug, Default, PartialEq)]
struct Effect<'a> {
    /// By event the seats afterwards.
    seats: BTreeMap<&'a EventId, u32>,
    /// Events that are signed off from without a registration.
    refused: Vec<&'a EventId>,
    /// What is asked of the mailing list and of what is kept.
    others: Vec<&'a Request>,
}

impl<'a> Effect<'a> {
    fn of(requests: &'a [Request], situation: &'a Situation) -> Self {
        let before = |event: &EventId| {
            let names = situation.registered.get(event).map_or(0, Vec::len);
            u32::try_from(names).unwrap_or(u32::MAX)
        };
        let standing = situation.registered.keys().map(|event| (event, before(event)));
        let mut effect = Self { seats: standing.filter(|(_, seats)| *seats > 0).collect(), ..Self::default() };
        for request in requests {
            match request {
                Request::Register { event, seats, mode: Mode::Set, .. } => {
                    effect.seats.insert(event, *seats);
                }
                Request::Register { event, seats, mode: Mode::Add, .. } => {
                    let now = effect.seats.entry(event).or_default();
                    *now = now.saturating_add(*seats);
                }
                Request::Cancel { event, .. } if before(event) == 0 => effect.refused.push(event),
                Request::Cancel { event, seats, .. } => {
                    let now = effect.seats.entry(event).or_default();
                    *now = seats.map_or(0, |seats| now.saturating_sub(seats));
                }
                Request::Subscribe | Request::Unsubscribe | Request::Forget => effect.others.push(request),
            }
        }
        effect
    }

    fn differs_in_size_alone(&self, other: &Self) -> bool {
        let coming = |effect: &Self| effect.seats.iter().map(|(event, seats)| (*event, *seats > 0)).collect::<Vec<_>>();
        coming(self) == coming(other) && self.refused == other.refused && self.others == other.others
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::situation;
    use super::*;

    fn act(requests: &[Request]) -> Judgement {
        let disposition = Some(Disposition::Act);
        Judgement { disposition, requests: requests.to_vec(), ..Judgement::default() }
    }

    fn left(disposition: Disposition) -> Judgement {
        Judgement { disposition: Some(disposition), ..Judgement::default() }
    }

    #[test]
    fn what_is_done_is_held_against_what_was_wanted() {
        let b16 = || EventId::new("b16").unwrap();
        let mut two = situation();
        two.registered.insert(b16(), vec!["Piet Bos".to_owned(), "Els".to_owned()]);
        let register = |seats, mode| Request::Register { event: b16(), seats, mode, names: Vec::new() };
        let cancel = |seats| Request::Cancel { event: b16(), seats, names: Vec::new() };
        let held = |done: &Judgement, wanted: &Judgement| between(done, wanted, &two);
        let one_more = act(&[register(1, Mode::Add)]);
        assert_eq!(held(&one_more, &act(&[register(3, Mode::Set)])), Consequence::Right);
        assert_eq!(held(&one_more, &act(&[register(4, Mode::Set)])), Consequence::WrongSize);
        assert_eq!(held(&act(&[cancel(Some(2))]), &act(&[cancel(None)])), Consequence::Right);
        assert_eq!(held(&act(&[cancel(Some(1))]), &act(&[cancel(None)])), Consequence::Harmful);
        assert_eq!(held(&act(&[cancel(None), Request::Forget]), &act(&[cancel(None)])), Consequence::Harmful);
        assert_eq!(held(&one_more, &left(Disposition::Ignore)), Consequence::Harmful);
        assert_eq!(held(&left(Disposition::Ignore), &one_more), Consequence::Missed);
        assert_eq!(held(&left(Disposition::Ask), &one_more), Consequence::Bother);
        assert_eq!(held(&left(Disposition::Ask), &left(Disposition::Ask)), Consequence::Right);
    }
}
