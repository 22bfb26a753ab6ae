//! Whatever lives for `'a` may be gone before the task ends.
//! The fix: `E: Debug + Send + 'static`.

use std::fmt::Debug;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit<'a, E: Debug + Send + 'a>(event: E) {
    println!("{event:?}");
}

fn main() {}
