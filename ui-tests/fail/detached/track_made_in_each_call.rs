//! Each call would have a tracker of its own, whose bound binds nobody, and which nobody drains.
//! The fix: a static, `static AUDIT: Tracker = Tracker::bounded("audit", 1);`, and `track = AUDIT`.

use outlive::{Tracker, detached};

#[detached(timeout = "5s", track = Tracker::bounded("audit", 1))]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
