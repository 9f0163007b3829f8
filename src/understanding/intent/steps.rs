//! Steps: the frames and numbers of each event in order, and what they come to.

use super::super::lexicon::Role;
use super::super::words::Kind;
use super::choices;
use super::doubts::unplaced_request;
use super::lines::line;
use super::pointers::{self, Pointed};
use super::*;
use party::{Deed, Line};

/// What the clauses say of each event, each line with whether it names that event; and what keeps it from being carried out.
#[derive(Default)]
struct Told {
    lines: BTreeMap<EventId, Vec<(Line, bool)>>,
    /// Something is said of no event that is known.
    unplaced: bool,
    /// Something is said of a day or place that does not fit.
    contradiction: bool,
}

pub(super) fn event_requests(case: &Case<'_>, judgement: &mut Judgement) {
    let Told { lines, mut unplaced, contradiction } = told(case, judgement);
    let mut lines = plainest(lines, case.situation.events.len() > 1);
    leave_for_another(case, &mut lines);
    unplaced |= lines.is_empty() && case.page.topic.walk().events().is_empty() && !judgement.frames.is_empty();
    let over =
        case.page.topic.is_over() && !lines.is_empty() && !case.page.sights.iter().any(|s| !s.events().is_empty());
    let doubts = [
        (contradiction, "de dag past niet bij een bijeenkomst die open staat"),
        (unplaced, "er staat niet bij welke bijeenkomst"),
        (over, "dit antwoordt op een bijeenkomst die al voorbij is"),
    ];
    judgement.doubts.extend(unplaced_request(case, judgement).map(str::to_owned));
    judgement.doubts.extend(doubts.into_iter().filter(|(holds, _)| *holds).map(|(_, doubt)| doubt.to_owned()));
    settle(case, &lines, judgement);
}

fn told(case: &Case<'_>, judgement: &Judgement) -> Told {
    let mut told = Told::default();
    let mut topic = case.page.topic.walk();
    let mut mixed = false;
    for (number, sight) in case.page.sights.iter().enumerate() {
        topic.enter(sight, &case.page.sights, number, |later| !opposite(case.says(number), case.says(later)));
        if sight.clause.zone == Zone::Closing {
            continue;
        }
        let numbered = pointers::by_ordinal(case, sight);
        if sight.events().is_empty() && !numbered.is_empty() {
            topic.turn_to(numbered);
        } else if sight.events().is_empty() && decides(case.says(number)) {
            match pointers::pointed(case, number, topic.named()) {
                Some(Pointed::At(events)) => topic.turn_to(events),
                Some(Pointed::AtOne) => told.unplaced |= case.says(number) == Says::Comes,
                None => {}
            }
        }
        let own: Vec<&Frame> = judgement.frames.iter().filter(|frame| frame.clause == number).collect();
        let labelled = decides(case.says(number));
        let line = line(case, judgement, number).or_else(|| hinted(&own).filter(|_| !labelled));
        if let Some(line) = line {
            told.contradiction |= mixed && sight.events().is_empty() && line.deed == Deed::Comes;
            told.add(case, sight, line, topic.events());
        } else {
            // "Leuk dat het op de 15e op de boerderij is! Ik kom daar graag naartoe."
            mixed |= case.says(number) != Says::Elsewhere
                && (choices::mixes_day_and_place(case, sight) || choices::mixes_place_and_another_day(sight));
        }
    }
    told
}

impl Told {
    /// Puts what a clause says to the events that it means, and to those that it leaves or sets aside for them.
    fn add(&mut self, case: &Case<'_>, sight: &Sight, line: Line, mut events: Vec<EventId>) {
        // Who is registered for one event only signs off from that.
        if events.is_empty()
            && matches!(line.deed, Deed::StaysAway | Deed::OtherStaysAway | Deed::Excuse | Deed::Reason)
        {
            events.extend(only_registered(case));
        }
        let acts = matches!(line.deed, Deed::Comes | Deed::StaysAway | Deed::OtherComes | Deed::OtherStaysAway);
        if acts && !line.heading {
            self.unplaced |=
                events.is_empty() || matches!(line.deed, Deed::StaysAway | Deed::OtherStaysAway) && leaves_which(case);
            self.contradiction |= on_another_day(case, sight, line.deed);
            self.contradiction &= !line.turn || sight.events().is_empty();
            self.contradiction |= line.deed == Deed::Comes
                && (choices::mixes_day_and_place(case, sight)
                    || choices::until_another_day(case, sight)
                    || choices::lists_another_day(case, sight));
            self.unplaced |= matches!(line.deed, Deed::Comes | Deed::OtherComes) && choices::leaves_open(case, sight);
        }
        if line.deed == Deed::StaysAway && sight.events().len() > 1 && !choices::means_all(case, sight) {
            events.truncate(1);
        }
        // Who is moved from one meeting to another leaves the first.
        let from = moved_from(case, sight, line.deed);
        if let Some(event) = &from {
            self.leaves(event, Line { counts: Vec::new(), ..line.clone() });
            events.retain(|to| to != event);
        }
        if line.deed == Deed::Comes && from.is_none() {
            for event in choices::set_aside(case, sight) {
                let registered = case.situation.registered.get(&event).is_some_and(|names| !names.is_empty());
                if registered || choices::refuses(case, sight, &event) {
                    self.leaves(&event, Line { counts: Vec::new(), others: Vec::new(), ..line.clone() });
                }
                events.retain(|to| *to != event);
            }
        }
        let own = sight.events().len() == 1;
        for event in events {
            self.lines.entry(event).or_default().push((line.clone(), own));
        }
    }

