//! The attribute is there twice, with two timeouts.
//! The fix: keep one.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
#[detached(timeout = "10s", track = AUDIT)]
async fn write_audit(event: String) {
    println!("{event}");
}

fn main() {
    write_audit("signed in".to_owned());
}
