//! How long a drain waits is in the type of the tracker.
//! The fix: a field `tasks: OwnedTracker<60>`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
#[tasks(drain = 60)]
struct Shop {
    tasks: OwnedTracker,
}

fn main() {
    drop(Shop { tasks: OwnedTracker::bounded("shop", 8) });
}
