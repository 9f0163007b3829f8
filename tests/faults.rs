//! What real servers do not show on demand: refusals that look like emptiness, connections that end midway, silence, goodbyes.

mod support;

use aanmelder::config::{FilingMode, Server, Sink, Tls};
use aanmelder::ids::{Address, MailKey, MessageId};
use aanmelder::mail::inbox::{Filed, Inbox, InboxError, Listed};
use aanmelder::mail::outbox::Outbox;
use aanmelder::mail::{Filing, Halt, Location, SendResult};
use aanmelder::outcome::{DoneMail, Letter, LetterHead};
use jiff::Timestamp;
use secrecy::SecretString;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use support::scripted::{Scripted, Talk};
use support::settings::{BOT, filing, imap};
use tokio_util::sync::CancellationToken;

fn server(port: u16) -> Server {
    Server {
        host: "127.0.0.1".to_owned(),
        port,
        tls: Tls::Plain,
        ca_file: None,
        user: BOT.to_owned(),
        password: aanmelder::config::SecretSource::Env("AANMELDER_TEST_PASSWORD".to_owned()),
        login: aanmelder::config::Login::Password,
        timeout_secs: 1,
    }
}

/// What a sound server with two mails answers, up to the command that a test is about.
fn sound(command: &str) -> String {
    let word = command.strip_prefix("UID ").unwrap_or(command).split(' ').next().unwrap_or_default();
    match word {
        "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS\nOK done",
        "LIST" => "* LIST (\\HasNoChildren) \"/\" INBOX\n* LIST (\\HasNoChildren \\Sent) \"/\" \"Verzonden\"\nOK done",
        "SELECT" | "EXAMINE" => {
            "* FLAGS (\\Seen)\n* 2 EXISTS\n* OK [UIDVALIDITY 7] ok\n* OK [UIDNEXT 12] ok\n\
             * OK [PERMANENTFLAGS (\\Seen \\*)] ok\nOK [READ-WRITE] done"
        }
        "FETCH" if command.contains("RFC822.SIZE") => {
            "* 1 FETCH (UID 10 INTERNALDATE \" 1-Nov-2017 10:00:00 +0100\" RFC822.SIZE 20)\n\
             * 2 FETCH (UID 11 INTERNALDATE \" 2-Nov-2017 10:00:00 +0100\" RFC822.SIZE 20)\nOK done"
        }
        "FETCH" if command.contains("FLAGS") => "* 1 FETCH (UID 10 FLAGS ())\nOK done",
        "SEARCH" => "* SEARCH 10 11\nOK done",
        _ => "OK done",
    }
    .to_owned()
}

async fn open(scripted: &Scripted) -> Result<Inbox, InboxError> {
    let source = imap(server(scripted.port()));
    Inbox::open(&source, &filing(FilingMode::Folders), Some(SecretString::from("geheim"))).await
}

/// A server that is sound up to a command, and then does something else.
fn sound_until(last: &'static str, then: impl Fn(&mut Talk, &str) -> Option<()> + Send + 'static) -> Scripted {
    Scripted::start(move |_, talk| {
        talk.say("* OK ready")?;
        let tag = talk.imap(last, sound)?;
        then(talk, &tag)
    })
}

fn listed(uid: u32) -> Listed {
    let location = Location::Imap { folder: "INBOX".to_owned(), uid_validity: 7, uid };
    Listed { location, received_at: "2017-11-01T09:00:00Z".parse().unwrap(), size: 20 }
}

