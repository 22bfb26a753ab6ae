//! The tracker is an argument, and its type has the drain budget. The worker's grace is longer.
//! The fix: a shorter grace, or `Arc<Tracker<45>>`.

use std::sync::Arc;

use outlive::{Tracker, worker};

#[worker(grace = "45s", track = tasks)]
async fn session(tasks: Arc<Tracker>, peer: u64) {
    println!("{peer} {}", tasks.live());
}

fn main() {
    session(Arc::new(Tracker::bounded("sessions", 8)), 7);
}
