//! One row a sign: what the mail carries, and the three decisions.

use super::*;
use crate::ids::{EventId, MessageId};
use crate::mail::{Location, RawMail, message};
use jiff::Timestamp;

const NO: MayAnswer = MayAnswer::No;
const YES: MayAnswer = MayAnswer::Yes;
const IF: MayAnswer = MayAnswer::IfUnexpected;

/// A mail of a newcomer to us, with these fields in place of its own, and a body.
fn mail(fields: &str, body: &str) -> Message {
    let mut head: Vec<(String, String)> = [
        ("Return-Path", "<sanne@dewit.nl>"),
        ("From", "Sanne de Wit <sanne@dewit.nl>"),
        ("To", "ZZP <zzp@netwerk.nl>"),
        ("Subject", "Aanmelding"),
        ("Message-ID", "<1@dewit.nl>"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec();
    for line in fields.lines().filter(|line| !line.trim().is_empty()) {
        let (name, value) = line.split_once(':').unwrap();
        let (name, value) = (name.trim(), value.trim());
        head.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        if value != "-" {
            head.push((name.to_owned(), value.to_owned()));
        }
    }
    let head: String = head.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let bytes = format!("{head}\r\n{}", body.replace('\n', "\r\n")).into_bytes();
    let location = Location::Maildir { name: "1".to_owned() };
    message::parse(&RawMail { location, received_at: Timestamp::UNIX_EPOCH, bytes }).unwrap()
}

fn screened(message: &Message, known: bool) -> Screened {
    let address = |text: &str| Address::new(text).unwrap();
    let (own, coordinator) = (address("zzp@netwerk.nl"), address("marja@netwerk.nl"));
    let aliases = [address("zzpnetwerk@gmail.com")];
    let secret = LetterSecret::new([3; 32]);
    let who = Identities {
        own: &own,
        aliases: &aliases,
        coordinator: &coordinator,
        authserv_id: Some("mx.google.com"),
        secret: &secret,
        known,
    };
    screen(message, &who)
}

#[derive(Clone, Copy)]
enum Author {
    Stranger,
    Known,
}
use Author::{Known, Stranger};

#[test]
fn every_sign() {
    let rows: &[(&str, Author, Origin, bool, MayAnswer)] = &[
        // A person.
        ("", Stranger, Origin::Person, true, YES),
        ("Return-Path: -", Stranger, Origin::Person, true, YES),
        ("From: Marja <MARJA@netwerk.nl>", Known, Origin::Coordinator, true, YES),
        ("From: Postmaster <postmaster@dewit.nl>", Stranger, Origin::Person, true, YES),
        // Our own mail.
        ("From: zzp@netwerk.nl", Stranger, Origin::Own, false, NO),
        ("From: ZZP@Netwerk.nl", Known, Origin::Own, false, NO),
        ("From: z.z.pnetwerk+x@googlemail.com", Stranger, Origin::Own, false, NO),
        ("From: zzp+tag@netwerk.nl", Stranger, Origin::Own, false, NO),
        ("Sender: zzp@netwerk.nl", Stranger, Origin::Own, false, NO),
        ("Return-Path: <zzp@netwerk.nl>", Stranger, Origin::Own, false, NO),
        ("Message-ID: <aanmelder.b16.0123456789abcdef.0123456789abcdef@netwerk.nl>", Known, Origin::Own, false, NO),
        ("X-Aanmelder: bevestiging", Stranger, Origin::Own, false, NO),
        // Null return path.
        ("Return-Path: <>", Stranger, Origin::Automatic, false, NO),
        ("Return-Path: < >", Known, Origin::Automatic, false, NO),
        // Auto-Submitted.
        ("Auto-Submitted: auto-replied", Known, Origin::Automatic, false, NO),
        ("auto-submitted: Auto-Replied; owner-email=x@y.nl", Known, Origin::Automatic, false, NO),
        ("Auto-Submitted: auto-generated", Known, Origin::Automatic, false, NO),
        ("Auto-Submitted: auto-notified; x", Stranger, Origin::Automatic, false, NO),
        ("Auto-Submitted: no", Stranger, Origin::Person, true, YES),
        ("Auto-Submitted: No; comment", Stranger, Origin::Person, true, YES),
        ("Auto-Submitted: no (a person)", Stranger, Origin::Person, true, YES),
        // A rule of an Exchange mailbox sent a person's mail on.
        ("Auto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: a@b.nl", Known, Origin::Person, true, IF),
        ("Auto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: a@b.nl", Stranger, Origin::Person, false, NO),
        (
            "Auto-Submitted: auto-generated\nX-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent",
            Known,
            Origin::Person,
            true,
            IF,
        ),
        ("Auto-Submitted: auto-replied\nX-MS-Exchange-Inbox-Rules-Loop: a@b.nl", Known, Origin::Automatic, false, NO),
        // Precedence.
        ("Precedence: bulk", Known, Origin::Bulk, false, NO),
        ("Precedence: Junk", Known, Origin::Bulk, false, NO),
        ("precedence: LIST", Stranger, Origin::Bulk, false, NO),
        ("X-Precedence: bulk", Stranger, Origin::Bulk, false, NO),
        ("X-Precedence: auto_reply", Stranger, Origin::Automatic, false, NO),
        ("Precedence: auto-reply", Stranger, Origin::Automatic, false, NO),
        ("Precedence: first-class", Stranger, Origin::Person, true, YES),
        // Lists.
        ("List-Id: <x.y.nl>", Stranger, Origin::Bulk, false, NO),
        ("List-Owner: <mailto:x@y.nl>", Stranger, Origin::Bulk, false, NO),
        ("List-Subscribe: <mailto:x@y.nl>", Stranger, Origin::Bulk, false, NO),
        ("List-Post: <mailto:x@y.nl>", Stranger, Origin::Bulk, false, NO),
        ("List-Unsubscribe: <https://x.nl>", Known, Origin::Bulk, false, NO),
        ("LIST-HELP: <mailto:x@y.nl>", Stranger, Origin::Bulk, false, NO),
        ("List-Archive: <https://x.nl>", Stranger, Origin::Bulk, false, NO),
        // A member who writes through a relay.
        ("List-Id: <x.y.nl>\nList-Post: <mailto:x@y.nl>", Known, Origin::Person, true, NO),
        ("List-Id: <x.y.nl>\nPrecedence: list\nList-Unsubscribe: <mailto:u@y.nl>", Known, Origin::Person, true, NO),
        ("List-Id: <x.y.nl>\nList-Post: <mailto:x@y.nl>\nTo: leden@y.nl", Known, Origin::Bulk, false, NO),
        ("List-Id: <x.y.nl>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click", Known, Origin::Bulk, false, NO),
        // Fields of autoresponders.
        ("X-Autoreply: yes", Known, Origin::Automatic, false, NO),
        ("X-AutoReply: no", Stranger, Origin::Person, true, YES),
        ("X-Autorespond: 1", Stranger, Origin::Automatic, false, NO),
        ("X-Autoresponder: x", Stranger, Origin::Automatic, false, NO),
        ("X-Auto-Generated: yes", Stranger, Origin::Automatic, false, NO),
        ("X-Loop: a@b.nl", Stranger, Origin::Automatic, false, NO),
        ("HolidayReply: x", Stranger, Origin::Automatic, false, NO),
        ("X-MachineGenerated: true", Stranger, Origin::Automatic, false, NO),
        // X-Auto-Response-Suppress forbids the answer at most.
        ("X-Auto-Response-Suppress: All", Stranger, Origin::Person, true, NO),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", Stranger, Origin::Person, true, NO),
        ("X-Auto-Response-Suppress: OOF", Known, Origin::Person, true, YES),
        ("X-Auto-Response-Suppress: None", Stranger, Origin::Person, true, YES),
        ("X-Auto-Response-Suppress: DR, RN, NRN", Stranger, Origin::Person, true, YES),
        // Local parts.
        ("From: no-reply@shop.nl", Stranger, Origin::Automatic, false, NO),
        ("From: noreply@shop.nl", Known, Origin::Automatic, false, NO),
        ("From: NoReply-bestelling@shop.nl", Stranger, Origin::Automatic, false, NO),
        ("From: do_not_reply@shop.nl", Stranger, Origin::Automatic, false, NO),
        ("From: listserv@x.nl", Stranger, Origin::Automatic, false, NO),
        ("From: majordomo@x.nl", Stranger, Origin::Automatic, false, NO),
        ("From: owner-lijst@x.nl", Stranger, Origin::Automatic, false, NO),
        ("From: lijst-request@x.nl", Stranger, Origin::Automatic, false, NO),
        ("From: info@x.nl", Stranger, Origin::Person, true, YES),
        // Subjects.
        ("Subject: Automatisch antwoord: Uitnodiging", Known, Origin::Automatic, false, NO),
        ("Subject: Automatische beantwoording: x", Known, Origin::Automatic, false, NO),
        ("Subject: Afwezig: Re: Uitnodiging", Known, Origin::Automatic, false, NO),
        ("Subject: Afwezigheidsassistent: x", Known, Origin::Automatic, false, NO),
        ("Subject: Out of Office Re: x", Known, Origin::Automatic, false, NO),
        ("Subject: Automatic reply: x", Known, Origin::Automatic, false, NO),
        ("Subject: Automatische Antwort: x", Known, Origin::Automatic, false, NO),
        ("Subject: Abwesenheitsnotiz", Known, Origin::Automatic, false, NO),
        ("Subject: =?utf-8?Q?R=C3=A9ponse_automatique?= : x", Known, Origin::Automatic, false, NO),
        ("Subject: Afwezig op 15 november", Known, Origin::Person, true, YES),
        ("Subject: Afwezig: week 46", Known, Origin::Person, true, YES),
        ("Subject: Re: Out of office", Known, Origin::Person, true, YES),
        // Reports and receipts.
        ("From: MAILER-DAEMON@x.nl", Stranger, Origin::Bounce, false, NO),
        ("From: postmaster@x.nl\nReturn-Path: <>", Stranger, Origin::Bounce, false, NO),
        ("X-Failed-Recipients: a@b.nl", Stranger, Origin::Bounce, false, NO),
        (
            "Content-Type: multipart/report; report-type=\"delivery-status\"; boundary=x",
            Stranger,
            Origin::Bounce,
            false,
            NO,
        ),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=x",
            Known,
            Origin::Automatic,
            false,
            NO,
        ),
        // To whom it was written.
        ("To: piet@x.nl", Known, Origin::Person, false, NO),
        ("To: undisclosed-recipients:;", Stranger, Origin::Person, false, NO),
        ("To: -", Known, Origin::Person, false, NO),
        ("To: piet@x.nl\nCc: zzp@netwerk.nl", Stranger, Origin::Person, true, YES),
        ("To: ZZPnetwerk@gmail.com", Stranger, Origin::Person, true, YES),
        ("To: piet@x.nl\nResent-To: ZZP <zzp@netwerk.nl>", Stranger, Origin::Person, true, YES),
        ("From: marja@netwerk.nl\nTo: piet@x.nl", Known, Origin::Coordinator, true, NO),
        // Who wrote it.
        ("From: a@x.nl, b@x.nl", Known, Origin::Person, false, NO),
        ("From: -", Known, Origin::Person, false, NO),
        ("X-Spam-Flag: YES", Stranger, Origin::Person, false, NO),
        ("X-Spam-Flag: YES", Known, Origin::Person, true, YES),
    ];
    for (fields, author, origin, may_act, may_answer) in rows {
        let screened = screened(&mail(fields, "Ik kom graag.\n"), matches!(author, Known));
        let got = (screened.origin, screened.may_act, screened.may_answer);
        assert_eq!(got, (*origin, *may_act, *may_answer), "{fields:?}: {}", screened.reason);
        assert!(screened.reason.ends_with('.') && screened.reason.len() > 10, "{fields:?}");
    }
}

#[test]
fn two_from_fields_are_nobodys() {
    let bytes = b"From: a@x.nl\r\nFrom: b@x.nl\r\nTo: zzp@netwerk.nl\r\nSubject: x\r\n\r\nIk kom.\r\n".to_vec();
    let location = Location::Maildir { name: "1".to_owned() };
    let message = message::parse(&RawMail { location, received_at: Timestamp::UNIX_EPOCH, bytes }).unwrap();
    let screened = screened(&message, true);
    assert_eq!((screened.may_act, screened.may_answer), (false, NO));
    assert!(matches!(screened.proof, Proof::Nothing(_)));
}

#[test]
fn a_report_without_any_mark_is_known_by_our_letter_in_it() {
    let body = "Niet bezorgd:\nMessage-ID: <aanmelder.b16.0123456789abcdef.0123456789abcdef@netwerk.nl>\n";
    assert_eq!(screened(&mail("Return-Path: <>", body), false).origin, Origin::Bounce);
    assert_eq!(screened(&mail("", body), false).origin, Origin::Person);
}

#[test]
fn calendar_replies_are_acted_on() {
    let body = "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n";
    let kind = "Content-Type: text/calendar; method=REPLY";
    let google = format!("{kind}\nAuto-Submitted: auto-generated\nSender: calendar-notification@google.com");
    for (fields, may_answer) in [
        (google.as_str(), IF),
        (kind, YES),
        (&format!("{kind}\nReturn-Path: <>"), NO),
        (&format!("{google}\nTo: piet@x.nl"), NO),
    ] {
        let screened = screened(&mail(fields, body), false);
        assert_eq!(
            (screened.origin, screened.may_act, screened.may_answer),
            (Origin::Person, true, may_answer),
            "{fields}"
        );
    }
    let request =
        mail("Content-Type: text/calendar; method=REQUEST\nAuto-Submitted: auto-generated", "METHOD:REQUEST\n");
    assert_eq!(screened(&request, false).origin, Origin::Automatic);
}

#[test]
fn an_answer_tells_its_letter() {
    let secret = LetterSecret::new([3; 32]);
    let sanne = Address::new("sanne@dewit.nl").unwrap().person();
    let event = EventId::new("b16").unwrap();
    let id: MessageId = letter_ids::letter_id(&secret, "s", Some(&sanne), Some(&event), "netwerk.nl");
    let proven = screened(&mail(&format!("In-Reply-To: <{id}>"), "ja"), false);
    assert_eq!(proven.proof, Proof::OurLetter);
    assert_eq!(proven.thread.unwrap().event, Some(event.clone()));
    let elsewhere = screened(&mail(&format!("From: sanne@thuis.nl\nReferences: <x@y> <{id}>"), "ja"), false);
    assert!(matches!(elsewhere.proof, Proof::Nothing(_)));
    assert_eq!(elsewhere.thread.unwrap().event, Some(event));
    let unaddressed = screened(&mail(&format!("To: -\nIn-Reply-To: <{id}>"), "ja"), false);
    assert_eq!((unaddressed.may_act, unaddressed.may_answer), (true, NO));
}

#[test]
fn the_provider_proves_its_author() {
    let good = mail("Authentication-Results: mx.google.com; dmarc=pass header.from=dewit.nl", "ja");
    assert_eq!(screened(&good, false).proof, Proof::Provider);
}
