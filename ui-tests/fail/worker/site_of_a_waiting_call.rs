//! With `when_full = wait` the call is an `async fn`. It runs where it is polled, and does not know the line of its call.
//! The fix: leave `site` out, or refuse what is too much and try again.

use outlive::{Tracker, worker};

static SESSIONS: Tracker = Tracker::bounded("sessions", 1_000);

#[worker(when_full = wait, site = caller, track = SESSIONS)]
async fn session(key: u64) {
    println!("{key}");
}

fn main() {
    let _waits = session(7);
}
