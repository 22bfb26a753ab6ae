//! With `when_full = wait` the call is an `async fn`: without `.await` nothing starts.
//! The fix: `session(7).await;`.

#![deny(unused_must_use)]

use outlive::{Tracker, worker};

static SESSIONS: Tracker = Tracker::bounded("sessions", 1_000);

#[worker(when_full = wait, track = SESSIONS)]
async fn session(key: u64) {
    println!("{key}");
}

#[tokio::main]
async fn main() {
    session(7);
}
