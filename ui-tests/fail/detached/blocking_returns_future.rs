//! A blocking function returns a future, and nobody polls it.
//! The fix: `async fn hash`, with `-> u64`, without `blocking`, and await it in the body.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, blocking)]
fn hash(user: u64) -> impl Future<Output = u64> {
    async move { user + 1 }
}

fn main() {
    hash(7);
}
