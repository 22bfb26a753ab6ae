//! A lock that is held across an await, by another task, is held by nobody in particular.
//! The fix: `rows: Arc<Mutex<u64>>`, and lock it in the body.

use std::sync::{Mutex, MutexGuard};

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(rows: MutexGuard<'_, u64>) {
    println!("{rows}");
}

fn main() {
    let rows = Mutex::new(7);
    write_audit(rows.lock().unwrap());
}
