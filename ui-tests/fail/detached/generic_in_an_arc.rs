//! An `Arc` shares its value between threads.
//! The fix: `T: Debug + Send + Sync + 'static`.

use std::fmt::Debug;
use std::sync::Arc;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit<T: Debug>(event: Arc<T>) {
    println!("{event:?}");
}

fn main() {
    write_audit(Arc::new(7));
}
