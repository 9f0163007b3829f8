//! A Maildir (cr.yp.to/proto/maildir.html) as inbox: for trying things out, and for who delivers mail to files.
//!
//! Mails are files in `new` and `cur`; they are filed into the folders of Maildir++ (`.Aangemeld`). A file's modification time
//! is its arrival time. Keywords are not kept: there is no common way to write them. Called through `inbox::Inbox` alone;
//! [`deliver`] is for who puts mails in, the demo and the tests.

use crate::config::{FilingConfig, FilingMode};
use crate::ids::MessageId;
use crate::mail::inbox::{Fetched, Filed, HEAD_BYTES, InboxError, Listed, NewMails, filing_name};
use crate::mail::{Cursor, Filing, Location, RawMail};
use crate::outcome::DoneMail;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio_util::sync::CancellationToken;

/// An open Maildir.
#[derive(Debug)]
pub struct Maildir {
    root: PathBuf,
    filing: FilingConfig,
    /// When its folders had last changed before they were last listed.
    looked: [Option<SystemTime>; 2],
}

/// A mail as a file.
struct Found {
    name: String,
    path: PathBuf,
    received_at: Timestamp,
    size: u64,
}

impl Maildir {
    /// Opens a Maildir that exists.
    pub fn open(root: &Path, filing: &FilingConfig) -> Result<Self, InboxError> {
        if ["cur", "new", "tmp"].iter().all(|part| root.join(part).is_dir()) {
            Ok(Self { root: root.to_owned(), filing: filing.clone(), looked: [None; 2] })
        } else {
            Err(InboxError::NoMaildir(root.to_owned()))
        }
    }

    /// See `Inbox::list_new`.
    pub async fn list_new(&mut self, cursor: Option<&Cursor>, since: Timestamp) -> Result<NewMails, InboxError> {
        let is_new = |mail: &Found| match cursor {
            Some(Cursor::Maildir { listed }) => !listed.contains(&mail.name),
            _ => mail.received_at >= since,
        };
        self.looked = self.changed_at();
        let mut found = self.scan(&self.root)?;
        found.sort_by(|a, b| (a.received_at, &a.name).cmp(&(b.received_at, &b.name)));
        let listed = found.iter().map(|mail| mail.name.clone()).collect();
        let mails = found.into_iter().filter(is_new).map(|mail| Listed {
            location: Location::Maildir { name: mail.name },
            received_at: mail.received_at,
            size: mail.size,
        });
        Ok(NewMails { mails: mails.collect(), cursor: Cursor::Maildir { listed } })
    }

    /// See `Inbox::fetch`.
    pub async fn fetch(&self, wanted: &[Listed]) -> Result<Fetched, InboxError> {
        let mut fetched = Fetched::default();
        let files = self.scan(&self.root)?;
        for mail in wanted {
            let Some(file) = files.iter().find(|file| is_at(&mail.location, &file.name)) else { continue };
            match fs::read(&file.path) {
                Ok(bytes) => fetched.mails.push(RawMail {
                    location: mail.location.clone(),
                    received_at: mail.received_at,
                    bytes,
                }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => fetched.refused.push((mail.location.clone(), error.to_string())),
            }
        }
        Ok(fetched)
    }

    /// See `Inbox::fetch_heads`.
    pub async fn fetch_heads(&self, wanted: &[Listed]) -> Result<BTreeMap<Location, Vec<u8>>, InboxError> {
        let files: BTreeMap<String, PathBuf> =
            self.scan(&self.root)?.into_iter().map(|file| (file.name, file.path)).collect();
        let mut heads = BTreeMap::new();
        for mail in wanted {
            let Location::Maildir { name } = &mail.location else { continue };
            let mut head = Vec::new();
            let read = files.get(name).and_then(|path| fs::File::open(path).ok());
            let read = read.and_then(|file| file.take(HEAD_BYTES as u64).read_to_end(&mut head).ok());
            heads.extend(read.map(|_| (mail.location.clone(), head)));
        }
        Ok(heads)
    }

    /// See `Inbox::has_news`.
    pub fn has_news(&self) -> bool {
        self.looked != self.changed_at()
    }

    /// See `Inbox::file`. With keywords only the seen flag is set.
    pub async fn file(&self, done: &DoneMail) -> Result<Filed, InboxError> {
        let name = filing_name(done.filing, &self.filing.names).unwrap_or_default();
        let (folder, info) = match (self.filing.mode, done.filing) {
            (FilingMode::Nothing, _) | (_, Filing::Untouched) => return Ok(Filed::Done),
            (_, Filing::Sent) => {
                let sent = self.sent_folder();
                sent.iter().try_for_each(|folder| make_folder(folder))?;
                (sent.unwrap_or_else(|| self.root.clone()), Some("S"))
            }
            (FilingMode::Keywords, Filing::Question) => return Ok(Filed::Done),
            (FilingMode::Keywords, _) => (self.root.clone(), Some("S")),
            (FilingMode::Folders, Filing::Question) => (self.folder(name)?, None),
            (FilingMode::Folders, _) => (self.folder(name)?, Some("S")),
        };
        let files = self.scan(&self.root)?;
        let Some(file) = files.iter().find(|file| is_at(&done.location, &file.name)) else { return Ok(Filed::Gone) };
        let target = match info {
            Some(flags) => folder.join("cur").join(with_flags(&file.path, &file.name, flags)),
            None if file.path.parent().is_some_and(|parent| parent.ends_with("cur")) => {
                folder.join("cur").join(with_flags(&file.path, &file.name, ""))
            }
            None => folder.join("new").join(&file.name),
        };
        match fs::rename(&file.path, &target) {
            Ok(()) => Ok(Filed::Done),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Filed::Gone),
            Err(error) => Err(failed(&target, &error)),
        }
    }

