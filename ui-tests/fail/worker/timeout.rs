//! A worker runs until it is cancelled, and has no timeout.
//! The fix: leave `timeout` out; `grace` is how long it may take to end.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(timeout = "5s", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
