//! A static is named alone.
//! The fix: `track = AUDIT`.

use std::sync::Arc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = Arc::new(&AUDIT))]
async fn write_audit(user: u64) {
    println!("{user} signed in");
}

fn main() {
    write_audit(7);
    drop(Arc::new(7));
}
