//! The time that a worker has after its cancellation is its grace.
//! The fix: `grace = "2s"`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(shutdown_timeout = "2s", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
