//! The task would borrow the service exclusively for as long as it runs.
//! The fix: `self: Arc<Self>`, with a lock around what changes.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(&mut self, key: String) {
        println!("{key}");
    }
}

fn main() {
    Service.refill("users".to_owned());
}
