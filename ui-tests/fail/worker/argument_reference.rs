//! The worker outlives its caller, and so may outlive what the argument borrows.
//! The fix: `route: String`.

use outlive::{Context, Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(route: &str) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver("north");
}
