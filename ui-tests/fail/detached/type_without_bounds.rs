//! An `E` may borrow, and may be bound to its thread.
//! The fix: `E: Send + 'static`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn forget<E>(event: E) {
    drop(event);
}

fn main() {}
