//! The end of a worker stands in its body.
//! The fix: leave it out, and write the end behind `cancelled()`, with a `grace`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL, on_shutdown = flush)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn flush() {}

fn main() {
    flush();
    deliver(7);
}
