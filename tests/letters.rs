//! The letters as their readers get them: words, HTML and whole mails, taken apart again by a mail parser.

use aanmelder::ids::{Address, MessageId};
use aanmelder::letters::samples::{Sample, Setting, asked, setting};
use aanmelder::letters::{Answering, BUILT_IN, Letters, Occasion};
use aanmelder::registration::{Facts, LetterKind};
use aanmelder::understanding::Language;
use mail_parser::{HeaderValue, MessageParser, MimeHeaders, PartType};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn all() -> (Setting, Vec<Sample>) {
    let setting = setting().unwrap();
    let samples = [Language::Nl, Language::En].into_iter().flat_map(|language| setting.samples(language)).collect();
    (setting, samples)
}

fn sample(setting: &Setting, name: &str) -> Sample {
    let language = if name.ends_with(".en") { Language::En } else { Language::Nl };
    setting.samples(language).into_iter().find(|sample| sample.name == name).unwrap()
}

fn bytes(setting: &Setting, sample: &Sample) -> Vec<u8> {
    setting.write(&Letters::built_in(), sample).unwrap().bytes
}

/// The header lines of a mail, unfolded.
fn header(mail: &[u8]) -> Vec<String> {
    let text = String::from_utf8(mail.to_vec()).unwrap();
    let head = text.split_once("\r\n\r\n").unwrap().0;
    head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

fn field(mail: &[u8], name: &str) -> Option<String> {
    header(mail).into_iter().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
}

#[test]
fn the_words_of_every_letter() {
    let (setting, samples) = all();
    let letters = Letters::built_in();
    let asked = asked();
    let mut pages: BTreeMap<(&str, LetterKind), String> = BTreeMap::new();
    for sample in &samples {
        let words = letters.words(&sample.order, &setting.occasion(sample, &asked)).unwrap();
        let language = sample.name.rsplit_once('.').unwrap().1;
        let page = pages.entry((language, sample.order.kind)).or_default();
        page.push_str(&format!("======== {}\n[{}]\n\n{}\n", sample.name, words.subject, words.text));
    }
    assert_eq!(pages.len(), 32, "16 letters in two languages");
    for ((language, kind), page) in pages {
        insta::assert_snapshot!(format!("text-{language}-{kind:?}"), page);
    }
}

#[test]
fn the_html_of_every_letter() {
    let (setting, samples) = all();
    let letters = Letters::built_in();
    let asked = asked();
    let mut seen = BTreeSet::new();
    for sample in &samples {
        let words = letters.words(&sample.order, &setting.occasion(sample, &asked)).unwrap();
        assert_plain_html(&sample.name, &words.html);
        let language = sample.name.rsplit_once('.').unwrap().1;
        if seen.insert((language, sample.order.kind)) {
            insta::assert_snapshot!(format!("html-{language}-{:?}", sample.order.kind), words.html);
        }
    }
}

/// Nothing from elsewhere, no script, and every table and cell closed.
fn assert_plain_html(name: &str, html: &str) {
    for remote in ["http:", "https:", "src=", "url(", "@import", "<script", "<link", "<img"] {
        assert!(!html.contains(remote), "{name} has {remote}");
    }
    for needed in ["prefers-color-scheme:dark", "color-scheme\" content=\"light dark", "viewport", "lang=\""] {
        assert!(html.contains(needed), "{name} lacks {needed}");
    }
    for tag in ["table", "tr", "td", "p", "strong", "span", "h1", "ul", "li", "a", "s", "div"] {
        let opened = html.matches(&format!("<{tag}>")).count() + html.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, html.matches(&format!("</{tag}>")).count(), "{name}: <{tag}>");
    }
}

#[test]
fn every_letter_says_what_was_understood_and_how_to_object() {
    let (setting, samples) = all();
    let letters = Letters::built_in();
    let asked = asked();
    for sample in samples {
        if sample.order.kind == LetterKind::EventCancelled {
            continue;
        }
        let words = letters.words(&sample.order, &setting.occasion(&sample, &asked)).unwrap();
        for text in [&words.text, &words.html] {
            let objects = text.contains("Klopt dit niet?") || text.contains("Not right?");
            assert!(objects, "{}: {text}", sample.name);
        }
        assert!(words.text.len() < 2500, "{} is too long: {}", sample.name, words.text.len());
        assert!(words.html.len() < 12_000, "{} is too long: {}", sample.name, words.html.len());
    }
}

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

/// CRLF at every line end and nowhere else, ASCII only, no line over the limit of RFC 5322, 2.1.1.
fn assert_wire_safe(bytes: &[u8]) {
    assert!(bytes.is_ascii());
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']));
    for line in text.split("\r\n") {
        assert!(line.len() <= 998, "{} bytes", line.len());
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

#[test]
fn a_template_of_ones_own_is_used_and_a_broken_one_is_not() {
    let sources = BTreeMap::from(
        [
            ("nl/bevestiging.txt", "Hoera\n\n{{ salutation }} Welkom op {{ event.day }}!\n"),
            ("nl/wachtlijst.txt", "Helaas\n\n{{ salutation }} {{ event.daag }}\n"),
            ("nl/afgemeld.txt", "Weg\n\n{% if %}\n"),
            ("nl/gewist.txt", "alleen een onderwerp"),
            ("nl/bestaat-niet.txt", "x\ny"),
        ]
        .map(|(name, source)| (name.to_owned(), source.to_owned())),
    );
    let (letters, problems) = Letters::with_overrides(&sources);
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!("template-problems", told.join("\n"));
    let setting = setting().unwrap();
    let asked = asked();
    let words = |name: &str| {
        let sample = sample(&setting, name);
        letters.words(&sample.order, &setting.occasion(&sample, &asked)).unwrap()
    };
    assert_eq!(words("bevestiging.nl").subject, "Hoera");
    assert_eq!(words("bevestiging.nl").text, "Beste Sanne, Welkom op woensdag 15 november!\n");
    assert_eq!(words("wachtlijst.nl").subject, "Je staat op de wachtlijst voor woensdag 15 november");
}

/// What goes to the coordinator alone.
const DUTCH_ALONE: [&str; 8] = [
    "overzicht.txt",
    "overzicht.html",
    "storing.txt",
    "storing.html",
    "_regel.txt",
    "_regel.html",
    "_groep.html",
    "_merk.html",
];

#[test]
fn every_template_is_there_in_both_languages() {
    let names: BTreeSet<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    for name in &names {
        let (ours, theirs) = match name.split_once('/') {
            Some(("nl", rest)) => (rest, format!("en/{rest}")),
            Some(("en", rest)) => (rest, format!("nl/{rest}")),
            _ => continue,
        };
        if DUTCH_ALONE.contains(&ours) {
            continue;
        }
        assert!(names.contains(theirs.as_str()), "{ours} is missing as {theirs}");
    }
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
