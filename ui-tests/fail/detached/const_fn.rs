//! A `const fn` may run at compile time, where no task can start.
//! The fix: `async fn`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
const fn write_audit(event: u64) {
    let _ = event;
}

fn main() {
    write_audit(7);
}
