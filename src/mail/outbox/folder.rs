//! Letters as files: one `.eml` each, to look at.

use super::OutboxError;
use crate::ids::MessageId;
use crate::outcome::Letter;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Writes a letter under a name that tells when and to whom; the same letter always gets the same name.
pub fn write_letter(folder: &Path, letter: &Letter) -> Result<PathBuf, OutboxError> {
    let path = folder.join(file_name(letter));
    let draft = path.with_extension("part");
    let written = std::fs::write(&draft, &letter.bytes).and_then(|()| std::fs::rename(&draft, &path));
    written.map(|()| path.clone()).map_err(|error| OutboxError::File { path, why: error.to_string() })
}

fn file_name(letter: &Letter) -> String {
    let to: String = letter
        .head
        .to
        .as_str()
        .chars()
        .map(|c| if c.is_alphanumeric() || matches!(c, '@' | '.' | '-' | '_' | '+') { c } else { '_' })
        .take(80)
        .collect();
    let when = letter.head.written_at.strftime("%Y-%m-%d_%H%M%S");
    format!("{when}_{to}_{}.eml", short_hash(&letter.head.id))
}

fn short_hash(id: &MessageId) -> String {
    Sha256::digest(id.as_str().as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use crate::config::Sink;
    use crate::ids::{Address, MessageId};
    use crate::mail::SendResult;
    use crate::mail::outbox::Outbox;
    use crate::outcome::{Letter, LetterHead};
    use jiff::Timestamp;

    fn letter() -> Letter {
        Letter {
            head: LetterHead {
                id: MessageId::new("<b16.1@zzp.example>"),
                kind: None,
                person: None,
                to: Address::new("sanne/../x@dewit.nl").unwrap(),
                event: None,
                written_at: Timestamp::from_second(1_510_000_000).unwrap(),
            },
            bytes: b"Subject: x\r\n\r\nhallo\r\n".to_vec(),
        }
    }

    #[tokio::test]
    async fn a_letter_sent_twice_into_a_folder_is_one_file_inside_it() {
        let folder = tempfile::tempdir().unwrap();
        let sink = Sink::Folder(folder.path().join("letters"));
        let outbox = Outbox::new(&sink, None).unwrap();
        let from = Address::new("bot@zzp.example").unwrap();
        for _ in 0..2 {
            assert_eq!(outbox.send(&from, &letter()).await, SendResult::Accepted);
        }
        outbox.check().await.unwrap();
        let files: Vec<_> = std::fs::read_dir(folder.path().join("letters")).unwrap().map(|f| f.unwrap()).collect();
        assert_eq!(files.len(), 1);
        assert_eq!(std::fs::read(files[0].path()).unwrap(), letter().bytes);
        let name = files[0].file_name().into_string().unwrap();
        assert!(name.starts_with("2017-11-06_202640_sanne_.._x@dewit.nl_") && name.ends_with(".eml"), "{name}");
    }
}
