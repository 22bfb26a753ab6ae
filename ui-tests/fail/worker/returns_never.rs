//! A worker that returns `!` has no value for its handle.
//! The fix: leave `-> !` out; the loop may go on for ever all the same.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL)]
async fn deliver(route: u64) -> ! {
    loop {
        println!("{route}");
        tokio::task::yield_now().await;
    }
}

fn main() {
    deliver(7);
}
