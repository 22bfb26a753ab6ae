//! A drain budget without an end does not help: the tracker is an argument, and is known only at the call.
//! The fix: the longest time that a call may take, or a `#[worker]`, which ends when it is told.

use std::sync::Arc;
use std::time::Duration;

use outlive::{Tracker, detached};

#[detached(timeout = Duration::MAX, track = tasks)]
async fn write_audit(tasks: Arc<Tracker<{ u64::MAX }>>, user: u64) {
    println!("{user} signed in, {} there", tasks.live());
}

fn main() {
    write_audit(Arc::new(Tracker::bounded("audit", 64).drain_budget::<{ u64::MAX }>()), 7);
}
