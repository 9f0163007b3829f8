//! Telling a provider's sending limit from a refusal of one letter, by the words of its answer. Pure.

/// Has the account sent as much as its provider allows for now? Gmail says so with 5.4.5, or 4.7.28 for a while
/// (support.google.com/a/answer/3726730), Outlook with 5.1.90; others have no code for it but their own words.
pub(super) fn is_sending_limit(answer: &str) -> bool {
    const CODES: [&str; 5] = ["4.4.5", "5.4.5", "4.7.28", "5.7.28", "5.1.90"];
    const WORDS: [&str; 10] = [
        "sending limit",
        "sending quota",
        "rate limit",
        "ratelimit",
        "daily limit",
        "hourly limit",
        "too many messages",
        "too many emails",
        "emails per hour",
        "messages per hour",
    ];
    let lower = answer.to_lowercase();
    if lower.split(|c: char| !c.is_ascii_digit() && c != '.').any(|word| CODES.contains(&word)) {
        return true;
    }
    // A reader's own mailbox may be full or busy too: that is about his letter alone.
    let about_reader = ["recipient", "mailbox", "inbox"].iter().any(|word| lower.contains(word));
    !about_reader && WORDS.iter().any(|words| lower.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_the_account_are_told_from_refusals_of_a_letter() {
        for answer in [
            "550 5.4.5 Daily user sending limit exceeded. For more information on Gmail sending limits go to",
            "421 4.7.28 Gmail has detected an unusual rate of mail",
            "550 5.1.90 Your message can't be sent because you've reached your daily limit for sending messages",
            "550 Domain voorbeeld.nl has exceeded the max emails per hour (100/100 (100%)) allowed",
            "451 4.7.1 Ratelimit exceeded for this account",
        ] {
            assert!(is_sending_limit(answer), "{answer}");
        }
        for answer in [
            "550 5.1.1 The email account that you tried to reach does not exist",
            "452 4.2.2 The recipient's inbox is out of storage space",
            "450 4.2.1 The user you are trying to contact is receiving mail too quickly",
            "450 4.2.0 Recipient rate limit, greylisted",
            "554 5.7.1 looks like spam",
            "552 5.2.2 Mailbox over quota",
        ] {
            assert!(!is_sending_limit(answer), "{answer}");
        }
    }
}
