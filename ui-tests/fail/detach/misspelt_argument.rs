//! A typing error. It is reported once.
//! The fix: `timeout = "5s"`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(timout = "5s", track = AUDIT, write_audit(7));
}
