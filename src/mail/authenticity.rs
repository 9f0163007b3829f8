//! Who vouches for the author of a mail: one of our letters that it answers, or the configured provider.
//!
//! From alone proves nothing. Only the topmost Authentication-Results (RFC 8601) that bears the provider's own authserv-id
//! counts: it stands above whatever the sender wrote, and others' verdicts are anybody's to write. Called by `safety`.

use super::letter_ids::{self, LetterSecret};
use super::{Message, Proof};
use crate::ids::Address;

/// The strongest proof that the author in From wrote the mail. `authserv_id` is the provider's name in
/// Authentication-Results, such as `mx.google.com`; without one only our own letters prove anything.
pub fn proof(message: &Message, secret: &LetterSecret, authserv_id: Option<&str>) -> Proof {
    let Some(from) = &message.from else {
        return Proof::Nothing("de mail heeft niet precies één afzender".to_owned());
    };
    let person = from.address.person();
    if message.answers.iter().any(|id| letter_ids::verify(secret, id, &person).is_some()) {
        return Proof::OurLetter;
    }
    match provider(message, &from.address, authserv_id) {
        Ok(()) => Proof::Provider,
        Err(missing) => Proof::Nothing(missing),
    }
}

/// Whether the provider vouches for the domain of this address; if not, what was missing.
fn provider(message: &Message, from: &Address, authserv_id: Option<&str>) -> Result<(), String> {
    let authserv_id = authserv_id.ok_or("er is geen mailprovider ingesteld die de afzender controleert")?;
    let topmost = message
        .headers
        .iter()
        .filter(|(name, _)| name == "authentication-results")
        .map(|(_, value)| Results::read(value))
        .find(|results| results.authserv_id.eq_ignore_ascii_case(authserv_id))
        .ok_or_else(|| format!("{authserv_id} heeft de afzender niet gecontroleerd"))?;
    let domain = from.domain();
    if topmost.verdicts.iter().any(|verdict| verdict.vouches_for(domain)) {
        Ok(())
    } else {
        Err(format!("volgens {authserv_id} staat niet vast dat de mail van {domain} komt"))
    }
}

/// One Authentication-Results field.
struct Results {
    authserv_id: String,
    verdicts: Vec<Verdict>,
}

/// One method with its result and properties (RFC 8601, 2.2).
struct Verdict {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Results {
    fn read(value: &str) -> Self {
        let plain = without_comments(value);
        let mut parts = plain.split(';');
        let authserv_id = parts.next().unwrap_or_default().split_whitespace().next().unwrap_or_default().to_owned();
        Self { authserv_id, verdicts: parts.filter_map(Verdict::read).take(50).collect() }
    }
}

impl Verdict {
    fn read(text: &str) -> Option<Self> {
        let text = text.replace(" =", "=").replace("= ", "=");
        let mut words = text.split_whitespace();
        let (method, result) = words.next()?.split_once('=')?;
        // `dkim/1=pass` names the version of the method.
        let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
        let properties = words
            .filter_map(|word| word.split_once('='))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim_matches('"').to_ascii_lowercase()));
        Some(Self { method, result: result.to_ascii_lowercase(), properties: properties.collect() })
    }

    fn property(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Does it pass for this domain: DMARC for it, DKIM or SPF for one of the same organisation?
    fn vouches_for(&self, domain: &str) -> bool {
        if self.result != "pass" {
            return false;
        }
        let of_address = |value: &str| value.rsplit('@').next().unwrap_or_default().to_owned();
        let checked = match self.method.as_str() {
            // The field may leave out what it was about: DMARC is about From by its nature (RFC 7489, 11.1).
            "dmarc" => Some(self.property("header.from").map_or_else(|| domain.to_ascii_lowercase(), of_address)),
            "dkim" => self.property("header.d").or_else(|| self.property("header.i")).map(of_address),
            "spf" => self.property("smtp.mailfrom").map(of_address),
            _ => None,
        };
        checked.is_some_and(|checked| same_organisation(&checked, domain))
    }
}

/// The value without its comments (RFC 5322, 3.2.2); within quotes a bracket is no comment.
fn without_comments(value: &str) -> String {
    let (mut depth, mut quoted, mut escaped) = (0u32, false, false);
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                if depth == 0 {
                    out.push(c);
                }
            }
            '\\' => escaped = true,
            '"' if depth == 0 => {
                quoted = !quoted;
                out.push(c);
            }
            // Within quotes a semicolon would part what belongs together.
            ';' if quoted => out.push(' '),
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth = depth.saturating_sub(1);
                out.push(' ');
            }
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// Are both domains of one organisation: relaxed alignment (RFC 7489, 3.1.1)?
fn same_organisation(one: &str, other: &str) -> bool {
    let (one, other) = (organisation(one), organisation(other));
    one.contains('.') && one == other
}

