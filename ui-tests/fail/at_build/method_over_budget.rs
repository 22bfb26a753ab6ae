//! A method's timeout and its grace together are longer than the drain budget of its own tracker.
//! The fix: a shorter timeout, or `Arc<Tracker<60>>`.

use std::sync::Arc;

use outlive::{Tracker, detached};

struct Service {
    tasks: Arc<Tracker<10>>,
}

impl Service {
    #[detached(timeout = "9500ms", grace = "1s", track = self.tasks)]
    async fn refill(self: Arc<Self>) {}
}

fn main() {
    let tasks = Arc::new(Tracker::bounded("shop", 8).drain_budget::<10>());
    Arc::new(Service { tasks }).refill();
}
