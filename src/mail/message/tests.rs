//! Mails as they should not be, and as they are.

use super::*;
use crate::mail::{Location, ReturnPath};
use jiff::Timestamp;

fn raw(text: &str) -> RawMail {
    let bytes = text.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes();
    RawMail { location: Location::Maildir { name: "1".to_owned() }, received_at: Timestamp::UNIX_EPOCH, bytes }
}

fn read(text: &str) -> Message {
    parse(&raw(text)).unwrap()
}

const HEAD: &str =
    "From: Sanne de Wit <sanne@dewit.nl>\nTo: zzp@x.nl\nSubject: Aanmelding\nMessage-ID: <a1@dewit.nl>\n";

#[test]
fn a_plain_mail() {
    let message = read(&format!("Return-Path: <>\n{HEAD}In-Reply-To: <b@x>\nReferences: <a@x> <b@x>\n\nIk kom.\n"));
    let from = message.from.unwrap();
    assert_eq!((from.name.as_str(), from.address.as_str()), ("Sanne de Wit", "sanne@dewit.nl"));
    assert_eq!(message.text.typed, "Ik kom.");
    assert_eq!(message.return_path, ReturnPath::Null);
    assert_eq!(message.answers, [MessageId::new("b@x"), MessageId::new("a@x")]);
    assert_eq!(message.message_id, Some(MessageId::new("a1@dewit.nl")));
    assert_eq!(message.to.len(), 1);
    assert!(message.defects.is_empty(), "{:?}", message.defects);
}

#[test]
fn only_one_clean_author_counts() {
    for from in [
        "From: a@x.nl\nFrom: b@x.nl\n",
        "From: a@x.nl, b@x.nl\n",
        "Fr om: a@x.nl\n",
        "From: a@x.nl\nFr om: b@x.nl\n",
        "From: <a@x.nl> <b@x.nl>\n",
        "From: Piet\n",
        "From: vrienden: a@x.nl, b@x.nl;\n",
        "Sender: a@x.nl\n",
    ] {
        let message = read(&format!("{from}Subject: x\n\nIk kom.\n"));
        assert_eq!((message.from, message.defects.len()), (None, 1), "{from}");
    }
    let named = read("From: \"Piet, van <het> a@b.nl\" <piet@x.nl>\n\nja");
    assert_eq!(named.from.unwrap().address.as_str(), "piet@x.nl");
}

#[test]
fn wrong_charsets_are_read_all_the_same() {
    let mut bytes = format!("{HEAD}Subject: caf").into_bytes();
    bytes.extend(b"\xe9\n\nTot in het caf\xe9\n");
    let mail = RawMail { bytes, ..raw("") };
    assert_eq!(parse(&mail).unwrap().text.typed, "Tot in het café");
    let encoded = read("From: =?iso-8859-1?Q?Ren=E9_Bos?= <r@x.nl>\nSubject: =?utf-8?B?SmEg8J+Yig==?=\n\nx");
    assert_eq!((encoded.from.unwrap().name.as_str(), encoded.subject.as_str()), ("René Bos", "Ja 😊"));
}

#[test]
fn html_only_mail_is_read() {
    let message = read(&format!(
        "{HEAD}Content-Type: text/html; charset=utf-8\n\n<html><head><title>t</title><style>p{{}}</style></head><body><p>Ik kom &amp; neem Piet mee.</p><blockquote type=cite>Kom je?</blockquote></body></html>"
    ));
    assert_eq!(message.text.typed, "Ik kom & neem Piet mee.");
    assert_eq!(message.text.quoted, "Kom je?");
}

#[test]
fn several_text_parts_are_read_and_a_list_footer_is_not_typed() {
    let message = read(&format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nIk kom.\n--b\nContent-Type: image/png; name=x.png\n\nxx\n--b\n\nTot dan!\n--b\nContent-Type: text/plain\n\n______________________\nlijst mailing list\n--b--\n"
    ));
    assert_eq!(message.text.typed, "Ik kom.\n\nTot dan!");
    assert!(message.text.signature.contains("mailing list"));
}

