//! An attempt holds an `Rc` over an await, and may move to another thread there.
//! The fix: `Arc` in the place of `Rc`.

use std::rc::Rc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT, retry = "3, 100ms..2s")]
async fn write_audit(user: u64) -> Result<(), String> {
    let user = Rc::new(user);
    tokio::task::yield_now().await;
    Err(user.to_string())
}

fn main() {
    write_audit(7);
}
