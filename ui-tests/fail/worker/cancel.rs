//! A worker's context is cancelled when its tracker drains: it needs no token.
//! The fix: leave `cancel` out, and wait for `Context::current().cancelled()`.

use outlive::{Tracker, worker};

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(track = MAIL, cancel = token)]
async fn deliver(token: u64) {
    println!("{token}");
}

fn main() {
    deliver(7);
}
