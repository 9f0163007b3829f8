//! The inbox on a real Dovecot: listing, fetching, filing, waiting, sent mail, and the ways in.

mod support;

use aanmelder::config::{FilingMode, Tls};
use aanmelder::ids::{MailKey, MessageId};
use aanmelder::mail::inbox::{Filed, Inbox, InboxError, Listed};
use aanmelder::mail::{Cursor, Filing, Location, RawMail};
use aanmelder::outcome::DoneMail;
use jiff::Timestamp;
use secrecy::SecretString;
use std::time::Duration;
use support::certificates::write_authority;
use support::dovecot::Dovecot;
use support::mail::{header, plain};
use support::mailbox::{Client, folder, mailbox};
use support::settings::{BOT, PASSWORD, filing, imap};
use support::smtp::deliver;
use tokio_util::sync::CancellationToken;

fn password() -> Option<SecretString> {
    Some(SecretString::from(PASSWORD))
}

async fn open(dovecot: &Dovecot, mode: FilingMode) -> Inbox {
    Inbox::open(&dovecot.source(), &filing(mode), password()).await.unwrap()
}

fn put(dovecot: &Dovecot, id: &str) {
    let mail = plain("Sanne <sanne@dewit.nl>", BOT, "Aanmelding", &format!("{id}@dewit.nl"), "Ik kom graag.");
    deliver(dovecot.lmtp_port(), BOT, &mail);
}

fn done(mail: &Listed, id: &str, filing: Filing) -> DoneMail {
    DoneMail {
        key: MailKey::from_hex("0".repeat(32)),
        location: mail.location.clone(),
        message_id: Some(MessageId::new(&format!("{id}@dewit.nl"))),
        received_at: mail.received_at,
        filing,
    }
}

fn subjects_and_flags(dovecot: &Dovecot, name: &str) -> Vec<(String, bool)> {
    folder(dovecot, BOT, name).iter().map(|mail| (mail.id(), mail.is_seen())).collect()
}

const LONG_AGO: Timestamp = Timestamp::UNIX_EPOCH;

