//! A duplicate: a second delivery of a mail that is done. It is filed as the first was, and nothing else comes of it. Pure.
//!
//! Mail servers deliver twice when the wire is cut between a delivery and its acknowledgement (RFC 5321, 4.5.4.2), and a mail
//! that is sent to two of our addresses comes twice. A done mail that the coordinator puts back into the inbox is none: she
//! wants it there.

use crate::mail::{Filing, Location, RawMail, message};
use crate::outcome::{DoneMail, Outcome};
use jiff::{SignedDuration, Timestamp};

/// A mail is not put back into the inbox sooner than this after it came in.
const JUST_IN: SignedDuration = SignedDuration::from_secs(20);

/// Files a mail as `first` was, which is done and the same mail; `None` when this is that very mail, be it moved.
///
/// `to_file`: the first still lies where it came in. Of two that came in within one second the later one is a duplicate when the
/// first lies there, or it is seen so soon that nobody can have moved it.
pub fn file_duplicate(raw: &RawMail, first: &DoneMail, to_file: bool, now: Timestamp) -> Option<Outcome> {
    let just_in = now.duration_since(raw.received_at) < JUST_IN;
    let beside_it = (to_file || just_in) && is_beside(&raw.location, &first.location);
    if first.filing == Filing::Untouched || raw.received_at == first.received_at && !beside_it {
        return None;
    }
    let done = DoneMail {
        key: message::key_of_name(&format!("duplicate {} {}", first.key, raw.received_at)),
        location: raw.location.clone(),
        message_id: first.message_id.clone(),
        received_at: raw.received_at,
        filing: first.filing,
    };
    Some(Outcome { mail: Some(done), changes: Vec::new(), letters: Vec::new(), entry: None })
}

/// Do two mails lie side by side in one folder? Moving a mail gives it a new UID and keeps its time.
fn is_beside(one: &Location, other: &Location) -> bool {
    use Location::Imap;
    match (one, other) {
        (Imap { folder, uid_validity, uid }, Imap { folder: its_folder, uid_validity: its_validity, uid: its_uid }) => {
            (folder, uid_validity) == (its_folder, its_validity) && uid != its_uid
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(uid: u32, at: &str) -> RawMail {
        let location = Location::Imap { folder: "INBOX".to_owned(), uid_validity: 7, uid };
        RawMail { location, received_at: at.parse().unwrap(), bytes: b"Message-ID: <a@b.nl>\r\n\r\nIk kom.".to_vec() }
    }

    fn done(uid: u32, at: &str, filing: Filing) -> DoneMail {
        let RawMail { location, received_at, bytes } = mail(uid, at);
        DoneMail { key: message::key(&bytes), location, message_id: None, received_at, filing }
    }

    const NOON: &str = "2017-11-01T12:00:00Z";
    const LATER: &str = "2017-11-01T12:00:05Z";
    const EVEN_LATER: &str = "2017-11-01T12:00:06Z";

    fn file_duplicate(raw: &RawMail, first: &DoneMail, to_file: bool) -> Option<Outcome> {
        super::file_duplicate(raw, first, to_file, "2017-11-01T15:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_second_delivery_is_filed_as_the_first_was_and_under_a_key_of_its_own() {
        let first = done(3, NOON, Filing::Registered);
        let outcome = file_duplicate(&mail(4, LATER), &first, false).unwrap();
        let duplicate = outcome.mail.unwrap();
        assert_eq!((duplicate.filing, &duplicate.location), (Filing::Registered, &mail(4, LATER).location));
        assert_ne!(duplicate.key, first.key);
        let again = file_duplicate(&mail(9, LATER), &first, true).unwrap().mail.unwrap();
        assert_eq!(again.key, duplicate.key, "put back into the inbox, it is known");
        let third = file_duplicate(&mail(5, EVEN_LATER), &first, false).unwrap().mail.unwrap();
        assert_ne!(third.key, duplicate.key, "the third is another one again");
        assert!(outcome.changes.is_empty() && outcome.letters.is_empty() && outcome.entry.is_none());
    }

    #[test]
    fn two_that_came_in_the_same_second_are_two_unless_somebody_may_have_moved_the_one() {
        let first = done(3, NOON, Filing::Cancelled);
        assert!(file_duplicate(&mail(4, NOON), &first, true).is_some());
        assert!(file_duplicate(&mail(4, NOON), &first, false).is_none());
        let at = |time: &str| super::file_duplicate(&mail(4, NOON), &first, false, time.parse().unwrap());
        assert!(at("2017-11-01T12:00:02Z").is_some());
        assert!(at("2017-11-01T12:00:30Z").is_none());
        assert!(file_duplicate(&mail(3, NOON), &first, true).is_none(), "the mail itself, listed again");
    }

    #[test]
    fn what_was_put_back_into_the_inbox_or_is_none_of_ours_stays() {
        assert!(file_duplicate(&mail(9, NOON), &done(3, NOON, Filing::Registered), false).is_none());
        assert!(file_duplicate(&mail(4, LATER), &done(3, NOON, Filing::Untouched), false).is_none());
        let mut anew = mail(1, NOON);
        anew.location = Location::Imap { folder: "INBOX".to_owned(), uid_validity: 8, uid: 1 };
        assert!(file_duplicate(&anew, &done(3, NOON, Filing::Registered), true).is_none(), "numbered anew");
    }
}
