//! The compiler finds it in a constant, too.
//! The fix: a constant that is more than zero, or no `grace`.

use std::time::Duration;

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

const GRACE: Duration = Duration::ZERO;

#[worker(grace = GRACE, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
