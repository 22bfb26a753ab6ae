//! Each worker would have a tracker of its own. The tracker would be dropped at once, and the worker with it.
//! The fix: a static, and `track = MAIL`.

use outlive::{OwnedTracker, worker};

#[worker(track = OwnedTracker::bounded("mail", 8))]
async fn deliver(route: u64) {
    println!("{route}");
}

fn main() {
    deliver(7);
}
