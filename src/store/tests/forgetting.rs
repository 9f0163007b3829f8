//! Who asks to be forgotten is: in every tree, also in what others' mails said of him.

use super::sample::*;
use crate::mail::SendResult;
use crate::outcome::Outcome;
use crate::registration::{Change, Note, NoteKind};
use crate::store::{Disk, Records, Store, Tree};
use tempfile::tempdir;

/// "Vergeet mij": the person goes, and is told so.
fn forgotten(name: &str, number: u32) -> Outcome {
    let mut outcome = sign_up(name, number);
    outcome.changes = vec![Change::RemovePerson(person(name))];
    outcome
}

fn everything(disk: &Disk) -> String {
    let mut all = String::new();
    for tree in Tree::ALL {
        for key in disk.keys(tree, b"").unwrap() {
            let value = disk.part(tree, &key).unwrap().unwrap();
            all += &format!("{tree:?} {} {}\n", String::from_utf8_lossy(&key), String::from_utf8_lossy(&value));
        }
    }
    all.to_lowercase()
}

#[test]
fn nothing_of_him_remains() {
    let folder = tempdir().unwrap();
    let store = Store::open(folder.path(), at(0)).unwrap();
    let mut of_another = sign_up("piet", 2);
    let note = |whom: &str, text: &str| Note {
        event: Some(event()),
        person: Some(person(whom)),
        kind: NoteKind::Promoted,
        text: text.to_owned(),
    };
    of_another
        .entry
        .as_mut()
        .unwrap()
        .notes
        .extend([note("sanne", "Sanne schuift door"), note("piet", "in plaats van Sanne")]);
    store.commit(&[event_made(), sign_up("sanne", 1), of_another]).unwrap();
    store.mark_letter(&sign_up("sanne", 1).letters[0].head.id, &SendResult::Accepted, at(3)).unwrap();
    store.mark_filed(&[key("sanne-1")]).unwrap();
    assert!(everything(&store.disk).contains("sanne"));

    let outcome = forgotten("sanne", 4);
    let last_letter = outcome.letters[0].head.id.clone();
    store.commit(&[outcome]).unwrap();
    // What still has to be done needs him: the letter that says so, and the filing of his mail.
    assert_eq!(store.due_letters(at(5), 10).unwrap().last().unwrap().letter.head.to, address("sanne"));
    assert!(store.unfiled().unwrap().iter().any(|mail| mail.message_id.is_some() && mail.key == key("sanne-4")));
    store.mark_letter(&last_letter, &SendResult::Accepted, at(5)).unwrap();
    store.mark_filed(&[key("sanne-4")]).unwrap();

    // Mail keys and our Message-IDs are hashes in earnest; the sample's are not. The answers of the last day belong to the state, for
    // the caps, and go with the next day's.
    let all = ["sanne-1", "sanne-4", "reply.sanne.1", "reply.sanne.4"]
        .iter()
        .fold(everything(&store.disk), |all, id| all.replace(id, ""));
    let left: Vec<&str> = all.lines().filter(|line| line.contains("sanne") && !line.starts_with("answered")).collect();
    assert_eq!(left, Vec::<&str>::new());
    assert!(store.is_done(&key("sanne-1")).unwrap(), "his mail would be read again");
    assert_eq!(store.counts().unwrap().journal, 4);
    assert_eq!(store.journal_of_person(&person("piet")).unwrap()[0].1.notes[0].text, "piet komt");
}
