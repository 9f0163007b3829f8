//! The lines of a server's answers as values of our own, so that async_imap's types go no further than the session.

use super::InboxError;
use async_imap::imap_proto::{
    AttributeValue, Capability, MailboxDatum, MailboxListData, NameAttribute, Response, ResponseCode, Status,
};
use jiff::Timestamp;
use jiff::fmt::strtime;

/// One untagged line (RFC 3501, 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// How many mails the selected folder holds.
    Exists(u32),
    /// A mail has left the selected folder.
    Expunge,
    /// Something about one mail.
    Fetch(FetchRow),
    /// UIDs that were searched for.
    Search(Vec<u32>),
    /// A folder.
    Folder {
        /// Its name, as the server spells it.
        name: String,
        /// What separates it from its parent.
        delimiter: Option<String>,
        /// What it is for, when the server says so.
        role: Option<Role>,
        /// Can mails be in it?
        selectable: bool,
    },
    /// The folder's UIDVALIDITY.
    UidValidity(u32),
    /// The UID that the next mail will get at least.
    UidNext(u32),
    /// The flags that are kept; `\*` means any keyword.
    PermanentFlags(Vec<String>),
    /// What the server can do, in upper case.
    Capabilities(Vec<String>),
    /// The server only says that it is there: `* OK Still here`.
    Alive,
    /// Anything else.
    Other,
}

/// What a folder is for, by its attribute (RFC 6154, 2): its name follows the account's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// All mail, whatever folder it lies in.
    All,
    /// Mail that was put away.
    Archive,
    /// Mail that is being written.
    Drafts,
    /// Spam.
    Junk,
    /// Sent mail.
    Sent,
    /// Deleted mail.
    Trash,
}

/// What one line says about one mail. Servers may spread it over several lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FetchRow {
    /// Its UID; missing in lines that nobody asked for.
    pub uid: Option<u32>,
    /// Its INTERNALDATE.
    pub received_at: Option<Timestamp>,
    /// Its RFC822.SIZE.
    pub size: Option<u64>,
    /// Its flags.
    pub flags: Option<Vec<String>>,
    /// All of it.
    pub body: Option<Vec<u8>>,
    /// Of its header what was asked for.
    pub head: Option<Vec<u8>>,
}

impl Row {
    /// Takes over a line.
    ///
    /// # Errors
    /// When an INTERNALDATE is no date.
    pub fn from_response(response: &Response<'_>) -> Result<Self, InboxError> {
        Ok(match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => Self::Exists(*count),
            Response::MailboxData(MailboxDatum::Search(uids)) => Self::Search(uids.clone()),
            Response::MailboxData(MailboxDatum::List(folder)) => folder_row(folder),
            Response::Expunge(_) | Response::Vanished { .. } => Self::Expunge,
            Response::Fetch(_, attributes) => Self::Fetch(fetch_row(attributes)?),
            Response::Capabilities(names) => Self::Capabilities(names.iter().filter_map(ability).collect()),
            Response::Data { status: Status::Ok, outcome } => match &outcome.code {
                Some(ResponseCode::UidValidity(number)) => Self::UidValidity(*number),
                Some(ResponseCode::UidNext(number)) => Self::UidNext(*number),
                Some(ResponseCode::PermanentFlags(flags)) => Self::PermanentFlags(owned(flags)),
                _ => Self::Alive,
            },
            Response::Continue(_) => Self::Alive,
            _ => Self::Other,
        })
    }
}

fn folder_row(folder: &MailboxListData<'_>) -> Row {
    Row::Folder {
        name: folder.name.to_string(),
        delimiter: folder.delimiter.as_deref().map(str::to_owned),
        role: folder.name_attributes.iter().find_map(role),
        selectable: !folder.name_attributes.iter().any(|attribute| match attribute {
            NameAttribute::NoSelect => true,
            // RFC 5258, 3.5: implies \Noselect, which then need not be said.
            NameAttribute::Extension(name) => name.eq_ignore_ascii_case("\\NonExistent"),
            _ => false,
        }),
    }
}

fn role(attribute: &NameAttribute<'_>) -> Option<Role> {
    match attribute {
        NameAttribute::All => Some(Role::All),
        NameAttribute::Archive => Some(Role::Archive),
        NameAttribute::Drafts => Some(Role::Drafts),
        NameAttribute::Junk => Some(Role::Junk),
        NameAttribute::Sent => Some(Role::Sent),
        NameAttribute::Trash => Some(Role::Trash),
        _ => None,
    }
}

fn fetch_row(attributes: &[AttributeValue<'_>]) -> Result<FetchRow, InboxError> {
    let mut row = FetchRow::default();
    for attribute in attributes {
        match attribute {
            AttributeValue::Uid(uid) => row.uid = Some(*uid),
            AttributeValue::InternalDate(text) => row.received_at = Some(internal_date(text)?),
            AttributeValue::Rfc822Size(bytes) => row.size = Some(u64::from(*bytes)),
            AttributeValue::Flags(flags) => row.flags = Some(owned(flags)),
            AttributeValue::BodySection { section: None, data: Some(data), .. } => row.body = Some(data.to_vec()),
            AttributeValue::BodySection { section: Some(_), data: Some(data), .. } => row.head = Some(data.to_vec()),
            _ => {}
        }
    }
    Ok(row)
}

fn ability(capability: &Capability<'_>) -> Option<String> {
    match capability {
        Capability::Atom(name) => Some(name.to_ascii_uppercase()),
        _ => None,
    }
}

fn owned(flags: &[std::borrow::Cow<'_, str>]) -> Vec<String> {
    flags.iter().map(ToString::to_string).collect()
}

/// An INTERNALDATE (RFC 3501, 9: `date-time`), such as ` 5-Nov-2017 09:15:00 +0100`.
fn internal_date(text: &str) -> Result<Timestamp, InboxError> {
    strtime::parse("%d-%b-%Y %H:%M:%S %z", text.trim()).and_then(|parsed| parsed.to_timestamp()).map_err(|_| {
        InboxError::Protocol { command: "FETCH".to_owned(), why: format!("`{}` is geen datum", text.escape_debug()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_dates_are_read_with_their_zone() {
        let read = |text: &str| internal_date(text).unwrap().to_string();
        assert_eq!(read("15-Nov-2017 19:30:00 +0100"), "2017-11-15T18:30:00Z");
        assert_eq!(read(" 5-Nov-2017 09:15:00 -0800"), "2017-11-05T17:15:00Z");
        assert!(internal_date("yesterday").is_err());
    }
}
