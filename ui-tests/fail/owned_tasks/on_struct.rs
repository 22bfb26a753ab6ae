//! The struct holds the tracker, and the `impl` holds the tasks.
//! The fix: `#[derive(Clone, TaskOwner)]` here, and `#[owned_tasks]` on the `impl`.

use outlive::{OwnedTracker, owned_tasks};

#[owned_tasks]
struct Shop {
    tasks: OwnedTracker,
}

fn main() {
    drop(Shop { tasks: OwnedTracker::bounded("shop", 64) });
}
