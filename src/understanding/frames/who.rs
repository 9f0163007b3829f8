//! Who: whose coming a clause speaks of.
//!
//! Called by `frames` once the polarity is known.

use super::super::concepts::Concept;
use super::super::lexicon::Role;
use super::super::people::{Person, Row};
use super::{Reader, Who};

impl Reader<'_> {
    pub(super) fn companions(&self) -> Vec<Person> {
        self.sight.rows.iter().filter(|row| row.before != Some(Role::Off)).flat_map(|row| row.others.clone()).collect()
    }

    /// Who it is about; `None` when the clause has a subject that is no person, or one that it only addresses.
    pub(super) fn who(&self, by: Concept, coming: bool) -> Option<Who> {
        let rows: Vec<&Row> = self.sight.rows.iter().collect();
        let addressed =
            rows.iter().any(|row| row.you) && !rows.iter().any(|row| row.me || row.us || !row.others.is_empty());
        if by == Concept::Enrol && addressed && !self.opens_with_request() {
            return None;
        }
        if by == Concept::Come && self.bare_plural() {
            return None;
        }
        let transitive = matches!(
            by,
            Concept::Enrol
                | Concept::Withdraw
                | Concept::Bring
                | Concept::EnrolNoun
                | Concept::WithdrawNoun
                | Concept::SeatFree
        );
        let who = if transitive { self.who_is_enrolled(by, &rows) } else { self.who_comes(&rows, coming)? };
        (by != Concept::Bring || !who.others.is_empty()).then_some(who)
    }

    pub(super) fn who_is_enrolled(&self, by: Concept, rows: &[&Row]) -> Who {
        let mut who = Who::default();
        let along = |row: &Row| {
            self.sight.hits.iter().any(|hit| hit.concept == Concept::Bring && hit.last + 1 == row.tokens.start)
        };
        for row in rows.iter().filter(|row| row.before != Some(Role::Off) || along(row)) {
            who.us |= row.us;
            who.others.extend(row.others.iter().cloned());
            let with_others = row.me && !row.others.is_empty();
            who.me |= row.me_object || row.me && with_others;
        }
        let object = who.me || !who.others.is_empty() || rows.iter().any(|row| row.us_object);
        if matches!(by, Concept::WithdrawNoun | Concept::EnrolNoun) && self.has(Concept::Busy) {
            who.others.clear();
            who.me = true;
        }
        if by == Concept::Bring && who.others.is_empty() {
            who.others.extend(self.row_left_hanging().map(|row| row.others.clone()).unwrap_or_default());
        }
        if by == Concept::Bring {
            // Taking somebody along says that one comes; "Els komt ook mee" only says that she does.
            let subject =
                |row: &&&Row| row.before.is_none() && (row.me || row.us) || row.before == Some(Role::With) && row.me;
            who.me = who.others.is_empty() && rows.iter().any(|row| subject(&row));
            who.us = false;
            self.resolve(&mut who.others);
            return who;
        }
        if by == Concept::SeatFree
            && self.tokens().iter().any(|token| matches!(token.fold.as_str(), "haar" | "zijn" | "z'n" | "hun"))
        {
            who.others.retain(|person| !person.pronoun);
            who.others.extend(self.last_other());
            who.me = who.others.is_empty();
            return who;
        }
        if !object {
            let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
            let relative = tokens.iter().take(2).any(|token| token.is("die")) && by == Concept::Withdraw;
            match self.last_row().filter(|_| relative) {
                Some(row) => who.others.extend(row.others.iter().cloned()),
                None => who.me = !who.us,
            }
        }
        if !who.others.is_empty() {
            who.us = rows.iter().any(|row| row.us_object);
        }
        if who.others.iter().all(|person| person.pronoun) && !who.others.is_empty() {
            self.resolve(&mut who.others);
        }
        who
    }

    pub(super) fn who_comes(&self, rows: &[&Row], coming: bool) -> Option<Who> {
        let mut who = Who::default();
        let mut subject = false;
        for row in rows.iter().filter(|row| !self.is_no_subject(row)) {
            match row.before {
                Some(Role::Off) => {}
                Some(Role::With) => {
                    if coming {
                        who.others.extend(row.others.iter().cloned());
                    }
                    if row.me {
                        // "gaat met mij mee": he comes along, and so do I.
                        who.me = true;
                    }
                }
                Some(Role::For) if row.me => {}
                _ => {
                    subject |= row.me || row.us || !row.others.is_empty();
                    who.me |= row.me && !(row.me_object && !row.others.is_empty() && !coming);
                    who.us |= row.us;
                    who.others.extend(row.others.iter().cloned());
                    if row.you && !row.me && !row.us && row.others.is_empty() && !self.idiom_of_ours(rows) {
                        return None;
                    }
                }
            }
        }
        self.resolve(&mut who.others);
        if !subject {
            if let Some(row) = self.row_left_hanging() {
                return Some(Who { me: row.me, us: row.us, others: row.others.clone() });
            }
            if let Some(others) = self.those_spoken_of() {
                return Some(Who { others, ..Who::default() });
            }
            if self.third_person() {
                let last = self.last_other();
                match last {
                    Some(person) => who.others.push(person),
                    None => return None,
                }
            } else if self.plural() {
                who.us = true;
            } else {
                who.me = true;
            }
        }
        Some(who)
    }

    /// "Ik kom hem ophalen", "het wordt hem niet": a pronoun that is an object, or part of an idiom.
    pub(super) fn is_no_subject(&self, row: &Row) -> bool {
        let tokens = self.parsed.tokens.get(row.tokens.clone()).unwrap_or_default();
        let object = tokens.iter().all(|token| matches!(token.fold.as_str(), "hem" | "'m" | "hen"));
        row.before.is_none() && object && row.others.iter().all(|person| person.pronoun)
    }

    /// "Zij zou komen en dat gaat niet": what "dat" is about is theirs.
    pub(super) fn those_spoken_of(&self) -> Option<Vec<Person>> {
        let that = self.tokens().iter().take(2).any(|token| token.is("dat"));
        let before = self.before.last().filter(|sight| sight.clause.sentence == self.sight.clause.sentence)?;
        let mine = before.rows.iter().any(|row| row.me || row.us);
        let row = before.rows.iter().find(|row| row.before.is_none() && !row.others.is_empty())?;
        let mut others = row.others.clone();
        self.resolve(&mut others);
        (that && self.has(Concept::SurelyNot) && !mine).then_some(others)
    }

    pub(super) fn idiom_of_ours(&self, rows: &[&Row]) -> bool {
        self.idiom() && (!self.has(Concept::Absent) || rows.iter().any(|row| row.me || row.us))
    }

    pub(super) fn idiom(&self) -> bool {
        self.has(Concept::Surely)
            || self.has(Concept::SurelyNot)
            || self.has(Concept::SeatFree)
            || self.has(Concept::Absent)
    }

    /// "komt ook", "die gaat mee": the subject is somebody named before.
    pub(super) fn third_person(&self) -> bool {
        if self.idiom() || self.has(Concept::Can) && !self.has(Concept::Come) {
            return false;
        }
        let hits = self
            .sight
            .hits
            .iter()
            .filter(|hit| matches!(hit.concept, Concept::Come | Concept::Bring | Concept::Absent));
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        let relative = tokens.first().is_some_and(|token| token.is("die"));
        let relative =
            relative || tokens.first().is_some_and(|token| matches!(token.fold.as_str(), "is" | "komt" | "gaat"));
        let mut verbs = hits.filter_map(|hit| self.parsed.tokens.get(hit.first..=hit.last)).flatten();
        relative
            || verbs.any(|token| {
                matches!(
                    token.fold.as_str(),
                    "komt"
                        | "gaat"
                        | "schuift"
                        | "haakt"
                        | "valt"
                        | "doet"
                        | "sluit"
                        | "slaat"
                        | "is"
                        | "verschijnt"
                        | "neemt"
                        | "zal"
                )
            })
    }

    /// "morgen komen de recherche en de glaszetter": a finite plural whose subject is nobody of ours.
    pub(super) fn bare_plural(&self) -> bool {
        let of_ours = |row: &Row| row.before != Some(Role::Off) && (row.me || row.us || !row.others.is_empty());
        let named = self.sight.rows.iter().any(of_ours);
        let tokens = self.tokens();
        let Some(at) = tokens.iter().position(|token| token.is("komen")) else { return false };
        let modal = tokens.iter().any(|token| {
            matches!(
                token.fold.as_str(),
                "wil"
                    | "willen"
                    | "wilde"
                    | "kan"
                    | "kunnen"
                    | "zou"
                    | "zouden"
                    | "zal"
                    | "zullen"
                    | "ga"
                    | "gaan"
                    | "gaat"
                    | "mag"
                    | "mogen"
                    | "hoop"
                    | "graag"
                    | "te"
                    | "moet"
                    | "moeten"
                    | "ook"
                    | "met"
                    | "weer"
                    | "niet"
            )
        });
        !named && at > 0 && !modal
    }

    pub(super) fn plural(&self) -> bool {
        let tokens = self.parsed.tokens.get(self.sight.clause.tokens.clone()).unwrap_or_default();
        tokens
            .iter()
            .take(2)
            .any(|token| matches!(token.fold.as_str(), "komen" | "zijn" | "gaan" | "haken" | "doen" | "blijven"))
    }

    /// Puts the person meant in the place of "hij" and "zij".
    pub(super) fn resolve(&self, others: &mut [Person]) {
        for person in others.iter_mut().filter(|person| person.pronoun) {
            if let Some(last) = self.last_other() {
                *person = last;
            }
        }
    }

    /// "Mijn vrouw en ik zijn, ijs en weder dienende, van de partij": a subject whose verb comes after an insertion.
    pub(super) fn row_left_hanging(&self) -> Option<&Row> {
        let sentence = self.sight.clause.sentence;
        let earlier = self.before.iter().rev().take_while(|sight| sight.clause.sentence == sentence);
        let hanging = earlier.filter(|sight| {
            let acts = [
                Concept::Come,
                Concept::Enrol,
                Concept::Surely,
                Concept::SurelyNot,
                Concept::Withdraw,
                Concept::Busy,
                Concept::Told,
            ];
            !acts.iter().any(|&act| sight.has(act))
        });
        let person = |row: &&Row| {
            row.before.is_none() && (row.me && !row.others.is_empty() || row.others.iter().any(|p| p.name.is_some()))
        };
        hanging.flat_map(|sight| &sight.rows).find(person)
    }

    pub(super) fn last_row(&self) -> Option<&Row> {
        self.before.iter().rev().flat_map(|sight| sight.rows.iter().rev()).find(|row| !row.others.is_empty())
    }

    pub(super) fn last_other(&self) -> Option<Person> {
        let rows = self.before.iter().rev().flat_map(|sight| sight.rows.iter().rev());
        rows.flat_map(|row| row.others.iter().rev()).find(|person| !person.pronoun).cloned()
    }
}
