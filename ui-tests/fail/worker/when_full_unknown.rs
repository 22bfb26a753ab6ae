//! `when_full` is `reject` or `wait`.
//! The fix: `when_full = wait`.

use outlive::{Tracker, worker};

static SESSIONS: Tracker = Tracker::bounded("sessions", 1_000);

#[worker(when_full = block, track = SESSIONS)]
async fn session(key: u64) {
    println!("{key}");
}

fn main() {
    session(7);
}
