//! The task returns a response, and its client may have gone.
//! The fix: make the response in the handler, and detach what comes after it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn order(user: u64) -> Result<Response, StatusCode> {
    Ok(user.to_string().into_response())
}

fn main() {
    order(7);
}
