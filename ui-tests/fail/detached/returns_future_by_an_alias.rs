//! The alias hides a future, and nobody would poll it.
//! The fix: await it in the body, and `-> Option<u64>`.

use std::pin::Pin;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

type Next = Pin<Box<dyn Future<Output = u64> + Send>>;

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(user: u64) -> Option<Next> {
    Some(Box::pin(async move { user + 1 }))
}

fn main() {
    write_audit(7);
}
