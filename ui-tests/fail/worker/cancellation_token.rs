//! A drain cancels the worker's own context, and no token that it was given.
//! The fix: leave it out, and await `Context::current().cancelled()` in the body.

use outlive::{Tracker, worker};
use tokio_util::sync::CancellationToken;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(grace = "2s", track = MAIL)]
async fn deliver(cancel: CancellationToken, route: u64) {
    cancel.cancelled().await;
    println!("{route}");
}

fn main() {
    deliver(CancellationToken::new(), 7);
}
