//! Ways in: TLS, certificates, passwords and tokens, and servers that go down.

use super::*;

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
