//! `m` is for minutes. Milliseconds are `ms`.
//! The fix: `timeout = "500ms"`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "500m", track = AUDIT)]
async fn write_audit(event: String) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".to_owned());
}
