//! The function runs again and again. That is `#[periodic]`.
//! The fix: `#[periodic(every = "1m", timeout = "10s", track = AUDIT)]`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "10s", track = AUDIT, interval = "1m")]
async fn refresh(user: u64) {
    println!("{user} signed in");
}

fn main() {
    refresh(7);
}
