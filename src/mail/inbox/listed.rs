//! Mails as an inbox lists and gives them: what passes between it and who asks, whatever kind of inbox it is.

use crate::ids::Address;
use crate::mail::{Cursor, Location, RawMail};
use jiff::Timestamp;

/// A mail that lies in the inbox, before it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Where it lies.
    pub location: Location,
    /// When the server took it in.
    pub received_at: Timestamp,
    /// Its size in bytes, as the server says.
    pub size: u64,
}

/// What came in, and from where to look the next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMails {
    /// The mails, in the order in which the inbox got them: by UID, in a Maildir by arrival time. Not by INTERNALDATE, which
    /// may run against it: then who gets the last seat would depend on whether the mails were seen one by one.
    pub mails: Vec<Listed>,
    /// The next [`Inbox::list_new`] starts here. To be kept only after the mails are committed.
    pub cursor: Cursor,
}

/// A folder that is looked at beside the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherFolder {
    /// Where the provider puts what it takes for spam.
    Spam,
    /// Where people put mails out of the way; at Gmail all mail there is.
    Archive,
}

/// A mail that lies in a folder beside the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedBeside {
    /// The mail.
    pub mail: Listed,
    /// Who it says wrote it; `None` when it does not say so in one address.
    pub author: Option<Address>,
}

/// What came into a folder beside the inbox, and from where to look the next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBeside {
    /// The mails, as they lie there.
    pub mails: Vec<ListedBeside>,
    /// The next look starts here.
    pub cursor: Cursor,
}

/// What a fetch brought. Mails asked for that are in neither list have gone meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The mails, in the order asked for.
    pub mails: Vec<RawMail>,
    /// Mails that are there but that the server does not give, with its words.
    pub refused: Vec<(Location, String)>,
}

/// Cuts a list into parts that together fit into memory: at most 50 mails and 8 MiB each, or one larger mail.
pub fn batches(mails: &[Listed]) -> Vec<&[Listed]> {
    const MOST_BYTES: u64 = 8 << 20;
    const MOST_MAILS: usize = 50;
    let mut parts = Vec::new();
    let mut rest = mails;
    while !rest.is_empty() {
        let mut bytes = 0_u64;
        let fitting = rest
            .iter()
            .take(MOST_MAILS)
            .take_while(|mail| {
                bytes = bytes.saturating_add(mail.size);
                bytes <= MOST_BYTES
            })
            .count();
        let (part, left) = rest.split_at(fitting.max(1));
        parts.push(part);
        rest = left;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(size: u64) -> Listed {
        let location = Location::Maildir { name: format!("m{size}") };
        Listed { location, received_at: Timestamp::UNIX_EPOCH, size }
    }

    #[test]
    fn batches_hold_every_mail_once_and_stay_small() {
        let mails: Vec<_> = [1, 9 << 20, 5 << 20, 3 << 20, 1, 2].into_iter().map(listed).collect();
        let parts = batches(&mails);
        assert_eq!(parts.concat(), mails);
        let sizes: Vec<_> = parts.iter().map(|part| part.len()).collect();
        assert_eq!(sizes, [1, 1, 2, 2]);
        assert_eq!(batches(&vec![listed(1); 120]).len(), 3);
        assert!(batches(&[]).is_empty());
    }
}
