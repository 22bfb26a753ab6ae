//! A thread cannot be told.
//! The fix: `async fn deliver`, which calls a `#[detached(blocking, …)]` function and awaits it.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(blocking, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
