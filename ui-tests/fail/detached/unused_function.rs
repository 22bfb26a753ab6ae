//! Nobody calls the function. The lint reports that once, under the function's own name.
//! The fix: call it, or remove it.

#![deny(dead_code)]

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String) {
    println!("{event}");
}

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(self, key: String) {
        println!("{key}");
    }
}

fn main() {
    drop(Service);
}
