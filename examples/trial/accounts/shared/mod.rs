//! The accounts service: who may sign in, mails to them, and a trail of what was done.

mod password;
mod smtp;
mod store;
mod trail;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use smtp::{Letter, SmtpError, deliver};
pub use store::{Account, BlockedDomains, Store};
pub use trail::{Entry, Trail};

/// What the environment says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of both databases.
    pub data: PathBuf,
    /// The relay that takes the mails.
    pub relay: SocketAddr,
    /// How often expired sessions are purged.
    pub purge_every: Duration,
    /// How often the blocked domains are read anew.
    pub refresh_every: Duration,
}

impl Settings {
    /// Reads `DATA`, `RELAY`, `PURGE_EVERY` and `REFRESH_EVERY`, the last two in milliseconds.
    #[must_use]
    pub fn from_env() -> Self {
        Self {
            data: crate::setting("DATA", ".".into()),
            relay: crate::setting("RELAY", SocketAddr::from(([127, 0, 0, 1], 25))),
            purge_every: crate::milliseconds("PURGE_EVERY", Duration::from_mins(1)),
            refresh_every: crate::milliseconds("REFRESH_EVERY", Duration::from_secs(30)),
        }
    }
}

/// Who wants to be a member.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct NewAccount {
    /// Where mails go.
    pub email: String,
    /// How others see the member.
    pub name: String,
    /// Kept as a salted hash.
    pub password: String,
}

/// Who signs in.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Credentials {
    /// As in the account.
    pub email: String,
    /// As in the account.
    pub password: String,
}

/// Another name.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Rename {
    /// How others are to see the member.
    pub name: String,
}

/// Who has forgotten.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Forgotten {
    /// As in the account.
    pub email: String,
}

/// Another password.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct NewPassword {
    /// Kept as a salted hash.
    pub password: String,
}

/// Why a request has no good answer.
#[derive(Debug)]
pub enum Problem {
    /// The address has an account.
    Taken,
    /// The domain of the address is blocked.
    Blocked,
    /// There is none.
    NotFound,
    /// Not signed in, or not as this account.
    NotAllowed,
    /// The mail could not be sent.
    Mail(SmtpError),
    /// A background loop did not do what it was asked for.
    Loop(String),
    /// The database said no.
    Store(sqlx::Error),
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::RowNotFound = error { Self::NotFound } else { Self::Store(error) }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Self::Taken => (StatusCode::CONFLICT, "the address has an account".to_owned()),
            Self::Blocked => (StatusCode::UNPROCESSABLE_ENTITY, "the domain is blocked".to_owned()),
            Self::NotFound => (StatusCode::NOT_FOUND, "there is none".to_owned()),
            Self::NotAllowed => (StatusCode::UNAUTHORIZED, "sign in first".to_owned()),
            Self::Mail(error) => (StatusCode::BAD_GATEWAY, error.to_string()),
            Self::Loop(why) => (StatusCode::INTERNAL_SERVER_ERROR, why),
            Self::Store(error) => {
                tracing::error!(%error, "the store");
                (StatusCode::INTERNAL_SERVER_ERROR, "the store".to_owned())
            }
        };
        (status, Json(json!({ "error": text }))).into_response()
    }
}

/// The token of a request, if it has one.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> &str {
    let value = headers.get("authorization").and_then(|value| value.to_str().ok());
    value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}

/// What the welcome says.
#[must_use]
pub fn welcome(account: &Account) -> Letter {
    Letter::new(&account.email, "Welcome", format!("Hello {}, your account is ready.", account.name))
}

/// What the farewell says.
#[must_use]
pub fn goodbye(account: &Account) -> Letter {
    Letter::new(&account.email, "Goodbye", format!("{}, your account and its sessions are gone.", account.name))
}

/// What goes to whoever has forgotten the password.
#[must_use]
pub fn reset_link(account: &Account, token: &str) -> Letter {
    Letter::new(&account.email, "Your password", format!("Set a new one: /password-resets/{token}"))
}
