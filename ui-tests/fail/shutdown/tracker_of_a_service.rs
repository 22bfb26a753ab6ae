//! The tracker of a service ends with its service.
//! The fix: `.owner(rates.clone())`.

use outlive::{OwnedTracker, Shutdown, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Rates {
    tasks: OwnedTracker,
}

#[tokio::main]
async fn main() {
    let rates = Rates { tasks: OwnedTracker::bounded("rates", 8) };
    println!("{}", Shutdown::all().tracker(&rates.tasks).run().await);
}
