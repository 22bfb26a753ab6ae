//! Without a tracker, no shutdown cancels the worker or waits for it.
//! The fix: `#[worker(grace = "2s", track = MAIL)]`.

use outlive::{Context, worker};

#[worker]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
