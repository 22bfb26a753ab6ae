//! Whatever lives for `'a` may be gone before the task ends.
//! The fix: `String` for both, and no `'a`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit<'a>(event: &'a str, user: &'a str) {
    println!("{event} {user}");
}

fn main() {}
