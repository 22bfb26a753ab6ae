//! A run of a loop may take longer than a drain of the loop's tracker waits.
//! The fix: a shorter timeout, or `Arc<Tracker<45>>`.

use std::sync::Arc;

use outlive::{Tracker, periodic};

#[periodic(every = "1m", timeout = "45s", track = tasks)]
async fn refresh(tasks: Arc<Tracker>, key: u64) {
    println!("{key} {}", tasks.live());
}

fn main() {
    refresh(Arc::new(Tracker::bounded("cache", 8)), 7);
}
