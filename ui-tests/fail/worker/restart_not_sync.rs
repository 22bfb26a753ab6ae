//! What is cloned for each beginning is kept in between.
//! The fix: `Send + Sync` values, or an `Arc` of a lock.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "1s..1m", track = MAIL)]
async fn deliver<R: Clone + Send>(route: R) {
    drop(route);
}

fn main() {
    deliver("north");
}
