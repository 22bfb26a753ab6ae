//! The task outlives its caller, and may outlive the service that `&self` borrows.
//! The fix: `self: &Arc<Self>`, or `self` by value where the service is cheap to clone.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(&self, key: String) {
        println!("{key}");
    }
}

fn main() {
    Service.refill("users".to_owned());
}
