//! The constant is the first pause. The longest one is missing.
//! The fix: `restart = PAUSE..LONGEST`.

use std::time::Duration;

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

const PAUSE: Duration = Duration::from_secs(1);

#[worker(restart = PAUSE, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    println!("{PAUSE:?}");
    deliver(7);
}
