//! STARTTLS for submission (RFC 3207): the few lines before the connection is protected, and how lettre takes over after it.
//!
//! lettre can do STARTTLS itself, but then with a verifier of its own; here every connection is verified by `mail::tls`.

use crate::config::Tls;
use crate::mail::tls::Stream;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};

/// Goes through the greeting and EHLO up to the server's agreement to STARTTLS (RFC 3207). `false`: it does not offer it.
/// What it sent beyond that agreement is dropped with the buffer, so that nobody can slip commands in before the protection.
pub async fn ask_start_tls(stream: &mut Stream) -> io::Result<bool> {
    read_reply(stream).await?;
    stream.write_all(b"EHLO [127.0.0.1]\r\n").await?;
    let offers = read_reply(stream).await?;
    let offered = offers.iter().any(|line| line.get(4..).is_some_and(|word| word.eq_ignore_ascii_case("STARTTLS")));
    if !offered {
        return Ok(false);
    }
    stream.write_all(b"STARTTLS\r\n").await?;
    read_reply(stream).await?;
    Ok(true)
}

/// Reads one reply of one or more lines (RFC 5321, 4.2.1), byte by byte, so that nothing beyond it is taken.
async fn read_reply(stream: &mut Stream) -> io::Result<Vec<String>> {
    const LONGEST: usize = 64 * 1024;
    let mut lines = Vec::new();
    let mut line = Vec::new();
    for _ in 0..LONGEST {
        let byte = stream.read_u8().await?;
        if byte != b'\n' {
            line.push(byte);
            continue;
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        line.clear();
        let (good, last) = (text.starts_with('2'), text.as_bytes().get(3) != Some(&b'-'));
        lines.push(text);
        if last && good {
            return Ok(lines);
        }
        if last {
            return Err(io::Error::other(lines.join(" ")));
        }
    }
    Err(io::Error::other("het antwoord houdt niet op"))
}

/// The stream as lettre takes it over. After STARTTLS a server does not greet again, but lettre waits for a greeting: it gets one.
#[derive(Debug)]
pub struct Wire {
    greeting: &'static [u8],
    stream: Stream,
}

impl Wire {
    /// Takes a stream that is ready to be talked over.
    pub fn new(stream: Stream, tls: Tls) -> Self {
        let greeting: &[u8] = if tls == Tls::StartTls { b"220 protected\r\n" } else { b"" };
        Self { greeting, stream }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.peer_addr()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.greeting.is_empty() {
            return Pin::new(&mut self.stream).poll_read(cx, buf);
        }
        let (now, later) = self.greeting.split_at(self.greeting.len().min(buf.remaining()));
        buf.put_slice(now);
        self.greeting = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
