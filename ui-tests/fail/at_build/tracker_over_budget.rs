//! The tracker is an expression, so its drain budget is known where the call is built. `cargo check` says nothing.
//! The fix: a shorter timeout, or `Arc<Tracker<30>>`.

use std::sync::Arc;

use outlive::{Tracker, detached};

#[derive(Clone)]
struct App {
    tasks: Arc<Tracker>,
}

#[detached(timeout = "30s", track = app.tasks)]
async fn refill(app: App) {
    drop(app);
}

fn main() {
    refill(App { tasks: Arc::new(Tracker::bounded("shop", 8)) });
}
