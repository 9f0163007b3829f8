//! Mail that nobody would write: arbitrary bytes, mutated mails, and shapes that make parsers run out of stack or time.
//!
//! Reading them has to end with a value. The shapes are so long that what grows with the square of their length would not
//! end within the time that a test run is given.

use aanmelder::mail::message::{self, Unreadable};
use aanmelder::mail::{Location, Message, RawMail, reply_text};
use jiff::Timestamp;
use proptest::prelude::*;

fn read(bytes: impl Into<Vec<u8>>) -> Result<Message, Unreadable> {
    let location = Location::Maildir { name: "1".to_owned() };
    message::parse(&RawMail { location, received_at: Timestamp::UNIX_EPOCH, bytes: bytes.into() })
}

const HEAD: &str = "From: a@x.nl\r\nTo: b@x.nl\r\nSubject: s\r\nMessage-ID: <1@x.nl>\r\nMIME-Version: 1.0\r\n";

#[test]
fn ten_thousand_recipients() {
    let to: Vec<String> = (0..10_000).map(|n| format!("\"Naam, {n}\" <naam{n}@voorbeeld.nl>")).collect();
    let message = read(format!("From: a@x.nl\r\nTo: {}\r\nSubject: s\r\n\r\nja\r\n", to.join(",\r\n "))).unwrap();
    assert_eq!(message.to.len(), 10_000);
    assert_eq!(message.to[9_999].address.as_str(), "naam9999@voorbeeld.nl");
}

#[test]
fn parts_nested_a_thousand_deep() {
    let mut mail = HEAD.to_owned();
    for depth in 0..1_000 {
        mail += &format!("Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n");
    }
    mail += "\r\ndiep\r\n";
    let message = read(mail).unwrap();
    assert!(message.defects.iter().any(|defect| defect.contains("te veel delen")), "{:?}", message.defects);
}

#[test]
fn mails_within_mails_without_end() {
    for kind in ["message/rfc822", "multipart/digest; boundary=b\r\n\r\n--b"] {
        let mail = format!("{HEAD}{}\r\nja\r\n", format!("Content-Type: {kind}\r\n\r\n").repeat(100_000));
        assert_eq!(read(mail).unwrap().text.typed, "", "{kind}");
    }
}

#[test]
fn fifty_megabytes() {
    let line = "Een regel tekst zoals er zoveel zijn, met een > en een < erin.\r\n";
    let long = line.repeat((5 << 19) / line.len());
    for head in [
        "Content-Type: text/plain\r\n",
        "Content-Type: text/html\r\n",
        "Content-Type: text/plain; format=flowed\r\nContent-Transfer-Encoding: quoted-printable\r\n",
        "Content-Type: multipart/mixed; boundary=nergens\r\n",
    ] {
        let message = read(format!("{HEAD}{head}\r\n{long}")).unwrap();
        assert!(message.defects.iter().any(|defect| defect.contains("te lang")), "{head}: {:?}", message.defects);
    }
    let long = line.repeat((50 << 20) / line.len());
    let attachment = format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nja\r\n--b\r\nContent-Type: application/pdf\r\n\r\n{long}\r\n--b--\r\n"
    );
    let message = read(attachment).unwrap();
    assert_eq!((message.text.typed.as_str(), message.defects.len()), ("ja", 0));
}

