//! The macro writes the argument into two signatures and a call, and `#[cfg]` cannot remove it from the call.
//! The fix: two versions of the function, each with its own `#[cfg]`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String, #[cfg(unix)] user: u32) {
    println!("{event}");
}

fn main() {}
