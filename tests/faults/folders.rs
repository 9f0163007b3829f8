//! Folders as other servers have them: refused, at Gmail, all below the inbox.

use super::*;

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
