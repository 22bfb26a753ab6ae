//! The task runs on another thread, and an `Rc` cannot go there.
//! The fix: `self: Arc<Self>`.

use std::rc::Rc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(self: Rc<Self>) {}
}

fn main() {
    Rc::new(Service).refill();
}
