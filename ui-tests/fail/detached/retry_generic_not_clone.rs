//! `retry` clones the arguments, and the type parameter has no `Clone` bound.
//! The fix: `T: Clone + ToString + Send + 'static`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
async fn write_audit<T: ToString + Send + 'static>(user: T) -> Result<(), String> {
    Err(user.to_string())
}

fn main() {
    write_audit(7);
}
