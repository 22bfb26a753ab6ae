//! The task outlives its caller, and may outlive the service that `&self` borrows. Nothing tracks it, either.
//! The fix: `#[owned_tasks]` on the `impl`, and `#[derive(Clone, TaskOwner)]` on a `Service` with a field `tasks: OwnedTracker`.

use outlive::detached;

struct Service;

impl Service {
    #[detached(timeout = "5s")]
    async fn refill(&self, key: String) {
        println!("{key}");
    }
}

fn main() {
    Service.refill("users".to_owned());
}
