//! The chat service: rooms, who is in them, webhooks for what is said, and imports from another chat.

mod client;
mod hub;
mod store;

use std::path::PathBuf;
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub use client::{PeerError, get, post};
pub use hub::{Hub, Seat};
pub use store::{Import, Store};

/// What the environment says.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of the database.
    pub data: PathBuf,
    /// How often each room is told who is there.
    pub announce_every: Duration,
}

impl Settings {
    /// Reads `DATA`, and `ANNOUNCE_EVERY` in milliseconds.
    #[must_use]
    pub fn from_env() -> Self {
        Self {
            data: crate::setting("DATA", ".".into()),
            announce_every: crate::milliseconds("ANNOUNCE_EVERY", Duration::from_secs(30)),
        }
    }
}

/// What somebody says.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Said {
    /// Who.
    pub from: String,
    /// What.
    pub text: String,
}

impl Said {
    /// Reads a line of an export.
    ///
    /// # Panics
    ///
    /// Over a line of another kind. It is in here on purpose.
    #[must_use]
    pub fn of_export(line: &str) -> Self {
        let (from, text) = line.split_once(": ").expect("a line of an export has a colon");
        Self { from: from.to_owned(), text: text.to_owned() }
    }
}

/// A message that is stored.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Message {
    /// Its number.
    pub id: i64,
    /// Where it was said.
    pub room: String,
    /// Who said it.
    pub from: String,
    /// What was said.
    pub text: String,
}

/// Who wants to hear of each message of a room.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Hook {
    /// Where it is posted.
    pub url: String,
}

/// Where a room's history comes from: `url?page=1`, `url?page=2`, until a page is empty.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Source {
    /// The room that gets it.
    pub room: String,
    /// The export.
    pub url: String,
}

/// Why a request has no good answer.
#[derive(Debug)]
pub enum Problem {
    /// There is none.
    NotFound,
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
            Self::NotFound => (StatusCode::NOT_FOUND, "there is none"),
            Self::Store(error) => {
                tracing::error!(%error, "the store");
                (StatusCode::INTERNAL_SERVER_ERROR, "the store")
            }
        };
        (status, Json(json!({ "error": text }))).into_response()
    }
}
