//! Why a mail server could not be reached or did not let us in: the way there, the protection, the login.
//!
//! Shared by the two that go there, `inbox` and `outbox`, so that the same trouble is told in the same sentence. What goes
//! wrong once inside is theirs. Made by `tls`, `inbox::connect` and `outbox::submission`.

use crate::config::Server;

/// Why a mail server could not be reached or did not let us in.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// No connection to the machine.
    #[error("{host}:{port} is niet te bereiken: {why}")]
    Unreachable {
        /// The host as configured.
        host: String,
        /// The port as configured.
        port: u16,
        /// What the system said.
        why: String,
    },
    /// It did not answer in time.
    #[error("{host}:{port} gaf binnen {seconds} seconden geen antwoord")]
    Timeout {
        /// The host as configured.
        host: String,
        /// The port as configured.
        port: u16,
        /// How long was waited.
        seconds: u64,
    },
    /// TLS could not be set up.
    #[error("er is geen veilige verbinding met {host}:{port}: {why}")]
    Tls {
        /// The host as configured.
        host: String,
        /// The port as configured.
        port: u16,
        /// What was wrong with it.
        why: String,
    },
    /// The file with the extra trust root cannot be used.
    #[error("het certificaat {path} is niet te lezen: {why}; het hoort in PEM-vorm te zijn")]
    CaFile {
        /// The file as configured.
        path: String,
        /// What was wrong with it.
        why: String,
    },
    /// Unprotected and not to this machine.
    #[error(
        "{host} is niet deze computer, en zonder TLS is het wachtwoord onderweg te lezen; kies in de configuratie `tls = \"implicit\"` of `\"starttls\"`"
    )]
    PlainElsewhere {
        /// The host as configured.
        host: String,
    },
    /// The server does not offer STARTTLS.
    #[error(
        "{0} kan geen STARTTLS; kies in de configuratie `tls = \"implicit\"` en de poort daarvan: 993 bij [imap], 465 bij [smtp]"
    )]
    NoStartTls(String),
    /// No password is configured for this server.
    #[error("er is geen wachtwoord voor {0}; zet in de configuratie waar het te vinden is")]
    NoPassword(String),
    /// The server does not accept the name and password.
    #[error(
        "{host} laat {user} niet in ({why}); kijk de naam en het wachtwoord na, bij Gmail is dat een app-wachtwoord"
    )]
    LoginRefused {
        /// The host as configured.
        host: String,
        /// The login name.
        user: String,
        /// What the server said.
        why: String,
    },
}

impl ConnectError {
    /// The server refused the login, in these words of its own.
    pub(super) fn login_refused(server: &Server, why: String) -> Self {
        Self::LoginRefused { host: server.host.clone(), user: server.user.clone(), why }
    }

    /// Is the login wrong, so that trying again at once is of no use?
    pub fn is_login_refused(&self) -> bool {
        matches!(self, Self::LoginRefused { .. })
    }

    /// Is the server out of reach or slow, so that trying again later will do?
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Timeout { .. })
    }
}
