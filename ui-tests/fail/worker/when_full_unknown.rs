//! There are two answers to a full tracker: to refuse, and to wait.
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