    fn leaves(&mut self, event: &EventId, line: Line) {
        let line = Line { deed: Deed::StaysAway, ..line };
        self.lines.entry(event.clone()).or_default().push((line, true));
    }
}

/// What the lines of each event come to, as requests or doubts.
fn settle(case: &Case<'_>, lines: &BTreeMap<EventId, Vec<Line>>, judgement: &mut Judgement) {
    let mut unsure = None;
    for event in &case.situation.events {
        let Some(lines) = lines.get(&event.id) else { continue };
        // A number beside a question is part of the question.
        let idle = |line: &Line| matches!(line.deed, Deed::Counts | Deed::Excuse | Deed::Reason);
        if (judgement.question || case.anywhere(Says::Human)) && lines.iter().all(idle) {
            continue;
        }
        let registered = case.situation.registered.get(&event.id).into_iter().flatten();
        let names: Vec<Vec<String>> =
            registered.map(|name| fold(name).split_whitespace().map(str::to_owned).collect()).collect();
        let standing = Standing { registered: &names, authors: authors(case), elsewhere: elsewhere(case, &event.id) };
        let told = party::settle(event.id.clone(), lines, &standing);
        judgement.parties.push(told.clone());
        let party::Told { event: id, wish, names, .. } = told;
        match wish {
            Wish::Nothing => {}
            Wish::Set(seats) => judgement.requests.push(Request::Register { event: id, seats, mode: Mode::Set, names }),
            Wish::Add(seats) => judgement.requests.push(Request::Register { event: id, seats, mode: Mode::Add, names }),
            Wish::Drop(seats) => judgement.requests.push(Request::Cancel { event: id, seats, names: Vec::new() }),
            // An event of which nothing firm is said waits, whatever is asked besides.
            Wish::Unclear(doubt) if lines.iter().all(|line| line.deed == Deed::Unsure) => unsure = Some(doubt),
            Wish::Unclear(doubt) | Wish::Uncounted(doubt) => judgement.doubts.push(doubt.to_owned()),
        }
    }
    if let Some(doubt) = unsure.filter(|_| judgement.requests.is_empty()) {
        judgement.doubts.push(doubt.to_owned());
    }
}

/// Does who is registered for several meetings, and answers no letter about one, name none but by a weekday?
fn leaves_which(case: &Case<'_>) -> bool {
    let registered = case.situation.registered.values().filter(|names| !names.is_empty()).count();
    let told = |sight: &Sight| sight.occasions.iter().any(|occasion| !occasion.events.is_empty() && !occasion.weekday);
    registered > 1 && !case.page.topic.is_our_thread() && !case.page.sights.iter().any(told)
}

/// Does a clause say that somebody comes or stays away?
pub(super) fn decides(says: Says) -> bool {
    matches!(says, Says::Comes | Says::StaysAway | Says::OtherComes | Says::OtherStaysAway)
}

/// Do two clauses say opposite things, so that the event of the one is not that of the other?
fn opposite(one: Says, other: Says) -> bool {
    let way = |says| match says {
        Says::Comes | Says::OtherComes => Some(true),
        Says::StaysAway | Says::OtherStaysAway => Some(false),
        _ => None,
    };
    way(one).zip(way(other)).is_some_and(|(one, other)| one != other)
}

/// Where several meetings are open, what a clause says of one by name goes before what another says of more or by the way.
fn plainest(told: BTreeMap<EventId, Vec<(Line, bool)>>, several: bool) -> BTreeMap<EventId, Vec<Line>> {
    let way = |line: &Line| match line.deed {
        Deed::Comes => Some(true),
        Deed::StaysAway => Some(false),
        _ => None,
    };
    let mut plain = BTreeMap::new();
    for (event, lines) in told {
        let named: Vec<bool> = lines.iter().filter(|(_, own)| *own).filter_map(|(line, _)| way(line)).collect();
        let against = |line: &Line| way(line).is_some_and(|way| named.contains(&!way) && !named.contains(&way));
        let kept = lines.iter().filter(|(line, own)| !several || *own || line.turn || !against(line));
        plain.insert(event, kept.map(|(line, _)| line.clone()).collect());
    }
    plain
}

