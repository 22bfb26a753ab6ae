//! The pauses must be constant.
//! The fix: `restart = "1s..1m"`.

use std::time::Duration;

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(restart = "1s"..longest, track = MAIL)]
async fn deliver(longest: Duration) {
    println!("{longest:?} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(Duration::from_secs(60));
}
