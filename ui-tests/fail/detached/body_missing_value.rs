//! The semicolon after the value makes the body return `()`.
//! The fix: remove it.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn length(event: String) -> usize {
    event.len();
}

fn main() {
    length("signed in".to_owned());
}
