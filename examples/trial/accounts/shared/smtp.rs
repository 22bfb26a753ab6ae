//! As much of SMTP as it takes to hand a letter to the relay next door.

use std::fmt;
use std::io;
use std::net::SocketAddr;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::TcpStream;

/// A mail.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Letter {
    /// Whom it goes to.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl Letter {
    /// A letter to one address.
    #[must_use]
    pub fn new(to: &str, subject: &str, text: String) -> Self {
        Self { to: to.to_owned(), subject: subject.to_owned(), text }
    }
}

/// Why the relay has not taken a letter.
#[derive(Debug)]
pub struct SmtpError {
    code: Option<u16>,
    text: String,
}

impl SmtpError {
    /// Whether another attempt may go better: the connection broke, or the relay is busy.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.code.is_none_or(|code| code < 500)
    }
}

impl fmt::Display for SmtpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the relay: {}", self.text)
    }
}

impl std::error::Error for SmtpError {}

impl From<io::Error> for SmtpError {
    fn from(error: io::Error) -> Self {
        Self { code: None, text: error.to_string() }
    }
}

/// Gives the letter to the relay, and waits until that has taken it.
///
/// # Errors
///
/// When the relay cannot be reached, or says no.
pub async fn deliver(relay: SocketAddr, letter: &Letter) -> Result<(), SmtpError> {
    let mut relay = BufStream::new(TcpStream::connect(relay).await?);
    expect(&mut relay, 220).await?;
    say(&mut relay, "HELO accounts", 250).await?;
    say(&mut relay, "MAIL FROM:<accounts@example.org>", 250).await?;
    say(&mut relay, &format!("RCPT TO:<{}>", letter.to), 250).await?;
    say(&mut relay, "DATA", 354).await?;
    let letter = format!("To: {}\r\nSubject: {}\r\n\r\n{}\r\n.", letter.to, letter.subject, letter.text);
    say(&mut relay, &letter, 250).await?;
    say(&mut relay, "QUIT", 221).await
}

async fn say(relay: &mut BufStream<TcpStream>, line: &str, code: u16) -> Result<(), SmtpError> {
    relay.write_all(format!("{line}\r\n").as_bytes()).await?;
    relay.flush().await?;
    expect(relay, code).await
}

async fn expect(relay: &mut BufStream<TcpStream>, expected: u16) -> Result<(), SmtpError> {
    let mut line = String::new();
    relay.read_line(&mut line).await?;
    let code = line.get(..3).and_then(|code| code.parse().ok());
    if code == Some(expected) { Ok(()) } else { Err(SmtpError { code, text: line.trim_end().to_owned() }) }
}