#[test]
fn a_nested_mail_is_never_typed() {
    let message = read(&format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nZie bijlage.\n--b\nContent-Type: message/rfc822\n\nFrom: p@x.nl\nSubject: s\n\nIk meld mij af.\n--b--\n"
    ));
    assert_eq!(message.text.typed, "Zie bijlage.");
}

#[test]
fn a_boundary_within_a_line_cuts_nothing() {
    let message = read(&format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nIk kom --b niet alleen, maar met twee.\nEcht.\n--b--\n"
    ));
    assert_eq!(message.text.typed, "Ik kom --b niet alleen, maar met twee.\nEcht.");
}

#[test]
fn calendar_parts_keep_their_method() {
    let message = read(&format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/ics; name=invite.ics\n\nBEGIN:A\n--b\nContent-Type: text/calendar; method=reply; charset=utf-8\n\nBEGIN:VCALENDAR\n--b--\n"
    ));
    let calendar = message.calendar.unwrap();
    assert_eq!((calendar.method.as_deref(), calendar.text.as_str()), (Some("REPLY"), "BEGIN:VCALENDAR"));
}

#[test]
fn delivery_reports_are_read() {
    let message = read(
        "From: MAILER-DAEMON@x.nl\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry <aanmelder.b16.0123456789abcdef.0123456789abcdef@zzp.nl>\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; weg@y.nl\nAction: failed\nStatus: 5.1.1 (no such user)\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <12345@zzp.nl>\nSubject: x\n\nhoi\n--b--\n",
    );
    let report = message.report.unwrap();
    assert_eq!(
        (report.recipient.unwrap().as_str(), report.action.as_str(), report.status.as_str()),
        ("weg@y.nl", "failed", "5.1.1")
    );
    let ids: Vec<&str> = message.ids_in_body.iter().map(MessageId::as_str).collect();
    assert_eq!(ids, ["12345@zzp.nl", "aanmelder.b16.0123456789abcdef.0123456789abcdef@zzp.nl"]);
}

#[test]
fn reports_without_a_machine_readable_part_are_read_by_their_text() {
    let message = read(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nX-Failed-Recipients: weg@y.nl\n\n550 5.1.1 bestaat niet (192.0.2.25)\n",
    );
    let report = message.report.unwrap();
    assert_eq!(
        (report.recipient.unwrap().as_str(), report.action.as_str(), report.status.as_str()),
        ("weg@y.nl", "", "5.1.1")
    );
    assert_eq!(read(&format!("{HEAD}\nversie 5.1.1 is uit\n")).report, None);
}

#[test]
fn winmail_is_noted() {
    let message = read(&format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nhoi\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\n\nx\n--b--\n"
    ));
    assert!(message.defects[0].contains("winmail.dat"));
}

#[test]
fn copies_have_one_key_and_other_mails_another() {
    let mail = format!("{HEAD}\nIk kom.\n");
    assert_eq!(key(mail.as_bytes()), key(format!("X-Extra: 1\r\n{}\r\n", mail.replace('\n', "\r\n")).as_bytes()));
    assert_ne!(key(mail.as_bytes()), key(format!("{HEAD}\nIk kom niet.\n").as_bytes()));
    assert_ne!(key(b"From: a@x.nl\n\nja"), key(b"From: b@x.nl\n\nja"));
    assert_eq!(key(mail.as_bytes()).as_str().len(), 32);
    assert_eq!(Some(key(mail.as_bytes())), parse(&raw(&mail)).unwrap().key);
}

#[test]
fn what_is_no_mail_is_refused() {
    assert_eq!(parse(&raw("")), Err(Unreadable::Empty));
    assert_eq!(parse(&raw(" \r\n\r\n")), Err(Unreadable::Empty));
    assert_eq!(parse(&raw("zomaar wat tekst\nzonder kop\n")), Err(Unreadable::NoHeader));
}
