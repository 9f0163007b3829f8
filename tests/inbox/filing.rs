//! Where mails go when they are done, and letters that were sent.

use super::*;

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
