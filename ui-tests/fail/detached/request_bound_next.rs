//! A middleware detaches the whole handler: the server works on for clients that have left.
//! The fix: `next.run(request).await` in the middleware itself; or, where a handler must not be cut half-way, say so:
//! `allow_request_bound = "an order is charged and written, or neither"`.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn relay(next: Next, request: Request) -> Response {
    next.run(request).await
}

fn main() {
    let _: fn(Next, Request) -> _ = relay;
}
