//! A drain ends the loop, and needs no token for that.
//! The fix: leave it out; a run that is to end early looks at its own context.

use outlive::{Tracker, periodic};
use tokio_util::sync::CancellationToken;

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(cancel: CancellationToken, key: u64) {
    println!("{key} {}", cancel.is_cancelled());
}

fn main() {
    refresh(CancellationToken::new(), 7);
}
