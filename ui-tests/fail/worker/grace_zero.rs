//! A grace of zero does nothing: a worker without a grace is dropped when it is cancelled.
//! The fix: leave `grace` out.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(grace = "0s", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
