//! Three decisions about each mail: who wrote it, may it be acted on, may it be answered. Reading is always allowed.
//!
//! One decision for all three loses real mail or loops: a calendar reply from Google is marked automatic and is a person's
//! yes; a list's copy of a member's mail may be acted on and never answered. The signs, in their order, are those of RFC
//! 3834 and of what mail programs do besides (`signs`). Headers lie, so `answer_caps` stands behind this. Called by `handle`.

mod signs;

use super::letter_ids::{self, LetterSecret};
use super::{MayAnswer, Message, Origin, Proof, ReturnPath, Screened, Thread, authenticity};
use crate::ids::Address;

/// Who is who, as far as it decides about a mail.
#[derive(Clone, Copy, Debug)]
pub struct Identities<'a> {
    /// The address that people write to and letters come from.
    pub own: &'a Address,
    /// Other addresses that arrive in the same inbox.
    pub aliases: &'a [Address],
    /// The coordinator's address.
    pub coordinator: &'a Address,
    /// The provider whose Authentication-Results count (RFC 8601, 2.2).
    pub authserv_id: Option<&'a str>,
    /// The secret in our Message-IDs.
    pub secret: &'a LetterSecret,
    /// Is the author known: registered, or did he write before?
    pub known: bool,
}

impl Identities<'_> {
    /// Is it an address of ours? Case and a `+tag` do not count.
    pub fn is_own(&self, address: &Address) -> bool {
        let plain = |address: &Address| {
            let person = address.person();
            let (local, domain) = person.as_str().split_once('@').unwrap_or_default();
            format!("{}@{domain}", local.split('+').next().unwrap_or_default())
        };
        let wanted = plain(address);
        std::iter::once(self.own).chain(self.aliases).any(|own| plain(own) == wanted)
    }

    /// Is it the coordinator's address?
    fn is_coordinator(&self, address: &Address) -> bool {
        self.coordinator.person() == address.person()
    }
}

/// What one sign says about a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Verdict {
    origin: Origin,
    may_act: bool,
    may_answer: MayAnswer,
    /// One sentence in Dutch: the sign.
    reason: String,
}

impl Verdict {
    /// None of our business: not acted on, not answered.
    fn apart(origin: Origin, reason: impl Into<String>) -> Self {
        Self { origin, may_act: false, may_answer: MayAnswer::No, reason: reason.into() }
    }

    /// A person's, but nothing is sent to him for it.
    fn unanswered(reason: impl Into<String>) -> Self {
        Self { origin: Origin::Person, may_act: true, may_answer: MayAnswer::No, reason: reason.into() }
    }
}

/// Decides about a mail. The reason is one Dutch sentence that names the sign.
pub fn screen(message: &Message, who: &Identities<'_>) -> Screened {
    let proof = authenticity::proof(message, who.secret, who.authserv_id);
    let thread = thread(message, who);
    let verdict = verdict(message, who, &proof);
    Screened {
        origin: verdict.origin,
        may_act: verdict.may_act,
        may_answer: verdict.may_answer,
        proof,
        reason: verdict.reason,
        thread,
    }
}

/// The first sign that decides.
fn verdict(message: &Message, who: &Identities<'_>, proof: &Proof) -> Verdict {
    if let Some(verdict) = own(message, who).or_else(|| signs::bounce(message)).or_else(|| signs::receipt(message)) {
        return verdict;
    }
    if let Some(verdict) = calendar_reply(message, who) {
        return verdict;
    }
    if message.return_path == ReturnPath::Null {
        return Verdict::apart(Origin::Automatic, "Het is een automatisch bericht: de afzender op de envelop is leeg.");
    }
    if let Some(verdict) = signs::automatic(message, who.known).or_else(|| bulk(message, who)) {
        return verdict;
    }
    let Some(from) = &message.from else {
        return Verdict {
            may_act: false,
            ..Verdict::unanswered("De mail noemt niet precies één afzender, dus niemand weet van wie hij komt.")
        };
    };
    if who.is_coordinator(&from.address) {
        return Verdict {
            origin: Origin::Coordinator,
            may_act: true,
            may_answer: if addressed(message, who) { MayAnswer::Yes } else { MayAnswer::No },
            reason: "De mail komt van het adres van de coördinator.".to_owned(),
        };
    }
    if !addressed(message, who) {
        // Only somebody who got a letter of ours can answer it, whatever the headers of his answer came to.
        return Verdict {
            may_act: *proof == Proof::OurLetter,
            ..Verdict::unanswered("Het adres van het netwerk staat niet bij Aan of CC; daar gaat geen antwoord op.")
        };
    }
    if signs::is_marked_as_spam(message) && !who.known && *proof != Proof::OurLetter {
        return Verdict {
            may_act: false,
            ..Verdict::unanswered("De provider houdt de mail voor spam, en de afzender is niet bekend.")
        };
    }
    if signs::forbids_answers(message) && !who.known {
        return Verdict::unanswered("De afzender wil geen automatisch antwoord (X-Auto-Response-Suppress).");
    }
    Verdict {
        origin: Origin::Person,
        may_act: true,
        may_answer: MayAnswer::Yes,
        reason: "Niets wijst erop dat een programma de mail schreef.".to_owned(),
    }
}

