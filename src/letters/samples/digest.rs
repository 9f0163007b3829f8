//! Sample letters to the coordinator: digests of a day with everything in it, of the evening before, of a seat that came free too
//! late and of a quiet day; and the alarms.

use super::Setting;
use crate::coordinator::alarm::{Alarm, AlarmState, Way};
use crate::coordinator::digest::{Digest, EventDigest, Item, PartyDigest};
use crate::coordinator::due::DigestKind;
use crate::ids::{Address, MessageId};
use crate::letters::compose::Attachment;
use crate::letters::{AlarmOccasion, DigestOccasion};
use jiff::{SignedDuration, ToSpan};

/// The participants as a spreadsheet of the samples.
const CSV: &[u8] = "\u{feff}naam,adres,plaatsen\r\nSanne de Wit,sanne@dewit.example,2\r\n".as_bytes();

/// Who comes in the samples: name, address, the others of the party.
const COMING: [(&str, &str, &[&str]); 9] = [
    ("Aad van den Berg", "aad@vandenberg.example", &[]),
    ("Bakkerij Jansen", "info@bakkerijjansen.example", &["gast"]),
    ("Fatima El Amrani", "fatima@elamrani.example", &[]),
    ("Henk Duijvestijn", "henk@duijvestijn.example", &["Joke"]),
    ("Karin Zwart", "karin@zwartadvies.example", &[]),
    ("Mo Yilmaz", "mo@yilmazklussen.example", &["Deniz", "gast"]),
    ("Piet Vrolijk", "piet@vrolijk.example", &[]),
    ("Sanne de Wit", "sanne@dewit.example", &["Piet"]),
    ("Wil Kester", "wil@kester.example", &[]),
];

impl Setting {
    /// The sample digests with their names. The quiet one has no meeting and no news.
    pub fn digests(&self) -> Vec<(&'static str, Digest)> {
        let of = |kind, events: Vec<EventDigest>| Digest {
            kind,
            since: self.written_at.checked_sub(24.hours()).unwrap_or(self.written_at),
            at: self.written_at,
            events,
            questions: Vec::new(),
            pitches: Vec::new(),
            undeliverable: Vec::new(),
            unreadable: Vec::new(),
            held_back: Vec::new(),
            list: Vec::new(),
            other: Vec::new(),
        };
        let daily = Digest {
            questions: vec![
                self.item(
                    "Karin Zwart",
                    "Aanmelding 15 november",
                    &["Kan ik bij De Geest parkeren?"],
                    "Karin Zwart is aangemeld en stelt een vraag.",
                ),
                self.item(
                    "Rob Hofland",
                    "Re: Uitnodiging",
                    &["misschien kom ik, het hangt af van de oppas"],
                    "Het is niet zeker of hij komt.",
                ),
            ],
            pitches: vec![self.item(
                "Mo Yilmaz",
                "Pitch",
                &["mag ik vijf minuten over duurzaam klussen vertellen"],
                "Mo Yilmaz wil een pitch houden.",
            )],
            undeliverable: vec![self.item(
                "Wil Kester",
                "",
                &[],
                "De bevestiging kwam terug: de mailbox bestaat niet (5.1.1).",
            )],
            unreadable: vec![self.item(
                "",
                "Foto's",
                &[],
                "De mail is groter dan 20 MB en is ongelezen blijven liggen.",
            )],
            list: vec![self.item(
                "Rob Hofland",
                "Afmelden nieuwsbrief",
                &[],
                "Rob Hofland wil geen uitnodigingen meer.",
            )],
            ..of(DigestKind::Daily, vec![self.meeting(15)])
        };
        let mut line = self.meeting(15).line;
        if let Some(first) = line.first_mut() {
            first.offered_until = None;
        }
        let urgent = EventDigest {
            line,
            free: 1,
            offered: 0,
            not_promoted: vec![self.item(
                "",
                "",
                &[],
                "Er is 1 plaats vrij, maar het is nog maar 8 uur tot de bijeenkomst. Vooraan in de rij: Joost Pronk.",
            )],
            news: Vec::new(),
            ..self.meeting(15)
        };
        vec![
            ("overzicht", daily),
            ("overzicht-vooravond", of(DigestKind::Eve, vec![self.meeting(15)])),
            ("overzicht-dringend", of(DigestKind::Urgent, vec![urgent])),
            ("overzicht-rustig", of(DigestKind::Daily, Vec::new())),
        ]
    }

