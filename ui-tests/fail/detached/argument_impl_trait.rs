//! `'_` is a borrow of something that the call has.
//! The fix: `'static`.

use std::fmt::Debug;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: impl Debug + Send + '_) {
    println!("{event:?}");
}

fn main() {
    write_audit("signed in");
}
