//! A response is for a client, and a task answers none.
//! The fix: no result; the handler responds.

use axum::response::IntoResponse;
use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> impl IntoResponse {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
