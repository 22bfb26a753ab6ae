//! What is turned into a `String` may borrow, or be bound to its thread, until then.
//! The fix: `name: impl Into<String> + Send + 'static`, or `name: String`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(name: impl Into<String>) {
    println!("{} signed in", name.into());
}

fn main() {
    write_audit("ada");
}
