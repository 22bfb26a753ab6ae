//! The task may move from one thread to another at every await, and an `Rc` may not.
//! The fix: `Arc` for `Rc`, or let go of it before the await.

use std::rc::Rc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(event: String) {
    let shared = Rc::new(event);
    tokio::task::yield_now().await;
    println!("{shared}");
}

fn main() {
    write_audit("signed in".to_owned());
}
