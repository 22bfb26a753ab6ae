//! The bound of a type parameter names a trait that is not imported.
//! The fix: `use std::fmt::Debug;`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit<E: Debug + Send + 'static>(event: E) {
    println!("{event:?}");
}

fn main() {}