/// The domain as it is registered: two labels, or three under suffixes such as `co.uk`.
fn organisation(domain: &str) -> String {
    let lower = domain.trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = lower.rsplit('.').collect();
    let second_level = ["co", "com", "org", "net", "gov", "ac", "edu", "ne", "or", "go", "gob", "ltd", "plc", "sch"];
    let below_country = match labels.as_slice() {
        [top, second, ..] => top.len() == 2 && second_level.contains(second),
        _ => false,
    };
    let keep = if below_country { 3 } else { 2 };
    labels.into_iter().take(keep).rev().collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::MessageId;
    use crate::mail::Mailbox;

    const PROVIDER: &str = "mx.google.com";

    fn mail(from: &str, results: &[&str]) -> Message {
        let address = Address::new(from).unwrap();
        Message {
            from: Some(Mailbox { name: String::new(), address }),
            headers: results.iter().map(|value| ("authentication-results".to_owned(), (*value).to_owned())).collect(),
            ..Message::default()
        }
    }

    fn passes(from: &str, results: &[&str]) -> bool {
        proof(&mail(from, results), &LetterSecret::new([1; 32]), Some(PROVIDER)) == Proof::Provider
    }

    #[test]
    fn what_counts() {
        for (from, results) in [
            ("a@x.nl", "mx.google.com; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=x.nl"),
            ("a@x.nl", "mx.google.com; dkim=pass header.i=@x.nl header.s=s header.b=abc; spf=none"),
            ("a@x.nl", "mx.google.com; dkim=fail header.d=x.nl; dkim=pass header.d=mail.x.nl"),
            ("a@mail.x.nl", "MX.google.com 1; spf=pass (google.com: domain of b@x.nl) smtp.mailfrom=b@x.nl"),
            ("a@x.nl", "mx.google.com; spf=pass smtp.mailfrom=x.nl"),
            ("a@shop.x.co.uk", "mx.google.com; dkim=pass header.d=x.co.uk"),
            ("A@X.NL", "mx.google.com; DKIM=Pass header.d=x.nl"),
            ("a@x.nl", "mx.google.com; dmarc = pass header.from=x.nl"),
        ] {
            assert!(passes(from, &[results]), "{from} {results}");
        }
    }

    #[test]
    fn what_does_not_count() {
        for (from, results) in [
            ("a@x.nl", "mx.google.com; none"),
            ("a@x.nl", "mx.google.com; dmarc=fail header.from=x.nl"),
            ("a@x.nl", "mx.google.com; dkim=pass header.d=y.nl; spf=pass smtp.mailfrom=b@y.nl; dmarc=fail"),
            ("a@x.nl", "mx.google.com; dmarc=pass header.from=y.nl"),
            ("a@x.nl", "mx.evil.com; dmarc=pass header.from=x.nl"),
            ("a@x.nl", "mx.google.com.evil.com; dmarc=pass header.from=x.nl"),
            ("a@x.nl", "mx.google.com; dkim=fail (dmarc=pass header.from=x.nl) header.d=x.nl"),
            ("a@x.nl", "mx.google.com; spf=pass smtp.helo=x.nl"),
            ("a@x.co.uk", "mx.google.com; dkim=pass header.d=y.co.uk"),
            ("a@x.nl", "mx.google.com; dkim=pass header.d=nl"),
            ("a@x.nl", "mx.google.com; dkim=pass header.d=evilx.nl"),
            ("a@x.nl", "mx.google.com; spf=fail smtp.mailfrom=\"a; dmarc=pass header.from=x.nl\"@y.nl"),
            ("a@x.nl", "mx.google.com; arc=pass; auth=pass smtp.auth=a@x.nl"),
        ] {
            assert!(!passes(from, &[results]), "{from} {results}");
        }
    }

    #[test]
    fn only_the_topmost_of_the_provider_counts() {
        let (good, bad) = ("mx.google.com; dmarc=pass header.from=x.nl", "mx.google.com; dmarc=fail header.from=x.nl");
        assert!(!passes("a@x.nl", &[bad, good]));
        assert!(passes("a@x.nl", &[good, bad]));
        assert!(passes("a@x.nl", &["relay.y.nl; dmarc=fail", good]));
        assert!(!passes("a@x.nl", &[]));
    }

    #[test]
    fn an_answer_to_our_letter_proves_itself() {
        let secret = LetterSecret::new([1; 32]);
        let mut message = mail("a@x.nl", &[]);
        let person = Address::new("A@x.nl").unwrap().person();
        message.answers =
            vec![MessageId::new("z@y"), letter_ids::letter_id(&secret, "s", Some(&person), None, "zzp.nl")];
        assert_eq!(proof(&message, &secret, None), Proof::OurLetter);
        message.from = mail("b@x.nl", &[]).from;
        assert!(matches!(proof(&message, &secret, None), Proof::Nothing(_)));
    }
}
