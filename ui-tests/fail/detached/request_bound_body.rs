//! The client sends the request's body, so the body ends with the client.
//! The fix: read it in the handler, and pass its bytes.

use axum::body::{Body, Bytes};
use axum::http::Request;
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn store(before: Request<Bytes>, request: Request<Body>) {
    drop((before, request));
}

fn main() {
    store(Request::default(), Request::default());
}