/// Our own mail come back: by its sender, its Message-ID or our mark.
fn own(message: &Message, who: &Identities<'_>) -> Option<Verdict> {
    let envelope = match &message.return_path {
        ReturnPath::Address(address) => Some(address),
        ReturnPath::Absent | ReturnPath::Null => None,
    };
    let from = message.from.as_ref().map(|from| &from.address);
    let ours = [from, message.sender.as_ref(), envelope].into_iter().flatten().any(|address| who.is_own(address));
    if ours {
        return Some(Verdict::apart(Origin::Own, "De mail komt van ons eigen adres."));
    }
    let marked = signs::has(message, "x-aanmelder") || message.message_id.as_ref().is_some_and(letter_ids::looks_ours);
    marked.then(|| Verdict::apart(Origin::Own, "Het is een van onze eigen brieven."))
}

/// An answer to a calendar entry (RFC 6047) is a person's, though his calendar sent it and marked it as automatic. It is
/// acted on; a letter goes out only when the result is not what he expects.
fn calendar_reply(message: &Message, who: &Identities<'_>) -> Option<Verdict> {
    let calendar = message.calendar.as_ref()?;
    if !signs::is_reply(calendar) || message.from.is_none() {
        return None;
    }
    let machine_sent = signs::is_auto_submitted(message) || message.return_path == ReturnPath::Null;
    let quiet = message.return_path == ReturnPath::Null || !addressed(message, who);
    Some(Verdict {
        origin: Origin::Person,
        may_act: true,
        may_answer: match (quiet, machine_sent) {
            (true, _) => MayAnswer::No,
            (false, true) => MayAnswer::IfUnexpected,
            (false, false) => MayAnswer::Yes,
        },
        reason: "Het is het antwoord van iemands agenda op onze uitnodiging.".to_owned(),
    })
}

/// Lists and newsletters. A member who writes to us through a relay that behaves like a list is still heard.
fn bulk(message: &Message, who: &Identities<'_>) -> Option<Verdict> {
    let reason = signs::bulk(message)?;
    let relayed = who.known && in_to(message, who) && signs::is_relay(message);
    Some(if relayed {
        Verdict::unanswered("Een bekende schreef ons via een lijst; daar gaat geen antwoord heen.")
    } else {
        Verdict::apart(Origin::Bulk, reason)
    })
}

/// The letter of ours that it answers. Who answers from another address of his has no proof, but the thread is the same.
fn thread(message: &Message, who: &Identities<'_>) -> Option<Thread> {
    let person = message.from.as_ref().map(|from| from.address.person());
    let proven =
        person.and_then(|person| message.answers.iter().find_map(|id| letter_ids::verify(who.secret, id, &person)));
    proven.or_else(|| message.answers.iter().find_map(letter_ids::claimed))
}

/// Is one of our addresses in To or Cc, or was it sent on to us by hand (RFC 5322, 3.6.6)?
fn addressed(message: &Message, who: &Identities<'_>) -> bool {
    in_to(message, who)
        || message.cc.iter().any(|to| who.is_own(&to.address))
        || signs::resent_to(message).any(|address| who.is_own(&address))
}

fn in_to(message: &Message, who: &Identities<'_>) -> bool {
    message.to.iter().any(|to| who.is_own(&to.address))
}

#[cfg(test)]
mod tests;
