//! A drain of the worker's tracker cancels it, so the worker needs a tracker.
//! The fix: `track = MAIL`.

use outlive::{Context, worker};

#[worker(grace = "2s")]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
