//! A drain waits for a worker's grace, and this grace is longer than the drain budget.
//! The fix: a shorter grace, or a tracker with `.drain_budget::<30>()`.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(grace = "30s", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
