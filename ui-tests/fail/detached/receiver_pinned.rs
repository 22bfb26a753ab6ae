//! A pinned `self` is a borrow as well.
//! The fix: `self: Arc<Self>`.

use std::pin::Pin;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

struct Service;

impl Service {
    #[detached(timeout = "5s", track = AUDIT)]
    async fn refill(self: Pin<&mut Self>) {}
}

fn main() {
    Box::pin(Service).as_mut().refill();
}
