//! The future of a `detach!` may take longer than a drain of its tracker waits.
//! The fix: a shorter timeout, or `Arc<Tracker<30>>`.

use std::sync::Arc;

use outlive::{Tracker, detach};

fn main() {
    let tasks = Arc::new(Tracker::bounded("shop", 8));
    detach!(timeout = "30s", track = tasks, async {});
}
