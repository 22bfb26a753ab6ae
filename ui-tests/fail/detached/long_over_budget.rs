//! A task of half an hour, and a drain of 20 seconds. One that ends by itself may have a drain as long; one that does not is a worker.
//! The fix: `Tracker<1800>`, with `.drain_budget::<1800>()`.

use outlive::{Tracker, detached};

static EXPORTS: Tracker = Tracker::bounded("exports", 1);

#[detached(timeout = "30m", track = EXPORTS)]
async fn export(report: u64) {
    println!("{report}");
}

fn main() {
    export(7);
}
