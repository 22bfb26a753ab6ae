//! An `E` may borrow, and the task may outlive what the `E` borrows from.
//! The fix: `E: Debug + Send + 'static`.

use std::fmt::Debug;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit<E: Debug + Send>(event: E) {
    println!("{event:?}");
}

fn main() {
    write_audit("signed in");
}
