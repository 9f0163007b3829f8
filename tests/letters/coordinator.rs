//! What goes to the coordinator: digests and alarms.

use super::*;
use mail_parser::{MessageParser, MimeHeaders};

#[test]
fn the_digests_at_a_glance() {
    let setting = setting().unwrap();
    let letters = Letters::built_in();
    let mut page = String::new();
    for (name, digest) in setting.digests() {
        let words = letters.digest_words(&digest, &setting.digest_occasion(name)).unwrap();
        assert_plain_html(name, &words.html);
        page.push_str(&format!("======== {name}\n[{}]\n\n{}\n", words.subject, words.text));
        if name == "overzicht" {
            insta::assert_snapshot!("html-digest", words.html);
        }
    }
    insta::assert_snapshot!("text-digest", page);
}

#[test]
fn the_alarms_at_a_glance() {
    let setting = setting().unwrap();
    let letters = Letters::built_in();
    let mut page = String::new();
    for (name, alarm) in setting.alarms() {
        let words = letters.alarm_words(&alarm, &setting.alarm_occasion(name)).unwrap();
        assert_plain_html(name, &words.html);
        page.push_str(&format!("======== {name}\n[{}]\n\n{}\n", words.subject, words.text));
    }
    insta::assert_snapshot!("text-alarms", page);
}

#[test]
fn the_digest_goes_to_the_coordinator_with_the_participants() {
    let setting = setting().unwrap();
    let (name, digest) = setting.digests().remove(0);
    let occasion = setting.digest_occasion(name);
    let letter = Letters::built_in().digest(&digest, &occasion).unwrap();
    assert_eq!((letter.head.kind, letter.head.person.as_ref()), (None, None));
    assert_wire_safe(&letter.bytes);
    let mail = MessageParser::default().parse(&letter.bytes).unwrap();
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("marijke@zzploosduinen.example"));
    assert_eq!(field(&letter.bytes, "Auto-Submitted").as_deref(), Some("auto-generated"));
    let file = mail.attachments().next().unwrap();
    assert_eq!(file.attachment_name(), Some("deelnemers-b16.csv"));
    assert_eq!(file.contents(), occasion.attachments[0].bytes);
}

#[test]
fn what_strangers_wrote_is_harmless_in_the_digest() {
    let setting = setting().unwrap();
    let (name, mut digest) = setting.digests().remove(0);
    let evil = "<img src=x onerror=alert(1)>\r\n\u{202e}X".to_owned();
    for item in digest.questions.iter_mut().chain(&mut digest.pitches) {
        (item.who, item.subject, item.text, item.words) =
            (Some(evil.clone()), Some(evil.clone()), evil.clone(), vec![evil.repeat(100)]);
    }
    for party in &mut digest.events[0].coming {
        (party.name, party.names, party.let_through) = (evil.clone(), vec![evil.clone()], Some(evil.clone()));
    }
    let words = Letters::built_in().digest_words(&digest, &setting.digest_occasion(name)).unwrap();
    assert!(!words.html.contains("<img") && !words.html.contains('\u{202e}'));
    assert!(words.text.lines().all(|line| line.chars().count() < 700), "one line each, and an end to it");
}
