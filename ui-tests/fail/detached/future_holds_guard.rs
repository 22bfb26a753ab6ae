//! A lock is held across an await. On a runtime's thread, that can deadlock.
//! The fix: let go of the guard before the await, or use `tokio::sync::Mutex`.

use std::sync::{Arc, Mutex};

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(rows: Arc<Mutex<Vec<String>>>, event: String) {
    let mut rows = rows.lock().unwrap();
    tokio::task::yield_now().await;
    rows.push(event);
}

fn main() {}
