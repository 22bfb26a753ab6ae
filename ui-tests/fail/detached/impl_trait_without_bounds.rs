//! An `impl Trait` has only the bounds that are written: this one is not `Send + 'static`.
//! The fix: `impl Debug + Send + 'static`.

use std::fmt::Debug;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: impl Debug) {
    println!("{event:?}");
}

fn main() {}