    /// See `Inbox::sent_holds`.
    pub async fn sent_holds(&self, id: &MessageId) -> Result<Option<bool>, InboxError> {
        if self.holds(&self.root, id)? {
            return Ok(Some(true));
        }
        match self.sent_folder() {
            None => Ok(None),
            Some(folder) if !folder.is_dir() => Ok(Some(false)),
            Some(folder) => self.holds(&folder, id).map(Some),
        }
    }

    fn holds(&self, folder: &Path, id: &MessageId) -> Result<bool, InboxError> {
        let wanted = format!("<{}>", id.as_str());
        for file in self.scan(folder)? {
            match fs::read(&file.path) {
                Ok(bytes) if head_names(&bytes, &wanted) => return Ok(true),
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&file.path, &error)),
                _ => {}
            }
        }
        Ok(false)
    }

    /// See `Inbox::append_sent`.
    pub async fn append_sent(&self, bytes: &[u8]) -> Result<(), InboxError> {
        let Some(folder) = self.sent_folder() else { return Ok(()) };
        make_folder(&folder)?;
        let name = format!("{:032x}", rand::random::<u128>());
        write_whole(&folder, &name, bytes, None, &format!("cur/{name}:2,S")).map(|_| ())
    }

    /// See `Inbox::put_alarm`.
    pub async fn put_alarm(&self, id: &MessageId, bytes: &[u8]) -> Result<(), InboxError> {
        let name = id.as_str().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        if self.scan(&self.root)?.iter().any(|file| file.name == name) {
            return Ok(());
        }
        write_whole(&self.root, &name, bytes, None, &format!("cur/{name}:2,F")).map(|_| ())
    }

    /// See `Inbox::wait`: looks every half second whether the folders have changed since they were listed.
    pub async fn wait(&self, at_most: Duration, wake: &CancellationToken) -> Result<(), InboxError> {
        let over = tokio::time::sleep(at_most);
        tokio::pin!(over);
        let mut look = tokio::time::interval(Duration::from_millis(500));
        loop {
            tokio::select! {
                () = &mut over => return Ok(()),
                () = wake.cancelled() => return Ok(()),
                _ = look.tick() => if self.changed_at() != self.looked { return Ok(()) },
            }
        }
    }

    fn changed_at(&self) -> [Option<SystemTime>; 2] {
        ["new", "cur"].map(|part| fs::metadata(self.root.join(part)).and_then(|data| data.modified()).ok())
    }

    fn sent_folder(&self) -> Option<PathBuf> {
        let named = self.filing.sent.as_deref();
        let folder = self.root.join(folder_name(named.unwrap_or("Sent")));
        (named.is_some() || folder.is_dir()).then_some(folder)
    }

    fn folder(&self, name: &str) -> Result<PathBuf, InboxError> {
        let folder = self.root.join(folder_name(name));
        make_folder(&folder)?;
        Ok(folder)
    }

    fn scan(&self, folder: &Path) -> Result<Vec<Found>, InboxError> {
        let mut found = Vec::new();
        for part in ["new", "cur"] {
            let path = folder.join(part);
            for entry in fs::read_dir(&path).map_err(|error| failed(&path, &error))? {
                let entry = entry.map_err(|error| failed(&path, &error))?;
                // A file that goes while it is looked at was moved by somebody else.
                let Ok(data) = entry.metadata() else { continue };
                let Ok(file) = entry.file_name().into_string() else { continue };
                if !data.is_file() || file.starts_with('.') {
                    continue;
                }
                let received_at = data.modified().ok().and_then(|time| Timestamp::try_from(time).ok());
                found.push(Found {
                    name: unique(&file).to_owned(),
                    path: entry.path(),
                    received_at: received_at.unwrap_or(Timestamp::UNIX_EPOCH),
                    size: data.len(),
                });
            }
        }
        Ok(found)
    }
}

