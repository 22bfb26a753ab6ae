//! A worker runs once, so there is nothing to spread.
//! The fix: a `#[periodic]` function; or sleep in the worker's own loop.

use outlive::{Tracker, worker};

static SESSIONS: Tracker = Tracker::bounded("sessions", 1_000);

#[worker(jitter = "5s", track = SESSIONS)]
async fn session(key: u64) {
    println!("{key}");
}

fn main() {
    session(7);
}
