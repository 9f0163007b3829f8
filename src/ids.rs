//! The names by which things are known: events, people, mails, letters.
//!
//! Each is a checked string, made once at the edge and passed on as it is. Nothing here knows mail headers or the store.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The short name of an event, as it stands in the store, in Message-IDs and on the command line: `b16`, `2017-11-15`.
///
/// Lower case letters, digits and `-`, 1 to 32 of them, so that it survives in every header and file name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventId(String);

/// Why a text is no name for an event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be the name of an event: use 1 to 32 lower case letters, digits or dashes, such as `b16`")]
pub struct BadEventId(String);

impl EventId {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// When it is empty, longer than 32 characters or holds anything but `a-z`, `0-9` and `-`.
    pub fn new(name: impl Into<String>) -> Result<Self, BadEventId> {
        let name = name.into();
        let fits = (1..=32).contains(&name.len());
        if fits && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            Ok(Self(name))
        } else {
            Err(BadEventId(name))
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EventId {
    type Error = BadEventId;
    fn try_from(name: String) -> Result<Self, BadEventId> {
        Self::new(name)
    }
}

impl From<EventId> for String {
    fn from(id: EventId) -> Self {
        id.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A mail address as somebody wrote it; letters go to it in this very form.
///
/// One `local@domain` (RFC 5321), at most 254 bytes, without spaces, controls, angle brackets or a second `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address(String);

/// Why a text is no mail address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a mail address; it should look like `naam@voorbeeld.nl`")]
pub struct BadAddress(String);

impl Address {
    /// Checks and takes an address.
    ///
    /// # Errors
    /// When the text is not one plain `local@domain`.
    pub fn new(text: impl Into<String>) -> Result<Self, BadAddress> {
        let text = text.into();
        let clean = text.len() <= 254
            && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"'));
        match text.split_once('@') {
            Some((local, domain)) if clean && !local.is_empty() && !domain.is_empty() && !domain.contains('@') => {
                Ok(Self(text))
            }
            _ => Err(BadAddress(text)),
        }
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`.
    pub fn local(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// The part after the `@`.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// Who this is: the same for every spelling of one mailbox.
    ///
    /// Case never counts. At Gmail dots and `+tags` do not count either (support.google.com/mail/answer/7436150), so
    /// that `j.doe@gmail.com` and `JDoe+zzp@googlemail.com` are one person.
    pub fn person(&self) -> PersonKey {
        let (local, domain) = (self.local().to_lowercase(), self.domain().to_lowercase());
        if matches!(domain.as_str(), "gmail.com" | "googlemail.com") {
            let plain = local.split('+').next().unwrap_or_default().replace('.', "");
            PersonKey(format!("{plain}@gmail.com"))
        } else {
            PersonKey(format!("{local}@{domain}"))
        }
    }
}

impl TryFrom<String> for Address {
    type Error = BadAddress;
    fn try_from(text: String) -> Result<Self, BadAddress> {
        Self::new(text)
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One person: the normalised form of an [`Address`], made by [`Address::person`] alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PersonKey(String);

impl PersonKey {
    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One mail, whatever folder or UID it has: a hash over its Message-ID and body, made by `mail::message`.
///
/// Two deliveries of the same mail have the same key, which is how a duplicate is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MailKey(String);

impl MailKey {
    /// Takes the 32 hexadecimal digits of the hash.
    pub fn from_hex(hex: impl Into<String>) -> Self {
        Self(hex.into())
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A Message-ID (RFC 5322, 3.6.4) without its angle brackets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageId(String);

impl MessageId {
    /// Takes an id; angle brackets and surrounding space are dropped.
    pub fn new(id: &str) -> Self {
        Self(id.trim().trim_start_matches('<').trim_end_matches('>').to_owned())
    }

    /// The id without brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_is_one_person() {
        let person = |text: &str| Address::new(text).unwrap().person();
        assert_eq!(person("J.Doe@gmail.com"), person("jdoe+zzp@googlemail.com"));
        assert_eq!(person("Sanne@DeWit.nl"), person("sanne@dewit.nl"));
        assert_ne!(person("s.anne@dewit.nl"), person("sanne@dewit.nl"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in
            ["", "sanne", "@x.nl", "a@", "a@b@c", "a b@c.nl", "<a@b.nl>", "a@b.nl,c@d.nl", "a@b.nl\r\nBcc: x@y.nl"]
        {
            assert!(Address::new(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn event_names_are_plain() {
        assert!(EventId::new("b16").is_ok());
        for text in ["", "B16", "b 16", "b.16", &"x".repeat(33)] {
            assert!(EventId::new(text).is_err(), "{text:?}");
        }
    }
}
