//! Names, subjects and ids from outside that would break a mail or its HTML.

use super::*;
use aanmelder::ids::{Address, MessageId};
use aanmelder::letters::samples::asked;
use aanmelder::letters::{Answering, Occasion};
use aanmelder::registration::Facts;
use mail_parser::MessageParser;
use proptest::prelude::*;

/// Writes a confirmation to somebody of this name, with this name in the party and this subject in his mail.
fn confirmation_to(name: &str, subject: &str, ids: &[MessageId]) -> Vec<u8> {
    let setting = setting().unwrap();
    let mut sample = sample(&setting, "bevestiging-twee.nl");
    sample.order.name = name.to_owned();
    sample.order.facts = Facts { names: vec![name.to_owned(), "Piet".to_owned()], ..sample.order.facts };
    let event = sample.event.as_mut().unwrap();
    event.title = name.to_owned();
    event.venue = name.to_owned();
    let asked = asked();
    let occasion = Occasion {
        answering: Some(Answering { message_id: ids.last().or(Some(&asked)), references: ids, subject, evidence: &[] }),
        ..setting.occasion(&sample, &asked)
    };
    Letters::built_in().write(&sample.order, &occasion).unwrap().bytes
}

#[test]
fn names_that_would_break_a_mail_do_not() {
    for (name, shown) in [
        ("Jansen, Piet", "Jansen, Piet"),
        ("Piet \"de Lange\" Bos", "Piet \"de Lange\" Bos"),
        ("Jörg Müller, Ärzte & Söhne", "Jörg Müller, Ärzte & Söhne"),
        ("Piet\r\nBcc: alle@leden.example", "Piet Bcc: alle@leden.example"),
        ("Piet\nX-Injected: 1", "Piet X-Injected: 1"),
        ("Piet\r\n\r\n<html>", "Piet <html"),
        ("\u{202e}teiP\u{202c}", "teiP"),
        ("Pi\0et", "Pi et"),
        ("<b>Piet</b>", "b>Piet</b"),
        ("日本 太郎", "日本 太郎"),
        ("\\", "\\"),
    ] {
        let bytes = confirmation_to(name, &format!("Over {name}"), &[]);
        assert_wire_safe(&bytes);
        let mail = MessageParser::default().parse(&bytes).unwrap();
        assert_eq!(mail.to().unwrap().iter().count(), 1, "{name:?}");
        assert_eq!(mail.to().unwrap().first().unwrap().name(), Some(shown), "{name:?}");
        let names: Vec<String> = header(&bytes).iter().map(|line| line.split(':').next().unwrap().to_owned()).collect();
        assert_eq!(names.iter().filter(|name| *name == "Bcc" || name.starts_with("X-Inj")).count(), 0, "{names:?}");
        assert!(!mail.body_html(0).unwrap().contains("<b>Piet"), "{name:?}");
    }
}

#[test]
fn a_name_of_three_hundred_characters_stays_short() {
    let bytes = confirmation_to(&"ë, ".repeat(100), &"ë".repeat(3000), &[]);
    assert_wire_safe(&bytes);
    let mail = MessageParser::default().parse(&bytes).unwrap();
    assert!(mail.to().unwrap().first().unwrap().name().unwrap().chars().count() <= 80);
    assert!(mail.subject().unwrap().chars().count() <= 210);
    assert!(bytes.len() < 40_000, "{}", bytes.len());
}

#[test]
fn script_in_any_text_is_shown_and_not_run() {
    let evil = "<script>alert(1)</script><a href=\"javascript:x\">";
    let bytes = confirmation_to(evil, evil, &[]);
    let mail = MessageParser::default().parse(&bytes).unwrap();
    let html = mail.body_html(0).unwrap();
    assert!(!html.contains("<script") && !html.contains("<a href=\"java"), "{html}");
    assert!(html.contains("&lt;script&gt;"), "it is still readable");
}

#[test]
fn a_long_thread_is_cut_in_the_middle() {
    let ids: Vec<MessageId> = (0..80).map(|n| MessageId::new(&format!("letter-{n}@mail.example"))).collect();
    let bytes = confirmation_to("Sanne", "Borrel", &ids);
    assert_wire_safe(&bytes);
    let references = field(&bytes, "References").unwrap();
    let kept: Vec<&str> = references.split_whitespace().collect();
    assert_eq!(kept.len(), 12);
    assert_eq!((kept[0], kept[11]), ("<letter-0@mail.example>", "<letter-79@mail.example>"));
    assert_eq!(field(&bytes, "In-Reply-To").unwrap(), "<letter-79@mail.example>");
}

#[test]
fn ids_that_are_none_are_left_out() {
    let odd =
        ["", "no-at", "a b@c", "é@x.nl", "x@y\r\nBcc: z@z.nl", "<nested<a@b>>", &format!("{}@x", "a".repeat(900))];
    let mut ids: Vec<MessageId> = odd.into_iter().map(MessageId::new).collect();
    ids.push(MessageId::new("good@mail.example"));
    let bytes = confirmation_to("Sanne", "Borrel", &ids);
    assert_wire_safe(&bytes);
    assert_eq!(field(&bytes, "References").as_deref(), Some("<good@mail.example>"));
}

#[test]
fn an_address_that_cannot_stand_in_a_mail_is_an_error() {
    let setting = setting().unwrap();
    let mut sample = sample(&setting, "bevestiging.nl");
    sample.order.to = Address::new("a..b@-x-").unwrap();
    let error = setting.write(&Letters::built_in(), &sample).unwrap_err();
    assert!(error.to_string().contains("a..b@-x-"), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_text_from_outside_breaks_a_letter(name in any::<String>(), subject in any::<String>(), id in any::<String>()) {
        let bytes = confirmation_to(&name, &subject, &[MessageId::new(&id)]);
        assert_wire_safe(&bytes);
        let mail = MessageParser::default().parse(&bytes).unwrap();
        prop_assert_eq!(mail.to().unwrap().iter().count(), 1);
        prop_assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("sanne@dewit.example"));
        prop_assert!(mail.subject().unwrap_or_default().chars().count() <= 210);
    }
}