/// What a bare farewell or excuse says where nothing plainer was said.
fn hinted(own: &[&Frame]) -> Option<Line> {
    let frame = own.iter().find(|frame| frame.certainty == Certainty::Sure && frame.by != Concept::Total)?;
    let deed = match (frame.strength, frame.coming) {
        (Strength::Excuse, _) => Deed::Excuse,
        (_, true) => Deed::Comes,
        (_, false) => Deed::StaysAway,
    };
    let others = frame.who.others.clone();
    Some(Line { deed, us: frame.who.us, others, ..Line::of(deed) })
}

/// The only meeting that the author is registered for, when a clause moves him from there to another.
fn moved_from(case: &Case<'_>, sight: &Sight, deed: Deed) -> Option<EventId> {
    let from = only_registered(case)?;
    let events = sight.events();
    let tokens = case.tokens(sight);
    let moves = (tokens.iter().any(|token| case.lexicon.is(token.word, Role::Move)) || is_moved(tokens))
        && !sight.has(Concept::Come);
    let swaps = sight.has(Concept::Instead) && events.contains(&from);
    let other = events.iter().any(|event| *event != from);
    (deed == Deed::Comes && other && (moves || swaps)).then_some(from)
}

/// "Boek mij om naar januari", "zet ons maar over", "schuif me door".
fn is_moved(tokens: &[Token]) -> bool {
    let last = tokens.iter().rposition(|token| matches!(token.fold.as_str(), "om" | "over" | "door"));
    let verb = tokens.iter().position(|token| {
        matches!(token.fold.as_str(), "boek" | "boekt" | "zet" | "zetten" | "schuif" | "schuift" | "verzet")
    });
    verb.zip(last).is_some_and(|(verb, last)| verb < last)
}

/// Does somebody come on a day on which there is no meeting that is open?
fn on_another_day(case: &Case<'_>, sight: &Sight, deed: Deed) -> bool {
    if !pointers::by_ordinal(case, sight).is_empty() {
        return false;
    }
    let coming = matches!(deed, Deed::Comes | Deed::OtherComes);
    let named = case.page.sights.iter().any(|s| s.clause.zone != Zone::Closing && !s.events().is_empty());
    let here =
        sight.other_day() || sight.events().is_empty() && sentence_other_day(case, sight.clause.sentence, coming);
    // Who stays away from another day than the meeting's stays away from nothing, unless it only says when something happened.
    let firm = sight.occasions.iter().any(|occasion| occasion.exact && !occasion.loose);
    let then = case.tokens(sight).iter().any(|token| token.is("dan"));
    let linked =
        then && sentence_has(case, sight.clause.sentence, |s| s.other_day() && s.occasions.iter().all(|o| !o.loose));
    let elsewhere = linked && !sentence_has(case, sight.clause.sentence, |s| !s.events().is_empty());
    // "In maart kom ik graag": not to what is open now.
    let later = !named && sight.occasions.iter().any(|occasion| occasion.period);
    if coming {
        here || elsewhere || later
    } else {
        deed == Deed::StaysAway && !named && (sight.other_day() && firm || linked)
    }
}

/// "De 15e zit ik vol, 24 januari kan ik wel", "ruil dat maar om": who comes to one event instead of another leaves that.
fn leave_for_another(case: &Case<'_>, lines: &mut BTreeMap<EventId, Vec<Line>>) {
    let comes = |event: &EventId| {
        let said = lines.get(event).into_iter().flatten();
        said.filter(|line| !line.heading).any(|line| line.deed == Deed::Comes)
    };
    let chosen: Vec<EventId> = case.situation.events.iter().map(|event| event.id.clone()).filter(comes).collect();
    let [chosen] = chosen.as_slice() else { return };
    let excused = case.page.sights.iter().zip(case.says).filter(|(_, says)| **says == Says::Excuse);
    let mut left: Vec<EventId> =
        excused.flat_map(|(sight, _)| sight.events()).filter(|event| event != chosen).collect();
    if case.says.contains(&Says::Turns) {
        left.extend(only_registered(case).filter(|event| event != chosen));
    }
    for event in left {
        let open = case.situation.events.iter().any(|known| known.id == event);
        let spoken = lines
            .get(&event)
            .is_some_and(|lines| lines.iter().any(|line| !matches!(line.deed, Deed::Excuse | Deed::Reason)));
        if open && !spoken {
            lines.insert(event, vec![Line::of(Deed::StaysAway)]);
        }
    }
}

