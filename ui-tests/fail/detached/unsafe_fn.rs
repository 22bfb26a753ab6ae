//! The caller must uphold the function's safety conditions while it runs, and the caller is gone by then.
//! The fix: `async fn`, with the `unsafe` block inside.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
unsafe fn write_audit(event: u64) {
    println!("{event}");
}

fn main() {
    unsafe { write_audit(7) };
}
