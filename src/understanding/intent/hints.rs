//! Hints: a bare yes or no, an excuse, a number, where nothing plainer was said.

use super::*;

/// A bare yes or no, and excuses, count when nothing plainer was said.
pub(super) fn add_yes_no_and_excuses(case: &Case<'_>, judgement: &mut Judgement) {
    let said = judgement.frames.iter().any(|f| f.strength >= Strength::Said && (f.who.me || f.who.us))
        || !judgement.requests.is_empty();
    let mut extra = Vec::new();
    for (number, sight) in case.sights.iter().enumerate() {
        let heading = sight.clause.zone == Zone::Subject && case.topic.is_single();
        if !heading && !matches!(sight.clause.zone, Zone::Text | Zone::Postscript) {
            continue;
        }
        let hint = |coming: bool, strength: Strength, by: Concept| Frame {
            clause: number,
            coming,
            who: Who { me: true, ..Who::default() },
            strength,
            certainty: if sight.clause.asks { Certainty::Asked } else { Certainty::Sure },
            instead: false,
            anchored: false,
            bare_list: false,
            by,
        };
        let of_another = sight
            .rows
            .first()
            .is_some_and(|row| row.before.is_none() && !row.me && !row.us && row.others.iter().any(|p| !p.pronoun));
        let late = sentence_has(case, sight.clause.sentence, |s| s.has(Concept::Late));
        if !judgement.question
            && !late
            && (!said || of_another && case.topic.registered(case.situation) > 1)
            && case.says(number) == Says::Excuse
            && !case.anywhere(Says::Human)
            && sight.clause.zone != Zone::Subject
        {
            let anchored = !sight.events().is_empty()
                || sentence_has(case, sight.clause.sentence, |s| !s.events().is_empty() || s.has(Concept::Regret))
                || case.sights.iter().any(|s| {
                    s.has(Concept::Regret) || s.has(Concept::Wish) || s.has(Concept::No) || s.has(Concept::SurelyNot)
                });
            let strong = sight.has(Concept::Busy) && case.topic.is_our_thread();
            if (anchored || strong)
                && !sight.clause.aside
                && !sight.clause.asks
                && !sight.has(Concept::Past)
                && !sight.has(Concept::Late)
            {
                let mut frame = hint(false, Strength::Excuse, Concept::Busy);
                let elder = |label: &String| {
                    [
                        "moeder",
                        "vader",
                        "schoonmoeder",
                        "schoonvader",
                        "oma",
                        "opa",
                        "tante",
                        "oom",
                        "zoontje",
                        "dochtertje",
                        "ma",
                        "pa",
                    ]
                    .contains(&label.as_str())
                };
                let row =
                    sight.rows.iter().find(|row| row.before.is_none() && (row.me || row.us || !row.others.is_empty()));
                if let Some(row) =
                    row.filter(|row| !row.me && !row.us && !row.others.iter().any(|p| p.labels.iter().any(elder)))
                {
                    frame.who =
                        Who { others: row.others.iter().filter(|p| !p.pronoun).cloned().collect(), ..Who::default() };
                    if frame.who.others.is_empty() {
                        frame.who.me = true;
                    }
                }
                extra.push(frame);
            }
        }
    }
    let registered_here = case.topic.registered(case.situation) > 0;
    if case.topic.is_our_thread()
        && !registered_here
        && judgement.frames.is_empty()
        && extra.is_empty()
        && !judgement.question
    {
        let says = |s: &Sight| s.has(Concept::Farewell) && matches!(s.clause.zone, Zone::Text | Zone::Postscript);
        if let Some(clause) = case.sights.iter().position(says) {
            let who = Who { me: true, ..Who::default() };
            let (strength, certainty) = (Strength::Hint, Certainty::Sure);
            extra.push(Frame {
                clause,
                coming: true,
                who,
                strength,
                certainty,
                instead: false,
                anchored: false,
                bare_list: false,
                by: Concept::Farewell,
            });
        }
    }
    judgement.frames.extend(extra);
    judgement.frames.sort_by_key(|frame| frame.clause);
}
