//! A typing error in the body. There is one error for it.
//! The fix: `event`.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String) {
    println!("{evnt}");
}

fn main() {
    write_audit("signed in".to_owned());
}
