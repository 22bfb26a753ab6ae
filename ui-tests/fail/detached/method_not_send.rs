//! A method is called on an `Arc` of its service, which has a field that stays on its thread.
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
