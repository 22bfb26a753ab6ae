//! The borrow checker reports an error in the body as in any other function.
//! The fix: `println!` first.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String) {
    drop(event);
    println!("{event}");
}

fn main() {
    write_audit("signed in".to_owned());
}
