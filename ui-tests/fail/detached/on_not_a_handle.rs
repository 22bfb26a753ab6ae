//! `on` takes a tokio `Handle`, and this is another type.
//! The fix: `on = app.runtime.handle()`.

use std::sync::Arc;

use tokio::runtime::Runtime;

use outlive::{Tracker, detached};

static AUDIT: Tracker = Tracker::bounded("audit", 64);

#[derive(Clone)]
struct App {
    runtime: Arc<Runtime>,
}

#[detached(timeout = "5s", track = AUDIT, on = app.runtime)]
async fn write_audit(app: App) {
    drop(app);
}

fn main() {}
