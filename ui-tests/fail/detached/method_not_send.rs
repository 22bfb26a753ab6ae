//! The method takes an `Arc` of its service, and the service has a field that cannot be shared between threads.
//! The fix: `Mutex` for `Cell`.

use std::cell::Cell;
use std::sync::Arc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Service {
    calls: Cell<u64>,
}

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(self: Arc<Self>) {
        self.calls.set(self.calls.get() + 1);
    }
}

fn main() {}
