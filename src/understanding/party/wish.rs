//! Wish: what a tally comes to, against those registered before.

use super::persons::{Group, known, name_words, size};
use super::{MOST, Standing, Tally};

/// What the author wants of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing was said about it.
    Nothing,
    /// So many seats in all.
    Set(u32),
    /// So many more.
    Add(u32),
    /// All or so many drop out.
    Drop(Option<u32>),
    /// Somebody comes, or drops out, and how many cannot be told; why.
    Uncounted(&'static str),
    /// It cannot be told; why.
    Unclear(&'static str),
}

/// It is not sure, and nothing firm was said.
const UNSURE: &str = "het staat nog niet vast";
const UNCOUNTED: &str = "het aantal staat er niet bij";
const MISCOUNTED: &str = "het aantal en de namen kloppen niet met elkaar";

/// Did the author say of himself that he comes?
fn me_comes(tally: &Tally) -> bool {
    tally.me == Some(true) && !tally.us
}

impl Tally {
    pub(super) fn wish(&self, standing: &Standing<'_>) -> Wish {
        let before = self.before;
        if self.unsure {
            return Wish::Unclear(UNSURE);
        }
        if self.conflict {
            return Wish::Unclear("er staat zowel een aanmelding als een afmelding");
        }
        if self.miscounted {
            return Wish::Uncounted("de aantallen spreken elkaar tegen");
        }
        if self.vague {
            return Wish::Uncounted(UNCOUNTED);
        }
        let named = |coming: bool| self.meant(coming);
        let registered = |group: &Group| standing.registered.iter().skip(1).any(|name| known(&group.person, name));
        let excused: Vec<&Group> = self.groups.iter().filter(|group| group.excused && registered(group)).collect();
        let joining = self.people(true);
        // "De jongens gaan niet mee, ik wel": all who were registered beside the author.
        let all_others = me_comes(self) && before > 1 && !named(true).any(registered);
        let leaving = self.people(false).or(all_others.then_some(before.saturating_sub(1)));
        let fresh =
            named(true).filter(|group| !registered(group)).map(size).try_fold(0, |sum: u32, size| Some(sum + size?));
        let any_coming = named(true).next().is_some();
        let any_leaving = named(false).next().is_some() || self.fewer.is_some();
        let mut me = self.me.or(self.listed_me.then_some(true));
        let excused_me = self.excused || self.groups.iter().any(|group| group.excused && !registered(group));
        if me.is_none()
            && excused_me
            && (!self.spoken && self.alone_enough
                || self.spoken && any_coming && self.more.is_none() && self.total.is_none())
        {
            me = (self.spoken || excused.is_empty()).then_some(false);
        }
        let all_excused = me.is_none() && !self.spoken && self.alone_enough && !excused.is_empty();
        if me.is_none() && !any_coming && !any_leaving && self.total.is_none() && self.more.is_none() && !all_excused {
            return if self.us || self.several { Wish::Uncounted(UNCOUNTED) } else { Wish::Nothing };
        }
        // Somebody who was never registered cannot drop out.
        let strange =
            |group: &Group| group.person.name.is_some() && group.person.labels.len() == 1 && !registered(group);
        if before > 1
            && me != Some(false)
            && self.total.is_none()
            && named(false).next().is_some()
            && named(false).all(strange)
        {
            return Wish::Uncounted("het gaat over een ander");
        }
        let old = me == Some(false) && !self.came && self.total.is_some_and(|total| total >= before);
        // "Doe mij een plekje; mijn buurvrouw wil ook": his own seat, beside those of others.
        let own_seat = self.total == Some(1) && !self.turned && before == 0 && me == Some(true) && fresh > Some(0);
        let own_seat = own_seat && self.others_came;
        if let Some(total) = self.total.filter(|_| !old && !own_seat) {
            return self.set(total, me, standing, fresh.unwrap_or(0));
        }
        if self.unknown && !any_coming && self.more.is_none() {
            return Wish::Uncounted(UNCOUNTED);
        }
        if self.instead && me != Some(true) && fresh.is_some_and(|fresh| fresh > 0) && before <= 1 {
            return Wish::Set(joining.unwrap_or(1));
        }
        if self.instead && fresh.is_some_and(|fresh| fresh > 0) && before > 1 && self.more.is_none() {
            let gone = named(true).chain(named(false)).filter(|group| registered(group)).filter_map(size).sum::<u32>();
            let gone = gone.max(u32::from(me == Some(false))).max(1);
            return Wish::Set((before + fresh.unwrap_or(0)).saturating_sub(gone).max(1));
        }
        if me == Some(false) && !any_coming {
            let out = 1 + leaving.unwrap_or(0);
            let partly = !self.us && leaving.is_some_and(|leaving| leaving > 0) && out < before;
            return match self.fewer {
                Some(fewer) if fewer < before => Wish::Drop(Some(fewer)),
                // "Ik niet, mijn mannen wel": who they are need not be known.
                _ if self.others_came && before > 1 => Wish::Drop(Some(1)),
                _ => Wish::Drop(partly.then_some(out)),
            };
        }
        if self.listed_me && self.listed > 0 && before > 0 && me == Some(true) {
            // A list with the author in it is the whole party.
            let Some(joining) = joining else { return Wish::Uncounted(UNCOUNTED) };
            if self.more.is_none() && leaving == Some(0) {
                return Wish::Set(joining + 1);
            }
        }
        if let Some(more) = self.more {
            if self.listed > more && fresh > Some(more) {
                return Wish::Uncounted(MISCOUNTED);
            }
            let more = more.max(fresh.unwrap_or(0));
            let fewer = self.fewer.or(leaving).unwrap_or(0);
            return match before {
                0 => Wish::Set(more + u32::from(me != Some(false))),
                _ if fewer > 0 => Wish::Set((before + more).saturating_sub(fewer).max(1)),
                _ => Wish::Add(more),
            };
        }
        if self.several && (!any_leaving || before == 0) && !(any_coming && before == 0 && self.listed > 0) {
            return Wish::Uncounted(UNCOUNTED);
        }
        let (Some(joining), Some(leaving), Some(fresh)) = (joining, leaving, fresh) else {
            return Wish::Uncounted(UNCOUNTED);
        };
        let leaving = leaving.max(self.fewer.unwrap_or(0));
        let all_leave = standing.registered.iter().all(|name| named(false).any(|group| known(&group.person, name)));
        if me == Some(false) {
            let swapped = self.instead && fresh > 0;
            // "Wij tweeën niet, Gerrit en Olga wel": the author is one of the two.
            let out = if self.fewer.is_some() { leaving } else { 1 + leaving };
            return match before {
                0 | 1 => Wish::Set(joining),
                _ if swapped || fresh > 0 => Wish::Set((before - 1 + fresh).saturating_sub(leaving).max(1)),
                _ if joining >= before => Wish::Set(joining),
                _ => Wish::Drop(Some(out.min(before))),
            };
        }
        if leaving > 0 && before > 0 {
            return match (fresh, before) {
                (0, 1) if me == Some(true) => Wish::Set(1),
                (0, 1)
                    if self.groups.iter().any(|group| {
                        !group.coming && standing.registered.iter().any(|name| known(&group.person, name))
                    }) =>
                {
                    Wish::Drop(None)
                }
                (0, 1) => Wish::Uncounted("het gaat over een ander"),
                (0, _) if me.is_none() && all_leave => Wish::Drop(None),
                // Who speaks of others alone stays himself.
                (0, _) => Wish::Drop(Some(leaving.min(before - 1))),
                (fresh, _) => Wish::Set((before + fresh).saturating_sub(leaving).max(1)),
            };
        }
        if joining > 0 {
            let us = self.us && !self.single && !self.me_counted && !self.listed_me && before == 0;
            return match before {
                _ if us && !self.me_counted && self.listed == 0 && standing.authors > 1 => Wish::Uncounted(UNCOUNTED),
                0 => Wish::Set(
                    joining + u32::from(me == Some(true) || (self.me_counted || self.listed_me) && me.is_none()),
                ),
                _ if fresh == 0 => Wish::Set(before),
                _ if self.instead && excused.len() + usize::from(leaving > 0) == 0 => Wish::Set(before),
                _ => {
                    let gone: u32 = excused.iter().filter_map(|group| size(group)).sum();
                    if gone > 0 { Wish::Set((before + fresh).saturating_sub(gone).max(1)) } else { Wish::Add(fresh) }
                }
            };
        }
        if all_excused {
            let gone: u32 = excused.iter().filter_map(|group| size(group)).sum();
            return Wish::Drop((gone < before).then_some(gone));
        }
        match me {
            Some(true) if self.us && !self.single => match (standing.authors, before) {
                (authors, _) if authors > 1 => Wish::Set(authors),
                (_, 0) if standing.elsewhere > 1 => Wish::Set(standing.elsewhere),
                (_, 0) => Wish::Uncounted(UNCOUNTED),
                (_, before) => Wish::Set(before),
            },
            Some(true) => Wish::Set(before.max(1)),
            _ if leaving > 0 => Wish::Uncounted("het gaat over een ander"),
            _ => Wish::Nothing,
        }
    }

    /// An explicit number, set against the names.
    fn set(&self, total: u32, me: Option<bool>, standing: &Standing<'_>, fresh: u32) -> Wish {
        if total > MOST || total == 0 {
            return Wish::Unclear("met zo veel mensen kijkt de coördinator liever zelf");
        }
        let before = self.before;
        if before > 0 && self.more.is_some_and(|more| before + more != total) && self.fewer.is_none() {
            return Wish::Uncounted("de aantallen spreken elkaar tegen");
        }
        let unknown = self.people(true).is_none();
        let joining = self.meant(true).filter_map(size).sum::<u32>();
        let counted = (self.me_counted || self.listed_me) && me != Some(false);
        let strangers = self.meant(true).all(|group| group.person.name.is_none());
        let pair = u32::from(self.us && standing.authors > 1 && !self.listed_me && strangers);
        let whole = joining + u32::from(counted || pair > 0) + pair;
        // "Mijn vader ... Cor van Leeuwen": a relation may be one of those named.
        let unnamed =
            self.meant(true).filter(|group| group.person.name.is_none() && group.person.count == Some(1)).count();
        let called = self
            .meant(true)
            .filter(|group| group.person.name.is_some() && group.person.labels.len() == name_words(&group.person))
            .count();
        let least = whole.saturating_sub(u32::try_from(unnamed.min(called)).unwrap_or(0));
        let too_many = least > total;
        let leaving = self.meant(false).filter_map(size).sum::<u32>();
        // "Wij tweeen komen, en Els ook": those who were registered, and one more.
        if before > 1
            && total == before
            && fresh > 0
            && leaving == 0
            && self.others_came
            && !self.instead
            && !self.turned
        {
            return Wish::Add(fresh);
        }
        if before > 1 && total >= before && leaving > 0 && fresh == 0 && !self.instead && !self.turned {
            return Wish::Uncounted(MISCOUNTED);
        }
        if before > 1
            && fresh > 0
            && leaving == 0
            && !self.listed_me
            && !self.instead
            && total != before + fresh
            && total != fresh + 1
        {
            return Wish::Uncounted(MISCOUNTED);
        }
        // A list that is told in full must come to the number; who only writes may be in it or not.
        let full = self.listed >= 2 && before == 0 || self.listed_me && self.listed > 0;
        let short = full && !unknown && whole + u32::from(!counted && me != Some(false)) < total;
        if too_many && before == 0 || short && self.items != total && standing.authors == 1 || too_many && full {
            return Wish::Uncounted(MISCOUNTED);
        }
        Wish::Set(total)
    }
}
