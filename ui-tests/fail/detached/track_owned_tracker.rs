//! The service holds a `Tracker` by value, and the task would have to borrow it.
//! The fix: `tasks: Arc<Tracker>`, which the task can hold as well.

use std::sync::Arc;

use outlive::{Tracker, detached};

struct Service {
    tasks: Tracker,
}

impl Service {
    #[detached(timeout = "5s", track = self.tasks)]
    async fn refill(self: Arc<Self>) {}
}

fn main() {
    let service = Arc::new(Service { tasks: Tracker::bounded("service", 8) });
    service.refill();
}
