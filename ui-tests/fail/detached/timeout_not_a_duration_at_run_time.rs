//! With `max_timeout`, `timeout` may be any expression, and its type is `Duration`.
//! The fix: `Duration::from_secs(seconds)`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = seconds, max_timeout = "10s", track = AUDIT)]
async fn write_audit(seconds: u64) {
    println!("{seconds}");
}

fn main() {
    write_audit(7);
}
