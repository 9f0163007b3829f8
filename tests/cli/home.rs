//! A folder with a configuration, and the program run in it.

use assert_cmd::Command;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A configuration that needs no server.
const CONFIG: &str = r#"
[network]
name = "ZZP Loosduinen"
address = "zzploosduinen@gmail.com"

[coordinator]
name = "Marijke"
address = "marijke@voorbeeld.nl"

[maildir]
path = "in"

[letters]
folder = "uit"
"#;

/// A folder with a configuration in it.
pub struct Home {
    folder: TempDir,
}

impl Home {
    /// With a configuration that needs no server.
    pub fn new() -> Self {
        Self::with(CONFIG)
    }

    /// With this configuration.
    pub fn with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("aanmelder.toml"), config).unwrap();
        for part in ["in/cur", "in/new", "in/tmp"] {
            std::fs::create_dir_all(folder.path().join(part)).unwrap();
        }
        Self { folder }
    }

    /// A file in it.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with these words, to be run in the folder.
    pub fn aanmelder(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aanmelder"));
        command.current_dir(self.folder.path()).env("HOME", self.folder.path()).args(words);
        command
    }

    /// What it prints when all goes well.
    pub fn prints(&self, words: &[&str]) -> String {
        let output = self.aanmelder(words).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{words:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it says when it does not: nothing on standard output.
    pub fn refuses(&self, words: &[&str]) -> String {
        let output = self.aanmelder(words).output().unwrap();
        assert!(!output.status.success(), "{words:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "", "{words:?}");
        String::from_utf8(output.stderr).unwrap()
    }
}
