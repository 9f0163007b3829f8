//! The Message-IDs of our letters: which letter, about which event, and proof that whoever answers it got it.
//!
//! `<aanmelder.{event or -}.{16 hex of SHA-256(seed)}.{16 hex of HMAC-SHA-256(secret, id part + person)}@{domain}>`. The
//! first half is the same for the same letter for ever, so that a letter that may have gone out can be looked up before it
//! is repeated. The second half only we can make, and only for one person: an answer that names it came from somebody who
//! got the letter. Made by `handle` and `daemon`; checked by `safety`.

use super::Thread;
use crate::ids::{Address, EventId, MessageId, PersonKey};
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write as _};

/// How each of our Message-IDs begins.
const PREFIX: &str = "aanmelder";
/// What stands for the event in a letter about none, and for the person in a letter to nobody registered.
const NONE: &str = "-";
/// Bytes of each hash that are kept: 64 bits, enough against guessing by mail.
const KEPT: usize = 8;

/// The secret under which our Message-IDs are signed. Whoever has it can answer in anybody's name; it is never shown.
#[derive(Clone)]
pub struct LetterSecret([u8; 32]);

impl LetterSecret {
    /// Takes 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, to hand the secret to another process of the same user.
    pub fn bytes(&self) -> [u8; 32] {
        self.0
    }

    /// A seal over bytes, in hexadecimal digits: whoever has the secret can tell that they are what was written.
    pub fn seal(&self, bytes: &[u8]) -> String {
        let mut mac = Hmac::<Sha256>::new(&block(self.0));
        mac.update(b"seal\n");
        mac.update(bytes);
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Makes one from a text of any length, such as a line of a secrets file.
    pub fn from_passphrase(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}

impl fmt::Debug for LetterSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LetterSecret(hidden)")
    }
}

/// The Message-ID of a letter.
///
/// `seed` names what the letter answers or is occasioned by, such as the key of a mail and the kind of the letter; the
/// same seed gives the same id. `person` is its reader, `event` what it is about, `domain` the part after the `@`.
pub fn letter_id(
    secret: &LetterSecret,
    seed: &str,
    person: Option<&PersonKey>,
    event: Option<&EventId>,
    domain: &str,
) -> MessageId {
    let event = event.map_or(NONE, EventId::as_str);
    let signed = format!("{PREFIX}.{event}.{}", hex(&Sha256::digest(seed.as_bytes())));
    let tag = hex(&signature(secret, &signed, person.map_or(NONE, PersonKey::as_str)).finalize().into_bytes());
    MessageId::new(&format!("{signed}.{tag}@{domain}"))
}

/// The letter that an id names, when we wrote it to this very person. Takes the same time for every wrong tag.
pub fn verify(secret: &LetterSecret, id: &MessageId, person: &PersonKey) -> Option<Thread> {
    let parts = Parts::of(id)?;
    let tag = unhex(parts.tag)?;
    signature(secret, parts.signed, person.as_str()).verify_truncated_left(&tag).ok()?;
    Some(Thread { letter: id.clone(), event: EventId::new(parts.event).ok() })
}

/// Did we write the letter with this id, to the person at this address or to nobody registered?
pub fn is_ours(secret: &LetterSecret, id: &MessageId, to: &Address) -> bool {
    let Some(parts) = Parts::of(id) else { return false };
    let Some(tag) = unhex(parts.tag) else { return false };
    let to = to.person();
    [to.as_str(), NONE]
        .into_iter()
        .any(|person| signature(secret, parts.signed, person).verify_truncated_left(&tag).is_ok())
}

/// The letter and event that an id names, whoever made it and for whom. Proves nothing.
pub fn claimed(id: &MessageId) -> Option<Thread> {
    let parts = Parts::of(id)?;
    Some(Thread { letter: id.clone(), event: EventId::new(parts.event).ok() })
}

/// Has it the shape of one of our ids? Says nothing about who made it.
pub fn looks_ours(id: &MessageId) -> bool {
    Parts::of(id).is_some()
}

/// An id of ours, taken apart.
struct Parts<'a> {
    /// What the tag vouches for.
    signed: &'a str,
    event: &'a str,
    tag: &'a str,
}

impl<'a> Parts<'a> {
    fn of(id: &'a MessageId) -> Option<Self> {
        let (local, domain) = id.as_str().split_once('@')?;
        let (signed, tag) = local.rsplit_once('.')?;
        let (event, letter) = signed.strip_prefix(PREFIX)?.strip_prefix('.')?.split_once('.')?;
        let is_hex =
            |text: &str| text.len() == 2 * KEPT && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let named = event == NONE || EventId::new(event).is_ok();
        (named && is_hex(letter) && is_hex(tag) && !domain.is_empty()).then_some(Self { signed, event, tag })
    }
}

