//! An `async fn` does not block its thread.
//! The fix: leave `blocking` out, or write `fn deliver`.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(blocking, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
