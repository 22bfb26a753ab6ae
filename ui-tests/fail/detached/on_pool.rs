//! The pool of threads that block is no runtime of its own.
//! The fix: `blocking`, on a plain `fn`; or nothing.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT, on = "blocking")]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
