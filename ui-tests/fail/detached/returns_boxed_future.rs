//! The function returns a boxed future, and nobody would poll it.
//! The fix: `async fn write_audit`, with `-> u64`, and await it in the body.

use std::pin::Pin;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
fn write_audit(user: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move { user + 1 })
}

fn main() {
    write_audit(7);
}
