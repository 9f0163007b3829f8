//! The inbox as a Maildir: the same doings as over IMAP, with files.

mod support;

use aanmelder::config::{FilingMode, Source};
use aanmelder::ids::{MailKey, MessageId};
use aanmelder::mail::Filing;
use aanmelder::mail::inbox::{Filed, Inbox, InboxError, Listed};
use aanmelder::mail::maildir;
use aanmelder::outcome::DoneMail;
use jiff::Timestamp;
use std::path::Path;
use std::time::Duration;
use support::settings::filing;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_510_000_000 + second).unwrap()
}

fn put(root: &Path, name: &str, second: i64) {
    let mail = format!("From: sanne@dewit.nl\nMessage-ID: <{name}@dewit.nl>\n\nIk kom graag.\n");
    maildir::deliver(root, name, mail.as_bytes(), at(second)).unwrap();
}

async fn open(root: &Path, mode: FilingMode) -> Inbox {
    Inbox::open(&Source::Maildir(root.to_owned()), &filing(mode), None).await.unwrap()
}

fn done(mail: &Listed, filing: Filing) -> DoneMail {
    DoneMail {
        key: MailKey::from_hex("0".repeat(32)),
        location: mail.location.clone(),
        message_id: None,
        received_at: mail.received_at,
        filing,
    }
}

/// Every file below the Maildir, by its path in it.
fn files(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                found.push(entry.path().strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn new_files_are_listed_once_in_the_order_of_their_time() {
    let root = TempDir::new().unwrap();
    put(root.path(), "old", -100);
    put(root.path(), "b", 20);
    put(root.path(), "a", 10);
    let mut inbox = open(root.path(), FilingMode::Folders).await;
    let first = inbox.list_new(None, at(0)).await.unwrap();
    assert_eq!(first.mails.iter().map(|mail| mail.received_at).collect::<Vec<_>>(), [at(10), at(20)]);
    let fetched = inbox.fetch(&first.mails).await.unwrap();
    assert!(String::from_utf8_lossy(&fetched.mails[0].bytes).contains("<a@dewit.nl>"));

    // A file with an old time is new all the same; one that somebody has read meanwhile is not.
    put(root.path(), "late", -5000);
    std::fs::rename(root.path().join("new/a"), root.path().join("cur/a:2,S")).unwrap();
    let second = inbox.list_new(Some(&first.cursor), at(0)).await.unwrap();
    assert_eq!(second.mails.len(), 1);
    assert_eq!(second.mails[0].received_at, at(-5000));
    assert!(inbox.list_new(Some(&second.cursor), at(0)).await.unwrap().mails.is_empty());
}

#[tokio::test]
async fn files_are_filed_read_or_unread_and_nothing_is_filed_twice() {
    let root = TempDir::new().unwrap();
    for (second, name) in (0..).zip(["a", "b", "c", "d"]) {
        put(root.path(), name, second);
    }
    std::fs::rename(root.path().join("new/c"), root.path().join("cur/c:2,F")).unwrap();
    let mut inbox = open(root.path(), FilingMode::Folders).await;
    let mails = inbox.list_new(None, at(0)).await.unwrap().mails;
    for (mail, filing) in mails.iter().zip([Filing::Registered, Filing::Question, Filing::Cancelled, Filing::Untouched])
    {
        assert_eq!(inbox.file(&done(mail, filing)).await.unwrap(), Filed::Done);
    }
    assert_eq!(inbox.file(&done(&mails[0], Filing::Registered)).await.unwrap(), Filed::Gone);
    assert_eq!(files(root.path()), [".Aangemeld/cur/a:2,S", ".Afgemeld/cur/c:2,FS", ".Vraag/new/b", "new/d"]);
}

#[tokio::test]
async fn without_folders_mails_stay_where_they_are() {
    let root = TempDir::new().unwrap();
    put(root.path(), "a", 0);
    put(root.path(), "b", 1);
    let mut inbox = open(root.path(), FilingMode::Nothing).await;
    let mails = inbox.list_new(None, at(0)).await.unwrap().mails;
    inbox.file(&done(&mails[0], Filing::Registered)).await.unwrap();
    assert_eq!(files(root.path()), ["new/a", "new/b"]);
    let mut inbox = open(root.path(), FilingMode::Keywords).await;
    inbox.file(&done(&mails[0], Filing::Registered)).await.unwrap();
    inbox.file(&done(&mails[1], Filing::Question)).await.unwrap();
    assert_eq!(files(root.path()), ["cur/a:2,S", "new/b"]);
}

#[tokio::test]
async fn sent_letters_are_kept_where_there_is_a_folder_for_them() {
    let root = TempDir::new().unwrap();
    put(root.path(), "a", 0);
    let mut inbox = open(root.path(), FilingMode::Folders).await;
    let id = MessageId::new("b16.x@zzp.example");
    let letter = b"Subject: x\r\nMessage-ID:\r\n <b16.x@zzp.example>\r\n\r\n<b16.y@zzp.example>\r\n";
    inbox.append_sent(letter).await.unwrap();
    assert_eq!(inbox.sent_holds(&id).await.unwrap(), None);
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(root.path().join(".Sent").join(part)).unwrap();
    }
    assert_eq!(inbox.sent_holds(&id).await.unwrap(), Some(false));
    inbox.append_sent(letter).await.unwrap();
    assert_eq!(inbox.sent_holds(&id).await.unwrap(), Some(true));
    assert_eq!(inbox.sent_holds(&MessageId::new("b16.y@zzp.example")).await.unwrap(), Some(false));
}

#[tokio::test]
async fn waiting_ends_when_a_file_comes() {
    let root = TempDir::new().unwrap();
    put(root.path(), "a", 0);
    let mut inbox = open(root.path(), FilingMode::Folders).await;
    let long = Duration::from_secs(600);
    let never = CancellationToken::new();
    inbox.list_new(None, at(0)).await.unwrap();
    put(root.path(), "between", 1);
    tokio::time::timeout(support::DEADLINE, inbox.wait(long, &never)).await.expect("it is there already").unwrap();
    inbox.list_new(None, at(0)).await.unwrap();
    inbox.wait(Duration::from_millis(10), &never).await.unwrap();
    let path = root.path().to_owned();
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        put(&path, "b", 1);
    });
    tokio::time::timeout(support::DEADLINE, inbox.wait(long, &never)).await.expect("news end the wait").unwrap();
    writer.join().unwrap();
    never.cancel();
    inbox.wait(long, &never).await.unwrap();
}

