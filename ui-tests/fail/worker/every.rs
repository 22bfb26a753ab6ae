//! A worker starts once, and has no period.
//! The fix: `#[periodic(every = "30s", timeout = "10s", track = MAIL)]`.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(every = "30s", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
