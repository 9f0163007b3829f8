//! Intent: what the whole mail asks, from the sights and frames of its clauses.
//!
//! The order of judgement of a careful coordinator: mail that is none of ours is left alone; what is said plainly is
//! carried out; what is asked, doubtful or contradictory goes to a person. Called by `mod`.

use super::clauses::{Parsed, Zone};
use super::concepts::Concept;
use super::frames::{self, Certainty, Frame, Sight, Strength, Who};
use super::lexicon::Lexicon;
use super::party::{self, Count, Standing, Step, Wish};
use super::topic::Topic;
use super::words::fold;
use super::{Disposition, Input, Mode, Request, Situation};
use crate::ids::EventId;
use std::collections::BTreeMap;

/// The judgement, before it becomes a reading.
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    /// What is asked.
    pub requests: Vec<Request>,
    /// A person should answer something.
    pub question: bool,
    /// A pitch is offered.
    pub pitch: bool,
    /// Act, ask or ignore.
    pub disposition: Option<Disposition>,
    /// Why.
    pub reason: String,
    /// What kept it from being carried out.
    pub doubts: Vec<String>,
    /// The clauses that led to it.
    pub clauses: Vec<usize>,
    /// The frames, for the trace.
    pub frames: Vec<Frame>,
}

/// Everything that is known of a mail when it is judged.
#[derive(Debug)]
pub struct Case<'a> {
    /// The mail.
    pub input: &'a Input<'a>,
    /// What may be known besides.
    pub situation: &'a Situation,
    /// The mail taken apart.
    pub parsed: &'a Parsed,
    /// Its clauses, read.
    pub sights: &'a [Sight],
    /// Which event is meant where nothing says so.
    pub topic: &'a Topic,
    /// The words.
    pub lexicon: &'a Lexicon,
}

/// Judges a mail.
pub fn judge(case: &Case<'_>) -> Judgement {
    let mut judgement = Judgement { frames: all_frames(case), ..Judgement::default() };
    let weights = Weights::of(case);
    if let Some(reason) = weights.none_of_ours(case, &judgement.frames) {
        judgement.disposition = Some(Disposition::Ignore);
        judgement.reason = reason.to_owned();
        return judgement;
    }
    judgement.question = asks(case, &judgement.frames);
    judgement.pitch = pitches(case);
    list_requests(case, &mut judgement);
    add_yes_no_and_excuses(case, &mut judgement);
    event_requests(case, &mut judgement);
    conclude(case, &weights, &mut judgement);
    judgement
}

fn all_frames(case: &Case<'_>) -> Vec<Frame> {
    let mut all = Vec::new();
    for number in 0..case.sights.len() {
        all.extend(frames::read(number, case.sights, case.parsed, case.lexicon));
    }
    all
}

/// How much of the mail speaks of what.
struct Weights {
    ad: usize,
    automatic: usize,
    private: usize,
    network: usize,
    text: usize,
}

impl Weights {
    fn of(case: &Case<'_>) -> Self {
        let count = |concept| {
            case.sights
                .iter()
                .filter(|s| s.clause.zone != Zone::Closing)
                .flat_map(|s| &s.hits)
                .filter(|hit| hit.concept == concept)
                .count()
        };
        Self {
            ad: count(Concept::Ad),
            automatic: count(Concept::Automatic),
            private: count(Concept::Private),
            network: count(Concept::Network)
                + case.sights.iter().flat_map(|s| &s.occasions).filter(|o| !o.weak && !o.events.is_empty()).count(),
            text: case.sights.iter().filter(|s| s.clause.zone == Zone::Text).count(),
        }
    }

