//! A typing error in the body of a method. There is one error for it.
//! The fix: `live`.

use std::sync::Arc;

use outlive::{Tracker, detached};

struct Service {
    tasks: Arc<Tracker>,
}

impl Service {
    #[detached(timeout = "5s", track = self.tasks)]
    async fn report(self: Arc<Self>) {
        println!("{}", self.tasks.living());
    }
}

fn main() {
    Arc::new(Service { tasks: Arc::new(Tracker::bounded("service", 8)) }).report();
}
