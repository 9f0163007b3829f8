//! Whole mails: their header fields, their parts, and the calendar entry that goes along.

use super::*;
use aanmelder::letters::samples::asked;
use aanmelder::registration::LetterKind;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders, PartType};

#[test]
fn a_mail_taken_apart_again_is_what_was_put_in() {
    let (setting, samples) = all();
    let letters = Letters::built_in();
    let asked = asked();
    for sample in samples {
        let occasion = setting.occasion(&sample, &asked);
        let words = letters.words(&sample.order, &occasion).unwrap();
        let bytes = bytes(&setting, &sample);
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let name = &sample.name;
        let from = mail.from().unwrap().first().unwrap();
        assert_eq!((from.name(), from.address()), (Some("ZZP Loosduinen"), Some("zzploosduinen@gmail.com")), "{name}");
        assert_eq!(mail.to().unwrap().iter().count(), 1);
        assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("sanne@dewit.example"));
        assert_eq!(mail.message_id(), Some(occasion.id.as_str()));
        assert_eq!(mail.date().unwrap().to_timestamp(), setting.written_at.as_second());
        match sample.answers {
            Some(subject) => {
                let bare = subject.trim_start_matches("RE: ").trim_start_matches("Re: ");
                assert_eq!(mail.subject(), Some(format!("Re: {bare}").as_str()));
                assert_eq!(mail.in_reply_to().as_text(), Some(asked.as_str()));
                assert_eq!(mail.references().as_text(), Some(asked.as_str()));
                assert_eq!(field(&bytes, "Auto-Submitted").as_deref(), Some("auto-replied"));
            }
            None => {
                assert_eq!(mail.subject(), Some(words.subject.as_str()));
                assert_eq!(mail.in_reply_to(), &HeaderValue::Empty);
                assert_eq!(field(&bytes, "Auto-Submitted").as_deref(), Some("auto-generated"));
            }
        }
        assert!(field(&bytes, "X-Aanmelder").is_some() && field(&bytes, "List-Unsubscribe").is_none());
        assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), words.text.trim_end());
        assert_eq!(mail.body_html(0).unwrap().replace("\r\n", "\n").trim_end(), words.html.trim_end());
        assert_wire_safe(&bytes);
    }
}

#[test]
fn the_calendar_comes_after_the_text_with_its_method_inside_and_outside() {
    let (setting, samples) = all();
    let expected = |sample: &Sample| match (sample.order.kind, sample.order.facts.confirmed) {
        (LetterKind::Confirmed | LetterKind::Promoted, _) => Some("REQUEST"),
        (LetterKind::EventMoved, 1..) => Some("REQUEST"),
        (LetterKind::EventCancelled, _) => Some("CANCEL"),
        (LetterKind::Cancelled, _) if sample.order.facts.confirmed_before > 0 => Some("CANCEL"),
        _ => None,
    };
    for sample in samples {
        let bytes = bytes(&setting, &sample);
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let kinds: Vec<String> = mail
            .parts
            .iter()
            .filter_map(|part| part.content_type())
            .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default()))
            .collect();
        let calendar = mail
            .parts
            .iter()
            .find(|part| part.content_type().is_some_and(|t| t.ctype() == "text" && t.subtype() == Some("calendar")));
        let Some(method) = expected(&sample) else {
            assert!(calendar.is_none(), "{}", sample.name);
            assert_eq!(kinds, ["multipart/alternative", "text/plain", "text/html"], "{}", sample.name);
            continue;
        };
        let with =
            ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"];
        assert_eq!(kinds, with, "{}", sample.name);
        let calendar = calendar.unwrap();
        let kind = calendar.content_type().unwrap();
        assert_eq!(
            (kind.attribute("method"), kind.attribute("charset")),
            (Some(method), Some("utf-8")),
            "{}",
            sample.name
        );
        let PartType::Text(inside) = &calendar.body else { panic!("{:?}", calendar.body) };
        assert!(inside.contains(&format!("METHOD:{method}\r\n")), "{inside}");
        let attached = mail.attachments().find(|part| part.attachment_name() == Some("bijeenkomst.ics")).unwrap();
        assert_eq!(attached.contents(), inside.as_bytes());
    }
}

#[test]
fn the_whole_mail_with_a_calendar_entry() {
    let setting = setting().unwrap();
    let mail = bytes(&setting, &sample(&setting, "bevestiging-twee.nl"));
    insta::assert_snapshot!("mail-bevestiging", String::from_utf8(mail).unwrap().replace("\r\n", "\n"));
}

#[test]
fn the_same_letter_has_the_same_bytes() {
    let (setting, samples) = all();
    for sample in &samples {
        assert_eq!(bytes(&setting, sample), bytes(&setting, sample));
    }
}
