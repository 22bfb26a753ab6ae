//! A runtime is owned by somebody, and its handle is what others have.
//! The fix: `on = runtime.handle()`.

use std::sync::Arc;

use outlive::{Tracker, detached};
use tokio::runtime::Runtime;

static AUDIT: Tracker = Tracker::bounded("audit", 8);

#[detached(timeout = "5s", on = runtime, track = AUDIT)]
async fn write_audit(runtime: Arc<Runtime>, user: u64) {
    println!("{user} {:?}", runtime.metrics().num_workers());
}

fn main() {
    write_audit(Arc::new(Runtime::new().unwrap()), 7);
}
