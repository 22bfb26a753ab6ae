//! The owner is the service, and not its tracker.
//! The fix: `.owner(rates.clone())`.

use outlive::{OwnedTracker, Shutdown, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Rates {
    tasks: OwnedTracker,
}

#[tokio::main]
async fn main() {
    let rates = Rates { tasks: OwnedTracker::bounded("rates", 8) };
    println!("{}", Shutdown::all().owner(rates.tasks).run().await);
}