    /// Sample alarms, each with its name.
    pub fn alarms(&self) -> Vec<(&'static str, Alarm)> {
        let since = self.written_at - SignedDuration::from_hours(26);
        let of = |way, state| Alarm { way, since, state };
        let fails = |why: &str| AlarmState::Fails(why.to_owned());
        vec![
            ("storing-in", of(Way::In, fails("imap.gmail.com:993 gaf binnen 60 seconden geen antwoord"))),
            ("storing-uit", of(Way::Out, fails("smtp.gmail.com laat zzploosduinen@gmail.com niet in"))),
            ("storing-in-voorbij", of(Way::In, AlarmState::WorksAgain(self.written_at))),
            ("storing-uit-voorbij", of(Way::Out, AlarmState::WorksAgain(self.written_at))),
        ]
    }

    /// What a sample alarm is written upon.
    pub fn alarm_occasion(&self, name: &str) -> AlarmOccasion<'_> {
        AlarmOccasion {
            network: &self.network,
            coordinator: &self.coordinator,
            id: MessageId::new(&format!("{name}.voorbeeld@gmail.com")),
            written_at: self.written_at,
        }
    }

    /// What a sample digest is written upon.
    pub fn digest_occasion(&self, name: &str) -> DigestOccasion<'_> {
        let file = Attachment { name: "deelnemers-b16.csv", mime: "text/csv; charset=utf-8", bytes: CSV };
        DigestOccasion {
            network: &self.network,
            coordinator: &self.coordinator,
            id: MessageId::new(&format!("{name}.voorbeeld@gmail.com")),
            written_at: self.written_at,
            attachments: if name.ends_with("rustig") { Vec::new() } else { vec![file] },
        }
    }

    fn meeting(&self, capacity: u32) -> EventDigest {
        let coming: Vec<PartyDigest> = COMING.iter().map(|(name, address, with)| party(name, address, with)).collect();
        let confirmed = coming.iter().map(|party| party.seats).sum();
        let mut line =
            vec![party("Joost Pronk", "joost@pronk.example", &[]), party("Els Boon", "els@boon.example", &["Jan"])];
        for (position, waiting) in (1..).zip(&mut line) {
            waiting.position = Some(position);
        }
        if let Some(first) = line.first_mut() {
            first.offered_until = self.event.start.checked_sub(30.hours()).ok();
        }
        EventDigest {
            id: self.event.id.clone(),
            title: self.event.title.clone(),
            start: self.event.start.clone(),
            venue: self.event.venue.clone(),
            called_off: false,
            capacity,
            confirmed,
            free: capacity.saturating_sub(confirmed).saturating_sub(1),
            offered: 1,
            waiting: line.iter().map(|party| party.seats).sum(),
            coming,
            line,
            dropped_out: vec![self.item("Cor Bal", "", &[], "Cor Bal valt af (1 plaats).")],
            not_promoted: Vec::new(),
            news: vec![self.item("Sanne de Wit", "", &[], "Sanne de Wit komt met Piet.")],
        }
    }

    fn item(&self, who: &str, subject: &str, words: &[&str], text: &str) -> Item {
        let address =
            COMING.iter().find(|(name, ..)| *name == who).and_then(|(_, address, _)| Address::new(*address).ok());
        Item {
            at: self.written_at,
            who: (!who.is_empty()).then(|| who.to_owned()),
            address,
            event: None,
            text: text.to_owned(),
            subject: (!subject.is_empty()).then(|| subject.to_owned()),
            words: words.iter().map(|&words| words.to_owned()).collect(),
        }
    }
}

fn party(name: &str, address: &str, with: &[&str]) -> PartyDigest {
    let names: Vec<String> = [name].iter().chain(with).map(|&name| name.to_owned()).collect();
    PartyDigest {
        name: name.to_owned(),
        address: Address::new(address).ok(),
        seats: u32::try_from(names.len()).unwrap_or(1),
        names,
        position: None,
        offered_until: None,
        new: matches!(name, "Sanne de Wit" | "Mo Yilmaz" | "Els Boon"),
        let_through: (name == "Henk Duijvestijn").then(|| "spreker".to_owned()),
        unreachable: name == "Wil Kester",
    }
}
