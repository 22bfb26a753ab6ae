//! The default drain budget is 20 s, and this future may take longer.
//! The fix: a shorter timeout, or a larger budget.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn write_audit(user: u64) {
    println!("{user} signed in");
}

#[tokio::main]
async fn main() {
    detach!(timeout = "30s", track = AUDIT, write_audit(7));
}
