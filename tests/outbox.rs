//! The outbox on a real Exim: letters that arrive, addresses that are refused, logins that are wrong.

mod support;

use aanmelder::config::{Login, Sink, Tls};
use aanmelder::ids::{Address, MessageId};
use aanmelder::mail::outbox::{Outbox, OwnCopy};
use aanmelder::mail::{Halt, SendResult};
use aanmelder::outcome::{Letter, LetterHead};
use jiff::Timestamp;
use secrecy::SecretString;
use support::dovecot::Dovecot;
use support::exim::Exim;
use support::mail::plain;
use support::mailbox::folder;
use support::settings::{BOT, PASSWORD};
use support::until;

fn letter(to: &str, text: &str) -> Letter {
    let mail = plain(BOT, to, "Bevestiging", "b16.x@zzp.example", text);
    Letter {
        head: LetterHead {
            id: MessageId::new("b16.x@zzp.example"),
            kind: None,
            person: None,
            to: Address::new(to).unwrap(),
            event: None,
            written_at: Timestamp::UNIX_EPOCH,
        },
        bytes: mail.replace('\n', "\r\n").into_bytes(),
    }
}

fn bot() -> Address {
    Address::new(BOT).unwrap()
}

fn outbox(sink: &Sink, password: &str) -> Outbox {
    Outbox::new(sink, Some(SecretString::from(password))).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_arrives_as_it_was_written() {
    let dovecot = Dovecot::start();
    let exim = Exim::start(&dovecot);
    let outbox = outbox(&exim.sink(), PASSWORD);
    outbox.check().await.unwrap();
    let text = "Beste Sanne,\n\n.\n..\nJe staat op de lijst: één plaats.\n\nEinde";
    let letter = letter("sanne@dewit.nl", text);
    assert_eq!(outbox.send(&bot(), &letter).await, SendResult::Accepted);
    let mails = until("the letter to arrive", || {
        let mails = folder(&dovecot, "sanne@dewit.nl", "INBOX");
        (!mails.is_empty()).then_some(mails)
    });
    assert_eq!(mails.len(), 1);
    let sent = String::from_utf8(letter.bytes).unwrap();
    assert!(mails[0].text.ends_with(&sent), "it came as\n{}\nand not as\n{sent}", mails[0].text);
    assert_eq!(mails[0].header("Return-Path"), format!("<{BOT}>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_goes_with_the_letter_and_its_refusal_does_not_keep_the_letter() {
    let dovecot = Dovecot::start();
    let exim = Exim::start(&dovecot);
    let outbox = outbox(&exim.sink(), PASSWORD);
    let sent = outbox.send_with_copy(&bot(), &letter("sanne@dewit.nl", "een")).await;
    assert_eq!(sent, (SendResult::Accepted, OwnCopy::Underway));
    let holds = |person: &str, count: usize| {
        until("the letter to arrive", || (folder(&dovecot, person, "INBOX").len() == count).then_some(()));
    };
    holds("sanne@dewit.nl", 1);
    holds(BOT, 1);
    assert_eq!(folder(&dovecot, BOT, "INBOX")[0].header("To"), "sanne@dewit.nl");

    for nobody in ["weg-ermee@zzp.example", "later@zzp.example"] {
        let sent = outbox.send_with_copy(&Address::new(nobody).unwrap(), &letter("sanne@dewit.nl", "twee")).await;
        assert_eq!(sent, (SendResult::Accepted, OwnCopy::Missing), "{nobody}");
    }
    holds("sanne@dewit.nl", 3);
    // Who cannot be reached gets nothing, and nobody a copy of it.
    let refused = outbox.send_with_copy(&bot(), &letter("weg@dewit.nl", "drie")).await;
    assert!(matches!(refused, (SendResult::Refused(_), OwnCopy::Missing)), "{refused:?}");
    assert_eq!(folder(&dovecot, BOT, "INBOX").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_address_is_not_a_passing_trouble_and_the_other_way_round() {
    let dovecot = Dovecot::start();
    let exim = Exim::start(&dovecot);
    let outbox = outbox(&exim.sink(), PASSWORD);
    let refused = outbox.send(&bot(), &letter("weg@dewit.nl", "x")).await;
    assert_eq!(refused, SendResult::Refused("localhost zei: 550 5.1.1 No such person here".to_owned()));
    let later = outbox.send(&bot(), &letter("later@dewit.nl", "x")).await;
    assert_eq!(later, SendResult::Later("localhost zei: 451 4.2.0 Try again later".to_owned()));
    let odd = outbox.send(&bot(), &letter("a..b@dewit.nl", "x")).await;
    assert!(matches!(odd, SendResult::Refused(_) | SendResult::Accepted), "{odd:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_or_certificate_and_a_server_that_is_down_keep_the_letter_for_later() {
    let dovecot = Dovecot::start();
    let mut exim = Exim::start(&dovecot);
    let wrong = outbox(&exim.sink(), "verkeerd");
    let error = wrong.check().await.unwrap_err();
    assert!(error.is_login_refused(), "{error}");
    assert!(!error.to_string().contains("verkeerd"));
    let result = wrong.send(&bot(), &letter("sanne@dewit.nl", "x")).await;
    assert!(matches!(&result, SendResult::Halted { halt: Halt::Login, why } if why.contains("niet in")), "{result:?}");

    let mut strange = exim.server();
    strange.ca_file = None;
    let result = outbox(&Sink::Smtp(strange), PASSWORD).send(&bot(), &letter("sanne@dewit.nl", "x")).await;
    assert!(
        matches!(&result, SendResult::Halted { halt: Halt::Unreachable, why } if why.starts_with("er is geen veilige verbinding")),
        "{result:?}"
    );

    // Exim offers no login before TLS, so a plain connection cannot log in.
    let mut plain = exim.server();
    plain.tls = Tls::Plain;
    let error = outbox(&Sink::Smtp(plain), PASSWORD).check().await.unwrap_err();
    assert!(error.to_string().starts_with("versturen via localhost mislukte bij het inloggen"), "{error}");

    tokio::task::block_in_place(|| exim.stop());
    let result = outbox(&exim.sink(), PASSWORD).send(&bot(), &letter("sanne@dewit.nl", "x")).await;
    assert!(matches!(&result, SendResult::Halted { halt: Halt::Unreachable, .. }), "{result:?}");
    assert!(folder(&dovecot, "sanne@dewit.nl", "INBOX").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_or_no_login_at_all_are_ways_in_too() {
    let dovecot = Dovecot::start();
    let exim = Exim::start(&dovecot);
    let mut server = exim.server();
    server.login = Login::Xoauth2;
    let sink = Sink::Smtp(server.clone());
    assert_eq!(outbox(&sink, PASSWORD).send(&bot(), &letter("sanne@dewit.nl", "x")).await, SendResult::Accepted);
    let result = outbox(&sink, "verlopen-token").send(&bot(), &letter("sanne@dewit.nl", "x")).await;
    assert!(matches!(&result, SendResult::Halted { halt: Halt::Login, .. }), "{result:?}");
    server.login = Login::Nothing;
    let sink = Sink::Smtp(server);
    let outbox = Outbox::new(&sink, None).unwrap();
    outbox.check().await.unwrap();
    assert_eq!(outbox.send(&bot(), &letter("piet@voorbeeld.nl", "x")).await, SendResult::Accepted);
    until("the letter to arrive", || (!folder(&dovecot, "piet@voorbeeld.nl", "INBOX").is_empty()).then_some(()));
}
