//! The task outlives its caller, and so may outlive the sink.
//! The fix: `sink: Arc<dyn Sink + Send + Sync>`, or a box.

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

trait Sink: Send + Sync {
    fn write(&self);
}

#[detached(timeout = "5s", track = AUDIT)]
async fn write_audit(sink: &dyn Sink) {
    sink.write();
}

fn main() {}
