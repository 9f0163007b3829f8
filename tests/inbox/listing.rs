//! Which mails are new, in which order they come, and waiting for more.

use super::*;

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

#[test]
fn a_cursor_survives_being_written_down() {
    let cursor = Cursor::Imap { folder: "INBOX".to_owned(), uid_validity: 7, next_uid: 9 };
    let text = serde_json::to_string(&cursor).unwrap();
    assert_eq!(serde_json::from_str::<Cursor>(&text).unwrap(), cursor);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_archived_within_the_second_of_the_start_counts() {
    let dovecot = Dovecot::start_with(SPAM_AND_ARCHIVE);
    let mut client = Client::log_in(&dovecot, BOT);
    for (id, arrived) in [("a", "03-Nov-2017 10:00:00 +0100"), ("b", "03-Nov-2017 09:59:59 +0100")] {
        let mail = plain("Sanne <sanne@dewit.nl>", BOT, "Aanmelding", &format!("{id}@dewit.nl"), "Ik kom graag.");
        client.put("Archief", Some(arrived), &mail);
    }
    let mut inbox = open(&dovecot, FilingMode::Folders).await;
    let start = "2017-11-03T09:00:00.7Z".parse().unwrap();
    let beside = inbox.list_beside(OtherFolder::Archive, None, start).await.unwrap().unwrap();
    assert_eq!(beside.mails.len(), 1);
}
