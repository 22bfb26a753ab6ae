//! A method's body returns another type than its signature says.
//! The fix: `key.len() as u32`.

use std::sync::Arc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn length(self: Arc<Self>, key: String) -> u32 {
        key.len()
    }
}

fn main() {
    Arc::new(Service).length("users".to_owned());
}
