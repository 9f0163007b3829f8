//! `mailto:` links (RFC 6068): a mail that is written already, to be sent with one tap.

use crate::ids::Address;

/// A link to a new mail with this subject and body.
///
/// Everything outside RFC 3986's unreserved characters is percent-encoded, the address's `@` excepted, so that the link
/// stays whole in a text mail, where programs end it at the first space, quote or bracket.
pub fn link(to: &Address, subject: &str, body: &str) -> String {
    format!(
        "mailto:{}@{}?subject={}&body={}",
        encoded(to.local()),
        encoded(to.domain()),
        encoded(subject),
        encoded(body)
    )
}

/// Percent-encodes UTF-8; line ends become `%0D%0A` as RFC 6068, 5 asks.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.replace("\r\n", "\n").replace('\n', "\r\n").bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_special_is_encoded() {
        let to = Address::new("zzp+a&b@gmail.com").unwrap();
        assert_eq!(
            link(&to, "Afmelden 15 november", "Ik kan niet.\nGroet, Zoë & co"),
            "mailto:zzp%2Ba%26b@gmail.com?subject=Afmelden%2015%20november&body=Ik%20kan%20niet.%0D%0AGroet%2C%20Zo%C3%AB%20%26%20co"
        );
    }
}
