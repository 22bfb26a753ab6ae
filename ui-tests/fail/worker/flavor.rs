//! A worker is a task of the runtime that it is started on.
//! The fix: leave it out, or name a runtime with `on`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(flavor = "multi_thread", track = MAIL)]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