fn done(uid: u32) -> DoneMail {
    DoneMail {
        key: MailKey::from_hex("0".repeat(32)),
        location: listed(uid).location,
        message_id: Some(MessageId::new("a@dewit.nl")),
        received_at: listed(uid).received_at,
        filing: Filing::Registered,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_listing_is_no_empty_inbox() {
    for refusal in ["NO [UNAVAILABLE] disk trouble", "BAD what"] {
        let scripted = sound_until("UID FETCH", move |talk, tag| {
            talk.say(&format!("{tag} {refusal}"))?;
            talk.until_gone()
        });
        let mut inbox = open(&scripted).await.unwrap();
        let error = inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(matches!(error, InboxError::Refused { .. }), "{error}");
    }
    let scripted = sound_until("UID FETCH", |talk, tag| {
        talk.say(&format!("{tag} OK nothing to see"))?;
        talk.until_gone()
    });
    let mut inbox = open(&scripted).await.unwrap();
    let error = inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap_err();
    assert!(error.to_string().contains("hij zegt dat er mails zijn, maar toont er geen"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_starttls_gets_no_password() {
    let scripted = sound_until("STARTTLS", |talk, tag| {
        talk.say(&format!("{tag} BAD what"))?;
        talk.until_gone()
    });
    let source = imap(Server { tls: Tls::StartTls, ..server(scripted.port()) });
    let opened = Inbox::open(&source, &filing(FilingMode::Folders), Some(SecretString::from("geheim"))).await;
    let error = opened.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("kan geen STARTTLS"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_that_finds_nothing_although_there_is_is_not_believed() {
    let scripted = sound_until("UID SEARCH", |talk, tag| {
        talk.say(&format!("* SEARCH\n{tag} OK done"))?;
        talk.imap("NEVER", sound)?;
        None
    });
    let mut inbox = open(&scripted).await.unwrap();
    let found = inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(found.mails.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrives_in_the_second_of_the_first_start_is_taken() {
    let scripted = sound_until("NEVER", |_, _| None);
    let mut inbox = open(&scripted).await.unwrap();
    let found = inbox.list_new(None, "2017-11-02T09:00:00.7Z".parse().unwrap()).await.unwrap();
    assert_eq!(found.mails.len(), 1);
    let found = inbox.list_new(None, "2017-11-02T09:00:01Z".parse().unwrap()).await.unwrap();
    assert_eq!(found.mails.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_midway_is_lost_and_stays_lost() {
    for last_words in
        ["* 1 FETCH (UID 10 BODY[] {20}\r\nhalf", "* 1 FETCH (UID 10 FLAGS ())\r\n", "", "* BYE shutting down\r\n"]
    {
        let scripted = sound_until("BODY.PEEK", move |talk, _| {
            talk.say_raw(last_words)?;
            None
        });
        let mut inbox = open(&scripted).await.unwrap();
        let error = inbox.fetch(&[listed(10), listed(11)]).await.unwrap_err();
        assert!(matches!(error, InboxError::Lost(_)), "{last_words:?}: {error}");
        let error = inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap_err();
        assert!(matches!(error, InboxError::Lost(_)), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mail_that_was_asked_for_is_accounted_for() {
    // The batch is refused; of the two, one comes when it is asked for alone, and the other is there but broken.
    let scripted = sound_until("UID FETCH 10:11 (UID INTERNALDATE BODY.PEEK[])", |talk, tag| {
        talk.say(&format!("* 1 FETCH (FLAGS (\\Seen))\n{tag} NO [SERVERBUG] internal error"))?;
        let tag = talk.imap("UID FETCH 10 (UID INTERNALDATE BODY", sound)?;
        talk.say(&format!(
            "* 1 FETCH (UID 10 INTERNALDATE \" 1-Nov-2017 10:00:00 +0100\")\n* 2 FETCH (UID 11 FLAGS (\\Seen))\n\
             * 1 FETCH (UID 10 BODY[] {{5}}\nhallo)\n{tag} OK done"
        ))?;
        let tag = talk.imap("UID FETCH 11 (UID INTERNALDATE BODY", sound)?;
        talk.say(&format!("{tag} NO [SERVERBUG] this mail is damaged"))?;
        let tag = talk.imap("UID FETCH 11 (UID FLAGS)", sound)?;
        talk.say(&format!("* 2 FETCH (UID 11 FLAGS (\\Seen))\n{tag} OK done"))?;
        talk.until_gone()
    });
    let mut inbox = open(&scripted).await.unwrap();
    let fetched = inbox.fetch(&[listed(10), listed(11)]).await.unwrap();
    assert_eq!(fetched.mails.len(), 1);
    assert_eq!(fetched.mails[0].bytes, b"hallo");
    assert_eq!(fetched.refused, [(listed(11).location, "this mail is damaged".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_given_up_in_time_and_for_good() {
    let scripted = sound_until("UID FETCH", |talk, _| talk.until_gone());
    let mut inbox = open(&scripted).await.unwrap();
    let error = inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap_err();
    assert_eq!(error.to_string(), "de mailserver gaf binnen 1 seconden geen antwoord op FETCH");
    let error = inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap_err();
    assert!(matches!(error, InboxError::Lost(_)), "{error}");

    let mute = Scripted::start(|_, talk| talk.until_gone());
    let error = open(&mute).await.unwrap_err();
    assert!(matches!(error, InboxError::Timeout { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_dropped_breaks_the_session_instead_of_mixing_up_answers() {
    let scripted = sound_until("UID FETCH", |talk, tag| {
        std::thread::sleep(Duration::from_millis(300));
        talk.say(&format!("* 1 FETCH (UID 10 FLAGS ())\n{tag} OK late"))?;
        talk.imap("NEVER", sound)?;
        None
    });
    let mut inbox = open(&scripted).await.unwrap();
    let cut = tokio::time::timeout(Duration::from_millis(50), inbox.list_new(None, Timestamp::UNIX_EPOCH)).await;
    assert!(cut.is_err());
    let error = inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap_err();
    assert!(matches!(error, InboxError::Lost(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn goodbyes_are_heard_in_the_greeting_and_in_idle() {
    let full = Scripted::start(|_, talk| {
        talk.say("* BYE too many connections")?;
        talk.until_gone()
    });
    let error = open(&full).await.unwrap_err();
    assert_eq!(error.to_string(), "de mailserver heeft de verbinding verbroken: too many connections");

    let never = CancellationToken::new();
    for last_words in ["* BYE autologout", ""] {
        let scripted = sound_until("IDLE", move |talk, _| {
            talk.say("+ idling")?;
            talk.say(last_words)?;
            None
        });
        let mut inbox = open(&scripted).await.unwrap();
        let error = inbox.wait(Duration::from_secs(600), &never).await.unwrap_err();
        assert!(matches!(error, InboxError::Lost(_)), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_that_is_refused_or_never_ends_does_not_hang() {
    let never = CancellationToken::new();
    let refusing = sound_until("IDLE", |talk, tag| {
        talk.say(&format!("{tag} NO not now"))?;
        talk.imap("NEVER", sound)?;
        None
    });
    let mut inbox = open(&refusing).await.unwrap();
    inbox.wait(Duration::from_millis(50), &never).await.unwrap();
    assert_eq!(inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap().mails.len(), 2);

    let deaf = sound_until("IDLE", |talk, _| {
        talk.say("+ idling\n* OK Still here")?;
        talk.until_gone()
    });
    let mut inbox = open(&deaf).await.unwrap();
    let error = inbox.wait(Duration::from_millis(50), &never).await.unwrap_err();
    assert!(matches!(error, InboxError::Timeout { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_came_between_listing_and_waiting_ends_the_wait_at_once() {
    let scripted = sound_until("UID STORE", |talk, tag| {
        talk.say(&format!("* 3 EXISTS\n* 1 FETCH (UID 10 FLAGS (\\Seen))\n{tag} OK done"))?;
        talk.imap("NEVER", sound)?;
        None
    });
    let mut inbox = open(&scripted).await.unwrap();
    inbox.file(&done(10)).await.unwrap();
    let never = CancellationToken::new();
    let waited = tokio::time::timeout(Duration::from_secs(30), inbox.wait(Duration::from_secs(600), &never)).await;
    waited.expect("it does not wait for what is there already").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_went_backwards_are_not_trusted() {
    let scripted = sound_until("NEVER", |_, _| None);
    let mut inbox = open(&scripted).await.unwrap();
    let cursor = aanmelder::mail::Cursor::Imap { folder: "INBOX".to_owned(), uid_validity: 7, next_uid: 500 };
    let found = inbox.list_new(Some(&cursor), Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(found.mails.len(), 2, "everything since then again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_while_selecting_is_no_refusal_and_a_folder_without_numbers_is() {
    let warning = Scripted::start(|_, talk| {
        talk.say("* OK ready")?;
        let tag = talk.imap("SELECT", sound)?;
        talk.say(&format!(
            "* NO disk almost full\n{}",
            sound("SELECT").replace("OK [READ", &format!("{tag} OK [READ"))
        ))?;
        talk.until_gone()
    });
    open(&warning).await.unwrap();

    let numberless = Scripted::start(|_, talk| {
        talk.say("* OK ready")?;
        let tag = talk.imap("SELECT", sound)?;
        talk.say(&format!("* 2 EXISTS\n{tag} OK done"))?;
        talk.until_gone()
    });
    assert!(matches!(open(&numberless).await.unwrap_err(), InboxError::Protocol { .. }));

    let shut = Scripted::start(|_, talk| {
        talk.say("* OK ready")?;
        talk.imap("NEVER", |command| sound(command).replace("[READ-WRITE]", "[READ-ONLY]"))?;
        None
    });
    let mut inbox = open(&shut).await.unwrap();
    assert!(matches!(inbox.may_file().unwrap_err(), InboxError::ReadOnly(_)));
    assert_eq!(inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap().mails.len(), 2, "it is read all the same");
    assert!(matches!(inbox.file(&done(10)).await.unwrap_err(), InboxError::ReadOnly(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn at_gmail_a_mail_is_labelled_and_moved_out_of_the_inbox_and_sent_mail_is_left_to_it() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let copy = Arc::clone(&heard);
    let gmail = Scripted::start(move |_, talk| {
        talk.say("* OK Gimap ready")?;
        let heard = Arc::clone(&copy);
        talk.imap("NEVER", move |command| {
            heard.lock().unwrap().push(command.to_owned());
            match command {
                "CAPABILITY" => "* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS SPECIAL-USE X-GM-EXT-1\nOK done".to_owned(),
                other => sound(other),
            }
        })?;
        None
    });
    let mut inbox = open(&gmail).await.unwrap();
    assert_eq!(inbox.file(&done(10)).await.unwrap(), Filed::Done);
    inbox.append_sent(b"Subject: x\r\n\r\nx\r\n").await.unwrap();
    assert_eq!(inbox.sent_holds(&MessageId::new("a@b")).await.unwrap(), Some(true));
    let heard = heard.lock().unwrap().clone();
    let after_login: Vec<&str> = heard.iter().map(String::as_str).filter(|c| !c.starts_with("LOGIN")).collect();
    assert_eq!(
        after_login,
        [
            "CAPABILITY",
            "LIST \"\" \"*\"",
            "SELECT \"INBOX\"",
            "UID FETCH 10 (UID FLAGS)",
            "CREATE \"Aangemeld\"",
            "SUBSCRIBE \"Aangemeld\"",
            "UID STORE 10 +X-GM-LABELS (\"Aangemeld\")",
            "UID STORE 10 +FLAGS (\\Seen)",
            "UID MOVE 10 \"Aangemeld\"",
            // A copy to ourselves comes in here first.
            "EXAMINE \"INBOX\"",
            "UID SEARCH UNDELETED HEADER Message-ID \"<a@b>\"",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_folders_lie_below_the_inbox_ours_do_too() {
    let courier = Scripted::start(|_, talk| {
        talk.say("* OK ready")?;
        talk.imap("NEVER", |command| match command {
            "LIST \"\" \"*\"" => "* LIST (\\HasChildren) \".\" INBOX\nOK done".to_owned(),
            "CREATE \"Aangemeld\"" | "SUBSCRIBE \"Aangemeld\"" => "NO Invalid mailbox name.".to_owned(),
            "UID MOVE 10 \"Aangemeld\"" => "NO no such folder".to_owned(),
            other => sound(other),
        })?;
        None
    });
    let mut inbox = open(&courier).await.unwrap();
    assert_eq!(inbox.file(&done(10)).await.unwrap(), Filed::Done);

    let unwilling = Scripted::start(|_, talk| {
        talk.say("* OK ready")?;
        talk.imap("NEVER", |command| match command {
            create if create.starts_with("CREATE") => "NO over quota".to_owned(),
            other => sound(other),
        })?;
        None
    });
    let mut inbox = open(&unwilling).await.unwrap();
    let error = inbox.file(&done(10)).await.unwrap_err();
    assert_eq!(error.to_string(), "de mailserver weigert CREATE: over quota");
    assert_eq!(inbox.list_new(None, Timestamp::UNIX_EPOCH).await.unwrap().mails.len(), 2, "the session still stands");
}

fn letter() -> Letter {
    Letter {
        head: LetterHead {
            id: MessageId::new("b16.x@zzp.example"),
            kind: None,
            person: None,
            to: Address::new("sanne@dewit.nl").unwrap(),
            event: None,
            written_at: Timestamp::UNIX_EPOCH,
        },
        bytes: b"Subject: x\r\n\r\nhallo\r\n".to_vec(),
    }
}

/// Sends a letter over a server that takes everything up to some command.
async fn send_over(last: &'static str, then: impl Fn(&mut Talk) -> Option<()> + Send + 'static) -> SendResult {
    let scripted = Scripted::start(move |_, talk| {
        talk.say("220 ready")?;
        loop {
            let line = talk.hear()?;
            if line.starts_with(last) {
                return then(talk);
            }
            match line.as_str() {
                "DATA" => talk.say("354 go")?,
                line if line.starts_with("EHLO") => talk.say("250-mail.example\n250-8BITMIME\n250 AUTH PLAIN")?,
                line if line.starts_with("AUTH") => talk.say("235 welcome")?,
                line if line.starts_with("MAIL") || line.starts_with("RCPT") => talk.say("250 fine")?,
                "." => talk.say("250 taken")?,
                "QUIT" => return talk.say("221 bye"),
                _ => {}
            }
        }
    });
    let outbox = Outbox::new(&Sink::Smtp(server(scripted.port())), Some(SecretString::from("geheim"))).unwrap();
    let Outbox::Smtp(submission) = outbox else { panic!("a submission server") };
    let outbox = Outbox::Smtp(Box::new(submission.patient_for(Duration::from_secs(1))));
    let result = outbox.send(&Address::new(BOT).unwrap(), &letter()).await;
    outbox.hang_up().await;
    result
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_share_a_connection_until_the_server_ends_it() {
    let connections = Arc::new(Mutex::new(Vec::new()));
    let heard = connections.clone();
    let scripted = Scripted::start(move |number, talk| {
        heard.lock().unwrap().push(0);
        talk.say("220 ready")?;
        loop {
            match talk.hear()?.as_str() {
                line if line.starts_with("EHLO") => talk.say("250-mail.example\n250 AUTH PLAIN")?,
                line if line.starts_with("AUTH") => talk.say("235 welcome")?,
                // The second connection takes one letter and says so at the next; the first just closes after two.
                line if line.starts_with("MAIL") && number == 1 && heard.lock().unwrap()[1] == 1 => {
                    return talk.say("421 too many letters on this connection");
                }
                line if line.starts_with("MAIL") || line.starts_with("RCPT") => talk.say("250 fine")?,
                "DATA" => talk.say("354 go")?,
                "." => {
                    talk.say("250 taken")?;
                    heard.lock().unwrap()[number] += 1;
                    if number == 0 && heard.lock().unwrap()[0] == 2 {
                        return Some(());
                    }
                }
                "QUIT" => return talk.say("221 bye"),
                _ => {}
            }
        }
    });
    let outbox = Outbox::new(&Sink::Smtp(server(scripted.port())), Some(SecretString::from("geheim"))).unwrap();
    for _ in 0..5 {
        assert_eq!(outbox.send(&Address::new(BOT).unwrap(), &letter()).await, SendResult::Accepted);
    }
    outbox.hang_up().await;
    assert_eq!(*connections.lock().unwrap(), [2, 1, 2], "each letter once, on three connections");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_a_letter_depends_on_where_its_way_ended() {
    let is_later = |result: &SendResult| matches!(result, SendResult::Later(_));
    let is_refused = |result: &SendResult| matches!(result, SendResult::Refused(_));
    let halts = |result: &SendResult, by: Halt| matches!(result, SendResult::Halted { halt, .. } if *halt == by);
    let is_unknown = |result: &SendResult| matches!(result, SendResult::Unknown(_));

    assert_eq!(send_over("NEVER", |_| None).await, SendResult::Accepted);
    // The farewell does not matter any more.
    assert_eq!(send_over("QUIT", Talk::until_gone).await, SendResult::Accepted);

    let result = send_over("RCPT", |talk| talk.say("550 5.1.1 no such user")).await;
    assert_eq!(result, SendResult::Refused("127.0.0.1 zei: 550 5.1.1 no such user".to_owned()));
    let result = send_over("RCPT", |talk| talk.say("450 4.2.0 greylisted")).await;
    assert!(is_later(&result), "{result:?}");
    let result = send_over("MAIL", |talk| talk.say("550 you may not send as this address")).await;
    assert!(halts(&result, Halt::Unreachable), "the person has nothing to do with it: {result:?}");
    let result = send_over("RCPT", |talk| talk.say("530 authentication required")).await;
    assert!(halts(&result, Halt::Login), "{result:?}");
    let result = send_over("AUTH", |talk| talk.say("535 wrong password")).await;
    assert!(halts(&result, Halt::Login), "{result:?}");
    let result = send_over("AUTH", |talk| talk.say("454 4.7.0 Too many login attempts, please try again later")).await;
    assert!(halts(&result, Halt::Login), "{result:?}");
    for limited_at in ["MAIL", "RCPT", "DATA", "."] {
        let result = send_over(limited_at, |talk| talk.say("550 5.4.5 Daily user sending limit exceeded")).await;
        assert!(halts(&result, Halt::Limit), "at {limited_at} the reader has nothing to do with it: {result:?}");
    }
    let result = send_over("RCPT", |talk| talk.say("421 4.3.2 shutting down")).await;
    assert!(halts(&result, Halt::Broken), "{result:?}");
    for silent_at in ["EHLO", "AUTH"] {
        let result = send_over(silent_at, Talk::until_gone).await;
        assert!(halts(&result, Halt::Unreachable), "silent at {silent_at}: {result:?}");
    }
    for silent_at in ["MAIL", "RCPT", "DATA"] {
        let result = send_over(silent_at, Talk::until_gone).await;
        assert!(halts(&result, Halt::Broken), "silent at {silent_at}: {result:?}");
    }
    let result = send_over("DATA", |_| None).await;
    assert!(halts(&result, Halt::Broken), "{result:?}");

    let result = send_over(".", |talk| talk.say("554 5.7.1 looks like spam")).await;
    assert!(is_refused(&result), "{result:?}");
    let result = send_over(".", |talk| talk.say("452 4.3.1 disk full")).await;
    assert!(is_later(&result), "{result:?}");
    let result = send_over(".", |_| None).await;
    assert!(is_unknown(&result), "cut off after the text: {result:?}");
    let result = send_over(".", Talk::until_gone).await;
    assert!(is_unknown(&result), "no answer to the text: {result:?}");
}
