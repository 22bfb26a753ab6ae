//! A name alone says neither how long the task may take nor what tracks it.
//! The fix: `timeout = "5s", track = AUDIT`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached("audit")]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
    println!("{}", AUDIT.name());
}
