//! `m` is for minutes. Milliseconds are `ms`.
//! The fix: `grace = "500ms"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", grace = "500m", track = AUDIT)]
async fn write_audit(event: String) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".to_owned());
}
