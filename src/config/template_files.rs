//! Letter templates of one's own, read from the folder that the configuration names.
//!
//! Which names count and whether a template can be used is decided by `letters`; this only reads.

use super::ConfigError;
use std::collections::BTreeMap;
use std::path::Path;

/// A template larger than this is a file that strayed in.
const LARGEST: u64 = 256 * 1024;

/// The `.txt` and `.html` files of a folder and of the folders right below it, by name: `nl/bevestiging.txt`.
///
/// Explanations (`LEESMIJ.txt`, `README.html`), hidden and very large files are left out.
///
/// # Errors
/// When the folder or a file in it cannot be read or is not UTF-8.
pub fn template_files(folder: &Path) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut found = BTreeMap::new();
    collect(folder, "", &mut found).map_err(|cause| ConfigError::Templates { path: folder.to_owned(), cause })?;
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut BTreeMap<String, String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let about = std::fs::metadata(entry.path())?;
        if name.starts_with('.') {
            continue;
        }
        if about.is_dir() && prefix.is_empty() {
            collect(&entry.path(), &format!("{name}/"), found)?;
        } else if about.is_file() && about.len() <= LARGEST && is_template(&name) {
            let named = |error: std::io::Error| std::io::Error::new(error.kind(), format!("{prefix}{name}: {error}"));
            found.insert(format!("{prefix}{name}"), std::fs::read_to_string(entry.path()).map_err(named)?);
        }
    }
    Ok(())
}

fn is_template(name: &str) -> bool {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    matches!(ending, "txt" | "html") && !matches!(stem, "LEESMIJ" | "README")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{create_dir, write};

    #[test]
    fn templates_are_named_by_folder_and_file() {
        let folder = tempfile::tempdir().unwrap();
        create_dir(folder.path().join("nl")).unwrap();
        for name in ["nl/bevestiging.txt", "_opmaak.html", "LEESMIJ.txt", "nl/.verborgen.txt", "nl/foto.png"] {
            write(folder.path().join(name), "x").unwrap();
        }
        let found = template_files(folder.path()).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["_opmaak.html", "nl/bevestiging.txt"]);
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(template_files(&folder.path().join("weg")).unwrap_err().to_string().contains("weg"));
        write(folder.path().join("a.txt"), [0xff, 0xfe]).unwrap();
        assert!(template_files(folder.path()).unwrap_err().to_string().contains("a.txt"));
    }
}
