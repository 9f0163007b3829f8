//! Letters on their way to a server that breaks off, refuses, or ends the connection.

use super::*;

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
