//! The handle is what the function gives.
//! The fix: `on = Handle::current()`.

use outlive::{Tracker, detached};
use tokio::runtime::Handle;

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", on = Handle::current, track = AUDIT)]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
    Handle::current();
}
