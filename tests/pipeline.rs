//! Mails taken through `handle` one after another, as the daemon does it, without a server, a clock or a store: what becomes
//! of each, and what its author hears.

use aanmelder::config::{Caps, Coordinator, Network};
use aanmelder::handle::{Setting, handle};
use aanmelder::ids::{Address, EventId};
use aanmelder::letters::Letters;
use aanmelder::mail::letter_ids::LetterSecret;
use aanmelder::mail::{Filing, Location, RawMail};
use aanmelder::outcome::{Letter, Outcome};
use aanmelder::registration::{Event, EventStatus, LetterKind, NoteKind, Rules, State, create_event};
use aanmelder::understanding::Disposition;
use jiff::civil::time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A network with one meeting of two places, and the mails that it got so far.
struct Inbox {
    network: Network,
    coordinator: Coordinator,
    secret: LetterSecret,
    caps: Caps,
    letters: Letters,
    state: State,
    now: Timestamp,
    count: u32,
}

impl Inbox {
    fn new(capacity: u32) -> Self {
        let zone = TimeZone::get("Europe/Amsterdam").unwrap();
        let event = Event {
            id: EventId::new("b16").unwrap(),
            title: "16e bijeenkomst ZZP Loosduinen".into(),
            start: "2017-11-15T14:15:00+01:00[Europe/Amsterdam]".parse().unwrap(),
            end: "2017-11-15T17:00:00+01:00[Europe/Amsterdam]".parse().unwrap(),
            venue: "De Geest".into(),
            address: "Georges Bizetstraat 25, Den Haag".into(),
            capacity,
            rules: Rules::default(),
            status: EventStatus::Open,
            sequence: 0,
        };
        let mut state = State::default();
        let made = create_event(&state, event).unwrap();
        made.changes.iter().for_each(|change| state.apply(change));
        Self {
            network: Network {
                name: "ZZP Loosduinen".into(),
                address: Address::new("zzploosduinen@gmail.com").unwrap(),
                aliases: vec![],
                time_zone: zone,
            },
            coordinator: Coordinator {
                name: "Ria".into(),
                address: Address::new("ria@voorbeeld.example").unwrap(),
                digest_at: time(18, 0, 0, 0),
                eve_digest_at: time(19, 0, 0, 0),
            },
            secret: LetterSecret::new([7; 32]),
            caps: Caps::default(),
            letters: Letters::built_in(),
            state,
            now: "2017-11-01T09:00:00Z".parse().unwrap(),
            count: 0,
        }
    }

    /// Takes in a mail that the provider vouches for, half an hour after the one before.
    fn mail(&mut self, from: &str, subject: &str, body: &str) -> Outcome {
        self.raw(&vouched(from), from, subject, body)
    }

    /// Takes in a mail with further header lines.
    fn raw(&mut self, headers: &str, from: &str, subject: &str, body: &str) -> Outcome {
        self.count += 1;
        let id = format!("mail{}@voorbeeld.example", self.count);
        let bytes = format!(
            "{headers}From: {from}\r\nTo: zzploosduinen@gmail.com\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n\
             Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
        );
        self.take(bytes.into_bytes())
    }

    /// Takes in any bytes.
    fn take(&mut self, bytes: Vec<u8>) -> Outcome {
        self.now += SignedDuration::from_mins(30);
        let location = Location::Maildir { name: format!("m{}", self.count) };
        let raw = RawMail { location, received_at: self.now, bytes };
        let setting = Setting {
            network: &self.network,
            coordinator: &self.coordinator,
            authserv_id: Some("mx.google.com"),
            secret: &self.secret,
            caps: &self.caps,
            letters: &self.letters,
        };
        let outcome = handle(&raw, &self.state, &setting, self.now);
        outcome.changes.iter().for_each(|change| self.state.apply(change));
        outcome
    }

    fn confirmed(&self) -> u32 {
        self.state.events.values().flat_map(|event| event.registrations.values()).map(|mine| mine.confirmed).sum()
    }

    /// Has this person a seat?
    fn comes(&self, address: &str) -> bool {
        let person = Address::new(address).unwrap().person();
        let mut mine = self.state.events.values().filter_map(|event| event.registrations.get(&person));
        mine.any(|mine| mine.confirmed > 0)
    }
}

/// What Gmail writes above a mail whose sender it could check.
fn vouched(from: &str) -> String {
    let address = from.rsplit('<').next().unwrap_or(from).trim_end_matches('>');
    let domain = address.rsplit('@').next().unwrap_or_default();
    format!(
        "Return-Path: <{address}>\r\nAuthentication-Results: mx.google.com; dkim=pass header.i=@{domain}; \
         spf=pass smtp.mailfrom={address}; dmarc=pass header.from={domain}\r\n"
    )
}

fn kinds(outcome: &Outcome) -> Vec<(String, LetterKind)> {
    let of = |letter: &Letter| Some((letter.head.to.as_str().split('@').next()?.to_owned(), letter.head.kind?));
    let mut kinds: Vec<_> = outcome.letters.iter().filter_map(of).collect();
    kinds.sort();
    kinds
}

