//! The future of a `detach!` may take longer than the drain of the tracker that it is given.
//! The fix: a shorter timeout, or `Arc<Tracker<30>>`.

use std::sync::Arc;

use outlive::{Tracker, detach};

fn main() {
    let tasks = Arc::new(Tracker::bounded("shop", 8));
    detach!(timeout = "30s", track = tasks, async {});
}
