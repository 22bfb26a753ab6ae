//! A worker that no shutdown tells, or waits for.
//! The fix: `#[worker(grace = "2s", track = MAIL)]`.

use outlive::{Context, worker};

#[worker]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