/// Held while one program reads a Maildir; the system lets go of it when that ends, however it ends.
#[derive(Debug)]
pub struct MaildirLock {
    _file: fs::File,
}

/// Takes the lock of a Maildir; `None` when another program has it.
///
/// # Errors
/// When its file cannot be made.
pub fn lock(root: &Path) -> Result<Option<MaildirLock>, InboxError> {
    let path = root.join("aanmelder.lock");
    let file = fs::OpenOptions::new().create(true).append(true).open(&path).map_err(|error| failed(&path, &error))?;
    match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(MaildirLock { _file: file })),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(failed(&path, &error.into())),
    }
}

/// Puts a mail into a Maildir under this unique name, as if it had arrived at that moment; makes the Maildir when needed.
///
/// # Errors
/// When a file cannot be written.
pub fn deliver(root: &Path, name: &str, bytes: &[u8], received_at: Timestamp) -> Result<PathBuf, InboxError> {
    make_folder(root)?;
    write_whole(root, name, bytes, Some(received_at), &format!("new/{name}"))
}

/// Writes a file into `tmp` and moves it to its place, so that nobody ever sees half of it.
fn write_whole(
    folder: &Path,
    name: &str,
    bytes: &[u8],
    received_at: Option<Timestamp>,
    place: &str,
) -> Result<PathBuf, InboxError> {
    let (draft, target) = (folder.join("tmp").join(name), folder.join(place));
    let written = (|| {
        let mut file = fs::File::create(&draft)?;
        file.write_all(bytes)?;
        if let Some(time) = received_at {
            file.set_modified(system_time(time))?;
        }
        file.sync_all()?;
        fs::rename(&draft, &target)
    })();
    written.map(|()| target.clone()).map_err(|error| failed(&target, &error))
}

fn system_time(time: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(time.as_millisecond()).unwrap_or(0))
}

fn make_folder(folder: &Path) -> Result<(), InboxError> {
    for part in ["cur", "new", "tmp"] {
        let path = folder.join(part);
        fs::create_dir_all(&path).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

/// The directory of a folder in Maildir++: levels are separated by dots.
fn folder_name(name: &str) -> String {
    format!(".{}", name.replace('.', "_").replace('/', "."))
}

/// The part of a file name before its flags.
fn unique(file: &str) -> &str {
    file.split_once(":2,").map_or(file, |(name, _)| name)
}

/// The file name with these flags beside those that it has, in alphabetical order as the format wants.
fn with_flags(path: &Path, name: &str, more: &str) -> String {
    let file = path.file_name().and_then(|file| file.to_str()).unwrap_or(name);
    let now = file.split_once(":2,").map_or("", |(_, flags)| flags);
    let flags: BTreeSet<char> = now.chars().chain(more.chars()).collect();
    format!("{name}:2,{}", flags.into_iter().collect::<String>())
}

fn is_at(location: &Location, name: &str) -> bool {
    matches!(location, Location::Maildir { name: wanted } if wanted == name)
}

/// Does the head of a mail have a Message-ID field with this id?
fn head_names(bytes: &[u8], wanted: &str) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let mut in_field = false;
    for line in text.lines().take_while(|line| !line.is_empty()) {
        if !line.starts_with([' ', '\t']) {
            in_field = line.split(':').next().is_some_and(|name| name.trim().eq_ignore_ascii_case("message-id"));
        }
        if in_field && line.contains(wanted) {
            return true;
        }
    }
    false
}

fn failed(path: &Path, error: &io::Error) -> InboxError {
    InboxError::File { path: path.to_owned(), why: error.to_string() }
}