fn told(who: &str, kind: LetterKind) -> (String, LetterKind) {
    (who.to_owned(), kind)
}

fn filing(outcome: &Outcome) -> Filing {
    outcome.mail.as_ref().unwrap().filing
}

const SANNE: &str = "Sanne de Wit <sanne@dewit.example>";
const KEES: &str = "Kees Bos <kees@bos.example>";

#[test]
fn a_sign_up_is_confirmed_and_filed() {
    let mut inbox = Inbox::new(2);
    let outcome =
        inbox.mail(SANNE, "Aanmelding 15 november", "Hallo, ik kom graag op 15 november.\r\n\r\nGroet, Sanne");
    assert_eq!(kinds(&outcome), [told("sanne", LetterKind::Confirmed)]);
    assert_eq!(filing(&outcome), Filing::Registered);
    assert_eq!(inbox.confirmed(), 1);
    let entry = outcome.entry.unwrap();
    assert!(entry.evidence.iter().any(|words| words.contains("ik kom graag")), "{:?}", entry.evidence);
}

#[test]
fn who_does_not_fit_waits_and_moves_up_when_somebody_drops_out() {
    let mut inbox = Inbox::new(2);
    inbox.mail(SANNE, "Aanmelding", "Ik kom graag met mijn collega, we zijn met z'n tweeën.");
    let waits = inbox.mail(KEES, "Aanmelding", "Ik meld me aan voor 15 november.");
    assert_eq!(kinds(&waits), [told("kees", LetterKind::Waitlisted)]);
    assert_eq!(filing(&waits), Filing::Waitlist);
    let out = inbox.mail(SANNE, "Afmelding", "Helaas kunnen we er allebei niet bij zijn, meld ons maar af.");
    assert_eq!(kinds(&out), [told("kees", LetterKind::Promoted), told("sanne", LetterKind::Cancelled)]);
    assert_eq!(filing(&out), Filing::Cancelled);
    assert_eq!(inbox.confirmed(), 1);
}

#[test]
fn an_answer_to_an_old_invitation_books_nobody_though_no_header_says_that_it_answers() {
    let mut inbox = Inbox::new(2);
    let quoted = "Ben erbij!\r\n\r\nOp 5 nov. 2017 om 12:20 heeft ZZP Loosduinen <zzploosduinen@gmail.com> het volgende \
                  geschreven:\r\n\r\n> Op donderdag 14 september is de 15e bijeenkomst van ZZP Loosduinen.";
    let outcome = inbox.mail(SANNE, "Re: Uitnodiging: 15e bijeenkomst ZZP Loosduinen", quoted);
    assert_eq!((filing(&outcome), inbox.confirmed()), (Filing::Question, 0));
}

#[test]
fn the_same_wish_again_changes_nothing_and_is_confirmed_kindly() {
    let mut inbox = Inbox::new(2);
    inbox.mail(SANNE, "Aanmelding", "Ik kom graag op 15 november.");
    let before = inbox.state.events.clone();
    let again = inbox.mail(SANNE, "Aanmelding", "Ik kom graag op 15 november.");
    assert_eq!(kinds(&again), [told("sanne", LetterKind::AlreadyRegistered)]);
    assert_eq!(inbox.state.events, before);
}

#[test]
fn a_cancellation_that_nobody_vouches_for_is_asked_about_first() {
    let mut inbox = Inbox::new(2);
    inbox.mail(SANNE, "Aanmelding", "Ik kom graag op 15 november.");
    let forged = inbox.raw("", SANNE, "Afmelding", "Ik kan helaas niet komen, meld me maar af.");
    assert_eq!(kinds(&forged), [told("sanne", LetterKind::PleaseConfirm)]);
    assert_eq!(inbox.confirmed(), 1, "a forged mail takes nothing away");
    let asked = &forged.letters[0].head.id;
    let reply = format!("In-Reply-To: <{asked}>\r\nReferences: <{asked}>\r\n");
    inbox.raw(&reply, "Boef <boef@elders.example>", "Re: Klopt dit?", "Ja, dat klopt.");
    assert!(inbox.comes("sanne@dewit.example"), "the letter's id is worth nothing from another address");
    let yes = inbox.raw(&reply, SANNE, "Re: Klopt dit?", "Ja, dat klopt.");
    assert_eq!(kinds(&yes), [told("sanne", LetterKind::Cancelled)]);
    assert_eq!(yes.entry.as_ref().unwrap().disposition, Some(Disposition::Act), "nobody has to look at it any more");
    assert!(!inbox.comes("sanne@dewit.example"));
    let late = inbox.raw(&reply, SANNE, "Re: Klopt dit?", "Ja, dat klopt.");
    assert!(!kinds(&late).iter().any(|(_, kind)| *kind == LetterKind::Cancelled), "a word counts once: {late:?}");
}

