//! Listing, fetching and waiting when the mailbox refuses, lies, falls silent or goes away.

use super::*;

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