#[tokio::test]
async fn a_folder_that_is_no_maildir_is_told_plainly() {
    let root = TempDir::new().unwrap();
    let error = Inbox::open(&Source::Maildir(root.path().to_owned()), &filing(FilingMode::Folders), None).await;
    let error = error.unwrap_err();
    assert!(matches!(error, InboxError::NoMaildir(_)));
    assert!(
        error.to_string().ends_with("is geen Maildir: daar horen de mappen cur, new en tmp in te staan"),
        "{error}"
    );
}

#[tokio::test]
async fn a_copy_of_a_letter_is_found_in_the_inbox_and_goes_to_the_sent_mail() {
    let root = TempDir::new().unwrap();
    put(root.path(), "copy", 0);
    let mut inbox = open(root.path(), FilingMode::Folders).await;
    let id = MessageId::new("copy@dewit.nl");
    assert_eq!(inbox.sent_holds(&id).await.unwrap(), Some(true));
    assert_eq!(inbox.sent_holds(&MessageId::new("other@dewit.nl")).await.unwrap(), None);
    let listed = inbox.list_new(None, at(0)).await.unwrap().mails;
    // Without a folder for it, it stays where it is, read.
    assert_eq!(inbox.file(&done(&listed[0], Filing::Sent)).await.unwrap(), Filed::Done);
    assert_eq!(files(root.path()), ["cur/copy:2,S"]);
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(root.path().join(".Sent").join(part)).unwrap();
    }
    assert_eq!(inbox.file(&done(&listed[0], Filing::Sent)).await.unwrap(), Filed::Done);
    assert_eq!(files(root.path()), [".Sent/cur/copy:2,S"]);
    assert_eq!(inbox.sent_holds(&id).await.unwrap(), Some(true));
}

#[test]
fn one_program_at_a_time_holds_a_maildir() {
    let root = TempDir::new().unwrap();
    let held = maildir::lock(root.path()).unwrap();
    assert!(held.is_some());
    assert!(maildir::lock(root.path()).unwrap().is_none());
    drop(held);
    assert!(maildir::lock(root.path()).unwrap().is_some());
}
