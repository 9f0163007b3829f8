//! Records that are sound as far as their fingerprint goes and yet hold anything: an error that says so, and no panic.

use super::sample::*;
use crate::ids::MessageId;
use crate::mail::Cursor;
use crate::store::disk::Durability;
use crate::store::draft::{Draft, Records};
use crate::store::tree::Tree;
use crate::store::{Store, StoreError};
use jiff::Timestamp;
use proptest::prelude::*;
use tempfile::tempdir;

/// Puts a payload at a key, with the fingerprint that it should have.
fn plant(store: &Store, tree: Tree, key: &[u8], payload: Vec<u8>) {
    let mut totals = store.totals.lock().unwrap();
    let mut draft = Draft::new(&store.disk, totals.clone(), false);
    draft.writes.insert((tree, key.to_vec()), Some(payload));
    *totals = store.disk.write(draft, Durability::Process).unwrap();
}

/// Reads everything that can be read; gives what could not.
fn read_all(store: &Store) -> Vec<StoreError> {
    let id = MessageId::new("reply.sanne.1@loosduinen.nl");
    let results = [
        store.state().map(drop),
        store.due_letters(at(100), 100).map(drop),
        store.letter(&id).map(drop),
        store.undeliverable_since(Timestamp::UNIX_EPOCH).map(drop),
        store.unfiled().map(drop),
        store.journal_after(None).map(drop),
        store.journal_of_person(&person("sanne")).map(drop),
        store.journal_of_event(&event()).map(drop),
        store.journal_of_mail(&key("sanne-1")).map(drop),
        store.letters_sent_since(at(0), at(1)).map(drop),
        store.cursor("INBOX").map(drop),
        store.meta_get::<Cursor>("schema").map(drop),
        store.counts().map(drop),
        store.commit(&[sign_up("sanne", 2), sign_up("piet", 3)]).map(drop),
        store.note_letter_tries(&[id], at(1)).map(drop),
        store.mark_filed(&[key("sanne-1")]).map(drop),
        store.forget(&person("sanne")),
    ];
    results.into_iter().filter_map(Result::err).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_payload_is_read_or_refused(
        tree in 0..Tree::ALL.len(),
        which in any::<prop::sample::Index>(),
        other_key in proptest::option::of(prop::collection::vec(any::<u8>(), 0..60)),
        payload in proptest::option::of(prop::collection::vec(any::<u8>(), 0..200)),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let folder = tempdir().unwrap();
        let store = Store::open(folder.path(), at(0)).unwrap();
        store.commit(&[event_made(), sign_up("sanne", 1), sign_up("mo", 1)]).unwrap();
        let tree = Tree::ALL[tree];
        let keys = store.disk.keys(tree, b"").unwrap();
        let known = (!keys.is_empty()).then(|| which.get(&keys).clone());
        let real = known.as_ref().map(|key| store.disk.part(tree, key).unwrap().unwrap());
        let mut bytes = payload.or(real).unwrap_or_else(|| b"\0\0{}".to_vec());
        for (at, byte) in edits {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        plant(&store, tree, &other_key.or(known).unwrap_or_default(), bytes);
        for error in read_all(&store) {
            prop_assert!(matches!(error, StoreError::Corrupt { .. }), "{}", error);
        }
    }
}
