//! A drain cancels the worker's own context, and sends nothing through a channel.
//! The fix: leave it out, and await `Context::current().cancelled()` in the body.

use outlive::{Tracker, worker};
use tokio::sync::watch;

static MAIL: Tracker = Tracker::bounded("mail", 8);

#[worker(grace = "2s", track = MAIL)]
async fn deliver(mut shutdown: watch::Receiver<bool>, route: u64) {
    println!("{route} {:?}", shutdown.changed().await);
}

fn main() {
    deliver(watch::channel(false).1, 7);
}
