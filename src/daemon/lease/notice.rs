//! What the mail says by which a program holds a mailbox, and what a set of such mails means. Pure.

use crate::ids::Address;
use crate::mail::sanitize;
use jiff::Timestamp;
use std::fmt::Write as _;
use std::time::Duration;

/// The header field that holds it all.
const FIELD: &str = "X-Aanmelder-Lease";

/// One program's word that it reads the mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    /// Which store on which machine.
    pub owner: String,
    /// Raised by each that takes over: the highest one counts.
    pub generation: u64,
    /// It shows a sign of life at least so often.
    pub every_secs: u64,
    /// The name of its machine, for people.
    pub host: String,
    /// Since when, by its own clock: for people alone.
    pub since: Timestamp,
}

/// A notice as it lies in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The UID of its mail.
    pub uid: u32,
    /// Its sign of life.
    pub beat: bool,
    /// Its owner has ended in good order.
    pub released: bool,
    /// What it says.
    pub notice: Notice,
}

/// What the mails in the folder mean for us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nobody holds it.
    Free,
    /// We do, or did when we last ended: the mail.
    Ours(Found),
    /// Another one does, or did: its notice, and its flag.
    Others(Notice, bool),
    /// Another one does, and we did before it.
    TakenOver(Notice),
}

/// What these mails mean for `mine`, which last held the mailbox in generation `known`, or never when that is 0.
pub(super) fn standing(found: &[Found], mine: &str, known: u64) -> Standing {
    let current = found.iter().max_by_key(|found| (found.notice.generation, std::cmp::Reverse(found.uid)));
    match current {
        None => Standing::Free,
        Some(found) if found.notice.owner == mine => Standing::Ours(found.clone()),
        // Also when it has ended since: our list is out of date.
        Some(Found { notice, .. }) if known > 0 && notice.generation > known => Standing::TakenOver(notice.clone()),
        Some(Found { released: true, .. }) => Standing::Free,
        Some(Found { notice, beat, .. }) => Standing::Others(notice.clone(), *beat),
    }
}

impl Notice {
    /// The mail, to lie in a folder of the mailbox.
    pub fn mail(&self, address: &Address) -> Vec<u8> {
        let host = sanitize::line(&self.host, 60);
        let host: String = host.chars().filter(|c| c.is_ascii_graphic() && *c != ';').collect();
        let date = self.since.strftime("%a, %d %b %Y %H:%M:%S +0000");
        let mut mail = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            mail,
            "From: aanmelder <{address}>\r\nTo: <{address}>\r\nSubject: aanmelder leest deze mailbox ({host})\r\nDate: {date}\r\n\
             Message-ID: <aanmelder-lease.{}.{}@{}>\r\nAuto-Submitted: auto-generated\r\n\
             {FIELD}: owner={}; generation={}; every={}; since={}; host={host}\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
             Hieraan ziet een tweede aanmelder dat er al een is, zodat niemand twee antwoorden krijgt.\r\n\
             Laat dit bericht gewoon liggen.\r\n",
            self.owner,
            self.generation,
            address.domain(),
            self.owner,
            self.generation,
            self.every_secs,
            self.since,
        );
        mail.into_bytes()
    }

    /// Reads one; `None` when the mail is something else.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let head = text.split("\r\n\r\n").next()?.replace("\r\n ", " ").replace("\r\n\t", " ");
        let field = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim().eq_ignore_ascii_case(FIELD).then(|| value.to_owned())
        })?;
        let part = |wanted: &str| {
            let parts = field.split(';').filter_map(|part| part.trim().split_once('='));
            parts.filter(|(name, _)| *name == wanted).map(|(_, value)| value.to_owned()).next()
        };
        Some(Self {
            owner: part("owner")?,
            generation: part("generation")?.parse().ok()?,
            every_secs: part("every")?.parse().ok()?,
            host: part("host")?,
            since: part("since")?.parse().ok()?,
        })
    }

    /// Where it runs and since when, for a sentence.
    pub fn told(&self) -> String {
        format!("op de computer {}, sinds {}", self.host, self.since.strftime("%d-%m-%Y %H:%M UTC"))
    }

    /// How often it shows a sign of life.
    pub fn every(&self) -> Duration {
        Duration::from_secs(self.every_secs.clamp(1, 600))
    }

    /// Without a sign of life for so long it is dead.
    pub fn silent_after(&self) -> Duration {
        self.every() * 5 / 2 + Duration::from_secs(10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(owner: &str, generation: u64) -> Notice {
        Notice {
            owner: owner.to_owned(),
            generation,
            every_secs: 60,
            host: "pi".to_owned(),
            since: Timestamp::from_second(1_510_000_000).unwrap(),
        }
    }

    fn found(uid: u32, notice: Notice) -> Found {
        Found { uid, beat: false, released: false, notice }
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let address = Address::new("bot@zzp.example").unwrap();
        let written = notice("a1", 7);
        assert_eq!(Notice::read(&written.mail(&address)), Some(written.clone()));
        let folded = String::from_utf8(written.mail(&address)).unwrap().replace("; since=", ";\r\n since=");
        assert_eq!(Notice::read(folded.as_bytes()), Some(written));
        let odd = Notice { host: "pi; owner=x\r\nTo: y".to_owned(), ..notice("a1", 7) };
        let read = Notice::read(&odd.mail(&address)).unwrap();
        assert_eq!((read.owner.as_str(), read.host.as_str()), ("a1", "piowner=xTo:y"));
        assert_eq!(Notice::read(b"Subject: hallo\r\n\r\nX-Aanmelder-Lease: owner=x"), None);
    }

    #[test]
    fn the_highest_generation_counts_and_of_two_the_first() {
        let found = [found(4, notice("a", 1)), found(5, notice("b", 2)), found(6, notice("c", 2))];
        assert_eq!(standing(&found, "b", 2), Standing::Ours(found[1].clone()));
        assert_eq!(standing(&found, "c", 0), Standing::Others(notice("b", 2), false));
        assert_eq!(standing(&found, "a", 1), Standing::TakenOver(notice("b", 2)));
        assert_eq!(standing(&[], "a", 1), Standing::Free);
    }

    #[test]
    fn a_store_that_was_copied_to_another_machine_is_no_old_one() {
        // It knows the generation that its original holds.
        let found = [found(4, notice("original", 3))];
        assert_eq!(standing(&found, "copy", 3), Standing::Others(notice("original", 3), false));
    }

    #[test]
    fn what_was_released_is_free_for_another_one_but_not_for_one_that_was_taken_over() {
        let released = Found { released: true, ..found(4, notice("b", 2)) };
        let standing = |mine, known| standing(std::slice::from_ref(&released), mine, known);
        assert_eq!(standing("c", 0), Standing::Free);
        assert_eq!(standing("copy", 2), Standing::Free);
        assert_eq!(standing("b", 2), Standing::Ours(released.clone()));
        assert_eq!(standing("a", 1), Standing::TakenOver(notice("b", 2)));
    }
}
