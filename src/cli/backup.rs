//! `aanmelder backup`: everything that is known, in a file.

use super::ask;
use crate::backup;
use crate::daemon::control::{Request, Response};
use anyhow::{Context, bail};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
#[command(after_help = "Het kan ook terwijl aanmelder draait. Er staan namen en adressen in, en het geheim waarmee\n\
    brieven herkenbaar zijn: bewaar het bestand als een wachtwoord.\n\
    Bijvoorbeeld:  aanmelder backup aanmelder-november.jsonl")]
pub struct Args {
    /// In welk bestand
    #[arg(value_name = "BESTAND")]
    file: PathBuf,
}

pub fn run(args: &Args, config: Option<&Path>) -> anyhow::Result<String> {
    let config = ask::config(config)?;
    let text = match ask::ask(&config, &Request::Backup)? {
        Response::Backup(text) => text,
        other => return ask::unexpected(&other),
    };
    // What came over the socket is read as a later restore will read it.
    let known = match backup::read(text.as_bytes()) {
        Ok(known) => known,
        Err(why) => bail!("de reservekopie {why}"),
    };
    write(&args.file, text.as_bytes()).with_context(|| format!("{} is niet te schrijven", args.file.display()))?;
    Ok(format!("{} gegevens bewaard in {}.\n", known.head.count, args.file.display()))
}

/// Never half a file: it gets its name when it is whole and safe on the disk.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".half");
    let draft = PathBuf::from(draft);
    let written = (|| {
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&draft, path)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&draft);
    }
    written
}
