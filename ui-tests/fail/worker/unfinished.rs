//! A worker's arguments are its own state, and no hook gets them.
//! The fix: leave `unfinished` out.

use outlive::{Context, Tracker, Unfinished, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

fn again(call: Unfinished<(u64,)>) {
    drop(call);
}

#[worker(unfinished = again, track = MAIL)]
async fn deliver(route: u64) {
    println!("{route} {:?}", Context::current().cancelled().await);
}

fn main() {
    deliver(7);
}