/// The mark over a letter and its reader; a line break, which neither can hold, keeps them apart.
fn signature(secret: &LetterSecret, signed: &str, person: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new(&block(secret.0));
    mac.update(signed.as_bytes());
    mac.update(b"\n");
    mac.update(person.as_bytes());
    mac
}

/// A secret as a whole block of HMAC: what RFC 2104, 2, makes of a shorter key.
fn block(secret: [u8; 32]) -> Key<Hmac<Sha256>> {
    let mut key = Key::<Hmac<Sha256>>::default();
    for (to, from) in key.iter_mut().zip(secret) {
        *to = from;
    }
    key
}

/// The first bytes of a hash in hexadecimal digits.
fn hex(hash: &[u8]) -> String {
    hash.iter().take(KEPT).fold(String::new(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(text: &str) -> PersonKey {
        Address::new(text).unwrap().person()
    }

    #[test]
    fn only_its_reader_proves_a_letter() {
        let secret = LetterSecret::new([7; 32]);
        let event = EventId::new("b16").unwrap();
        let id = letter_id(&secret, "mail-1/confirmed", Some(&person("J.Doe@gmail.com")), Some(&event), "zzp.nl");
        let thread = verify(&secret, &id, &person("jdoe+x@googlemail.com")).unwrap();
        assert_eq!((thread.letter, thread.event), (id.clone(), Some(event)));
        assert_eq!(verify(&secret, &id, &person("piet@bos.nl")), None);
        assert_eq!(verify(&LetterSecret::new([8; 32]), &id, &person("jdoe@gmail.com")), None);
    }

    #[test]
    fn a_copy_of_our_letter_is_known_by_whom_it_is_to() {
        let secret = LetterSecret::new([7; 32]);
        let (sanne, piet) = (Address::new("sanne@dewit.nl").unwrap(), Address::new("piet@bos.nl").unwrap());
        let id = letter_id(&secret, "mail-1/confirmed", Some(&sanne.person()), None, "zzp.nl");
        assert!(is_ours(&secret, &id, &sanne));
        assert!(!is_ours(&secret, &id, &piet));
        assert!(!is_ours(&LetterSecret::new([8; 32]), &id, &sanne));
        let digest = letter_id(&secret, "digest/1", None, None, "zzp.nl");
        assert!(is_ours(&secret, &digest, &piet), "a digest is signed for nobody");
    }

    #[test]
    fn another_event_or_letter_in_it_breaks_the_proof() {
        let secret = LetterSecret::from_passphrase("geheim");
        let event = EventId::new("b16").unwrap();
        let sanne = person("sanne@dewit.nl");
        let id = letter_id(&secret, "seed", Some(&sanne), Some(&event), "zzp.nl");
        let other = MessageId::new(&id.as_str().replace(".b16.", ".b17."));
        assert!(looks_ours(&other));
        assert_eq!(verify(&secret, &other, &sanne), None);
    }

    #[test]
    fn the_same_letter_has_the_same_id() {
        let secret = LetterSecret::new([0; 32]);
        let id = || letter_id(&secret, "digest/2017-11-02", None, None, "zzp.nl");
        assert_eq!(id(), id());
        assert!(id().as_str().starts_with("aanmelder.-."));
        assert!(looks_ours(&id()));
        assert_ne!(id(), letter_id(&secret, "digest/2017-11-03", None, None, "zzp.nl"));
    }

    #[test]
    fn what_is_not_ours_is_seen() {
        for id in ["", "a@b", "aanmelder@x", "aanmelder.b16.0@x", "aanmelder.b16.0123456789abcdef.0123456789ABCDEF@x"] {
            assert!(!looks_ours(&MessageId::new(id)), "{id}");
        }
    }

    #[test]
    fn the_secret_is_never_shown() {
        assert_eq!(format!("{:?}", LetterSecret::new([65; 32])), "LetterSecret(hidden)");
    }

    #[test]
    fn the_mark_is_hmac_sha_256() {
        // RFC 4231, test case 1, with its key of 20 bytes 0x0b filled up to a block.
        let mut key = [0u8; 32];
        key.iter_mut().take(20).for_each(|byte| *byte = 0x0b);
        let mut mac = Hmac::<Sha256>::new(&block(key));
        mac.update(b"Hi There");
        assert_eq!(hex(&mac.finalize().into_bytes()), "b0344c61d8db3853");
    }
}
