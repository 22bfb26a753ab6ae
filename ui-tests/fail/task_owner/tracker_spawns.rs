//! The tasks of a service are its methods.
//! The fix: a method with `#[detached(timeout = "5s")]` in an `#[owned_tasks]` impl.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Rates {
    tasks: OwnedTracker,
}

async fn refresh() {}

#[tokio::main]
async fn main() {
    let rates = Rates { tasks: OwnedTracker::bounded("rates", 8) };
    rates.tasks.spawn(refresh());
}
