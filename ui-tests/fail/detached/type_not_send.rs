//! An `E` may be bound to its thread, and the task may run on another.
//! The fix: `E: Debug + Send + 'static`.

use std::fmt::Debug;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit<E: Debug + 'static>(event: E) {
    println!("{event:?}");
}

fn main() {
    write_audit("signed in");
}
