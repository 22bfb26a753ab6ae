//! A type error in the body is reported at its place, as in any other function.
//! The fix: `event.len() as u32`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn length(event: String) -> u32 {
    event.len()
}

fn main() {
    length("signed in".to_owned());
}
