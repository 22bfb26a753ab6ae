//! A mistake in the body is rustc's to report, where it stands.
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