#[test]
fn a_no_to_our_question_leaves_everything_as_it_was() {
    let mut inbox = Inbox::new(2);
    inbox.mail(SANNE, "Aanmelding", "Ik kom graag op 15 november.");
    let forged = inbox.raw("", SANNE, "Afmelding", "Ik kan helaas niet komen, meld me maar af.");
    let asked = &forged.letters[0].head.id;
    inbox.raw(&format!("In-Reply-To: <{asked}>\r\n"), SANNE, "Re: Klopt dit?", "Nee");
    assert_eq!(inbox.confirmed(), 1);
    assert!(inbox.state.people.values().all(|person| person.pending.is_none()));
}

#[test]
fn our_own_letters_fed_back_are_never_answered() {
    let mut inbox = Inbox::new(1);
    let letters = [
        inbox.mail(SANNE, "Aanmelding", "Ik kom graag op 15 november."),
        inbox.mail(KEES, "Aanmelding", "Ik kom graag op 15 november."),
        inbox.mail(SANNE, "Afmelding", "Meld me maar af, ik kan niet."),
    ];
    for letter in letters.iter().flat_map(|outcome| &outcome.letters) {
        let back = inbox.take(letter.bytes.clone());
        assert!(back.letters.is_empty() && back.changes.is_empty(), "{back:?}");
    }
}

#[test]
fn who_is_known_hears_once_a_day_that_the_coordinator_looks() {
    let mut inbox = Inbox::new(2);
    inbox.mail(SANNE, "Aanmelding", "Ik kom graag op 15 november.");
    let first = inbox.mail(SANNE, "Vraagje", "Is er ook parkeergelegenheid bij De Geest?");
    assert_eq!(kinds(&first), [told("sanne", LetterKind::PassedOn)]);
    assert_eq!(filing(&first), Filing::Question);
    let second = inbox.mail(SANNE, "Vraagje", "En hoe laat begint de bijeenkomst precies?");
    assert_eq!(kinds(&second), []);
    assert_eq!(filing(&second), Filing::Question);
    let stranger = inbox.mail(KEES, "Vraagje", "Is er ook parkeergelegenheid bij De Geest?");
    assert_eq!(kinds(&stranger), [], "a stranger's question is for the coordinator alone");
}

#[test]
fn a_sign_up_with_a_question_is_both_carried_out_and_left_for_the_coordinator() {
    let mut inbox = Inbox::new(2);
    let body = "Ik kom graag op 15 november. Is er ook plek om te parkeren?";
    let outcome = inbox.mail(SANNE, "Aanmelding", body);
    assert_eq!(kinds(&outcome), [told("sanne", LetterKind::Confirmed)]);
    assert_eq!(filing(&outcome), Filing::Question);
    let notes = outcome.entry.unwrap().notes;
    assert!(notes.iter().any(|note| note.kind == NoteKind::Question), "{notes:?}");
}

#[test]
fn over_the_cap_it_is_done_all_the_same_but_silently() {
    let mut inbox = Inbox::new(2);
    inbox.caps = Caps { person_day: 1, ..Caps::default() };
    inbox.mail(SANNE, "Aanmelding", "Ik kom graag op 15 november.");
    let out = inbox.mail(SANNE, "Afmelding", "Ik kan helaas niet komen, meld me maar af.");
    assert_eq!(kinds(&out), []);
    assert_eq!(inbox.confirmed(), 0);
    assert_eq!(filing(&out), Filing::Question, "what is not confirmed is left unread");
    assert!(out.entry.unwrap().notes.iter().any(|note| note.kind == NoteKind::HeldBack));
}

#[test]
fn what_is_none_of_our_business_leaves_no_trace() {
    let mut inbox = Inbox::new(2);
    let newsletter = "List-Unsubscribe: <mailto:uit@krant.example>\r\nPrecedence: bulk\r\n";
    let outcomes = [
        inbox.raw(
            newsletter,
            "Krant <nieuws@krant.example>",
            "Meld je nu aan!",
            "Schrijf je in voor ons event op 15 november.",
        ),
        inbox.raw("Auto-Submitted: auto-replied\r\n", SANNE, "Afwezig", "Ik ben er niet tot 20 november."),
        inbox.mail(KEES, "Bedankt", "Bedankt voor de gezellige middag!"),
    ];
    for outcome in outcomes {
        assert!(outcome.letters.is_empty() && outcome.changes.is_empty() && outcome.entry.is_none(), "{outcome:?}");
        assert_eq!(filing(&outcome), Filing::Untouched);
    }
}

#[test]
fn bytes_that_are_no_mail_are_set_aside_for_the_coordinator() {
    let mut inbox = Inbox::new(2);
    let outcome = inbox.take(Vec::new());
    assert_eq!(filing(&outcome), Filing::Untouched);
    assert!(outcome.entry.unwrap().notes.iter().any(|note| note.kind == NoteKind::Unreadable));
}

#[test]
fn the_same_mail_gives_the_same_letter_to_the_last_byte() {
    let letter = || Inbox::new(2).mail(SANNE, "Aanmelding", "Ik kom graag op 15 november.").letters[0].clone();
    assert_eq!(letter(), letter());
}