#[tokio::test(flavor = "multi_thread")]
async fn new_mail_is_listed_once_and_fetched_whole_without_being_read() {
    let dovecot = Dovecot::start();
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let empty = inbox.list_new(None, LONG_AGO).await.unwrap();
    assert!(empty.mails.is_empty());

    put(&dovecot, "a");
    put(&dovecot, "b");
    let first = inbox.list_new(Some(&empty.cursor), LONG_AGO).await.unwrap();
    assert_eq!(first.mails.len(), 2);
    let fetched = inbox.fetch(&first.mails).await.unwrap();
    assert!(fetched.refused.is_empty());
    let texts: Vec<_> = fetched.mails.iter().map(|mail| String::from_utf8(mail.bytes.clone()).unwrap()).collect();
    assert!(texts[0].contains("<a@dewit.nl>") && texts[0].contains("Ik kom graag."), "{texts:?}");
    assert!(texts[1].contains("<b@dewit.nl>"));
    assert_eq!(fetched.mails[0].received_at, first.mails[0].received_at);

    put(&dovecot, "c");
    let second = inbox.list_new(Some(&first.cursor), LONG_AGO).await.unwrap();
    assert_eq!(second.mails.len(), 1);
    let third = inbox.list_new(Some(&second.cursor), LONG_AGO).await.unwrap();
    assert!(third.mails.is_empty());
    assert_eq!(third.cursor, second.cursor);

    inbox.close().await;
    assert!(folder(&dovecot, BOT, "INBOX").iter().all(|mail| !mail.is_seen()));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_come_in_the_order_in_which_the_inbox_got_them_and_are_fetched_as_asked() {
    let dovecot = Dovecot::start();
    let mut client = Client::log_in(&dovecot, BOT);
    for (id, arrived) in [("a", "03-Nov-2017 10:00:00 +0100"), ("b", "01-Nov-2017 10:00:00 +0100")] {
        let mail = plain("Sanne <sanne@dewit.nl>", BOT, "Aanmelding", &format!("{id}@dewit.nl"), "Ik kom graag.");
        client.put("INBOX", Some(arrived), &mail);
    }
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let mut listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
    let id = |mail: &RawMail| header(&String::from_utf8_lossy(&mail.bytes), "Message-ID");
    let ids = |mails: &[RawMail]| mails.iter().map(id).collect::<Vec<_>>();
    assert_eq!(ids(&inbox.fetch(&listed).await.unwrap().mails), ["<a@dewit.nl>", "<b@dewit.nl>"]);
    listed.reverse();
    assert_eq!(ids(&inbox.fetch(&listed).await.unwrap().mails), ["<b@dewit.nl>", "<a@dewit.nl>"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_cursor_only_what_arrived_since_then_counts() {
    let dovecot = Dovecot::start();
    put(&dovecot, "old");
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let all = inbox.list_new(None, LONG_AGO).await.unwrap();
    assert_eq!(all.mails.len(), 1);
    let after = all.mails[0].received_at.checked_add(Duration::from_secs(1)).unwrap();
    let none = inbox.list_new(None, after).await.unwrap();
    assert!(none.mails.is_empty());
    assert_eq!(none.cursor, all.cursor, "old mail is left behind for good");
    let exactly = inbox.list_new(None, all.mails[0].received_at).await.unwrap();
    assert_eq!(exactly.mails, all.mails);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_uid_validity_lists_everything_since_then_again() {
    let mut dovecot = Dovecot::start();
    put(&dovecot, "a");
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let before = inbox.list_new(None, LONG_AGO).await.unwrap();
    inbox.close().await;
    dovecot.stop();
    dovecot.renumber(BOT);
    // A UIDVALIDITY is made from the clock's seconds: within the same one it would be the same again.
    let Location::Imap { uid_validity, .. } = before.mails[0].location else { panic!("an IMAP location") };
    support::until("the next second", || {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        (now > u64::from(uid_validity) + 1).then_some(())
    });
    dovecot.launch();
    put(&dovecot, "b");
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let after = inbox.list_new(Some(&before.cursor), LONG_AGO).await.unwrap();
    assert_eq!(after.mails.len(), 2);
    assert_ne!(after.cursor, before.cursor);
    assert!(matches!(inbox.fetch(&before.mails).await, Err(InboxError::Renumbered(_))));
    // The one from before is found again by its Message-ID and arrival time.
    let filed = inbox.file(&done(&before.mails[0], "a", Filing::Registered)).await.unwrap();
    assert_eq!(filed, Filed::Done);
    assert_eq!(subjects_and_flags(&dovecot, "Aangemeld"), [("a@dewit.nl".to_owned(), true)]);
    assert_eq!(subjects_and_flags(&dovecot, "INBOX"), [("b@dewit.nl".to_owned(), false)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_are_filed_into_folders_that_are_made_and_subscribed() {
    let dovecot = Dovecot::start();
    for id in ["a", "b", "c", "d"] {
        put(&dovecot, id);
    }
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
    let filings = [Filing::Registered, Filing::Question, Filing::Waitlist, Filing::Untouched];
    for ((mail, id), filing) in listed.iter().zip(["a", "b", "c", "d"]).zip(filings) {
        assert_eq!(inbox.file(&done(mail, id, filing)).await.unwrap(), Filed::Done);
    }
    assert_eq!(subjects_and_flags(&dovecot, "Aangemeld"), [("a@dewit.nl".to_owned(), true)]);
    assert_eq!(subjects_and_flags(&dovecot, "Vraag"), [("b@dewit.nl".to_owned(), false)]);
    assert_eq!(subjects_and_flags(&dovecot, "Wachtlijst"), [("c@dewit.nl".to_owned(), true)]);
    assert_eq!(subjects_and_flags(&dovecot, "INBOX"), [("d@dewit.nl".to_owned(), false)]);
    assert_eq!(inbox.file(&done(&listed[0], "a", Filing::Registered)).await.unwrap(), Filed::Gone);
    assert_eq!(subjects_and_flags(&dovecot, "Aangemeld").len(), 1);

    let subscriptions = std::fs::read_to_string(dovecot.mailbox_folder(BOT).join("subscriptions")).unwrap();
    assert!(["Aangemeld", "Vraag", "Wachtlijst"].iter().all(|name| subscriptions.contains(name)), "{subscriptions}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_somebody_took_away_is_gone_and_a_folder_that_somebody_removed_is_made_anew() {
    let dovecot = Dovecot::start();
    for id in ["a", "b", "c"] {
        put(&dovecot, id);
    }
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
    assert_eq!(inbox.file(&done(&listed[0], "a", Filing::Registered)).await.unwrap(), Filed::Done);

    let mut coordinator = Client::log_in(&dovecot, BOT);
    coordinator.run("SELECT INBOX");
    coordinator.run("UID MOVE 2 Drafts");
    coordinator.run("SELECT Aangemeld");
    coordinator.run("UID MOVE 1 Drafts");
    coordinator.run("SELECT INBOX");
    coordinator.run("DELETE Aangemeld");

    let fetched = inbox.fetch(&listed).await.unwrap();
    assert_eq!(fetched.mails.len(), 1, "only the mail that is still there");
    assert_eq!(fetched.mails[0].location, listed[2].location);
    assert_eq!(inbox.file(&done(&listed[1], "b", Filing::Registered)).await.unwrap(), Filed::Gone);
    assert_eq!(inbox.file(&done(&listed[2], "c", Filing::Registered)).await.unwrap(), Filed::Done);
    assert_eq!(subjects_and_flags(&dovecot, "Aangemeld"), [("c@dewit.nl".to_owned(), true)]);
    assert_eq!(subjects_and_flags(&dovecot, "Drafts").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_move_copies_and_removes_that_one_mail() {
    let dovecot = Dovecot::start_able_to("IMAP4rev1 UIDPLUS");
    put(&dovecot, "a");
    put(&dovecot, "b");
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
    let mut coordinator = Client::log_in(&dovecot, BOT);
    coordinator.run("SELECT INBOX");
    coordinator.run("UID STORE 2 +FLAGS (\\Deleted)");
    assert_eq!(inbox.file(&done(&listed[0], "a", Filing::Registered)).await.unwrap(), Filed::Done);
    assert_eq!(subjects_and_flags(&dovecot, "Aangemeld"), [("a@dewit.nl".to_owned(), true)]);
    assert_eq!(subjects_and_flags(&dovecot, "INBOX"), [("b@dewit.nl".to_owned(), false)], "hers is not ours to remove");

    // Cut off after the copy: the second time it is not copied again.
    put(&dovecot, "c");
    let listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
    let c = listed.last().unwrap();
    coordinator.run("NOOP");
    coordinator.run("UID COPY 3 Aangemeld");
    assert_eq!(inbox.file(&done(c, "c", Filing::Registered)).await.unwrap(), Filed::Done);
    assert_eq!(subjects_and_flags(&dovecot, "Aangemeld").len(), 2);
    assert_eq!(subjects_and_flags(&dovecot, "INBOX").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn keywords_mark_mails_where_they_are_and_nothing_touches_nothing() {
    let dovecot = Dovecot::start();
    put(&dovecot, "a");
    put(&dovecot, "b");
    let mut inbox = open(&dovecot, FilingMode::Nothing).await;
    let listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
    assert_eq!(inbox.file(&done(&listed[0], "a", Filing::Registered)).await.unwrap(), Filed::Done);
    assert!(folder(&dovecot, BOT, "INBOX").iter().all(|mail| !mail.is_seen()));
    inbox.close().await;

    let mut inbox = open(&dovecot, FilingMode::Keywords).await;
    assert_eq!(inbox.file(&done(&listed[0], "a", Filing::Registered)).await.unwrap(), Filed::Done);
    assert_eq!(inbox.file(&done(&listed[1], "b", Filing::Question)).await.unwrap(), Filed::Done);
    let mails = folder(&dovecot, BOT, "INBOX");
    assert!(mails[0].is_seen() && mails[0].flags.contains(&"Aangemeld".to_owned()), "{:?}", mails[0].flags);
    assert!(!mails[1].is_seen() && mails[1].flags.contains(&"Vraag".to_owned()), "{:?}", mails[1].flags);
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_letters_are_kept_and_found_again() {
    let dovecot = Dovecot::start();
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let letter =
        plain(BOT, "sanne@dewit.nl", "Bevestiging", "b16.x@zzp.example", "Je staat op de lijst.").replace('\n', "\r\n");
    let id = MessageId::new("b16.x@zzp.example");
    assert_eq!(inbox.sent_holds(&id).await.unwrap(), Some(false));
    inbox.append_sent(letter.as_bytes()).await.unwrap();
    assert_eq!(inbox.sent_holds(&id).await.unwrap(), Some(true));
    assert_eq!(inbox.sent_holds(&MessageId::new("b16.y@zzp.example")).await.unwrap(), Some(false));
    put(&dovecot, "a");
    let listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
    assert_eq!(inbox.file(&done(&listed[0], "a", Filing::Registered)).await.unwrap(), Filed::Done);
    let mails = mailbox(&dovecot, BOT);
    assert_eq!(mails["Sent"].len(), 1);
    assert!(mails["Sent"][0].is_seen());
    assert_eq!(mails["Sent"][0].text, letter);
    assert_eq!(mails["Aangemeld"].len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_on_new_mail_on_a_word_and_in_time() {
    let dovecot = Dovecot::start();
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let start = inbox.list_new(None, LONG_AGO).await.unwrap();
    let long = Duration::from_secs(600);
    let never = CancellationToken::new();
    let deadline = support::DEADLINE;

    // It arrives in the middle of the wait. Dovecot tells of it at once; whoever comes too late finds it listed all the same.
    let port = dovecot.lmtp_port();
    let sender = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        deliver(port, BOT, &plain("sanne@dewit.nl", BOT, "x", "idle@dewit.nl", "x"));
    });
    tokio::time::timeout(deadline, inbox.wait(long, &never)).await.expect("news end the wait").unwrap();
    sender.join().unwrap();
    let listed = inbox.list_new(Some(&start.cursor), LONG_AGO).await.unwrap();
    assert_eq!(listed.mails.len(), 1);

    let word = CancellationToken::new();
    let later = word.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        later.cancel();
    });
    tokio::time::timeout(deadline, inbox.wait(long, &word)).await.expect("a word ends the wait").unwrap();
    tokio::time::timeout(deadline, inbox.wait(Duration::from_millis(200), &never)).await.expect("time does").unwrap();
    // The session is in step after all that.
    put(&dovecot, "after");
    assert_eq!(inbox.list_new(Some(&listed.cursor), LONG_AGO).await.unwrap().mails.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn starttls_and_plain_to_this_machine_work_and_a_wrong_certificate_or_password_does_not() {
    let dovecot = Dovecot::start();
    put(&dovecot, "a");
    let filing = filing(FilingMode::Folders);
    for (tls, port) in
        [(Tls::StartTls, dovecot.imap_port()), (Tls::Plain, dovecot.imap_port()), (Tls::Implicit, dovecot.imaps_port())]
    {
        let mut server = dovecot.server();
        (server.tls, server.port) = (tls, port);
        let mut inbox = Inbox::open(&imap(server), &filing, password()).await.unwrap();
        assert_eq!(inbox.list_new(None, LONG_AGO).await.unwrap().mails.len(), 1, "{tls:?}");
    }
    let mut strange = dovecot.server();
    strange.ca_file = None;
    let error = Inbox::open(&imap(strange), &filing, password()).await.unwrap_err();
    assert!(error.to_string().starts_with("er is geen veilige verbinding met localhost:"), "{error}");

    let mut elsewhere = dovecot.server();
    (elsewhere.tls, elsewhere.host) = (Tls::Plain, "192.0.2.1".to_owned());
    let error = Inbox::open(&imap(elsewhere), &filing, password()).await.unwrap_err();
    assert!(error.to_string().contains("is niet deze computer"), "{error}");

    let wrong = Some(SecretString::from("verkeerd"));
    let error = Inbox::open(&dovecot.source(), &filing, wrong).await.unwrap_err();
    assert!(error.is_login_refused(), "{error}");
    assert!(!error.to_string().contains("verkeerd"));
    assert_eq!(
        error.to_string(),
        format!(
            "localhost laat {BOT} niet in (Authentication failed.); kijk de naam en het wachtwoord na, bij Gmail is dat een app-wachtwoord"
        )
    );
    // A password that is not ASCII goes another way, and comes as far.
    let error = Inbox::open(&dovecot.source(), &filing, Some(SecretString::from("gehéim"))).await.unwrap_err();
    assert!(error.is_login_refused(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_calls_itself_an_authority_is_believed_when_it_is_the_configured_one() {
    let mut dovecot = Dovecot::start();
    dovecot.stop();
    write_authority(dovecot.folder());
    dovecot.launch();
    for host in ["localhost", "127.0.0.1"] {
        let mut server = dovecot.server();
        server.host = host.to_owned();
        Inbox::open(&imap(server), &filing(FilingMode::Folders), password()).await.unwrap();
    }
    let mut server = dovecot.server();
    server.host = "ip6-localhost".to_owned();
    server.timeout_secs = 3;
    assert!(Inbox::open(&imap(server), &filing(FilingMode::Folders), password()).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_down_is_an_error_at_once_and_the_inbox_says_so_ever_after() {
    let mut dovecot = Dovecot::start();
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let start = inbox.list_new(None, LONG_AGO).await.unwrap();
    let never = CancellationToken::new();
    let waiting = tokio::spawn(async move {
        let waited = inbox.wait(Duration::from_secs(600), &never).await;
        (inbox, waited)
    });
    tokio::task::block_in_place(|| dovecot.stop());
    let (mut inbox, waited) = tokio::time::timeout(support::DEADLINE, waiting).await.expect("it ends").unwrap();
    assert!(waited.is_err() || inbox.list_new(Some(&start.cursor), LONG_AGO).await.is_err());
    let error = inbox.list_new(Some(&start.cursor), LONG_AGO).await.unwrap_err();
    assert!(error.is_passing(), "{error}");
    let error = Inbox::open(&dovecot.source(), &filing(FilingMode::Folders), password()).await.unwrap_err();
    assert!(error.is_passing(), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_may_lie_in_folders_and_have_accents() {
    let dovecot = Dovecot::start();
    put(&dovecot, "a");
    put(&dovecot, "b");
    let mut filing = filing(FilingMode::Folders);
    filing.names.registered = "Aanmelder/Komt één & al".to_owned();
    filing.sent = Some("Aanmelder/Verstuurd €".to_owned());
    for _ in 0..2 {
        // The second time around the folders are there already.
        let mut inbox = Inbox::open(&dovecot.source(), &filing, password()).await.unwrap();
        let listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
        let id = if listed.len() == 2 { "a" } else { "b" };
        assert_eq!(inbox.file(&done(&listed[0], id, Filing::Registered)).await.unwrap(), Filed::Done);
        inbox.append_sent(format!("Message-ID: <{id}@zzp.example>\r\n\r\nx\r\n").as_bytes()).await.unwrap();
        let known = inbox.sent_holds(&MessageId::new(&format!("{id}@zzp.example"))).await.unwrap();
        assert_eq!(known, Some(true));
    }
    let mails = mailbox(&dovecot, BOT);
    assert_eq!(mails["Aanmelder/Komt &AOkA6Q-n &- al"].len(), 2);
    assert_eq!(mails["Aanmelder/Verstuurd &IKw-"].len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_mails_and_a_large_one_come_whole() {
    let dovecot = Dovecot::start();
    let line = "0123456789 abcdefghijklmnopqrstuvwxyz\n";
    deliver(dovecot.lmtp_port(), BOT, &plain("a@b.nl", BOT, "groot", "groot@b.nl", &line.repeat(12 << 20 >> 5)));
    let mut coordinator = Client::log_in(&dovecot, BOT);
    coordinator.run("SELECT INBOX");
    put(&dovecot, "klein");
    for _ in 0..9 {
        // Doubles what is there beside the large one.
        coordinator.run("NOOP");
        coordinator.run("UID COPY 2:* INBOX");
    }
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let listed = inbox.list_new(None, LONG_AGO).await.unwrap().mails;
    assert_eq!(listed.len(), 1 + 512);
    let fetched = inbox.fetch(&listed).await.unwrap();
    assert_eq!(fetched.mails.len(), listed.len());
    for (mail, asked) in fetched.mails.iter().zip(&listed) {
        assert_eq!(mail.location, asked.location);
        assert_eq!(u64::try_from(mail.bytes.len()).unwrap(), asked.size);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_in_the_place_of_a_password_lets_in_when_it_is_right() {
    let mut dovecot = Dovecot::start();
    dovecot.reconfigure("auth_mechanisms = plain login xoauth2");
    let mut server = dovecot.server();
    server.login = aanmelder::config::Login::Xoauth2;
    let source = imap(server);
    Inbox::open(&source, &filing(FilingMode::Folders), password()).await.unwrap().close().await;
    let wrong = Some(SecretString::from("verlopen-token"));
    let error = Inbox::open(&source, &filing(FilingMode::Folders), wrong).await.unwrap_err();
    assert!(error.is_login_refused(), "{error}");
    assert!(!error.to_string().contains("verlopen-token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_put_into_the_inbox_twice_is_there_once_flagged_and_unread() {
    let dovecot = Dovecot::start();
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let letter = plain(BOT, "marijke@voorbeeld.nl", "Storing", "alarm@gmail.com", "Er gaan geen brieven uit.");
    for _ in 0..2 {
        inbox.put_alarm(&MessageId::new("alarm@gmail.com"), letter.replace('\n', "\r\n").as_bytes()).await.unwrap();
    }
    let mails = folder(&dovecot, BOT, "INBOX");
    assert_eq!(mails.len(), 1);
    assert!(mails[0].flags.contains(&"\\Flagged".to_owned()) && !mails[0].is_seen(), "{:?}", mails[0].flags);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_ran_out_is_told_in_a_plain_sentence() {
    let mut dovecot = Dovecot::start();
    dovecot.stop();
    support::certificates::write_expired(dovecot.folder());
    dovecot.launch();
    let mut server = dovecot.server();
    server.ca_file = Some(dovecot.folder().join("ca.pem"));
    let error = Inbox::open(&imap(server), &filing(FilingMode::Folders), password()).await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("het certificaat van localhost is verlopen op 2018-02-01"), "{told}");
}

#[test]
fn a_cursor_survives_being_written_down() {
    let cursor = Cursor::Imap { folder: "INBOX".to_owned(), uid_validity: 7, next_uid: 9 };
    let text = serde_json::to_string(&cursor).unwrap();
    assert_eq!(serde_json::from_str::<Cursor>(&text).unwrap(), cursor);
}
