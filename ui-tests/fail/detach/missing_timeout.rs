//! The macro needs a timeout.
//! The fix: `timeout = "5s"`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(track = AUDIT, write_audit(7));
}
