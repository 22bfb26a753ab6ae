//! An `impl Trait + '_` may borrow from what the caller has.
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
