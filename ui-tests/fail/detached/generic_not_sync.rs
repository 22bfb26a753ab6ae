//! What an `Arc` shares is `Sync`, and not only `Send`.
//! The fix: `T: Send + Sync + 'static`.

use std::sync::Arc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit<T: Send + 'static>(event: Arc<T>) {
    tokio::task::yield_now().await;
    drop(event);
}

fn main() {
    write_audit(Arc::new(7));
}
