//! The service has its own drain budget. The task's timeout and grace together are longer.
//! The fix: `timeout = "29s"`, or `tasks: OwnedTracker<31>`.

use std::sync::Arc;

use outlive::{OwnedTracker, TaskOwner, detached, owned_tasks};

#[derive(TaskOwner)]
struct Shop {
    #[tasks]
    exports: OwnedTracker<30>,
}

#[owned_tasks]
impl Shop {
    #[detached(timeout = "30s", grace = "1s")]
    async fn export(self: Arc<Self>, to: String) {
        println!("{to} {}", self.exports.live());
    }
}

fn main() {
    Arc::new(Shop { exports: OwnedTracker::bounded("shop", 64).drain_budget() }).export("accounts".to_owned());
}