    fn none_of_ours(&self, case: &Case<'_>, frames: &[Frame]) -> Option<&'static str> {
        let ours = case.topic.is_our_thread();
        if self.automatic >= if ours { 2 } else { 1 } && self.automatic * 2 >= 1 && self.automatic + self.ad >= 2 {
            return Some("dit schreef een machine");
        }
        if self.ad >= if ours { 4 } else { 3 } || self.ad >= 2 && self.network == 0 {
            return Some("dit is reclame of massamail");
        }
        let asked =
            case.sights.iter().any(|s| s.has(Concept::Enrol) || s.has(Concept::Withdraw) || s.has(Concept::SeatFree));
        if self.private >= 1 && self.network == 0 && !ours
            || self.private >= 2 && self.private > self.network && !asked
            || self.private >= 4 && self.private > self.network + 1 && !ours
        {
            return Some("dit is post voor iemand anders");
        }
        if !case.input.addressed {
            let enrols = frames
                .iter()
                .any(|f| f.by == Concept::Enrol && f.certainty == Certainty::Sure && (f.who.me || f.who.us));
            if !enrols || self.network == 0 {
                return Some("dit is een gesprek tussen anderen");
            }
        }
        None
    }
}

/// Does it ask something that a person should answer?
fn asks(case: &Case<'_>, frames: &[Frame]) -> bool {
    let mut sentences: BTreeMap<usize, bool> = BTreeMap::new();
    for (number, sight) in case.sights.iter().enumerate() {
        if matches!(sight.clause.zone, Zone::Closing) {
            continue;
        }
        let request = frames.iter().any(|frame| frame.clause == number && frame.certainty == Certainty::Sure)
            || [Concept::ListOn, Concept::ListOff, Concept::Forget].iter().any(|&concept| sight.has(concept));
        let spared = sight.has(Concept::Rhetoric) || request;
        let entry = sentences.entry(sight.clause.sentence).or_insert(false);
        let words = sight.clause.tokens.len() >= 2;
        if sight.clause.asks && words {
            *entry = true;
        }
        if spared && sight.clause.asks {
            sentences.insert(sight.clause.sentence, false);
            continue;
        }
    }
    // A request in a question takes the whole sentence with it.
    let spared: Vec<usize> = case
        .sights
        .iter()
        .enumerate()
        .filter(|(number, sight)| {
            sight.clause.asks
                && (sight.has(Concept::Rhetoric)
                    || frames.iter().any(|frame| frame.clause == *number && frame.certainty == Certainty::Sure)
                    || [Concept::ListOn, Concept::ListOff, Concept::Forget].iter().any(|&concept| sight.has(concept)))
        })
        .map(|(_, sight)| sight.clause.sentence)
        .collect();
    let inquires = case.sights.iter().any(|s| s.clause.zone != Zone::Closing && s.has(Concept::Ask));

    inquires || sentences.iter().any(|(sentence, asks)| *asks && !spared.contains(sentence))
}

fn pitches(case: &Case<'_>) -> bool {
    let mut sentences: BTreeMap<usize, (bool, bool, bool)> = BTreeMap::new();
    for sight in case.sights.iter().filter(|s| s.clause.zone != Zone::Closing) {
        let entry = sentences.entry(sight.clause.sentence).or_default();
        let denied = sight.has(Concept::Not)
            || sight.has(Concept::Void)
            || sight.has(Concept::SurelyNot)
            || sight.has(Concept::Past);
        entry.0 |= sight.has(Concept::Pitch) && !denied;
        entry.1 |= sight.has(Concept::Want) || sight.has(Concept::Enrol);
        entry.2 |= sight.has(Concept::Pitch) && denied;
    }
    sentences.values().any(|&(pitch, want, denied)| pitch && want && !denied)
}

fn list_requests(case: &Case<'_>, judgement: &mut Judgement) {
    for (number, sight) in case.sights.iter().enumerate() {
        if sight.clause.zone == Zone::Closing {
            continue;
        }
        let not = sight.has(Concept::Not);
        let mut add = |request: Request| {
            if !judgement.requests.contains(&request) {
                judgement.requests.push(request);
                judgement.clauses.push(number);
            }
        };
        if sight.has(Concept::Forget) && !not {
            add(Request::Forget);
        } else if sight.has(Concept::ListOff) {
            add(Request::Unsubscribe);
        } else if sight.has(Concept::ListOn) && !not {
            add(Request::Subscribe);
        }
    }
    if judgement.requests.contains(&Request::Unsubscribe) && judgement.requests.contains(&Request::Subscribe) {
        judgement.requests.retain(|request| *request != Request::Subscribe);
    }
    let sentences: Vec<usize> =
        judgement.clauses.iter().filter_map(|&at| case.sights.get(at)).map(|s| s.clause.sentence).collect();
    let forgotten = judgement.requests.contains(&Request::Forget);
    let list: Vec<usize> = judgement.clauses.clone();
    judgement.frames.retain(|frame| {
        let sentence = case.sights.get(frame.clause).map_or(0, |sight| sight.clause.sentence);
        let apart = case.sights.get(frame.clause).is_some_and(|sight| speaks_apart(sight, frame.by));
        (!list.contains(&frame.clause) || apart) && !(forgotten && sentences.contains(&sentence))
    });
}

/// Does the clause speak of coming in other words than those about the mailing list?
fn speaks_apart(sight: &Sight, by: Concept) -> bool {
    let list: Vec<_> = sight
        .hits
        .iter()
        .filter(|h| matches!(h.concept, Concept::ListOn | Concept::ListOff | Concept::Forget))
        .collect();
    let own = sight.hits.iter().filter(|hit| hit.concept == by);
    !sight.events().is_empty() && own.clone().any(|hit| !list.iter().any(|other| other.overlaps(hit)))
}

/// A bare yes or no, and excuses, count when nothing plainer was said.
fn add_yes_no_and_excuses(case: &Case<'_>, judgement: &mut Judgement) {
    let said = judgement.frames.iter().any(|f| f.strength >= Strength::Said && (f.who.me || f.who.us))
        || !judgement.requests.is_empty();
    let mut extra = Vec::new();
    for (number, sight) in case.sights.iter().enumerate() {
        let heading = sight.clause.zone == Zone::Subject && case.topic.is_single();
        if !heading && !matches!(sight.clause.zone, Zone::Text | Zone::Postscript) {
            continue;
        }
        let short = case.parsed.tokens.len() <= 25;
        let thread =
            case.topic.is_our_thread() || case.topic.is_single() && (short || !sight.events().is_empty() || said);
        let registered = case.topic.registered(case.situation) > 0;
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
        let words = sight.clause.tokens.len();
        let early = case.sights.iter().take(number).filter(|s| s.clause.zone == Zone::Text).count() < 4;
        if sight.has(Concept::Yes)
            && judgement.requests.is_empty()
            && (early || words <= 3 && !judgement.question)
            && (words <= 5 || !sight.events().is_empty())
            && !sight.has(Concept::Ask)
            && thread
            && !registered
            && !sight.has(Concept::Not)
            && !sight.clause.asks
        {
            extra.push(hint(true, Strength::Hint, Concept::Yes));
        }
        if sight.has(Concept::No) && thread && !sight.clause.asks {
            extra.push(hint(false, Strength::Hint, Concept::No));
        }
        let of_another = sight
            .rows
            .first()
            .is_some_and(|row| row.before.is_none() && !row.me && !row.us && row.others.iter().any(|p| !p.pronoun));
        let late = sentence_has(case, sight.clause.sentence, |s| s.has(Concept::Late));
        if !judgement.question
            && !late
            && (!said || of_another && case.topic.registered(case.situation) > 1)
            && (sight.has(Concept::Busy) || sight.has(Concept::Elsewhere))
            && sight.clause.zone != Zone::Subject
        {
            let anchored = !sight.events().is_empty()
                || sentence_has(case, sight.clause.sentence, |s| !s.events().is_empty() || s.has(Concept::Regret))
                || case.sights.iter().any(|s| s.has(Concept::Regret) || s.has(Concept::Wish) || s.has(Concept::No));
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
    // "Jan plus 1", "aantal personen: 2": an answer that is nothing but a number.
    let bare = judgement.frames.is_empty() && extra.is_empty() && !judgement.question && case.parsed.tokens.len() <= 45;
    let countable = |s: &Sight| matches!(s.clause.zone, Zone::Text) && !counts(case, s, &[]).is_empty();
    let registered = case.topic.registered(case.situation) > 0;
    let bare = bare
        || registered
            && judgement.frames.is_empty()
            && extra.iter().all(|f| f.strength == Strength::Excuse)
            && !judgement.question
            && case.parsed.tokens.len() <= 90;
    let placed = registered || case.topic.is_our_thread() || case.sights.iter().any(|s| !s.events().is_empty());
    if let Some(clause) = case.sights.iter().position(countable).filter(|_| bare && placed) {
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
            by: Concept::Total,
        });
    }
    judgement.frames.extend(extra);
    judgement.frames.sort_by_key(|frame| frame.clause);
}

fn sentence_has(case: &Case<'_>, sentence: usize, test: impl Fn(&Sight) -> bool) -> bool {
    case.sights.iter().filter(|sight| sight.clause.sentence == sentence).any(test)
}

fn event_requests(case: &Case<'_>, judgement: &mut Judgement) {
    let mut steps: BTreeMap<EventId, Vec<Step>> = BTreeMap::new();
    let mut unplaced = false;
    let mut contradiction = false;
    let mut topic = case.topic.walk();
    let mut list_open = false;
    for (number, sight) in case.sights.iter().enumerate() {
        topic.enter(sight, case.sights, number);
        if sight.clause.zone == Zone::Closing {
            continue;
        }
        let own: Vec<&Frame> = judgement.frames.iter().filter(|frame| frame.clause == number).collect();
        let mut add = |step: Step, events: &[EventId]| {
            for event in events {
                steps.entry(event.clone()).or_default().push(step.clone());
            }
        };
        let mut events = topic.events();
        // Who is registered for one event only signs off from that.
        if events.is_empty() && !own.is_empty() && own.iter().all(|frame| !frame.coming) {
            events.extend(only_registered(case));
        }
        if sight.has(Concept::Joke) {
            for event in case.situation.events.iter().map(|event| event.id.clone()) {
                add(Step::Joke, &[event]);
            }
        }
        let turn = sight.clause.zone == Zone::Postscript
            || sentence_has(case, sight.clause.sentence, |s| s.has(Concept::Correction) || s.has(Concept::Joke));
        for frame in &own {
            let registered =
                events.iter().any(|event| case.situation.registered.get(event).is_some_and(|names| !names.is_empty()));
            let farewell = frame.coming
                && sight.hits.iter().any(|h| {
                    h.concept == Concept::Thanks && sight.hits.iter().any(|o| o.concept == frame.by && o.overlaps(h))
                });
            let late = frame.coming && judgement.question && sight.has(Concept::Late);
            if registered && (farewell || late) {
                continue;
            }
            let other_day =
                sight.other_day() || (sight.events().is_empty() && sentence_other_day(case, sight.clause.sentence));
            let named = case.sights.iter().any(|s| s.clause.zone != Zone::Closing && !s.events().is_empty());
            let linked = sight.other_day()
                || case.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default().iter().any(|t| t.is("dan"));
            let astray = frame.coming || !named && (linked || !case.topic.is_our_thread());
            let heading = frame.coming && !named && frame.strength > Strength::Excuse;
            if other_day && (frame.strength >= Strength::Said && astray || heading) {
                contradiction = true;
            }
            if events.is_empty() && frame.certainty != Certainty::Asked && sight.clause.zone != Zone::Subject {
                unplaced = true;
            }
            add(Step::Frame { frame: (*frame).clone(), turn }, &events);
        }
        let of_another = sight.rows.iter().any(|row| !row.others.is_empty() && !row.me && row.before.is_none())
            || case.parsed.tokens.get(sight.clause.tokens.start).is_some_and(|token| token.is("die"));
        if sight.has(Concept::Undecided) && own.is_empty() && !sight.has(Concept::Told) && !of_another {
            let frame = Frame {
                clause: number,
                coming: true,
                who: Who { me: true, ..Who::default() },
                strength: Strength::Said,
                certainty: Certainty::Unsure,
                instead: false,
                anchored: false,
                bare_list: false,
                by: Concept::Undecided,
            };
            add(Step::Frame { frame, turn }, &events);
        }
        let relevant = !own.is_empty()
            || sentence_frames(case, judgement, sight.clause.sentence)
            || sight.clause.tokens.len() <= 8 && judgement.frames.iter().any(|frame| frame.clause < number)
            || sight.clause.zone == Zone::Subject
            || sight.hits.iter().any(|hit| hit.concept == Concept::Total && hit.weight() >= 4)
                && sight.rows.iter().any(|row| row.us)
                && !sight.has(Concept::Past);
        for count in counts(case, sight, &own) {
            if relevant && sight.clause.zone == Zone::Subject {
                add(Step::Heading(count), &events);
            } else if relevant {
                add(Step::Count(count, turn), &events);
            }
        }
        let opens = (sight.has(Concept::Participants) || !own.is_empty()) && ends_in_colon(case, sight);
        let us_open = judgement.frames.iter().any(|f| f.clause < number && f.who.us && f.coming);
        let fills_us =
            us_open && sight.rows.iter().any(|row| row.me && !row.others.is_empty()) && !sight.has(Concept::Past);
        let for_them = sentence_frames(case, judgement, sight.clause.sentence)
            && sight.rows.iter().all(|row| row.before == Some(super::lexicon::Role::For))
            && sight.rows.iter().any(|row| !row.others.is_empty());
        if own.is_empty() && for_them {
            for row in &sight.rows {
                add(Step::Listed { me: row.me, others: row.others.clone() }, &events);
            }
        }
        if own.is_empty() && (list_open || fills_us || aside_of_people(case, sight)) {
            let coming =
                judgement.frames.iter().any(|f| f.clause < number && f.coming && f.certainty == Certainty::Sure);
            if !coming && !list_open {
                continue;
            }
            let opening = |row: &&super::people::Row| {
                row.before.is_none() && (fills_us || row.tokens.start <= sight.clause.tokens.start + 2)
            };
            for row in sight.rows.iter().filter(opening) {
                if !row.others.is_empty() || row.me {
                    add(Step::Listed { me: row.me, others: row.others.clone() }, &events);
                }
            }
        }
        list_open = opens
            || (list_open
                && (sight.clause.bullet
                    || sight.rows.first().is_some_and(|row| row.tokens.start <= sight.clause.tokens.start + 1)
                    || sight.clause.aside));
    }
    if let Some(doubt) = unplaced_request(case, judgement) {
        judgement.doubts.push(doubt.to_owned());
    }
    if contradiction {
        judgement.doubts.push("de dag past niet bij een bijeenkomst die open staat".to_owned());
    }
    if unplaced || steps.is_empty() && case.topic.walk().events().is_empty() && !judgement.frames.is_empty() {
        judgement.doubts.push("er staat niet bij welke bijeenkomst".to_owned());
    }
    if case.topic.is_over() && !steps.is_empty() && !case.sights.iter().any(|s| !s.events().is_empty()) {
        judgement.doubts.push("dit antwoordt op een bijeenkomst die al voorbij is".to_owned());
    }
    for event in &case.situation.events {
        let Some(steps) = steps.get(&event.id) else { continue };
        let names: Vec<Vec<String>> = case
            .situation
            .registered
            .get(&event.id)
            .into_iter()
            .flatten()
            .map(|name| fold(name).split_whitespace().map(str::to_owned).collect())
            .collect();
        let standing = Standing { registered: &names, authors: authors(case) };
        let (wish, names) = party::settle(steps, &standing);
        let id = event.id.clone();
        match wish {
            Wish::Nothing => {}
            Wish::Set(seats) => judgement.requests.push(Request::Register { event: id, seats, mode: Mode::Set, names }),
            Wish::Add(seats) => judgement.requests.push(Request::Register { event: id, seats, mode: Mode::Add, names }),
            Wish::Drop(seats) => judgement.requests.push(Request::Cancel { event: id, seats, names: Vec::new() }),
            Wish::Unclear("het is een vraag") if !judgement.requests.is_empty() => {}
            Wish::Unclear(doubt) => judgement.doubts.push(doubt.to_owned()),
        }
    }
}

/// The event that the author is registered for, when it is one.
fn only_registered(case: &Case<'_>) -> Option<EventId> {
    let mut registered = case.situation.registered.iter().filter(|(_, names)| !names.is_empty());
    let only = registered.next().map(|(event, _)| event.clone());
    only.filter(|_| registered.next().is_none())
}

/// "Zet me op de lijst", "afmelden": without a letter, a date or a registration nobody knows for which list.
fn unplaced_request(case: &Case<'_>, judgement: &Judgement) -> Option<&'static str> {
    let placed = case.topic.is_our_thread()
        || case.topic.registered(case.situation) > 0
        || only_registered(case).is_some() && judgement.frames.iter().all(|frame| !frame.coming)
        || case
            .sights
            .iter()
            .any(|s| !s.events().is_empty() || s.has(Concept::Network) && s.clause.zone != Zone::Closing);
    let mut said = judgement.frames.iter().filter(|f| f.who.me && f.certainty == Certainty::Sure);
    if placed || said.clone().next().is_none() {
        return None;
    }
    let bare = |f: &Frame| {
        f.bare_list || matches!(f.by, Concept::Withdraw | Concept::WithdrawNoun) && case.parsed.tokens.len() <= 25
    };
    said.all(bare).then_some("er staat niet bij van of voor welke lijst")
}

/// A coming that nothing ties to the network: no letter, no date, no place, no word about a meeting.
fn ungrounded(case: &Case<'_>, weights: &Weights, judgement: &Judgement) -> Option<&'static str> {
    let books = |request: &Request| matches!(request, Request::Register { .. } | Request::Cancel { .. });
    if !judgement.requests.iter().any(books) || case.topic.is_our_thread() || weights.network > 0 {
        return None;
    }
    let enrols = judgement.frames.iter().any(|f| {
        matches!(
            f.by,
            Concept::Enrol | Concept::EnrolNoun | Concept::Withdraw | Concept::WithdrawNoun | Concept::SeatFree
        ) && f.certainty == Certainty::Sure
    });
    let short = case.parsed.tokens.len() <= 30;
    let weekday = case.sights.iter().any(|s| !s.events().is_empty());
    let known = case.topic.registered(case.situation) > 0;
    // Who stands on the list with others and writes about one of them writes about the list.
    let of_others = judgement.frames.iter().any(|frame| !frame.who.others.is_empty());
    if case.topic.registered(case.situation) >= 2 && of_others && weights.private == 0 && !judgement.question {
        return None;
    }
    (!enrols && !(weekday && (short || known || !judgement.question)))
        .then_some("het is niet zeker dat het om een bijeenkomst gaat")
}

fn sentence_frames(case: &Case<'_>, judgement: &Judgement, sentence: usize) -> bool {
    judgement.frames.iter().any(|frame| case.sights.get(frame.clause).is_some_and(|s| s.clause.sentence == sentence))
}

fn sentence_other_day(case: &Case<'_>, sentence: usize) -> bool {
    let mut sights = case.sights.iter().filter(|sight| sight.clause.sentence == sentence);
    sights.clone().all(|sight| sight.events().is_empty()) && sights.any(Sight::other_day)
}

fn ends_in_colon(case: &Case<'_>, sight: &Sight) -> bool {
    case.parsed.tokens.get(sight.clause.tokens.end).is_some_and(|token| token.is(":"))
}

/// A clause that is nothing but persons: "te weten Els, Piet en ik".
fn aside_of_people(case: &Case<'_>, sight: &Sight) -> bool {
    let tokens = case.parsed.tokens.get(sight.clause.tokens.clone()).unwrap_or_default();
    let verbless = !tokens.iter().any(|token| case.lexicon.is(token.word, super::lexicon::Role::Verb));
    verbless && sight.rows.iter().any(|row| row.me && !row.others.is_empty() || row.others.len() >= 2)
}

fn counts(case: &Case<'_>, sight: &Sight, own: &[&Frame]) -> Vec<Count> {
    let several_events = case.situation.events.len() > 1 && sight.events().len() > 1;
    let mut counts = Vec::new();
    let relative = [Concept::More, Concept::Fewer, Concept::TotalLast].iter().any(|&concept| sight.has(concept));
    let of_us = own.iter().any(|frame| frame.who.us || frame.who.me || frame.by == Concept::Yes);
    for hit in &sight.hits {
        let age = sight.clause.aside && hit.weight() == 1;
        // "Op 15 november erbij": the number of a date counts nobody.
        let numbers = case.parsed.tokens.get(hit.first..=hit.last).unwrap_or_default().iter();
        let age = age
            || numbers
                .filter(|t| super::concepts::number_of(t, case.lexicon).is_some())
                .any(|t| sight.occasions.iter().any(|o| o.span.start <= t.span.start && t.span.end <= o.span.end));
        if age || relative && matches!(hit.concept, Concept::Total | Concept::Alone | Concept::Pair) {
            continue;
        }
        let listed = sight.hits.iter().filter(|other| other.concept == Concept::Alone).count() >= 2
            && sight.rows.iter().any(|row| !row.others.is_empty());
        let half = |token: &super::words::Token| matches!(token.fold.as_str(), "helft" | "halveren");
        let tokens = case.parsed.tokens.get(hit.first..=hit.last).unwrap_or_default();
        let number = hit.numbers.first().copied().or_else(|| {
            let mut tokens = case.parsed.tokens.get(hit.first..=hit.last).unwrap_or_default().iter();
            tokens.find_map(|token| super::concepts::number_of(token, case.lexicon))
        });
        // A year, an age, a sum of money: no more people than a table seats come at once.
        let bare = hit.weight() == 1 || hit.concept == Concept::More;
        if bare && number.is_some_and(|number| number > party::MOST) {
            continue;
        }
        match hit.concept {
            Concept::Alone if listed => {}
            Concept::Fewer if tokens.iter().any(half) => counts.push(Count::Half),
            Concept::Total => counts.extend(number.map(Count::Total)),
            Concept::TotalLast => counts.extend(hit.numbers.last().copied().map(Count::Total)),
            Concept::Alone => counts.push(Count::Total(1)),
            Concept::Pair => counts.push(Count::Total(2)),
            Concept::Both if of_us && !several_events && case.topic.is_one_event() => counts.push(Count::Total(2)),
            Concept::More => counts.push(Count::More(number.unwrap_or(1))),
            Concept::Fewer => counts.push(Count::Fewer(number.unwrap_or(1))),
            Concept::Some if !own.is_empty() => counts.push(Count::Several),
            _ => {}
        }
    }
    counts
}

/// How many people the author's name stands for: 2 for "Joke en Theo Verkade", as display name or under the mail.
fn authors(case: &Case<'_>) -> u32 {
    let first_line = case.input.signature.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let own: Vec<String> = fold(case.input.author).split_whitespace().map(str::to_owned).collect();
    let last_line = case.input.typed.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default();
    let pair = |line: &str| {
        let folded = fold(line);
        let words: Vec<&str> = folded.split_whitespace().take(6).collect();
        let joins = words.iter().skip(1).any(|word| matches!(*word, "en" | "&" | "+" | "and"));
        joins
            && words.len() >= 3
            && words.iter().any(|word| own.iter().any(|name| name == word))
            && folded.split_whitespace().count() <= 6
    };
    if pair(case.input.author) || pair(first_line) || pair(last_line) { 2 } else { 1 }
}

fn conclude(case: &Case<'_>, weights: &Weights, judgement: &mut Judgement) {
    let unsure = judgement.frames.iter().any(|frame| frame.certainty == Certainty::Unsure);
    let maybe = case.sights.iter().any(|s| s.has(Concept::Maybe) && s.clause.zone != Zone::Closing);
    let settled = judgement.frames.iter().any(|f| f.strength >= Strength::Said && f.certainty == Certainty::Sure);
    if maybe
        && !settled
        && !case.sights.is_empty()
        && judgement.requests.iter().all(|r| !matches!(r, Request::Subscribe | Request::Unsubscribe | Request::Forget))
        && (weights.network > 0 || case.topic.is_our_thread())
    {
        judgement.doubts.push("het staat nog niet vast".to_owned());
    }
    if let Some(doubt) = ungrounded(case, weights, judgement) {
        judgement.doubts.push(doubt.to_owned());
    }
    if !judgement.doubts.is_empty() {
        judgement.disposition = Some(Disposition::Ask);
        judgement.reason = judgement.doubts.join("; ");
        judgement.requests.clear();
        return;
    }
    if !judgement.requests.is_empty() {
        judgement.disposition = Some(Disposition::Act);
        judgement.reason = "het staat er met zoveel woorden".to_owned();
        return;
    }
    let human = case.sights.iter().any(|s| s.has(Concept::Human) && s.clause.zone != Zone::Closing);
    let forwarded = ["zzp", "bijeenkomst", "netwerk", "loosduinen"]
        .iter()
        .any(|word| case.input.quoted.to_lowercase().contains(word));
    let ours = weights.network > 0 || case.topic.is_our_thread() || forwarded;
    let private = weights.private > 0 && !case.topic.is_our_thread() && weights.network == 0;
    let foreign = !ours && (weights.ad > 0 || weights.automatic > 0);
    let wants = (judgement.question || judgement.pitch || unsure || human) && !private && !foreign;
    // A letter of ours is answered with words that nobody understood: better ask than let it lie.
    let only_kind =
        case.sights.iter().any(|s| s.has(Concept::Thanks) || s.has(Concept::Wish) || s.has(Concept::Farewell));
    let lost = case.topic.is_our_thread()
        && !only_kind
        && weights.text > 0
        && !private
        && weights.ad == 0
        && weights.automatic == 0;
    let wants = wants || lost && case.input.addressed;
    judgement.disposition = Some(if wants { Disposition::Ask } else { Disposition::Ignore });
    if !wants {
        judgement.question = false;
        judgement.pitch = false;
    }
    judgement.reason = if wants { "er wordt iets gevraagd" } else { "er wordt niets gevraagd" }.to_owned();
    let _ = weights.text;
}
