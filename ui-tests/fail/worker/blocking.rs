//! `blocking` runs a plain function on a thread of its own. An `async fn` needs no such thread.
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
