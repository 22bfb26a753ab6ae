//! A run may move to another thread at each `.await`, and an `Rc` may not.
//! The fix: drop the `Rc` before it.

use std::rc::Rc;

use outlive::{Tracker, periodic};

static CACHE: Tracker = Tracker::bounded("cache", 8);

#[periodic(every = "30s", timeout = "10s", track = CACHE)]
async fn refresh(key: u64) {
    let shown = Rc::new(key.to_string());
    tokio::task::yield_now().await;
    println!("{shown}");
}

fn main() {
    refresh(7);
}
