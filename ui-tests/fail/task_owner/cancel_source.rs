//! A `CancelSource` would be a second way to cancel the service's tasks.
//! The fix: leave it out; a source belongs to a request.

use outlive::{CancelSource, OwnedTracker, TaskOwner};

#[derive(TaskOwner)]
struct Server {
    tasks: OwnedTracker,
    stop: CancelSource,
}

fn main() {
    drop(Server { tasks: OwnedTracker::bounded("shop", 64), stop: CancelSource::new() });
}
