//! One task runs one future.
//! The fix: a `detach!` for each.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write() {}

fn main() {
    detach!(timeout = "5s", track = AUDIT, write(), write());
}
