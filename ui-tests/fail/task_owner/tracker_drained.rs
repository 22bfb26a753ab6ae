//! A service is shut down by itself, so that its loops stop as well.
//! The fix: `rates.shutdown().await`.

use outlive::{OwnedTracker, TaskOwner};

#[derive(Clone, TaskOwner)]
struct Rates {
    tasks: OwnedTracker,
}

#[tokio::main]
async fn main() {
    let rates = Rates { tasks: OwnedTracker::bounded("rates", 8) };
    let report = rates.tasks.drain().await;
    println!("{report}");
}