#[test]
fn shapes_that_cost_time() {
    for (name, unit) in [
        ("encoded words", "=?u?q?"),
        ("open encoded words", "=?utf-8?b?YQ"),
        ("comments", "("),
        ("quotes", "\"\\"),
        ("angles", "<"),
        ("groups", "a:"),
        ("folds", "\r\n "),
        ("semicolons", ";a=\""),
    ] {
        for field in ["From", "To", "Subject", "Content-Type", "References", "Return-Path", "X-Other"] {
            let mail = format!("{field}: {}\r\n{HEAD}\r\nja\r\n", unit.repeat(100_000 / unit.len()));
            assert!(read(mail).is_ok(), "{name} in {field}");
        }
    }
    for (_, unit) in [
        ("open tags", "<div>"),
        ("unclosed tags", "<a b=\""),
        ("closed tags", "</p>"),
        ("comments", "<!--"),
        ("styles", "<style>"),
        ("heads", "<head>"),
        ("quotes", "<blockquote type=cite>"),
        ("containers", "<div class=gmail_quote>"),
        ("frames", "<div style='border-top:solid'>Van: "),
        ("entities", "&amp"),
        ("attributes", "<p a a a a a a a a a a a a a a>"),
        ("long attributes", "<p class="),
        ("breaks", "<br>"),
        ("cells", "<td>"),
    ] {
        reply_text::split_html(&unit.repeat(200_000 / unit.len()));
        reply_text::split_html(&format!("<p {}>", unit.repeat(100_000 / unit.len())));
    }
    for (_, unit) in [
        ("marks", ">"),
        ("marked lines", "> x\n"),
        ("attributions", "Op 1-1-2017 om 09:00 schreef x:\n"),
        ("likely attributions", "a schreef:\n"),
        ("fields", "Van: a@b.nl\n"),
        ("dividers", "-----Original Message-----\n"),
        ("closings", "Groet,\n"),
        ("closings with words", "Groet,\n\nik kom mee\n\n"),
        ("rules", "--\n"),
        ("names", "Jan\n"),
        ("notices", "De informatie in dit e-mailbericht is vertrouwelijk\n\n"),
        ("blanks", "\n"),
        ("words", "a "),
        ("inline answers", "> vraag\nantwoord\n"),
        ("device lines", "Verstuurd vanaf mijn iPhone\n"),
    ] {
        reply_text::split_by(&unit.repeat(200_000 / unit.len()), "Jan Bos");
    }
}

/// A sound mail with most of what a mail can hold.
fn sound() -> String {
    format!(
        "Return-Path: <a@x.nl>\r\nAuthentication-Results: mx.google.com; dkim=pass header.d=x.nl\r\n{HEAD}In-Reply-To: <a@b>\r\nReferences: <a@b> <c@d>\r\nContent-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nIk kom gr=C3=A1=\r\naag \r\nmee.\r\n\r\nGroet,\r\nJan\r\n\r\nOp 1-1-2017 om 09:00 schreef X <x@y.nl>:\r\n> Kom je?\r\n--c\r\nContent-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: base64\r\n\r\nPGRpdj5JayBrb208L2Rpdj48ZGl2IGNsYXNzPSJnbWFpbF9xdW90ZSI+eDxibG9ja3F1b3RlPnk8L2Jsb2NrcXVvdGU+PC9kaXY+\r\n--c--\r\n--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; a@b.nl\r\nAction: failed\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <12345@x>\r\n\r\nhoi\r\n--b--\r\n"
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let _ = read(bytes);
    }

    #[test]
    fn any_text_of_mail_characters_is_read(text in "[a-zA-Z0-9:;=<>@\"()\\[\\]?/*&#. ,\r\n\t-]{0,1500}") {
        let _ = read(text.clone());
        let _ = read(format!("{HEAD}Content-Type: {text}"));
        let _ = read(format!("{HEAD}Content-Type: text/html\r\n\r\n{text}"));
    }

    #[test]
    fn mutated_mails_are_read(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..30)) {
        let mut bytes = sound().into_bytes();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => { let tail = bytes.split_off(at); bytes.extend_from_within(at / 2..); bytes.extend(tail); }
            }
            bytes.truncate(100_000);
            if bytes.is_empty() { bytes.push(b'x'); }
        }
        let _ = read(bytes);
    }

    #[test]
    fn no_word_is_lost(lines in proptest::collection::vec("(> )?(Groet,|Jan|-- |Ik kom mee|Op 1-1-2017 09:00 schreef x@y:|PS ja|Verstuurd vanaf mijn iPhone|Van: a@b|)", 0..20)) {
        let text = lines.join("\n");
        let split = reply_text::split_by(&text, "Jan Bos");
        let words = |text: &str| {
            let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).filter(|word| word != ">").collect();
            words.sort();
            words
        };
        let all = format!("{} {} {}", split.typed, split.signature, split.quoted);
        prop_assert_eq!(words(&all), words(&text));
    }

    #[test]
    fn html_and_plain_never_panic(text in "\\PC{0,400}", author in "\\PC{0,20}") {
        reply_text::split_by(&text, &author);
        reply_text::split_html_by(&text, &author);
        reply_text::split_html_by(&format!("<div class=\"gmail_quote\">{text}"), &author);
    }
}
