//! One of our own cancels is a second one, too.
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
