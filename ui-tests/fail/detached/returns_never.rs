//! A task that returns `!` has no value for its handle.
//! The fix: `#[worker(track = AUDIT)]`, without `-> !`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn watch() -> ! {
    loop {
        tokio::task::yield_now().await;
    }
}

fn main() {
    watch();
}
