//! Two services, each written twice: as a good team writes it with tokio alone, and with outlive. Here is what the two
//! have in common: stores, wire formats and protocols, which the migration left as they were.

#[path = "accounts/shared/mod.rs"]
pub mod accounts;
#[path = "chat/shared/mod.rs"]
pub mod chat;

use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{env, io};

use tokio::net::TcpListener;

/// A setting of the environment, or what it is without one.
pub fn setting<T: std::str::FromStr>(name: &str, default: T) -> T {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A setting in milliseconds.
#[must_use]
pub fn milliseconds(name: &str, default: Duration) -> Duration {
    env::var(name).ok().and_then(|text| text.parse().ok()).map_or(default, Duration::from_millis)
}

/// Binds `LISTEN`, and says on standard output where that is.
///
/// # Errors
///
/// When the address is taken.
pub async fn listen() -> io::Result<TcpListener> {
    let listener = TcpListener::bind(setting("LISTEN", "127.0.0.1:0".to_owned())).await?;
    println!("{}", listener.local_addr()?);
    Ok(listener)
}

/// Logs go to standard error, as `RUST_LOG` says, or else from `info` on.
pub fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,sqlx=error".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).init();
}

/// Seconds of the Unix epoch.
#[must_use]
pub fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs().cast_signed())
}
