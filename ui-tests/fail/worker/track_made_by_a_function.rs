//! The function makes a new tracker for each worker.
//! The fix: a static.

use outlive::{OwnedTracker, worker};

fn create_tracker() -> OwnedTracker {
    OwnedTracker::bounded("mail", 64)
}

#[worker(track = create_tracker())]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
