//! A block runs where it stands. A task runs a future.
//! The fix: `async move { … }`.

use outlive::{Tracker, detach};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

async fn insert(_order: u64) {}

fn main() {
    let order = 7;
    detach!(timeout = "5s", track = AUDIT, {
        insert(order).await;
        insert(order + 1).await;
    });
    println!("{order}");
}
