//! `drain` is a future: without `.await`, nothing is refused, and nothing waits.
//! The fix: `.await`.

#![deny(unused_must_use)]

use outlive::Tracker;

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[tokio::main]
async fn main() {
    AUDIT.drain();
}
