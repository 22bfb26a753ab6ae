//! This `self` is a borrow with its type written out.
//! The fix: `self: Arc<Self>`.

use std::sync::Arc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(self: &Self, key: String) {
        println!("{key}");
    }
}

fn main() {
    Arc::new(Service).refill("users".to_owned());
}
