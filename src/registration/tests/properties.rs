//! The rules against chance: random evenings of mails, ticks, edits and bounces, and what must hold after each step.

use super::*;
use proptest::prelude::*;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    /// A mail of somebody, taken in by the server so many minutes before it is handled.
    Mail(usize, Vec<Request>, i64),
    /// The coordinator registers so many for somebody.
    Coordinator(usize, u32),
    LetThrough(usize),
    Capacity(u32),
    /// The start moves by so many hours.
    Move(i64),
    /// So many minutes pass.
    Wait(i64),
    /// A letter to somebody comes back; does his address exist?
    Bounce(usize, bool),
}

const PEOPLE: [&str; 6] = ["an", "bea", "cor", "dirk", "els", "fien"];

fn request() -> impl Strategy<Value = Request> {
    let names = proptest::collection::vec(prop::sample::select(vec!["an", "Kees", "Piet Bos", "Piet", "Mo"]), 0..3);
    let names = names.prop_map(|names| names.into_iter().map(str::to_owned).collect::<Vec<_>>());
    let seats = prop_oneof![8 => 1_u32..=4, 1 => Just(u32::MAX), 1 => Just(0)];
    let mode = prop_oneof![2 => Just(Mode::Set), 1 => Just(Mode::Add)];
    prop_oneof![
        6 => (seats.clone(), mode, names.clone())
            .prop_map(|(seats, mode, names)| Request::Register { event: b16(), seats, mode, names }),
        3 => (proptest::option::of(seats), names).prop_map(|(seats, names)| Request::Cancel { event: b16(), seats, names }),
        1 => Just(Request::Forget),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    let delay = prop_oneof![4 => Just(0_i64), 1 => 1..2_000_i64];
    prop_oneof![
        12 => (who.clone(), proptest::collection::vec(request(), 1..3), delay).prop_map(|(w, r, d)| Step::Mail(w, r, d)),
        1 => (who.clone(), 1..6_u32).prop_map(|(who, seats)| Step::Coordinator(who, seats)),
        1 => who.clone().prop_map(Step::LetThrough),
        1 => (1..7_u32).prop_map(Step::Capacity),
        1 => (-30..60_i64).prop_map(Step::Move),
        5 => prop_oneof![1..300_i64, 300..2_000_i64].prop_map(Step::Wait),
        1 => (who, any::<bool>()).prop_map(|(who, gone)| Step::Bounce(who, gone)),
    ]
}

fn start() -> impl Strategy<Value = (u32, WaitlistRule, u32, i64)> {
    let rule = prop_oneof![Just(WaitlistRule::Fill), Just(WaitlistRule::Strict)];
    (1..6_u32, rule, 1..4_u32, 20..70_i64)
}

fn opened((capacity, waitlist, offers_at_once, hours): (u32, WaitlistRule, u32, i64)) -> Evening {
    let mut event = evening("b16", capacity);
    event.rules = Rules { waitlist, offers_at_once, ..Rules::default() };
    let mut world = Evening::with(event);
    for who in PEOPLE {
        world.knows(who);
    }
    world.hours_before(hours);
    world
}

impl Evening {
    fn decide(&self, step: &Step) -> Decision {
        match step {
            Step::Mail(who, requests, delay) => {
                let said_at = self.now - SignedDuration::from_mins(*delay);
                self.decide_mail(PEOPLE[*who], requests, said_at, Authority::Person)
            }
            Step::Coordinator(who, seats) => {
                let authority = Authority::Coordinator { reason: "belde".to_owned() };
                self.decide_mail(PEOPLE[*who], &[set(*seats)], self.now, authority)
            }
            Step::LetThrough(who) => {
                let_through(&self.state, &b16(), &key(PEOPLE[*who]), "mag", self.now).unwrap_or_default()
            }
            Step::Capacity(capacity) => {
                let edit = EventEdit { capacity: Some(*capacity), ..EventEdit::default() };
                edit_event(&self.state, &b16(), edit, self.now).unwrap_or_default()
            }
            Step::Move(hours) => {
                let start = self.event().event.start.checked_add(SignedDuration::from_hours(*hours)).unwrap();
                let edit = EventEdit { start: Some(start), ..EventEdit::default() };
                edit_event(&self.state, &b16(), edit, self.now).unwrap_or_default()
            }
            Step::Wait(_) => tick(&self.state, self.now),
            Step::Bounce(who, gone) => {
                let status = if *gone { "5.1.1" } else { "5.7.1" };
                let letter = Some(LetterKind::Offered);
                letter_bounced(&self.state, &key(PEOPLE[*who]), Some(&b16()), letter, status, self.now)
            }
        }
    }

    fn decide_mail(&self, who: &str, requests: &[Request], said_at: Timestamp, authority: Authority) -> Decision {
        let mail = MailKey::from_hex(format!("{:032x}", self.mails));
        decide(&self.state, &Wish { person: &key(who), requests, said_at, mail: &mail, authority }, self.now)
    }

    /// One step, with all that must hold before and after it.
    fn go(&mut self, step: &Step) {
        self.mails += 1;
        self.now += SignedDuration::from_mins(if let Step::Wait(minutes) = step { *minutes } else { 1 });
        // Whoever was forgotten writes again sooner or later; `handle` makes him known first.
        PEOPLE.iter().for_each(|who| self.knows(who));
        let before = self.event().clone();
        let decision = self.decide(step);
        assert_eq!(decision, self.decide(step), "the same inputs give the same decision");
        self.apply(&decision);
        self.nobody_lost_a_seat_unasked(&before, step);
        self.seats_suffice(&before, step);
        self.registrations_are_sound();
        self.nobody_was_passed(&before, step);
        let news = decision.changes.iter().any(|change| !matches!(change, Change::RemovePerson(_)));
        if let Step::Mail(who, requests, _) = step {
            // Of one that signs up and cancels again nothing is left to know it by; the store knows it.
            let to_and_fro = requests.iter().any(|request| matches!(request, Request::Register { .. }))
                && !self.event().registrations.contains_key(&key(PEOPLE[*who]));
            if news && !to_and_fro && !requests.contains(&Request::Forget) {
                assert_eq!(self.decide(step).changes, [], "a mail read once more changes nothing");
            }
        }
        if matches!(step, Step::Bounce(..)) {
            assert_eq!(self.decide(step).changes, [], "a bounce releases a seat once");
        }
        if news {
            self.the_line_is_at_rest();
        }
        self.time_brings_everything_once();
        let text = serde_json::to_string(&self.state).unwrap();
        assert_eq!(serde_json::from_str::<State>(&text).unwrap(), self.state);
    }

    fn nobody_lost_a_seat_unasked(&self, before: &EventState, step: &Step) {
        for (person, old) in &before.registrations {
            let asked = match step {
                Step::Mail(who, ..) | Step::Coordinator(who, _) => key(PEOPLE[*who]) == *person,
                _ => false,
            };
            let new = self.event().registrations.get(person);
            assert!(asked || new.is_some_and(|new| new.confirmed >= old.confirmed && new.seats() == old.seats()));
        }
    }

    fn seats_suffice(&self, before: &EventState, step: &Step) {
        let known = self.event();
        let confirmed = known.confirmed_seats();
        if !matches!(step, Step::Coordinator(..) | Step::LetThrough(_)) {
            assert!(confirmed <= known.event.capacity.max(before.confirmed_seats()), "{known:?}");
        }
        assert!(confirmed + known.offered_seats() <= known.event.capacity.max(confirmed));
        assert_eq!(known.open_seats(), known.offered_seats() + known.free_seats());
    }

    fn registrations_are_sound(&self) {
        let known = self.event();
        for party in known.registrations.values() {
            assert!(party.seats() > 0);
            assert!(party.names.len() <= party.seats() as usize, "{party:?}");
            assert_eq!(party.waiting > 0, party.in_line_since.is_some(), "{party:?}");
            assert!(party.waiting > 0 || party.silent_since.is_none(), "{party:?}");
            if let Some(offer) = &party.offer {
                assert!((1..=party.waiting).contains(&offer.seats) && party.silent_since.is_none(), "{party:?}");
                assert!(offer.until <= known.event.start.timestamp() && offer.made_at < offer.until, "{party:?}");
            }
        }
    }

    /// Nobody waits for a seat that is free and fits, as far as the rules give it at this time.
    fn the_line_is_at_rest(&self) {
        let known = self.event();
        let reachable = |person: &PersonKey| self.state.people[person].undeliverable.is_none();
        let free = known.free_seats();
        let strict = known.event.rules.waitlist == WaitlistRule::Strict;
        let phase = known.event.phase(self.now);
        for (person, party) in known.line() {
            assert!(party.offer.is_none() || phase != Phase::Give);
            let silent = party.silent_since.is_some() && phase == Phase::Offer;
            if party.offer.is_some() || silent || !reachable(person) {
                continue;
            }
            if matches!(phase, Phase::Give | Phase::Offer) {
                assert!(party.waiting > free, "{person} waits for a free seat: {known:?}");
            }
            if strict {
                break;
            }
        }
    }

    /// Who gained seats did not take them from somebody before him who would have fitted into them.
    fn nobody_was_passed(&self, before: &EventState, step: &Step) {
        if !matches!(step, Step::Mail(_, _, 0) | Step::Capacity(_) | Step::Wait(_)) {
            return;
        }
        for (winner, new) in &self.event().registrations {
            let old = before.registrations.get(winner);
            let gained = new.confirmed.saturating_sub(old.map_or(0, |old| old.confirmed));
            let asked_for_it = old.is_some_and(|old| old.offer.is_some());
            if gained == 0 || asked_for_it {
                continue;
            }
            let place = before.line().iter().position(|(person, _)| *person == winner).unwrap_or(usize::MAX);
            for (person, waits) in before.line().into_iter().take(place) {
                let reachable = self.state.people.get(person).is_some_and(|known| known.undeliverable.is_none());
                let still = self.event().registrations.get(person).filter(|now| {
                    now.confirmed == waits.confirmed
                        && now.waiting == waits.waiting
                        && now.offer.is_none()
                        && now.silent_since.is_none()
                        && reachable
                });
                let Some(still) = still.filter(|_| waits.offer.is_none() && waits.silent_since.is_none()) else {
                    continue;
                };
                let strict = self.event().event.rules.waitlist == WaitlistRule::Strict;
                let fits_still = still.waiting <= self.event().free_seats();
                assert!(
                    !strict && (still.waiting > gained || fits_still),
                    "{winner} passed {person}: {before:?} -> {:?}",
                    self.event()
                );
            }
        }
    }

    fn time_brings_everything_once(&self) {
        let mut later = self.state.clone();
        for change in tick(&self.state, self.now).changes {
            later.apply(&change);
        }
        assert_eq!(tick(&later, self.now).changes, []);
        match next_tick(&later, self.now) {
            Some(next) => {
                assert!(next > self.now);
                assert_eq!(tick(&later, next - SignedDuration::from_nanos(1)).changes, []);
                assert_ne!(tick(&later, next).changes, []);
            }
            None => assert_eq!(tick(&later, self.now + SignedDuration::from_hours(2_000)).changes, []),
        }
    }
}

proptest! {
    #[test]
    fn the_rules_hold_whatever_happens(start in start(), steps in proptest::collection::vec(step(), 1..40)) {
        let mut world = opened(start);
        steps.iter().for_each(|step| world.go(step));
    }

    #[test]
    fn offers_end_by_day_and_in_time(
        minute in 0..4 * 7 * 24 * 60_i64,
        before in 0..60 * 60_i64,
        offer_above_hours in 0..40_u32,
        zone in prop::sample::select(vec!["Europe/Amsterdam", "America/St_Johns", "Pacific/Apia", "UTC"]),
    ) {
        let mut event = evening("b16", 1);
        // Four weeks around the night in which the clock goes back.
        let start = "2017-10-15T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute);
        event.start = start.in_tz(zone).unwrap();
        event.rules.offer_above_hours = offer_above_hours;
        let made = start - SignedDuration::from_secs(60 + before * 60);
        let end = waitlist::answer_by(&event, made);
        prop_assert!(made < end && end <= start);
        if end < start {
            prop_assert!(end >= made + SignedDuration::from_hours(2));
            let local = end.in_tz(zone).unwrap().time();
            prop_assert!((9..21).contains(&local.hour()) || local == jiff::civil::time(21, 0, 0, 0), "{}", local);
        }
    }

    #[test]
    fn all_seats_come_back_when_everybody_cancels(
        start in start(),
        parties in proptest::collection::vec((0..PEOPLE.len(), 1..4_u32), 1..12),
    ) {
        let mut world = opened(start);
        for (who, seats) in parties {
            world.go(&Step::Mail(who, vec![set(seats)], 0));
        }
        for who in PEOPLE {
            for _ in 0..2 {
                // An open offer beside a seat is ended first; then everything can go.
                let waiting = world.seats(who).1.max(1);
                world.go(&Step::Mail(PEOPLE.iter().position(|each| *each == who).unwrap(), vec![cancel_some(waiting, &[])], 0));
                world.go(&Step::Mail(PEOPLE.iter().position(|each| *each == who).unwrap(), vec![cancel_all()], 0));
            }
        }
        prop_assert_eq!(world.event().registrations.len(), 0);
        prop_assert_eq!(world.event().free_seats(), world.event().event.capacity);
    }
}
