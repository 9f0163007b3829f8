//! Wishes about oneself rather than about a meeting: on the mailing list, off it, forgotten.
//!
//! Called by `decide`.

use super::draft::Draft;
use super::{LetterKind, Note, NoteKind};
use crate::ids::PersonKey;

/// Onto the mailing list.
pub(super) fn subscribe(draft: &mut Draft<'_>, key: &PersonKey) {
    list(draft, key, true);
}

/// Off the mailing list; a registration stands.
pub(super) fn unsubscribe(draft: &mut Draft<'_>, key: &PersonKey) {
    list(draft, key, false);
}

fn list(draft: &mut Draft<'_>, key: &PersonKey, on: bool) {
    let Some(person) = draft.person_mut(key) else { return };
    let news = person.listed.replace(on) != Some(on);
    let text = format!("{} {} de mailinglijst.", person.called(), if on { "wil op" } else { "wil van" });
    draft.list_letter(if on { LetterKind::Subscribed } else { LetterKind::Unsubscribed }, key);
    if news {
        draft.note(Note { event: None, person: Some(key.clone()), kind: NoteKind::List, text });
    }
}

/// Removes all that is kept about him; seats he had go to the next in line.
pub(super) fn forget(draft: &mut Draft<'_>, key: &PersonKey) {
    for id in draft.events_of(key) {
        if let Some(mut known) = draft.take_event(&id) {
            known.registrations.remove(key);
            draft.put_event(known);
        }
    }
    draft.list_letter(LetterKind::Forgotten, key);
    draft.forget(key);
    let text = "Iemand heeft gevraagd om vergeten te worden; zijn of haar gegevens zijn gewist.".to_owned();
    draft.note(Note { event: None, person: None, kind: NoteKind::List, text });
}
