//! A worker starts at its call anyway.
//! The fix: leave `immediate` out.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(immediate, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
