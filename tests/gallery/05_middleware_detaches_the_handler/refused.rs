//! A middleware that detaches the whole handler: the server works on for clients that have left.
//! The fix: `next.run(request).await` in the middleware itself, and detach what must be kept.

use axum::extract::Request;
use axum::middleware::Next;
use outlive::{Tracker, detached};

static HANDLERS: Tracker = Tracker::bounded("handlers", 64);

#[detached(timeout = "5s", track = HANDLERS)]
async fn run(next: Next, request: Request) {
    next.run(request).await;
}

fn main() {
    let _: fn(Next, Request) -> _ = run;
}
