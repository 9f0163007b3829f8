//! Mails of the logbook, and what a folder of them comes to when some are missing, altered, doubled or of another store.

use super::mail::{Carried, of_lines, read};
use super::plan::Plan;
use super::{Line, LoggedLetter, What};
use crate::config::Network;
use crate::ids::Address;
use crate::mail::letter_ids::LetterSecret;
use jiff::Timestamp;
use jiff::tz::TimeZone;

fn network() -> Network {
    Network {
        name: "ZZP Loosduinen".to_owned(),
        address: Address::new("zzp@voorbeeld.nl").unwrap(),
        aliases: Vec::new(),
        time_zone: TimeZone::UTC,
    }
}

fn line(book: u32, number: u64) -> Line {
    let value = serde_json::json!(format!("{book}/{number}"));
    let at = Timestamp::from_second(1000 * i64::try_from(number).unwrap()).unwrap();
    Line { book, number, at, what: What::Setting { name: "x".to_owned(), value } }
}

fn lines(book: u32, numbers: impl Iterator<Item = u64>) -> Vec<Line> {
    numbers.map(|number| line(book, number)).collect()
}

fn mail(lines: &[Line], secret: &LetterSecret) -> Vec<u8> {
    of_lines(lines, &network(), secret, Timestamp::UNIX_EPOCH).unwrap().unwrap()
}

fn plan(mails: &[Vec<u8>], configured: Option<&LetterSecret>) -> Plan {
    let carried: Vec<Option<Carried>> = mails.iter().map(|mail| read(mail)).collect();
    Plan::of(&carried, configured)
}

fn numbers(plan: &Plan) -> Vec<(u32, u64)> {
    plan.lines.iter().map(|line| (line.book, line.number)).collect()
}

#[test]
fn lines_come_back_in_order_whatever_order_their_mails_have() {
    let secret = LetterSecret::new([1; 32]);
    let mails = [mail(&lines(0, 3..5), &secret), mail(&lines(0, 0..3), &secret), mail(&lines(0, 2..4), &secret)];
    let plan = plan(&mails, Some(&secret));
    assert_eq!(numbers(&plan), [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4)]);
    assert_eq!((plan.damaged, plan.missing.len(), plan.next()), (0, 0, (1, 5)));
    assert_eq!(plan.whole_until(), Some(Timestamp::from_second(4000).unwrap()));
}

#[test]
fn what_is_missing_is_said_and_the_rest_is_used() {
    let secret = LetterSecret::new([1; 32]);
    let mails = [mail(&lines(0, 0..2), &secret), mail(&lines(0, 4..6), &secret)];
    let plan = plan(&mails, Some(&secret));
    assert_eq!(plan.missing, [(2, 3)]);
    assert_eq!(numbers(&plan).len(), 4);
    // Of what came in after line 1 the mails are looked at again.
    assert_eq!(plan.whole_until(), Some(Timestamp::from_second(1000).unwrap()));
}

#[test]
fn a_later_store_went_on_from_where_it_began() {
    let secret = LetterSecret::new([1; 32]);
    // The old machine wrote three more lines that the rebuild never saw.
    let mails = [mail(&lines(0, 0..8), &secret), mail(&lines(1, 5..7), &secret)];
    let plan = plan(&mails, Some(&secret));
    assert_eq!(numbers(&plan), [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 5), (1, 6)]);
    assert_eq!(plan.next(), (2, 7));
}

#[test]
fn nobody_else_can_write_in_it() {
    let (ours, theirs) = (LetterSecret::new([1; 32]), LetterSecret::new([2; 32]));
    let mails = [mail(&lines(0, 0..3), &ours), mail(&lines(9, 0..9), &theirs)];
    let found = plan(&mails, Some(&ours));
    assert_eq!((numbers(&found).len(), found.damaged), (3, 1));
    let mut altered = mail(&lines(0, 3..4), &ours);
    let at = altered.windows(4).rposition(|part| part == b"eyJi").unwrap();
    altered[at + 2] ^= 2;
    let found = plan(&[altered], Some(&ours));
    assert!(found.is_empty() && found.damaged == 1);
}

#[test]
fn the_secret_is_found_where_the_configuration_names_none() {
    let secret = LetterSecret::new([3; 32]);
    let mut first = lines(0, 0..2);
    first[0].what = What::Setting { name: "letter-secret".to_owned(), value: serde_json::json!(secret.bytes()) };
    let mut forged = lines(0, 0..1);
    let other = LetterSecret::new([4; 32]);
    forged[0].what = What::Setting { name: "letter-secret".to_owned(), value: serde_json::json!(other.bytes()) };
    let mails = [mail(&forged, &other), mail(&first, &secret), mail(&lines(0, 2..4), &secret)];
    let plan = plan(&mails, None);
    assert_eq!(plan.secret.as_ref().map(LetterSecret::bytes), Some([3; 32]), "the one that seals most");
    assert_eq!((numbers(&plan).len(), plan.damaged), (4, 1));
}

#[test]
fn a_mail_of_it_tells_people_what_it_is() {
    let secret = LetterSecret::new([1; 32]);
    let mail = String::from_utf8(mail(&lines(0, 0..3), &secret)).unwrap();
    assert!(mail.contains("X-Aanmelder: logboek\r\n") && mail.contains("Auto-Submitted: auto-generated"));
    assert!(mail.contains("Subject: aanmelder logboek"));
    let text = mail.split("text/plain").nth(1).unwrap().replace("=\r\n", "");
    assert!(text.contains("Bewaar deze map") && text.contains("Regels 0 tot en met 2"), "{text}");
    assert_eq!(read(b"From: a@b.nl\r\n\r\nIk kom graag."), None);
}

#[test]
fn letters_stand_in_the_lines_as_they_always_did() {
    let waiting = r#"{"id":"b16.1@zzp.example","kind":"confirmed","person":"an@voorbeeld.nl","to":"An@voorbeeld.nl","event":"b16","written_at":"2017-11-01T08:01:00Z","text":"aGFsbG8="}"#;
    let gone = r#"{"id":"d1@zzp.example","kind":null,"person":null,"to":"marijke@voorbeeld.nl","event":null,"written_at":"2017-11-01T20:00:00Z"}"#;
    for text in [waiting, gone] {
        let letter: LoggedLetter = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&letter).unwrap(), text);
    }
    let letter = serde_json::from_str::<LoggedLetter>(waiting).unwrap().letter();
    assert_eq!((letter.head.to.as_str(), letter.bytes.as_slice()), ("An@voorbeeld.nl", b"hallo".as_slice()));
}
