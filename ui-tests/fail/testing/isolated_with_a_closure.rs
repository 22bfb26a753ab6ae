//! A test in isolation takes the future itself, as a context does: nothing calls a closure.
//! The fix: `testing::isolated(async { … })`.

use outlive::{Tracker, detached, testing};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: &'static str) -> usize {
    event.len()
}

#[tokio::main]
async fn main() {
    testing::isolated(|| async {
        let _guard = testing::no_tasks_left();
        assert_eq!(write_audit("signed in").await.unwrap(), 9);
        assert!(AUDIT.drain().await.is_clean());
    })
    .await;
}
