//! Why a store could not be put together again, told in Dutch to who asked for it.

use crate::daemon::engine::EngineError;
use crate::daemon::socket::SocketError;
use crate::letters::LetterError;
use crate::mail::inbox::InboxError;
use crate::secret::SecretError;
use crate::store::StoreError;
use std::path::PathBuf;

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// A daemon runs.
    #[error("aanmelder draait nog; stop hem eerst (Ctrl-C, of systemctl stop aanmelder) en probeer het dan opnieuw")]
    Running,
    /// There is a sound store.
    #[error(
        "in {0} staat al een lijst die heel is; geef --set-aside mee om die opzij te zetten en hem opnieuw op te bouwen, er wordt niets weggegooid"
    )]
    Occupied(PathBuf),
    /// Mail does not come from an account.
    #[error(
        "opnieuw opbouwen kan alleen uit een mailbox bij [imap]; uit een reservekopie gaat het met `aanmelder restore`"
    )]
    NoAccount,
    /// The logbook is there, but none of it can be believed.
    #[error(
        "het logboek in de mailbox is er wel ({0} mails), maar geen ervan klopt met het geheim; zet in de configuratie bij [trust] hetzelfde `secret` als vroeger"
    )]
    Unproven(usize),
    /// A newer program wrote the logbook.
    #[error(
        "het logboek in de mailbox is van een nieuwere aanmelder; installeer die versie en probeer het dan opnieuw"
    )]
    Newer,
    /// The mail server.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The store or the rules.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A password or secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The control socket.
    #[error(transparent)]
    Socket(#[from] SocketError),
    /// A mail of the logbook.
    #[error(transparent)]
    Letter(#[from] LetterError),
}

impl From<StoreError> for RebuildError {
    fn from(error: StoreError) -> Self {
        Self::Engine(error.into())
    }
}
