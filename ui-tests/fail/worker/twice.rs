//! The attribute is there twice, and a function has one worker.
//! The fix: one attribute.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
#[worker(grace = "2s", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