/// Does a word just before or in the same sentence take back what was said?
pub(super) fn turned(case: &Case<'_>, number: usize) -> bool {
    let sentence = |at: usize| case.page.sights.get(at).map(|sight| sight.clause.sentence);
    (0..=number)
        .rev()
        .take(4)
        .any(|at| case.says(at) == Says::Turns && sentence(at).zip(sentence(number)).is_some_and(|(a, b)| b - a <= 1))
}

/// Was something not sure, and did a clause since then turn that?
pub(super) fn settled(case: &Case<'_>, number: usize) -> bool {
    let before = case.says.get(..number).unwrap_or_default();
    let unsure = before.iter().rposition(|says| *says == Says::Unsure);
    unsure.is_some_and(|unsure| before.iter().skip(unsure).any(|says| *says == Says::Turns))
}

/// The event that the author is registered for, when it is one.
pub(super) fn only_registered(case: &Case<'_>) -> Option<EventId> {
    let mut registered = case.situation.registered.iter().filter(|(_, names)| !names.is_empty());
    let only = registered.next().map(|(event, _)| event.clone());
    only.filter(|_| registered.next().is_none())
}

/// Does the sentence name a day without a meeting, and none with one?
fn sentence_other_day(case: &Case<'_>, sentence: usize, coming: bool) -> bool {
    // "Zondag de 24e? Ik kom!": a sentence that is no more than a day belongs to the next. "16e" may be the meeting's number, and
    // stands for it in a subject.
    let bare = |sight: &Sight| {
        let numbered = sight.clause.zone == Zone::Subject || !pointers::by_ordinal(case, sight).is_empty();
        let words = case.tokens(sight).iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Number));
        let mut said = words.filter(|token| !case.lexicon.is(token.word, Role::Function));
        coming
            && !numbered
            && sight.clause.sentence + 1 == sentence
            && said.all(|token| sight.occasion_of(token).is_some())
    };
    let near = |sight: &Sight| sight.clause.sentence == sentence || bare(sight);
    let mut sights = case.page.sights.iter().zip(case.says).filter(|(sight, _)| near(sight));
    let aside = |sight: &Sight, says: Says| match says {
        Says::Excuse | Says::Elsewhere => true,
        Says::Nothing => !coming || tells_of_something_else(case, sight),
        _ => false,
    };
    sights.clone().all(|(sight, _)| sight.events().is_empty())
        && sights.any(|(sight, says)| sight.other_day() && !aside(sight, *says))
}

/// "Zijn afspraak is pas vrijdag": a sentence of its own, with a verb and somebody's thing, and no word of the meeting.
fn tells_of_something_else(case: &Case<'_>, sight: &Sight) -> bool {
    let tokens = case.tokens(sight);
    let has = |role| tokens.iter().any(|token| case.lexicon.is(token.word, role));
    let points = tokens.iter().any(|token| matches!(token.fold.as_str(), "het" | "dat" | "dit" | "jullie" | "it"));
    let owned = tokens.iter().any(|token| matches!(token.fold.as_str(), "mijn" | "zijn" | "haar" | "onze" | "m'n"));
    has(Role::Verb) && owned && !has(Role::Meetings) && !points
}

/// How many people the author registered for other events.
fn elsewhere(case: &Case<'_>, event: &EventId) -> u32 {
    let others = case.situation.registered.iter().filter(|(other, _)| *other != event);
    others.map(|(_, names)| u32::try_from(names.len()).unwrap_or(0)).max().unwrap_or(0)
}

/// How many people the author's name stands for: 2 for "Joke en Theo Verkade", as display name or under the mail.
pub(super) fn authors(case: &Case<'_>) -> u32 {
    let own: Vec<String> = fold(case.input.author).split_whitespace().map(str::to_owned).collect();
    let pair = |line: &str| {
        let folded = fold(line);
        let words: Vec<&str> = folded.split_whitespace().take(6).collect();
        let joins = words.iter().skip(1).any(|word| matches!(*word, "en" | "&" | "+" | "and"));
        let company = |word: &&str| case.lexicon.is(case.lexicon.word(word), Role::Company);
        joins
            && !words.iter().any(company)
            && words.len() >= 3
            && words.iter().any(|word| own.iter().any(|name| name == word))
            && folded.split_whitespace().count() <= 6
    };
    let signed = case.input.signature.lines().take(2);
    let typed = case.input.typed.lines().rev().map(str::trim).filter(|line| !line.is_empty()).take(5);
    if pair(case.input.author) || signed.chain(typed).any(pair) { 2 } else { 1 }
}
