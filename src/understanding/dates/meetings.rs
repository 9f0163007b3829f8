//! Meetings by their number: "de 16e bijeenkomst", "de 16e en de 17e bijeenkomst", "bijeenkomst 16".
//!
//! A part of the grammar, called by its rules.

use super::grammar::{DayForm, Found, Reader};
use super::token::Token;
use super::words::Sense;
use super::{Certainty, Meaning};

impl Reader<'_> {
    /// "de 16e bijeenkomst", "de 16e en de 17e bijeenkomst", "bijeenkomst 16".
    pub(super) fn meetings(&self, at: usize) -> Found {
        if self.has(at, Sense::Meeting) {
            let mut number = at + 1;
            let abbreviated = matches!(self.token(number)?.word(), Some("nr" | "nummer" | "no"));
            number += usize::from(abbreviated);
            number += usize::from(self.is_mark(number, '.') || self.is_mark(number, '#'));
            let (value, _) =
                self.token(number)?.number().filter(|_| self.token(number).is_some_and(|t| !t.starts_line))?;
            let open = self.token(number + 1).is_none_or(|next| {
                !next.glued && self.month_name(number + 1).is_none() && !self.has(number + 1, Sense::Thing)
            });
            let closes =
                self.token(number + 1).is_some_and(|next| next.is(',') || next.is('.') || next.is(')') || next.is('!'));
            let plain =
                (open || closes) && self.token(number + 2).is_none_or(|next| !next.glued || next.number().is_none());
            return (plain && (1..=200).contains(&value)).then(|| {
                let meaning = Meaning::MeetingOrdinal(value);
                (number + 1, vec![self.mention(at, number + 1, meaning, Certainty::Sure)])
            });
        }
        let mut ordinals = vec![self.ordinal(at)?];
        // "Het wordt mijn eerste bijeenkomst" counts those of one person.
        let owned = self.before(at).and_then(Token::word).is_some_and(|word| matches!(word, "mijn" | "m'n" | "my"));
        if let (true, Some(end)) = (owned, self.meeting_noun(ordinals.first()?.1)) {
            return Some((end, Vec::new()));
        }
        loop {
            let end = ordinals.last()?.1;
            if let Some(meeting) = self.meeting_noun(end) {
                let last = ordinals.len() - 1;
                let one = |(index, &(value, stop)): (usize, &(u32, usize))| {
                    let start =
                        if index == 0 { at } else { self.skip_join(ordinals.get(index - 1).map_or(at, |o| o.1)) };
                    let stop = if index == last { meeting } else { stop };
                    self.mention(start, stop, Meaning::MeetingOrdinal(value), Certainty::Sure)
                };
                let mentions = ordinals.iter().enumerate().map(one).collect();
                return Some((meeting, mentions));
            }
            let next = self.skip_join(end);
            if next == end || ordinals.len() > 4 {
                return None;
            }
            ordinals.push(self.ordinal(next)?);
        }
    }

    /// An ordinal of any size: its value and the place after it.
    fn ordinal(&self, at: usize) -> Option<(u32, usize)> {
        if let Some((value, digits)) = self.token(at)?.number() {
            let suffix = self.has(at + 1, Sense::Suffix) && self.token(at + 1).is_some_and(|next| next.glued);
            let point = self.token(at + 1).is_some_and(|next| next.is('.') && next.glued);
            return ((suffix || point) && digits <= 3).then_some((value, at + 2));
        }
        let number = self.day_number(at)?;
        (number.form == DayForm::OrdinalWord).then_some((number.day, number.end))
    }

    /// "bijeenkomst", at most one adjective before it: the place after it.
    fn meeting_noun(&self, at: usize) -> Option<usize> {
        if self.has(at, Sense::Meeting) {
            return Some(at + 1);
        }
        let word = self.token(at)?.word()?;
        let adjective = (word.ends_with('e') && word.len() > 4) || matches!(word, "zzp" | "netwerk");
        let dash = usize::from(self.is_mark(at + 1, '-'));
        (adjective && self.senses(at).is_empty() && self.has(at + 1 + dash, Sense::Meeting)).then_some(at + 2 + dash)
    }
}
