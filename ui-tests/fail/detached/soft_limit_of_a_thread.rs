//! A thread cannot be dropped: it has no hard limit.
//! The fix: `timeout = "4s"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(blocking, soft_time_limit = "4s", time_limit = "5s", track = AUDIT)]
fn write_audit() {}

fn main() {
    write_audit();
}
