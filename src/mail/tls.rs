//! Connections to mail servers: TCP with a timeout, TLS from the first byte or later by STARTTLS, plain to this machine only.
//!
//! A certificate is believed when the platform's roots or the configured extra root vouch for it, or when it *is* the
//! configured certificate: one made with `openssl req -x509` calls itself an authority, and as such web rules refuse it for a
//! server. The name is checked always; there is no switch to accept anything. Called by `inbox::connect` and `outbox`.

use crate::config::{Server, Tls};
use crate::mail::connect_error::ConnectError;
use std::io;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as RustlsError, SignatureScheme,
};

/// A connection, protected or not.
#[derive(Debug)]
pub enum Stream {
    /// As it came.
    Plain(TcpStream),
    /// Inside TLS.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Connects to a server; with [`Tls::Implicit`] the stream is already protected, with [`Tls::StartTls`] not yet.
///
/// # Errors
/// See [`ConnectError`]; an unprotected connection to another machine is refused.
pub async fn connect(server: &Server) -> Result<Stream, ConnectError> {
    let limit = Duration::from_secs(server.timeout_secs.max(1));
    let (host, port) = (&server.host, server.port);
    let unreachable = |error: io::Error| ConnectError::Unreachable { host: host.clone(), port, why: error.to_string() };
    let reach = async {
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let addresses: Vec<_> = tokio::net::lookup_host((name, port)).await.map_err(unreachable)?.collect();
        if server.tls == Tls::Plain && !addresses.iter().all(|address| address.ip().is_loopback()) {
            return Err(ConnectError::PlainElsewhere { host: host.clone() });
        }
        TcpStream::connect(addresses.as_slice()).await.map_err(unreachable)
    };
    let tcp = tokio::time::timeout(limit, reach).await.map_err(|_| timed_out(server))??;
    tcp.set_nodelay(true).ok();
    match server.tls {
        Tls::Implicit => protect(tcp, server).await,
        Tls::StartTls | Tls::Plain => Ok(Stream::Plain(tcp)),
    }
}

/// Protects a connection after the server agreed to STARTTLS.
///
/// # Errors
/// When the certificate does not hold, the handshake fails, or it is protected already.
pub async fn upgrade(stream: Stream, server: &Server) -> Result<Stream, ConnectError> {
    match stream {
        Stream::Plain(tcp) => protect(tcp, server).await,
        Stream::Tls(_) => Err(no_tls(server, "hij is al beveiligd".to_owned())),
    }
}

async fn protect(tcp: TcpStream, server: &Server) -> Result<Stream, ConnectError> {
    let host = server.host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|error| no_tls(server, error.to_string()))?;
    let config = client_config(server)?;
    let handshake = TlsConnector::from(Arc::new(config)).connect(name, tcp);
    let limit = Duration::from_secs(server.timeout_secs.max(1));
    match tokio::time::timeout(limit, handshake).await {
        Ok(Ok(stream)) => Ok(Stream::Tls(Box::new(stream))),
        Ok(Err(error)) => Err(no_tls(server, handshake_failed(server, &error))),
        Err(_) => Err(timed_out(server)),
    }
}

/// What is wrong with a handshake, in plain words where they are known.
fn handshake_failed(server: &Server, error: &io::Error) -> String {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<RustlsError>());
    let host = &server.host;
    let day = |time: &UnixTime| {
        let second = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
        jiff::Timestamp::from_second(second).map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
    };
    match cause {
        Some(RustlsError::InvalidCertificate(problem)) => match problem {
            CertificateError::ExpiredContext { not_after, .. } => {
                format!(
                    "het certificaat van {host} is verlopen op {}; wie die mailserver beheert, moet het vernieuwen",
                    day(not_after)
                )
            }
            CertificateError::Expired => {
                format!("het certificaat van {host} is verlopen; wie die mailserver beheert, moet het vernieuwen")
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                format!("het certificaat van {host} geldt nog niet; gaat de klok van deze computer goed?")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!("het certificaat is niet van {host}; kijk `host` na in de configuratie")
            }
            CertificateError::UnknownIssuer => {
                format!(
                    "het certificaat van {host} is van een onbekende uitgever; is het van jullie zelf, noem het dan bij `ca_file`"
                )
            }
            other => format!("het certificaat van {host} deugt niet ({other:?})"),
        },
        _ => error.to_string(),
    }
}

fn client_config(server: &Server) -> Result<ClientConfig, ConnectError> {
    let own = match &server.ca_file {
        Some(path) => certificates(path)?,
        None => Vec::new(),
    };
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(own, Arc::clone(&provider)).map_err(|error| no_tls(server, error.to_string()))?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| no_tls(server, error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ConnectError> {
    let bad = |why: String| ConnectError::CaFile { path: path.display().to_string(), why };
    let found: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).map_err(|e| bad(e.to_string()))?.collect();
    match found {
        Ok(found) if found.is_empty() => Err(bad("er staat geen certificaat in".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(bad(error.to_string())),
    }
}

fn timed_out(server: &Server) -> ConnectError {
    ConnectError::Timeout { host: server.host.clone(), port: server.port, seconds: server.timeout_secs.max(1) }
}

fn no_tls(server: &Server, why: String) -> ConnectError {
    ConnectError::Tls { host: server.host.clone(), port: server.port, why }
}

/// The platform's verifier with the configured certificates beside its roots.
#[derive(Debug)]
struct Verifier {
    platform: rustls_platform_verifier::Verifier,
    own: Vec<CertificateDer<'static>>,
}

impl Verifier {
    fn new(own: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Self, RustlsError> {
        let platform = rustls_platform_verifier::Verifier::new_with_extra_roots(own.clone(), provider)?;
        Ok(Self { platform, own })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, RustlsError> {
        if self.own.iter().any(|own| own.as_ref() == end_entity.as_ref()) {
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            return Ok(ServerCertVerified::assertion());
        }
        self.platform.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        self.platform.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, RustlsError> {
        self.platform.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.platform.supported_verify_schemes()
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(tls.as_mut()).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Self::Tls(tls) => Pin::new(tls.as_mut()).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls.as_mut()).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls.as_mut()).poll_shutdown(cx),
        }
    }
}

impl Stream {
    /// The address of the other end.
    ///
    /// # Errors
    /// When the connection is already gone.
    pub fn peer_addr(&self) -> io::Result<std::net::SocketAddr> {
        match self {
            Self::Plain(tcp) => tcp.peer_addr(),
            Self::Tls(tls) => tls.get_ref().0.peer_addr(),
        }
    }
}
