//! `#[async_trait]` stands on traits, and a function needs it nowhere.
//! The fix: leave it out.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
#[async_trait]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
}
