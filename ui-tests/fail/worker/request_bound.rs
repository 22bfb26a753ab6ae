//! A worker lasts longer than any request.
//! The fix: pass what the worker needs of it, here the bytes.

use axum::body::Body;
use outlive::{Tracker, worker};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[worker(track = AUDIT)]
async fn store(body: Body) {
    drop(body);
}

fn main() {
    store(Body::empty());
}
