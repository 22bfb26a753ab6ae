//! A response as the result of a task: the client that it is for may have gone.
//! The fix: make the response in the handler, and detach what comes after it.

use axum::response::{IntoResponse, Response};
use outlive::{Tracker, detached};

static HANDLERS: Tracker = Tracker::bounded("handlers", 64);

#[detached(timeout = "5s", track = HANDLERS)]
async fn order(user: u64) -> Response {
    user.to_string().into_response()
}

fn main() {
    order(7);
}
