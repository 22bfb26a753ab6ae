//! A caller in C cannot take the handle.
//! The fix: detach an `async fn`, and call that from the `extern` one.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
extern "C" fn write_audit(event: u64) {
    println!("{event}");
}

fn main() {
    write_audit(7);
}
