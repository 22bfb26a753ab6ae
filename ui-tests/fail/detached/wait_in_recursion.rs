//! Each call would wait for a place while its caller holds one.
//! The fix: leave `when_full` out, or loop.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, when_full = wait)]
async fn visit(depth: u64) {
    if depth > 0 {
        visit(depth - 1).await;
    }
}

fn main() {
    drop(visit(7));
}
