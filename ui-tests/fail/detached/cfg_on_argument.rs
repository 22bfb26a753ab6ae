//! The argument stands in two signatures and in a call, of which `#[cfg]` would remove one.
//! The fix: two versions of the function, each with its own `#[cfg]`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String, #[cfg(unix)] user: u32) {
    println!("{event}");
}

fn main() {}
