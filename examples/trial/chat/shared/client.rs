//! As much of HTTP as it takes to call a webhook, and to read a page of an export.

use std::fmt;
use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Why a peer has not taken what it got, or not given what it was asked for.
#[derive(Debug)]
pub enum PeerError {
    /// It cannot be reached, or does not speak HTTP.
    Unreachable(io::Error),
    /// It has answered with this.
    Status(u16),
}

impl PeerError {
    /// Whether another attempt may go better.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Status(status) => *status >= 500 || *status == 429,
        }
    }
}

impl fmt::Display for PeerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => write!(f, "the peer cannot be reached: {error}"),
            Self::Status(status) => write!(f, "the peer has answered {status}"),
        }
    }
}

impl std::error::Error for PeerError {}

impl From<io::Error> for PeerError {
    fn from(error: io::Error) -> Self {
        Self::Unreachable(error)
    }
}

/// Posts JSON.
///
/// # Errors
///
/// When the answer is not a 2xx.
pub async fn post(url: &str, json: &str) -> Result<(), PeerError> {
    ask("POST", url, json).await.map(drop)
}

/// Reads what is there.
///
/// # Errors
///
/// When the answer is not a 2xx.
pub async fn get(url: &str) -> Result<String, PeerError> {
    ask("GET", url, "").await
}

async fn ask(method: &str, url: &str, body: &str) -> Result<String, PeerError> {
    let rest = url.strip_prefix("http://").ok_or_else(|| io::Error::other("it is no http address"))?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    let mut stream = TcpStream::connect(host).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| io::Error::other("no answer"))?;
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    match status.ok_or_else(|| io::Error::other("no status"))? {
        200..300 => Ok(body.to_owned()),
        status => Err(PeerError::Status(status)),
    }
}
