//! The arguments belong to the thread, and cannot be made again for a restart.
//! The fix: leave `restart` out, and go on in the body's own loop.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(blocking, restart = "1s..1m", track = MAIL)]
fn deliver(route: u64) {
    while !Context::current().is_cancelled() {
        println!("{route}");
    }
}

fn main() {
    deliver(7);
}
