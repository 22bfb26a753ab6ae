//! An `impl` block is not called.
//! The fix: put it on the methods inside.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Service;

#[detached(timeout = "5s", track = AUDIT)]
impl Service {
    async fn refill(self) {}
}

fn main() {
    let _ = Service.refill();
}
