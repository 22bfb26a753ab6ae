//! Two fields are marked as the service's tracker.
//! The fix: one `#[tasks]`, and a service of its own for the other.

use outlive::{OwnedTracker, TaskOwner};

type Slow = OwnedTracker<90>;
type Fast = OwnedTracker<5>;

#[derive(Clone, TaskOwner)]
struct Server {
    #[tasks]
    fast: Fast,
    #[tasks]
    slow: Slow,
}

fn main() {
    let fast = OwnedTracker::bounded("fast", 64).drain_budget();
    let slow = OwnedTracker::bounded("slow", 4).drain_budget();
    drop(Server { fast, slow });
}
